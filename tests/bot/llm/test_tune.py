import json
import threading
import time
from pathlib import Path

import pytest

from bot.llm import tune as tuning
from bot.llm.tune import Threads, default_threads, recall, remember, tune
from knowledge.ports import silent


class Scripted:
    """A model whose speed with each number of threads is known: seconds a token of prefill, and of generation."""

    def __init__(self, prefill: dict[int, float], generation: dict[int, float], *, real: bool = False) -> None:
        self.prefill, self.generation, self.real = prefill, generation, real
        self.threads = Threads(1, 1)
        self.evaluated = 0

    def set_threads(self, threads: Threads) -> None:
        self.threads = threads

    def tokenize(self, text: str) -> list[int]:
        return list(range(8))

    def timings(self, tokens: list[int], most: int) -> tuple[float, float]:
        self.evaluated += len(tokens)
        seconds = len(tokens) * self.prefill[self.threads.prefill], most * self.generation[self.threads.generation]
        if self.real:
            time.sleep(sum(seconds))
        return seconds


@pytest.fixture
def four_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tuning, "cores", lambda: 4)
    monkeypatch.setattr("psutil.cpu_count", lambda logical: 4)


@pytest.mark.usefixtures("four_cores")
def test_prefill_and_generation_get_their_own_threads() -> None:
    engine = Scripted({1: 0.009, 2: 0.005, 4: 0.003}, {1: 0.02, 2: 0.015, 4: 0.3})
    found = tune(engine, silent)
    assert found.threads == Threads(4, 2) == engine.threads
    assert (found.prefill_seconds, found.generation_seconds) == pytest.approx((0.003, 0.015))
    assert found.seconds == pytest.approx(128 * 0.003 + 48 * 0.015)


@pytest.mark.usefixtures("four_cores")
def test_cores_that_bring_nothing_are_left_to_others() -> None:
    engine = Scripted({1: 0.00400, 2: 0.00390, 4: 0.00385}, {1: 0.0200, 2: 0.0199, 4: 0.0198})
    assert tune(engine, silent).threads == Threads(1, 1)


@pytest.mark.usefixtures("four_cores")
def test_generation_leaves_one_core_to_the_rest_of_the_machine() -> None:
    engine = Scripted({1: 0.008, 2: 0.004, 4: 0.002}, {1: 0.08, 2: 0.04, 4: 0.02})
    assert tune(engine, silent).threads == Threads(4, 2)


@pytest.mark.usefixtures("four_cores")
def test_a_slow_model_is_measured_with_less() -> None:
    """A prompt of 8 billion weights takes seconds a token on a small machine; tuning must not take minutes."""
    engine = Scripted({1: 0.8, 2: 0.4, 4: 0.2}, {1: 1.0, 2: 0.6, 4: 0.4})
    assert tune(engine, silent).threads == Threads(4, 2)
    assert engine.evaluated <= 16 * (2 + 3 * tuning._ROUNDS)


@pytest.mark.usefixtures("four_cores")
def test_tuning_stops_when_its_time_is_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tuning, "_BUDGET", 0.01)
    engine = Scripted(dict.fromkeys((1, 2, 4), 0.001), dict.fromkeys((1, 2, 4), 0.001), real=True)
    tune(engine, silent)
    assert engine.evaluated == 2 * 16 + 3 * 128


def test_default_threads_are_within_the_cores_of_this_process() -> None:
    assert 1 <= default_threads().generation <= default_threads().prefill <= tuning.cores()


def test_what_is_kept_is_found_again_and_damage_counts_as_empty(tmp_path: Path) -> None:
    file = tmp_path / "sub" / "tuning.json"
    remember(file, "a", {"x": 1})
    remember(file, "b", [2])
    assert (recall(file, "a"), recall(file, "b"), recall(file, "c")) == ({"x": 1}, [2], None)
    for damage in ("{ not json", "[1, 2]", "\x00"):
        file.write_text(damage)
        assert recall(file, "a") is None
    remember(file, "d", 4)
    assert json.loads(file.read_text()) == {"d": 4}


def test_those_who_keep_at_once_lose_nothing(tmp_path: Path) -> None:
    file = tmp_path / "tuning.json"
    threads = [threading.Thread(target=remember, args=(file, f"k{n}", n)) for n in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert json.loads(file.read_text()) == {f"k{n}": n for n in range(16)}


def test_a_folder_that_cannot_be_written_keeps_nothing_and_breaks_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    remember(tmp_path / "file" / "tuning.json", "a", 1)
    assert recall(tmp_path / "file" / "tuning.json", "a") is None
