"""Lets one piece of work run at a time: a bounded queue in order of arrival, a deadline, and withdrawal at any moment.

Knows nothing of language models: work is a function that yields pieces. One worker thread runs it, because one
llama.cpp context must not be entered twice.
"""

from __future__ import annotations

import queue
import threading
import time
from collections import deque
from typing import TYPE_CHECKING, Generic, TypeVar

from bot.errors import CancelledError, DeadlineError, QueueFullError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

T = TypeVar("T")
_END = object()


class Signal:
    """Tells running work that it is no longer wanted. `on_set` is called once, from the thread that withdraws it."""

    def __init__(self) -> None:
        self._event = threading.Event()
        self._lock = threading.Lock()
        self._on_set: Callable[[], None] | None = None

    def __bool__(self) -> bool:
        """Return whether the work was withdrawn."""
        return self._event.is_set()

    def call(self, on_set: Callable[[], None] | None) -> None:
        """Have `on_set` called when the work is withdrawn, at once if it was already; None to forget it."""
        with self._lock:
            self._on_set = on_set
            if self._event.is_set() and on_set is not None:
                on_set()

    def set(self) -> None:
        """Withdraw the work."""
        with self._lock:
            self._event.set()
            if self._on_set is not None:
                self._on_set()


class Ticket(Generic[T]):
    """One piece of work in the queue. Iterate over it for what it yields; closing the iterator withdraws it."""

    def __init__(self, gate: Gate, work: Callable[[Signal], Iterator[T]], deadline: float) -> None:
        self._gate = gate
        self._work = work
        self._deadline = deadline
        self._signal = Signal()
        self._pieces: queue.SimpleQueue[object] = queue.SimpleQueue()

    @property
    def position(self) -> int:
        """How many are served before this one; 0 while it runs and after."""
        return self._gate.position_of(self)

    def cancel(self) -> None:
        """Withdraw the work, waiting or running. Later calls do nothing."""
        self._signal.set()
        self._gate.leave(self)

    def __iter__(self) -> Iterator[T]:
        """Yield the pieces; raises DeadlineError, CancelledError, or what the work raised."""
        try:
            while (piece := self._next()) is not _END:
                if isinstance(piece, BaseException):
                    raise piece
                yield piece  # type: ignore[misc] # the queue holds T, an exception or _END
        finally:
            self.cancel()

    def run(self) -> None:
        """Do the work; called by the gate's worker alone."""
        try:
            if not self._signal:
                for piece in self._work(self._signal):
                    self._pieces.put(piece)
                    if self._signal:
                        break
            self._pieces.put(CancelledError("The question was withdrawn.") if self._signal else _END)
        except BaseException as error:  # noqa: BLE001 - handed to the thread that asked
            self._pieces.put(CancelledError("The question was withdrawn.") if self._signal else error)

    def refuse(self, error: Exception) -> None:
        """End the work before it ran."""
        self._pieces.put(error)

    def _next(self) -> object:
        try:
            return self._pieces.get(timeout=max(0.0, self._deadline - time.monotonic()))
        except queue.Empty:
            raise DeadlineError(
                "The answer took longer than OSAI_DEADLINE_SECONDS allows.",
                hint="Ask again, raise it, or use a smaller model.",
                retryable=True,
            ) from None


class Gate:
    """The queue and its one worker. `size` bounds those who wait, `deadline` (seconds) counts from submission."""

    def __init__(self, *, size: int, deadline: float) -> None:
        self._size, self._seconds = size, deadline
        self._waiting: deque[Ticket[object]] = deque()
        self._change = threading.Condition()
        self._closed = False
        self._running: Ticket[object] | None = None
        self._worker = threading.Thread(target=self._serve, name="osai-model", daemon=True)
        self._worker.start()

    def submit(self, work: Callable[[Signal], Iterator[T]]) -> Ticket[T]:
        """Put work into the queue; QueueFullError if too many wait already."""
        ticket: Ticket[T] = Ticket(self, work, time.monotonic() + self._seconds)
        with self._change:
            if self._closed:
                raise CancelledError("osai is shutting down.")
            if len(self._waiting) >= self._size:
                raise QueueFullError(
                    f"{len(self._waiting)} questions are waiting already.",
                    hint="Try again in a minute.",
                    retryable=True,
                )
            self._waiting.append(ticket)  # type: ignore[arg-type] # pieces are handed on unread
            self._change.notify()
        return ticket

    def position_of(self, ticket: Ticket[T]) -> int:
        """Return how many are served before the ticket."""
        with self._change:
            if ticket not in self._waiting:
                return 0
            return self._waiting.index(ticket) + (self._running is not None)  # type: ignore[arg-type] # as above

    def leave(self, ticket: Ticket[T]) -> None:
        """Take a waiting ticket out of the queue."""
        with self._change:
            if ticket in self._waiting:
                self._waiting.remove(ticket)  # type: ignore[arg-type] # as above
                ticket.refuse(CancelledError("The question was withdrawn."))

    def close(self) -> None:
        """Refuse new work, tell those who wait, withdraw what runs, and wait for the worker."""
        with self._change:
            self._closed = True
            waiting, self._waiting = list(self._waiting), deque()
            running = self._running
            self._change.notify()
        for ticket in waiting:
            ticket.refuse(CancelledError("osai is shutting down."))
        if running is not None:
            running.cancel()
        self._worker.join()

    def _serve(self) -> None:
        while True:
            with self._change:
                while not self._waiting and not self._closed:
                    self._change.wait()
                if self._closed:
                    return
                self._running = self._waiting.popleft()
            self._running.run()
            with self._change:
                self._running = None
