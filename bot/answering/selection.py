"""Ranks the statements that may carry the answer, and chooses the few that do.

Refuses to answer from a passage as a whole: what is shown, cited and checked is always a statement.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from bot.answering.evidence import Evidence, evidence_of
from bot.answering.fitness import FEATURES, LIKENESS_DISCOUNT

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Sequence

    from numpy.typing import NDArray

    from bot.answering.fitness import Fitness, Reader
    from bot.answering.question import Query
    from knowledge.records import Document, DocumentKind, Passage, Statement
    from knowledge.retrieval import Hit

_SHORTEST = 4  # words; less is a heading
_MEANING, _ASKED = FEATURES.index("meaning"), FEATURES.index("asked")
_NEAR = 2.5  # how far behind the best a second statement may lie, as a logit; further, it is beside the point
_NEARER = 1.2  # and a third
_PAIR = 2
_FAVOR = 2.0  # logit
_TWIN = 0.92  # two statements closer than this say the same


@dataclass(frozen=True, slots=True)
class Ranking:
    """Statements, the one that fits the question best first; their vectors and features, one row each."""

    items: tuple[Evidence, ...]
    vectors: NDArray[np.float32]
    features: NDArray[np.float64]

    def score(self, text: str) -> float:
        """Return how well a statement fits, minus infinity where it is not ranked."""
        return next((item.score for item in self.items if item.statement.text == text), -math.inf)

    def best(
        self, most: int, *, without: frozenset[str] = frozenset(), near: tuple[float, float] = (_NEAR, _NEARER)
    ) -> tuple[Evidence, ...]:
        """Return up to `most` statements, no two saying the same, none of `without`.

        `near` tells how far the second, and any other, may lie behind the first, as logits.
        """
        chosen: list[int] = []
        for place, item in enumerate(self.items):
            if item.statement.text in without:
                continue
            behind = self.items[chosen[0]].score - item.score if chosen else 0.0
            if len(chosen) == most or behind > near[len(chosen) >= _PAIR]:
                break
            if all(float(self.vectors[place] @ self.vectors[other]) < _TWIN for other in chosen):
                chosen.append(place)
        return tuple(self.items[place] for place in chosen)

    def of_one(self, document: str) -> Ranking:
        """Return the statements of one document alone."""
        kept = [place for place, item in enumerate(self.items) if item.document == document]
        return Ranking(tuple(self.items[place] for place in kept), self.vectors[kept], self.features[kept])


def merge(first: Ranking, second: Ranking, *, favored: Container[str]) -> Ranking:
    """Return the statements of the first ranking by their mean fit to two questions, which both rankings hold.

    What the `favored` documents say comes before what lies equally near.
    """
    other = {item.statement.text: item.score for item in second.items}
    means = np.array(
        [
            (item.score + other.get(item.statement.text, item.score) + _FAVOR * (item.document in favored)) / 2
            for item in first.items
        ]
    )
    order = np.argsort(-means, kind="stable")
    items = tuple(replace(first.items[place], score=float(means[place])) for place in order)
    return Ranking(items, first.vectors[order], first.features[order])


def rank(
    query: Query,
    hits: Sequence[Hit],
    reader: Reader,
    fitness: Fitness,
    *,
    strange: Callable[[Statement, bool], bool] = lambda _, __: False,
    records: Sequence[Document] = (),
    asks_of: Callable[[Statement], tuple[str, ...]] = lambda statement: statement.asks,
) -> Ranking:
    """Return the statements of the records and of the hits by how well they fit the question.

    `records` are those of what the question names. `strange` tells statements, and whether they are a user's own, that
    must not answer. `asks_of` returns the questions that a statement is compared by, beside its own words.
    """
    homes: list[Document | Passage] = [*records, *(hit.passage for hit in hits)]
    first = {statement.text: (statement, home) for home in reversed(homes) for statement in home.statements}
    own = {record.id for record in records}
    candidates = [
        (replace(statement, asks=asks_of(statement)), home)
        for statement, home in first.values()
        if _is_sentence(statement, home.kind) and (home.id in own or not strange(statement, home.kind == "user"))
    ]
    vectors = reader.embedder.embed([_in_context(statement, home) for statement, home in candidates])
    if not candidates:
        return Ranking((), vectors, np.zeros((0, len(FEATURES))))
    about = frozenset(query.subjects) | {subject for record in records for subject in record.subjects}
    features = reader.read(query, candidates, vectors, about)
    scores = fitness.score(features)
    likeness = np.maximum(features[:, _MEANING], features[:, _ASKED] - LIKENESS_DISCOUNT)
    order = np.argsort(-scores, kind="stable")
    ranked = ((*candidates[place], float(scores[place]), float(likeness[place])) for place in order)
    items = tuple(evidence_of(statement, home, score, like) for statement, home, score, like in ranked)
    return Ranking(items, vectors[order], features[order])


def _is_sentence(statement: Statement, kind: DocumentKind) -> bool:
    """Return whether a statement says something: no heading, of which license texts are full."""
    text = statement.text
    return len(text.split()) >= _SHORTEST and (kind != "license-text" or text.rstrip('"”)').endswith((".", ";", ":")))


def _in_context(statement: Statement, passage: Document | Passage) -> str:
    """Return the statement as it is compared: a clause of a license does not name its license itself."""
    return f"{passage.title}: {statement.text}" if passage.kind in ("license-text", "user") else statement.text
