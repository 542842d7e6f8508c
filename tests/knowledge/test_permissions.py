"""What one may do: the record's verdict and the text's own words, for every license and action."""

from __future__ import annotations

from typing import TYPE_CHECKING, get_args

import pytest

from knowledge.compatibility import compatibility, pairs
from knowledge.licenses.catalogue import load_licenses
from knowledge.loaders.license_text import license_texts
from knowledge.permissions import Action, permission

if TYPE_CHECKING:
    from knowledge.assets import Assets
    from knowledge.records import Document, License

LICENSES = load_licenses()
TOPICS = {"commercial": "commercial", "train": "outputs", "redistribute": "redistribution", "patent": "patents"}


def _text(license_: License, assets: Assets) -> Document | None:
    if not license_.scancode_key:
        return None
    return next(license_texts(assets.path("scancode-licenses.zip"), [license_.scancode_key]))


@pytest.mark.parametrize("license_", LICENSES.all(), ids=lambda one: one.key)
def test_every_answer_is_the_records_and_every_quote_the_texts(license_: License, assets: Assets) -> None:
    text = _text(license_, assets)
    for action in get_args(Action):
        answer = permission(license_, action, text)
        term = license_.term(TOPICS.get(action, action))
        assert answer.verdict == (term.verdict if term else "unknown")
        assert term is None or answer.conditions[0] == term.statement
        if answer.clause:
            assert text is not None
            assert answer.clause.text in text.text
            assert not term or not term.section or f"{answer.clause.section}.".startswith(f"{term.section}.")


@pytest.mark.parametrize(
    ("key", "action", "verdict", "words"),
    [
        ("llama-3.1-license-2024", "commercial", "conditional", "700 million monthly active users"),
        ("agpl-3.0", "host", "conditional", "remotely through a computer network"),
        ("elastic-license-v2", "host", "no", "hosted or managed service"),
        ("gpl-3.0", "patent", "yes", "patent license"),
        ("llama-2-license-2023", "train", "no", "improve any other large language model"),
        ("mit", "commercial", "yes", "without restriction"),
    ],
)
def test_the_clause_is_the_one_that_matters(key: str, action: Action, verdict: str, words: str, assets: Assets) -> None:
    license_ = LICENSES.get(key)
    answer = permission(license_, action, _text(license_, assets))
    assert answer.verdict == verdict
    assert answer.clause is not None
    assert words in answer.clause.text


def test_silence_has_no_clause(assets: Assets) -> None:
    answer = permission(LICENSES.get("mit"), "patent", _text(LICENSES.get("mit"), assets))
    assert (answer.verdict, answer.clause) == ("no", None)


def test_a_license_known_by_name_alone_has_no_answer() -> None:
    assert permission(LICENSES.get("sleepycat"), "commercial", None).verdict == "unknown"


def test_compatibility_speaks_of_licenses_that_exist_and_has_a_direction() -> None:
    assert all(key in LICENSES for pair in pairs() for key in pair)
    assert compatibility("apache-2.0", "gpl-3.0").verdict == "yes"
    assert compatibility("apache-2.0", "gpl-2.0").verdict == "no"
    assert compatibility("gpl-3.0", "apache-2.0").verdict == "no"
    assert compatibility("llama-3.1-license-2024", "gpl-3.0").verdict == "unknown"
    assert all(compatibility(*pair).source for pair in pairs())
