import tempfile
from dataclasses import replace
from pathlib import Path

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.answering.answer import Answer, Citation, Timings
from bot.evaluation.dataset import Case, load_cases
from bot.evaluation.judge import judge
from bot.evaluation.rated import case_of, to_yaml
from bot.feedback import Cited, Rated, Shown, Versions

SHOWN = Shown(
    question="Is Llama 3 open source?",
    answer=(
        "No. Llama 3 is not open source: its license is not approved by the Open Source Initiative (OSI). [1] "
        "The License asks those with more than 700 million users for a license of Meta. [2][3]"
    ),
    abstained=False,
    citations=(
        Cited(1, "Llama 3", "https://example.org/1", "models/llama-3", "", "Llama 3 is not OSI-approved."),
        Cited(2, "License", "https://example.org/2", "licenses/llama-3", "2", "greater than 700 million monthly users"),
        Cited(3, "License", "https://example.org/3", "licenses/llama-3", "2", "request a License from Meta"),
    ),
    versions=Versions("0.1.0", "smollm2-135m", "minilm@7"),
)
UP = Rated("00ff", 1_800_000_000, SHOWN, up=2, down=1)
DOWN = replace(UP, id="00fe", up=1)


def _answer(shown: Shown) -> Answer:
    citations = tuple(
        Citation(one.n, one.title, one.url, one.document, one.section, one.quote) for one in shown.citations
    )
    return Answer(shown.question, shown.answer, shown.abstained, "model", "", citations, Timings(0, 0, 0))


def _loaded(text: str) -> tuple[Case, ...]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "rated.yaml"
        path.write_text(text, encoding="utf-8")
        return load_cases(path)


def test_an_approved_answer_becomes_a_case_that_it_meets_itself() -> None:
    (case,) = _loaded(to_yaml([UP]))
    assert (case.id, case.kind, case.expect, case.direct) == ("feedback-00ff", "feedback", "answer", "no")
    assert case.question == SHOWN.question
    assert set(case.facts) == {("Llama 3",), ("OSI",), ("License",), ("700",), ("Meta",)}
    assert [one.document for one in case.gold] == ["models/llama-3", "licenses/llama-3", "licenses/llama-3"]
    assert case.source == "feedback 2027-01-15: 2 up, 1 down; osai 0.1.0, smollm2-135m, knowledge minilm@7"
    assert judge(case, _answer(SHOWN), lambda _: frozenset()).correct


def test_another_answer_does_not_meet_the_case() -> None:
    (case,) = _loaded(to_yaml([UP]))
    for text in (SHOWN.answer.replace("No.", "Yes."), SHOWN.answer.replace("700", "70"), "No. It is not. [1]"):
        assert not judge(case, _answer(replace(SHOWN, answer=text)), lambda _: frozenset()).correct


def test_what_only_the_model_said_is_no_fact() -> None:
    shown = replace(SHOWN, answer="Llama 3 came out in 1999 under Apache. [1]")
    case = case_of(replace(UP, shown=shown))
    assert case is not None
    assert case.facts == (("Llama 3",),)


def test_an_answer_of_a_conversation_keeps_its_earlier_turns() -> None:
    (case,) = _loaded(to_yaml([replace(UP, shown=replace(SHOWN, question="and for 3.1?", before=("Is it?",)))]))
    assert case.asked == ("Is it?", "and for 3.1?")


def test_an_approved_abstention_expects_an_abstention() -> None:
    shown = Shown("Who won?", "I have no source that answers this.", True, (), SHOWN.versions)
    (case,) = _loaded(to_yaml([replace(UP, shown=shown)]))
    assert case.expect == "abstain"


@pytest.mark.parametrize("rated", [DOWN, replace(UP, shown=replace(SHOWN, answer="It is so. [1]"))])
def test_what_cannot_be_known_to_be_right_is_left_to_a_person(rated: Rated) -> None:
    text = to_yaml([rated])
    assert _loaded(text) == ()
    draft = "\n".join(line.removeprefix("# ") for line in text.split("\n") if line.startswith(("# - ", "#   ")))
    (row,) = yaml.safe_load(draft)
    assert row["question"] == SHOWN.question
    assert Case.model_validate(row | {"facts": [["a person's"]]}).id == f"feedback-{rated.id}"


_text = st.text(st.characters(exclude_categories=["Cs"]), min_size=1)
_rated = st.builds(
    Rated,
    id=st.uuids().map(lambda one: one.hex),
    asked_at=st.integers(0, 2_000_000_000),
    shown=st.builds(
        Shown,
        question=_text,
        answer=_text,
        abstained=st.booleans(),
        citations=st.lists(st.builds(Cited, st.integers(1, 9), _text, _text, _text, _text, _text), max_size=2).map(
            tuple
        ),
        versions=st.builds(Versions, _text, _text, _text),
        before=st.lists(_text, max_size=2).map(tuple),
    ),
    up=st.integers(0, 3),
    down=st.integers(0, 3),
)


@settings(max_examples=60)  # YAML is slow
@example([replace(UP, shown=replace(SHOWN, question="a\x85b\u2028c\u2029d\r\n\te: # {", before=("\x85",)))])
@given(st.lists(_rated, max_size=4, unique_by=lambda one: one.id))
def test_whatever_people_write_the_file_loads_and_asks_it(rated: list[Rated]) -> None:
    cases = _loaded(to_yaml(rated))
    asked = {f"feedback-{one.id}": (*one.shown.before, one.shown.question) for one in rated if case_of(one)}
    assert {case.id: case.asked for case in cases} == asked
