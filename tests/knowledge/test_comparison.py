"""Two licenses side by side, and what a typed name or a subject stands for."""

from __future__ import annotations

import pytest

from knowledge.comparison import compare
from knowledge.errors import NotFoundError
from knowledge.facts import load_facts
from knowledge.holdings import holdings
from knowledge.records import Heading

FACTS = load_facts()


def test_a_comparison_reads_the_same_from_both_sides() -> None:
    one, other = FACTS.licenses.get("apache-2.0"), FACTS.licenses.get("gpl-3.0")
    there, back = compare(one, other), compare(other, one)
    assert there.differences == back.differences
    assert (there.forth, there.back) == (back.back, back.forth)
    assert [(row.first, row.second) for row in there.rows] == [(row.second, row.first) for row in back.rows]


def test_a_subject_stands_for_its_record_although_its_key_reads_as_another_name() -> None:
    assert FACTS.meant("license:openssl", "license").subjects == ("license:openssl",)
    assert FACTS.meant("openssl", "license").subjects == ("license:openssl-ssleay",)
    assert FACTS.meant("license:no-such-key", "license").kind == "unknown"


def test_a_models_name_stands_for_its_license_where_a_license_is_asked() -> None:
    assert FACTS.license_keys("codestral") == ("mistral-mnpl-0.1",)
    with pytest.raises(NotFoundError):
        FACTS.license_keys("foobarbaz")


def test_holdings_tell_what_is_osais_from_what_was_ingested_here() -> None:
    documents = (
        Heading("a", "article", "A", "", "2026-03"),
        Heading("b", "article", "B", "", "early 2099"),
        Heading("c", "user", "C", "https://c.example", "2099-01-01"),
    )
    held = holdings(FACTS, documents)
    assert held.counts == {"article": 2, "user": 1}
    assert [one.id for one in held.own] == ["c"]
    assert held.newest == "2026-03"
