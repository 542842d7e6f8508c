"""What people ask of terms that many licenses share: every row is needed, and names nobody."""

from __future__ import annotations

import tomllib
from importlib.resources import files
from typing import Any

import pytest

from knowledge.licenses.asks import shared_asks
from knowledge.licenses.catalogue import load_licenses
from knowledge.licenses.render import license_document
from knowledge.models.catalogue import load_models
from knowledge.names import NameIndex

ROWS: list[dict[str, Any]] = tomllib.loads(files("knowledge").joinpath("shared_asks.toml").read_text("utf-8"))["row"]
LICENSES = load_licenses()
NAMES = NameIndex(LICENSES, load_models())
STATEMENTS = [one for license_ in LICENSES.all() for one in license_document(license_).statements]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: str(row["says"])[:30])
def test_every_row_speaks_of_terms_of_several_records(row: dict[str, Any]) -> None:
    assert len([one for one in STATEMENTS if set(row["asks"]) <= set(one.asks)]) >= 2


def test_no_question_stands_twice_or_names_a_license_or_a_model() -> None:
    asks = [ask for row in ROWS for ask in row["asks"]]
    assert len(asks) == len(set(asks))
    named = [(ask, mention.text) for ask in asks for mention in NAMES.mentions(ask) if len(mention.subjects) == 1]
    assert named == []


def test_a_statement_without_shared_terms_has_no_shared_question() -> None:
    assert shared_asks("Nothing of this is asked of anything.") == ()


def test_a_term_is_also_compared_by_its_short_form() -> None:
    document = license_document(LICENSES.get("mit"))
    term = next(one for one in document.statements if one.topic == "attribution")
    assert LICENSES.get("mit").term("attribution").value in term.asks  # type: ignore[union-attr] # MIT has one
