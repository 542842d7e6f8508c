"""`osai ask`: a question, or one a line from stdin, to cited answers."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.progress import show_progress
from bot.cli.show import show_sources, stream_text
from bot.errors import GenerationError, PromptTooLongError, UsageError

if TYPE_CHECKING:
    from bot.answering.answer import Answer
    from bot.answering.pipeline import Answerer, Turn


def ask_command(
    question: Annotated[str, typer.Argument(help="The question; - reads one question a line from stdin.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object a question and nothing else.")] = False,
) -> None:
    """Answer a question about open-source AI, with its sources.

    The first use fetches the model and builds the index.
    """
    from bot.answering.question import clean
    from bot.app import open_app

    if question != "-":
        clean(question)  # a question that cannot be read is refused before anything is loaded
    with open_app() as app:
        with show_progress() as progress:
            answerer = app.answerer(progress)
        if question == "-":
            for line in sys.stdin:
                _answer_line(answerer, line.rstrip("\n"), as_json)
        elif as_json:
            print_json(answerer.answer(question).answer)
        else:
            show_turn(answerer, question)


def show_turn(answerer: Answerer, question: str, previous: Turn | None = None) -> Turn:
    """Answer on the terminal, streaming, with the sources below."""
    turn = answerer.answer(question, previous, show=stream_text())
    show_sources(turn.answer)
    return turn


def print_json(answer: Answer) -> None:
    """Print an answer as one line of JSON."""
    print(json.dumps(answer.to_json(), ensure_ascii=False), flush=True)


def answer_or_decline(answerer: Answerer, question: str, previous: Turn | None = None) -> tuple[Answer, Turn | None]:
    """Return the answer, or an abstention that says why this question of a batch could not be read."""
    from bot.answering.abstention import decline

    try:
        turn = answerer.answer(question, previous)
    except (UsageError, GenerationError, PromptTooLongError) as error:
        return decline(question, f"{error.message} {error.hint}".strip()), previous
    return turn.answer, turn


def _answer_line(answerer: Answerer, line: str, as_json: bool) -> None:
    answer, _ = answer_or_decline(answerer, line)
    if as_json:
        print_json(answer)
        return
    print(f"> {line[:200]}\n{answer.text}", end="")
    show_sources(answer)
    print(flush=True)
