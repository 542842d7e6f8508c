"""The look-up commands: /license, /compare, /model, /can, /sources, /about. Parses, calls, sends; knows no record."""

from __future__ import annotations

import io
import logging
from functools import partial
from typing import TYPE_CHECKING, Any

import discord
from discord import app_commands
from discord.ext import commands

from bot.chat.about import about_card, sources_card
from bot.chat.asks import Ask
from bot.chat.choices import told
from bot.chat.embeds import to_embed
from bot.chat.lookups import SLOW
from bot.chat.offers import COG, OfferButton, OfferList, SecondLicense, offers_view
from bot.chat.replies import Reply
from bot.chat.timely import awaited, tell
from knowledge.permissions import QUESTIONS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bot.chat.about import About
    from bot.chat.card import Card
    from bot.chat.choices import Choice, Choices
    from bot.chat.lookups import Lookups

_log = logging.getLogger(__name__)
_NO_LIST = "No list right now. Type the name and send it."
_LONGEST = 200  # characters of a name, or of an expression of names
_Name = app_commands.Range[str, 1, _LONGEST]


class Lookup(commands.Cog, name=COG):
    """Licenses and models as records."""

    def __init__(
        self, bot: commands.AutoShardedBot, lookups: Lookups, choices: Choices, about: Callable[[], About]
    ) -> None:
        self._bot = bot
        self._lookups, self._choices, self._about = lookups, choices, about

    async def cog_load(self) -> None:
        """Let the buttons of older messages answer, those from before a restart too."""
        self._bot.add_dynamic_items(OfferButton, OfferList)

    async def cog_unload(self) -> None:
        """Take the buttons out of service."""
        self._bot.remove_dynamic_items(OfferButton, OfferList)

    @app_commands.command(name="license")
    @app_commands.describe(name="A license as you would type it, an SPDX expression, or a model for its license")
    async def license_(self, interaction: discord.Interaction, name: _Name) -> None:
        """Look a license up: OSI approval, commercial use, caps, attribution, outputs, patents."""
        await self.look_up(interaction, Ask("license", (name,)))

    @app_commands.command()
    @app_commands.describe(a="A license, or a model for its license", b="Another")
    async def compare(self, interaction: discord.Interaction, a: _Name, b: _Name) -> None:
        """Compare two licenses, and say whether work under one may go into work under the other."""
        await self.look_up(interaction, Ask("compare", (a, b)))

    @app_commands.command()
    @app_commands.describe(name="A model as you would type it")
    async def model(self, interaction: discord.Interaction, name: _Name) -> None:
        """Look a model up: its license, its developer, how open its weights, data and code are."""
        await self.look_up(interaction, Ask("model", (name,)))

    @app_commands.command()
    @app_commands.describe(action="What you want to do", subject="A license, or a model for its license")
    @app_commands.rename(subject="license-or-model")
    @app_commands.choices(action=[app_commands.Choice(name=asked, value=one) for one, asked in QUESTIONS.items()])
    async def can(self, interaction: discord.Interaction, action: str, subject: _Name) -> None:
        """Say whether a license allows something, on what condition, and by which clause."""
        await self.look_up(interaction, Ask("can", (action, subject)))

    @app_commands.command()
    async def sources(self, interaction: discord.Interaction) -> None:
        """Show what osai answers from."""
        await self._tell(interaction, lambda about: sources_card(about.holdings))

    @app_commands.command()
    async def about(self, interaction: discord.Interaction) -> None:
        """Show what osai is: its model, its knowledge, what it reads and what it keeps."""
        await self._tell(interaction, about_card)

    @license_.autocomplete("name")
    @compare.autocomplete("a")
    @compare.autocomplete("b")
    async def _licenses(self, _interaction: discord.Interaction, typed: str) -> list[app_commands.Choice[str]]:
        return _offered(self._choices.licenses, typed)

    @model.autocomplete("name")
    async def _models(self, _interaction: discord.Interaction, typed: str) -> list[app_commands.Choice[str]]:
        return _offered(self._choices.models, typed)

    @can.autocomplete("subject")
    async def _either(self, _interaction: discord.Interaction, typed: str) -> list[app_commands.Choice[str]]:
        return _offered(self._choices.either, typed)

    async def look_up(self, interaction: discord.Interaction, ask: Ask, *, private: bool = False) -> None:
        """Answer an ask; one that lacks a name is answered with the form that asks for it."""
        if not ask.complete:
            await interaction.response.send_modal(SecondLicense(ask))
        elif ask.verb in SLOW:
            reply = await awaited(interaction, partial(self._lookups.reply, ask), private=private)
            await _send(interaction, reply, private=private)
        else:
            await _send(interaction, self._lookups.reply(ask), private=private)

    async def _tell(self, interaction: discord.Interaction, render: Callable[[About], Card]) -> None:
        """Answer with what the bot says of itself, to the asker alone."""
        card = render(await awaited(interaction, self._about, private=True))
        await _send(interaction, Reply(card, private=True), private=True)


async def _send(interaction: discord.Interaction, reply: Reply, *, private: bool) -> None:
    sent: dict[str, Any] = {"embed": to_embed(reply.card), "files": _files(reply)}
    if view := offers_view(reply):
        sent["view"] = view
    await tell(interaction, private=private or reply.private, **sent)


def _files(reply: Reply) -> list[discord.File]:
    if not reply.file_name:
        return []
    return [discord.File(io.BytesIO(reply.file_text.encode()), reply.file_name)]


def _offered(offer: Callable[[str], Sequence[Choice]], typed: str) -> list[app_commands.Choice[str]]:
    try:
        found = offer(typed)
    except Exception:  # noqa: BLE001 - a boundary: a list that fails is no reason to hide the command
        _log.exception("An autocomplete failed.")
        found = told(_NO_LIST, typed)
    return [app_commands.Choice(name=one.name, value=one.value) for one in found]
