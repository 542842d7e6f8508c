"""Fits the probe that reads intents by their meaning, on the ways of asking in wordings.toml.

Multinomial logistic regression with a ridge, every intent weighing the same, by gradient descent with momentum. No
question of the evaluation set takes part.
"""

from __future__ import annotations

import tomllib
from importlib.resources import files
from typing import TYPE_CHECKING, get_args

import numpy as np

from bot.answering.intents import OTHER, Intent
from bot.answering.meaning import Probe
from bot.errors import UsageError
from knowledge.bundled import articles

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from knowledge.ports import Embedder

_RIDGE = 0.3  # of 0.1 to 3, the best in five-fold cross-validation
_STEPS = 600
_RATE, _MOMENTUM = 5.0, 0.9
_FOLDS = 5


def wordings() -> dict[Intent, tuple[str, ...]]:
    """Return the ways of asking for each intent; UsageError where an intent has none or a wording stands twice."""
    rows = _read("wordings.toml")
    intents: tuple[Intent, ...] = get_args(Intent)
    if set(rows) != set(intents):
        raise UsageError(f"wordings.toml lacks or invents these intents: {sorted(set(rows) ^ set(intents))}.")
    every = [text.lower() for texts in rows.values() for text in texts]
    if len(every) != len(set(every)):
        raise UsageError(f"wordings.toml has these twice: {sorted({one for one in every if every.count(one) > 1})}.")
    return {intent: tuple(rows[intent]) for intent in intents}


def beside() -> tuple[str, ...]:
    """Return questions near the subject and far from it that no source of osai answers."""
    return tuple(_read("beside.toml")["questions"])


def _read(name: str) -> dict[str, list[str]]:
    return tomllib.loads(files("bot.answering").joinpath(name).read_text(encoding="utf-8"))


def teach(embedder: Embedder) -> tuple[Probe, float]:
    """Return the probe fitted on all wordings, and how often it is right in five-fold cross-validation (0 to 1)."""
    known = wordings()
    vectors = embedder.embed([text for texts in known.values() for text in texts])
    labels = np.array([place for place, texts in enumerate(known.values()) for _ in texts])
    folds = np.arange(len(labels)) % _FOLDS
    right = 0
    for fold in range(_FOLDS):
        weights, biases = _fit(vectors[folds != fold], labels[folds != fold], len(known))
        right += int(((vectors[folds == fold] @ weights.T + biases).argmax(1) == labels[folds == fold]).sum())
    weights, biases = _fit(vectors, labels, len(known))
    scope = _fit_scope(embedder, vectors[labels == list(known).index(OTHER)])
    parts = (one.astype(np.float32) for one in (weights, biases, scope))
    return Probe(embedder.fingerprint, tuple(known), *parts), right / len(labels)


def _fit_scope(embedder: Embedder, strange: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return what tells questions that no article answers from those that one does: weights, then the bias.

    The former are what no record answers of a name, and questions beside the subject; the latter the articles declare.
    """
    answered = [ask for article in articles() for statement in article.statements for ask in statement.asks]
    apart = embedder.embed(list(beside()))
    vectors = np.concatenate([embedder.embed(answered), strange, apart])
    labels = np.array([0] * len(answered) + [1] * (len(strange) + len(apart)))
    weights, biases = _fit(vectors, labels, 2)
    return np.append(weights[1] - weights[0], biases[1] - biases[0])


def _fit(
    vectors: NDArray[np.float32], labels: NDArray[np.int64], classes: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return weights of shape (classes, dimension) and biases, for vectors of shape (examples, dimension)."""
    count, dimension = vectors.shape
    share = 1 / np.bincount(labels, minlength=classes)[labels]
    share *= count / share.sum()
    truth = np.eye(classes)[labels]
    weights, biases = np.zeros((classes, dimension)), np.zeros(classes)
    weight_step, bias_step = np.zeros_like(weights), np.zeros_like(biases)
    for _ in range(_STEPS):
        wrong = (_softmax(vectors @ weights.T + biases) - truth) * share[:, None]
        weight_step = _MOMENTUM * weight_step - _RATE * (wrong.T @ vectors + _RIDGE * weights) / count
        bias_step = _MOMENTUM * bias_step - _RATE * wrong.mean(0)
        weights, biases = weights + weight_step, biases + bias_step
    return weights, biases


def _softmax(logits: NDArray[np.float64]) -> NDArray[np.float64]:
    parts = np.exp(logits - logits.max(1, keepdims=True))
    return np.asarray(parts / parts.sum(1, keepdims=True))
