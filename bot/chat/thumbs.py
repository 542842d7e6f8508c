"""The thumbs under an answer. Their custom ids name the answer, so they work after a restart.

Refuses to keep anything: the feedback cog does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, Self, cast

import discord

if TYPE_CHECKING:
    import re

COG = "Feedback"
_UP, _DOWN = "\N{THUMBS UP SIGN}", "\N{THUMBS DOWN SIGN}"


class TakesThumbs(Protocol):
    """What counts a thumb and thanks for it."""

    async def take(self, interaction: discord.Interaction[Any], answer_id: str, *, up: bool) -> None:
        """Answer the interaction."""


class Thumb(discord.ui.DynamicItem[discord.ui.Button[Any]], template=r"rate:(?P<thumb>up|down):(?P<id>[0-9a-f]{16})"):
    """One thumb under one answer, for anybody to press."""

    def __init__(self, answer_id: str, *, up: bool) -> None:
        custom_id = f"rate:{'up' if up else 'down'}:{answer_id}"
        super().__init__(discord.ui.Button(emoji=_UP if up else _DOWN, custom_id=custom_id))
        self._answer_id, self._up = answer_id, up

    @classmethod
    async def from_custom_id(
        cls, _interaction: discord.Interaction[Any], _item: discord.ui.Item[Any], match: re.Match[str]
    ) -> Self:
        """Return the thumb that a custom id names."""
        return cls(match["id"], up=match["thumb"] == "up")

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Have it counted."""
        client = cast("discord.ext.commands.Bot", interaction.client)
        await cast("TakesThumbs", client.get_cog(COG)).take(interaction, self._answer_id, up=self._up)


def thumbs(answer_id: str) -> tuple[Thumb, Thumb]:
    """Return both thumbs for a kept answer."""
    return Thumb(answer_id, up=True), Thumb(answer_id, up=False)
