"""Keeps the passages' vectors in Chroma and finds the nearest. The only module that imports chromadb.

Holds ids and vectors alone: texts are the library's, so that a damaged store costs a rebuild and nothing else. Its
fingerprint stands in a file beside it; vectors of another fingerprint are refused, never compared.
"""

from __future__ import annotations

import shutil
from contextlib import contextmanager
from typing import TYPE_CHECKING, cast

import numpy as np

from knowledge.errors import IndexDamagedError, IndexMismatchError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    import chromadb
    from chromadb.api.client import Client
    from numpy.typing import NDArray

_COLLECTION = "passages"
_BATCH = 5000  # Chroma 1.5.9 takes at most 5,461 at once
_REBUILD = "Run `osai ingest --rebuild`; the texts are kept and nothing is lost."


class VectorStore:
    """Vectors by id, with cosine similarity. Opens Chroma on first use, which takes seconds."""

    def __init__(self, path: Path, fingerprint: str) -> None:
        self._path = path
        self._fingerprint = fingerprint
        self._client: Client | None = None
        self._opened: chromadb.Collection | None = None

    def check(self) -> None:
        """Raise IndexMismatchError if the vectors kept here were made another way; opens nothing."""
        note = self._path / "fingerprint"
        kept = note.read_text() if note.exists() else self._fingerprint
        if kept != self._fingerprint:
            raise IndexMismatchError(
                f"The index was made with {kept}, and osai now uses {self._fingerprint}.", hint=_REBUILD
            )

    def ids(self) -> frozenset[str]:
        """Return the ids of every vector."""
        with self._readable():
            return frozenset(self._collection.get(include=[])["ids"])

    def add(self, ids: Sequence[str], vectors: NDArray[np.float32]) -> None:
        """Add vectors, one row an id; the ids must be new."""
        with self._readable():
            for start in range(0, len(ids), _BATCH):
                part = slice(start, start + _BATCH)
                self._collection.add(ids=list(ids[part]), embeddings=np.asarray(vectors[part]))

    def delete(self, ids: Sequence[str]) -> None:
        """Remove vectors."""
        with self._readable():
            for start in range(0, len(ids), _BATCH):
                self._collection.delete(ids=list(ids[start : start + _BATCH]))

    def query(self, vector: NDArray[np.float32], k: int) -> list[tuple[str, float]]:
        """Return up to k ids with their cosine similarity to the vector, nearest first."""
        with self._readable():
            if not (held := self._collection.count()):
                return []
            found = self._collection.query(
                query_embeddings=np.asarray(vector).reshape(1, -1), n_results=min(k, held), include=["distances"]
            )
        distances = (found["distances"] or [[]])[0]
        return [(one, 1.0 - float(distance)) for one, distance in zip(found["ids"][0], distances, strict=True)]

    def drop(self) -> None:
        """Remove everything kept here, readable or not."""
        self.close()
        shutil.rmtree(self._path, ignore_errors=True)

    def close(self) -> None:
        """Close Chroma."""
        if self._client is not None:
            self._client.close()
        self._client = self._opened = None

    @property
    def _collection(self) -> chromadb.Collection:
        if self._opened is None:
            self.check()
            self._opened = self._open()
        return self._opened

    def _open(self) -> chromadb.Collection:
        import chromadb
        from chromadb.config import Settings

        self._path.mkdir(parents=True, exist_ok=True)
        settings = Settings(anonymized_telemetry=False)
        client = cast("Client", chromadb.PersistentClient(path=str(self._path), settings=settings))
        self._client = client
        collection = client.get_or_create_collection(
            _COLLECTION, configuration={"hnsw": {"space": "cosine"}}, embedding_function=None
        )
        (self._path / "fingerprint").write_text(self._fingerprint)
        return collection

    @contextmanager
    def _readable(self) -> Iterator[None]:
        """Turn whatever Chroma raises on a damaged directory into one error; its own tree has no common base."""
        try:
            yield
        except IndexMismatchError:
            raise
        except Exception as error:
            reason = " ".join(str(error).split())[:200]
            raise IndexDamagedError(f"The vector index cannot be used: {reason}.", hint=_REBUILD) from error
