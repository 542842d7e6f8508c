"""Answers interactions in time: Discord drops one that is not acknowledged within three seconds."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

    import discord

_PATIENCE = 0.8  # seconds before an interaction is acknowledged without its answer
_T = TypeVar("_T")


async def awaited(interaction: discord.Interaction[Any], work: Callable[[], _T], *, private: bool) -> _T:
    """Return what a thread makes; what takes longer than a moment is acknowledged meanwhile."""
    task = asyncio.create_task(asyncio.to_thread(work))
    done, _ = await asyncio.wait({task}, timeout=_PATIENCE)
    if not done:
        await interaction.response.defer(ephemeral=private, thinking=True)
    return await task


async def tell(interaction: discord.Interaction[Any], *, private: bool, **sent: Any) -> None:
    """Send the answer, as the first one or after the acknowledgement."""
    if interaction.response.is_done():
        await interaction.followup.send(ephemeral=private, **sent)
    else:
        await interaction.response.send_message(ephemeral=private, **sent)
