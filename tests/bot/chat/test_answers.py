"""Answers as cards: whatever they say, every limit of Discord's holds, and no source is lost."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.answering.answer import Answer, Citation, Timings
from bot.chat.answers import answer_cards, partial_card, quotes_card, waiting_card
from bot.chat.embeds import to_embed
from tests.bot.chat.limits_of_discord import pings, wrong_with_message

_PIECES = (
    "It is so. [1]",
    "No. ",
    "@everyone ",
    "https://evil.example/x ",
    "discord.gg/abc ",
    "```",
    "**b** [2]",
    "word " * 40,
)
_TEXT = st.text(max_size=6000) | st.lists(st.sampled_from(_PIECES), max_size=120).map(" ".join)
_URL = st.sampled_from(
    ["", "https://a.org/l", "https://a.org/" + "x" * 900, "javascript:alert(1)", "https://a.org/(b)"]
)
_CITED = st.lists(st.tuples(st.text(max_size=400), _URL, st.text(max_size=300), st.text(max_size=2500)), max_size=30)


def answer(text: str, cited: list[tuple[str, str, str, str]], *, abstained: bool = False) -> Answer:
    citations = tuple(
        Citation(n, title, url, "d", section, quote) for n, (title, url, section, quote) in enumerate(cited, 1)
    )
    return Answer("q", text, abstained, "quotes", "SmolLM2", citations, Timings(1, 2, 3000))


@given(_TEXT, _CITED, st.booleans())
def test_every_card_is_one_that_discord_takes_and_every_source_is_there_once(
    text: str, cited: list[tuple[str, str, str, str]], abstained: bool
) -> None:
    cards = answer_cards(answer(text, cited, abstained=abstained))
    lines: list[str] = []
    for card in cards:
        body = {"embeds": [to_embed(card).to_dict()]}
        assert wrong_with_message(body) == [] or (not card.description and not card.fields)
        assert not pings(body)
        lines += [line for field in card.fields for line in field.value.split("\n") if line.startswith("\\[")]
    assert [line.split("\\]")[0] for line in lines if line[2:3].isdigit()][: len(cited)] == [
        f"\\[{n}" for n in range(1, len(cited) + 1)
    ]
    first_source = next((place for place, card in enumerate(cards) if card.fields), len(cards))
    assert not any(card.description for card in cards[first_source + 1 :])
    assert "3.0 s" in cards[-1].footer


def test_a_marker_leads_to_its_source_and_nothing_else_leads_anywhere() -> None:
    cited = [("A", "https://a.org", "1.b", "q"), ("B", "", "", "q")]
    (card,) = answer_cards(answer("So it is. [1] See https://evil.example. [2]", cited))
    assert "[\\[1\\]](https://a.org)" in card.description
    assert "\\[2\\]" in card.description
    assert "https://evil" not in card.description
    assert card.fields[0].value == "\\[1\\] [A](https://a.org), 1.b\n\\[2\\] B"


@given(st.lists(st.text(max_size=3000), max_size=5), st.integers(0, 50))
def test_what_is_shown_meanwhile_fits_too(pieces: list[str], position: int) -> None:
    for card in (partial_card(pieces), waiting_card(position)):
        body = {"embeds": [to_embed(card).to_dict()]}
        assert not pings(body)
        assert len(card.description) <= 4096


@given(_CITED)
def test_quotes_fit_one_card(cited: list[tuple[str, str, str, str]]) -> None:
    card = quotes_card(answer("", cited).citations)
    assert len(card.fields) <= 25
    assert wrong_with_message({"embeds": [to_embed(card).to_dict()]}) == []
