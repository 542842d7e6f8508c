"""Knows what people ask of terms that many licenses share, by the wording of a record's statement."""

from __future__ import annotations

import re
import tomllib
from functools import cache, lru_cache
from importlib.resources import files


@lru_cache(maxsize=4096)  # every record is put into sentences again for each question
def shared_asks(statement: str) -> tuple[str, ...]:
    """Return the questions that a statement answers like those of other licenses with the same term."""
    return tuple(ask for says, asks in _rows() if says.search(statement) for ask in asks)


@cache
def _rows() -> tuple[tuple[re.Pattern[str], tuple[str, ...]], ...]:
    rows = tomllib.loads(files("knowledge").joinpath("shared_asks.toml").read_text(encoding="utf-8"))["row"]
    return tuple((re.compile(row["says"]), tuple(row["asks"])) for row in rows)
