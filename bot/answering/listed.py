"""A list told as one: a heading, and members that each stand on the statement that puts them there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.answering.evidence import evidence_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from bot.answering.evidence import Evidence
    from knowledge.licenses.catalogue import LicenseCatalogue
    from knowledge.records import Document

_MOST = 14  # members told by name


@dataclass(frozen=True, slots=True)
class Listing:
    """A heading, the members with the statement that puts each on the list, and how many more there are."""

    head: str
    members: tuple[tuple[str, Evidence], ...]
    more: int


def list_of(head: str, pairs: Iterable[tuple[str, Evidence | None]]) -> Listing | None:
    """Return the list of the members that have a statement, or None where there is none."""
    members = tuple(_told(pairs))
    return Listing(head, members[:_MOST], max(0, len(members) - _MOST)) if members else None


def statement_on(document: Document, topic: str) -> Evidence | None:
    """Return the first statement of a record on a topic."""
    return next((evidence_of(one, document) for one in document.statements if one.topic == topic), None)


def with_article(name: str) -> str:
    """Return a license's name inside a sentence."""
    return f"the {name}" if name.endswith(("License", "Agreement", "Terms")) else name


def title_of(keys: Sequence[str], licenses: LicenseCatalogue) -> str:
    """Return what the license with a key is called inside a sentence; several are "these licenses"."""
    return with_article(licenses.get(keys[0]).name) if len(keys) == 1 else "these licenses"


def _told(pairs: Iterable[tuple[str, Evidence | None]]) -> Iterator[tuple[str, Evidence]]:
    yield from ((name, evidence) for name, evidence in pairs if evidence is not None)
