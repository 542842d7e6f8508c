"""`osai compare`: two licenses side by side, where they differ, and whether one's work may go into the other's."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.license import plain
from bot.cli.lookup import facts_here
from bot.errors import UsageError
from knowledge.comparison import compare

if TYPE_CHECKING:
    from knowledge.comparison import Comparison
    from knowledge.compatibility import Compatibility
    from knowledge.facts import Facts
    from knowledge.records import License

_SAID = {"yes": "yes", "no": "no", "conditional": "on a condition", "unknown": "not known"}


def compare_command(
    first: Annotated[str, typer.Argument(metavar="A", help="A license, or a model for its license.")],
    second: Annotated[str, typer.Argument(metavar="B", help="Another.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print both records and their differences as JSON.")] = False,
) -> None:
    """Compare two licenses: a table of their terms, and whether work under one may go into work under the other."""
    facts = facts_here()
    found = compare(_license(facts, first), _license(facts, second))
    if as_json:
        print(json.dumps(_plain(found), ensure_ascii=False))
        return
    _table(found)
    for way in (found.forth, found.back):
        names = {one.key: one.name for one in (found.first, found.second)}
        print(f"\n{names[way.origin]} into {names[way.target]}: {_SAID[way.verdict]}. {way.statement}")
        if way.source:
            print(f"  {way.source.title}  {way.source.url}")


def _license(facts: Facts, name: str) -> License:
    keys = facts.license_keys(name)
    if len(keys) > 1:
        names = "; ".join(facts.licenses.get(key).name for key in keys)
        raise UsageError(f"{name!r} is under several licenses: {names}.", hint="Name one of them.")
    return facts.licenses.get(keys[0])


def _table(found: Comparison) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table("", found.first.name, found.second.name, box=None, padding=(0, 2, 0, 0))
    for row in found.rows:
        table.add_row(f"{'* ' if row.differs else ''}{row.label}", row.first, row.second)
    Console(highlight=False, markup=False).print(table)
    print("* where they differ")


def _plain(found: Comparison) -> dict[str, object]:
    def way(one: Compatibility) -> dict[str, object]:
        source = {"title": one.source.title, "url": one.source.url} if one.source else None
        return {"verdict": one.verdict, "statement": one.statement, "source": source}

    return {
        "a": plain(found.first),
        "b": plain(found.second),
        "differences": list(found.differences),
        "compatibility": {"a_into_b": way(found.forth), "b_into_a": way(found.back)},
    }
