"""Other people's words do no harm when they are shown: nobody is called, nobody is led elsewhere."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chat.safety import safe

PARTS = (
    *("@everyone", "@here", "<@1>", "<@&2>", "<#3>", "@", "<", "a", " "),
    *("discord.gg/a", "https://discord.com/invite/a", "https://x.example/", "HTTPS://X.EXAMPLE"),
    *("[t](https://x.example)", "<https://x.example>", "https://", "://"),
)
ACTS = re.compile(r"@(everyone|here|[!&]?\d)|<[@#]|https?://|discord\.(gg|com)", re.IGNORECASE)


@given(st.lists(st.sampled_from(PARTS), max_size=20).map("".join))
def test_nothing_that_acts_is_left(text: str) -> None:
    assert not ACTS.search(safe(text))


@given(st.lists(st.sampled_from(PARTS), max_size=20).map("".join))
def test_the_words_stay_readable(text: str) -> None:
    assert safe(text).replace("\u200b", "") == text


@pytest.mark.parametrize("text", ["a < b", "mail me@example.org", "1 @ 2", "GPL-3.0: see section 2", "discord is fine"])
def test_plain_words_are_left_alone(text: str) -> None:
    assert safe(text) == text


def test_a_cited_link_stays() -> None:
    cited = "https://www.llama.com/llama3/license/"
    assert safe(f"See {cited} and https://x.example", {cited}) == f"See {cited} and https:\u200b//x.example"
