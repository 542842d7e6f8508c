"""Shows how far a long task has come: bars on a terminal, one line a task elsewhere. Always on stderr."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.progress import Progress as Bars
    from rich.progress import TaskID

    from knowledge.ports import Progress


@contextmanager
def show_progress() -> Iterator[Progress]:
    """Yield a reporter that draws a bar with the time left for each task it hears of."""
    if not sys.stderr.isatty():
        yield _plain()
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bars:
        yield _drawn(bars)


def _plain() -> Progress:
    told: set[str] = set()

    def report(task: str, done: int, total: int) -> None:  # noqa: ARG001 - the port's signature
        if task not in told:
            told.add(task)
            print(f"{task} ...", file=sys.stderr, flush=True)

    return report


def _drawn(bars: Bars) -> Progress:
    tasks: dict[str, TaskID] = {}

    def report(task: str, done: int, total: int) -> None:
        if task not in tasks:
            tasks[task] = bars.add_task(task, total=total)
        bars.update(tasks[task], completed=done, total=total)

    return report
