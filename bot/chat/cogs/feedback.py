"""Thumbs under answers and `/forget-me`; once a day what is too old is deleted. Knows no answer."""

from __future__ import annotations

import asyncio
import logging
from functools import partial
from typing import TYPE_CHECKING, Any

from discord import Interaction, app_commands
from discord.ext import commands, tasks

from bot.chat.mishaps import telling
from bot.chat.thumbs import COG, Thumb
from bot.chat.timely import awaited, tell
from bot.errors import StoreError

if TYPE_CHECKING:
    from bot.feedback import FeedbackStore, Forgotten, Outcome

_log = logging.getLogger(__name__)
_SAID: dict[Outcome, str] = {
    "counted": "Thank you, that is counted. `/forget-me` takes it back.",
    "changed": "Changed. Your last thumb is the one that counts.",
    "same": "You said so before, and it is counted.",
    "gone": "This answer is no longer kept, so it cannot be rated. Ask again for a fresh one.",
}


class Feedback(commands.Cog, name=COG):
    """What people think of answers."""

    def __init__(self, bot: commands.AutoShardedBot, store: FeedbackStore) -> None:
        self._bot, self._store = bot, store

    async def cog_load(self) -> None:
        """Let the thumbs of older messages count, and delete what is too old, now and once a day."""
        self._bot.add_dynamic_items(Thumb)
        self._purge.start()

    async def cog_unload(self) -> None:
        """Take the thumbs out of service."""
        self._purge.cancel()
        self._bot.remove_dynamic_items(Thumb)

    async def take(self, interaction: Interaction[Any], answer_id: str, *, up: bool) -> None:
        """Count a thumb."""
        async with telling(interaction):
            work = partial(self._store.rate, answer_id, rater=interaction.user.id, up=up)
            outcome = await awaited(interaction, work, private=True)
            await tell(interaction, content=_SAID[outcome], private=True)

    @app_commands.command(name="forget-me")
    async def forget_me(self, interaction: Interaction[Any]) -> None:
        """Delete your ratings, and what is kept of your questions."""
        forgotten = await awaited(interaction, partial(self._store.forget, interaction.user.id), private=True)
        await tell(interaction, content=_told(forgotten), private=True)

    @tasks.loop(hours=24)
    async def _purge(self) -> None:
        try:
            gone = await asyncio.to_thread(self._store.purge)
        except StoreError as error:  # tried again tomorrow; answers do not depend on it
            _log.warning("Old ratings were not deleted. %s %s", error.message, error.hint)
        else:
            _log.info("Deleted %d rows of old answers and ratings.", gone)


def _told(forgotten: Forgotten) -> str:
    if not (forgotten.answers or forgotten.ratings):
        return "Nothing of yours is kept here."
    answers = _counted(forgotten.answers, "question of yours with its answer", "questions of yours with their answers")
    return f"Deleted {_counted(forgotten.ratings, 'rating', 'ratings')} and {answers}. Nothing of yours is left here."


def _counted(number: int, one: str, many: str) -> str:
    return f"{number:,} {one if number == 1 else many}"
