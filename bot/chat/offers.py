"""The buttons and lists under look-ups, and the form that asks for a second license.

Their custom ids hold the whole ask, so they work after a restart. Refuses to answer anything: the look-up cog does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, Self, cast

import discord

from bot.chat.asks import TEMPLATE, Ask, read_ask
from bot.chat.mishaps import telling

if TYPE_CHECKING:
    import re
    from collections.abc import Iterable

    from bot.chat.replies import Offer, Reply

COG = "Lookup"
_PICK = "look:pick"
_BUTTON = 80  # characters of a button's label
_OPTION = 100  # characters of an option's label
_TYPED = 100  # characters that the form takes
_BUTTONS = 5  # in one row


class LooksUp(Protocol):
    """What answers an ask, for the asker alone when it comes from a button."""

    async def look_up(self, interaction: discord.Interaction, ask: Ask, *, private: bool) -> None:
        """Answer the interaction."""


class OfferButton(discord.ui.DynamicItem[discord.ui.Button[Any]], template=TEMPLATE):
    """A button that asks what its custom id says."""

    @classmethod
    async def from_custom_id(
        cls, _interaction: discord.Interaction, item: discord.ui.Item[Any], _match: re.Match[str]
    ) -> Self:
        """Return the button as Discord sent it back."""
        return cls(cast("discord.ui.Button[Any]", item))

    async def callback(self, interaction: discord.Interaction) -> None:
        """Answer what the button asks."""
        await _look_up(interaction, self.custom_id)


class OfferList(discord.ui.DynamicItem[discord.ui.Select[Any]], template=_PICK):
    """A list to pick from, each line with an ask as its value."""

    @classmethod
    async def from_custom_id(
        cls, _interaction: discord.Interaction, item: discord.ui.Item[Any], _match: re.Match[str]
    ) -> Self:
        """Return the list as Discord sent it back."""
        return cls(cast("discord.ui.Select[Any]", item))

    async def callback(self, interaction: discord.Interaction) -> None:
        """Answer what the picked line asks."""
        await _look_up(interaction, next(iter(self.item.values), ""))


class SecondLicense(discord.ui.Modal):
    """A form that asks what to compare a license with."""

    second: discord.ui.TextInput[Any] = discord.ui.TextInput(
        label="Compare with", custom_id="second", placeholder="gpl3, llama 3.1, codestral ...", max_length=_TYPED
    )

    def __init__(self, ask: Ask) -> None:
        super().__init__(title="Compare with another license")
        self._ask = ask

    async def on_submit(self, interaction: discord.Interaction) -> None:
        """Answer the comparison."""
        ask = Ask(self._ask.verb, (*self._ask.names, str(self.second)))
        await _cog(interaction).look_up(interaction, ask, private=True)


def offers_view(reply: Reply) -> discord.ui.View | None:
    """Return what may be pressed or picked under a reply, or None for nothing."""
    view = discord.ui.View(timeout=None)
    for offer in reply.buttons[:_BUTTONS]:
        if custom_id := offer.ask.custom_id:
            view.add_item(OfferButton(discord.ui.Button(label=offer.label[:_BUTTON], custom_id=custom_id)))
    if options := list(_options(reply.picks)):
        view.add_item(OfferList(discord.ui.Select(custom_id=_PICK, placeholder="Pick one", options=options)))
    return view if view.children else None


def _options(offers: Iterable[Offer]) -> Iterable[discord.SelectOption]:
    for offer in offers:
        if custom_id := offer.ask.custom_id:
            yield discord.SelectOption(label=offer.label[:_OPTION], value=custom_id)


def _cog(interaction: discord.Interaction) -> LooksUp:
    client = cast("discord.ext.commands.Bot", interaction.client)
    return cast("LooksUp", client.get_cog(COG))


async def _look_up(interaction: discord.Interaction, custom_id: str) -> None:
    async with telling(interaction):
        if ask := read_ask(custom_id):
            await _cog(interaction).look_up(interaction, ask, private=True)
        else:  # from an older version, or from no client of Discord's
            await interaction.response.send_message("This button is out of date. Ask again.", ephemeral=True)
