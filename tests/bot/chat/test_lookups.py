"""What a look-up answers: the record, or politely the names it may be; never an error, whatever is asked."""

from __future__ import annotations

from typing import TYPE_CHECKING, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.chat.asks import Ask, Verb
from bot.chat.embeds import to_embed
from bot.chat.lookups import Lookups
from knowledge.errors import AssetError
from knowledge.licenses.texts import LicenseTexts
from knowledge.permissions import Action
from tests.bot.chat.catalogue import CHOICES, EVERY_KEY, FACTS
from tests.bot.chat.limits_of_discord import wrong_with_message

if TYPE_CHECKING:
    from pathlib import Path

    from knowledge.assets import Assets


def _out_of_reach() -> Path:
    raise AssetError("The license texts cannot be fetched.")


OFFLINE = Lookups(FACTS, CHOICES, LicenseTexts(_out_of_reach))
PARTS = (
    "MIT",
    " OR ",
    " AND ",
    " WITH ",
    "(",
    ")",
    "gpl",
    "llama",
    "license:",
    "model:",
    "|",
    "\u202e",
    "\n",
    "@here",
    "a" * 90,
)
TYPED = st.text(max_size=400) | st.lists(st.sampled_from(PARTS), max_size=60).map("".join)


@pytest.fixture(scope="module")
def lookups(assets: Assets) -> Lookups:
    return Lookups(FACTS, CHOICES, LicenseTexts(lambda: assets.path("scancode-licenses.zip")))


def _asked(verb: Verb, *names: str) -> list[str]:
    return [offer.ask.custom_id for offer in OFFLINE.reply(Ask(verb, names)).picks]


def test_a_license_offers_its_text_a_comparison_and_its_models() -> None:
    reply = OFFLINE.reply(Ask("license", ("llama3.1",)))
    assert reply.card.title == "Llama 3.1 Community License Agreement"
    assert not reply.private
    assert [(one.label[:7], one.ask.custom_id) for one in reply.buttons] == [
        ("Full te", "look:text:=llama-3.1-license-2024"),
        ("Compare", "look:compare:=llama-3.1-license-2024"),
        ("Models ", "look:under:=llama-3.1-license-2024"),
    ]


def test_a_familys_name_offers_its_members_newest_first() -> None:
    reply = OFFLINE.reply(Ask("license", ("gpl",)))
    assert reply.private
    assert reply.card.title == "Which one?"
    assert _asked("license", "gpl") == ["look:license:=gpl-3.0", "look:license:=gpl-2.0", "look:license:=gpl-1.0"]


def test_an_unknown_name_offers_the_nearest() -> None:
    assert _asked("license", "foobarbaz") == ["look:license:=foobar2000"]
    assert "look:model:model:codestral" in _asked("model", "codestrall 9000")
    assert OFFLINE.reply(Ask("license", ("qqqqqqq",))).card.title == "Not found"


def test_a_picked_member_goes_on_with_the_comparison() -> None:
    assert _asked("compare", "gpl", "apache 2")[0] == "look:compare:=gpl-3.0|apache-2"
    assert _asked("compare", "apache 2", "gpl")[0] == "look:compare:=apache-2.0|=gpl-3.0"
    picked = OFFLINE.reply(Ask("compare", ("license:gpl-3.0", "apache-2")))
    assert picked.card.title == "GNU GPL 3 and Apache License 2.0"


def test_a_models_name_asks_for_its_license() -> None:
    assert OFFLINE.reply(Ask("license", ("codestral",))).card.title.startswith("Mistral AI Non-Production License")
    card = OFFLINE.reply(Ask("can", ("commercial", "model:codestral"))).card
    assert "license of Codestral" in card.description
    assert "Non-Production License 0.1 (MNPL): No." in card.description


def test_a_model_under_a_license_without_a_record_says_so() -> None:
    model = next(one for one in FACTS.models.all() if not one.license_keys)
    reply = OFFLINE.reply(Ask("can", ("commercial", f"model:{model.key}")))
    assert "osai has no record" in reply.card.description


def test_an_expression_leads_to_each_of_its_licenses() -> None:
    reply = OFFLINE.reply(Ask("license", ("Apache-2.0 OR MIT",)))
    assert "as you choose" in reply.card.description
    assert [one.label for one in reply.buttons] == ["Apache License 2.0", "MIT License"]


def test_a_license_whose_key_reads_as_another_name_is_reached_by_its_subject() -> None:
    assert OFFLINE.reply(Ask("license", ("license:openssl",))).card.title == FACTS.licenses.get("openssl").name


def test_the_full_text_is_the_licenses_own(lookups: Lookups) -> None:
    reply = lookups.reply(Ask("text", ("mit",)))
    assert reply.private
    assert reply.file_name == "mit.txt"
    assert reply.file_text.startswith("Permission is hereby granted, free of charge")
    assert "spdx_license_key" not in reply.file_text


def test_a_permission_quotes_its_clause(lookups: Lookups) -> None:
    card = lookups.reply(Ask("can", ("commercial", "llama 3.1"))).card
    assert "It depends." in card.description
    assert "> \u201cAdditional Commercial Terms." in card.description
    assert "section 2" in card.description


def test_a_text_that_is_out_of_reach_leads_to_where_it_is_published() -> None:
    reply = OFFLINE.reply(Ask("text", ("mit",)))
    assert not reply.file_name
    assert "https://opensource.org/license/mit" in reply.card.description
    assert "No clause to quote." in OFFLINE.reply(Ask("can", ("host", "mit"))).card.description


@pytest.mark.parametrize("action", get_args(Action))
def test_every_license_answers_every_action(action: Action) -> None:
    for key in EVERY_KEY[::9]:
        assert OFFLINE.reply(Ask("can", (action, f"license:{key}"))).card.title.endswith("?")


@settings(deadline=None)
@given(st.sampled_from(get_args(Verb)), TYPED, TYPED)
def test_nothing_typed_is_an_error(verb: Verb, one: str, other: str) -> None:
    names = {"compare": (one, other), "can": ("host", one)}.get(verb, (one,))
    reply = OFFLINE.reply(Ask(verb, names))
    assert wrong_with_message({"embeds": [to_embed(reply.card).to_dict()]}) == []
    assert all(offer.ask.custom_id for offer in reply.picks)
