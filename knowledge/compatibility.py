"""Says whether work under one license may go into work under another, only where a named source says so.

The rows of compatibility.toml are statements of license stewards. Refuses to reason: what no row states is unknown, and
a row from A into B says nothing of B into A.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING

from knowledge.errors import CatalogueError
from knowledge.records import Source

if TYPE_CHECKING:
    from knowledge.records import Verdict

_FIELDS = frozenset({"from", "into", "verdict", "statement", "source", "url"})
_VERDICTS = ("yes", "no", "conditional")


@dataclass(frozen=True, slots=True)
class Compatibility:
    """Whether work under `origin` may become part of work under `target`, in whose words, and who says so."""

    origin: str
    target: str
    verdict: Verdict
    statement: str
    source: Source | None


def compatibility(origin: str, target: str) -> Compatibility:
    """Return what the sources say of work under `origin` going into work under `target`; both are license keys."""
    if origin == target:
        return Compatibility(origin, target, "yes", "Both are under the same license.", None)
    found = _rows().get((origin, target))
    return found or Compatibility(origin, target, "unknown", "No source that osai knows states it.", None)


def pairs() -> tuple[tuple[str, str], ...]:
    """Return every pair of keys that a source speaks of."""
    return tuple(_rows())


@lru_cache(maxsize=1)
def _rows() -> dict[tuple[str, str], Compatibility]:
    text = files("knowledge").joinpath("compatibility.toml").read_text(encoding="utf-8")
    rows = tomllib.loads(text)["pair"]
    found: dict[tuple[str, str], Compatibility] = {}
    for number, row in enumerate(rows, 1):
        if set(row) != _FIELDS or row["verdict"] not in _VERDICTS:
            raise CatalogueError(f"compatibility.toml: pair {number} needs exactly {', '.join(sorted(_FIELDS))}.")
        source = Source(row["source"], row["url"])
        for origin in row["from"]:
            for target in row["into"]:
                pair = Compatibility(origin, target, row["verdict"], row["statement"], source)
                if found.setdefault((origin, target), pair) is not pair:
                    raise CatalogueError(f"compatibility.toml: {origin} into {target} stands twice.")
    return found
