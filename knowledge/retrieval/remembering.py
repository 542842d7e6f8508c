"""Remembers vectors of single statements: those kept at ingest, and those made for the last questions.

Choosing the statement that answers means comparing some thirty of them with the question. Embedding them each time
takes longer than the rest of the search.
"""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from knowledge.library import Library
    from knowledge.ports import Embedder

_MOST = 8192  # vectors, of 1.5 KB each


class RememberingEmbedder:
    """An Embedder that asks its memory, then the library, then another Embedder. Threads may share one."""

    def __init__(self, embedder: Embedder, library: Library) -> None:
        self._embedder = embedder
        self._library = library
        self._recent: OrderedDict[str, NDArray[np.float32]] = OrderedDict()
        self._using = Lock()

    @property
    def fingerprint(self) -> str:
        """Name what makes the vectors."""
        return self._embedder.fingerprint

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return an array of shape (len(texts), dimension), every row of length 1."""
        with self._using:
            found = {text: self._recent[text] for text in texts if text in self._recent}
        if missing := [text for text in dict.fromkeys(texts) if text not in found]:
            found |= self._library.statement_vectors(self.fingerprint, missing)
        if missing := [text for text in missing if text not in found]:
            found |= dict(zip(missing, self._embedder.embed(missing), strict=True))
        self._remember(found)
        return np.stack([found[text] for text in texts]) if texts else self._embedder.embed(())

    def _remember(self, vectors: dict[str, NDArray[np.float32]]) -> None:
        with self._using:
            self._recent |= vectors
            for text in vectors:
                self._recent.move_to_end(text)
            while len(self._recent) > _MOST:
                self._recent.popitem(last=False)
