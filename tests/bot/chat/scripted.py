"""Stands in for the road of a question where a test is about Discord: says what it is told, when it is told to."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bot.answering.answer import Answer, Citation, Timings
from bot.answering.pipeline import Turn
from bot.answering.question import Query

if TYPE_CHECKING:
    from collections.abc import Callable

CITED = Citation(
    1,
    "Llama 3 Community License",
    "https://www.llama.com/llama3/license/",
    "licenses/llama-3",
    "2",
    "greater than 700 million monthly active users",
)


def turn(question: str, text: str = "No. Llama 3 is not open source. [1]", *, abstained: bool = False) -> Turn:
    """Return a turn as the road does."""
    citations = () if abstained else (CITED,)
    answer = Answer(question, text, abstained, "model", "SmolLM2-135M", citations, Timings(120, 340, 900))
    return Turn(answer, Query(question, question, (), (), (), (), (), polar=True, defines=False))


@dataclass(slots=True)
class Scripted:
    """Answers every question with `pieces`; before the last it waits for `release`, which is set unless cleared."""

    pieces: tuple[str, ...] = ("No. ", "Llama 3 is not open source. [1]")
    error: Exception | None = None
    asked: list[tuple[str, Turn | None]] = field(default_factory=list)
    release: threading.Event = field(default_factory=threading.Event)
    started: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self.release.set()

    def answer(self, question: str, previous: Turn | None = None, show: Callable[[str], None] | None = None) -> Turn:
        """Answer as it was told to."""
        self.asked.append((question, previous))
        self.started.set()
        for piece in self.pieces[:-1]:
            if show:
                show(piece)
        self.release.wait(30)
        if self.error:
            raise self.error
        if show:
            show(self.pieces[-1])
        return turn(question, "".join(self.pieces))
