"""Fits the probe that reads intents by their meaning, on the ways of asking in wordings.toml.

Multinomial logistic regression with a ridge, every intent weighing the same, by gradient descent with momentum. No
question of the evaluation set takes part.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from importlib.resources import files
from typing import TYPE_CHECKING, get_args

import numpy as np

from bot.answering.intents import OTHER, Intent
from bot.answering.list_kinds import ListProbe, list_vectors, load_list_kinds
from bot.answering.meaning import Probe
from bot.errors import UsageError
from knowledge.bundled import articles

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from knowledge.ports import Embedder

_RIDGE = 0.3  # of 0.1 to 3, the best in five-fold cross-validation
_RIDGE_OF_LISTS, _RIDGE_OF_GATE = 0.05, 3e-4  # likewise
_OF_WORDINGS, _OF_DECLARED = 4, 8  # every so manieth teaches the gate of lists
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
    """Return questions that no source of osai answers, as their subject shows."""
    return tuple(_read("beside.toml")["questions"])


def near() -> tuple[str, ...]:
    """Return questions on what the sources speak of, that ask what they do not tell."""
    return tuple(_read("beside.toml")["near"])


def _read(name: str) -> dict[str, list[str]]:
    return tomllib.loads(files("bot.answering").joinpath(name).read_text(encoding="utf-8"))


@dataclass(frozen=True, slots=True)
class Part:
    """A probe that was taught without some of the questions, and those.

    `strange` are asked of a name that is written "it", `beside` without a name; nothing answers either. `asked` are
    what articles declare, each with the statement that answers it.
    """

    probe: Probe
    strange: tuple[str, ...]
    beside: tuple[str, ...]
    asked: tuple[tuple[str, str], ...]


def teach(embedder: Embedder) -> tuple[Probe, float]:
    """Return the probe fitted on all wordings, and how often it is right in five-fold cross-validation (0 to 1)."""
    lessons = _Lessons.of(embedder)
    right = 0
    for fold in range(_FOLDS):
        weights, biases = lessons.intents(left_out=fold)
        asked = lessons.labels[lessons.folds == fold]
        right += int(((lessons.vectors[lessons.folds == fold] @ weights.T + biases).argmax(1) == asked).sum())
    return lessons.probe(left_out=None), right / len(lessons.labels)


def teach_lists(embedder: Embedder) -> tuple[ListProbe, float]:
    """Return the probe that reads lists, and how often it finds the kind in five-fold cross-validation (0 to 1).

    Wordings of intents, questions beside the subject, and what articles declare that they answer ask for no list.
    """
    kinds = load_list_kinds()
    vectors = list_vectors([ask for kind in kinds for ask in kind.asks], embedder)
    labels = np.array([place for place, kind in enumerate(kinds) for _ in kind.asks])
    folds, right = np.arange(len(labels)) % _FOLDS, 0
    for fold in range(_FOLDS):
        weights, biases = _fit(vectors[folds != fold], labels[folds != fold], len(kinds), ridge=_RIDGE_OF_LISTS)
        right += int(((vectors[folds == fold] @ weights.T + biases).argmax(1) == labels[folds == fold]).sum())
    weights, biases = _fit(vectors, labels, len(kinds), ridge=_RIDGE_OF_LISTS)
    others = [text for texts in wordings().values() for text in texts][::_OF_WORDINGS]
    others += [*beside(), *(ask for ask, _ in _declared()[::_OF_DECLARED])]
    every = np.concatenate([vectors, list_vectors(others, embedder)])
    gate = _gate(every, np.repeat([1.0, 0.0], [len(vectors), len(others)]))
    parts = (one.astype(np.float32) for one in (weights, biases, gate))
    return ListProbe(embedder.fingerprint, tuple(kind.name for kind in kinds), *parts), right / len(labels)


def _gate(vectors: NDArray[np.float32], truth: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return what tells the true from the others: a weight for each column, then a bias."""
    design = np.hstack([vectors, np.ones((len(vectors), 1))])
    weights, step = np.zeros(design.shape[1]), np.zeros(design.shape[1])
    for _ in range(_STEPS):
        chances = 1 / (1 + np.exp(-design @ weights))
        step = _MOMENTUM * step - 2 * (design.T @ (chances - truth) / len(truth) + _RIDGE_OF_GATE * weights)
        weights = weights + step
    return weights


def teach_in_parts(embedder: Embedder) -> Iterator[Part]:
    """Yield probes that have not seen a fifth of the questions, so that these can be asked as if they were new."""
    lessons = _Lessons.of(embedder)
    strange = list(wordings()[OTHER])
    of_strange = lessons.folds[lessons.labels == lessons.strange]
    for fold in range(_FOLDS):
        yield Part(
            lessons.probe(left_out=fold),
            tuple(one for one, its in zip(strange, of_strange, strict=True) if its == fold),
            (*beside()[fold::_FOLDS], *near()[fold::_FOLDS]),
            tuple(_declared()[fold::_FOLDS]),
        )


def _declared() -> list[tuple[str, str]]:
    """Return what articles declare that they answer, each question with its statement's text."""
    return [
        (ask, statement.text) for article in articles() for statement in article.statements for ask in statement.asks
    ]


@dataclass(frozen=True, slots=True)
class _Lessons:
    """The vectors of what teaches: wordings of intents with labels and folds, what is beside, what is answered."""

    embedder: str
    vectors: NDArray[np.float32]
    labels: NDArray[np.int64]
    folds: NDArray[np.int64]
    beside: NDArray[np.float32]
    answered: NDArray[np.float32]
    strange: int

    @classmethod
    def of(cls, embedder: Embedder) -> _Lessons:
        known = wordings()
        vectors = embedder.embed([text for texts in known.values() for text in texts])
        labels = np.array([place for place, texts in enumerate(known.values()) for _ in texts])
        folds = np.arange(len(labels)) % _FOLDS
        apart, answered = embedder.embed(list(beside())), embedder.embed([ask for ask, _ in _declared()])
        return cls(embedder.fingerprint, vectors, labels, folds, apart, answered, list(known).index(OTHER))

    def probe(self, *, left_out: int | None) -> Probe:
        weights, biases = self.intents(left_out=left_out)
        parts = (one.astype(np.float32) for one in (weights, biases, self._scope(left_out=left_out)))
        return Probe(self.embedder, tuple(wordings()), *parts)

    def intents(self, *, left_out: int | None) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        kept = self.folds != left_out if left_out is not None else np.ones(len(self.folds), bool)
        return _fit(self.vectors[kept], self.labels[kept], len(wordings()))

    def _scope(self, *, left_out: int | None) -> NDArray[np.float64]:
        """Return what tells questions that no article answers from those that one does: weights, then the bias.

        The former are what no record answers of a name, and questions beside the subject; the latter articles declare.
        """
        strange = (self.vectors[self.labels == self.strange], self.folds[self.labels == self.strange])
        answered, apart = ((one, np.arange(len(one)) % _FOLDS) for one in (self.answered, self.beside))
        kept = [
            vectors[folds != left_out] if left_out is not None else vectors
            for vectors, folds in (answered, strange, apart)
        ]
        labels = np.repeat([0, 1, 1], [len(one) for one in kept])
        weights, biases = _fit(np.concatenate(kept), labels, 2)
        return np.append(weights[1] - weights[0], biases[1] - biases[0])


def _fit(
    vectors: NDArray[np.float32], labels: NDArray[np.int64], classes: int, *, ridge: float = _RIDGE
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
        weight_step = _MOMENTUM * weight_step - _RATE * (wrong.T @ vectors + ridge * weights) / count
        bias_step = _MOMENTUM * bias_step - _RATE * wrong.mean(0)
        weights, biases = weights + weight_step, biases + bias_step
    return weights, biases


def _softmax(logits: NDArray[np.float64]) -> NDArray[np.float64]:
    parts = np.exp(logits - logits.max(1, keepdims=True))
    return np.asarray(parts / parts.sum(1, keepdims=True))
