"""`osai license`: one license as facts, each with its clause."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.lookup import facts_here, print_cells, resolved
from bot.cli.permissions import show_permissions
from knowledge.cells import Cell, caution, license_cells
from knowledge.permissions import Action  # noqa: TC001 - typer reads the annotation at run time

if TYPE_CHECKING:
    from knowledge.facts import Facts
    from knowledge.names import Expression
    from knowledge.records import License, Topic


def license_command(
    name: Annotated[
        str, typer.Argument(help='A license as you would type it: "llama3.1", "gpl3", "Apache-2.0 OR MIT"; or a model.')
    ],
    can: Annotated[
        Action | None, typer.Option("--can", help="Ask one thing: may I use it commercially, train on its outputs, ...")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the record as JSON.")] = False,
) -> None:
    """Look a license up: OSI approval, commercial use, caps, attribution, outputs, patents."""
    facts = facts_here()
    expression = facts.expression(name)
    if can is not None:
        keys = expression.keys if expression else facts.license_keys(name)
        show_permissions([facts.licenses.get(key) for key in keys], can, as_json=as_json)
        return
    if expression is not None:
        _show_expression(facts, expression, as_json=as_json)
        return
    license_ = facts.licenses.get(resolved(facts, name, "license", as_json=as_json))
    if as_json:
        print(json.dumps(plain(license_), ensure_ascii=False))
        return
    _show(facts, license_)


def _show_expression(facts: Facts, expression: Expression, *, as_json: bool) -> None:
    licenses = [facts.licenses.get(key) for key in expression.keys]
    if as_json:
        whole = {"expression": expression.text, "reading": expression.reading, "licenses": list(map(plain, licenses))}
        print(json.dumps(whole, ensure_ascii=False))
        return
    print(f"{expression.text}: {expression.reading}.\n")
    for license_ in licenses:
        _show(facts, license_)
        print()


def _show(facts: Facts, license_: License) -> None:
    cells = [
        *license_cells(license_),
        Cell("models under it", ", ".join(model.name for model in facts.models.under(license_.key)[:8])),
        Cell("note", caution(license_) if license_.terms else f"{caution(license_)} Read them: {license_.url}"),
    ]
    print_cells(license_.name, cells, license_.sources)


def plain(license_: License) -> dict[str, object]:
    """Return the record as the fields of the command contract, and every term with its clause."""

    def value(topic: Topic) -> str:
        term = license_.term(topic)
        return term.value if term else "unknown"

    return {
        "key": license_.key,
        "spdx_id": license_.spdx_id,
        "name": license_.name,
        "family": license_.family,
        "owner": license_.owner,
        "released": license_.released,
        "category": license_.category,
        "osi_approved": license_.osi_approved,
        "commercial_use": value("commercial"),
        "threshold": value("threshold"),
        "attribution": value("attribution"),
        "use_policy": value("use_policy"),
        "train_on_outputs": value("outputs"),
        "patent_grant": value("patents"),
        "terms": {
            term.topic: {
                "verdict": term.verdict,
                "value": term.value,
                "statement": term.statement,
                "section": term.section,
                "verified": term.verified,
            }
            for term in license_.terms
        },
        "verified": license_.verified,
        "url": license_.url,
        "sources": [{"title": source.title, "url": source.url} for source in license_.sources],
    }
