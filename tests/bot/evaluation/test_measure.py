"""Shares, intervals, curves and fits are what they are said to be."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pytest

from bot.answering.answer import Answer, Timings
from bot.evaluation.calibrate import _fit
from bot.evaluation.curve import draw, risk_coverage
from bot.evaluation.dataset import Case
from bot.evaluation.judge import Judgement
from bot.evaluation.measure import Result, _gain, summary
from bot.evaluation.report import markdown, table

if TYPE_CHECKING:
    from pathlib import Path

CASE = {"id": "a", "kind": "date", "question": "When?", "source": "s", "facts": [["May"]]}


def _result(*, correct: bool, abstained: bool = False, expect: str = "answer", confidence: float = 1.0) -> Result:
    case = Case.model_validate({**CASE, "expect": expect})
    answer = Answer("q", "text", abstained, "quotes", "m", (), Timings(1, 1, 1000))
    return Result(Judgement(case, answer, correct, False, 1, 1, 1, 1, ()), (1,), True, confidence)


def test_the_summary_counts() -> None:
    results = [_result(correct=True)] * 3 + [_result(correct=False, abstained=True)]
    results += [_result(correct=True, abstained=True, expect="abstain")]
    shares = summary(results)
    assert shares["fact correct"].value == pytest.approx(0.75)
    assert shares["false abstention"].value == pytest.approx(0.25)
    assert shares["abstention recall"].value == 1.0
    assert shares["abstention precision"].value == pytest.approx(0.5)
    assert shares["fact correct"].low <= 0.75 <= shares["fact correct"].high


def test_a_share_of_nothing_is_no_number() -> None:
    assert math.isnan(summary([_result(correct=True)])["abstention recall"].value)


@pytest.mark.parametrize(("ranks", "gain"), [((1,), 1.0), ((), 0.0), ((3,), 0.5), ((1, 2), 1.0)])
def test_the_gain_of_ranks(ranks: tuple[int, ...], gain: float) -> None:
    assert _gain(ranks) == pytest.approx(gain)


def test_risk_falls_to_the_most_confident() -> None:
    results = [_result(correct=True, confidence=0.9), _result(correct=False, confidence=0.2)]
    results.append(_result(correct=False, abstained=True))
    points = risk_coverage(results)
    assert [risk for _, risk in points] == [0.0, 0.5]
    assert [coverage for coverage, _ in points] == pytest.approx([1 / 3, 2 / 3])


def test_the_curve_is_a_picture(tmp_path: Path) -> None:
    draw({"osai": [_result(correct=True), _result(correct=False, confidence=0.5)]}, tmp_path / "curve.png")
    assert (tmp_path / "curve.png").read_bytes().startswith(b"\x89PNG")


def test_the_report_shows_every_run_and_measure() -> None:
    runs = {"osai": [_result(correct=True)], "naive": [_result(correct=False)]}
    text = markdown(runs, "tune", "a model", "curve.png")
    assert "| measure | osai | naive |" in text
    assert "| fact correct | 1.000 [1.000, 1.000] | 0.000 [0.000, 0.000] |" in text
    assert "![Risk and coverage](curve.png)" in text
    assert any(line.startswith("fact correct") and "1.000" in line and "0.000" in line for line in table(runs))


def test_the_fit_finds_the_signal_that_tells() -> None:
    draws = np.random.default_rng(3)
    told = draws.normal(size=400)
    features = np.column_stack([np.ones(400), told, draws.normal(size=400)])
    weights = _fit(features, (told + draws.normal(scale=0.3, size=400) > 0).astype(float))
    assert weights[1] > 1
    assert abs(weights[2]) < weights[1] / 4
