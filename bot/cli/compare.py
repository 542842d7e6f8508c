"""`osai compare`: two licenses side by side, where they differ, and whether one's work may go into the other's."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.license import ROWS, approval, plain
from bot.cli.lookup import Facts
from bot.errors import UsageError
from knowledge.compatibility import compatibility

if TYPE_CHECKING:
    from knowledge.compatibility import Compatibility
    from knowledge.records import License

_SAID = {"yes": "yes", "no": "no", "conditional": "on a condition", "unknown": "not known"}


def compare_command(
    first: Annotated[str, typer.Argument(metavar="A", help="A license, or a model for its license.")],
    second: Annotated[str, typer.Argument(metavar="B", help="Another.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print both records and their differences as JSON.")] = False,
) -> None:
    """Compare two licenses: a table of their terms, and whether work under one may go into work under the other."""
    facts = Facts()
    one, other = _license(facts, first), _license(facts, second)
    rows = _rows(one, other)
    both = compatibility(one.key, other.key), compatibility(other.key, one.key)
    if as_json:
        print(json.dumps(_plain(one, other, rows, both), ensure_ascii=False))
        return
    _table(one, other, rows)
    for way in both:
        names = {one.key: one.name, other.key: other.name}
        print(f"\n{names[way.origin]} into {names[way.target]}: {_SAID[way.verdict]}. {way.statement}")
        if way.source:
            print(f"  {way.source.title}  {way.source.url}")


def _license(facts: Facts, name: str) -> License:
    keys = facts.license_keys(name)
    if len(keys) > 1:
        names = "; ".join(facts.licenses.get(key).name for key in keys)
        raise UsageError(f"{name!r} is under several licenses: {names}.", hint="Name one of them.")
    return facts.licenses.get(keys[0])


def _rows(one: License, other: License) -> list[tuple[str, str, str]]:
    """Return label and cells of everything that is known of either."""
    rows = [
        ("owner", one.owner, other.owner),
        ("released", one.released, other.released),
        ("category", one.category, other.category),
        ("OSI-approved", approval(one), approval(other)),
    ]
    for label, topic in ROWS:
        terms = one.term(topic), other.term(topic)
        if any(terms):
            first, second = (term.value if term else "not known" for term in terms)
            rows.append((label, first, second))
    return rows


def _table(one: License, other: License, rows: list[tuple[str, str, str]]) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table("", one.name, other.name, box=None, padding=(0, 2, 0, 0))
    for label, first, second in rows:
        table.add_row(f"{'' if first == second else '* '}{label}", first, second)
    Console(highlight=False, markup=False).print(table)
    print("* where they differ")


def _plain(
    one: License, other: License, rows: list[tuple[str, str, str]], both: tuple[Compatibility, Compatibility]
) -> dict[str, object]:
    def way(found: Compatibility) -> dict[str, object]:
        source = {"title": found.source.title, "url": found.source.url} if found.source else None
        return {"verdict": found.verdict, "statement": found.statement, "source": source}

    return {
        "a": plain(one),
        "b": plain(other),
        "differences": [label for label, first, second in rows if first != second],
        "compatibility": {"a_into_b": way(both[0]), "b_into_a": way(both[1])},
    }
