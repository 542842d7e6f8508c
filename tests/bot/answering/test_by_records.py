"""What the records alone decide: lists, comparisons, and whether a model is under a license."""

from __future__ import annotations

import pytest

from bot.answering.comparison import compare
from bot.answering.listing import gather
from bot.answering.matching import match
from bot.answering.question import Query, understand
from knowledge.licenses.catalogue import load_licenses
from knowledge.models.catalogue import load_models
from knowledge.names import NameIndex

LICENSES, MODELS = load_licenses(), load_models()
NAMES = NameIndex(LICENSES, MODELS)


def _query(question: str) -> Query:
    return understand(question, NAMES)[0]


@pytest.mark.parametrize(
    ("question", "members", "strangers"),
    [
        ("Which models did OSI say meet the OSAID?", {"OLMo", "Pythia", "Amber", "CrystalCoder", "T5"}, set()),
        ("Which models failed the OSI validation?", {"Llama 2", "Phi-2", "Mixtral 8x7B", "Grok-1"}, {"OLMo"}),
        ("Which models would meet the OSAID if their license changed?", {"BLOOM", "Falcon-40B"}, {"OLMo", "Grok-1"}),
        ("Which Llama licenses forbid training other models?", {"Llama 2 Community License Agreement"}, {"Llama 3.1"}),
        ("Which DBRX models are under the Databricks license?", {"DBRX"}, {"Llama 2"}),
        ("Which DeepSeek models are under MIT?", {"DeepSeek-R1"}, {"DeepSeek-V2", "DeepSeek-Coder", "GLM"}),
        ("Which models are under the Gemma Terms of Use?", {"Gemma 2", "CodeGemma"}, {"Gemma 4"}),
        ("Which Mistral models may not be used commercially?", {"Codestral", "Mistral Large 2"}, {"Mistral 7B"}),
        ("What models did Ai2 release?", {"OLMo", "Tulu 3"}, {"Pythia"}),
        ("what models are released under OpenMDW", {"Nemotron 3 Ultra"}, {"Llama"}),
        ("Which licenses forbid military use?", {"DeepSeek License Agreement v1.0"}, {"Apache", "GNU", "BSD", "MIT"}),
        ("Which copyleft licenses do you know?", {"GNU AGPL 3"}, {"bilibili", "Llama", "MIT"}),
        ("Name the OSI-approved licenses", {"Apache License 2.0"}, {"Llama", "bilibili", "OpenMDW"}),
        (
            "Which OSI approved licenses do not ask me to keep the copyright notice?",
            {"MIT No Attribution", "The Unlicense"},
            {"CC0", "Apache", "Llama"},
        ),
        ("which ones want a 'powered by' badge from me", {"Stability AI Community License"}, {"Llama", "Hunyuan"}),
        ("Which licenses tell me how the name of a fine-tune must begin?", {"glm-4-9b License"}, {"Gemma", "MIT"}),
        ("Which agreements are governed by Korean law?", {"HyperCLOVA X SEED Model License Agreement"}, {"Llama"}),
        ("Which copyleft licenses reach a web service?", {"GNU AGPL 3"}, {"GNU GPL 3", "CC"}),
        ("cc-by-nc weights that are not from Cohere?", {"Galactica", "MusicGen"}, {"Command", "Aya"}),
        ("Who is in the highest class of the openness framework?", {"Amber", "OLMo", "Pythia"}, {"Granite", "Llama"}),
        ("Are there models under OpenMDW by now, and which ones?", {"Nemotron 3 Ultra"}, {"Llama"}),
        ("non-Meta models with Llama 3.1's license, name them", {"Tulu 3"}, {"Llama 3.1"}),
        ("What licenses would have me go to court in Paris?", {"Mistral AI Research License 0.1 (MRL)"}, {"Llama"}),
        ("OSI's validation: who failed only because of the license?", {"BLOOM"}, {"OLMo", "Llama 2"}),
        ("mistral's batch of December 2025: what was in it?", {"Mistral Large 3", "Ministral 3"}, {"Codestral"}),
        (
            'Which licenses need "Built with" attribution?',
            {"Llama 3.1 Community License Agreement"},
            {"Gemma", "Apache"},
        ),
    ],
)
def test_lists(question: str, members: set[str], strangers: set[str]) -> None:
    found = gather(_query(question), LICENSES, MODELS)
    assert found is not None
    names = {name for name, _ in found.members}
    assert members <= names or found.more
    assert not any(stranger in name for stranger in strangers for name in names)


def test_a_revenue_cap_is_no_user_cap() -> None:
    found = gather(_query("Which licenses have a revenue cap?"), LICENSES, MODELS)
    assert found is not None
    assert all("revenue" in evidence.statement.text.lower() for _, evidence in found.members)


@pytest.mark.parametrize("question", ["Is Llama 3 open source?", "What license does DBRX have?", "What is a license?"])
def test_other_questions_ask_for_no_list(question: str) -> None:
    assert gather(_query(question), LICENSES, MODELS) is None


def test_a_comparison_tells_of_both_and_begins_where_they_differ() -> None:
    told = compare(_query("What is the difference between the MIT License and Apache 2.0?"), LICENSES, MODELS)
    assert [item.document for item in told[:2]] == ["license-facts/mit", "license-facts/apache-2.0"]
    assert {item.statement.topic for item in told[:2]} == {"patents"}


def test_a_comparison_keeps_to_what_is_asked() -> None:
    told = compare(_query("Compare Gemma 3 and Llama 3.1 on commercial use"), LICENSES, MODELS)
    assert {item.statement.topic for item in told} == {"license_of", "commercial"}  # whose term that is


@pytest.mark.parametrize(
    ("question", "lead"),
    [
        ("Is Qwen3 MIT licensed?", "No."),
        ("Is DeepSeek-R1 under the MIT License?", "Yes."),
        ("Is Llama 4 Apache 2.0?", "No."),
        ("Isn't Llama 4 released under Apache 2.0?", ""),
    ],
)
def test_whether_a_model_is_under_a_license(question: str, lead: str) -> None:
    found = match(_query(question), LICENSES, MODELS)
    assert found is not None
    assert found[0] == lead


@pytest.mark.parametrize(
    "question", ["Can I combine Llama 3 with GPL code?", "Is Llama 3 better than Apache 2.0 models?"]
)
def test_two_names_alone_put_no_model_under_a_license(question: str) -> None:
    assert match(_query(question), LICENSES, MODELS) is None


@pytest.mark.parametrize(
    "question",
    [
        "AMD put out Instella and AMD OLMo. Which of these lets me earn?",
        "Phi-4 and Orca 2: one is fine for a startup, the other isn't. Which is which?",
        "Should we take the LFM Open License or rather the Stability AI Community License?",
    ],
)
def test_two_names_are_set_side_by_side_where_either_is_asked_for(question: str) -> None:
    both = compare(_query(question), LICENSES, MODELS)
    told = [item for item in both if item.statement.topic == "license_of"]
    assert len({item.document for item in told or both}) >= 2


def test_a_license_that_is_told_before_the_question_is_not_what_is_asked() -> None:
    asked = _query("Is Devstral 2 under the Apache license?")
    assert match(asked, LICENSES, MODELS) is not None
    told = _query(
        "We turned over 25 million dollars last month. Devstral 2 under its modified MIT, may our devs use it?"
    )
    assert match(told, LICENSES, MODELS) is None
