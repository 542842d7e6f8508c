"""Times one answer, and passes its text on."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from bot.answering.answer import Timings

if TYPE_CHECKING:
    from collections.abc import Callable


class Clock:
    """Starts when made. Hears every piece of shown text on its way to the asker."""

    def __init__(self, show: Callable[[str], None] | None) -> None:
        self._show = show
        self._start = time.perf_counter()
        self._retrieved = self._first = 0

    def retrieved(self) -> None:
        """Note that the evidence stands."""
        self._retrieved = self._elapsed()

    def show(self, text: str) -> None:
        """Pass a piece of text on."""
        self._first = self._first or max(1, self._elapsed())
        if self._show is not None:
            self._show(text)

    def timings(self) -> Timings:
        """Return the times so far, in milliseconds."""
        return Timings(self._retrieved, self._first, self._elapsed())

    def _elapsed(self) -> int:
        return round((time.perf_counter() - self._start) * 1000)
