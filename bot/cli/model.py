"""`osai model`: one model as facts - its license, and how open weights, data and code are."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.lookup import Facts, print_rows
from knowledge.models.render import openness_verdict

if TYPE_CHECKING:
    from knowledge.records import Model

_OPEN_SOURCE = {
    "yes": "yes, it meets the Open Source AI Definition (OSI)",
    "no": "no",
    "conditional": "open weights under an OSI-approved license; not validated by the OSI",
    "unknown": "osai has no verified record of it",
}


def model_command(
    name: Annotated[str, typer.Argument(help='A model as you would type it: "codestral", "Llama-3.1-8B-Instruct".')],
    as_json: Annotated[bool, typer.Option("--json", help="Print the record as JSON.")] = False,
) -> None:
    """Look a model up: its license, its developer, how open its weights, data and code are."""
    facts = Facts()
    model = facts.models.get(facts.key(name, "model", as_json=as_json))
    if as_json:
        print(json.dumps(_plain(model, openness_verdict(model, facts.licenses)), ensure_ascii=False))
        return
    rows = [
        ("developer", model.developer, ""),
        ("released", model.released, ""),
        ("sizes", model.parameters, ""),
        ("license", model.license, ", ".join(model.license_keys)),
        ("open source", _OPEN_SOURCE[openness_verdict(model, facts.licenses)], ""),
        ("weights", model.weights, model.weights_note),
        ("training data", model.data, model.data_note),
        ("training code", model.code, model.code_note),
        ("OSI validation", model.osaid, ""),
        ("openness framework", model.mof_class, ""),
        ("not verified", ", ".join(model.unverified), ""),
    ]
    print_rows(model.name, rows, model.sources)


def _plain(model: Model, open_source: str) -> dict[str, object]:
    """Return the record as the fields of the command contract."""
    return {
        "key": model.key,
        "name": model.name,
        "family": model.family,
        "developer": model.developer,
        "released": model.released,
        "parameters": model.parameters,
        "license": model.license,
        "license_key": model.license_keys[0] if model.license_keys else "",
        "license_keys": list(model.license_keys),
        "open_source": open_source,
        "weights": {"openness": model.weights, "note": model.weights_note},
        "data": {"openness": model.data, "note": model.data_note},
        "code": {"openness": model.code, "note": model.code_note},
        "osaid": model.osaid,
        "mof_class": model.mof_class,
        "statements": [statement.text for statement in model.statements],
        "unverified": list(model.unverified),
        "sources": [{"title": source.title, "url": source.url} for source in model.sources],
    }
