"""The queue: fair to guilds and people, bounded, with a true position, and every place can be taken back."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chat.desk import Desk, Place
from bot.errors import CancelledError, QueueFullError
from tests.bot.chat.scripted import Scripted

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

_ASKERS = st.lists(st.tuples(st.integers(1, 3), st.integers(1, 3)), min_size=1, max_size=10)


@asynccontextmanager
async def busy(size: int = 20) -> AsyncIterator[tuple[Desk, Scripted]]:
    """Hand out a desk whose road is busy with a question of guild 9 until it is released."""
    road = Scripted()
    road.release.clear()
    desk = Desk(road, road, size=size)
    desk.submit(Place("first", 9, 9))
    await asyncio.to_thread(road.started.wait, 5)
    try:
        yield desk, road
    finally:
        road.release.set()
        await desk.wind_down(5)
        desk.close()


async def _served(askers: list[tuple[int, int]]) -> tuple[list[str], list[int]]:
    async with busy() as (desk, road):
        places = [Place(f"{guild}.{user}.{number}", guild, user) for number, (guild, user) in enumerate(askers)]
        for place in places:
            desk.submit(place)
        positions = [place.position for place in places]
        road.release.set()
        await asyncio.gather(*(place.done for place in places))
        return [question for question, _ in road.asked[1:]], positions


@given(_ASKERS)
def test_turns_go_round_and_the_told_position_is_true(askers: list[tuple[int, int]]) -> None:
    served, positions = asyncio.run(_served(askers))
    asked = [f"{guild}.{user}.{number}" for number, (guild, user) in enumerate(askers)]
    assert [served.index(one) + 1 for one in asked] == positions
    for place, one in enumerate(served):
        assert _is_due(one, served[:place], served[place:])


def _is_due(one: str, earlier: list[str], waiting: list[str]) -> bool:
    """Return whether no other guild, and nobody else of the guild, that waits was served less often."""
    guild, user, _ = one.split(".")

    def served(prefix: str) -> int:
        return sum(other.startswith(f"{prefix}.") for other in earlier)

    guilds = {other.split(".")[0] for other in waiting}
    people = {".".join(other.split(".")[:2]) for other in waiting if other.startswith(f"{guild}.")}
    fair = all(served(guild) <= served(other) for other in guilds)
    return fair and all(served(f"{guild}.{user}") <= served(other) for other in people)


async def test_no_more_wait_than_there_is_room_for() -> None:
    async with busy(size=2) as (desk, _):
        desk.submit(Place("a", 1, 1))
        desk.submit(Place("b", 1, 2))
        with pytest.raises(QueueFullError, match="2 questions are waiting"):
            desk.submit(Place("c", 1, 3))


async def test_who_waits_may_leave_and_the_others_move_up() -> None:
    async with busy() as (desk, road):
        first, second = Place("a", 1, 1), Place("b", 2, 1)
        desk.submit(first)
        desk.submit(second)
        desk.withdraw(first)
        assert (first.withdrawn, second.position) == (True, 1)
        with pytest.raises(CancelledError):
            await first.done
        road.release.set()
        await second.done
        assert [question for question, _ in road.asked] == ["first", "b"]


async def test_a_running_answer_is_stopped_and_the_next_one_comes() -> None:
    road = Scripted()
    road.release.clear()
    desk = Desk(road, road, size=5)
    running, after = Place("a", 1, 1), Place("b", 1, 2)
    desk.submit(running)
    await asyncio.to_thread(road.started.wait, 5)
    desk.submit(after)
    desk.withdraw(running)
    with pytest.raises(CancelledError):
        await running.done
    road.release.set()
    assert (await after.done).answer.question == "b"
    desk.close()


async def test_winding_down_finishes_the_running_answer_and_tells_the_others() -> None:
    async with busy() as (desk, road):
        waiting = Place("a", 1, 1)
        desk.submit(waiting)
        ending = asyncio.create_task(desk.wind_down(5))
        with pytest.raises(CancelledError, match="restarted"):
            await waiting.done
        assert not waiting.withdrawn
        road.release.set()
        await ending
        with pytest.raises(CancelledError, match="restarted"):
            desk.submit(Place("late", 1, 1))


async def test_an_error_of_the_road_is_its_askers_alone() -> None:
    road = Scripted(error=ValueError("no"))
    desk = Desk(road, road, size=5)
    failed = Place("a", 1, 1)
    desk.submit(failed)
    with pytest.raises(ValueError, match="no"):
        await failed.done
    road.error = None
    fine = Place("b", 1, 1)
    desk.submit(fine)
    assert (await fine.done).answer.question == "b"
    desk.close()
