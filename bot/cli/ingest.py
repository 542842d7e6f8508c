"""`osai ingest`: makes the index of the bundled knowledge, and adds a person's own texts to it."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path  # noqa: TC003 - typer reads the annotation at run time
from typing import Annotated

import typer

from bot.cli.progress import show_progress


def ingest_command(
    paths: Annotated[
        list[Path] | None, typer.Argument(help="Text or Markdown files to add; none: the bundled knowledge alone.")
    ] = None,
    rebuild: Annotated[
        bool, typer.Option("--rebuild", help="Throw the index away and make it anew from the texts kept.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the counts as JSON.")] = False,
) -> None:
    """Index the bundled licenses, models and articles, and your own documents beside them.

    What has not changed is not indexed again.
    """
    from bot.app import open_app

    with open_app() as app, show_progress() as progress:
        report = app.index.rebuild(progress) if rebuild else app.ingest(progress, paths or ())
    if as_json:
        print(json.dumps(asdict(report)))
        return
    print(
        f"{report.added} documents added, {report.changed} changed, {report.removed} removed, "
        f"{report.unchanged} unchanged; {report.passages:,} passages in the index, "
        f"{report.embedded:,} embedded in {report.seconds:.1f} s."
    )
