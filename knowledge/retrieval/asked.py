"""Finds passages by the questions that their statements answer, as people put them.

A question lies nearer to another way of asking the same than to the sentence that answers it: the sources' words are
seldom the asker's. Only articles declare such questions; records have their topics.
"""

from __future__ import annotations

from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from knowledge.library import Library
    from knowledge.ports import Embedder


@dataclass(frozen=True, slots=True)
class _Read:
    """The questions as they were in one generation of the library: a passage's id and a vector each."""

    generation: str
    passages: tuple[str, ...]
    vectors: NDArray[np.float32]


class AskedQuestions:
    """The declared questions of a library, read on first use and again when it changed. Threads may share one."""

    def __init__(self, library: Library, embedder: Embedder) -> None:
        self._library, self._embedder = library, embedder
        self._reading = Lock()
        self._read: _Read | None = None

    def query(self, vector: NDArray[np.float32], k: int) -> list[str]:
        """Return the ids of up to k passages whose questions lie nearest to a unit vector of shape (dimension,)."""
        read = self._current()
        if not read.passages:
            return []
        nearest = np.argsort(-(read.vectors @ vector), kind="stable")
        return list(dict.fromkeys(read.passages[place] for place in nearest.tolist()))[:k]

    def _current(self) -> _Read:
        generation = self._library.generation
        with self._reading:
            if self._read is None or self._read.generation != generation:
                pairs = [
                    (ask, passage.id)
                    for passage in self._library.passages_of("article")
                    for statement in passage.statements
                    for ask in statement.asks
                ]
                vectors = self._embedder.embed([ask for ask, _ in pairs])
                self._read = _Read(generation, tuple(one for _, one in pairs), vectors)
            return self._read
