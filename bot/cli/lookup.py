"""What `osai license` and `osai model` share: the name index over the cached facts, without Chroma or llama.cpp."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

import platformdirs

from knowledge.errors import NotFoundError
from knowledge.licenses.catalogue import load_licenses
from knowledge.models.catalogue import load_models
from knowledge.names import NameIndex, read_expression

if TYPE_CHECKING:
    from collections.abc import Iterable

    from knowledge.licenses.catalogue import LicenseCatalogue
    from knowledge.models.catalogue import ModelCatalogue
    from knowledge.names import Expression, Kind
    from knowledge.records import Source

_LABEL = 20


class Facts:
    """The catalogues and their names."""

    def __init__(self) -> None:
        cache = platformdirs.user_cache_path("osai")
        self.licenses: LicenseCatalogue = load_licenses(cache)
        self.models: ModelCatalogue = load_models(cache)
        self.names = NameIndex(self.licenses, self.models)

    def license_keys(self, name: str) -> tuple[str, ...]:
        """Return the keys of the license, or of the licenses of the model, that a name stands for."""
        try:
            return (self.names.resolve_one(name, "license"),)
        except NotFoundError as error:
            found = self.names.resolve(name, "model")
            models = [one for one in found.subjects if one.startswith("model:")]
            keys = self.names.licenses_of(models) if len(models) == 1 else ()
            if not keys:
                raise error from None
            return tuple(one.partition(":")[2] for one in keys)

    def expression(self, text: str) -> Expression | None:
        """Return the SPDX expression that a text is, or None for a plain name."""
        return read_expression(text, lambda name: self.names.resolve_one(name, "license"), self._label)

    def _label(self, key: str) -> str:
        return self.licenses.get(key).spdx_id or key

    def key(self, name: str, kind: Kind, *, as_json: bool) -> str:
        """Return the key of the one record meant; NotFoundError else, for a script with the family's members."""
        try:
            return self.names.resolve_one(name, kind)
        except NotFoundError:
            found = self.names.resolve(name, kind)
            if as_json and found.kind == "ambiguous":
                members = [{"key": one.partition(":")[2], "name": self.names.display(one)} for one in found.subjects]
                print(json.dumps({"ambiguous": name, "members": members}, ensure_ascii=False))
            raise


def print_rows(title: str, rows: Iterable[tuple[str, str, str]], sources: Iterable[Source]) -> None:
    """Print a record: label, value and clause a line, then its sources."""
    print(f"{_bold(title)}\n")
    for label, value, place in rows:
        if value:
            print(f"  {label:<{_LABEL}} {value}{_dim(f'  [{place}]') if place else ''}")
    print("\n  Sources")
    for source in sources:
        print(f"    {source.title}{f'  {source.url}' if source.url else ''}")


def _bold(text: str) -> str:
    return f"\033[1m{text}\033[0m" if sys.stdout.isatty() else text


def _dim(text: str) -> str:
    return f"\033[2m{text}\033[0m" if sys.stdout.isatty() else text
