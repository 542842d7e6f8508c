"""Fits the confidence in what a search finds, on the tune half and on rehearsed questions, and the line of abstaining.

Logistic regression with a ridge (le Cessie and van Houwelingen 1992), solved by Newton's method. The line is the lowest
at which all but a few of the tune half's questions without an answer are declined, each by weights that were fitted
without it: a wrong answer costs more than a missing one.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from bot.answering.confidence import Calibration
from bot.answering.meaning import Meanings
from bot.errors import UsageError
from bot.evaluation.measure import run
from bot.evaluation.rehearsal import rehearse

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from bot.answering.meaning import Probe
    from bot.answering.pipeline import Answerer
    from bot.answering.signals import Signals
    from bot.answering.verify import SubjectsIn
    from bot.evaluation.dataset import Case
    from knowledge.ports import Embedder, Progress

_DECLINED = 0.93  # of the questions without an answer that a search finds something for
_REHEARSED = 0.3  # what a rehearsed question weighs; one of the tune half weighs 1
_RIDGE = 3.0
_STEPS = 60
_FOLDS = 8
_FEWEST = 20  # examples of each kind; fewer fit anything


def calibrate(
    cases: Sequence[Case], road: Answerer, subjects_in: SubjectsIn, embedder: Embedder, probe: Probe, progress: Progress
) -> tuple[Calibration, float]:
    """Return weights and line for the embeddings of `embedder` and the reading of `probe`, and what the line costs.

    That is the share of the rightly answered that it declines, of what a search answers, in cross-validation.
    """
    every = replace(
        road, calibration=replace(road.calibration, threshold=0.0), composer=replace(road.composer, model=None)
    )
    asked = replace(every, weigh=Meanings(embedder, probe).weigh)
    found: list[Signals] = []
    right: list[bool] = []
    hopeless: list[bool] = []
    for result in run([one for one in cases if one.half == "tune"], asked, subjects_in, progress):
        one = result.judgement
        searched = [signals for signals in result.signals if signals.values]
        if len(searched) == 1 and len(result.signals) == 1:
            found.append(searched[0])
            right.append(one.correct and one.case.expect == "answer")
            hopeless.append(one.case.expect == "abstain")
    if min(sum(right), len(right) - sum(right)) < _FEWEST:
        raise UsageError(f"{len(right)} questions of the tune half are answered by a search; too few to fit on.")
    rehearsed = list(rehearse(every, embedder, progress))
    design = np.concatenate([_columns(found), _columns([one.signals for one in rehearsed])])
    truth = np.array([*right, *(one.right for one in rehearsed)], float)
    weight = np.repeat([1.0, _REHEARSED], [len(found), len(rehearsed)])
    chances = _left_out(design, truth, weight, len(found))
    line = float(np.quantile(chances[np.array(hopeless)], _DECLINED))
    cost = float((chances[np.array(right)] < line).mean())
    weights = [round(float(one), 3) for one in _fit(design, truth, weight)]
    half = len(weights) // 2
    return Calibration(embedder.fingerprint, round(line, 3), tuple(weights[:half]), tuple(weights[half:])), cost


def _columns(found: Sequence[Signals]) -> NDArray[np.float64]:
    """Return a bias and the values of each search; then the same again where a name is asked about, else zeros."""
    values = np.array([(1.0, *one.values) for one in found])
    return np.hstack([values, values * np.array([[float(one.named)] for one in found])])


def _left_out(
    design: NDArray[np.float64], truth: NDArray[np.float64], weight: NDArray[np.float64], count: int
) -> NDArray[np.float64]:
    """Return the chance of each of the first `count` examples, by weights that were fitted without it."""
    folds = np.where(np.arange(len(truth)) < count, np.arange(len(truth)) % _FOLDS, -1)
    chances = np.zeros(count)
    for fold in range(_FOLDS):
        kept = folds != fold
        fitted = _fit(design[kept], truth[kept], weight[kept])
        chances[folds[:count] == fold] = 1 / (1 + np.exp(-design[~kept] @ fitted))
    return chances


def _fit(
    design: NDArray[np.float64], truth: NDArray[np.float64], weight: NDArray[np.float64] | None = None
) -> NDArray[np.float64]:
    """Return a weight for each column of `design` (examples x columns); the ridge is on columns of unit variance.

    `weight` says how much each example counts. Constant columns are biases and bear no ridge.
    """
    counts = np.ones(len(truth)) if weight is None else weight
    ridge = _RIDGE * np.diag(design.var(axis=0))
    weights = np.zeros(design.shape[1])
    for _ in range(_STEPS):
        chances = 1 / (1 + np.exp(-design @ weights))
        gradient = design.T @ (counts * (truth - chances)) - ridge @ weights
        curvature = (design.T * (counts * chances * (1 - chances))) @ design + ridge
        weights = weights + np.linalg.solve(curvature + 1e-9 * np.eye(len(ridge)), gradient)
    return weights
