"""The language models that osai knows by name: where each comes from, its license, and what it needs."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from rapidfuzz import process

from bot.errors import ModelMissingError


@dataclass(frozen=True, slots=True)
class Entry:
    """One model. It comes either as `asset` or as `file` of the hub's `repo`; sizes in bytes.

    `sha256` is checked after a pull where it is given.
    """

    name: str
    title: str
    license: str
    license_key: str
    parameters: int
    bytes: int
    ram_bytes: int
    asset: str = ""
    repo: str = ""
    file: str = ""
    sha256: str = ""
    license_url: str = ""
    acknowledge: bool = False


@lru_cache(maxsize=1)
def entries() -> dict[str, Entry]:
    """Return the catalogue by name, smallest first."""
    rows = tomllib.loads(files("bot.llm").joinpath("catalogue.toml").read_text(encoding="utf-8"))["model"]
    return {row["name"]: Entry(**row) for row in rows}


def find_entry(name: str) -> Entry:
    """Return the entry of a name; ModelMissingError lists the names, the nearest first."""
    known = entries()
    if found := known.get(name.strip().lower()):
        return found
    nearest = [match[0] for match in process.extract(name.lower(), list(known), limit=len(known))]
    raise ModelMissingError(
        f"No model is named {name!r}, and no file is there.",
        hint=f"Names: {', '.join(nearest)}. Or give the path of a GGUF file.",
    )
