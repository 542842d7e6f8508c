"""`osai model`: one model as facts - its license, and how open weights, data and code are."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.lookup import facts_here, print_cells, resolved
from knowledge.cells import model_cells
from knowledge.models.render import openness_verdict

if TYPE_CHECKING:
    from knowledge.records import Model


def model_command(
    name: Annotated[str, typer.Argument(help='A model as you would type it: "codestral", "Llama-3.1-8B-Instruct".')],
    as_json: Annotated[bool, typer.Option("--json", help="Print the record as JSON.")] = False,
) -> None:
    """Look a model up: its license, its developer, how open its weights, data and code are."""
    facts = facts_here()
    model = facts.models.get(resolved(facts, name, "model", as_json=as_json))
    if as_json:
        print(json.dumps(_plain(model, openness_verdict(model, facts.licenses)), ensure_ascii=False))
        return
    print_cells(model.name, model_cells(model, facts.licenses), model.sources)


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
