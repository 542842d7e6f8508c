"""The whole bot, unmodified, before either fake of Discord.

- `road` answers its questions (scripted.py): change its pieces, clear `release` to hold an answer back.
- `parts` is what the bot is made of: the real facts and real stores in a folder of their own.
- `simcord_env` runs it in simcord, on a virtual clock: `simcord_bot` is the bot. A module may define its own.
- `fake` is our own Discord on a wall clock (socket_fake.py), `online` the bot connected to it, `place` a channel there.
"""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from bot.chat.about import About
from bot.chat.client import OsaiBot
from bot.chat.guild_states import GuildStates
from bot.chat.keeping import Keeping
from bot.chat.lookups import Lookups
from bot.chat.parts import ChatConfig, Parts
from bot.chat.stewardship import Stewardship
from bot.feedback import FeedbackStore
from bot.guilds import GuildStore, Limits
from knowledge.holdings import Holdings
from knowledge.licenses.texts import LicenseTexts
from knowledge.records import Heading
from tests.bot.chat.catalogue import CHOICES, FACTS
from tests.bot.chat.scripted import NothingLearned, Scripted
from tests.bot.chat.socket_fake import FakeDiscord, connected, until

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from pathlib import Path

    from knowledge.assets import Assets
    from tests.bot.chat.wire import Json

OFTEN = Limits(1000, 0, 1000, 0)  # so that only tests of the limits meet them
_ABOUT = About(
    "SmolLM2-135M",
    "Apache-2.0",
    Holdings((Heading("a", "article", "A", "", "2026-08-02"),), 131, 2615, 240),
    message_content=True,
    retention_days=90,
)


@pytest.fixture
def road() -> Scripted:
    """Hand out the road of questions, scripted."""
    return Scripted()


@pytest.fixture
def parts(road: Scripted, assets: Assets, tmp_path: Path) -> Iterator[Parts]:
    """Hand out what the bot is made of; it hears the content of messages, and one shard serves all."""
    texts = LicenseTexts(lambda: assets.path("scancode-licenses.zip"))
    with closing(GuildStore(tmp_path)) as guilds, closing(FeedbackStore(tmp_path, days=30)) as feedback:
        states = GuildStates(guilds, OFTEN)
        yield Parts(
            config=ChatConfig(message_content=True, shard_count=1, queue_size=8),
            road=road,
            withdraws=road,
            lookups=Lookups(FACTS, CHOICES, texts),
            choices=CHOICES,
            about=lambda: _ABOUT,
            states=states,
            memory=guilds,
            keeping=Keeping(feedback, "0.1.0", lambda: "k1"),
            steward=lambda waiting: Stewardship(states, NothingLearned(), feedback, lambda: _ABOUT, waiting),
        )


@pytest.fixture
def simcord_bot(parts: Parts) -> OsaiBot:
    """Hand out the bot for simcord."""
    return OsaiBot(parts)


@pytest.fixture
def fake() -> Iterator[FakeDiscord]:
    """Hand out a Discord on the wall clock that nobody is connected to."""
    with FakeDiscord(heartbeat=0.5) as fake:
        yield fake


@pytest.fixture
async def online(parts: Parts, fake: FakeDiscord) -> AsyncIterator[OsaiBot]:
    """Hand out the bot, connected to our Discord."""
    bot = OsaiBot(parts)
    async with connected(bot, fake):
        yield bot


@pytest.fixture
async def place(online: OsaiBot, fake: FakeDiscord) -> Json:
    """Hand out a channel that the bot has heard of."""
    channel = fake.open_channel(fake.open_guild())
    await until(lambda: online.get_channel(int(channel["id"])), what="the bot to know the channel")
    return channel
