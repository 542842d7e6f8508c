"""Measures once, on this machine and for this model, how many threads serve best, and keeps the result.

Prefill and generation are measured apart: on two busy cores prefill wants both and generation wants one.
"""

from __future__ import annotations

import json
import os
import platform
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import psutil

if TYPE_CHECKING:
    from bot.llm.in_process import Engine
    from knowledge.ports import Progress

_PREFILL, _GENERATE = 128, 16  # tokens a measurement: under a second each on a slow machine
_ROUNDS = 2


@dataclass(frozen=True, slots=True)
class Threads:
    """Threads for evaluating a prompt and for writing token by token."""

    prefill: int
    generation: int


@dataclass(frozen=True, slots=True)
class Tuning:
    """The best threads, and the seconds that `tokens` took with them."""

    threads: Threads
    prefill_seconds: float
    generation_seconds: float

    @property
    def seconds(self) -> float:
        """A typical answer: a prompt of 128 tokens without reuse, and 48 tokens written."""
        return self.prefill_seconds + 3 * self.generation_seconds


def default_threads() -> Threads:
    """Return what is tried before anything is measured."""
    cores = psutil.cpu_count(logical=False) or os.cpu_count() or 1
    return Threads(cores, max(1, cores // 2))


def tune(engine: Engine, progress: Progress) -> Tuning:
    """Return the fastest threads of a few candidates, each measured twice, the better time counting."""
    cores = os.cpu_count() or 1
    candidates = sorted({1, max(1, cores // 2), psutil.cpu_count(logical=False) or cores, cores})
    tokens = (engine.tokenize("Open weights are not open source. ") * _PREFILL)[:_PREFILL]
    times: dict[int, tuple[float, float]] = {}
    for number, count in enumerate(candidates):
        progress("Measuring threads, once", number, len(candidates))
        engine.set_threads(Threads(count, count))
        rounds = [engine.timings(tokens, _GENERATE) for _ in range(_ROUNDS)]
        times[count] = (min(one[0] for one in rounds), min(one[1] for one in rounds))
    progress("Measuring threads, once", len(candidates), len(candidates))
    prefill = min(candidates, key=lambda count: times[count][0])
    generation = min(candidates, key=lambda count: times[count][1])
    threads = Threads(prefill, generation)
    engine.set_threads(threads)
    return Tuning(threads, times[prefill][0], times[generation][1])


def machine() -> str:
    """Name what a measurement holds for: the processor, its cores, and llama.cpp's version."""
    from importlib.metadata import version

    return f"{_processor()}/{os.cpu_count()}/{version('llama-cpp-python')}"


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        return next(line.split(":", 1)[1].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor() or platform.machine()


def remember(file: Path, key: str, value: object) -> None:
    """Keep a value under a key."""
    kept = _read(file)
    kept[key] = value
    file.parent.mkdir(parents=True, exist_ok=True)
    part = file.with_suffix(f".{os.getpid()}.part")
    part.write_text(json.dumps(kept, indent=1))
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
