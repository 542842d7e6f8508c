from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chat.administration import (
    Connection,
    channels_text,
    forgotten_text,
    learned_card,
    limits_text,
    roles_text,
    stats_card,
    status_card,
    web_page,
)
from bot.chat.card import Card
from bot.chat.embeds import to_embed
from bot.chat.workshop import Work
from bot.errors import UsageError
from bot.feedback import Tally
from bot.guilds import GuildState, Limits
from knowledge.ingest import IngestReport
from knowledge.loaders.sources import Outcome
from knowledge.records import Document
from tests.bot.chat.hostile import TEXTS
from tests.bot.chat.limits_of_discord import wrong_with_message
from tests.bot.chat.test_admin_commands import ABOUT

REPORT = IngestReport(1, 0, 0, 0, 1234, 5, 0.1)
_texts = st.one_of(st.sampled_from(TEXTS), st.text(max_size=300))
_documents = st.builds(lambda title, url: Document("user/a", "user", title, url, (), ()), _texts, _texts)
_outcomes = st.builds(
    Outcome,
    source=_texts,
    result=st.sampled_from(["read", "unchanged", "same", "limited", "failed"]),
    detail=_texts,
    document=st.none() | _documents,
)


def _wrong(card: Card) -> list[str]:
    embed: Any = to_embed(card).to_dict()
    return wrong_with_message({"embeds": [embed]})


@given(st.lists(_outcomes, max_size=60))
def test_whatever_sources_are_called_the_card_is_one_that_discord_takes(outcomes: list[Outcome]) -> None:
    card = learned_card(REPORT, outcomes)
    assert _wrong(card) == []
    assert "@everyone" not in card.description
    assert "discord.gg/evil" not in card.description


@given(_documents)
def test_whatever_a_document_is_called_its_end_can_be_told(document: Document) -> None:
    said = forgotten_text(document)
    assert wrong_with_message({"content": said}) == []
    assert "@everyone" not in said


def test_failures_come_first_and_what_only_the_owner_can_set_is_not_asked_of_an_admin() -> None:
    read = Outcome("https://a.example", "read", "", Document("user/a", "user", "A page", "https://a.example", (), ()))
    private = "10.0.0.1 is an address of this machine or its own network. OSAI_ALLOW_PRIVATE_ADDRESSES=true allows it."
    card = learned_card(REPORT, [read, Outcome("http://10.0.0.1", "failed", private)])
    assert card.title == "Some sources failed"
    assert card.description.splitlines()[0].startswith("- **Failed** ")
    assert card.description.splitlines()[0].endswith("an address of this machine or its own network.")
    assert card.description.splitlines()[1] == "- **Read** [A page](https://a.example)"
    assert card.footer == "1 added, 0 changed; 1,234 passages in the index. Answers draw on them from now on."
    nothing_new = learned_card(replace(REPORT, added=0), [Outcome("https://a.example", "unchanged")])
    assert nothing_new.footer == "0 added, 0 changed; 1,234 passages in the index."


@given(st.frozensets(st.integers(10**17, 2**63 - 1), max_size=300))
def test_any_number_of_channels_and_roles_fits_into_a_message(ids: frozenset[int]) -> None:
    state = GuildState(answer_channels=ids, admin_roles=ids)
    for said in (channels_text(state, message_content=False), roles_text(state, added=True)):
        assert wrong_with_message({"content": said}) == []


def test_limits_are_told_in_words() -> None:
    said = limits_text(Limits(1, 1, 20, 0), own=True)
    assert said == (
        "One person: 1 question at once, then one every 1 second. The whole server: as many as there are. "
        "These limits are set here."
    )


def test_status_and_stats_are_cards_that_discord_takes() -> None:
    before = status_card(ABOUT, Connection(float("nan"), 0, 0, 0.0), 0, None)
    assert "no heartbeat yet" in str(before.fields)
    during = status_card(ABOUT, Connection(0.0421, 2, 1, 0.0), 1, Work("an ingest", 1000.5))
    assert "42 ms, 2 servers, 1 shard" in str(during.fields)
    assert "an ingest, since <t:1000:R>" in str(during.fields)
    counted = stats_card([(7, Tally(0, 0, 0, 0)), (30, Tally(1200, 3, 2, 1))])
    assert "no thumbs yet" in counted.fields[0].value
    assert "1,200 answers, 3 without a source" in counted.fields[1].value
    assert [_wrong(card) for card in (before, during, counted)] == [[], [], []]


@pytest.mark.parametrize("typed", [" <https://a.example/x?y#z> ", "HTTP://a.example:8080", "https://münchen.example"])
def test_an_address_of_the_web_is_taken_as_it_was_typed(typed: str) -> None:
    assert web_page(typed) == typed.strip(" <>")


@given(_texts)
def test_nothing_but_an_address_of_the_web_is_taken(typed: str) -> None:
    try:
        url = web_page(typed)
    except UsageError:
        return
    assert url.lower().startswith(("https://", "http://"))
