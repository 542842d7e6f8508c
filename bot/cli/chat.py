"""`osai chat`: questions with follow-ups, for people and for scripts."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.ask import answer_or_decline, print_json, show_turn
from bot.cli.progress import show_progress
from bot.errors import OsaiError

if TYPE_CHECKING:
    from bot.answering.pipeline import Answerer, Turn

_GREETING = "Ask about open-source AI. An empty line starts over; Ctrl-D ends."


def chat_command(
    as_json: Annotated[
        bool,
        typer.Option("--json", help="One turn a line on stdin, one JSON object a line on stdout."),
    ] = False,
) -> None:
    """Hold a conversation: "and for 3.1?" is understood; an empty line starts a new one."""
    from bot.app import open_app

    with open_app() as app:
        with show_progress() as progress:
            answerer = app.answerer(progress)
        if as_json:
            _script(answerer)
        else:
            _talk(answerer)


def _script(answerer: Answerer) -> None:
    previous: Turn | None = None
    for line in sys.stdin:
        question = line.rstrip("\n")
        if not question.strip():
            previous = None
            continue
        answer, previous = answer_or_decline(answerer, question, previous)
        print_json(answer)


def _talk(answerer: Answerer) -> None:
    previous: Turn | None = None
    if sys.stdin.isatty():
        import readline  # noqa: F401 - input() edits lines and remembers them once this is loaded

        print(_GREETING)
    while True:
        try:
            question = input("\n> " if sys.stdin.isatty() else "")
        except EOFError:
            return
        if not question.strip():
            previous = None
            continue
        try:
            previous = show_turn(answerer, question, previous)
        except OsaiError as error:
            print(f"{error.message} {error.hint}".strip(), file=sys.stderr)
