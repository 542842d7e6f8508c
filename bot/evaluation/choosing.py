"""Fits how much each feature of a statement speaks for its carrying the answer, on the tune half alone.

Listwise: the chance that a softmax over all statements that were found gives to those that carry the facts, each as
much as it carries, is made as high as a ridge allows (ListNet, Cao et al. 2007), by gradient descent with momentum.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from bot.answering.fitness import FEATURES, Fitness
from bot.answering.question import understand
from bot.errors import UsageError
from bot.evaluation.judge import meets

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from bot.answering.pipeline import Answerer
    from bot.evaluation.dataset import Case
    from knowledge.ports import Progress

_RIDGE = 0.01
_STEPS = 400
_RATE, _MOMENTUM = 0.15, 0.9
_FEWEST = 50  # questions; fewer fit anything
_FOLDS = 5


@dataclass(frozen=True, slots=True)
class _Found:
    """What was found for one question: features (candidates x columns), and the share of the facts that each has."""

    case: str
    features: NDArray[np.float64]
    shares: NDArray[np.float64]


def choose(cases: Sequence[Case], road: Answerer, progress: Progress) -> tuple[Fitness, float]:
    """Return the weights fitted on the tune cases, and how often the first statement is right in cross-validation.

    Raises UsageError where too few questions have a statement that carries a fact.
    """
    found = list(_gather([one for one in cases if one.half == "tune" and one.facts], road, progress))
    if len(found) < _FEWEST:
        raise UsageError(f"{len(found)} questions of the tune half find a statement with their facts; too few to fit.")
    ids = sorted({one.case for one in found})
    fold = {case: place % _FOLDS for place, case in enumerate(ids)}
    right: list[float] = []
    for part in range(_FOLDS):
        weights = _fit([one for one in found if fold[one.case] != part])
        left_out = [one for one in found if fold[one.case] == part]
        right += [one.shares[np.argmax(one.features @ weights)] for one in left_out]
    weights = _fit(found)
    rounded = {name: round(float(one), 3) for name, one in zip(FEATURES, weights, strict=True)}
    return Fitness(road.embedder.fingerprint, rounded), float(np.mean(right))


def _gather(cases: Sequence[Case], road: Answerer, progress: Progress) -> Iterable[_Found]:
    for place, case in enumerate(cases):
        progress("Searching", place, len(cases))
        *earlier, last = case.asked
        before = road.recall(earlier)
        for query in understand(road.mend(last), road.names, before.query if before else None, road.weigh):
            ranking, _ = road.searcher.ranking(query)
            shares = np.array([_share(case, item.statement.text) for item in ranking.items])
            if not query.premise and shares.any():
                yield _Found(case.id, ranking.features, shares)
    progress("Searching", len(cases), len(cases))


def _share(case: Case, text: str) -> float:
    return sum(meets([group], text) for group in case.facts) / len(case.facts)


def _fit(found: Sequence[_Found]) -> NDArray[np.float64]:
    """Return a weight for each column of features as they are; the ridge is on columns scaled to unit variance."""
    columns = np.concatenate([one.features for one in found])
    mean, spread = columns.mean(0), columns.std(0) + 1e-9
    design, shares = (columns - mean) / spread, np.concatenate([one.shares for one in found])
    starts = np.cumsum([0, *(len(one.shares) for one in found[:-1])])
    owner = np.repeat(np.arange(len(found)), [len(one.shares) for one in found])
    weights, step = np.zeros(len(FEATURES)), np.zeros(len(FEATURES))
    for _ in range(_STEPS):
        fits = design @ weights
        chances = _normalized(np.exp(fits - np.maximum.reduceat(fits, starts)[owner]), starts, owner)
        wanted = _normalized(chances * shares, starts, owner)
        slope = design.T @ (chances - wanted) / len(found) + _RIDGE * weights
        step = _MOMENTUM * step - _RATE * slope
        weights = weights + step
    return np.asarray(weights / spread)


def _normalized(
    values: NDArray[np.float64], starts: NDArray[np.int64], owner: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Return the values over the sum of their question's."""
    return np.asarray(values / (np.add.reduceat(values, starts)[owner] + 1e-12))
