"""Sets two licenses side by side: every cell that is known of either, and whether one's work may go into the other's.

Refuses to say which license is better, and to reason where no source speaks (knowledge.compatibility).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from knowledge.cells import TERMS, approval
from knowledge.compatibility import compatibility

if TYPE_CHECKING:
    from knowledge.compatibility import Compatibility
    from knowledge.records import License, Topic

_UNKNOWN = "not known"


@dataclass(frozen=True, slots=True)
class Row:
    """What each of the two licenses says on one point."""

    label: str
    first: str
    second: str

    @property
    def differs(self) -> bool:
        """Return whether they say different things, as far as is known."""
        return self.first != self.second


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two licenses, row by row; `forth` is the first's work going into the second's, `back` the other way."""

    first: License
    second: License
    rows: tuple[Row, ...]
    forth: Compatibility
    back: Compatibility

    @property
    def differences(self) -> tuple[str, ...]:
        """Return the labels of the rows that differ."""
        return tuple(row.label for row in self.rows if row.differs)


def compare(first: License, second: License) -> Comparison:
    """Return two licenses side by side."""
    rows = (
        Row("owner", first.owner, second.owner),
        Row("released", first.released, second.released),
        Row("category", first.category, second.category),
        Row("OSI-approved", approval(first), approval(second)),
        *(_row(label, topic, first, second) for label, topic in TERMS if first.term(topic) or second.term(topic)),
    )
    forth, back = compatibility(first.key, second.key), compatibility(second.key, first.key)
    return Comparison(first, second, rows, forth, back)


def _row(label: str, topic: Topic, first: License, second: License) -> Row:
    one, other = (term.value if (term := license_.term(topic)) else _UNKNOWN for license_ in (first, second))
    return Row(label, one, other)
