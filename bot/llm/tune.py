"""Measures once, on this machine and for this model, how many threads serve best, and keeps the result.

Prefill and generation are measured apart: on two busy cores prefill wants both and generation wants one. Generation
never gets every core, however fast that was: its threads wait for each other hundreds of times a token, so that another
program on one of the cores would hold up all. Takes a few seconds on any model, by measuring less of a slow one.
"""

from __future__ import annotations

import json
import os
import platform
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import psutil
from filelock import FileLock

if TYPE_CHECKING:
    from collections.abc import Sequence

    from knowledge.ports import Progress

_PREFILL, _GENERATE = 128, 16  # tokens a measurement at most, and
_PROBE, _WORDS = 16, 2  # at least: what is tried first, to learn how slow the model is
_SECONDS = 0.3  # a measurement of either, about
_BUDGET = 2.5  # seconds after which no further round begins
_ROUNDS = 3
_WORTH = 0.95  # more threads must take so much of the time of fewer, or they are left to others
_BUSY = 25.0  # percent of the machine that others take, above which a measurement is not the last word
_TASK = "Measuring threads, once"


@dataclass(frozen=True, slots=True)
class Threads:
    """Threads for evaluating a prompt and for writing token by token."""

    prefill: int
    generation: int


@dataclass(frozen=True, slots=True)
class Tuning:
    """The best threads, and the seconds that one token took with them."""

    threads: Threads
    prefill_seconds: float
    generation_seconds: float

    @property
    def seconds(self) -> float:
        """A typical answer: a prompt of 128 tokens without reuse, and 48 tokens written."""
        return 128 * self.prefill_seconds + 48 * self.generation_seconds


class Measurable(Protocol):
    """What is tuned."""

    def set_threads(self, threads: Threads) -> None:
        """Use these numbers of threads from now on."""

    def tokenize(self, text: str) -> list[int]:
        """Return the tokens of plain text."""

    def timings(self, tokens: list[int], most: int) -> tuple[float, float]:
        """Return the seconds of a fresh prefill of the tokens, and those of generating `most` after it."""


def cores() -> int:
    """Return how many cores this process may use."""
    affinity = getattr(os, "sched_getaffinity", None)  # containers are often given fewer than there are; not on macOS
    return len(affinity(0)) if affinity else os.cpu_count() or 1


def busy() -> bool:
    """Return whether the machine has other work; looks for a fifth of a second."""
    return psutil.cpu_percent(interval=0.2) > _BUSY


def default_threads() -> Threads:
    """Return what is tried before anything is measured."""
    physical = min(cores(), psutil.cpu_count(logical=False) or cores())
    return Threads(physical, max(1, physical // 2))


def tune(engine: Measurable, progress: Progress) -> Tuning:
    """Return the fastest threads of a few candidates, and leave the engine with them.

    Each is measured several times in turn, the best time counting: what a busy host adds falls on all alike.
    """
    physical = default_threads().prefill
    candidates = sorted({1, max(1, cores() // 2), physical, cores()})
    prompt, written = _effort(engine)
    times: dict[int, list[tuple[float, float]]] = {count: [] for count in candidates}
    start = time.monotonic()
    for turn in range(_ROUNDS):
        progress(_TASK, turn, _ROUNDS)
        for count in candidates:
            engine.set_threads(Threads(count, count))
            times[count].append(engine.timings(prompt, written))
        if time.monotonic() - start > _BUDGET:
            break
    progress(_TASK, _ROUNDS, _ROUNDS)
    prefill = {count: min(one[0] for one in found) / len(prompt) for count, found in times.items()}
    generation = {count: min(one[1] for one in found) / written for count, found in times.items()}
    shared = {count: seconds for count, seconds in generation.items() if count <= max(1, cores() - 1)}
    threads = Threads(_fewest(prefill), _fewest(shared))
    engine.set_threads(threads)
    return Tuning(threads, prefill[threads.prefill], generation[threads.generation])


def _effort(engine: Measurable) -> tuple[list[int], int]:
    """Return a prompt, and how many tokens to write after it, that take about `_SECONDS` each."""
    tokens = (engine.tokenize("Open weights are not open source. ") * _PREFILL)[:_PREFILL]
    engine.timings(tokens[:_PROBE], 1)  # the first run reads the weights from the disk
    prefill, generation = engine.timings(tokens[:_PROBE], _WORDS)
    prompt = round(_SECONDS * _PROBE / prefill)
    written = round(_SECONDS * _WORDS / generation)
    return tokens[: max(_PROBE, prompt)], min(_GENERATE, max(_WORDS, written))


def _fewest(times: dict[int, float]) -> int:
    """Return the smallest number of threads that no larger one beats by enough to be worth its cores."""
    counts: Sequence[int] = sorted(times)
    best = counts[0]
    for count in counts[1:]:
        if times[count] < _WORTH * times[best]:
            best = count
    return best


def machine() -> str:
    """Name what a measurement holds for: the processor, its cores, and llama.cpp's version."""
    from importlib.metadata import version

    return f"{_processor()}, {cores()} cores, llama-cpp-python {version('llama-cpp-python')}"


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        return next(line.split(":", 1)[1].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor() or platform.machine()


def remember(file: Path, key: str, value: object) -> None:
    """Keep a value under a key. Where nothing can be written it is measured anew the next time."""
    with suppress(OSError):
        file.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(file.with_name(f".{file.name}.lock")):
            part = file.with_suffix(".part")
            part.write_text(json.dumps(_read(file) | {key: value}, indent=1))
            part.replace(file)


def recall(file: Path, key: str) -> object:
    """Return what was kept under a key, or None; a damaged file counts as empty."""
    return _read(file).get(key)


def _read(file: Path) -> dict[str, object]:
    try:
        kept = json.loads(file.read_text())
    except (OSError, ValueError):
        return {}
    return kept if isinstance(kept, dict) else {}
