"""Writes what was fitted to the files that the road reads at its start."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from bot.answering.signals import SIGNALS
from bot.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from bot.answering.confidence import Calibration
    from bot.answering.fitness import Fitness
    from bot.answering.list_kinds import ListProbe
    from bot.answering.meaning import Probe

_HEAD = "# Fitted by `osai eval --calibrate`. Do not edit by hand.\n"


def save(folder: Path, probe: Probe, lists: ListProbe, fitness: Fitness, calibration: Calibration) -> None:
    """Write the two .npz and two .toml files of what was fitted into a folder; UsageError where that cannot be done."""
    columns = ("bias", *SIGNALS)
    line = {"embedder": calibration.embedder, "threshold": calibration.threshold}
    tables = {
        "weights": dict(zip(columns, calibration.weights, strict=True)),
        "named": dict(zip(columns, calibration.named, strict=True)),
    }
    try:
        probe.save(folder / "meaning.npz")
        lists.save(folder / "lists.npz")
        (folder / "fitness.toml").write_text(
            _toml({"embedder": fitness.embedder}, {"weights": fitness.weights}), "utf-8"
        )
        (folder / "confidence.toml").write_text(_toml(line, tables), "utf-8")
    except OSError as error:
        raise UsageError(f"What was fitted cannot be written: {error}", hint="Name another folder.") from error


def _toml(head: Mapping[str, object], tables: Mapping[str, Mapping[str, float]]) -> str:
    parts = [_HEAD + _rows(head), *(f"\n[{name}]\n{_rows(rows)}" for name, rows in tables.items())]
    return "".join(parts)


def _rows(rows: Mapping[str, object]) -> str:
    return "".join(f"{name} = {json.dumps(value)}\n" for name, value in rows.items())
