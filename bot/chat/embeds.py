"""Makes embeds of cards; the only place that does."""

from __future__ import annotations

from typing import TYPE_CHECKING

import discord

from bot.chat.card import fitted

if TYPE_CHECKING:
    from bot.chat.card import Card


def to_embed(card: Card) -> discord.Embed:
    """Return a card as an embed within Discord's limits."""
    card = fitted(card)
    embed = discord.Embed(
        title=card.title or None, description=card.description or None, url=card.url or None, color=card.color
    )
    for field in card.fields:
        embed.add_field(name=field.name, value=field.value, inline=field.inline)
    if card.footer:
        embed.set_footer(text=card.footer)
    return embed
