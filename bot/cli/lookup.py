"""What `osai license` and `osai model` share: the one record a name stands for, and how a record is printed."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

import platformdirs

from knowledge.errors import NotFoundError
from knowledge.facts import load_facts

if TYPE_CHECKING:
    from collections.abc import Iterable

    from knowledge.cells import Cell
    from knowledge.facts import Facts
    from knowledge.names import Kind
    from knowledge.records import Source

_LABEL = 20


def facts_here() -> Facts:
    """Return the facts, kept parsed between runs; Chroma and llama.cpp stay out."""
    return load_facts(platformdirs.user_cache_path("osai"))


def resolved(facts: Facts, name: str, kind: Kind, *, as_json: bool) -> str:
    """Return the key of the one record meant; NotFoundError else, for a script with the family's members."""
    try:
        return facts.names.resolve_one(name, kind)
    except NotFoundError:
        found = facts.names.resolve(name, kind)
        if as_json and found.kind == "ambiguous":
            members = [{"key": one.partition(":")[2], "name": facts.names.display(one)} for one in found.subjects]
            print(json.dumps({"ambiguous": name, "members": members}, ensure_ascii=False))
        raise


def print_cells(title: str, cells: Iterable[Cell], sources: Iterable[Source]) -> None:
    """Print a record: label, value and clause a line, then its sources."""
    print(f"{_bold(title)}\n")
    for cell in cells:
        if cell.value:
            print(f"  {cell.label:<{_LABEL}} {cell.value}{_dim(f'  [{cell.place}]') if cell.place else ''}")
    print("\n  Sources")
    for source in sources:
        print(f"    {source.title}{f'  {source.url}' if source.url else ''}")


def _bold(text: str) -> str:
    return f"\033[1m{text}\033[0m" if sys.stdout.isatty() else text


def _dim(text: str) -> str:
    return f"\033[2m{text}\033[0m" if sys.stdout.isatty() else text
