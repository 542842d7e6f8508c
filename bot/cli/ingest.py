"""`osai ingest`: makes the index of the bundled knowledge, and adds a person's own documents to it."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.progress import show_progress

if TYPE_CHECKING:
    from collections.abc import Sequence

    from knowledge.ingest import IngestReport
    from knowledge.loaders.sources import Outcome

_SAID = {"read": "read", "unchanged": "unchanged", "same": "already there", "limited": "limited", "failed": "FAILED"}


def ingest_command(
    sources: Annotated[
        list[str] | None,
        typer.Argument(help="Files, folders, web pages, feeds, sitemaps; none: the bundled knowledge alone."),
    ] = None,
    refresh: Annotated[bool, typer.Option("--refresh", help="Fetch every page again that was fetched before.")] = False,
    all_licenses: Annotated[
        bool | None,
        typer.Option(
            "--all-licenses/--known-licenses", help="Index all 2,615 license texts, or those osai knows well."
        ),
    ] = None,
    rebuild: Annotated[
        bool, typer.Option("--rebuild", help="Throw the index away and make it anew from the texts kept.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the counts and what came of each source.")] = False,
) -> None:
    """Index the bundled licenses, models and articles, and your own documents beside them.

    What has not changed is not indexed again; an interrupted run goes on where it was.
    """
    from bot.app import open_app

    outcomes: Sequence[Outcome] = ()
    with open_app() as app, show_progress() as progress:
        if rebuild:
            report = app.index.rebuild(progress)
        else:
            report, outcomes = app.ingest(progress, sources or (), all_licenses=all_licenses, refresh=refresh)
    if as_json:
        rows = [
            {"source": one.source, "result": one.result, "detail": one.detail, "document": _id(one)} for one in outcomes
        ]
        print(json.dumps({**asdict(report), "sources": rows}, ensure_ascii=False))
    else:
        _show(outcomes, report)
    failed = [one for one in outcomes if one.result == "failed"]
    for one in failed:
        print(one.detail if one.source in one.detail else f"{one.source}: {one.detail}", file=sys.stderr)
    if failed:
        raise typer.Exit(1)


def _show(outcomes: Sequence[Outcome], report: IngestReport) -> None:
    width = max((len(one.source) for one in outcomes), default=0)
    for one in outcomes:
        about = (
            ""
            if one.result == "failed"
            else one.detail or (f"{one.document.title} [{one.document.id}]" if one.document else "")
        )
        print(f"{_SAID[one.result]:<14} {one.source:<{min(width, 60)}}  {about}".rstrip())
    print(
        f"{report.added} documents added, {report.changed} changed, {report.removed} removed, "
        f"{report.unchanged} unchanged; {report.passages:,} passages in the index, "
        f"{report.embedded:,} embedded in {report.seconds:.1f} s."
    )


def _id(outcome: Outcome) -> str:
    return outcome.document.id if outcome.document else ""
