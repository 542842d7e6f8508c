"""Long work of admins on the wall clock: heard of while it goes on, told of at its end, ended with the bot."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest

from bot.chat import workshop
from bot.chat.guild_states import GuildStates
from bot.chat.stewardship import Stewardship
from bot.feedback import FeedbackStore
from bot.guilds import GuildStore
from tests.bot.chat import wire
from tests.bot.chat.socket_fake import TOKEN, FakeDiscord, until
from tests.bot.chat.test_admin_commands import ABOUT, DEFAULT, AdminBot, ScriptedLearning

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from pathlib import Path

    from tests.bot.chat.socket_world import Asked
    from tests.bot.chat.wire import Json


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeDiscord]:
    monkeypatch.setattr(workshop, "_PACE", 0.05)
    with FakeDiscord(heartbeat=0.5) as fake:
        yield fake


@pytest.fixture
def learning() -> ScriptedLearning:
    learning = ScriptedLearning()
    learning.go.clear()
    return learning


@pytest.fixture
def store(tmp_path: Path) -> Iterator[GuildStore]:
    store = GuildStore(tmp_path)
    yield store
    store.close()


@pytest.fixture
def feedback(tmp_path: Path) -> Iterator[FeedbackStore]:
    store = FeedbackStore(tmp_path, days=30)
    yield store
    store.close()


@pytest.fixture
async def bot(
    fake: FakeDiscord, learning: ScriptedLearning, store: GuildStore, feedback: FeedbackStore
) -> AsyncIterator[AdminBot]:
    states = GuildStates(store, DEFAULT)
    bot = AdminBot(Stewardship(states, learning, feedback, lambda: ABOUT, lambda: 0))
    running = asyncio.create_task(bot.start(TOKEN))
    await until(lambda: fake.gateway.identified)
    yield bot
    await bot.close()
    with suppress(asyncio.CancelledError):
        await running


@pytest.fixture
def ann() -> Json:
    return wire.user("ann")


@pytest.fixture
async def channel(fake: FakeDiscord, bot: AdminBot) -> Json:
    channel = fake.open_channel(fake.open_guild())
    await until(lambda: bot.get_channel(int(channel["id"])))
    return channel


def _said(fake: FakeDiscord, asked: Asked) -> str:
    message = fake.original(asked)
    return str(message.get("content") or message.get("embeds") or "")


def _in(fake: FakeDiscord, channel: Json) -> list[Json]:
    return [one for one in fake.world.messages.values() if one["channel_id"] == channel["id"]]


async def test_work_is_heard_of_while_other_commands_are_answered(
    fake: FakeDiscord, bot: AdminBot, ann: Json, channel: Json, learning: ScriptedLearning
) -> None:
    asked = fake.slash(ann, channel, "admin ingest", url="https://a.example")
    await until(lambda: _said(fake, asked) == "Reading sources \N{EM DASH} 50 %")
    other, status = fake.slash(ann, channel, "admin refresh"), fake.slash(ann, channel, "admin status")
    await until(lambda: _said(fake, other) and _said(fake, status))
    assert _said(fake, other) == "Something else is being done just now: an ingest. Try again later."
    assert "an ingest, since" in _said(fake, status)
    learning.go.set()
    await until(lambda: "1 added" in _said(fake, asked))
    assert max(one.wait for one in (asked, other, status)) < 1
    assert fake.original(asked)["content"] == ""
    assert not fake.world.violations
    assert len(learning.asked) == 1


async def test_work_that_outlasts_the_interaction_is_told_in_a_direct_message(
    fake: FakeDiscord, bot: AdminBot, ann: Json, channel: Json, learning: ScriptedLearning
) -> None:
    direct = fake.open_direct(ann)
    asked = fake.slash(ann, channel, "admin ingest", url="https://a.example")
    await until(lambda: _said(fake, asked))
    asked.expired = True
    learning.go.set()
    await until(lambda: _in(fake, direct))
    assert "1 added" in str(_in(fake, direct)[0]["embeds"])


async def test_work_ends_with_the_bot(
    fake: FakeDiscord, bot: AdminBot, ann: Json, channel: Json, learning: ScriptedLearning
) -> None:
    fake.slash(ann, channel, "admin ingest", url="https://a.example")
    await until(lambda: learning.asked)
    await asyncio.wait_for(bot.close(), 2)
    assert await asyncio.to_thread(learning.stopped.wait, 2)
