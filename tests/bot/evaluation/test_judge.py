"""The judge tells right from wrong: facts, polarity, abstention, and sentences without support."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from bot.answering.answer import Answer, Citation, Timings
from bot.evaluation.dataset import Case
from bot.evaluation.judge import judge
from knowledge.licenses.catalogue import load_licenses
from knowledge.models.catalogue import load_models
from knowledge.names import NameIndex

if TYPE_CHECKING:
    from bot.evaluation.judge import Judgement

NAMES = NameIndex(load_licenses(), load_models())
QUOTE = "Mistral AI released Codestral on 29 May 2024."


def _answer(text: str, *, abstained: bool = False, quote: str = QUOTE) -> Answer:
    citations = () if abstained else (Citation(1, "Codestral", "https://mistral.ai", "models/codestral", "", quote),)
    return Answer("q", text, abstained, "model", "m", citations, Timings(1, 1, 1))


def _judge(text: str, *, abstained: bool = False, quote: str = QUOTE, **case: Any) -> Judgement:
    fields = {"id": "a", "kind": "date", "expect": "answer", "source": "s", "question": "When?", **case}
    if fields["expect"] == "answer" and "facts" not in fields:
        fields["facts"] = [["29 May 2024"]]
    return judge(Case.model_validate(fields), _answer(text, abstained=abstained, quote=quote), NAMES.subjects_in)


def test_a_right_supported_answer() -> None:
    one = _judge(f"{QUOTE} [1]")
    assert one.correct
    assert (one.supported, one.sentences) == (1, 1)
    assert (one.precise, one.citations) == (1, 1)


@pytest.mark.parametrize("text", ["Codestral came out on 30 May 2024. [1]", "Codestral is under the MIT License. [1]"])
def test_a_sentence_that_its_citation_does_not_carry(text: str) -> None:
    one = _judge(text)
    assert not one.correct
    assert one.unsupported
    assert one.precise == 0


def test_a_sentence_without_a_citation_is_not_recalled() -> None:
    one = _judge(f"{QUOTE} [1] Mistral AI is in Paris.")
    assert (one.supported, one.sentences) == (1, 2)


@pytest.mark.parametrize(("text", "wrong"), [("Yes.", True), ("No.", False), ("It depends.", True), ("", False)])
def test_a_yes_for_a_no_is_wrong(text: str, wrong: bool) -> None:
    assert _judge(f"{text} {QUOTE} [1]".strip(), direct="no").wrong_polarity is wrong


def test_what_only_a_wrong_answer_says_is_wrong() -> None:
    one = _judge("Codestral is under Apache-2.0, since 29 May 2024. [1]", never=["under Apache-2.0"])
    assert one.wrong_polarity
    assert not one.correct


@pytest.mark.parametrize(("expect", "abstained", "correct"), [("abstain", True, True), ("answer", True, False)])
def test_an_abstention_is_right_only_where_there_is_no_answer(expect: str, abstained: bool, correct: bool) -> None:
    one = _judge("I have no source that answers this.", abstained=abstained, expect=expect)
    assert one.correct is correct
    assert one.sentences == 0


def test_an_answer_where_there_is_none_is_not_correct() -> None:
    assert not _judge(f"{QUOTE} [1]", expect="abstain").correct


def test_members_of_a_list_stand_on_their_citations_with_and_without_conditions() -> None:
    quote = "Codestral is under the Mistral AI Non-Production License."
    for member in ("Codestral (on conditions)", "Codestral (Mistral AI Non-Production License, on conditions)"):
        one = _judge(f"By their licenses, these do: {member} [1].", quote=quote)
        assert one.supported == one.sentences == 1
