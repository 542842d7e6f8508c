"""Names in running text: known ones, families, and what looks like a model and is in no record."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.licenses.catalogue import load_licenses
from knowledge.models.catalogue import load_models
from knowledge.names import NameIndex

NAMES = NameIndex(load_licenses(), load_models())


@pytest.mark.parametrize(
    ("question", "named"),
    [
        ("Is Llama 3 open source?", ["model:llama-3"]),
        ("is llama3.1 free for commercial use", ["model:llama-3.1"]),
        ("Is Llama 3's license ok in 2024 with 700 million users?", ["license:llama-3-license-2024"]),
        ("Section 2 of the Llama 3.1 license", ["license:llama-3.1-license-2024"]),
        ("Does Mistral's Codestral allow production?", ["model:codestral"]),
        ("Qwen2.5-72B and Qwen 2.5 3B", ["model:qwen2.5-72b", "model:qwen2.5-3b"]),
        ("Which models are Apache-2.0?", ["license:apache-2.0"]),
        ("What does open weights mean?", []),
        ("who is in command of this solar system", []),
        ("What did OpenAI release in August 2025?", []),
        ("What is Article 53 of the EU AI Act?", []),
        ("Is the Sleepycat license a copyleft license?", ["license:sleepycat"]),
        ("Is BSD-4-Clause approved by the OSI?", ["license:bsd-original"]),
        ("Did the ruby glide over vim?", []),
    ],
)
def test_names_in_questions(question: str, named: list[str]) -> None:
    mentions = NAMES.mentions(question)
    assert [mention.subjects[0] for mention in mentions] == named
    assert all(mention.known for mention in mentions)


@pytest.mark.parametrize(
    ("question", "meant"),
    [
        ("Which of the FLUX.1 versions may I sell?", {"model:flux.1-dev", "model:flux.1-schnell"}),
        ("creative commons 4.0: which may I sell?", {"license:cc-by-4.0", "license:cc-by-nc-4.0"}),
        ("Which falcons are under Apache?", {"model:falcon-180b"}),
    ],
)
def test_a_number_that_versions_share_names_them_all(question: str, meant: set[str]) -> None:
    first, *_ = NAMES.mentions(question)
    assert first.known
    assert meant <= set(first.subjects)


@pytest.mark.parametrize("question", ["What did the court say in the GEMA case?", "When 3.1 came out, who was sued?"])
def test_abbreviations_and_openers_are_no_names(question: str) -> None:
    assert not NAMES.mentions(question)


@pytest.mark.parametrize(
    "question",
    [
        "Our 50,000 employees would use it. Any contract?",
        "Is there a Chinese license that OSI approved?",
        "Every license bans that, correct?",
        "Our license bans military use.",
        "My license scanner does not know it.",
        "Is there a Terraform-like license?",
        "After 5 April 2025 we doubled.",
        "Which versions came before OSAID 1.0?",
    ],
)
def test_amounts_and_plain_words_name_nothing(question: str) -> None:
    assert not NAMES.mentions(question)


@pytest.mark.parametrize(
    ("question", "named"),
    [
        ("hyperclova 10 million users", ["license:hyperclova-x-seed-2025"]),
        ("the training code of Llama 4", ["model:llama-4-maverick"]),
        ("Does the Fair AI license reach my site?", ["license:fair-ai-public-1.0-sd"]),
        ("May I test it under its Non-Production License?", ["license:mistral-mnpl-0.1"]),
    ],
)
def test_a_name_ends_before_what_is_counted_and_may_be_shortened(question: str, named: list[str]) -> None:
    mentions = NAMES.mentions(question)
    assert all(mention.known for mention in mentions)
    assert set(named) <= {subject for mention in mentions for subject in mention.subjects}


@pytest.mark.parametrize("name", ["Llama 7", "Gemma 9", "Hermes 3", "Tulu 2", "Claude 4", "Foo-9B", "GPT-4"])
def test_names_of_no_record_are_reported_as_unknown(name: str) -> None:
    (mention,) = NAMES.mentions(f"Is {name} open source?")
    assert (mention.text, mention.known) == (name, False)


@given(st.text(max_size=300))
def test_mentions_of_any_text_lie_in_it(text: str) -> None:
    end = 0
    for mention in NAMES.mentions(text):
        assert text[mention.start : mention.end] == mention.text
        assert mention.start >= end
        end = mention.end


def test_an_ordinary_word_is_a_name_in_a_question_without_capitals_on_licenses() -> None:
    (mention,) = NAMES.mentions("can i host bloom for other people")
    assert mention.subjects == ("model:bloom",)
    assert not NAMES.mentions("the flowers bloom in spring")
