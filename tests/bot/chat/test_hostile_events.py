"""Five hundred events, hostile in every part that people control, answered by a road that says it all back."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from bot.answering.answer import Answer, Citation, Timings
from tests.bot.chat import wire
from tests.bot.chat.hostile import text
from tests.bot.chat.scripted import Scripted, turn
from tests.bot.chat.socket_fake import FakeDiscord, until
from tests.bot.chat.storm import Storm

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.answering.pipeline import Turn
    from bot.chat.client import OsaiBot

EVENTS = 500


class Echo(Scripted):
    """Says back what it is asked, and cites what nobody should be able to have cited."""

    def answer(self, question: str, previous: Turn | None = None, show: Callable[[str], None] | None = None) -> Turn:
        self.asked.append((question, previous))
        number = len(self.asked)
        said = " ".join((question, text(number), f"[1] {text(number + 1)} [2] [3] [99]"))
        if show:
            for place in range(0, len(said), 500):
                show(said[place : place + 500])
        return replace(
            turn(question), answer=Answer(question, said, False, "quotes", text(number), _cited(number), _TIMINGS)
        )


_TIMINGS = Timings(1, 2, 3)
_ADDRESSES = (
    "https://good.example/" + "a" * 3000,
    "javascript:alert(1)",
    "https://a.example/)](https://evil.example",
    "",
)


def _cited(number: int) -> tuple[Citation, ...]:
    return tuple(
        Citation(n, text(number + n), _ADDRESSES[(number + n) % 4], text(n), text(number + 7), text(number + 2 * n))
        for n in range(1, 2 + number % 30)
    )


@pytest.fixture
def road() -> Echo:
    return Echo()


async def test_nothing_crashes_and_no_limit_of_discord_is_broken(
    online: OsaiBot, fake: FakeDiscord, road: Echo, caplog: pytest.LogCaptureFixture
) -> None:
    storm = Storm(fake)
    await until(lambda: online.get_channel(int(storm.channel["id"])))
    for number in range(EVENTS):
        storm.send(number)
        await asyncio.sleep(0.01)
    commands = [one for one in storm.asked if one.payload["type"] != wire.COMPONENT]
    await until(lambda: all(one.acknowledged for one in commands), 20, "acknowledgements")
    await until(lambda: not online.desk.waiting, 60, "an empty queue")
    elsewhere = fake.open_channel(fake.open_guild("Calm"))  # here the storm may have had the limits set
    last = fake.slash(wire.user("a calm user"), elsewhere, "ask", question="Still there?")
    await until(lambda: any(one["components"] for one in fake.responses(last)), 60, "an answer after the storm")
    assert len(road.asked) > 50
    assert fake.world.violations == []
    said = [one for one in fake.world.messages.values() if one["author"]["id"] == fake.world.me["id"]]
    shown = "\n".join(f"{one['content']} {one['embeds']}" for one in said)
    assert len(said) > 100
    assert [bad for bad in ("@everyone", "@here", "discord.gg/", "discord.com/invite/") if bad in shown] == []
    assert [f"{one.name}: {one.getMessage()}" for one in caplog.records if one.levelno >= logging.ERROR] == []
