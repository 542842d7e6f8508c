"""What was fitted is written to the files that the road reads, and a folder that cannot be written is told."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING

import pytest

from bot.answering.confidence import load_calibration
from bot.answering.fitness import FEATURES, load_fitness
from bot.answering.list_kinds import load_list_probe
from bot.answering.meaning import load_probe
from bot.answering.signals import SIGNALS, Signals
from bot.errors import UsageError
from bot.evaluation.fitted import save

if TYPE_CHECKING:
    from pathlib import Path

    from bot.app import App


def test_the_files_hold_every_weight(app: App, tmp_path: Path) -> None:
    lists = load_list_probe(app.embedder.fingerprint)
    kept = load_probe(app.embedder.fingerprint), lists, load_fitness(app.embedder.fingerprint)
    calibration = load_calibration(app.embedder.fingerprint)
    save(tmp_path, *kept, calibration)
    fitness = tomllib.loads((tmp_path / "fitness.toml").read_text("utf-8"))
    confidence = tomllib.loads((tmp_path / "confidence.toml").read_text("utf-8"))
    assert set(fitness["weights"]) == set(FEATURES)
    assert tuple(confidence["named"].values()) == calibration.named
    assert list(confidence["weights"]) == ["bias", *SIGNALS]
    with pytest.raises(UsageError, match="cannot be written"):
        save(tmp_path / "nowhere", *kept, calibration)


def test_confidence_is_a_chance_and_none_without_evidence(app: App) -> None:
    calibration = load_calibration(app.embedder.fingerprint)
    assert calibration.confidence(Signals()) == 0.0
    plain = Signals(tuple(0.5 for _ in SIGNALS))
    assert 0 < calibration.confidence(plain) < 1
