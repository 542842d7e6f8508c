"""Keeps an answer when it is shown, so that the thumbs and the sources under it work after a restart.

An answer that cannot be kept is still an answer: it then has no thumbs. Refuses to hold one up.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from bot.errors import StoreError
from bot.feedback import Cited, Shown, Versions

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bot.answering.answer import Answer
    from bot.feedback import FeedbackStore

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Keeping:
    """Where answers are kept. `version` is osai's; `knowledge` tells the fingerprint of what it knows just now."""

    store: FeedbackStore
    version: str
    knowledge: Callable[[], str]

    async def keep(self, answer: Answer, *, asker: int, guild: int, before: Sequence[str] = ()) -> str:
        """Keep an answer and return its id, empty where that failed; `before` are the questions it follows up on."""
        try:
            return await asyncio.to_thread(self._keep, answer, asker, guild, tuple(before))
        except StoreError as error:
            _log.warning("An answer was not kept and has no thumbs. %s %s", error.message, error.hint)
            return ""

    async def shown(self, answer_id: str) -> Shown | None:
        """Return an answer as it was shown, or None where it is kept no longer."""
        return await asyncio.to_thread(self.store.shown, answer_id)

    def _keep(self, answer: Answer, asker: int, guild: int, before: tuple[str, ...]) -> str:
        cited = tuple(Cited(**asdict(one)) for one in answer.citations)
        made_by = Versions(self.version, answer.model, self.knowledge())
        shown = Shown(answer.question, answer.text, answer.abstained, cited, made_by, before)
        return self.store.keep(shown, asker=asker, guild=guild)
