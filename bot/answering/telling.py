"""Tells the steps of an answer in order: the direct answer, then the model's sentences or a list, with markers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.answering.numbering import Numbering

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.answering.answer import WrittenBy
    from bot.answering.clock import Clock
    from bot.answering.compose import Composer
    from bot.answering.pipeline import Step


class Telling:
    """The pieces of an answer's text; each is shown when it is certain to stand."""

    def __init__(self, steps: Sequence[Step], composer: Composer, clock: Clock, first_words: str = "") -> None:
        self.pieces: list[str] = []
        self.numbering = Numbering([item for step in steps for item in step.evidence])
        self.written_by: WrittenBy = "model"
        self._clock, self._composer = clock, composer
        if first_words and steps:
            self.add(first_words)
        first = 0
        for step in steps:
            self._tell(step, first)
            first += len(step.evidence)

    def add(self, text: str) -> None:
        """Add a piece that stands on no evidence: a direct answer, or what could not be answered."""
        self.pieces.append(text)
        self._clock.show(text)

    def _tell(self, step: Step, first: int) -> None:
        if step.lead:
            self.add(step.lead)
        if step.listing is not None:
            self.written_by = "quotes"
            marked = [
                self.numbering.mark(name, first + place) for place, (name, evidence) in enumerate(step.listing.members)
            ]
            more = f", and {step.listing.more} more" if step.listing.more else ""
            self.add(f"{step.listing.head}: {', '.join(marked)}{more}.")
            return

        def hear(sentence: str, index: int) -> None:
            self.add(self.numbering.mark(sentence, first + index))

        draft = self._composer.compose(step.query.text, step.evidence, hear)
        if draft.written_by == "quotes":
            self.written_by = "quotes"
