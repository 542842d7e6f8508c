"""Which statement speaks: the nearest to what is asked, also where a record's topic would settle something else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.evaluation.ablation import ablated

if TYPE_CHECKING:
    from bot.answering.pipeline import Answerer


@pytest.fixture(scope="module")
def quoting(answerer: Answerer) -> Answerer:
    """Return the road without the model: what is chosen is quoted as it stands."""
    return ablated(answerer, "quotes-only")


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("am i obliged to move over when databricks ships a newer dbrx?", "latest version"),
        ("who owns the pictures that come out of sd 3.5, stability or me", "own the outputs"),
        ("sd 1.5 pics on my blog: does the model's license make me label them as ai made?", ""),
        ("what does BSD-3-Clause have that BSD-2-Clause doesn't", "endorse"),
        ("In which country was the Kallaway interview called a turnoff?", ""),
    ],
)
def test_a_special_question_gets_its_special_statement(quoting: Answerer, question: str, told: str) -> None:
    answer = quoting.answer(question).answer
    assert told in answer.text
    assert answer.abstained or answer.citations


def test_a_statement_that_is_nearer_than_the_ruling_comes_first(quoting: Answerer) -> None:
    question = "which organizations have to be credited when a firm makes money with GPT-SW3?"
    assert "RISE and WASP" in quoting.answer(question).answer.text
    assert quoting.answer("May I use Llama 3.1 commercially?").answer.text.startswith("It depends.")


@pytest.mark.parametrize(
    ("question", "listed"),
    [
        ("Which models were released in April 2026?", "Kimi K2.6"),
        ("list what microsoft has released", "Phi-4"),
        ("What has Ai2 put out?", "OLMo"),
        ("Everything that falls under Google's Gemma Terms, please", "CodeGemma"),
    ],
)
def test_lists_by_time_maker_and_license(quoting: Answerer, question: str, listed: str) -> None:
    answer = quoting.answer(question).answer
    assert listed in answer.text
    assert len(answer.citations) > 1


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("What did Meta hand out under CC BY-NC, if anything?", ["Galactica", "MusicGen"]),
        ("phi models by microsoft with the simple MIT text - enumerate", ["Phi-2", "Phi-4"]),
        ("Kimi-Dev-72B or Kimi K2: which one is plain MIT?", ["Kimi-Dev-72B is MIT", "modified MIT"]),
        ("between the two gpt-oss sizes how far apart are the active params", ["5.1B", "3.6B"]),
        ("How do the licenses of SOLAR 10.7B base and its instruct sibling differ?", ["Apache-2.0", "CC-BY-NC-4.0"]),
    ],
)
def test_what_belongs_together_is_told_together(quoting: Answerer, question: str, told: list[str]) -> None:
    text = quoting.answer(question).answer.text
    assert all(one in text for one in told)


@pytest.mark.parametrize(
    ("first", "then", "told"),
    [
        ("license of Qwen2.5 7B please", "and the 3B?", "Qwen Research"),
        ("SOLAR 10.7B base, what license", "and the instruct version?", "CC-BY-NC-4.0"),
    ],
)
def test_a_follow_up_may_name_only_what_differs(quoting: Answerer, first: str, then: str, told: str) -> None:
    assert told in quoting.answer(then, quoting.answer(first)).answer.text


@pytest.mark.parametrize(
    "question",
    [
        "What did Debian's 2025 vote decide about models shipped without training data?",
        "In which places does the Tencent Hunyuan 3D license not apply?",
    ],
)
def test_no_list_of_models_answers_another_question(quoting: Answerer, question: str) -> None:
    assert "Models " not in quoting.answer(question).answer.text


def test_what_names_nothing_is_not_answered_beside_an_unknown_name(quoting: Answerer) -> None:
    assert quoting.answer("Our app has 900 million users, does the Llama 3.4 agreement let us in?").answer.abstained


def test_a_name_is_sketched_by_its_record(quoting: Answerer) -> None:
    text = quoting.answer("What is the Stability AI Community License?").answer.text
    assert "not an open source license" in text
    assert "commercial use" in text
    assert "US$1 million" in text


def test_without_the_declared_questions_less_is_found(quoting: Answerer) -> None:
    question = "what was the meta boss's complaint about single companies keeping ai for one product of theirs?"
    assert "hoard" in quoting.answer(question).answer.text
    assert ablated(quoting, "no-asks").answer(question).answer.abstained
