"""Does what admins ask for: sources in and out, a server's settings, and how it all goes. Knows no Discord.

Who may ask is checked before; here is only which servers may change what is known.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Protocol

from bot.chat import administration as shown
from bot.chat.choices import LONGEST, MOST, Choice
from bot.chat.markup import shortened
from bot.chat.workshop import Workshop
from bot.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from bot.chat.about import About
    from bot.chat.card import Card
    from bot.chat.guild_states import GuildStates
    from bot.chat.workshop import Hear
    from bot.feedback import FeedbackStore
    from knowledge.ingest import IngestReport
    from knowledge.loaders.sources import Outcome
    from knowledge.ports import Progress
    from knowledge.records import Document

_SPANS = (7, 30)  # days that are counted


class Learns(Protocol):
    """What takes sources in and out, in a thread."""

    def learn(
        self, sources: Sequence[str], progress: Progress, *, refresh: bool = False
    ) -> tuple[IngestReport, list[Outcome]]:
        """Index the sources, and with `refresh` what has changed of the pages fetched before."""

    def forget(self, document: str) -> Document:
        """Take a document out, by its id or address."""


@dataclass(frozen=True, slots=True)
class Stewardship:
    """What admins have at hand. `teachers` are the servers that may change what is known; none: every server."""

    states: GuildStates
    learning: Learns
    feedback: FeedbackStore
    about: Callable[[], About]
    waiting: Callable[[], int]
    teachers: frozenset[int] = frozenset()
    workshop: Workshop = field(default_factory=Workshop)

    async def learn(self, guild: int, hear: Hear, *typed: str) -> Card:
        """Take the typed sources in; without any, fetch those again that are in."""
        self._check_teacher(guild)
        sources = list(map(shown.web_page, typed))
        work = partial(self.learning.learn, sources, refresh=not sources)
        report, outcomes = await self.workshop.do("an ingest" if sources else "a refresh", work, hear)
        return shown.learned_card(report, outcomes)

    async def forget(self, guild: int, hear: Hear, document: str) -> str:
        """Take a document out."""
        self._check_teacher(guild)
        gone = await self.workshop.do("taking a document out", lambda _: self.learning.forget(document), hear)
        return shown.forgotten_text(gone)

    async def documents(self, typed: str) -> list[Choice]:
        """Return the documents that were added and have the typed words in their title, address or id."""
        sought = typed.casefold().strip()
        held = (await asyncio.to_thread(self.about)).holdings
        found = [one for one in held.own if sought in f"{one.title}\n{one.url}\n{one.id}".casefold()]
        return [Choice(shortened(one.title.strip() or one.id, LONGEST), one.id) for one in found[:MOST]]

    async def channels(self, guild: int, *, message_content: bool) -> str:
        """Say in which channels every message is answered."""
        return shown.channels_text(await self.states.of(guild), message_content=message_content)

    async def roles(self, guild: int, *, added: bool = False) -> str:
        """Say whose commands these are."""
        return shown.roles_text(await self.states.of(guild), added=added)

    async def limits(self, guild: int, chosen: Mapping[str, int], *, reset: bool) -> str:
        """Set the chosen limits of a server, or go back to the owner's, and say what holds."""
        if reset:
            await self.states.set_limits(guild, None)
        if chosen:
            await self.states.set_limits(guild, replace(await self.states.limits(guild), **chosen))
        state = await self.states.of(guild)
        return shown.limits_text(state.limits or self.states.default, own=state.limits is not None)

    async def stats(self, guild: int) -> Card:
        """Count what a server was shown, and what was thought of it."""
        tallies = [(days, await asyncio.to_thread(self.feedback.tally, guild, days)) for days in _SPANS]
        return shown.stats_card(tallies)

    async def status(self, connection: shown.Connection) -> Card:
        """Show how the bot fares."""
        about = await asyncio.to_thread(self.about)
        return shown.status_card(about, connection, self.waiting(), self.workshop.current)

    def _check_teacher(self, guild: int) -> None:
        if self.teachers and guild not in self.teachers:
            raise UsageError("The bot's owner lets other servers change what I know.")
