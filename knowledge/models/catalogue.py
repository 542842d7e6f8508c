"""The models as records. Refuses to know how people type their names; that is knowledge.names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from knowledge.catalogue import read_rows
from knowledge.errors import NotFoundError
from knowledge.licenses.catalogue import statements_of
from knowledge.records import Model, Source

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from knowledge.catalogue import Rows


class ModelCatalogue:
    """Models by key."""

    def __init__(self, models: Iterable[Model]) -> None:
        self._by_key = {one.key: one for one in models}

    def __contains__(self, key: str) -> bool:
        """Return whether there is a model with this key."""
        return key in self._by_key

    def all(self) -> tuple[Model, ...]:
        """Return every model, developer by developer."""
        return tuple(self._by_key.values())

    def get(self, key: str) -> Model:
        """Return one model; NotFoundError for a key that is none."""
        if key not in self._by_key:
            raise NotFoundError(f"No model has the key {key!r}.")
        return self._by_key[key]

    def under(self, license_key: str) -> tuple[Model, ...]:
        """Return the models under a license, newest first."""
        found = [one for one in self._by_key.values() if license_key in one.license_keys]
        return tuple(sorted(found, key=lambda one: one.released, reverse=True))


def load_models(cache: Path | None = None) -> ModelCatalogue:
    """Return the models of knowledge/models/*.toml; CatalogueError names a file and record that does not parse."""
    return ModelCatalogue(map(_model, read_rows("knowledge.models", _parse, cache)))


def _parse(data: dict[str, object], path: Path) -> Rows:
    from knowledge.tables import (  # pydantic takes a fifth of a second: only where nothing is cached
        ModelRow,
        parse_rows,
    )

    return [row.model_dump(mode="json") for row in parse_rows(data, "model", ModelRow, path)]


def _model(row: dict[str, Any]) -> Model:
    sources = tuple(Source(**one) for one in row.pop("sources"))
    statements = statements_of(row.pop("statements"), sources)
    lists = {name: tuple(row[name]) for name in ("aliases", "license_keys", "unverified")}
    return Model(**{**row, **lists}, sources=sources, statements=statements)
