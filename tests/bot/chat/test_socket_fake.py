"""The fake of Discord itself, with a bot of ten lines: that it is served, late, refused and resumed as Discord does."""

import time
from collections.abc import AsyncIterator, Iterator

import discord
import pytest
from discord.ext import commands

from tests.bot.chat import wire
from tests.bot.chat.socket_fake import FakeDiscord, connected, until


class Parrot(commands.AutoShardedBot):
    """Says what it is told, as long as it is told."""

    def __init__(self) -> None:
        intents = discord.Intents.default()
        intents.message_content = True
        super().__init__("!", intents=intents, help_command=None)

    async def setup_hook(self) -> None:
        @self.tree.command()
        async def say(interaction: discord.Interaction, text: str, times: int = 1, late: float = 0.0) -> None:
            """Say it."""
            time.sleep(late)  # noqa: ASYNC251 - a bot that blocks, to be found out
            await interaction.response.send_message(text * times)

        await self.tree.sync()

    async def on_message(self, message: discord.Message, /) -> None:
        if message.author != self.user:
            await message.reply(f"You said {message.content}")


@pytest.fixture
def fake() -> Iterator[FakeDiscord]:
    with FakeDiscord(heartbeat=0.2) as fake:
        yield fake


@pytest.fixture
async def bot(fake: FakeDiscord) -> AsyncIterator[Parrot]:
    bot = Parrot()
    async with connected(bot, fake):
        yield bot


async def test_a_message_is_answered_and_a_command_acknowledged(fake: FakeDiscord, bot: Parrot) -> None:
    ann, channel = wire.user("ann"), fake.open_channel(fake.open_guild())
    await until(lambda: bot.get_channel(int(channel["id"])))
    said, asked = fake.say(ann, channel, "hello"), fake.slash(ann, channel, "say", text="ho")
    await until(lambda: fake.replies_to(said) and fake.original(asked))
    assert fake.replies_to(said)[0]["content"] == "You said hello"
    assert fake.original(asked)["content"] == "ho"
    assert asked.wait < 1
    assert [command["name"] for command in fake.world.commands] == ["say"]
    assert not fake.world.violations


async def test_what_discord_refuses_is_refused_and_remembered(fake: FakeDiscord, bot: Parrot) -> None:
    asked = fake.slash(wire.user("ann"), fake.open_channel(fake.open_guild()), "say", text="x", times=2001)
    await until(lambda: fake.world.violations)
    assert fake.world.violations == ["callback: content of 2001 characters, not 0 to 2000"]
    assert asked.acknowledged is None


async def test_a_blocked_loop_shows_as_a_late_heartbeat_and_a_late_acknowledgement(
    fake: FakeDiscord, bot: Parrot
) -> None:
    asked = fake.slash(wire.user("ann"), fake.open_channel(fake.open_guild()), "say", text="x", late=0.7)
    await until(lambda: asked.acknowledged)
    await until(lambda: max((beat.late for beat in fake.gateway.beats), default=0) > 0.3)
    assert asked.wait > 0.7


async def test_what_happens_during_a_drop_is_told_after_the_resume(fake: FakeDiscord, bot: Parrot) -> None:
    ann, channel = wire.user("ann"), fake.open_channel(fake.open_guild())
    fake.drop()
    said = fake.say(ann, channel, "missed?")
    await until(lambda: fake.replies_to(said))
    assert (fake.gateway.identified, fake.gateway.resumed) == (1, 1)


async def test_a_wrong_token_is_refused(fake: FakeDiscord) -> None:
    bot = Parrot()
    with pytest.raises(discord.LoginFailure):
        await bot.login("wrong")
    await bot.close()
