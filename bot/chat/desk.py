"""The queue in front of the road: fair to guilds and people, bounded, each place withdrawable and shown its position.

Answers are made one at a time, in a thread, since they share one model; the event loop only hands pieces on. Whose turn
it is: the guild that was served longest ago, in it the person served longest ago, then who came first. Knows no
Discord.
"""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from bot.errors import CancelledError, QueueFullError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bot.answering.pipeline import Turn

_WITHDRAWN = "The question was withdrawn."
_CLOSING = "I am being restarted. Please ask again in a minute."


class Road(Protocol):
    """What answers questions, in a thread."""

    def answer(self, question: str, previous: Turn | None = None, show: Callable[[str], None] | None = None) -> Turn:
        """Return the answer; `show` hears its text piece by piece."""

    def recall(self, questions: Sequence[str]) -> Turn | None:
        """Return the turn that these questions lead to, without answering them."""


class Withdraws(Protocol):
    """What stops the answer that is being made."""

    def begin(self) -> None:
        """Let a new answer begin."""

    def check(self) -> None:
        """Raise CancelledError where the answer was withdrawn."""

    def withdraw(self) -> None:
        """Stop it, from any thread."""


@dataclass(eq=False, slots=True)
class Place:
    """One question at the desk. `before` are the questions it follows up on; `pieces` is what is certain to stand.

    `withdrawn` says that whoever asked took it back. `position` counts those who are served before it, and is 0 while
    it is served. `changed` is set at every change.
    """

    question: str
    guild: int
    user: int
    before: tuple[str, ...] = ()
    previous: Turn | None = None
    withdrawn: bool = False
    position: int = 0
    pieces: list[str] = field(default_factory=list)
    changed: asyncio.Event = field(default_factory=asyncio.Event)
    done: asyncio.Future[Turn] = field(default_factory=lambda: asyncio.get_running_loop().create_future())

    def fail(self, reason: str) -> None:
        """End the place without an answer."""
        if not self.done.done():
            self.done.set_exception(CancelledError(reason))
            self.done.exception()  # whoever waits may have left
        self.changed.set()


class Desk:
    """The queue and its one worker; `size` bounds those who wait. Belongs to one event loop."""

    def __init__(self, road: Road, withdraws: Withdraws, *, size: int) -> None:
        self._road, self._withdraws, self._size = road, withdraws, size
        self._waiting: list[Place] = []
        self._running: Place | None = None
        self._served: dict[tuple[int, int], int] = {}  # guild and person (0: the guild itself) to the turn of service
        self._turn = 0
        self._closed = False
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="answers")
        self._work: asyncio.Task[None] | None = None

    @property
    def waiting(self) -> int:
        """Return how many questions wait or are being answered."""
        return len(self._waiting) + (self._running is not None)

    def submit(self, place: Place) -> None:
        """Queue a question; QueueFullError where too many wait, CancelledError once the desk closes."""
        if self._closed:
            raise CancelledError(_CLOSING)
        if len(self._waiting) >= self._size:
            raise QueueFullError(
                f"{len(self._waiting)} questions are waiting already.", hint="Try again in a minute.", retryable=True
            )
        self._waiting.append(place)
        self._tell_positions()
        if self._work is None or self._work.done():
            self._work = asyncio.create_task(self._serve())

    def withdraw(self, place: Place, reason: str = _WITHDRAWN) -> None:
        """Take a question back, waiting or running; what was answered already stays answered."""
        if place in self._waiting:
            self._waiting.remove(place)
            self._tell_positions()
        elif place is self._running:
            self._withdraws.withdraw()
        place.withdrawn = reason == _WITHDRAWN
        place.fail(reason)

    async def wind_down(self, seconds: float) -> None:
        """Refuse what comes and what waits; let the running answer finish, or end it after so many seconds."""
        self._closed = True
        for place in tuple(self._waiting):
            self.withdraw(place, _CLOSING)
        if running := self._running:
            await asyncio.wait({running.done}, timeout=seconds)
            if not running.done.done():
                self.withdraw(running, _CLOSING)
        if self._work:
            with suppress(TimeoutError):
                await asyncio.wait_for(asyncio.shield(self._work), 1)

    def close(self) -> None:
        """Let go of the thread."""
        self._closed = True
        self._withdraws.withdraw()
        self._thread.shutdown(wait=False, cancel_futures=True)

    async def recall(self, questions: Sequence[str]) -> Turn | None:
        """Return the turn that earlier questions lead to, in the thread of answers."""
        if not questions or self._closed:
            return None
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._road.recall, tuple(questions))

    async def _serve(self) -> None:
        while self._waiting:
            place = self._running = self._order()[0]
            self._waiting.remove(place)
            self._turn += 1
            self._served[place.guild, 0] = self._served[place.guild, place.user] = self._turn
            self._tell_positions()
            try:
                turn = await asyncio.get_running_loop().run_in_executor(self._thread, self._answer, place)
            except Exception as error:  # noqa: BLE001 - handed to whoever asked
                if not place.done.done():
                    place.done.set_exception(error)
                    place.done.exception()
            else:
                if not place.done.done():
                    place.done.set_result(turn)
            finally:
                self._running = None
                place.changed.set()
        self._served = {key: turn for key, turn in self._served.items() if turn > self._turn - self._size * 8}

    def _answer(self, place: Place) -> Turn:
        """Answer in the thread of answers; every piece goes to the event loop."""
        loop = place.done.get_loop()
        self._withdraws.begin()
        if place.done.done():  # withdrawn while the thread was being reached
            raise CancelledError(_WITHDRAWN)
        previous = place.previous or (self._road.recall(place.before) if place.before else None)

        def show(piece: str) -> None:
            self._withdraws.check()
            loop.call_soon_threadsafe(_add, place, piece)

        turn = self._road.answer(place.question, previous, show)
        self._withdraws.check()
        return turn

    def _order(self) -> list[Place]:
        """Return those who wait in the order in which they are served, if nobody else comes."""
        served, turn = dict(self._served), self._turn
        waiting, order = list(self._waiting), []
        while waiting:
            place = min(waiting, key=lambda one: (served.get((one.guild, 0), 0), served.get((one.guild, one.user), 0)))
            waiting.remove(place)
            turn += 1
            served[place.guild, 0] = served[place.guild, place.user] = turn
            order.append(place)
        return order

    def _tell_positions(self) -> None:
        if self._running:
            self._running.position = 0
            self._running.changed.set()
        for number, place in enumerate(self._order(), 1 if self._running else 0):
            if place.position != number:
                place.position = number
                place.changed.set()


def _add(place: Place, piece: str) -> None:
    place.pieces.append(piece)
    place.changed.set()
