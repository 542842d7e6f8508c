"""Every record as a card: nothing cut, nothing that Discord refuses, every clause beside what stands on it."""

from __future__ import annotations

import re
from itertools import islice, product
from typing import TYPE_CHECKING, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.chat.about import About, about_card, sources_card
from bot.chat.card import Card, fitted
from bot.chat.embeds import to_embed
from bot.chat.markup import escaped, linked, listed, shortened, web_address
from bot.chat.records import license_card, model_card, models_card, several_card, unknown_card
from bot.chat.verdicts import comparison_card, permission_card
from knowledge.comparison import compare
from knowledge.holdings import Holdings
from knowledge.permissions import Action, permission
from knowledge.records import Heading
from tests.bot.chat.catalogue import EVERY_LICENSE, EVERY_MODEL, FACTS
from tests.bot.chat.limits_of_discord import wrong_with_message

if TYPE_CHECKING:
    from knowledge.records import License

KNOWN = FACTS.licenses.all()
ASKED = {
    *("OSI-approved", "Category", "Commercial use", "User/revenue cap", "Attribution"),
    *("Use policy", "Train on outputs", "Patent grant", "Sources"),
}


def _wrong(card: Card) -> list[str]:
    """Return what is wrong with a card of our own records: what Discord refuses, and what would have to be cut."""
    refused = wrong_with_message({"embeds": [to_embed(card).to_dict()]})
    return refused if fitted(card) == card else [*refused, f"{card.title} is cut"]


def test_every_license_fits_its_card() -> None:
    wrong = [
        one for license_ in EVERY_LICENSE for one in _wrong(license_card(license_, FACTS.models.under(license_.key)))
    ]
    assert wrong == []


@pytest.mark.parametrize("license_", KNOWN, ids=lambda one: one.key)
def test_a_card_shows_what_people_ask_with_its_clause(license_: License) -> None:
    fields = {field.name: field.value for field in license_card(license_, ()).fields}
    assert set(fields) >= ASKED
    for term in license_.terms:
        assert not term.section or any(escaped(term.section) in value for value in fields.values()), term.topic


def test_every_model_fits_its_card() -> None:
    assert [one for model in EVERY_MODEL for one in _wrong(model_card(model, FACTS.licenses))] == []


def test_every_list_of_models_fits_and_counts_what_it_leaves_out() -> None:
    for license_ in KNOWN:
        under = FACTS.models.under(license_.key)
        card = models_card(license_, under, 500)
        assert _wrong(card) == []
        shown = re.findall("^- ", card.description, re.MULTILINE)
        left = re.search(r"and ([\d,]+) more", card.description)
        assert len(shown) + (int(left[1]) if left else 0) == len(under)


def test_comparisons_fit_their_card() -> None:
    pairs = islice(product(KNOWN, EVERY_LICENSE), 0, None, 331)
    assert [one for first, second in pairs for one in _wrong(comparison_card(compare(first, second)))] == []


def test_every_pair_of_known_licenses_fits_its_card() -> None:
    assert [one for a, b in product(KNOWN, KNOWN[::7]) for one in _wrong(comparison_card(compare(a, b)))] == []


@pytest.mark.parametrize("action", get_args(Action))
def test_permissions_fit_their_card_alone_and_together(action: Action) -> None:
    answers = [permission(license_, action, None) for license_ in KNOWN]
    assert [one for answer in answers for one in _wrong(permission_card([answer]))] == []
    assert [one for at in range(0, len(answers), 20) for one in _wrong(permission_card(answers[at : at + 20]))] == []


@settings(deadline=None)
@given(st.text(max_size=4000), st.lists(st.text(min_size=1, max_size=100), max_size=25))
def test_what_was_typed_is_shown_again_within_limits(typed: str, names: list[str]) -> None:
    for card in (unknown_card(typed, "license", names[:5]), several_card(typed, names)):
        assert wrong_with_message({"embeds": [to_embed(card).to_dict()]}) == []


@pytest.mark.parametrize(
    "typed", ["@everyone", "<@1>", "[x](https://evil.example)", "**b**", "discord.gg/abc", "||s||"]
)
def test_what_was_typed_is_shown_again_as_words(typed: str) -> None:
    shown = unknown_card(typed, "license", ()).description
    assert typed not in shown


@settings(deadline=None)
@given(
    st.lists(
        st.builds(Heading, st.text(), st.just("user"), st.text(max_size=2000), st.text(max_size=2000)), max_size=60
    )
)
def test_sources_and_about_fit_whatever_was_ingested(documents: list[Heading]) -> None:
    held = Holdings(documents, 131, 2615, 240)
    for card in (sources_card(held), about_card(About("SmolLM2", "Apache-2.0", held, True, 90))):
        assert wrong_with_message({"embeds": [to_embed(card).to_dict()]}) == []


def test_about_says_what_is_read_and_how_long_ratings_stay() -> None:
    held = Holdings([Heading("a", "article", "A", "", "2026-08-02")], 1, 2, 3)
    text = str(about_card(About("m", "l", held, message_content=False, retention_days=30)))
    assert "without the message-content intent" in text
    assert "30 days" in text
    assert "2 August 2026" in text
    assert "answer channels" in str(about_card(About("m", "l", held, message_content=True, retention_days=0)))


@settings(deadline=None)
@given(st.text(max_size=300), st.text(max_size=300))
def test_a_link_leads_nowhere_but_to_an_address_of_the_web(title: str, url: str) -> None:
    assert web_address("javascript:alert(1)") == web_address("www.example.org") == ""
    shown = linked(title, url)
    assert not web_address(url) or shown.endswith(")")
    assert web_address(url) or "](" not in shown.replace("\\]", "")


@settings(deadline=None)
@given(st.lists(st.text(alphabet="abc", min_size=1, max_size=80), max_size=80), st.integers(100, 2000))
def test_a_list_keeps_whole_lines(lines: list[str], most: int) -> None:
    shown = listed(lines, most)
    assert len(shown) <= most
    assert shown.split("\n")[:-1] == lines[: shown.count("\n")]


@settings(deadline=None)
@given(st.text(max_size=300), st.integers(1, 200))
def test_a_shortened_text_is_short_and_begins_alike(text: str, most: int) -> None:
    short = shortened(text, most)
    assert len(short) <= max(most, 1)
    assert text.startswith(short.removesuffix("\N{HORIZONTAL ELLIPSIS}"))
