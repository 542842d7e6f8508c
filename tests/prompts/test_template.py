from importlib.resources import files

import pytest

from prompts import PromptError, load_prompt, parse_prompt

GOOD = "---\npurpose: Test.\nvariables: [a]\nmax_tokens: 8\n---\n# system\nBe kind.\n# user\n$a\n"


@pytest.mark.parametrize(
    "name", [path.name.removesuffix(".md") for path in files("prompts").iterdir() if path.name.endswith(".md")]
)
def test_every_prompt_file_loads(name: str) -> None:
    prompt = load_prompt(name)
    filled = prompt.fill(dict.fromkeys(prompt.variables, "VALUE"))
    assert filled.count("VALUE") == len(prompt.variables)
    assert "$" not in prompt.system


def test_a_missing_and_an_unknown_variable_are_named() -> None:
    prompt = parse_prompt("test", GOOD)
    with pytest.raises(PromptError, match="a, b"):
        prompt.fill({"b": "x"})


@pytest.mark.parametrize(
    "text",
    [
        "no front matter",
        GOOD.replace("variables: [a]\n", ""),
        GOOD.replace("[a]", "[a, b]"),
        GOOD.replace("max_tokens: 8", "max_tokens: many"),
        GOOD.replace("Be kind.", "Be $a."),
        GOOD.replace("purpose: Test.", "purpose: Test.\nextra: 1"),
    ],
)
def test_a_file_that_does_not_keep_its_promise_is_refused(text: str) -> None:
    with pytest.raises(PromptError):
        parse_prompt("test", text)


def test_values_are_data_and_are_not_expanded() -> None:
    assert parse_prompt("test", GOOD).fill({"a": "$a $b ${c}"}) == "$a $b ${c}"
