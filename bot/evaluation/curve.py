"""Draws how the share of wrong answers falls when only the most confident are given: the risk-coverage curve.

Method: El-Yaniv and Wiener 2010. Questions without an answer count as wrong where they are answered.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from bot.errors import OsaiError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from bot.evaluation.measure import Result

_SIZE = (6.4, 4.0)  # inches


def risk_coverage(results: Sequence[Result]) -> list[tuple[float, float]]:
    """Return (coverage, risk) after each answer given, the most confident first; coverage is of all questions."""
    given = sorted((one for one in results if not one.judgement.answer.abstained), key=lambda one: -one.confidence)
    wrong = np.cumsum([not one.judgement.correct for one in given])
    return [(place / len(results), float(count) / place) for place, count in enumerate(wrong, 1)]


def draw(runs: Mapping[str, Sequence[Result]], path: Path) -> None:
    """Write the curves of the runs as a PNG; OsaiError where matplotlib is missing."""
    try:
        from matplotlib.figure import Figure
    except ImportError as error:
        raise OsaiError(
            "The risk-coverage curve is drawn with matplotlib.", hint="pip install 'osai-bot[report]'"
        ) from error
    figure = Figure(figsize=_SIZE, layout="constrained")
    axes = figure.add_subplot()
    for name, results in runs.items():
        points = risk_coverage(results)
        axes.step([one for one, _ in points], [two for _, two in points], where="post", label=name)
    axes.set(xlabel="share of all questions answered", ylabel="share of those answered wrongly", xlim=(0, 1))
    axes.set_ylim(bottom=0)
    axes.grid(alpha=0.3)
    axes.legend()
    figure.savefig(path, dpi=150)
