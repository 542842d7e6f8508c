"""Lets one piece of work run at a time: a bounded queue in order of arrival, a deadline, and withdrawal at any moment.

Knows nothing of language models: work is a generator. One worker thread runs it, because one llama.cpp context must not
be entered twice. Whoever comes next is chosen in `Gate._next` alone: turns by asker would go there.
"""

from __future__ import annotations

import queue
import threading
import time
from collections import deque
from contextlib import closing, suppress
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from bot.errors import CancelledError, DeadlineError, QueueFullError

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

T = TypeVar("T")
_WITHDRAWN = "The question was withdrawn."
_CLOSING = "osai is shutting down."


class Signal:
    """Tells running work that it is no longer wanted."""

    def __init__(self) -> None:
        self._withdrawn = False
        self._lock = threading.RLock()  # a finalizer that runs inside may withdraw the same work once more
        self._on_set: Callable[[], None] | None = None

    def __bool__(self) -> bool:
        """Return whether the work was withdrawn."""
        return self._withdrawn

    def call(self, on_set: Callable[[], None] | None) -> None:
        """Have `on_set` called by the thread that withdraws, at once if it did already; None to forget it."""
        with self._lock:
            self._on_set = on_set
            if self._withdrawn and on_set is not None:
                on_set()

    def set(self) -> None:
        """Withdraw the work."""
        with self._lock:
            self._withdrawn = True
            if self._on_set is not None:
                self._on_set()


class _Job(Generic[T]):
    """The gate's side of one piece of work. Out come one-tuples, then an exception: StopIteration if all is well."""

    def __init__(self, work: Callable[[Signal], Generator[T, None, None]], seconds: float) -> None:
        self.signal = Signal()
        self._work = work
        self._seconds, self._end = seconds, time.monotonic() + seconds
        self._outcome: queue.SimpleQueue[tuple[T] | BaseException] = queue.SimpleQueue()

    def withdraw(self, reason: str) -> None:
        """Stop the work, and tell whoever takes from it."""
        self._outcome.put(CancelledError(reason))  # first, or the worker could give another reason
        self.signal.set()

    def run(self) -> None:
        """Do the work; called by the gate's worker alone."""
        try:
            self._check()
            with closing(self._work(self.signal)) as pieces:
                for piece in pieces:
                    self._outcome.put((piece,))
                    self._check()
            self._outcome.put(StopIteration())
        except BaseException as error:  # noqa: BLE001 - handed to the thread that asked
            self._outcome.put(error)

    def take(self) -> T:
        """Return the next piece once it is there, or raise what came instead."""
        try:
            item = self._outcome.get(timeout=max(0.0, self._end - time.monotonic()))
        except queue.Empty:
            raise self._late() from None
        if isinstance(item, BaseException):
            raise item
        return item[0]

    def _check(self) -> None:
        """Raise where nobody wants more of this: nobody need be taking pieces to notice."""
        if self.signal:
            raise CancelledError(_WITHDRAWN)
        if time.monotonic() > self._end:
            raise self._late()

    def _late(self) -> DeadlineError:
        return DeadlineError(
            f"The answer took longer than {self._seconds:g} seconds.",
            hint="Ask again, raise OSAI_DEADLINE_SECONDS, or use a smaller model.",
            retryable=True,
        )


class Ticket(Generic[T]):
    """The asker's side of one piece of work: an iterator of its pieces that knows its place in the queue.

    Raises DeadlineError, CancelledError, or what the work raised. Letting go of the ticket withdraws the work.
    """

    def __init__(self, gate: Gate, job: _Job[T]) -> None:
        self._gate, self._job, self._open = gate, job, True

    def __iter__(self) -> Ticket[T]:
        return self

    def __next__(self) -> T:
        if not self._open:
            raise StopIteration
        try:
            return self._job.take()
        except BaseException:
            self._open = False
            self._job.withdraw(_WITHDRAWN)
            raise

    @property
    def position(self) -> int:
        """How many are served before this one; 0 while it runs and after."""
        return self._gate.position_of(self._job)

    def cancel(self) -> None:
        """Withdraw the work, waiting or running, from any thread; one that waits for a piece gets CancelledError."""
        self._job.withdraw(_WITHDRAWN)

    def close(self) -> None:
        """Withdraw the work and take no more pieces. Later calls do nothing."""
        self._open = False
        self._job.withdraw(_WITHDRAWN)

    def __del__(self) -> None:
        with suppress(AttributeError):  # where the constructor did not finish
            self.close()


class Gate:
    """The queue and its one worker. `size` bounds those who wait, `deadline` (seconds) counts from submission."""

    def __init__(self, *, size: int, deadline: float) -> None:
        self._size, self._deadline = size, deadline
        self._waiting: deque[_Job[Any]] = deque()
        self._running: _Job[Any] | None = None
        self._closed = False
        self._change = threading.Condition()
        self._worker = threading.Thread(target=self._serve, name="osai-model", daemon=True)
        self._worker.start()

    def submit(self, work: Callable[[Signal], Generator[T, None, None]]) -> Ticket[T]:
        """Put work into the queue; QueueFullError if too many wait already."""
        job = _Job(work, self._deadline)
        with self._change:
            if self._closed:
                raise CancelledError(_CLOSING)
            before = len(self._wanted()) + (self._running is not None)
            if before > self._size:  # of those before, one is served and does not wait
                raise QueueFullError(
                    f"{before - 1} questions are waiting already.", hint="Try again in a minute.", retryable=True
                )
            self._waiting.append(job)
            self._change.notify()
        return Ticket(self, job)

    def position_of(self, job: _Job[Any]) -> int:
        """Return how many are served before the job."""
        with self._change:
            wanted = self._wanted()
            return wanted.index(job) + (self._running is not None) if job in wanted else 0

    def close(self) -> None:
        """Refuse new work, withdraw what runs and what waits, and wait for the worker."""
        with self._change:
            self._closed = True
            jobs = [self._running, *self._waiting]
            self._change.notify()
        for job in jobs:
            if job is not None:
                job.withdraw(_CLOSING)
        self._worker.join()

    def _serve(self) -> None:
        while job := self._next():
            job.run()
            with self._change:
                self._running = None

    def _next(self) -> _Job[Any] | None:
        """Wait for work and return whose turn it is, by order of arrival; None once the gate is closed."""
        with self._change:
            while not self._closed:
                if wanted := self._wanted():
                    self._running = wanted.popleft()
                    return self._running
                self._change.wait()
            return None

    def _wanted(self) -> deque[_Job[Any]]:
        """Drop who left the queue, and return it. Leaving only sets a signal, so that a finalizer can do it."""
        self._waiting = deque(job for job in self._waiting if not job.signal)
        return self._waiting
