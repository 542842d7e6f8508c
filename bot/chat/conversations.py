"""Remembers what was asked before: by the message that holds an answer, and by the thread that a conversation fills.

Bounded, and lost with the process: what is older is read from the answers that are kept (see cogs/ask.py). Knows no
Discord, only the ids of its messages and threads.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.answering.pipeline import Turn

_MOST = 2000  # messages and threads
_LONGEST = 6  # questions that are carried along; a conversation has moved on from what is older


@dataclass(frozen=True, slots=True)
class Talk:
    """The questions of a conversation, oldest first, and the turn they led to where it is still known."""

    questions: tuple[str, ...]
    turn: Turn | None = None

    def after(self, question: str, turn: Turn) -> Talk:
        """Return the conversation with one more question."""
        return Talk((*self.questions, question)[-_LONGEST:], turn)


class Conversations:
    """Conversations by the id of a message or thread, the latest kept."""

    def __init__(self) -> None:
        self._talks: OrderedDict[int, Talk] = OrderedDict()

    def of(self, place: int) -> Talk | None:
        """Return the conversation that a message or thread holds."""
        if place in self._talks:
            self._talks.move_to_end(place)
        return self._talks.get(place)

    def keep(self, place: int, talk: Talk) -> None:
        """Remember a conversation."""
        self._talks[place] = talk
        self._talks.move_to_end(place)
        while len(self._talks) > _MOST:
            self._talks.popitem(last=False)
