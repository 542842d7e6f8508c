"""The look-up commands as people use them: typed, completed, pressed, picked, and pressed again after a restart."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, get_args

import discord
import pytest
from discord.ext import commands

from bot.chat.about import About
from bot.chat.cogs.lookup import Lookup
from bot.chat.lookups import Lookups
from knowledge.holdings import Holdings
from knowledge.licenses.texts import LicenseTexts
from knowledge.permissions import Action
from knowledge.records import Heading
from tests.bot.chat.catalogue import CHOICES, FACTS
from tests.bot.chat.limits_of_discord import wrong_with_choices

if TYPE_CHECKING:
    import simcord

    from knowledge.assets import Assets

DOCUMENTS = (Heading("a", "article", "A", "", "2026-08-02"), Heading("u", "user", "Our @everyone", "https://o.example"))
HELD = Holdings(DOCUMENTS, 131, 2615, 240)
HOSTILE = (
    "@everyone",
    "\ud800",
    "\u202egpl",
    "a b c d e f g h",
    "(" * 200,
    "MIT OR (",
    "license:",
    "model:x",
    "`" * 200,
)


class LookupBot(commands.AutoShardedBot):
    """A bot with the look-ups alone."""

    def __init__(self, texts: LicenseTexts) -> None:
        intents, mentions = discord.Intents.default(), discord.AllowedMentions.none()
        super().__init__(commands.when_mentioned, intents=intents, allowed_mentions=mentions, shard_count=1)
        self._texts = texts

    async def setup_hook(self) -> None:
        about = About("SmolLM2-135M", "Apache-2.0", HELD, message_content=False, retention_days=90)
        await self.add_cog(Lookup(self, Lookups(FACTS, CHOICES, self._texts), CHOICES, lambda: about))
        await self.tree.sync()


@dataclass
class World:
    env: simcord.Env
    channel: simcord.ChannelHandle
    alice: simcord.MemberActor

    async def slash(self, command: str, **options: str) -> simcord.InteractionResult:
        return await self.alice.slash(self.channel, command, **options)

    async def offered(self, command: str, option: str, typed: str, **filled: str) -> list[dict[str, Any]]:
        choices = await self.alice.autocomplete(self.channel, command, option, typed, **filled)
        assert wrong_with_choices(choices) == []
        return choices


@pytest.fixture
def texts(assets: Assets) -> LicenseTexts:
    return LicenseTexts(lambda: assets.path("scancode-licenses.zip"))


@pytest.fixture
def simcord_bot(texts: LicenseTexts) -> LookupBot:
    return LookupBot(texts)


@pytest.fixture
def world(simcord_env: simcord.Env) -> World:
    guild = simcord_env.create_guild()
    return World(simcord_env, guild.create_text_channel("general"), guild.add_member(simcord_env.create_user("alice")))


def _message(result: simcord.InteractionResult) -> simcord.ResponseMessage:
    assert result.response is not None
    return result.response


def _card(result: simcord.InteractionResult) -> discord.Embed:
    return _message(result).embeds[0]


def _options(result: simcord.InteractionResult) -> list[str]:
    return [option["value"] for row in _message(result).components for option in row["components"][0]["options"]]


async def test_a_license_is_found_while_it_is_typed_and_shown_to_all(world: World) -> None:
    choices = await world.offered("license", "name", "apahce 2")
    assert choices[0] == {"name": "Apache License 2.0 (Apache-2.0)", "value": "license:apache-2.0"}
    shown = await world.slash("license", name=choices[0]["value"])
    assert not shown.ephemeral
    fields = {field.name: field.value for field in _card(shown).fields}
    assert fields["OSI-approved"] == "yes"
    assert fields["Patent grant"] == "yes, express; lost on a patent suit over the work\n*section 3*"


async def test_the_buttons_of_a_license_answer_the_one_who_presses_them(world: World) -> None:
    shown = await world.slash("license", name="mit")
    text = await world.alice.click(_message(shown), label="Full text")
    assert text.ephemeral
    assert _message(text).attachments[0].filename == "mit.txt"
    under = await world.alice.click(_message(shown), label="Models under it")
    assert under.ephemeral
    assert "DeepSeek-R1" in str(_card(under).description)


async def test_the_buttons_work_after_a_restart(world: World, texts: LicenseTexts) -> None:
    shown = await world.slash("license", name="llama3.1")
    await world.env.restart_bot(LookupBot(texts))
    under = await world.alice.click(_message(shown), label="Models under it")
    assert "Llama 3.1" in str(_card(under).description)


async def test_compare_with_asks_which_and_a_family_is_picked_from(world: World) -> None:
    shown = await world.slash("license", name="apache 2")
    form = await world.alice.click(_message(shown), label="Compare with\N{HORIZONTAL ELLIPSIS}")
    asked = await world.alice.submit_modal(form, {"second": "gpl"})
    assert asked.ephemeral
    assert _card(asked).title == "Which one?"
    compared = await world.alice.select(_message(asked), _options(asked)[:1])
    assert _card(compared).title == "Apache License 2.0 and GNU GPL 3"
    assert "Apache License 2.0 into GNU GPL 3: yes." in str(_card(compared).description)


async def test_a_comparison_is_completed_on_both_sides(world: World) -> None:
    first = (await world.offered("compare", "a", "mit"))[0]["value"]
    second = (await world.offered("compare", "b", "agpl", a=first))[0]["value"]
    shown = await world.slash("compare", a=first, b=second)
    assert not shown.ephemeral
    assert str(_card(shown).title).startswith("MIT License and GNU")


async def test_a_model_leads_to_its_license(world: World) -> None:
    choices = await world.offered("model", "name", "codestrel")
    shown = await world.slash("model", name=choices[0]["value"])
    assert _card(shown).title == "Codestral"
    license_ = await world.alice.click(_message(shown), custom_id="look:license:=mistral-mnpl-0.1")
    assert str(_card(license_).title).startswith("Mistral AI Non-Production License")


@pytest.mark.parametrize("action", get_args(Action))
async def test_can_answers_every_action_with_its_clause(world: World, action: str) -> None:
    subject = (await world.offered("can", "license-or-model", "apache", action=action))[0]["value"]
    shown = await world.slash("can", action=action, **{"license-or-model": subject})
    assert not shown.ephemeral
    assert "Apache License 2.0: " in str(_card(shown).description)


async def test_unknown_and_ambiguous_names_are_answered_to_the_asker_with_what_they_may_be(world: World) -> None:
    for command, name in (("license", "foobarbaz"), ("license", "llama"), ("model", "llama 77"), ("model", "qwen")):
        shown = await world.slash(command, name=name)
        assert shown.ephemeral
        assert _card(shown).title in ("Not found", "Which one?")
    picked = await world.alice.select(_message(shown), _options(shown)[:1])
    assert "Qwen" in str(_card(picked).title)


async def test_sources_and_about_are_for_the_asker_alone(world: World) -> None:
    sources, about = await world.slash("sources"), await world.slash("about")
    assert sources.ephemeral
    assert about.ephemeral
    assert "@everyone" not in str(_card(sources).to_dict())
    told = str(_card(about).to_dict())
    for said in ("SmolLM2-135M, Apache-2.0", "2 August 2026", "message-content intent", "90 days"):
        assert said in told


@pytest.mark.parametrize("typed", HOSTILE)
async def test_nothing_typed_breaks_a_list_or_a_look_up(world: World, typed: str) -> None:
    for command, option, filled in (("license", "name", {}), ("model", "name", {}), ("compare", "b", {"a": "mit"})):
        await world.offered(command, option, typed, **filled)
        shown = await world.slash(command, **filled, **{option: typed})
        assert _card(shown).title


async def test_a_button_of_nobody_knows_which_version_says_so(world: World) -> None:
    view = discord.ui.View()
    view.add_item(discord.ui.Button(label="Old", custom_id="look:fly:=mit"))
    channel = world.env.bot.get_channel(world.channel.id)
    assert isinstance(channel, discord.TextChannel)
    message = await channel.send("old", view=view)
    shown = await world.alice.click(message, label="Old")
    assert shown.ephemeral
    assert "out of date" in str(_message(shown).content)
