"""The question set is strict, whole, and leads to documents that exist."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from bot.errors import UsageError
from bot.evaluation.dataset import load_cases
from knowledge.bundled import bundled_documents
from knowledge.licenses.catalogue import load_licenses
from knowledge.models.catalogue import load_models

if TYPE_CHECKING:
    from bot.evaluation.dataset import Case
    from knowledge.assets import Assets

CASES = load_cases()
GOOD = '- {id: a, kind: date, question: "When?", expect: answer, facts: [[May]], source: s}\n'


def test_the_set_is_large_and_covers_every_kind() -> None:
    kinds = Counter(case.kind for case in CASES)
    assert len(CASES) >= 250
    assert len([case for case in CASES if len(case.turns) > 1]) >= 20
    assert len(kinds) == 16
    assert min(kinds.values()) >= 5


def test_the_halves_are_even_among_what_can_be_answered() -> None:
    answerable = [case for case in CASES if case.expect == "answer" and not case.id.startswith("dev-")]
    tune = [case for case in answerable if case.half == "tune"]
    assert 0.4 < len(tune) / len(answerable) < 0.6


def test_cases_of_which_failures_were_read_measure_nothing() -> None:
    read = [case for case in CASES if case.id.startswith("dev-")]
    assert len(read) > 200
    assert all(case.half == "tune" for case in read)


def test_every_gold_document_exists_and_holds_the_words(assets: Assets) -> None:
    documents = bundled_documents(assets, load_licenses(), load_models(), all_licenses=False)
    texts = {one.id: " ".join(statement.text for statement in one.statements).lower() for one in documents}
    gold = [(case.id, gold) for case in CASES for gold in case.gold]
    missing = {(case, one.document) for case, one in gold if one.document not in texts}
    assert not missing


def test_no_case_contradicts_itself() -> None:
    """What only a wrong answer says must not be a wording of the right one."""
    assert not [case.id for case in CASES if _clashes(case)]


def _clashes(case: Case) -> bool:
    wordings = {wording.lower() for group in case.facts for wording in group}
    return bool(wordings & {one.lower() for one in case.never})


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("- {id: a", "cannot be read as YAML"),
        ("a: 1\n", "holds no list"),
        ("- {id: a, kind: date, expect: answer, source: s}\n", "either a question or turns"),
        ('- {id: a, kind: date, question: "When?", expect: answer, source: s}\n', "names no fact"),
        ('- {id: a, kind: weather, question: "When?", expect: abstain, source: s}\n', "kind"),
        (GOOD.replace("source: s", "source: s, more: 1"), "more"),
        (GOOD + GOOD, "stand twice"),
    ],
)
def test_a_bad_file_is_one_clear_line(tmp_path: Path, text: str, told: str) -> None:
    path = tmp_path / "questions.yaml"
    path.write_text(text, "utf-8")
    with pytest.raises(UsageError, match=told):
        load_cases(path)


def test_a_missing_file_is_one_clear_line() -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        load_cases(Path("/nowhere/questions.yaml"))
