from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.guilds import GuildState, GuildStore, Limits

LIMITS = Limits(user_burst=2, user_seconds=30, guild_burst=9, guild_seconds=5)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[GuildStore]:
    store = GuildStore(tmp_path)
    yield store
    store.close()


def test_a_guild_that_set_nothing_has_set_nothing(store: GuildStore) -> None:
    assert store.state(1) == GuildState()
    assert store.synced(1) == ""


def test_what_a_guild_sets_lasts_and_is_its_own(store: GuildStore, tmp_path: Path) -> None:
    assert store.mark(1, "channel", 11)
    assert not store.mark(1, "channel", 11)
    store.mark(1, "role", 12)
    store.mark(1, "thread", 13)
    store.set_limits(1, LIMITS)
    store.mark(2, "channel", 21)
    store.close()
    again = GuildStore(tmp_path)
    assert again.state(1) == GuildState(frozenset({11}), frozenset({12}), frozenset({13}), LIMITS)
    assert again.state(2) == GuildState(frozenset({21}))
    again.close()


def test_what_was_set_can_be_taken_back(store: GuildStore) -> None:
    store.mark(1, "channel", 11)
    store.set_limits(1, LIMITS)
    assert store.unmark(1, "channel", 11)
    assert not store.unmark(1, "channel", 11)
    store.set_limits(1, None)
    assert store.state(1) == GuildState()


def test_a_guild_that_left_leaves_nothing_behind(store: GuildStore) -> None:
    for guild in (1, 2):
        store.mark(guild, "channel", 11)
        store.set_limits(guild, LIMITS)
    store.forget(1)
    assert store.state(1) == GuildState()
    assert store.state(2) == GuildState(frozenset({11}), limits=LIMITS)


def test_only_the_newest_threads_are_remembered(store: GuildStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.guilds._THREADS", 3)
    for number in range(1, 6):
        store.mark(1, "thread", number)
    store.mark(1, "channel", 1)
    assert store.state(1) == GuildState(frozenset({1}), threads=frozenset({3, 4, 5}))


def test_the_digest_of_the_sent_commands_is_kept_by_application(store: GuildStore) -> None:
    store.set_synced(7, "abc")
    store.set_synced(7, "def")
    assert (store.synced(7), store.synced(8)) == ("def", "")
