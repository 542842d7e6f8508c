"""The clauses that records name, against the license texts; the names that articles use, against the records."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from knowledge.bundled import articles
from knowledge.licenses.catalogue import load_licenses
from knowledge.loaders.license_text import license_texts
from knowledge.models.catalogue import load_models

if TYPE_CHECKING:
    from knowledge.assets import Assets
    from knowledge.records import License

LICENSES, MODELS = load_licenses(), load_models()
WITH_TEXT = [one for one in LICENSES.all() if one.scancode_key]


@pytest.mark.parametrize("license_", WITH_TEXT, ids=lambda one: one.key)
def test_every_clause_that_a_record_names_stands_in_its_text(license_: License, assets: Assets) -> None:
    (text,) = license_texts(assets.path("scancode-licenses.zip"), [license_.scancode_key])
    sections = {statement.section for statement in text.statements}
    named = {term.section for term in license_.terms} | {statement.section for statement in license_.statements}
    missing = {one for one in named - {""} if not any(part == one or part.startswith(f"{one}.") for part in sections)}
    assert not missing


def test_what_articles_are_about_is_in_the_records() -> None:
    for article in articles():
        for subject in article.subjects:
            kind, _, key = subject.partition(":")
            assert kind in ("license", "model"), article.id
            (LICENSES if kind == "license" else MODELS).get(key)


def test_every_model_is_under_licenses_that_exist() -> None:
    known = {one.key for one in LICENSES.all()}
    for model in MODELS.all():
        assert set(model.license_keys) <= known, model.key
