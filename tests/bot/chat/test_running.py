"""How the bot begins and ends, over our own fake of Discord, with a bot that does nothing else."""

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import discord
import pytest
from discord.ext import commands

from bot.chat import running
from bot.errors import SettingsError
from tests.bot.chat.socket_fake import TOKEN, FakeDiscord, until


class Idle(commands.AutoShardedBot):
    """A bot that only begins and ends. Each one made is remembered."""

    made: list["Idle"]

    def __init__(self, shard_count: int | None = None) -> None:
        super().__init__("!", intents=discord.Intents.none(), help_command=None, shard_count=shard_count)
        self.order: list[str] = []
        Idle.made.append(self)

    async def wind_down(self, seconds: float) -> None:
        self.order.append("wound down")

    async def close(self) -> None:
        self.order.append("closed")
        await super().close()


@pytest.fixture(autouse=True)
def short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    Idle.made = []
    monkeypatch.setattr(running, "_FIRST_PAUSE", 0.1)


@pytest.fixture
def fake() -> Iterator[FakeDiscord]:
    with FakeDiscord() as fake:
        yield fake


@asynccontextmanager
async def served(token: str = TOKEN) -> AsyncIterator[asyncio.Task[None]]:
    """Run the bot meanwhile, and stop it as an operator does."""
    task = asyncio.create_task(running.run(Idle, token))
    await asyncio.sleep(0)
    try:
        yield task
    finally:
        if not task.done():
            os.kill(os.getpid(), signal.SIGTERM)
        await task


@pytest.mark.parametrize("shards", [None, 1], ids=["shards by Discord", "shards by us"])
async def test_a_dead_first_connect_is_tried_again_with_growing_pauses(
    fake: FakeDiscord, shards: int | None, caplog: pytest.LogCaptureFixture
) -> None:
    fake.gateway.refusals = 3
    task = asyncio.create_task(running.run(lambda: Idle(shards), TOKEN))
    began = time.monotonic()
    await until(lambda: fake.gateway.identified, 20)
    assert time.monotonic() - began > 0.75 * (0.1 + 0.2 + 0.4)
    assert len([line for line in caplog.messages if "cannot be reached" in line]) == 3
    assert not any(record.exc_info for record in caplog.records)
    os.kill(os.getpid(), signal.SIGTERM)
    await task


async def test_a_discord_that_is_down_is_waited_for(fake: FakeDiscord) -> None:
    fake.fail("GET", "/users/@me", 503, times=2)
    async with served():
        await until(lambda: fake.gateway.identified)
    assert [one.path for one in fake.world.requests].count("/users/@me") == 3


async def test_a_network_that_is_down_is_waited_for(fake: FakeDiscord) -> None:
    fake.go_dark()
    async with served():
        await until(lambda: len(Idle.made) > 1)
        fake.come_back()
        await until(lambda: fake.gateway.identified)


async def test_a_wrong_token_is_told_at_once_and_never_shown(fake: FakeDiscord) -> None:
    with pytest.raises(SettingsError, match="does not know the token") as told:
        await running.run(Idle, "secret-but-wrong")
    assert "secret-but-wrong" not in f"{told.value.message} {told.value.hint}"
    assert len(Idle.made) == 1


@pytest.mark.parametrize(("code", "words"), [(4014, "message content intent"), (4011, "too many guilds")])
async def test_what_no_waiting_mends_is_told_at_once(fake: FakeDiscord, code: int, words: str) -> None:
    fake.gateway.close_code = code
    with pytest.raises(SettingsError, match=words):
        await running.run(Idle, TOKEN)


@pytest.mark.parametrize("one", [signal.SIGTERM, signal.SIGINT])
async def test_a_signal_winds_down_then_closes(fake: FakeDiscord, one: signal.Signals) -> None:
    task = asyncio.create_task(running.run(Idle, TOKEN))
    await until(lambda: fake.gateway.identified)
    os.kill(os.getpid(), one)
    await asyncio.wait_for(task, 5)
    assert [bot.order for bot in Idle.made] == [["wound down", "closed"]]


async def test_a_bot_that_never_winds_down_is_closed_all_the_same(
    fake: FakeDiscord, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def hang(bot: Idle, seconds: float) -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr(Idle, "wind_down", hang)
    monkeypatch.setattr(running, "_FINISH", 0.1)
    monkeypatch.setattr(running, "_TELL", 0.1)
    async with served():
        await until(lambda: fake.gateway.identified)
    assert [bot.order for bot in Idle.made] == [["closed"]]


async def test_a_signal_ends_the_waiting_for_discord(fake: FakeDiscord, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "_FIRST_PAUSE", 60)
    fake.go_dark()
    async with served() as task:
        await until(lambda: Idle.made)
        await asyncio.sleep(0.2)
        assert not task.done()
    fake.come_back()


async def test_a_discord_that_does_not_answer_the_goodbye_is_left(fake: FakeDiscord) -> None:
    async with served():
        await until(lambda: fake.gateway.identified)
        fake.freeze(3.5)
        began = time.monotonic()
    assert time.monotonic() - began < running._CLOSE + 1
