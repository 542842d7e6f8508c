"""Finds the passages for a question: by meaning, by words, and by the license or model it names; fused by rank."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from knowledge.retrieval.fusion import fuse

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from knowledge.library import Library
    from knowledge.ports import Embedder
    from knowledge.records import Passage
    from knowledge.retrieval.lexical import LexicalIndex
    from knowledge.store import VectorStore

_DEPTH = 40  # of each ranking; fusion needs more than it returns
_A_DOCUMENT = 2  # passages of one document in a result: the rest of it must not crowd out others


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage, its fused score, its cosine similarity to the question and its BM25 score (0 where no word fits)."""

    passage: Passage
    score: float
    similarity: float
    lexical: float


@dataclass(frozen=True, slots=True)
class Retriever:
    """Dense and lexical search over one library. `use_lexical` and `use_subjects` are for ablation."""

    library: Library
    store: VectorStore
    lexical: LexicalIndex
    embedder: Embedder
    use_lexical: bool = True
    use_subjects: bool = True

    def retrieve(self, question: str, *, subjects: Sequence[str] = (), k: int = 8) -> tuple[Hit, ...]:
        """Return up to k hits, best first, at most two of one document.

        `subjects` are what the question names: their own passages form a third ranking beside meaning and words.
        """
        vector = self.embedder.embed([question])[0]
        dense = [one for one, _ in self.store.query(vector, _DEPTH)]
        lexical = dict(self.lexical.query(question, _DEPTH)) if self.use_lexical else {}
        named = self._named(vector, subjects) if self.use_subjects else []
        scores = fuse([dense, list(lexical), named])
        passages = self.library.passages(list(scores))
        similarities = self._similarities(vector, list(passages))
        ranked = sorted(passages, key=lambda one: (-scores[one], one))
        hits = (Hit(passages[one], scores[one], similarities[one], lexical.get(one, 0.0)) for one in ranked)
        return _spread(hits, k)

    def _named(self, vector: NDArray[np.float32], subjects: Sequence[str]) -> list[str]:
        """Return the passages about the subjects, nearest in meaning first."""
        ids, vectors = self.library.vectors_about(subjects)
        if not ids:
            return []
        order = np.argsort(-(vectors @ vector), kind="stable")[:_DEPTH]
        return [ids[int(place)] for place in order]

    def _similarities(self, vector: NDArray[np.float32], ids: Sequence[str]) -> dict[str, float]:
        known, vectors = self.library.vectors(ids)
        return dict(zip(known, (vectors @ vector).tolist(), strict=True)) if known else {}


def _spread(hits: Iterable[Hit], k: int) -> tuple[Hit, ...]:
    taken: list[Hit] = []
    counts: dict[str, int] = {}
    for hit in hits:
        document = hit.passage.document
        if counts.get(document, 0) < _A_DOCUMENT:
            counts[document] = counts.get(document, 0) + 1
            taken.append(hit)
        if len(taken) == k:
            break
    return tuple(taken)
