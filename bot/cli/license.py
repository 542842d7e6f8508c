"""`osai license`: one license as facts, each with its clause."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.lookup import Facts, print_rows
from bot.cli.permissions import show_permissions
from knowledge.permissions import Action  # noqa: TC001 - typer reads the annotation at run time

if TYPE_CHECKING:
    from knowledge.names import Expression
    from knowledge.records import License, Topic

ROWS: tuple[tuple[str, Topic], ...] = (
    ("commercial use", "commercial"),
    ("user/revenue cap", "threshold"),
    ("attribution", "attribution"),
    ("use policy", "use_policy"),
    ("train on outputs", "outputs"),
    ("redistribution", "redistribution"),
    ("hosting", "host"),
    ("derived works", "derivatives"),
    ("patent grant", "patents"),
    ("regions", "territory"),
    ("termination", "termination"),
    ("governing law", "law"),
)


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
    facts = Facts()
    expression = facts.expression(name)
    if can is not None:
        keys = expression.keys if expression else facts.license_keys(name)
        show_permissions([facts.licenses.get(key) for key in keys], can, as_json=as_json)
        return
    if expression is not None:
        _show_expression(facts, expression, as_json=as_json)
        return
    license_ = facts.licenses.get(facts.key(name, "license", as_json=as_json))
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
    rows = [
        ("SPDX id", license_.spdx_id or "none", ""),
        ("owner", license_.owner, ""),
        ("released", license_.released, ""),
        ("category", license_.category, ""),
        ("OSI-approved", approval(license_), ""),
    ]
    for label, topic in ROWS:
        if term := license_.term(topic):
            value = term.value if term.verified else f"{term.value} (unverified)"
            rows.append((label, value, place(term.section)))
    under = ", ".join(model.name for model in facts.models.under(license_.key)[:8])
    rows.append(("models under it", under, ""))
    if not license_.terms:
        rows.append(("note", f"osai knows its name and text, not its terms. Read them: {license_.url}", ""))
    elif not license_.verified:
        rows.append(("note", "osai has not checked this against the license text.", ""))
    print_rows(license_.name, rows, license_.sources)


def approval(license_: License) -> str:
    """Return whether the OSI approved a license, as a cell: yes, no or not known, with a note where there is one."""
    said = {True: "yes", False: "no", None: "not known"}[license_.osi_approved]
    return f"{said} ({license_.osi_note})" if license_.osi_note else said


def place(section: str) -> str:
    """Return a section as a reader names it."""
    return f"section {section}" if section[:1].isdigit() else section


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
