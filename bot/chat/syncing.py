"""Sends the slash commands to Discord only when they differ from what was sent last.

Discord allows few such calls a day and shows changed commands late; most starts change nothing. Refuses to fail a
start: a bot whose commands could not be sent still answers mentions, and sends them again the next time.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import logging
from typing import TYPE_CHECKING, Any, Protocol

import discord

if TYPE_CHECKING:
    from discord import app_commands

_log = logging.getLogger(__name__)


class SyncMemory(Protocol):
    """Remembers the digest of the commands that an application was last given."""

    def synced(self, application: int) -> str:
        """Return the digest, empty if none was ever given."""

    def set_synced(self, application: int, digest: str) -> None:
        """Keep the digest."""


def digest_of(tree: app_commands.CommandTree[Any]) -> str:
    """Return a digest of all that Discord is told of the global commands, whatever order they were added in."""
    payloads = sorted(json.dumps(command.to_dict(tree), sort_keys=True) for command in tree.get_commands())
    return hashlib.sha256("\n".join(payloads).encode()).hexdigest()


async def sync_changed(tree: app_commands.CommandTree[Any], memory: SyncMemory, *, always: bool = False) -> bool:
    """Send the commands if they changed, or `always`, and return whether Discord took them."""
    application, digest = tree.client.application_id or 0, digest_of(tree)
    if not always and await asyncio.to_thread(memory.synced, application) == digest:
        return False
    try:
        await tree.sync()
    except (discord.HTTPException, discord.app_commands.CommandSyncFailure, OSError) as error:
        _log.warning("Discord did not take the commands (%s); they are sent again at the next start.", _why(error))
        return False
    await asyncio.to_thread(memory.set_synced, application, digest)
    return True


def _why(error: Exception) -> str:
    return " ".join(str(error).split())[:300] or type(error).__name__
