"""`/sync`, for the owner alone."""

import discord
import pytest
import simcord
from discord.ext import commands

from bot.chat.cogs.owner import Owner
from bot.chat.syncing import sync_changed
from tests.bot.chat.test_syncing import Memory


class OwnedBot(commands.AutoShardedBot):
    """A bot with `/sync` alone, whose owner is whoever has this id."""

    def __init__(self) -> None:
        super().__init__("!", intents=discord.Intents.default(), help_command=None, shard_count=1)
        self.memory = Memory()

    async def setup_hook(self) -> None:
        await self.add_cog(Owner(self, self.memory))
        await sync_changed(self.tree, self.memory)


@pytest.fixture
def simcord_bot() -> OwnedBot:
    return OwnedBot()


def sent(env: simcord.Env) -> int:
    return len([one for one in env.http_requests if one.method == "PUT" and one.path.endswith("/commands")])


async def test_the_owner_has_the_commands_sent_anew(simcord_env: simcord.Env, simcord_bot: OwnedBot) -> None:
    guild, user = simcord_env.create_guild(), simcord_env.create_user("owner")
    admins = guild.create_role("admins", permissions=discord.Permissions(administrator=True))
    simcord_bot.owner_id = user.id
    owner, channel = guild.add_member(user, roles=[admins]), guild.create_text_channel("general")
    result = await owner.slash(channel, "sync")
    assert result.ephemeral
    assert result.response is not None
    assert result.response.content.startswith("Discord has the commands.")
    assert sent(simcord_env) == 2


async def test_an_admin_who_is_not_the_owner_is_refused(simcord_env: simcord.Env, simcord_bot: OwnedBot) -> None:
    guild = simcord_env.create_guild()
    admins = guild.create_role("admins", permissions=discord.Permissions(administrator=True))
    simcord_bot.owner_id = 1
    admin = guild.add_member(simcord_env.create_user("admin"), roles=[admins])
    result = await admin.slash(guild.create_text_channel("general"), "sync")
    assert result.ephemeral
    assert result.response is not None
    assert result.response.content == "Only the owner of this bot may do that."
    assert sent(simcord_env) == 1
