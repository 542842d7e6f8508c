"""/admin on the unmodified bot: by managers, by a role they name, and by whoever Discord should not let through."""

from __future__ import annotations

import threading
from contextlib import closing
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import discord
import pytest

from bot.chat.about import About
from bot.chat.client import OsaiBot
from bot.chat.guild_states import GuildStates
from bot.chat.stewardship import Stewardship
from bot.errors import CancelledError
from bot.feedback import FeedbackStore
from bot.guilds import GuildState, GuildStore, Limits
from knowledge.errors import NotFoundError
from knowledge.holdings import Holdings
from knowledge.ingest import IngestReport
from knowledge.loaders.sources import Outcome
from knowledge.records import Document, Heading
from tests.bot.test_feedback import SHOWN

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    import simcord

    from bot.chat.parts import Parts
    from knowledge.ports import Progress

DEFAULT = Limits(user_burst=3, user_seconds=20, guild_burst=20, guild_seconds=2)
OWN = Heading("user/page-1234", "user", "Our @everyone page", "https://o.example/page", "")
ABOUT = About("SmolLM2-135M", "Apache-2.0", Holdings((OWN,), 131, 2615, 240), message_content=False, retention_days=90)


class ScriptedLearning:
    """Takes sources in as it is told to: `go` lets it end."""

    def __init__(self) -> None:
        self.asked: list[tuple[tuple[str, ...], bool]] = []
        self.forgotten: list[str] = []
        self.go = threading.Event()
        self.go.set()
        self.stopped = threading.Event()

    def learn(
        self, sources: Sequence[str], progress: Progress, *, refresh: bool = False
    ) -> tuple[IngestReport, list[Outcome]]:
        self.asked.append((tuple(sources), refresh))
        progress("Reading sources", 1, 2)
        try:
            while not self.go.wait(0.01):
                progress("Reading sources", 1, 2)
        except CancelledError:
            self.stopped.set()
            raise
        read = Document("user/a", "user", "A [page] of @everyone", "https://a.example", (), ())
        good = Outcome("https://a.example", "read", "", read)
        bad = Outcome(
            "https://b.example", "failed", "10.0.0.1 is private. OSAI_ALLOW_PRIVATE_ADDRESSES=true allows it."
        )
        return IngestReport(1, 0, 0, 0, 1234, 5, 0.1), [good, bad]

    def forget(self, document: str) -> Document:
        if document != OWN.id:
            raise NotFoundError(f"No document {document!r}.", hint="Pick one.")
        self.forgotten.append(document)
        return Document(OWN.id, "user", OWN.title, OWN.url, (), ())


@dataclass
class World:
    env: simcord.Env
    guild: Any
    channel: Any
    role: Any
    manager: simcord.MemberActor
    member: simcord.MemberActor
    holder: simcord.MemberActor  # of the role

    def let_everybody_through(self) -> None:
        """Have Discord show /admin to all, as a server's own settings may."""
        command = self.env.backend.find_command("admin", None)
        assert command is not None
        everybody = {"id": str(self.guild.id), "type": 1, "permission": True}
        self.env.backend.set_command_permissions(self.guild.id, int(command["id"]), [everybody])


@pytest.fixture
def stores(tmp_path: Path) -> Iterator[tuple[GuildStore, FeedbackStore]]:
    with closing(GuildStore(tmp_path)) as guilds, closing(FeedbackStore(tmp_path, days=30)) as feedback:
        yield guilds, feedback


@pytest.fixture
def learning() -> ScriptedLearning:
    return ScriptedLearning()


@pytest.fixture
def steward(stores: tuple[GuildStore, FeedbackStore], learning: ScriptedLearning) -> Stewardship:
    return Stewardship(GuildStates(stores[0], DEFAULT), learning, stores[1], lambda: ABOUT, lambda: 3)


@pytest.fixture
def parts(parts: Parts, steward: Stewardship) -> Parts:
    config = replace(parts.config, message_content=False)
    return replace(parts, config=config, states=steward.states, steward=lambda _: steward)


@pytest.fixture
def world(simcord_env: simcord.Env) -> World:
    guild = simcord_env.create_guild()
    managers = guild.create_role("managers", permissions=discord.Permissions(manage_guild=True))
    role = guild.create_role("librarians")
    alice, bob, carol = (simcord_env.create_user(name) for name in ("alice", "bob", "carol"))
    manager, holder = guild.add_member(alice, roles=[managers]), guild.add_member(carol, roles=[role])
    return World(simcord_env, guild, guild.create_text_channel("ask"), role, manager, guild.add_member(bob), holder)


def _said(result: simcord.InteractionResult) -> str:
    assert result.ephemeral
    assert result.response is not None
    return str(result.response.content or result.response.embeds[0].to_dict())


async def _every_command(world: World, who: simcord.MemberActor) -> dict[str, str]:
    filled: dict[str, dict[str, Any]] = {
        "admin ingest": {"url": "https://a.example"},
        "admin forget": {"document": OWN.id},
        "admin channels set": {"channel": world.channel},
        "admin channels unset": {"channel": world.channel},
        "admin roles add": {"role": world.role},
        "admin roles remove": {"role": world.role},
    }
    names = [name for name in who.available_commands(world.channel) if name.startswith("admin")]
    return {name: _said(await who.slash(world.channel, name, **filled.get(name, {}))) for name in names}


async def test_nobody_but_managers_is_shown_the_commands(world: World) -> None:
    assert not [one for one in world.member.available_commands(world.channel) if one.startswith("admin")]
    assert len([one for one in world.manager.available_commands(world.channel) if one.startswith("admin")]) == 12


async def test_every_command_is_refused_on_this_side_too(
    world: World, learning: ScriptedLearning, steward: Stewardship
) -> None:
    world.let_everybody_through()
    said = await _every_command(world, world.member)
    assert len(said) == 12
    assert all(one.startswith("Only those who may manage this server") for one in said.values()), said
    assert await world.member.autocomplete(world.channel, "admin forget", "document", "") == []
    assert (learning.asked, learning.forgotten) == ([], [])
    assert await steward.states.of(world.guild.id) == GuildState()


async def test_a_named_role_may_use_them_but_not_hand_its_right_on(world: World) -> None:
    world.let_everybody_through()
    assert "Only those" in _said(await world.holder.slash(world.channel, "admin status"))
    added = _said(await world.manager.slash(world.channel, "admin roles add", role=world.role))
    assert f"<@&{world.role.id}>" in added
    assert "Integrations" in added
    said = await _every_command(world, world.holder)
    refused = {name for name, one in said.items() if one.startswith("Only those")}
    assert refused == {"admin roles add", "admin roles remove"}
    await world.manager.slash(world.channel, "admin roles remove", role=world.role)
    assert "Only those" in _said(await world.holder.slash(world.channel, "admin status"))


async def test_everybody_is_no_role_to_name(world: World) -> None:
    said = _said(await world.manager.slash(world.channel, "admin roles add", role=world.guild.default_role))
    assert said == "Everybody has that role. Choose another."


async def test_an_ingest_tells_what_came_of_each_source_and_pings_nobody(
    world: World, learning: ScriptedLearning
) -> None:
    shown = await world.manager.slash(world.channel, "admin ingest", url=" <https://a.example/feed> ")
    assert learning.asked == [(("https://a.example/feed",), False)]
    said = _said(shown)
    assert said.index("**Failed**") < said.index("**Read**")
    assert "1 added, 0 changed; 1,234 passages" in said
    assert "@everyone" not in said
    assert "OSAI_" not in said


@pytest.mark.parametrize("typed", ["/etc/passwd", "file:///etc/passwd", "ftp://a.example", "https://", "a page", "."])
async def test_only_the_web_is_ingested(world: World, learning: ScriptedLearning, typed: str) -> None:
    said = _said(await world.manager.slash(world.channel, "admin ingest", url=typed))
    assert said.startswith("That is no address of the web.")
    assert learning.asked == []


async def test_a_refresh_fetches_again_what_is_in(world: World, learning: ScriptedLearning) -> None:
    await world.manager.slash(world.channel, "admin refresh")
    assert learning.asked == [((), True)]


async def test_a_document_is_picked_from_those_added_and_forgotten(world: World, learning: ScriptedLearning) -> None:
    (choice,) = await world.manager.autocomplete(world.channel, "admin forget", "document", "EVERYONE")
    assert choice["value"] == OWN.id
    assert await world.manager.autocomplete(world.channel, "admin forget", "document", "other") == []
    said = _said(await world.manager.slash(world.channel, "admin forget", document=choice["value"]))
    assert said.startswith("Forgot Our @")
    assert "@everyone" not in said
    assert learning.forgotten == [OWN.id]
    assert _said(await world.manager.slash(world.channel, "admin forget", document="@everyone")).startswith("No docu")


async def test_only_some_servers_may_change_what_is_known_if_the_owner_says_so(
    world: World, parts: Parts, stores: tuple[GuildStore, FeedbackStore], learning: ScriptedLearning
) -> None:
    steward = Stewardship(
        GuildStates(stores[0], DEFAULT), learning, stores[1], lambda: ABOUT, lambda: 0, teachers=frozenset({1})
    )
    await world.env.restart_bot(OsaiBot(replace(parts, steward=lambda _: steward)))
    for name, options in (("ingest", {"url": "https://a.example"}), ("refresh", {}), ("forget", {"document": OWN.id})):
        said = _said(await world.manager.slash(world.channel, f"admin {name}", **options))
        assert said == "The bot's owner lets other servers change what I know."
    assert (learning.asked, learning.forgotten) == ([], [])


async def test_answer_channels_are_set_listed_and_unset(world: World, steward: Stewardship) -> None:
    said = _said(await world.manager.slash(world.channel, "admin channels set", channel=world.channel))
    assert f"<#{world.channel.id}>" in said
    assert "without the message-content intent" in said
    assert (await steward.states.of(world.guild.id)).answer_channels == {world.channel.id}
    assert f"<#{world.channel.id}>" in _said(await world.manager.slash(world.channel, "admin channels list"))
    said = _said(await world.manager.slash(world.channel, "admin channels unset", channel=world.channel))
    assert said.startswith("There are no answer channels.")


async def test_limits_are_shown_set_in_part_and_given_back(world: World, steward: Stewardship) -> None:
    owners = "One person: 3 questions at once, then one every 20 seconds."
    assert owners in _said(await world.manager.slash(world.channel, "admin limits"))
    said = _said(await world.manager.slash(world.channel, "admin limits", person_at_once=1, server_seconds=0))
    assert said.startswith("One person: 1 question at once, then one every 20 seconds.")
    assert "set here" in said
    assert await steward.states.limits(world.guild.id) == Limits(1, 20, 20, 0)
    assert owners in _said(await world.manager.slash(world.channel, "admin limits", reset=True))


async def test_status_and_stats_tell_of_this_server_and_name_nobody(
    world: World, stores: tuple[GuildStore, FeedbackStore]
) -> None:
    feedback = stores[1]
    kept = feedback.keep(SHOWN, asker=world.member.id, guild=world.guild.id)
    feedback.rate(kept, rater=world.member.id, up=True)
    status = _said(await world.manager.slash(world.channel, "admin status"))
    for said in ("3 questions", "SmolLM2-135M, Apache-2.0", "1 server, 1 shard", "without the intent"):
        assert said in status
    stats = _said(await world.manager.slash(world.channel, "admin stats"))
    assert "1 answer, 0 without a source" in stats
    assert "(100% up)" in stats
    assert SHOWN.question not in stats


async def test_what_is_gone_from_discord_is_forgotten(world: World, steward: Stewardship) -> None:
    await world.manager.slash(world.channel, "admin channels set", channel=world.channel)
    await world.manager.slash(world.channel, "admin roles add", role=world.role)
    bot = world.env.bot
    channel = bot.get_channel(world.channel.id)
    guild = bot.get_guild(world.guild.id)
    assert isinstance(channel, discord.TextChannel)
    assert guild is not None
    role = guild.get_role(world.role.id)
    assert role is not None
    await role.delete()
    await channel.delete()
    await world.env.settle()
    assert await steward.states.of(world.guild.id) == GuildState()
