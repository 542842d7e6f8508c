"""When the commands are sent to Discord, over our own fake of it."""

from collections.abc import AsyncIterator, Iterator

import discord
import pytest
from discord import app_commands
from discord.ext import commands

from bot.chat.syncing import digest_of, sync_changed
from tests.bot.chat.socket_fake import TOKEN, FakeDiscord

Bot = commands.AutoShardedBot


class Memory:
    """Keeps the digests in a dict."""

    def __init__(self) -> None:
        self.kept: dict[int, str] = {}

    def synced(self, application: int) -> str:
        return self.kept.get(application, "")

    def set_synced(self, application: int, digest: str) -> None:
        self.kept[application] = digest


@pytest.fixture
def fake() -> Iterator[FakeDiscord]:
    with FakeDiscord() as fake:
        yield fake


@pytest.fixture
async def bot(fake: FakeDiscord) -> AsyncIterator[Bot]:
    bot = Bot("!", intents=discord.Intents.none(), help_command=None)
    await bot.login(TOKEN)
    add(bot, "license", "Shows a license.")
    add(bot, "ask", "Answers a question.")
    yield bot
    await bot.close()


def add(bot: Bot, name: str, description: str) -> None:
    async def nothing(interaction: discord.Interaction) -> None: ...

    bot.tree.add_command(app_commands.Command(name=name, description=description, callback=nothing), override=True)


def sent(fake: FakeDiscord) -> int:
    return len([one for one in fake.world.requests if one.method == "PUT"])


async def test_commands_are_sent_once_and_again_when_they_change(fake: FakeDiscord, bot: Bot) -> None:
    memory = Memory()
    assert [await sync_changed(bot.tree, memory) for _ in range(3)] == [True, False, False]
    add(bot, "license", "Shows one license.")
    assert [await sync_changed(bot.tree, memory) for _ in range(2)] == [True, False]
    assert sent(fake) == 2
    assert {one["name"] for one in fake.world.commands} == {"license", "ask"}


async def test_the_order_of_the_commands_changes_nothing(bot: Bot) -> None:
    before = digest_of(bot.tree)
    bot.tree.remove_command("license")
    assert digest_of(bot.tree) != before
    add(bot, "license", "Shows a license.")
    assert digest_of(bot.tree) == before


async def test_the_owner_can_have_them_sent_unchanged(fake: FakeDiscord, bot: Bot) -> None:
    memory = Memory()
    assert [await sync_changed(bot.tree, memory, always=True) for _ in range(2)] == [True, True]
    assert sent(fake) == 2


async def test_another_application_gets_them_too(fake: FakeDiscord, bot: Bot) -> None:
    memory = Memory()
    memory.set_synced(1, digest_of(bot.tree))
    assert await sync_changed(bot.tree, memory)


async def test_what_discord_does_not_take_is_sent_again_at_the_next_start(fake: FakeDiscord, bot: Bot) -> None:
    memory = Memory()
    fake.fail("PUT", "/applications/*/commands", 403)
    assert [await sync_changed(bot.tree, memory) for _ in range(2)] == [False, True]
