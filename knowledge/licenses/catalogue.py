"""The licenses as records: those whose terms osai knows, and behind them every other license of the ScanCode data.

Refuses to know how people type their names; that is knowledge.names.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from knowledge.catalogue import read_rows
from knowledge.errors import NotFoundError
from knowledge.licenses.listing import listed_license, load_listing
from knowledge.records import License, Source, Statement, Term

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from knowledge.catalogue import Rows


class LicenseCatalogue:
    """Licenses by key. The listing is read when a license beyond the known ones is asked for."""

    def __init__(self, licenses: Iterable[License]) -> None:
        self._by_key = {one.key: one for one in licenses}
        self._by_scancode = {one.scancode_key: one.key for one in self._by_key.values() if one.scancode_key}

    def __contains__(self, key: str) -> bool:
        """Return whether there is a license with this key."""
        return key in self._by_key or key in self.listing

    def all(self) -> tuple[License, ...]:
        """Return every license whose terms are known, family by family."""
        return tuple(self._by_key.values())

    @cached_property
    def listing(self) -> dict[str, Mapping[str, str]]:
        """Return the rows of every license of the ScanCode data, by key."""
        return load_listing()

    def known(self, key: str) -> str:
        """Return the key of the record that tells of the license that ScanCode has under this key, or the key itself.

        "gpl-3.0-plus" is the text of gpl-3.0 with leave to use a later version.
        """
        return self._by_scancode.get(key) or self._by_scancode.get(key.removesuffix("-plus"), key)

    def get(self, key: str) -> License:
        """Return one license; NotFoundError for a key that is none."""
        if key in self._by_key:
            return self._by_key[key]
        if key in self.listing:
            return listed_license(self.listing[key])
        raise NotFoundError(f"No license has the key {key!r}.")

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
    terms = tuple(Term(topic, **_with_asks(one)) for topic, one in row.pop("terms").items())
    statements = statements_of(row.pop("statements"), sources)
    return License(**{**row, "aliases": tuple(row["aliases"])}, sources=sources, terms=terms, statements=statements)


def statements_of(rows: Rows, sources: tuple[Source, ...]) -> tuple[Statement, ...]:
    """Return the extra statements of a record, each with the source that its number points at."""
    return tuple(
        Statement(**{**_with_asks(row), "source": sources[row["source"]] if sources else None}) for row in rows
    )


def _with_asks(row: dict[str, Any]) -> dict[str, Any]:
    """Return a row as JSON keeps it with its list as the tuple that a record holds."""
    return {**row, "asks": tuple(row["asks"])}
