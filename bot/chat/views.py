"""The buttons under an answer. Their custom ids name the kept answer, so they work after a restart.

Refuses to answer a press: the asking cog does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, Self, cast

import discord

from bot.chat.thumbs import thumbs

if TYPE_CHECKING:
    import re

COG = "Asking"
_ID = r"(?P<id>[0-9a-f]{16})"


class Presses(Protocol):
    """What answers the buttons."""

    async def show_sources(self, interaction: discord.Interaction[Any], answer_id: str) -> None:
        """Show what the sources say."""

    async def open_thread(self, interaction: discord.Interaction[Any], answer_id: str) -> None:
        """Go on in a thread."""


def _cog(interaction: discord.Interaction[Any]) -> Presses:
    client = cast("discord.ext.commands.Bot", interaction.client)
    return cast("Presses", client.get_cog(COG))


class SourcesButton(discord.ui.DynamicItem[discord.ui.Button[Any]], template=rf"cite:{_ID}"):
    """Shows the quotes to whoever presses it."""

    def __init__(self, answer_id: str) -> None:
        super().__init__(discord.ui.Button(label="Sources", custom_id=f"cite:{answer_id}"))
        self._answer_id = answer_id

    @classmethod
    async def from_custom_id(
        cls, _interaction: discord.Interaction[Any], _item: discord.ui.Item[Any], match: re.Match[str]
    ) -> Self:
        """Return the button that a custom id names."""
        return cls(match["id"])

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Have the quotes shown."""
        await _cog(interaction).show_sources(interaction, self._answer_id)


class ThreadButton(discord.ui.DynamicItem[discord.ui.Button[Any]], template=rf"thread:{_ID}"):
    """Goes on in a thread."""

    def __init__(self, answer_id: str) -> None:
        super().__init__(discord.ui.Button(label="Continue in a thread", custom_id=f"thread:{answer_id}"))
        self._answer_id = answer_id

    @classmethod
    async def from_custom_id(
        cls, _interaction: discord.Interaction[Any], _item: discord.ui.Item[Any], match: re.Match[str]
    ) -> Self:
        """Return the button that a custom id names."""
        return cls(match["id"])

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Have the thread opened."""
        await _cog(interaction).open_thread(interaction, self._answer_id)


def answer_view(answer_id: str, *, sources: bool, thread: bool) -> discord.ui.View | None:
    """Return the buttons under a kept answer; None where it could not be kept."""
    if not answer_id:
        return None
    view = discord.ui.View(timeout=None)
    for thumb in thumbs(answer_id):
        view.add_item(thumb)
    if sources:
        view.add_item(SourcesButton(answer_id))
    if thread:
        view.add_item(ThreadButton(answer_id))
    return view


def answer_id_of(message: discord.Message) -> str:
    """Return the id of the kept answer that a message of the bot's shows, or an empty string."""
    for row in message.components:
        for part in getattr(row, "children", ()):
            kind, _, answer_id = (getattr(part, "custom_id", None) or "").partition(":")
            if kind == "rate":
                return str(answer_id.partition(":")[2])
    return ""
