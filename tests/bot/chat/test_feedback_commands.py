"""Thumbs and /forget-me on the unmodified bot: pressed, changed, pressed again after a restart, taken back."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import discord
import pytest

from bot.chat.client import OsaiBot
from bot.chat.keeping import Keeping
from bot.chat.thumbs import thumbs
from bot.chat.views import answer_id_of
from bot.feedback import FeedbackStore, Forgotten
from tests.bot.test_feedback import DAY, SHOWN, Clock

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import simcord

    from bot.chat.parts import Parts


@dataclass
class World:
    env: simcord.Env
    channel: Any
    alice: simcord.MemberActor
    bob: simcord.MemberActor

    async def shown(self, answer_id: str) -> discord.Message:
        """Show an answer with its thumbs."""
        view = discord.ui.View(timeout=None)
        for thumb in thumbs(answer_id):
            view.add_item(thumb)
        channel = self.env.bot.get_channel(self.channel.id)
        assert isinstance(channel, discord.TextChannel)
        return await channel.send("an answer", view=view)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(tmp_path: Path, clock: Clock) -> Iterator[FeedbackStore]:
    store = FeedbackStore(tmp_path, days=30, clock=clock)
    yield store
    store.close()


@pytest.fixture
def parts(parts: Parts, store: FeedbackStore) -> Parts:
    return replace(parts, keeping=Keeping(store, "0.1.0", lambda: "k1"))


@pytest.fixture
def world(simcord_env: simcord.Env) -> World:
    guild = simcord_env.create_guild()
    alice, bob = (guild.add_member(simcord_env.create_user(name)) for name in ("alice", "bob"))
    return World(simcord_env, guild.create_text_channel("general"), alice, bob)


def _said(result: simcord.InteractionResult) -> str:
    assert result.ephemeral
    assert result.response is not None
    return str(result.response.content)


async def _press(who: simcord.MemberActor, message: discord.Message, thumb: str) -> str:
    return _said(await who.click(message, custom_id=f"rate:{thumb}"))


async def test_anybody_has_one_thumb_and_may_change_it(world: World, store: FeedbackStore) -> None:
    kept = store.keep(SHOWN, asker=world.alice.id)
    message = await world.shown(kept)
    assert "counted" in await _press(world.alice, message, f"up:{kept}")
    assert "before" in await _press(world.alice, message, f"up:{kept}")
    assert "counted" in await _press(world.bob, message, f"up:{kept}")
    assert "Changed" in await _press(world.alice, message, f"down:{kept}")
    (rated,) = store.rated()
    assert (rated.up, rated.down, rated.shown) == (1, 1, SHOWN)


async def test_an_answer_in_a_channel_is_rated_where_it_stands(world: World, store: FeedbackStore) -> None:
    assert world.env.bot.user is not None
    message = await world.alice.send(world.channel, f"{world.env.bot.user.mention} Is Llama 3 open source?")
    await world.env.settle()
    channel = world.env.bot.get_channel(world.channel.id)
    assert isinstance(channel, discord.TextChannel)
    (answer,) = [one async for one in channel.history() if one.id != message.id]
    assert "counted" in await _press(world.bob, answer, f"up:{answer_id_of(answer)}")
    (rated,) = store.rated()
    assert rated.shown.question == "Is Llama 3 open source?"
    assert rated.shown.citations
    assert store.forget(world.alice.id) == Forgotten(answers=1, ratings=0)


async def test_the_thumbs_work_after_a_restart(world: World, store: FeedbackStore, parts: Parts) -> None:
    kept = store.keep(SHOWN, asker=world.alice.id)
    message = await world.shown(kept)
    await world.env.restart_bot(OsaiBot(parts))
    assert "counted" in await _press(world.bob, message, f"down:{kept}")
    assert [(one.up, one.down) for one in store.rated()] == [(0, 1)]


async def test_an_answer_kept_no_longer_says_so(world: World, store: FeedbackStore) -> None:
    message = await world.shown("0" * 16)
    assert "no longer kept" in await _press(world.alice, message, f"up:{'0' * 16}")


async def test_forget_me_deletes_what_is_ones_own_and_says_how_much(world: World, store: FeedbackStore) -> None:
    mine, theirs = store.keep(SHOWN, asker=world.alice.id), store.keep(SHOWN, asker=world.bob.id)
    for kept in (mine, theirs):
        await _press(world.alice, await world.shown(kept), f"up:{kept}")
    said = _said(await world.alice.slash(world.channel, "forget-me"))
    assert said.startswith("Deleted 2 ratings and 1 question of yours with its answer.")
    assert store.rated() == []
    assert store.shown(theirs) == SHOWN
    assert _said(await world.alice.slash(world.channel, "forget-me")) == "Nothing of yours is kept here."


async def test_what_is_too_old_goes_at_the_start_and_a_day_later(
    world: World, store: FeedbackStore, clock: Clock, parts: Parts
) -> None:
    old = store.keep(SHOWN, asker=world.alice.id)
    clock.now += 8 * DAY
    newer = store.keep(SHOWN, asker=world.alice.id)
    await world.env.restart_bot(OsaiBot(parts))
    await world.env.settle()
    assert (store.shown(old), store.shown(newer)) == (None, SHOWN)
    clock.now += 8 * DAY
    await world.env.advance_time(DAY + 60)
    await world.env.settle()
    assert store.shown(newer) is None


async def test_a_store_that_cannot_be_written_is_told_and_stops_nothing(
    world: World, store: FeedbackStore, caplog: pytest.LogCaptureFixture, parts: Parts
) -> None:
    kept = store.keep(SHOWN, asker=world.alice.id)
    message = await world.shown(kept)
    store._db._db.execute("pragma query_only = on")
    said = await _press(world.alice, message, f"up:{kept}")
    assert "feedback.sqlite cannot be used" in said
    assert "log id" in said
    await world.env.restart_bot(OsaiBot(parts))
    await world.env.settle()
    assert "Old ratings were not deleted." in caplog.text
    assert SHOWN.question not in caplog.text
