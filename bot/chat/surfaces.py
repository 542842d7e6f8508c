"""Where an answer is shown: under an interaction or under a message, first sent, then edited, then moved if need be.

An interaction's own message can be edited for a quarter of an hour; before that ends the answer goes on in the channel.
"""

from __future__ import annotations

import math
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Protocol

import discord

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.chat.card import Card

from bot.chat.embeds import to_embed

_TOKEN_LIVES = 14 * 60  # seconds, of the 15 minutes that Discord allows


class GoneError(Exception):
    """The place where the answer was to stand was deleted."""


class Surface(Protocol):
    """Shows cards in one message after the other."""

    async def put(self, card: Card, view: discord.ui.View | None = None) -> discord.Message:
        """Show a card in the current message; GoneError where somebody deleted that."""

    async def add(self, card: Card, view: discord.ui.View | None = None) -> discord.Message:
        """Show a card in a new message below."""


class UnderInteraction:
    """The answer to a command that was acknowledged. `clock` gives seconds that never go back."""

    def __init__(self, interaction: discord.Interaction[Any], clock: Callable[[], float] = time.monotonic) -> None:
        self._interaction, self._clock = interaction, clock
        self._end = clock() + _TOKEN_LIVES
        self._moved: discord.Message | None = None

    async def put(self, card: Card, view: discord.ui.View | None = None) -> discord.Message:
        """Edit the command's answer, or the message in the channel that took its place."""
        if self._moved is None and self._clock() < self._end:
            try:
                return await self._interaction.edit_original_response(embed=to_embed(card), view=view)
            except discord.HTTPException as error:
                if error.code == _UNKNOWN_MESSAGE:
                    raise GoneError from error
                if error.code not in _TOKEN_ENDED:
                    raise
                self._end = -math.inf
        if self._moved is None:
            return await self.add(card, view)
        return await _edited(self._moved, card, view)

    async def add(self, card: Card, view: discord.ui.View | None = None) -> discord.Message:
        """Send a message below, as a follow-up while the token lives."""
        sent = _sent(card, view)
        if self._moved is None and self._clock() < self._end:
            return await self._interaction.followup.send(wait=True, **sent)
        channel = self._interaction.channel
        if not isinstance(channel, discord.abc.Messageable):
            raise GoneError
        self._moved = await channel.send(self._interaction.user.mention, **sent)
        return self._moved


class UnderMessage:
    """The answer to a message, as a reply to it."""

    def __init__(self, asked: discord.Message) -> None:
        self._asked = asked
        self._shown: discord.Message | None = None

    async def put(self, card: Card, view: discord.ui.View | None = None) -> discord.Message:
        """Reply, and from then on edit the reply."""
        if self._shown is None:
            self._shown = await self._replied(card, view)
            return self._shown
        return await _edited(self._shown, card, view)

    async def add(self, card: Card, view: discord.ui.View | None = None) -> discord.Message:
        """Send a message below."""
        return await self._asked.channel.send(**_sent(card, view))

    async def remove(self) -> None:
        """Take the reply away, where the question was."""
        if self._shown is not None:
            with suppress(discord.HTTPException):
                await self._shown.delete()

    async def _replied(self, card: Card, view: discord.ui.View | None) -> discord.Message:
        try:
            return await self._asked.reply(mention_author=False, **_sent(card, view))
        except discord.HTTPException as error:
            if error.code in (_UNKNOWN_MESSAGE, _NO_REFERENCE):
                raise GoneError from error
            raise


_UNKNOWN_MESSAGE, _NO_REFERENCE, _TOKEN_ENDED = 10008, 50035, (50027, 10015)


def _sent(card: Card, view: discord.ui.View | None) -> dict[str, Any]:
    sent: dict[str, Any] = {"embed": to_embed(card)}
    if view is not None:
        sent["view"] = view
    return sent


async def _edited(message: discord.Message, card: Card, view: discord.ui.View | None) -> discord.Message:
    try:
        return await message.edit(embed=to_embed(card), view=view)
    except discord.NotFound as error:
        raise GoneError from error
