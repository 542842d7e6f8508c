"""Cards keep every limit of Discord's, whatever is put on them, and what fits is left as it is."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.chat.card import FIELDS, TOTAL, Card, Field, fitted
from bot.chat.embeds import to_embed
from tests.bot.chat.limits_of_discord import wrong_with_message

LONG = st.text(max_size=40) | st.integers(0, 5000).map(lambda size: "x" * size) | st.sampled_from(["", " ", "\n" * 300])
CARDS = st.builds(
    Card,
    title=LONG,
    description=LONG,
    fields=st.lists(st.builds(Field, LONG, LONG, st.booleans()), max_size=40).map(tuple),
    footer=LONG,
)


@settings(deadline=None)
@given(CARDS)
def test_every_limit_holds(card: Card) -> None:
    assert wrong_with_message({"embeds": [to_embed(card).to_dict()]}) == []


@settings(deadline=None)
@given(CARDS)
def test_fitting_twice_changes_nothing(card: Card) -> None:
    assert fitted(fitted(card)) == fitted(card)


def test_what_fits_is_left_as_it_is() -> None:
    card = Card("t" * 256, "d" * 2000, fields=(Field("n", "v" * 1024),) * 3, footer="f")
    assert fitted(card) == card


def test_the_description_gives_way_before_a_field_does() -> None:
    card = fitted(Card("t", "d" * 4096, fields=(Field("n", "v" * 1000),) * 5))
    assert len(card.fields) == 5
    assert len(card.description) == TOTAL - 1 - 5 * 1001
    assert len(fitted(Card("t", "", fields=(Field("n", "v"),) * 30)).fields) == FIELDS
