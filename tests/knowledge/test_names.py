import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.errors import NotFoundError
from knowledge.licenses.catalogue import load_licenses
from knowledge.models.catalogue import load_models
from knowledge.names import NameIndex, canonical

LICENSES, MODELS = load_licenses(), load_models()
NAMES = NameIndex(LICENSES, MODELS)

TYPED_LICENSES = {
    "mit": "mit",
    "MIT License": "mit",
    "the MIT licence": "mit",
    "mit-0": "mit-0",
    "apache 2": "apache-2.0",
    "Apache-2.0": "apache-2.0",
    "apache license 2.0": "apache-2.0",
    "apache2": "apache-2.0",
    "gpl3": "gpl-3.0",
    "GPL-3.0-only": "gpl-3.0",
    "GPL-3.0-or-later": "gpl-3.0",
    "gpl v3 or later": "gpl-3.0",
    "gplv3+": "gpl-3.0",
    "gpl 2": "gpl-2.0",
    "GPLv2": "gpl-2.0",
    "agpl": "agpl-3.0",
    "AGPL-3.0-only": "agpl-3.0",
    "lgpl 2.1": "lgpl-2.1",
    "lgpl3": "lgpl-3.0",
    "mpl 2.0": "mpl-2.0",
    "bsd 3 clause": "bsd-new",
    "BSD-2-Clause": "bsd-simplified",
    "0bsd": "bsd-zero",
    "isc": "isc",
    "cc0": "cc0-1.0",
    "CC-BY-4.0": "cc-by-4.0",
    "cc by-sa 4.0": "cc-by-sa-4.0",
    "cc-by-nc-4.0": "cc-by-nc-4.0",
    "cc by nc nd 4.0": "cc-by-nc-nd-4.0",
    "BUSL-1.1": "bsl-1.1",
    "sspl": "mongodb-sspl-1.0",
    "elastic license 2": "elastic-license-v2",
    "llama3.1": "llama-3.1-license-2024",
    "llama 3.1 license": "llama-3.1-license-2024",
    "Llama 3.1 Community License Agreement": "llama-3.1-license-2024",
    "LicenseRef-scancode-llama-3.1-license-2024": "llama-3.1-license-2024",
    "llama 3": "llama-3-license-2024",
    "llama 3 licence": "llama-3-license-2024",
    "llama2": "llama-2-license-2023",
    "llama 4 license": "llama-4-cla-2025",
    "llama 4 scout license": "llama-4-cla-2025",
    "llama 3.3": "llama-3.3-license-2024",
    "codestral licence": "mistral-mnpl-0.1",
    "codestral license": "mistral-mnpl-0.1",
    "mnpl": "mistral-mnpl-0.1",
    "mistral research license": "mistral-mrl-0.1",
    "dbrx license": "databricks-open-model",
    "databricks open model license": "databricks-open-model",
    "gemma 3 license": "gemma-tou-2025-03-24",
    "qwen2.5-72b license": "qwen-2024",
    "deepseek license": "deepseek-la-1.0",
    "openrail++": "bigscience-open-rail-m2",
    "bloom license": "bigscience-rail-1.0",
    "starcoder license": "bigcode-open-rail-m-v1",
    "openmdw": "openmdw-1.0",
    "openmdw 1.1": "openmdw-1.1",
    "odbl": "odbl-1.0",
    "cdla permissive 2.0": "cdla-permissive-2.0",
    "sd 3.5 license": "stability-ai-community-2024",
    "grok 2 license": "xai-community-grok-2",
}
TYPED_MODELS = {
    "llama3.1": "llama-3.1",
    "Llama-3.1-8B-Instruct": "llama-3.1",
    "meta-llama/Llama-3.2-3B": "llama-3.2",
    "Llama 3": "llama-3",
    "LLaMA 2": "llama-2",
    "code llama": "code-llama",
    "CodeLlama": "code-llama",
    "codestral": "codestral",
    "codestral mamba": "codestral-mamba",
    "codestrall": "codestral",
    "dbrx": "dbrx",
    "mistral 7b": "mistral-7b",
    "mixtral 8x7b": "mixtral-8x7b",
    "mistral large 2": "mistral-large-2",
    "gemma 3 27b": "gemma-3",
    "gemma 4": "gemma-4",
    "qwen 2.5 72b": "qwen2.5-72b",
    "Qwen2.5-3B": "qwen2.5-3b",
    "deepseek r1": "deepseek-r1",
    "r1 distill 70b": "deepseek-r1-distill-llama-70b",
    "r1 distill 8b": "deepseek-r1-distill-llama-8b",
    "DeepSeek-V3": "deepseek-v3",
    "gpt-oss 20b": "gpt-oss-20b",
    "grok-1": "grok-1",
    "grok 2": "grok-2",
    "phi 4": "phi-4",
    "olmo": "olmo",
    "starcoder2": "starcoder2",
    "flux schnell": "flux.1-schnell",
    "kimi k2": "kimi-k2",
    "command r+": "command-r-plus",
}


@pytest.mark.parametrize(("typed", "key"), TYPED_LICENSES.items())
def test_licenses_as_typed(typed: str, key: str) -> None:
    assert NAMES.resolve_one(typed, "license") == key


@pytest.mark.parametrize(("typed", "key"), TYPED_MODELS.items())
def test_models_as_typed(typed: str, key: str) -> None:
    assert NAMES.resolve_one(typed, "model") == key


@pytest.mark.parametrize(
    ("typed", "newest"), [("gpl", "GNU GPL 3"), ("llama license", "Llama 4"), ("gemma license", "24 March 2025")]
)
def test_a_familys_name_lists_its_members_newest_first(typed: str, newest: str) -> None:
    with pytest.raises(NotFoundError, match="may be any of") as caught:
        NAMES.resolve_one(typed, "license")
    assert newest in caught.value.nearest[0]


@pytest.mark.parametrize("typed", ["llama 7", "gpl 9", "gpt-4", "foobarbaz", "", "😀", "qwen 99 license"])
def test_what_no_record_has_is_never_guessed(typed: str) -> None:
    with pytest.raises(NotFoundError):
        NAMES.resolve_one(typed, "license")


@pytest.mark.parametrize(
    ("question", "named"),
    [
        ("Is Llama 3 open source?", ["model:llama-3"]),
        ("is llama3.1 free for commercial use", ["model:llama-3.1"]),
        ("Is Llama 3's license ok in 2024 with 700 million users?", ["model:llama-3"]),
        ("Section 2 of the Llama 3.1 license", ["license:llama-3.1-license-2024"]),
        ("Does Mistral's Codestral allow production?", ["model:codestral"]),
        ("Qwen2.5-72B and Qwen 2.5 3B", ["model:qwen2.5-72b", "model:qwen2.5-3b"]),
        ("Which models are Apache-2.0?", ["license:apache-2.0"]),
        ("What does open weights mean?", []),
        ("who is in command of this solar system", []),
        ("What did OpenAI release in August 2025?", []),
        ("What is Article 53 of the EU AI Act?", []),
    ],
)
def test_names_in_questions(question: str, named: list[str]) -> None:
    mentions = NAMES.mentions(question)
    assert [mention.subjects[0] for mention in mentions] == named
    assert all(mention.known for mention in mentions)


@pytest.mark.parametrize("name", ["Llama 7", "Gemma 9", "Hermes 3", "Tulu 2", "Claude 4", "Foo-9B", "GPT-4"])
def test_names_of_no_record_are_reported_as_unknown(name: str) -> None:
    (mention,) = NAMES.mentions(f"Is {name} open source?")
    assert (mention.text, mention.known) == (name, False)


@given(st.text(max_size=300))
def test_any_text_is_read_and_mentions_lie_in_it(text: str) -> None:
    NAMES.resolve(text)
    end = 0
    for mention in NAMES.mentions(text):
        assert text[mention.start : mention.end] == mention.text
        assert mention.start >= end
        end = mention.end


@given(st.sampled_from(sorted(TYPED_MODELS)), st.integers(0, 20), st.sampled_from("abxyz"))
def test_a_typo_never_changes_a_number(name: str, place: int, letter: str) -> None:
    typed = f"{name[:place]}{letter}{name[place + 1 :]}"
    found = NAMES.resolve(typed)
    if found.kind == "fuzzy":
        display = canonical(f"{NAMES.display(found.subjects[0])} {' '.join(_aliases(found.subjects[0]))}")
        assert set(re.findall(r"\d+", canonical(typed))) <= set(re.findall(r"\d+", display))


def _aliases(subject: str) -> tuple[str, ...]:
    kind, _, key = subject.partition(":")
    return LICENSES.get(key).aliases if kind == "license" else MODELS.get(key).aliases


def test_a_name_of_50000_characters_is_answered_at_once() -> None:
    assert NAMES.resolve("llama " * 10_000).kind in ("unknown", "ambiguous", "exact", "fuzzy")
