"""Fuses rankings by rank alone, because a cosine and a BM25 score have no common scale."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

K = 60


def fuse(rankings: Iterable[Sequence[str]]) -> dict[str, float]:
    """Return the reciprocal rank fusion score of every id: the sum over rankings of 1 / (60 + rank), ranks from 1.

    Method: Cormack, Clarke and Buettcher, SIGIR 2009.
    """
    scores: dict[str, float] = {}
    for ranking in rankings:
        for rank, one in enumerate(ranking, 1):
            scores[one] = scores.get(one, 0.0) + 1.0 / (K + rank)
    return scores
