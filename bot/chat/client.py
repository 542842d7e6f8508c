"""The bot as Discord sees it: what it may hear, what it is made of, and what becomes of an error.

Resources come ready from the composition root; cogs are added in setup_hook, before the first event. Refuses to mention
anybody, whatever a text says.
"""

from __future__ import annotations

import logging
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any, cast

import discord
from discord import app_commands
from discord.ext import commands

from bot.chat.cogs.admin import Admin
from bot.chat.cogs.asking import Asking
from bot.chat.cogs.feedback import Feedback
from bot.chat.cogs.lookup import Lookup
from bot.chat.cogs.owner import Owner
from bot.chat.desk import Desk
from bot.chat.limits import Cooldowns
from bot.chat.mishaps import tell_mishap
from bot.chat.syncing import sync_changed

if TYPE_CHECKING:
    from bot.chat.parts import ChatConfig, Parts

_log = logging.getLogger(__name__)


class OsaiBot(commands.AutoShardedBot):
    """Answers in channels, in threads, in direct messages and to commands."""

    def __init__(self, parts: Parts) -> None:
        config = parts.config
        super().__init__(
            commands.when_mentioned,
            intents=_intents(config),
            allowed_mentions=discord.AllowedMentions.none(),
            help_command=None,
            tree_cls=_Tree,
            shard_count=config.shard_count,
            shard_ids=cast("list[int]", list(config.shard_ids) or None),
            owner_ids=set(config.owner_ids) or None,
        )
        self._parts = parts
        self.desk = Desk(parts.road, parts.withdraws, size=config.queue_size)

    async def setup_hook(self) -> None:
        """Add the cogs, and tell Discord of the commands if they changed."""
        parts = self._parts
        await self.add_cog(Asking(self, self.desk, parts.states, parts.keeping, Cooldowns(time.monotonic)))
        await self.add_cog(Lookup(self, parts.lookups, parts.choices, parts.about))
        await self.add_cog(Feedback(self, parts.keeping.store))
        await self.add_cog(Admin(self, parts.steward(lambda: self.desk.waiting)))
        await self.add_cog(Owner(self, parts.memory))
        await sync_changed(self.tree, parts.memory)
        mode = "with" if self.intents.message_content else "without"
        _log.info("Answers %s the message content intent.", mode)

    async def on_message(self, message: discord.Message) -> None:
        """Leave messages to the asking cog: there are no commands by prefix."""

    async def on_error(self, event_method: str, /, *_args: Any, **_kwargs: Any) -> None:
        """Log what a listener raised, without what it was called with."""
        _log.exception("%s failed.", event_method)

    async def wind_down(self, seconds: float) -> None:
        """Refuse new questions; let the running answer finish, or mark it after so many seconds."""
        await self.desk.wind_down(seconds)
        asking = self.get_cog("Asking")
        if isinstance(asking, Asking):
            await asking.settled(seconds=2)

    async def close(self) -> None:
        """Stop answering, then close the connections."""
        self.desk.close()
        await super().close()


class _Tree(app_commands.CommandTree[Any]):
    """The commands, with one boundary for what they raise."""

    async def on_error(self, interaction: discord.Interaction[Any], error: app_commands.AppCommandError, /) -> None:
        """Tell the asker in one line; a list that failed is empty."""
        if interaction.type is not discord.InteractionType.autocomplete:
            await tell_mishap(interaction, error)
        elif not interaction.response.is_done():
            with suppress(discord.HTTPException):
                await interaction.response.autocomplete([])


def _intents(config: ChatConfig) -> discord.Intents:
    """Return what the bot hears: mentions, replies and direct messages carry their text without the content intent."""
    intents = discord.Intents.none()
    intents.guilds = intents.guild_messages = intents.dm_messages = True
    intents.message_content = config.message_content
    return intents
