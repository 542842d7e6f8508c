"""Reads our TOML fact files into records, strictly, and keeps the parsed rows for the next start.

tomllib takes half a second for all facts; the same rows as JSON take milliseconds. The cache is keyed by the digest of
the files it was made from and of what says how they are read; a missing or damaged one is made anew, and one that
cannot be written is done without.
"""

from __future__ import annotations

import hashlib
import json
import os
import tomllib
from contextlib import suppress
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from knowledge.errors import CatalogueError

if TYPE_CHECKING:
    from collections.abc import Callable
    from importlib.resources.abc import Traversable

Rows = list[dict[str, Any]]


def read_rows(package: str, parse: Callable[[dict[str, object], Path], Rows], cache: Path | None) -> Rows:
    """Return the rows of every TOML file of a package, in the order of the files' names; keys are unique."""
    sources = sorted((one for one in files(package).iterdir() if one.name.endswith(".toml")), key=lambda one: one.name)
    texts = [(one, one.read_bytes()) for one in sources]
    shape = files("knowledge").joinpath("tables.py").read_bytes()  # rows of another shape are not ours
    digest = hashlib.sha256(b"\0".join((shape, *(text for _, text in texts)))).hexdigest()[:24]
    kept = cache / f"{package}-{digest}.json" if cache else None
    if kept is not None:
        with suppress(OSError, ValueError):
            rows: Rows = json.loads(kept.read_bytes())
            return rows
    rows = _parse(texts, parse)
    if kept is not None:
        with suppress(OSError):
            _write(kept, rows, package)
    return rows


def _parse(texts: list[tuple[Traversable, bytes]], parse: Callable[[dict[str, object], Path], Rows]) -> Rows:
    rows: Rows = []
    for source, text in texts:
        try:
            rows += parse(tomllib.loads(text.decode("utf-8")), Path(source.name))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise CatalogueError(f"{source.name}: {error}") from error
    keys = [row["key"] for row in rows]
    if twice := {key for key in keys if keys.count(key) > 1}:
        raise CatalogueError(f"These keys stand twice: {', '.join(sorted(twice))}")
    return rows


def _write(kept: Path, rows: Rows, package: str) -> None:
    kept.parent.mkdir(parents=True, exist_ok=True)
    part = kept.with_suffix(f".{os.getpid()}")
    part.write_text(json.dumps(rows))
    part.replace(kept)
    for old in kept.parent.glob(f"{package}-*.json"):
        if old != kept:
            old.unlink(missing_ok=True)
