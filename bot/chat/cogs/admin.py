"""`/admin`: what those who run a server may do. Everything is checked here, whatever Discord's own settings allow.

Parses, checks, calls, sends; what is done, the stewardship knows.
"""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import discord
from discord import app_commands
from discord.ext import commands

from bot.chat.administration import Connection
from bot.chat.embeds import to_embed
from bot.chat.markup import shortened
from bot.chat.safety import safe
from bot.errors import OsaiError, UsageError
from knowledge.errors import KnowledgeError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from bot.chat.card import Card
    from bot.chat.stewardship import Stewardship
    from bot.chat.workshop import Hear

    Asked = discord.Interaction[Any]

_log = logging.getLogger(__name__)
_REFUSED = "Only those who may manage this server, or have a role named by `/admin roles`, may do that."
_ONLY_MANAGERS = "Only those who may manage this server choose these roles."
_MESSAGE = 2000  # characters
_LAST_WORDS = 1.0  # seconds to tell admins that their work was given up
_Address = app_commands.Range[str, 1, _MESSAGE]
_Burst = app_commands.Range[int, 1, 1000]
_Seconds = app_commands.Range[int, 0, 3600]


@app_commands.guild_only()
@app_commands.default_permissions(manage_guild=True)
class Admin(commands.GroupCog, group_name="admin"):
    """What those who run a server may do."""

    channels = app_commands.Group(name="channels", description="The channels in which every message is answered.")
    roles = app_commands.Group(name="roles", description="Who may use /admin beside those who manage the server.")

    def __init__(self, bot: commands.AutoShardedBot, stewardship: Stewardship) -> None:
        super().__init__()
        self._bot, self._steward = bot, stewardship
        self._since = discord.utils.utcnow().timestamp()
        self._doing: set[asyncio.Task[None]] = set()

    async def cog_unload(self) -> None:
        """Have running work given up, and its admin told."""
        self._steward.workshop.stop()
        if self._doing:
            await asyncio.wait(set(self._doing), timeout=_LAST_WORDS)

    # What is known

    @app_commands.command()
    @app_commands.describe(url="A web page, PDF, feed or sitemap")
    async def ingest(self, interaction: Asked, url: _Address) -> None:
        """Add a page, a PDF, a feed or a sitemap to what I answer from."""
        await self._do(interaction, lambda: self._steward.learn(_guild(interaction), _hearing(interaction), url))

    @app_commands.command()
    async def refresh(self, interaction: Asked) -> None:
        """Fetch every page again that was added, and take in what has changed."""
        await self._do(interaction, lambda: self._steward.learn(_guild(interaction), _hearing(interaction)))

    @app_commands.command()
    @app_commands.describe(document="A document that was added")
    async def forget(self, interaction: Asked, document: _Address) -> None:
        """Take an added document out of what I answer from."""
        await self._do(interaction, lambda: self._steward.forget(_guild(interaction), _hearing(interaction), document))

    @forget.autocomplete("document")
    async def _documents(self, interaction: Asked, typed: str) -> list[app_commands.Choice[str]]:
        offered = await self._steward.documents(typed) if await self._may(interaction) else []
        return [app_commands.Choice(name=one.name, value=one.value) for one in offered]

    # What holds on a server

    @channels.command(name="set")
    async def set_channel(self, interaction: Asked, channel: discord.TextChannel) -> None:
        """Answer every message in a channel."""
        await self._do(interaction, lambda: self._set_channel(channel))

    @channels.command(name="unset")
    async def unset_channel(self, interaction: Asked, channel: discord.TextChannel) -> None:
        """Answer in a channel only when asked."""
        await self._do(interaction, lambda: self._unset_channel(channel))

    @channels.command(name="list")
    async def list_channels(self, interaction: Asked) -> None:
        """Show the channels in which every message is answered."""
        await self._do(interaction, lambda: self._channels(_guild(interaction)))

    @roles.command(name="add")
    async def add_role(self, interaction: Asked, role: discord.Role) -> None:
        """Let a role use /admin."""
        await self._do(interaction, lambda: self._change_role(interaction, role, add=True))

    @roles.command(name="remove")
    async def remove_role(self, interaction: Asked, role: discord.Role) -> None:
        """Let a role no longer use /admin."""
        await self._do(interaction, lambda: self._change_role(interaction, role, add=False))

    @roles.command(name="list")
    async def list_roles(self, interaction: Asked) -> None:
        """Show whose commands these are."""
        await self._do(interaction, lambda: self._steward.roles(_guild(interaction)))

    @app_commands.command()
    @app_commands.describe(
        person_at_once="How many questions one person may ask at once",
        person_seconds="After how many seconds one more; 0 for no limit",
        server_at_once="How many questions the whole server may ask at once",
        server_seconds="After how many seconds one more; 0 for no limit",
        reset="Go back to the limits of the bot's owner",
    )
    async def limits(
        self,
        interaction: Asked,
        person_at_once: _Burst | None = None,
        person_seconds: _Seconds | None = None,
        server_at_once: _Burst | None = None,
        server_seconds: _Seconds | None = None,
        reset: bool = False,
    ) -> None:
        """Show how often questions may be asked, or set it."""
        asked: dict[str, int | None] = {
            "user_burst": person_at_once,
            "user_seconds": person_seconds,
            "guild_burst": server_at_once,
            "guild_seconds": server_seconds,
        }
        chosen = {name: value for name, value in asked.items() if value is not None}
        await self._do(interaction, lambda: self._steward.limits(_guild(interaction), chosen, reset=reset))

    # How it goes

    @app_commands.command()
    async def status(self, interaction: Asked) -> None:
        """Show how I fare: the queue, the model, the knowledge, the connection."""
        bot = self._bot
        connection = Connection(bot.latency, len(bot.guilds), len(bot.shards), self._since)
        await self._do(interaction, lambda: self._steward.status(connection))

    @app_commands.command()
    async def stats(self, interaction: Asked) -> None:
        """Show how many questions were answered here, and what was thought of it."""
        await self._do(interaction, lambda: self._steward.stats(_guild(interaction)))

    # What Discord says of servers

    @commands.Cog.listener()
    async def on_guild_remove(self, guild: discord.Guild) -> None:
        """Forget a server that has removed the bot."""
        await self._steward.states.forget(guild.id)

    @commands.Cog.listener()
    async def on_guild_channel_delete(self, channel: discord.abc.GuildChannel) -> None:
        """Forget a channel that is gone."""
        await self._steward.states.unmark(channel.guild.id, "channel", channel.id)

    @commands.Cog.listener()
    async def on_guild_role_delete(self, role: discord.Role) -> None:
        """Forget a role that is gone."""
        await self._steward.states.unmark(role.guild.id, "role", role.id)

    async def _do(self, interaction: Asked, work: Callable[[], Awaitable[Card | str]]) -> None:
        """Do what a command asks for, in a task that the end of the bot waits for a moment."""
        task = asyncio.create_task(self._done(interaction, work))
        self._doing.add(task)
        task.add_done_callback(self._doing.discard)
        await task

    async def _done(self, interaction: Asked, work: Callable[[], Awaitable[Card | str]]) -> None:
        """Acknowledge a command at once; do its work only for an admin, and answer with what came of it."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        try:
            told = await work() if await self._may(interaction) else _REFUSED
        except (OsaiError, KnowledgeError) as error:
            told = shortened(safe(f"{error.message} {error.hint}".strip()), _MESSAGE)
        await _answer(interaction, told)

    async def _may(self, interaction: Asked) -> bool:
        return _manages(interaction) or await self._has_role(interaction)

    async def _has_role(self, interaction: Asked) -> bool:
        if not isinstance(interaction.user, discord.Member):
            return False
        allowed = (await self._steward.states.of(interaction.user.guild.id)).admin_roles
        return any(role.id in allowed for role in interaction.user.roles)

    async def _channels(self, guild: int) -> str:
        return await self._steward.channels(guild, message_content=self._bot.intents.message_content)

    async def _set_channel(self, channel: discord.TextChannel) -> str:
        may = channel.permissions_for(channel.guild.me)
        if not (may.view_channel and may.send_messages and may.embed_links):
            raise UsageError("I may not see, write and embed in that channel.", hint="Let me, then try again.")
        await self._steward.states.mark(channel.guild.id, "channel", channel.id)
        return await self._channels(channel.guild.id)

    async def _unset_channel(self, channel: discord.TextChannel) -> str:
        await self._steward.states.unmark(channel.guild.id, "channel", channel.id)
        return await self._channels(channel.guild.id)

    async def _change_role(self, interaction: Asked, role: discord.Role, *, add: bool) -> str:
        if not _manages(interaction):  # a role must not be able to hand its right on
            raise UsageError(_ONLY_MANAGERS)
        if role.is_default():
            raise UsageError("Everybody has that role.", hint="Choose another.")
        await (self._steward.states.mark if add else self._steward.states.unmark)(role.guild.id, "role", role.id)
        return await self._steward.roles(role.guild.id, added=add)


def _manages(interaction: Asked) -> bool:
    may = interaction.permissions
    return interaction.guild_id is not None and (may.manage_guild or may.administrator)


def _guild(interaction: Asked) -> int:
    return interaction.guild_id or 0


def _hearing(interaction: Asked) -> Hear:
    """Return what shows an admin how far the work is, while Discord lets it."""

    async def hear(line: str) -> None:
        if not interaction.is_expired():
            with suppress(discord.HTTPException):  # the next one may get through
                await interaction.edit_original_response(content=line)

    return hear


async def _answer(interaction: Asked, told: Card | str) -> None:
    """Answer a command that was acknowledged; after a quarter of an hour Discord wants a message of its own."""
    said: dict[str, Any] = {"content": told} if isinstance(told, str) else {"content": None, "embed": to_embed(told)}
    if not interaction.is_expired():
        with suppress(discord.HTTPException):  # too late after all, or put away by its reader
            await interaction.edit_original_response(**said)
            return
    try:
        await interaction.user.send(**said)
    except discord.HTTPException:
        _log.warning("What came of long work could not be told: its admin takes no messages.")
