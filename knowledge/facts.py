"""The catalogues and their names together: what a typed name stands for, without an index or a model.

Refuses to choose where a name may mean several records: the caller asks.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from knowledge.errors import NotFoundError
from knowledge.licenses.catalogue import load_licenses
from knowledge.models.catalogue import load_models
from knowledge.names import NameIndex, Resolution, read_expression

if TYPE_CHECKING:
    from pathlib import Path

    from knowledge.licenses.catalogue import LicenseCatalogue
    from knowledge.models.catalogue import ModelCatalogue
    from knowledge.names import Expression, Kind


@dataclass(frozen=True, slots=True)
class Facts:
    """Licenses, models, and every name of either."""

    licenses: LicenseCatalogue
    models: ModelCatalogue
    names: NameIndex

    def meant(self, name: str, prefer: Kind) -> Resolution:
        """Return what a name stands for, typed by a person or written as a subject ("license:mit")."""
        kind, _, key = name.partition(":")
        if (kind == "license" and key in self.licenses) or (kind == "model" and key in self.models):
            return Resolution("exact", (name,))
        return self.names.resolve(name, prefer)

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


def load_facts(cache: Path | None = None) -> Facts:
    """Return the facts that come with osai; `cache` keeps them parsed."""
    licenses, models = load_licenses(cache), load_models(cache)
    return Facts(licenses, models, NameIndex(licenses, models))
