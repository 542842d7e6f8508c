"""What osai holds, for a person who asks: documents of each kind, records, and how recent they are."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from knowledge.facts import Facts
    from knowledge.records import Heading

_ISO = re.compile(r"\d{4}(?:-\d\d){0,2}")


@dataclass(frozen=True, slots=True)
class Holdings:
    """The documents of the index, and the records by number; `licenses` have terms, `licenses_by_name` only names."""

    documents: Sequence[Heading]
    licenses: int
    licenses_by_name: int
    models: int

    @property
    def counts(self) -> Mapping[str, int]:
        """Return the number of documents by kind."""
        return dict(sorted(Counter(one.kind for one in self.documents).items()))

    @property
    def own(self) -> tuple[Heading, ...]:
        """Return the documents that were ingested here."""
        return tuple(one for one in self.documents if one.kind == "user")

    @property
    def newest(self) -> str:
        """Return the date of the newest record or article that comes with osai, in ISO form as far as it is known."""
        dated = (one.date for one in self.documents if one.kind != "user" and _ISO.fullmatch(one.date))
        return max(dated, default="")


def holdings(facts: Facts, documents: Sequence[Heading]) -> Holdings:
    """Return what the catalogues and the index hold."""
    licenses = facts.licenses
    return Holdings(documents, len(licenses.all()), len(licenses.listing), len(facts.models.all()))
