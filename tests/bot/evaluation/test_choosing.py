"""The weights of what speaks for a statement are fitted so that the one with the facts comes first."""

from __future__ import annotations

import numpy as np

from bot.answering.fitness import FEATURES
from bot.evaluation.choosing import _fit, _Found


def _questions(count: int) -> list[_Found]:
    """Return questions with eight statements each, of which the one with the most of one feature has the facts."""
    draws = np.random.default_rng(1)
    found = []
    for number in range(count):
        features = draws.normal(size=(8, len(FEATURES)))
        shares = np.zeros(8)
        shares[np.argmax(features[:, FEATURES.index("asked")] - features[:, FEATURES.index("sibling")])] = 1.0
        found.append(_Found(str(number), features, shares))
    return found


def test_the_fit_finds_what_speaks_for_a_statement_and_what_against() -> None:
    weights = dict(zip(FEATURES, _fit(_questions(200)), strict=True))
    assert weights["asked"] > 1
    assert weights["sibling"] < -1
    assert abs(weights["length"]) < weights["asked"] / 4


def test_statements_with_a_part_of_the_facts_pull_less() -> None:
    whole = _questions(60)
    half = [_Found(one.case, one.features, np.where(one.shares > 0, 0.5, 0.25)) for one in whole]
    assert _fit(half)[FEATURES.index("asked")] < _fit(whole)[FEATURES.index("asked")]
