"""The whole bot on the wall clock: acknowledged in time, and answering whatever happens to Discord meanwhile."""

from __future__ import annotations

import asyncio
import os
import signal
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from bot.chat import running
from bot.chat.client import OsaiBot
from knowledge.ports import silent
from tests.bot.chat import wire
from tests.bot.chat.socket_fake import TOKEN, FakeDiscord, connected, until

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.app import App
    from bot.chat.parts import Parts
    from tests.bot.chat.scripted import Scripted
    from tests.bot.chat.socket_fake import Asked
    from tests.bot.chat.wire import Json

QUESTION = "Is Llama 3 open source?"


def answered(fake: FakeDiscord, asked: Asked) -> Callable[[], bool]:
    """Return a check whether the whole answer stands where it was asked for."""
    return lambda: whole(fake.original(asked))


def whole(message: Json) -> bool:
    """Return whether a message shows a whole answer: its text, its sources, its buttons."""
    shown = "".join(embed.get("description") or "" for embed in message.get("embeds", []))
    return "is not open source" in shown and bool(message["components"])


async def test_everybody_is_acknowledged_while_the_model_is_busy(
    fake: FakeDiscord, place: Json, road: Scripted
) -> None:
    road.release.clear()
    users = [wire.user(f"user {number}") for number in range(8)]
    asked = [fake.slash(user, place, "ask", question=QUESTION) for user in users]
    completed = [fake.typed(user, place, "license", "name", name="apa") for user in users]
    await until(lambda: all(one.acknowledged for one in (*asked, *completed)), 3)
    assert max(one.wait for one in (*asked, *completed)) < 1
    road.release.set()
    await until(lambda: all(answered(fake, one)() for one in asked), 30)
    assert len(road.asked) == 8
    assert not fake.world.violations


async def test_heartbeats_are_on_time_while_an_answer_is_made(fake: FakeDiscord, place: Json, road: Scripted) -> None:
    road.release.clear()
    asked = fake.slash(wire.user("ann"), place, "ask", question=QUESTION)
    await until(lambda: len(fake.gateway.beats) > 4)
    road.release.set()
    await until(answered(fake, asked))
    assert max(beat.late for beat in fake.gateway.beats) < 1


@pytest.mark.parametrize("by", ["command", "message"])
async def test_a_rate_limit_delays_an_answer_and_loses_nothing(
    fake: FakeDiscord, place: Json, road: Scripted, by: str
) -> None:
    fake.fail("PATCH", "/webhooks/*", 429, retry_after=0.4, times=2, **{"global": False})
    fake.fail("POST", "/channels/*/messages", 429, retry_after=0.4, times=2, **{"global": False})
    if by == "command":
        await until(answered(fake, fake.slash(wire.user("ann"), place, "ask", question=QUESTION)))
    else:
        said = fake.mention(wire.user("ann"), place, QUESTION)
        await until(lambda: [one for one in fake.replies_to(said) if whole(one)])
    assert not fake.world.violations


@pytest.mark.parametrize("by", ["command", "message"])
async def test_an_error_of_discord_delays_an_answer_and_loses_nothing(fake: FakeDiscord, place: Json, by: str) -> None:
    fake.fail("PATCH", "/webhooks/*", 502)
    fake.fail("POST", "/channels/*/messages", 500)
    if by == "command":
        await until(answered(fake, fake.slash(wire.user("ann"), place, "ask", question=QUESTION)))
    else:
        said = fake.mention(wire.user("ann"), place, QUESTION)
        await until(lambda: [one for one in fake.replies_to(said) if whole(one)])


@pytest.mark.parametrize("stumble", ["drop", "cut", "ask_to_reconnect"])
async def test_a_lost_gateway_is_resumed_and_nothing_is_missed(
    fake: FakeDiscord, place: Json, road: Scripted, stumble: str
) -> None:
    road.release.clear()
    before = fake.slash(wire.user("ann"), place, "ask", question=QUESTION)
    await until(road.started.is_set)
    getattr(fake, stumble)()
    missed = fake.mention(wire.user("bob"), place, QUESTION)
    road.release.set()
    await until(answered(fake, before))
    await until(lambda: [one for one in fake.replies_to(missed) if whole(one)], 20)
    assert (fake.gateway.identified, fake.gateway.resumed) == (1, 1)
    assert len(fake.replies_to(missed)) == 1


async def test_an_invalid_session_is_begun_anew(fake: FakeDiscord, place: Json, road: Scripted) -> None:
    road.release.clear()
    before = fake.slash(wire.user("ann"), place, "ask", question=QUESTION)
    await until(road.started.is_set)
    fake.invalidate()
    await until(lambda: fake.gateway.identified == 2, 15)
    road.release.set()
    await until(answered(fake, before))
    await until(answered(fake, fake.slash(wire.user("bob"), place, "ask", question=QUESTION)))


@pytest.mark.parametrize(("status", "code"), [(401, 50027), (404, 10015)])
async def test_an_answer_whose_token_has_ended_goes_on_in_the_channel(
    fake: FakeDiscord, place: Json, road: Scripted, status: int, code: int
) -> None:
    road.release.clear()
    asked = fake.slash(wire.user("ann"), place, "ask", question=QUESTION)
    await until(lambda: fake.original(asked).get("embeds"))
    fake.fail("PATCH", "/webhooks/*", status, code=code, times=99)
    fake.fail("POST", "/webhooks/*", status, code=code, times=99)
    road.release.set()
    await until(lambda: any(map(whole, list(fake.world.messages.values()))))
    assert [one["id"] != asked.message for one in fake.world.messages.values() if whole(one)] == [True]
    assert not fake.world.violations


async def test_a_deleted_question_is_not_answered(fake: FakeDiscord, place: Json, road: Scripted) -> None:
    road.release.clear()
    said = fake.mention(wire.user("ann"), place, QUESTION)
    await until(road.started.is_set)
    fake.delete(said)
    await until(road.withdrawn.is_set)
    after = fake.slash(wire.user("bob"), place, "ask", question="And Gemma?")
    road.release.set()
    await until(answered(fake, after))
    assert not fake.replies_to(said)


async def test_the_bot_answers_neither_programs_nor_itself(fake: FakeDiscord, place: Json, road: Scripted) -> None:
    program, hook = wire.user("other bot", bot=True), {"webhook_id": str(wire.snowflake())}
    fake.mention(program, place, QUESTION)
    fake.mention(wire.user("hook"), place, QUESTION, **hook)
    fake.mention(fake.world.me, place, QUESTION)
    said = fake.mention(wire.user("ann"), place, QUESTION)
    await until(lambda: [one for one in fake.replies_to(said) if whole(one)])
    await asyncio.sleep(0.2)
    assert len(road.asked) == 1


async def test_stopping_finishes_the_running_answer_and_tells_who_waits(
    fake: FakeDiscord, place: Json, road: Scripted, online: OsaiBot
) -> None:
    road.release.clear()
    running = fake.slash(wire.user("ann"), place, "ask", question=QUESTION)
    await until(road.started.is_set)
    waits = fake.slash(wire.user("bob"), place, "ask", question=QUESTION)
    await until(lambda: fake.original(waits).get("embeds"))
    ending = asyncio.create_task(online.wind_down(5))
    late = fake.slash(wire.user("eve"), place, "ask", question=QUESTION)
    await asyncio.sleep(0.2)
    road.release.set()
    await ending
    assert whole(fake.original(running))
    await until(lambda: all("restarted" in str(fake.original(one)) for one in (waits, late)))


async def test_stopping_marks_an_answer_that_takes_too_long(
    fake: FakeDiscord, place: Json, road: Scripted, online: OsaiBot
) -> None:
    road.release.clear()
    running = fake.slash(wire.user("ann"), place, "ask", question=QUESTION)
    await until(road.started.is_set)
    await online.wind_down(0.3)
    assert "restarted" in str(fake.original(running))


async def test_a_dead_first_connect_is_survived_by_the_whole_bot(
    parts: Parts, fake: FakeDiscord, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A bot that failed is thrown away, and the next is made of the same parts."""
    monkeypatch.setattr(running, "_FIRST_PAUSE", 0.1)
    fake.fail("GET", "/users/@me", 503)
    fake.gateway.refusals = 2
    channel = fake.open_channel(fake.open_guild())
    task = asyncio.create_task(running.run(lambda: OsaiBot(parts), TOKEN))
    await until(lambda: fake.gateway.identified, 20)
    await until(answered(fake, fake.slash(wire.user("ann"), channel, "ask", question=QUESTION)))
    os.kill(os.getpid(), signal.SIGTERM)
    await task
    assert fake.gateway.connections >= 4
    assert len([one for one in fake.world.requests if one.method == "PUT"]) == 1  # the commands, once


async def test_a_process_serves_its_own_shards_alone(parts: Parts, fake: FakeDiscord, road: Scripted) -> None:
    guilds = [fake.open_guild(f"shard {number}", number=(1 << 40 | number) << 22) for number in range(2)]
    channels = [fake.open_channel(guild) for guild in guilds]
    config = replace(parts.config, shard_count=2, shard_ids=(1,))
    async with connected(OsaiBot(replace(parts, config=config)), fake):
        asked = [fake.slash(wire.user("ann"), channel, "ask", question=QUESTION) for channel in channels]
        await until(answered(fake, asked[1]))
    assert [one.acknowledged is not None for one in asked] == [False, True]
    assert [session.shard for session in fake.gateway.sessions.values()] == [(1, 2)]


async def test_the_real_model_answers_while_nothing_is_late(app: App, parts: Parts, fake: FakeDiscord) -> None:
    real = app.chat_parts(silent)
    bot = OsaiBot(replace(parts, road=real.road, withdraws=real.withdraws))
    async with connected(bot, fake):
        channel = fake.open_channel(fake.open_guild())
        users = [wire.user(f"user {number}") for number in range(3)]
        asked = [fake.slash(user, channel, "ask", question=QUESTION) for user in users]
        await until(lambda: all(answered(fake, one)() for one in asked), 120, "the answers")
    assert max(one.wait for one in asked) < 1
    assert max(beat.late for beat in fake.gateway.beats) < 1
    assert not fake.world.violations
