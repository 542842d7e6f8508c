"""Turns the signals of a search into the chance that its evidence answers the question, and draws the line.

The weights are those of a logistic regression, fitted by `osai eval --calibrate`. They hold for the embeddings they
were fitted with: for others there are none, and nothing is guessed.
"""

from __future__ import annotations

import math
import tomllib
from dataclasses import dataclass
from importlib.resources import files
from typing import TYPE_CHECKING

from bot.answering.signals import SIGNALS
from bot.errors import OsaiError

if TYPE_CHECKING:
    from bot.answering.signals import Signals


@dataclass(frozen=True, slots=True)
class Calibration:
    """The weights of the signals, and the confidence (0 to 1) below which nothing is answered.

    `weights` has a bias and a weight for each of SIGNALS; `named` what is added to them where a license or model is
    named. `embedder` is the fingerprint of the embeddings they were fitted with.
    """

    embedder: str
    threshold: float
    weights: tuple[float, ...]
    named: tuple[float, ...]

    def confidence(self, signals: Signals) -> float:
        """Return the chance that the evidence answers the question; 0 where there is none."""
        if not signals.values:
            return 0.0
        values = (1.0, *signals.values)
        logit = sum(weight * value for weight, value in zip(self.weights, values, strict=True))
        if signals.named:
            logit += sum(weight * value for weight, value in zip(self.named, values, strict=True))
        return 1 / (1 + math.exp(-logit))


def load_calibration(embedder: str) -> Calibration:
    """Return the weights for the embeddings with this fingerprint; OsaiError where none were fitted."""
    row = tomllib.loads(files("bot.answering").joinpath("confidence.toml").read_text(encoding="utf-8"))
    if row["embedder"] != embedder:
        raise OsaiError(
            f"The thresholds of abstaining were fitted for the embeddings {row['embedder']}, not for {embedder}.",
            hint="Fit them with `osai eval --calibrate bot/answering`.",
        )
    columns = ("bias", *SIGNALS)
    both = (tuple(float(row[table][name]) for name in columns) for table in ("weights", "named"))
    return Calibration(embedder, float(row["threshold"]), *both)
