"""Shows admins what came of their work and how the bot fares, as cards. Pure.

Titles and addresses of documents are other people's words, and pass the safeguards of every text that goes out.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from math import isfinite
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from bot.chat.card import Card, Field
from bot.chat.markup import escaped, linked, listed, shortened
from bot.chat.safety import safe
from bot.errors import UsageError
from knowledge.dates import spell_date

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from bot.chat.about import About
    from bot.chat.workshop import Work
    from bot.feedback import Tally
    from bot.guilds import GuildState, Limits
    from knowledge.ingest import IngestReport
    from knowledge.loaders.sources import Outcome
    from knowledge.records import Document

_LINES = 3500  # characters of a list
_SHOWN = 150  # characters of a title or a reason
_MENTIONED = 50  # channels or roles named in one message
_SAID = {"read": "Read", "unchanged": "Unchanged", "same": "Already there", "limited": "Limited", "failed": "Failed"}
_OF_THE_OWNER = re.compile(r" OSAI_\w+=[^.]*\.")  # a hint that only the bot's owner can follow


@dataclass(frozen=True, slots=True)
class Connection:
    """How the bot stands with Discord: seconds there and back, servers and shards, and since when it runs."""

    latency: float
    guilds: int
    shards: int
    since: float


def web_page(typed: str) -> str:
    """Return the address that an admin typed; UsageError unless it is one of the web: files are the owner's alone."""
    url = typed.strip().strip("<>")
    try:
        parts = urlsplit(url)
        fine = parts.scheme.lower() in ("http", "https") and bool(parts.hostname) and not re.search(r"\s", url)
    except ValueError:
        fine = False
    if not fine:
        raise UsageError("That is no address of the web.", hint="One begins with https, and two slashes.")
    return url


def learned_card(report: IngestReport, outcomes: Sequence[Outcome]) -> Card:
    """Return what came of every source, failures first, and what the index has now."""
    failed = [one for one in outcomes if one.result == "failed"]
    rest = [one for one in outcomes if one.result != "failed"]
    lines = [f"- **{_SAID[one.result]}** {_source(one)}" for one in (*failed, *rest)]
    total = f"{report.added} added, {report.changed} changed; {report.passages:,} passages in the index."
    return Card(
        title="Some sources failed" if failed else "Done",
        description=listed(lines, _LINES) or "No page was ever fetched.",
        footer=f"{total} Answers draw on them from now on." if report.added or report.changed else total,
    )


def forgotten_text(document: Document) -> str:
    """Return that a document is gone."""
    return f"Forgot {_quiet(document.title)}."


def status_card(about: About, connection: Connection, waiting: int, work: Work | None) -> Card:
    """Return how the bot fares."""
    held = about.holdings
    servers = f"{_counted(connection.guilds, 'server')}, {_counted(connection.shards, 'shard')}"
    newest = f" The newest came out {spell_date(held.newest)}." if held.newest else ""
    told = {
        "Running": f"since <t:{int(connection.since)}:R>",
        "Discord": f"{_milliseconds(connection.latency)}, {servers}",
        "Waiting": _counted(waiting, "question"),
        "Model": f"{escaped(about.model)}, {escaped(about.model_license)}",
        "Knowledge": f"{len(held.documents):,} documents, {len(held.own):,} of them added here.{newest}",
        "Message content": "with the intent" if about.message_content else "without the intent",
        "Work on the knowledge": f"{work.name}, since <t:{int(work.began)}:R>" if work else "none",
    }
    return Card(title="Status", fields=tuple(Field(name, value, True) for name, value in told.items()))


def stats_card(tallies: Iterable[tuple[int, Tally]]) -> Card:
    """Return what a guild was shown in so many days, and what was thought of it."""
    fields = tuple(Field(f"Last {days} days", _tallied(tally), True) for days, tally in tallies)
    footer = "Counted of what is still kept. Nobody is named: ids are kept hashed alone."
    return Card(title="Answers on this server", fields=fields, footer=footer)


def limits_text(limits: Limits, *, own: bool) -> str:
    """Return how often questions may be asked, and whose limits these are."""
    person = _limit(limits.user_burst, limits.user_seconds)
    server = _limit(limits.guild_burst, limits.guild_seconds)
    whose = "set here" if own else "those of the bot's owner"
    return f"One person: {person}. The whole server: {server}. These limits are {whose}."


def channels_text(state: GuildState, *, message_content: bool) -> str:
    """Return in which channels every message is answered."""
    named = _named("<#{}>", state.answer_channels)
    if not named:
        return "There are no answer channels. `/admin channels set` makes one, in which every message is answered."
    without = "" if message_content else f" {NO_CONTENT}"
    return f"Every message is answered in {named}.{without}"


def roles_text(state: GuildState, *, added: bool) -> str:
    """Return whose commands /admin are; after one was added, what Discord itself asks for beside."""
    named = _named("<@&{}>", state.admin_roles)
    told = f"`/admin` is for those who may manage the server{f', and for {named}' if named else ''}."
    return f"{told} {_SHOW_TO_ROLE}" if added else told


_SHOW_TO_ROLE = "Discord shows it to a role once Server Settings, Integrations, this bot, `/admin` allows it there."
NO_CONTENT = (
    "But I run without the message-content intent and see no message that does not mention me. The bot's owner can "
    "switch it on."
)


def _named(mention: str, ids: Collection[int]) -> str:
    """Return mentions of as many as a message has room for."""
    more = f" and {len(ids) - _MENTIONED:,} more" if len(ids) > _MENTIONED else ""
    return ", ".join(mention.format(one) for one in sorted(ids)[:_MENTIONED]) + more


def _source(outcome: Outcome) -> str:
    if outcome.document and outcome.result == "read":
        return linked(safe(shortened(outcome.document.title, _SHOWN)), outcome.source)
    detail = _OF_THE_OWNER.sub("", outcome.detail)
    if not detail or outcome.source in detail:
        return _quiet(detail or outcome.source)
    return f"{_quiet(outcome.source)}: {_quiet(detail)}"


def _quiet(text: str) -> str:
    return safe(escaped(shortened(text, _SHOWN)))


def _milliseconds(seconds: float) -> str:
    """Return a latency; discord.py has none before the first heartbeat, nor while it is not connected."""
    return f"{1000 * seconds:.0f} ms" if isfinite(seconds) else "no heartbeat yet"


def _tallied(tally: Tally) -> str:
    share = f"{tally.up / (tally.up + tally.down):.0%} up" if tally.up + tally.down else "no thumbs yet"
    return (
        f"{_counted(tally.answers, 'answer')}, {tally.abstained:,} without a source\n"
        f"{tally.up:,} \N{THUMBS UP SIGN} {tally.down:,} \N{THUMBS DOWN SIGN} ({share})"
    )


def _limit(burst: int, seconds: int) -> str:
    at_once = f"{_counted(burst, 'question')} at once"
    return f"{at_once}, then one every {_counted(seconds, 'second')}" if seconds else "as many as there are"


def _counted(number: int, one: str) -> str:
    return f"{number:,} {one}{'' if number == 1 else 's'}"
