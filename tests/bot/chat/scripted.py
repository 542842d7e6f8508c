"""Stands in for the road of a question where a test is about Discord: says what it is told, when it is told to."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bot.answering.answer import Answer, Citation, Timings
from bot.answering.pipeline import Turn
from bot.answering.question import Query
from bot.errors import CancelledError
from knowledge.errors import NotFoundError
from knowledge.ingest import IngestReport
from knowledge.loaders.sources import Outcome

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from knowledge.ports import Progress
    from knowledge.records import Document

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
    withdrawn: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self.release.set()

    def answer(self, question: str, previous: Turn | None = None, show: Callable[[str], None] | None = None) -> Turn:
        """Answer as it was told to."""
        self.asked.append((question, previous))
        self.started.set()
        for piece in self.pieces[:-1]:
            if show:
                show(piece)
        while not self.release.wait(0.01) and not self.withdrawn.is_set():
            pass
        self.check()
        if self.error:
            raise self.error
        if show:
            show(self.pieces[-1])
        return turn(question, "".join(self.pieces))

    def begin(self) -> None:
        """Let a new answer begin."""
        self.withdrawn.clear()

    def check(self) -> None:
        """Raise where the answer was withdrawn."""
        if self.withdrawn.is_set():
            raise CancelledError("The question was withdrawn.")

    def withdraw(self) -> None:
        """Stop the answer that is held back."""
        self.withdrawn.set()

    def recall(self, questions: Sequence[str]) -> Turn | None:
        """Return the turn that earlier questions lead to."""
        return turn(questions[-1]) if questions else None


class NothingLearned:
    """Stands in for what takes documents in and out: every source fails, no document is known."""

    def learn(
        self, sources: Sequence[str], progress: Progress, *, refresh: bool = False
    ) -> tuple[IngestReport, list[Outcome]]:
        """Take nothing in."""
        return IngestReport(0, 0, 0, 0, 0, 0, 0.0), [Outcome(one, "failed", "It cannot be reached.") for one in sources]

    def forget(self, document: str) -> Document:
        """Know nothing."""
        raise NotFoundError(f"No document {document!r}.", hint="Pick one.")
