"""Shows an answer while it comes to stand: at most one edit a second, and only of what has changed.

Discord counts every edit, an identical one too. Only verified sentences come here; what is shown stays.
"""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

import discord

from bot.chat.answers import partial_card, waiting_card

if TYPE_CHECKING:
    from bot.chat.card import Card
    from bot.chat.desk import Place
    from bot.chat.surfaces import Surface

_log = logging.getLogger(__name__)
_PACE = 1.0  # seconds between two edits
_QUICK = 0.4  # seconds in which an answer may come without anything said before


async def follow(place: Place, surface: Surface) -> None:
    """Show how a question fares until it is answered; what shows the whole answer comes after.

    Raises GoneError where the message was deleted meanwhile. An edit that Discord refuses is left out.
    """
    shown: Card | None = None
    await _changed(place, _QUICK)
    while not place.done.done():
        place.changed.clear()
        card = partial_card(place.pieces) if place.pieces else waiting_card(place.position)
        if card != shown:
            try:
                await surface.put(card)
            except discord.HTTPException as error:
                _log.info("An edit was refused (%s); the next one comes.", error.status)
            shown = card
            await asyncio.wait({place.done}, timeout=_PACE)
        else:
            await _changed(place, None)


async def _changed(place: Place, seconds: float | None) -> None:
    """Wait until the place has changed or is done, at most so many seconds."""
    change = asyncio.create_task(place.changed.wait())
    done = asyncio.create_task(asyncio.wait({place.done}))
    await asyncio.wait({change, done}, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    change.cancel()
    done.cancel()
