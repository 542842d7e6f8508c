"""Turns the signals of a search into the chance that its evidence answers the question, and draws the line.

The weights are those of a logistic regression, fitted on the tune half of the question set by `osai eval --calibrate`.
They hold for the embeddings they were fitted with: for others there are none, and nothing is guessed.
"""

from __future__ import annotations

import math
import tomllib
from dataclasses import dataclass
from importlib.resources import files
from typing import TYPE_CHECKING

from bot.errors import OsaiError

if TYPE_CHECKING:
    from bot.answering.signals import Signals

SIGNALS = ("score", "likeness", "similarity", "coverage", "nearness", "strange", "beyond", "named")


@dataclass(frozen=True, slots=True)
class Calibration:
    """The weight of each signal, and the confidence (0 to 1) below which nothing is answered.

    `embedder` is the fingerprint of the embeddings the weights were fitted with.
    """

    embedder: str
    bias: float
    score: float
    likeness: float
    similarity: float
    coverage: float
    nearness: float
    strange: float
    beyond: float
    named: float
    threshold: float

    def confidence(self, signals: Signals) -> float:
        """Return the chance that the evidence answers the question; 0 where it speaks of something else."""
        if not signals.on_topic:
            return 0.0
        logit = self.bias + sum(getattr(self, name) * getattr(signals, name) for name in SIGNALS)
        return 1 / (1 + math.exp(-logit))


def load_calibration(embedder: str) -> Calibration:
    """Return the weights for the embeddings with this fingerprint; OsaiError where none were fitted."""
    row = tomllib.loads(files("bot.answering").joinpath("confidence.toml").read_text(encoding="utf-8"))
    found = Calibration(**row)
    if found.embedder != embedder:
        raise OsaiError(
            f"The thresholds of abstaining were fitted for the embeddings {found.embedder}, not for {embedder}.",
            hint="Fit them with `osai eval --calibrate bot/answering/confidence.toml`.",
        )
    return found
