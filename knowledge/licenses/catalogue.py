"""The licenses as records. Refuses to know how people type their names; that is knowledge.names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from knowledge.catalogue import read_rows
from knowledge.errors import NotFoundError
from knowledge.records import License, Source, Statement, Term

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from knowledge.catalogue import Rows


class LicenseCatalogue:
    """Licenses by key."""

    def __init__(self, licenses: Iterable[License]) -> None:
        self._by_key = {one.key: one for one in licenses}

    def __contains__(self, key: str) -> bool:
        """Return whether there is a license with this key."""
        return key in self._by_key

    def all(self) -> tuple[License, ...]:
        """Return every license, family by family."""
        return tuple(self._by_key.values())

    def get(self, key: str) -> License:
        """Return one license; NotFoundError for a key that is none."""
        if key not in self._by_key:
            raise NotFoundError(f"No license has the key {key!r}.")
        return self._by_key[key]

    def family(self, family: str) -> tuple[License, ...]:
        """Return the members of a family, newest first."""
        members = [one for one in self._by_key.values() if one.family == family]
        return tuple(sorted(members, key=lambda one: one.released, reverse=True))


def load_licenses(cache: Path | None = None) -> LicenseCatalogue:
    """Return the licenses of knowledge/licenses/*.toml; CatalogueError names a file and record that does not parse."""
    return LicenseCatalogue(map(_license, read_rows("knowledge.licenses", _parse, cache)))


def _parse(data: dict[str, object], path: Path) -> Rows:
    from knowledge.tables import (  # pydantic takes a fifth of a second: only where nothing is cached
        LicenseRow,
        parse_rows,
    )

    return [row.model_dump(mode="json") for row in parse_rows(data, "license", LicenseRow, path)]


def _license(row: dict[str, Any]) -> License:
    sources = tuple(Source(**one) for one in row.pop("sources"))
    terms = tuple(Term(topic, **one) for topic, one in row.pop("terms").items())
    statements = statements_of(row.pop("statements"), sources)
    return License(**{**row, "aliases": tuple(row["aliases"])}, sources=sources, terms=terms, statements=statements)


def statements_of(rows: Rows, sources: tuple[Source, ...]) -> tuple[Statement, ...]:
    """Return the extra statements of a record, each with the source that its number points at."""
    return tuple(Statement(**{**row, "source": sources[row["source"]] if sources else None}) for row in rows)
