"""Fits the confidence in what a search finds, on the tune half alone, and the line below which osai abstains.

Logistic regression with a ridge (le Cessie and van Houwelingen 1992), solved by Newton's method. The line is the lowest
at which all but a few of the questions without an answer are declined: a wrong answer costs more than a missing one.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from bot.answering.confidence import SIGNALS, Calibration
from bot.errors import UsageError
from bot.evaluation.measure import run

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from bot.answering.pipeline import Answerer
    from bot.answering.signals import Signals
    from bot.answering.verify import SubjectsIn
    from bot.evaluation.dataset import Case
    from knowledge.ports import Progress

_DECLINED = 0.94  # of the questions without an answer that a search finds something for
_RIDGE = 0.02
_STEPS = 60
_FEWEST = 20  # examples of each kind; fewer fit anything


def calibrate(
    cases: Sequence[Case], road: Answerer, subjects_in: SubjectsIn, embedder: str, progress: Progress
) -> Calibration:
    """Return weights and line for the embeddings with the fingerprint `embedder`, fitted on the tune cases."""
    every = replace(
        road, calibration=replace(road.calibration, threshold=0.0), composer=replace(road.composer, model=None)
    )
    found: list[Signals] = []
    right: list[bool] = []
    hopeless: list[bool] = []
    for result in run([one for one in cases if one.half == "tune"], every, subjects_in, progress):
        one = result.judgement
        searched = [signals for signals in result.signals if signals.on_topic]
        if len(searched) == 1 and len(result.signals) == 1:
            found.append(searched[0])
            right.append(one.correct and one.case.expect == "answer")
            hopeless.append(one.case.expect == "abstain")
    if min(sum(right), len(right) - sum(right)) < _FEWEST:
        raise UsageError(f"{len(right)} questions of the tune half are answered by a search; too few to fit on.")
    features = np.array([[getattr(one, name) for name in SIGNALS] for one in found])
    weights = _fit(features, np.array(right, float))
    chances = 1 / (1 + np.exp(-(weights[0] + features @ weights[1:])))
    line = float(np.quantile(chances[np.array(hopeless)], _DECLINED))
    return Calibration(embedder, *(round(float(one), 3) for one in (*weights, line)))


def _fit(features: NDArray[np.float64], right: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the bias and a weight for each column of `features` (examples x signals)."""
    design = np.column_stack([np.ones(len(features)), features])
    ridge = _RIDGE * len(features) * np.diag([0.0, *features.var(axis=0)])
    weights = np.zeros(design.shape[1])
    for _ in range(_STEPS):
        chances = 1 / (1 + np.exp(-design @ weights))
        gradient = design.T @ (right - chances) - ridge @ weights
        curvature = (design.T * (chances * (1 - chances))) @ design + ridge
        weights = weights + np.linalg.solve(curvature, gradient)
    return weights
