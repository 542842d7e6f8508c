"""Measures the bot under load, with the real default model behind our own fake of Discord, on the wall clock.

Run by hand: `python -m tests.bot.chat.measure_load [--events 500]`. Eight users ask at once while somebody types a
license's name; then hundreds of hostile events. The fake shares this process, so that every figure includes its work.
Discord's limits on requests are in force.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import statistics
import time
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, cast

import platformdirs

from bot.app import open_app
from bot.chat.client import OsaiBot
from bot.cli.run import FIRST
from bot.settings import Settings
from knowledge.ports import silent
from tests.bot.chat import wire
from tests.bot.chat.socket_fake import TOKEN, FakeDiscord, until
from tests.bot.chat.storm import Storm

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from bot.answering.pipeline import Answerer, Turn
    from bot.chat.parts import Parts
    from tests.bot.chat.socket_fake import Asked

QUESTIONS = (
    "Is Llama 3 open source?",
    "May I sell a product that uses Gemma 2?",
    "What does the Open Source AI Definition ask for?",
    "What is the difference between open weights and open source?",
    "Which license does DBRX have?",
    "May I train another model on the outputs of Llama 3.1?",
    "What is the 700 million clause?",
    "Is the RAIL license approved by the OSI?",
)
TYPED = (
    "a",
    "ap",
    "apa",
    "apac",
    "apahce",
    "gpl",
    "gpl 3",
    "lama",
    "llama 3",
    "mit",
    "creative",
    "cc-by",
    "opnrail",
    "bsd",
)
_PATIENCE = 180.0  # seconds for all the answers
_BETWEEN_KEYS = 0.1  # seconds


@dataclass(slots=True)
class Heard:
    """Passes questions on to the real road, and remembers what was shown of each answer and when."""

    road: Answerer
    pieces: dict[str, list[tuple[float, str]]] = field(default_factory=dict)

    def answer(self, question: str, previous: Turn | None = None, show: Callable[[str], None] | None = None) -> Turn:
        """Answer, listening."""
        heard = self.pieces.setdefault(question, [])

        def listen(piece: str) -> None:
            heard.append((time.monotonic(), piece))
            if show is not None:
                show(piece)

        return self.road.answer(question, previous, listen)

    def recall(self, questions: Sequence[str]) -> Turn | None:
        """Recall as the real road does."""
        return self.road.recall(questions)


async def eight_at_once(fake: FakeDiscord) -> list[Asked]:
    """Have eight users ask at the same moment, and wait until each has an answer or a reason why not."""
    channel = fake.open_channel(fake.open_guild("A busy guild"))
    asked = [fake.slash(wire.user(f"user {n}"), channel, "ask", question=text) for n, text in enumerate(QUESTIONS)]
    await until(lambda: all(settled(fake, one) for one in asked), _PATIENCE, "eight answers")
    return asked


def settled(fake: FakeDiscord, asked: Asked) -> bool:
    """Return whether an answer is whole, which has buttons, or the asker was told why there is none."""
    shown = fake.responses(asked)
    told = [embed for message in shown for embed in message["embeds"] if not embed.get("color")]
    return bool(told) or any(message["components"] or message["content"] for message in shown)


async def type_meanwhile(fake: FakeDiscord, done: asyncio.Event) -> list[Asked]:
    """Type names of licenses until told to stop, a key every tenth of a second."""
    channel, user = fake.open_channel(fake.open_guild("Another guild")), wire.user("typist")
    asked: list[Asked] = []
    while not done.is_set():
        asked.append(fake.typed(user, channel, "license", "name", name=TYPED[len(asked) % len(TYPED)]))
        await asyncio.sleep(_BETWEEN_KEYS)
    await until(lambda: all(one.acknowledged for one in asked), 5, "the last choices")
    return asked


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value below which a share of the values lies."""
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


class Alarms(logging.Handler):
    """Collects what was logged as an error: a crash that the bot lived through."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.heard: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Remember one."""
        error = record.exc_info[1] if record.exc_info else None
        self.heard.append(f"{record.name}: {record.getMessage()} {error!r}")


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured value and the bar it is held against, if there is one."""

    name: str
    value: float
    unit: str
    most: float | None = None

    def __str__(self) -> str:
        bar = "" if self.most is None else f"bar {self.most:g}: {'held' if self.value <= self.most else 'MISSED'}"
        return f"{self.name:<58} {self.value:>9.2f} {self.unit:<10} {bar}".rstrip()


async def measure_load(fake: FakeDiscord, heard: Heard) -> list[Figure]:
    """Have eight ask at once while somebody types."""
    done, beats = asyncio.Event(), len(fake.gateway.beats)
    typing = asyncio.create_task(type_meanwhile(fake, done))
    await asyncio.sleep(1)
    asked = await eight_at_once(fake)
    done.set()
    typed = [one.wait * 1000 for one in await typing]
    late = [beat.late for beat in fake.gateway.beats[beats:]]
    ends = [fake.world.shown[one.message][-1][0] - one.at for one in asked]
    firsts = sorted(first_text(fake, one, heard) for one in asked)
    return [
        Figure("slowest acknowledgement of eight", max(one.wait for one in asked), "s", 1.0),
        Figure("first text of the first", firsts[0], "s", 4.0),
        Figure("first text of the last", firsts[-1], "s"),
        Figure("whole answer, median of eight", statistics.median(ends), "s"),
        Figure("whole answer of the last", max(ends), "s"),
        Figure("answered or told why not, of eight", sum(settled(fake, one) for one in asked), "users"),
        Figure(f"latest of {len(late)} heartbeats, interval {fake.gateway.interval:g} s", max(late), "s", 1.0),
        Figure(f"autocomplete, median of {len(typed)}", statistics.median(typed), "ms"),
        Figure("autocomplete, 95th percentile", percentile(typed, 0.95), "ms", 100.0),
        Figure("autocomplete, slowest", max(typed), "ms"),
    ]


def first_text(fake: FakeDiscord, asked: Asked, heard: Heard) -> float:
    """Return after how many seconds the beginning of the answer could be read."""
    question = next(one["value"] for one in asked.payload["data"]["options"])
    if not (pieces := heard.pieces.get(question)):
        return float("inf")
    beginning = pieces[0][1].split("[")[0].strip()[:12]
    for at, message in fake.world.shown[asked.message]:
        if any(beginning in (embed.get("description") or "").replace("\\", "") for embed in message["embeds"]):
            return at - asked.at
    return float("inf")


async def measure_storm(fake: FakeDiscord, events: int, pause: float) -> list[Figure]:
    """Send hostile events, then ask a plain question to see whether the bot still lives."""
    storm, before = Storm(fake), len(fake.world.violations)
    for number in range(events):
        storm.send(number)
        await asyncio.sleep(pause)
    commands = [one for one in storm.asked if one.payload["type"] != wire.COMPONENT]
    await until(lambda: all(one.acknowledged for one in commands), 10, "acknowledgements")
    last = fake.slash(
        wire.user("a calm user"), fake.open_channel(fake.open_guild("Calm")), "ask", question=QUESTIONS[0]
    )
    await until(lambda: settled(fake, last), _PATIENCE, "an answer after the storm")
    return [
        Figure(f"limits of Discord broken by {events} hostile events", len(fake.world.violations) - before, "", 0),
        Figure("slowest acknowledgement in the storm", max(one.wait for one in commands), "s", 3.0),
    ]


async def measure(parts: Parts, road: Answerer, events: int) -> None:
    """Run the bot before a fake Discord whose limits are in force, and print every figure."""
    alarms, heard = Alarms(), Heard(road)
    logging.getLogger().addHandler(alarms)
    with FakeDiscord() as fake:
        fake.world.limited = True
        bot = OsaiBot(replace(parts, road=heard, config=replace(parts.config, shard_count=1)))
        running = asyncio.create_task(bot.start(TOKEN))
        try:
            await until(lambda: fake.gateway.identified, 30, "the bot to connect")
            _show(await measure_load(fake, heard))
            _show(await measure_storm(fake, events, 0.05))
            _show([Figure("errors logged", len(alarms.heard), "", 0)])
        finally:
            _show([*fake.world.violations, *alarms.heard])
            await bot.wind_down(5)
            await bot.close()
            await running


def _show(lines: Iterable[object]) -> None:
    for line in lines:
        print(line, flush=True)  # noqa: T201 - a program


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description="Measure the Discord bot under load.")
    options.add_argument("--events", type=int, default=500, help="how many hostile events")
    events = options.parse_args().events
    data = platformdirs.user_cache_path("osai-tests")
    with open_app(Settings(data_dir=data)) as app:
        app.ingest(silent)
        parts = app.chat_parts(silent)
        parts.road.answer(FIRST)  # as `osai run` does
        asyncio.run(measure(parts, cast("Answerer", parts.road), events))


if __name__ == "__main__":
    main()
