"""What guilds have set, at hand on the event loop: read from the disk once, in a thread, and kept.

A guild belongs to one shard, and a shard to one process, so nobody else changes what is kept here.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from bot.guilds import GuildState

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.guilds import GuildStore, Kind, Limits


class GuildStates:
    """The states of guilds; `default` are the limits of a guild that has set none."""

    def __init__(self, store: GuildStore, default: Limits) -> None:
        self._store, self.default = store, default
        self._kept: dict[int, GuildState] = {}
        self._turn = asyncio.Lock()  # what is read must not be older than what was written meanwhile

    async def of(self, guild: int) -> GuildState:
        """Return what a guild has set; 0, direct messages, has set nothing."""
        if guild and guild not in self._kept:
            async with self._turn:
                self._kept[guild] = await asyncio.to_thread(self._store.state, guild)
        return self._kept.get(guild) or GuildState()

    async def limits(self, guild: int) -> Limits:
        """Return the limits that hold in a guild."""
        return (await self.of(guild)).limits or self.default

    async def mark(self, guild: int, kind: Kind, marked: int) -> bool:
        """Remember a channel, role or thread; return whether it was news."""
        return await self._change(guild, lambda: self._store.mark(guild, kind, marked))

    async def unmark(self, guild: int, kind: Kind, marked: int) -> bool:
        """Forget a channel, role or thread; return whether it was known."""
        return await self._change(guild, lambda: self._store.unmark(guild, kind, marked))

    async def set_limits(self, guild: int, limits: Limits | None) -> None:
        """Keep a guild's limits; None goes back to the default."""

        def write() -> bool:
            self._store.set_limits(guild, limits)
            return True

        await self._change(guild, write)

    async def forget(self, guild: int) -> None:
        """Delete everything of a guild that has removed the bot."""

        def write() -> bool:
            self._store.forget(guild)
            return True

        await self._change(guild, write)

    async def _change(self, guild: int, write: Callable[[], bool]) -> bool:
        async with self._turn:
            try:
                return await asyncio.to_thread(write)
            finally:  # read again, whatever came of it
                self._kept.pop(guild, None)
