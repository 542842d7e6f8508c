"""An ask survives its custom id, and nothing that a client may send breaks the reading of one."""

from __future__ import annotations

from typing import get_args

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.chat.asks import Ask, Verb, read_ask
from knowledge.permissions import Action
from tests.bot.chat.catalogue import EVERY_KEY, EVERY_MODEL

LICENSES = st.sampled_from([f"license:{key}" for key in EVERY_KEY])
MODELS = st.sampled_from([f"model:{model.key}" for model in EVERY_MODEL])


@settings(deadline=None)
@given(LICENSES, LICENSES)
def test_every_pair_of_licenses_fits_an_id(first: str, second: str) -> None:
    ask = Ask("compare", (first, second))
    assert read_ask(ask.custom_id) == ask
    assert len(ask.custom_id) <= 100


def test_the_two_longest_keys_fit_an_id() -> None:
    longest = sorted(EVERY_KEY, key=len)[-2:]
    assert Ask("compare", (f"license:{longest[0]}", f"license:{longest[1]}")).custom_id


@settings(deadline=None)
@given(st.sampled_from(get_args(Action)), LICENSES | MODELS)
def test_every_action_on_every_record_fits_an_id(action: str, subject: str) -> None:
    ask = Ask("can", (action, subject))
    assert read_ask(ask.custom_id) == ask


@settings(deadline=None)
@given(st.sampled_from(get_args(Verb)), st.text(max_size=300), st.text(max_size=300))
def test_whatever_is_typed_gives_an_id_that_can_be_read_or_none(verb: Verb, one: str, other: str) -> None:
    for names in ((one,), (one, other)):
        custom_id = Ask(verb, names).custom_id
        assert not custom_id or read_ask(custom_id)


@settings(deadline=None)
@given(st.text(max_size=200) | st.from_regex(r"look:(license|can|compare|text|fly):[a-z:=|.-]{0,100}", fullmatch=True))
def test_no_id_of_a_client_breaks_the_reading(custom_id: str) -> None:
    ask = read_ask(custom_id)
    assert ask is None or (ask.verb in get_args(Verb) and 1 <= len(ask.names) <= 2)


def test_a_comparison_may_lack_its_second_license_and_nothing_else() -> None:
    ask = read_ask("look:compare:=mit")
    assert ask == Ask("compare", ("license:mit",))
    assert not ask.complete
    assert read_ask("look:can:commercial") is None
    assert read_ask("look:can:fly|=mit") is None
    assert read_ask("look:license:=mit|=isc") is None
