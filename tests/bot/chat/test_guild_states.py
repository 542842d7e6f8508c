import asyncio
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.chat.guild_states import GuildStates
from bot.errors import StoreError
from bot.guilds import GuildState, GuildStore, Limits

DEFAULT = Limits(3, 20, 20, 2)


class CountingStore(GuildStore):
    reads = 0
    slow: threading.Event | None = None

    def state(self, guild: int) -> GuildState:
        self.reads += 1
        found = super().state(guild)
        if self.slow:
            self.slow.wait(5)
        return found


@pytest.fixture
def store(tmp_path: Path) -> Iterator[CountingStore]:
    store = CountingStore(tmp_path)
    yield store
    store.close()


async def test_a_guild_is_read_once_and_again_after_a_change(store: CountingStore) -> None:
    states = GuildStates(store, DEFAULT)
    for _ in range(3):
        assert await states.of(1) == GuildState()
    assert store.reads == 1
    assert await states.mark(1, "channel", 11)
    assert (await states.of(1)).answer_channels == {11}
    assert await states.unmark(1, "channel", 11)
    assert await states.of(1) == GuildState()
    assert store.reads == 3


async def test_limits_are_a_guilds_own_or_the_owners(store: CountingStore) -> None:
    states, own = GuildStates(store, DEFAULT), Limits(1, 1, 1, 1)
    assert await states.limits(0) == await states.limits(1) == DEFAULT
    await states.set_limits(1, own)
    assert await states.limits(1) == own
    await states.forget(1)
    assert await states.limits(1) == DEFAULT


async def test_what_is_read_is_never_older_than_what_was_written_meanwhile(store: CountingStore) -> None:
    states = GuildStates(store, DEFAULT)
    store.slow = threading.Event()
    reading = asyncio.create_task(states.of(1))
    await asyncio.sleep(0.05)
    writing = asyncio.create_task(states.mark(1, "channel", 11))
    await asyncio.sleep(0.05)
    store.slow.set()
    await asyncio.gather(reading, writing)
    assert (await states.of(1)).answer_channels == {11}


async def test_a_change_that_fails_is_told_and_nothing_is_taken_for_changed(store: CountingStore) -> None:
    states = GuildStates(store, DEFAULT)
    await states.mark(1, "channel", 11)
    store._db._db.execute("pragma query_only = on")
    with pytest.raises(StoreError, match="cannot be used"):
        await states.mark(1, "channel", 12)
    assert (await states.of(1)).answer_channels == {11}
