"""Runs long work on the knowledge beside the bot: one piece at a time, in a thread, heard of while it goes on.

The thread neither holds up answers nor the end of the process: work that is stopped is not waited for, and what it was
writing is whole or not there. Knows no Discord.
"""

from __future__ import annotations

import asyncio
import logging
import os
import sys
import threading
import time
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from bot.errors import CancelledError, OsaiError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from knowledge.ports import Progress

    Hear = Callable[[str], Awaitable[None]]

_THREAD = "workshop"
_CLOSING = "I am being restarted. Please try again in a minute."
_PACE = 2.0  # seconds between two reports that are passed on
_T = TypeVar("_T")


class BusyError(OsaiError):
    """Another piece of work is being done."""


@dataclass(frozen=True, slots=True)
class Work:
    """A piece of work that is being done: what it is called, and when it began, in seconds since 1970."""

    name: str
    began: float


class Workshop:
    """Where one piece of work is done at a time. Belongs to one event loop."""

    def __init__(self) -> None:
        self.current: Work | None = None
        self._stop = asyncio.Event()

    def stop(self) -> None:
        """Have the work that is being done given up: its asker at once, its thread at its next report."""
        self._stop.set()

    async def do(self, name: str, work: Callable[[Progress], _T], hear: Hear) -> _T:
        """Return what the work returns; `hear` is told how far it is, as one line, when that has changed.

        Raises BusyError while there is other work, CancelledError when stopped, and what the work raises.
        """
        if self.current:
            raise BusyError(f"Something else is being done just now: {self.current.name}.", hint="Try again later.")
        self.current = Work(name, time.time())
        self._stop = stop = asyncio.Event()  # of this work alone: the shop outlives a bot that begins anew
        told = [""]

        def progress(task: str, done: int, total: int) -> None:
            if stop.is_set():
                raise CancelledError(_CLOSING)
            told[0] = progress_line(task, done, total)

        try:
            return await _heard(_in_thread(lambda: work(progress)), stop, told, hear)
        finally:
            self.current = None


def leave_unfinished() -> None:
    """End the process here and now if work still goes on, as its last act.

    The interpreter's own end would tear the thread out of native code, and abort.
    """
    if any(thread.name == _THREAD for thread in threading.enumerate()):
        logging.shutdown()
        for stream in (sys.stdout, sys.stderr):
            with suppress(OSError, ValueError):
                stream.flush()
        os._exit(0)


def progress_line(task: str, done: int, total: int) -> str:
    """Return how far a task is, for a person to read."""
    return f"{task} \N{EM DASH} {100 * done // total} %" if 0 <= done <= total and total else f"{task} ..."


async def _heard(done: asyncio.Future[_T], stop: asyncio.Event, told: list[str], hear: Hear) -> _T:
    last, stopping = "", asyncio.ensure_future(stop.wait())
    ends: set[asyncio.Future[Any]] = {done, stopping}
    done.add_done_callback(lambda one: one.cancelled() or one.exception())  # whoever waits may have left
    try:
        while True:
            await asyncio.wait(ends, timeout=_PACE, return_when=asyncio.FIRST_COMPLETED)
            if done.done():
                return done.result()
            if stop.is_set():
                raise CancelledError(_CLOSING)
            if told[0] != last:
                last = told[0]
                await hear(last)
    finally:
        stopping.cancel()


def _in_thread(work: Callable[[], _T]) -> asyncio.Future[_T]:
    """Start the work in a thread of its own, for which the process does not wait when it ends."""
    future: Future[_T] = Future()
    future.set_running_or_notify_cancel()  # whoever waits may leave; the work goes on to its end

    def run() -> None:
        try:
            future.set_result(work())
        except BaseException as error:  # noqa: BLE001 - whatever it is, the waiting side is told
            future.set_exception(error)

    threading.Thread(target=run, name=_THREAD, daemon=True).start()
    return asyncio.wrap_future(future)
