"""`osai feedback export`: what people thought of answers in Discord, as questions of an evaluation set."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from bot.feedback import Rated

app = typer.Typer(help="Read what people thought of answers in Discord.", no_args_is_help=True)


@app.callback()
def feedback() -> None:
    """Read what people thought of answers in Discord."""


@app.command("export")
def export_command(
    as_json: Annotated[bool, typer.Option("--json", help="Print everything that is kept of them as JSON.")] = False,
) -> None:
    """Print the rated answers as a file for `osai eval`: `osai feedback export > rated.yaml`.

    Answers with more thumbs up than down become questions. The others stand at the end as comments: what would have
    been right only a person can say. Nobody's name or id is in it.
    """
    from bot.app import open_app
    from bot.evaluation.rated import to_yaml

    with open_app() as osai:
        rated = osai.feedback.rated()
    if not rated:
        print("Nothing has been rated yet.", file=sys.stderr)
    print(json.dumps(list(map(_row, rated)), ensure_ascii=False) if as_json else to_yaml(rated).rstrip("\n"))


def _row(rated: Rated) -> dict[str, object]:
    from bot.evaluation.rated import case_of

    case = case_of(rated)
    kept = asdict(rated)
    return {**kept.pop("shown"), **kept, "case": case.model_dump(mode="json", exclude_defaults=True) if case else None}
