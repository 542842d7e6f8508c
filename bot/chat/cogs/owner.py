"""`/sync`: sends the commands to Discord anew, for the application's owner alone.

Needed when somebody else, another program with the same token say, changed them there: osai sends them by itself only
when its own have changed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from discord import Interaction, app_commands
from discord.ext import commands

from bot.chat.syncing import sync_changed

if TYPE_CHECKING:
    from bot.chat.syncing import SyncMemory

_REFUSED = "Only the owner of this bot may do that."
_SENT = "Discord has the commands. Clients show them within a minute or two; Ctrl-R shows them at once."
_NOT_TAKEN = "Discord did not take the commands. The log says why; osai sends them again at its next start."


class Owner(commands.Cog):
    """What only the owner may do. Whoever asks is checked here, whatever Discord's own settings allow."""

    def __init__(self, bot: commands.AutoShardedBot, memory: SyncMemory) -> None:
        self._bot, self._memory = bot, memory

    @app_commands.command(name="sync")
    @app_commands.default_permissions(administrator=True)
    async def sync(self, interaction: Interaction) -> None:
        """Send the commands to Discord anew. For the owner of this bot."""
        await interaction.response.defer(ephemeral=True)  # who owns the bot may have to be asked of Discord
        if not await self._bot.is_owner(interaction.user):
            await interaction.followup.send(_REFUSED, ephemeral=True)
            return
        taken = await sync_changed(self._bot.tree, self._memory, always=True)
        await interaction.followup.send(_SENT if taken else _NOT_TAKEN, ephemeral=True)
