"""Which statements speak of a name, however it is joined, and never of another that only begins like it."""

import pytest

from bot.answering.subjects import speaks_of_all


@pytest.mark.parametrize(
    ("text", "names", "speaks"),
    [
        ("No release of Grok-3 weights was found.", ("Grok 3",), True),
        ("xAI has released grok3.", ("Grok 3",), True),
        ("Grok 3.5 is announced.", ("Grok 3",), False),
        ("Foo-7B is under MIT.", ("foo 7b",), True),
        ("Foo-70B is under MIT.", ("foo 7",), False),
        ("Falcon-H1 came out.", ("TII's Falcon-H1",), True),
        ("Grok-3 is not Grok-2.", ("Grok 3", "Bard 1"), False),
        ("Anything at all.", (), True),
    ],
)
def test_a_text_speaks_of_each_name(text: str, names: tuple[str, ...], speaks: bool) -> None:
    assert speaks_of_all(text, names) is speaks
