"""Shows what osai is and holds as cards: its model, its knowledge, what it reads and keeps, and its documents.

Pure. Titles of ingested documents are other people's words, and pass the safeguards of every text that goes out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.chat.card import Card, Field
from bot.chat.markup import escaped, linked, listed, shortened
from bot.chat.safety import safe
from bot.feedback import UNRATED_DAYS
from knowledge.dates import spell_date

if TYPE_CHECKING:
    from collections.abc import Sequence

    from knowledge.holdings import Holdings
    from knowledge.records import Heading

_TITLE = 100  # characters of a title
_FIELD = 1024  # characters of a field
_KINDS = {
    "article": "articles of osai's own",
    "license": "license records",
    "license-text": "license texts",
    "model": "model records",
    "user": "documents ingested here",
}
_WITH_CONTENT = (
    "Mentions, replies, direct messages, slash commands, the threads it opened, and every message of the channels "
    "that an admin made answer channels. Nothing else."
)
_WITHOUT_CONTENT = (
    "Mentions, replies, direct messages and slash commands. It runs without the message-content intent, so it sees "
    "the text of no other message."
)


@dataclass(frozen=True, slots=True)
class About:
    """What the bot says of itself; `retention_days` is how long ratings are kept, 0 until they are deleted."""

    model: str
    model_license: str
    holdings: Holdings
    message_content: bool
    retention_days: int


def about_card(about: About) -> Card:
    """Return what osai is: model, knowledge, what it reads, what it keeps."""
    return Card(
        title="About osai",
        description="Answers questions about open-source AI from licenses and articles, and cites the clause.",
        fields=(
            Field(
                "Model", f"{escaped(about.model)}, {escaped(about.model_license)}, run on the bot's own machine.", True
            ),
            Field("Knowledge", _knowledge(about.holdings), True),
            Field("What it reads", _WITH_CONTENT if about.message_content else _WITHOUT_CONTENT, False),
            Field("Privacy", _privacy(about.retention_days), False),
        ),
        footer="What osai says is not legal advice.",
    )


def sources_card(held: Holdings) -> Card:
    """Return what answers are drawn from: documents by kind, and those that were ingested here by title."""
    counted = [f"- {number:,} {_KINDS.get(kind, escaped(kind))}" for kind, number in held.counts.items()]
    return Card(
        title="Sources",
        description="\n".join(("osai answers from these alone:", *counted, f"\n{_records(held)}")),
        fields=(Field("Ingested here", _own(held.own), False),) if held.own else (),
        footer="Every answer names the clause or the passage it stands on.",
    )


def _knowledge(held: Holdings) -> str:
    newest = f" The newest came out {spell_date(held.newest)}." if held.newest else ""
    return f"{_records(held)} {len(held.documents):,} documents.{newest}"


def _records(held: Holdings) -> str:
    licenses = f"{held.licenses:,} licenses by their terms, {held.licenses_by_name:,} by name and text"
    return f"{licenses}; {held.models:,} models."


def _privacy(days: int) -> str:
    rated = f"for {days:,} days" if days else "until they are deleted"
    unrated = min(days or UNRATED_DAYS, UNRATED_DAYS)
    return (
        "Questions stay on the bot's own machine. A question and its answer are kept for "
        f"{unrated} days, so that the buttons under the answer work; once somebody presses a thumb, {rated}. "
        "Who asked and who rated is kept as a salted hash alone. `/forget-me` deletes all of yours."
    )


def _own(documents: Sequence[Heading]) -> str:
    return listed([f"- {linked(safe(shortened(one.title, _TITLE)), one.url)}" for one in documents], _FIELD)
