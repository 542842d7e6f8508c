"""Edits while an answer comes: no more than the pace allows, none without a change, and none after the end."""

from __future__ import annotations

import asyncio
import itertools
import time
from typing import TYPE_CHECKING, Any, cast

import pytest

from bot.chat import streaming
from bot.chat.desk import Place
from bot.chat.streaming import follow
from tests.bot.chat.scripted import turn

if TYPE_CHECKING:
    import discord

    from bot.chat.card import Card


class Recorder:
    """A surface that remembers when it was edited, and with what."""

    def __init__(self) -> None:
        self.shown: list[tuple[float, Card]] = []

    async def put(self, card: Card, view: Any = None) -> discord.Message:
        self.shown.append((time.monotonic(), card))
        return cast("discord.Message", None)

    add = put


@pytest.fixture(autouse=True)
def pace(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streaming, "_PACE", 0.1)
    monkeypatch.setattr(streaming, "_QUICK", 0.05)


async def test_edits_keep_the_pace_and_show_only_what_changed() -> None:
    place, surface = Place("q", 1, 1, position=3), Recorder()
    following = asyncio.create_task(follow(place, surface))
    for number in range(60):
        await asyncio.sleep(0.01)
        if number % 6 == 5:
            place.pieces.append(f"Sentence {number}.")
        place.position = 0
        place.changed.set()
    place.done.set_result(turn("q"))
    await following
    times = [at for at, _ in surface.shown]
    cards = [card for _, card in surface.shown]
    assert 2 <= len(cards) <= 8
    assert min(after - before for before, after in itertools.pairwise(times)) >= 0.09
    assert all(before != after for before, after in itertools.pairwise(cards))


async def test_an_answer_that_comes_at_once_is_shown_without_anything_before() -> None:
    place, surface = Place("q", 1, 1), Recorder()
    asyncio.get_running_loop().call_later(0.01, place.done.set_result, turn("q"))
    await follow(place, surface)
    assert surface.shown == []
