"""What is offered while a name is typed: every license by every name, typos mended, limits held whatever is typed."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.chat.choices import MOST, Choice, told
from tests.bot.chat.catalogue import CHOICES, FACTS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

LISTS = (CHOICES.licenses, CHOICES.models, CHOICES.either)
NAME_PARTS = ("gpl", "llama 3", "apache", "a", "licence", "\u202e", "\x00", "@everyone", "<@1>", "9" * 40, "cc-by")
TYPED = st.text(max_size=7000) | st.lists(st.sampled_from(NAME_PARTS), max_size=40).map(" ".join)


def _holds_limits(choices: list[Choice]) -> bool:
    sound = all(1 <= len(one.name) <= 100 and 1 <= len(one.value) <= 100 for one in choices)
    return sound and len(choices) <= MOST and len({one.value for one in choices}) == len(choices)


def _meant(row: Mapping[str, str]) -> str:
    listing = FACTS.licenses.listing
    return f"license:{FACTS.licenses.known(row['replaced_by'] if row['replaced_by'] in listing else row['key'])}"


def _names() -> Iterator[tuple[str, str]]:
    """Yield every license's name, every alias of those whose terms are known, and one more name of each in turn."""
    for number, row in enumerate(FACTS.licenses.listing.values()):
        further = ("spdx_name", "short_name", "spdx_id", "key")[number % 4]
        yield from ((name, _meant(row)) for name in dict.fromkeys((row["name"], row[further])) if name)
    for license_ in FACTS.licenses.all():
        yield from ((name, f"license:{license_.key}") for name in (license_.name, *license_.aliases))


def _mistyped(name: str, chance: random.Random) -> str:
    """Return the name with one letter left out, doubled, or swapped with the next, past the first letter."""
    place = chance.choice([at for at, letter in enumerate(name) if letter.isalpha() and at])
    letter, after = name[place], name[place + 1 : place + 2]
    return name[:place] + chance.choice(("", letter * 2, after + letter if after.isalpha() else "")) + name[place + 1 :]


def test_every_license_is_offered_under_every_name_it_has() -> None:
    missing = [name for name, subject in _names() if subject not in {one.value for one in CHOICES.licenses(name)}]
    assert missing == []


def test_a_typo_finds_the_license_all_the_same() -> None:
    chance = random.Random(7)  # noqa: S311 - the same typos every time
    rows = [row for row in FACTS.licenses.listing.values() if len(row["name"]) > 5][::4]
    typed = [(_mistyped(row["name"], chance), _meant(row)) for row in rows]
    missed = [name for name, subject in typed if subject not in {one.value for one in CHOICES.licenses(name)}]
    assert len(missed) < len(rows) / 200, missed


def test_every_model_is_offered_under_its_names() -> None:
    for model in FACTS.models.all():
        for name in (model.name, model.key, *model.aliases):
            assert f"model:{model.key}" in {one.value for one in CHOICES.models(name)}, name


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("", "license:apache-2.0"),
        ("apahce 2", "license:apache-2.0"),
        ("gpl", "license:gpl-3.0"),
        ("gpl v3 or later", "license:gpl-3.0"),
        ("codestral licence", "license:mistral-mnpl-0.1"),
        ("mti", "license:mit"),
        ("openssl", "license:openssl-ssleay"),
        ("license:openssl", "license:openssl"),
    ],
)
def test_what_is_meant_comes_first(typed: str, first: str) -> None:
    assert CHOICES.licenses(typed)[0].value == first


def test_a_number_is_never_mended() -> None:
    assert all(one.value != "license:gpl-2.0" for one in CHOICES.licenses("gpl 3"))


def test_licenses_and_models_are_told_apart() -> None:
    offered = {one.value: one.name for one in CHOICES.either("codestral")}
    assert offered["model:codestral"] == "Codestral (model by Mistral AI)"
    assert offered["license:mistral-mnpl-0.1"].startswith("Mistral AI Non-Production License")


@settings(deadline=None)
@given(TYPED)
def test_limits_hold_whatever_is_typed(typed: str) -> None:
    assert all(_holds_limits(offer(typed)) for offer in LISTS)


@settings(deadline=None)
@given(st.text(max_size=300), st.text(max_size=300))
def test_a_refusal_is_a_choice(message: str, typed: str) -> None:
    assert _holds_limits(told(message or "No.", typed))
