"""The probe that reads intents is fitted on wordings that stand once each, and can be kept and read again."""

from __future__ import annotations

from typing import TYPE_CHECKING, get_args

import numpy as np
import pytest

from bot.answering.intents import Intent
from bot.answering.meaning import load_probe
from bot.evaluation.dataset import load_cases
from bot.evaluation.teaching import _fit, beside, wordings

if TYPE_CHECKING:
    from bot.app import App


def test_every_intent_has_many_wordings_and_none_stands_twice() -> None:
    known = wordings()
    assert set(known) == set(get_args(Intent))
    assert min(map(len, known.values())) >= 50


def test_no_question_of_the_measure_teaches() -> None:
    taught = {text.lower() for texts in wordings().values() for text in texts} | {one.lower() for one in beside()}
    assert not taught & {asked.lower() for case in load_cases() for asked in case.asked}


def test_the_fit_tells_what_can_be_told_and_weighs_rare_classes_alike() -> None:
    draws = np.random.default_rng(0)
    centers = np.eye(3, 8)
    labels = np.array([0] * 200 + [1] * 20 + [2] * 20)
    vectors = (centers[labels] + draws.normal(0, 0.2, (len(labels), 8))).astype(np.float32)
    weights, biases = _fit(vectors, labels, 3)
    read = (vectors @ weights.T + biases).argmax(1)
    assert all((read[labels == one] == one).mean() > 0.9 for one in range(3))


def test_the_kept_probe_is_that_of_the_wordings(app: App) -> None:
    """A change of wordings.toml without `osai eval --calibrate` would leave the old reading in place."""
    probe = load_probe(app.embedder.fingerprint)
    known = [(text, intent) for intent, texts in wordings().items() for text in texts[:10]]
    vectors = app.embedder.embed([text for text, _ in known])
    chances = [probe.chances(vector) for vector in vectors]
    right = [max(one, key=lambda intent: one[intent]) == meant for one, (_, meant) in zip(chances, known, strict=True)]
    assert np.mean(right) > 0.9
    assert sum(chances[0].values()) == pytest.approx(1)
