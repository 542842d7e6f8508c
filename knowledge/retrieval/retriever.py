"""Finds the passages for a question, by four rankings fused by rank.

Meaning, words, the questions that passages answer, and the license or model that is named.

Refuses to judge whether they answer it: a hit carries what the judging step needs, and a weak best hit is still a hit.
"""

from __future__ import annotations

import re
from collections import Counter
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
    from knowledge.retrieval.asked import AskedQuestions
    from knowledge.retrieval.lexical import LexicalIndex
    from knowledge.store import VectorStore

_DEPTH = 40  # of each ranking; fusion needs more than it returns
_A_DOCUMENT = 2  # passages of one document in a result: the rest of it must not crowd out others
_SURE = 3  # passages that answer the nearest questions, taken whatever else they lack
_SIBLING = 0.5  # what a passage keeps of its score if it is about another version of what the question names
_STEM = re.compile(r"[a-z]+:[a-z]+")


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage and why it was found.

    `score` is the fused one, `similarity` the cosine to the question, `lexical` the BM25 score (0 where no word fits).
    The ranks are places from 1 in each ranking, 0 where it is not among the first 40.
    """

    passage: Passage
    score: float
    similarity: float
    lexical: float
    dense_rank: int = 0
    lexical_rank: int = 0


@dataclass(frozen=True, slots=True)
class Retriever:
    """Dense and lexical search over one library. `use_lexical`, `use_subjects` and `use_asks` are for ablation."""

    library: Library
    store: VectorStore
    lexical: LexicalIndex
    asked: AskedQuestions
    embedder: Embedder
    use_lexical: bool = True
    use_subjects: bool = True
    use_asks: bool = True

    def retrieve(self, question: str, *, subjects: Sequence[str] = (), k: int = 8) -> tuple[Hit, ...]:
        """Return up to k hits, best first, at most two of one document.

        `subjects` are what the question names: their own passages form a third ranking beside meaning and words, and
        passages about their siblings (Llama 3.1 where Llama 3 is named) are pushed down.
        """
        vector = self.embedder.embed([question])[0]
        dense = [one for one, _ in self.store.query(vector, _DEPTH)]
        lexical = dict(self.lexical.query(question, _DEPTH)) if self.use_lexical else {}
        asked = frozenset(subjects) if self.use_subjects else frozenset()
        known = self.asked.query(vector, _DEPTH) if self.use_asks else []
        scores = fuse([dense, list(lexical), known, self._about(vector, sorted(asked))])
        passages = self.library.passages(list(scores))
        similarities = self._similarities(vector, list(passages))
        dense_ranks, lexical_ranks = _ranks(dense), _ranks(lexical)
        hits = [
            Hit(
                passage,
                scores[one] * (_SIBLING if _about_sibling(passage, asked) else 1.0),
                similarities.get(one, 0.0),
                lexical.get(one, 0.0),
                dense_ranks.get(one, 0),
                lexical_ranks.get(one, 0),
            )
            for one, passage in passages.items()
        ]
        first = frozenset([*known[:_SURE], *dense[:1], *list(lexical)[:1]])  # none of which fusion may lose
        return _spread(sorted(hits, key=lambda hit: (-hit.score, hit.passage.id)), k, first)

    def rarity(self, stems: Iterable[str]) -> dict[str, float]:
        """Return for each stem how much it tells: from 0, in every passage, to 1, in none."""
        return self.lexical.rarity(stems)

    def _about(self, vector: NDArray[np.float32], subjects: Sequence[str]) -> list[str]:
        """Return the passages about the subjects, nearest in meaning first."""
        ids, vectors = self.library.vectors_about(subjects)
        if not ids:
            return []
        return [ids[place] for place in np.argsort(-(vectors @ vector), kind="stable")[:_DEPTH].tolist()]

    def _similarities(self, vector: NDArray[np.float32], ids: Sequence[str]) -> dict[str, float]:
        """Return the cosines, from the library's vectors: the store knows only those of its own ranking."""
        known, vectors = self.library.vectors(ids)
        return dict(zip(known, (vectors @ vector).tolist(), strict=True)) if known else {}


def _ranks(ranking: Iterable[str]) -> dict[str, int]:
    return {one: rank for rank, one in enumerate(ranking, 1)}


def _about_sibling(passage: Passage, asked: frozenset[str]) -> bool:
    """Return whether the passage is about another version of what is asked, and not about that itself."""
    if not asked or asked & set(passage.subjects):
        return False
    return bool({_stem(one) for one in asked} & {_stem(one) for one in passage.subjects})


def _stem(subject: str) -> str:
    """Return "license:llama" for "license:llama-3.1-license-2024": what a subject shares with its other versions."""
    found = _STEM.match(subject)
    return found[0] if found else subject


def _spread(hits: Sequence[Hit], k: int, always: frozenset[str]) -> tuple[Hit, ...]:
    """Return the first k hits, leaving out what a document has beyond its share; those of `always` are among them."""
    taken: list[Hit] = []
    counts = Counter(hit.passage.document for hit in hits if hit.passage.id in always)
    missing = sum(counts.values())
    for hit in hits:
        document = hit.passage.document
        if hit.passage.id in always:
            missing -= 1
        elif counts[document] >= _A_DOCUMENT or len(taken) + missing >= k:
            continue
        else:
            counts[document] += 1
        taken.append(hit)
        if len(taken) == k:
            break
    return tuple(taken)
