"""Long work of admins on the wall clock: heard of while it goes on, told of at its end, ended with the bot."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from bot.chat import workshop
from tests.bot.chat import wire
from tests.bot.chat.socket_fake import FakeDiscord, until
from tests.bot.chat.test_admin_commands import ScriptedLearning

if TYPE_CHECKING:
    from bot.chat.client import OsaiBot
    from bot.chat.parts import Parts
    from tests.bot.chat.socket_fake import Asked
    from tests.bot.chat.wire import Json


@pytest.fixture
def learning() -> ScriptedLearning:
    learning = ScriptedLearning()
    learning.go.clear()
    return learning


@pytest.fixture
def parts(parts: Parts, learning: ScriptedLearning, monkeypatch: pytest.MonkeyPatch) -> Parts:
    monkeypatch.setattr(workshop, "_PACE", 0.05)
    return replace(parts, steward=lambda waiting: replace(parts.steward(waiting), learning=learning))


@pytest.fixture
def ann() -> Json:
    return wire.user("ann")


def _said(fake: FakeDiscord, asked: Asked) -> str:
    message = fake.original(asked)
    return str(message.get("content") or message.get("embeds") or "")


def _in(fake: FakeDiscord, channel: Json) -> list[Json]:
    return [one for one in fake.world.messages.values() if one["channel_id"] == channel["id"]]


async def test_work_is_heard_of_while_other_commands_are_answered(
    fake: FakeDiscord, online: OsaiBot, ann: Json, place: Json, learning: ScriptedLearning
) -> None:
    asked = fake.slash(ann, place, "admin ingest", url="https://a.example")
    await until(lambda: _said(fake, asked) == "Reading sources \N{EM DASH} 50 %")
    other, status = fake.slash(ann, place, "admin refresh"), fake.slash(ann, place, "admin status")
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
    fake: FakeDiscord, online: OsaiBot, ann: Json, place: Json, learning: ScriptedLearning
) -> None:
    direct = fake.open_direct(ann)
    asked = fake.slash(ann, place, "admin ingest", url="https://a.example")
    await until(lambda: _said(fake, asked))
    asked.expired = True
    learning.go.set()
    await until(lambda: _in(fake, direct))
    assert "1 added" in str(_in(fake, direct)[0]["embeds"])


async def test_work_ends_with_the_bot_and_its_admin_is_told(
    fake: FakeDiscord, online: OsaiBot, ann: Json, place: Json, learning: ScriptedLearning
) -> None:
    asked = fake.slash(ann, place, "admin ingest", url="https://a.example")
    await until(lambda: learning.asked)
    await asyncio.wait_for(online.close(), 2)
    assert _said(fake, asked) == "I am being restarted. Please try again in a minute."
    assert await asyncio.to_thread(learning.stopped.wait, 2)
