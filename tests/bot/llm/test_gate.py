import threading
import time
from collections.abc import Iterator

import pytest

from bot.errors import CancelledError, DeadlineError, QueueFullError
from bot.llm.gate import Gate, Signal


@pytest.fixture
def gate() -> Iterator[Gate]:
    gate = Gate(size=2, deadline=5)
    yield gate
    gate.close()


def count(to: int) -> Iterator[int]:
    yield from range(to)


class Blocked:
    """Work that holds the worker until it is released or withdrawn."""

    def __init__(self) -> None:
        self.started, self.release, self.withdrawn = threading.Event(), threading.Event(), threading.Event()

    def __call__(self, signal: Signal) -> Iterator[str]:
        signal.call(self.withdrawn.set)
        self.started.set()
        while not self.release.is_set() and not signal:
            time.sleep(0.005)
        yield "done"


def test_pieces_come_in_order(gate: Gate) -> None:
    assert list(gate.submit(lambda _: count(5))) == [0, 1, 2, 3, 4]


def test_an_error_of_the_work_reaches_the_asker_and_the_next_is_served(gate: Gate) -> None:
    def fail(_: Signal) -> Iterator[int]:
        yield 1
        raise ValueError("broken")

    with pytest.raises(ValueError, match="broken"):
        list(gate.submit(fail))
    assert list(gate.submit(lambda _: count(2))) == [0, 1]


def test_who_waits_knows_the_position_and_moves_up(gate: Gate) -> None:
    first = Blocked()
    running = gate.submit(first)
    assert first.started.wait(2)
    second, third = gate.submit(lambda _: count(1)), gate.submit(lambda _: count(1))
    assert (running.position, second.position, third.position) == (0, 1, 2)
    second.cancel()
    assert third.position == 1
    first.release.set()
    assert list(third) == [0]
    assert third.position == 0


def test_a_full_queue_refuses(gate: Gate) -> None:
    first = Blocked()
    gate.submit(first)
    assert first.started.wait(2)
    gate.submit(lambda _: count(1)), gate.submit(lambda _: count(1))
    with pytest.raises(QueueFullError, match="2 questions"):
        gate.submit(lambda _: count(1))
    first.release.set()


def test_a_withdrawn_question_stops_the_work_that_runs(gate: Gate) -> None:
    work = Blocked()
    ticket = gate.submit(work)
    assert work.started.wait(2)
    ticket.cancel()
    assert work.withdrawn.wait(2)
    with pytest.raises(CancelledError):
        list(ticket)
    assert list(gate.submit(lambda _: count(1))) == [0]


def test_closing_the_iterator_withdraws(gate: Gate) -> None:
    withdrawn = threading.Event()

    def endless(signal: Signal) -> Iterator[int]:
        signal.call(withdrawn.set)
        while True:
            yield 1
            time.sleep(0.001)

    pieces = iter(gate.submit(endless))
    assert next(pieces) == 1
    pieces.close()  # type: ignore[attr-defined] # a generator
    assert withdrawn.wait(2)


def test_the_deadline_counts_from_submission() -> None:
    gate = Gate(size=4, deadline=0.15)
    work = Blocked()
    running, waiting = gate.submit(work), gate.submit(lambda _: count(1))
    for ticket in (running, waiting):
        with pytest.raises(DeadlineError):
            list(ticket)
    assert work.withdrawn.wait(2)
    gate.close()


def test_closing_tells_who_runs_and_who_waits() -> None:
    gate = Gate(size=4, deadline=5)
    work = Blocked()
    running, waiting = gate.submit(work), gate.submit(lambda _: count(1))
    assert work.started.wait(2)
    gate.close()
    for ticket in (running, waiting):
        with pytest.raises(CancelledError):
            list(ticket)
    with pytest.raises(CancelledError):
        gate.submit(lambda _: count(1))


def test_one_runs_at_a_time_under_a_storm_of_askers_and_withdrawals() -> None:
    gate = Gate(size=100, deadline=20)
    inside, most = 0, 0

    def work(_: Signal) -> Iterator[int]:
        nonlocal inside, most
        inside += 1
        most = max(most, inside)
        for number in range(3):
            time.sleep(0.0005)
            yield number
        inside -= 1

    answered: list[list[int]] = []

    def ask(number: int) -> None:
        ticket = gate.submit(work)
        if number % 3 == 0:
            ticket.cancel()
            return
        answered.append(list(ticket))

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(60)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    gate.close()
    assert answered == [[0, 1, 2]] * 40
    assert most <= 2  # a withdrawn one may leave between two pieces, before it counts itself out
