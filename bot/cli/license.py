"""`osai license`: one license as facts, each with its clause."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.lookup import Facts, print_rows

if TYPE_CHECKING:
    from knowledge.records import License, Topic

_ROWS: tuple[tuple[str, Topic], ...] = (
    ("commercial use", "commercial"),
    ("user/revenue cap", "threshold"),
    ("attribution", "attribution"),
    ("use policy", "use_policy"),
    ("train on outputs", "outputs"),
    ("redistribution", "redistribution"),
    ("derived works", "derivatives"),
    ("patent grant", "patents"),
    ("regions", "territory"),
    ("termination", "termination"),
    ("governing law", "law"),
)


def license_command(
    name: Annotated[str, typer.Argument(help='A license as you would type it: "llama3.1", "gpl3", "apache 2".')],
    as_json: Annotated[bool, typer.Option("--json", help="Print the record as JSON.")] = False,
) -> None:
    """Look a license up: OSI approval, commercial use, caps, attribution, outputs, patents."""
    facts = Facts()
    license_ = facts.licenses.get(facts.key(name, "license", as_json=as_json))
    if as_json:
        print(json.dumps(_plain(license_), ensure_ascii=False))
        return
    note = f" ({license_.osi_note})" if license_.osi_note else ""
    rows = [
        ("SPDX id", license_.spdx_id or "none", ""),
        ("owner", license_.owner, ""),
        ("released", license_.released, ""),
        ("category", license_.category, ""),
        ("OSI-approved", f"{'yes' if license_.osi_approved else 'no'}{note}", ""),
    ]
    for label, topic in _ROWS:
        if term := license_.term(topic):
            value = term.value if term.verified else f"{term.value} (unverified)"
            rows.append((label, value, f"section {term.section}" if term.section[:1].isdigit() else term.section))
    under = ", ".join(model.name for model in facts.models.under(license_.key)[:8])
    rows.append(("models under it", under, ""))
    if not license_.verified:
        rows.append(("note", "osai has not checked this against the license text.", ""))
    print_rows(license_.name, rows, license_.sources)


def _plain(license_: License) -> dict[str, object]:
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
