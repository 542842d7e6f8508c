import threading
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import suppress

import pytest

from bot.errors import CancelledError, DeadlineError, QueueFullError
from bot.llm.gate import Gate, Signal, Ticket


@pytest.fixture
def gate() -> Iterator[Gate]:
    gate = Gate(size=2, deadline=5)
    yield gate
    gate.close()


def count(to: int) -> Generator[int, None, None]:
    yield from range(to)


class Blocked:
    """Work that holds the worker until it is released or withdrawn."""

    def __init__(self) -> None:
        self.started, self.release, self.withdrawn = threading.Event(), threading.Event(), threading.Event()

    def __call__(self, signal: Signal) -> Generator[str, None, None]:
        signal.call(self.withdrawn.set)
        self.started.set()
        while not self.release.is_set() and not signal:
            time.sleep(0.005)
        yield "done"


class Endless:
    """Work that yields until nobody wants it."""

    def __init__(self) -> None:
        self.started, self.withdrawn, self.ended = threading.Event(), threading.Event(), threading.Event()

    def __call__(self, signal: Signal) -> Generator[int, None, None]:
        signal.call(self.withdrawn.set)
        self.started.set()
        try:
            while True:
                yield 1
                time.sleep(0.001)
        finally:
            self.ended.set()


def test_pieces_come_in_order(gate: Gate) -> None:
    assert list(gate.submit(lambda _: count(5))) == [0, 1, 2, 3, 4]


def test_an_error_of_the_work_reaches_the_asker_and_the_next_is_served(gate: Gate) -> None:
    def fail(_: Signal) -> Generator[int, None, None]:
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
    running = gate.submit(first)
    assert first.started.wait(2)
    waiting = [gate.submit(lambda _: count(1)) for _ in range(2)]
    with pytest.raises(QueueFullError, match="2 questions"):
        gate.submit(lambda _: count(1))
    first.release.set()
    assert list(running) == ["done"]
    assert [list(ticket) for ticket in waiting] == [[0], [0]]


def test_the_one_that_is_served_next_takes_no_waiting_place() -> None:
    """An idle gate of size 1 takes two at once, however slowly its worker wakes up."""
    for _ in range(50):
        gate = Gate(size=1, deadline=5)
        first, second = gate.submit(lambda _: count(1)), gate.submit(lambda _: count(1))
        assert (list(first), list(second)) == ([0], [0])
        gate.close()


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
    work = Endless()
    pieces = gate.submit(work)
    assert next(pieces) == 1
    pieces.close()
    assert work.withdrawn.wait(2)
    assert not list(pieces)


@pytest.mark.parametrize("leave", [lambda ticket: ticket.close(), lambda ticket: None], ids=["closed", "let go"])
def test_what_is_left_before_its_first_piece_never_runs(gate: Gate, leave: Callable[[Ticket[int]], None]) -> None:
    ran = threading.Event()

    def work(_: Signal) -> Generator[int, None, None]:
        ran.set()
        yield 1

    first = Blocked()
    blocked = gate.submit(first)
    assert first.started.wait(2)
    leave(gate.submit(work))
    first.release.set()
    assert list(blocked) == ["done"]
    assert list(gate.submit(lambda _: count(1))) == [0]
    assert not ran.is_set()


def test_letting_go_of_a_loop_withdraws(gate: Gate) -> None:
    work = Endless()
    for _ in gate.submit(work):
        break
    assert work.withdrawn.wait(2)


def test_another_thread_can_withdraw_for_one_that_waits(gate: Gate) -> None:
    """As a button in Discord does, while a thread waits for the next piece."""
    ticket = gate.submit(Blocked())
    threading.Timer(0.05, ticket.cancel).start()
    with pytest.raises(CancelledError):
        next(ticket)


def test_late_work_ends_though_nobody_takes_its_pieces() -> None:
    gate = Gate(size=4, deadline=0.1)
    running, expired = Endless(), Endless()
    tickets = gate.submit(running), gate.submit(expired)
    assert running.ended.wait(2)
    time.sleep(0.05)
    assert not expired.started.is_set()
    with pytest.raises(DeadlineError, match=r"0\.1 seconds"):
        list(tickets[1])
    gate.close()


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
        with pytest.raises(CancelledError, match="shutting down"):
            list(ticket)
    with pytest.raises(CancelledError, match="shutting down"):
        gate.submit(lambda _: count(1))
    gate.close()


def test_one_runs_at_a_time_under_a_storm_of_askers_and_withdrawals() -> None:
    """Withdrawals fall before, during and after the work; none may leave two inside, or hurt those who stay."""
    gate = Gate(size=100, deadline=20)
    inside: list[int] = []
    answered: list[list[int]] = []

    def work(_: Signal) -> Generator[int, None, None]:
        inside.append(len(inside))
        try:
            for number in range(3):
                time.sleep(0.0005)
                yield number
        finally:
            inside.pop()
            crowded.append(len(inside))

    crowded: list[int] = []

    def ask(number: int) -> None:
        ticket = gate.submit(work)
        if number % 3 == 0:
            time.sleep(number * 0.001)
            ticket.cancel()
        else:
            answered.append(list(ticket))

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(60)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    gate.close()
    assert answered == [[0, 1, 2]] * 40
    assert set(crowded) == {0}


def test_a_withdrawal_that_races_with_the_end_hurts_nobody() -> None:
    gate = Gate(size=2, deadline=5)
    for _ in range(300):
        ticket = gate.submit(lambda _: count(1))
        thread = threading.Thread(target=ticket.cancel)
        thread.start()
        with suppress(CancelledError):
            assert list(ticket) == [0]
        thread.join()
    assert list(gate.submit(lambda _: count(2))) == [0, 1]
    gate.close()
