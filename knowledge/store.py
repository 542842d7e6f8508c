"""Keeps the passages' vectors in Chroma and finds the nearest. The only module that imports chromadb.

Holds ids and vectors alone: texts are the library's, so that a damaged store costs a rebuild and nothing else. Refuses
to write into a store that is being read: Chroma's readers do not see what another process writes, and a writer killed
half-way can leave its files damaged. Every write makes a new generation, and readers follow.
"""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing, contextmanager
from threading import RLock
from typing import TYPE_CHECKING, cast

import numpy as np

from knowledge.errors import IndexDamagedError, IndexMismatchError, KnowledgeError
from knowledge.generations import REBUILD, Generation, Generations

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    import chromadb
    from chromadb.api.client import Client
    from numpy.typing import NDArray

    Part = tuple[Sequence[str], NDArray[np.float32]]

_COLLECTION = "passages"
_DATABASE = "chroma.sqlite3"
_BATCH = 5000  # Chroma 1.5.9 takes at most 5,461 at once


class VectorStore:
    """Vectors by id, with cosine similarity. Opens Chroma on first use, which takes a second; threads may share one."""

    def __init__(self, path: Path, fingerprint: str) -> None:
        self._generations = Generations(path)
        self._fingerprint = fingerprint
        self._using = RLock()
        self._opened: Generation | None = None
        self._client: Client | None = None
        self._collection: chromadb.Collection | None = None

    def check(self) -> None:
        """Raise IndexMismatchError if the vectors kept here were made another way; opens nothing."""
        current = self._generations.current()
        if current and current.made_with != self._fingerprint:
            raise IndexMismatchError(
                f"The index was made with {current.made_with}, and osai now uses {self._fingerprint}.", hint=REBUILD
            )

    def ids(self) -> frozenset[str]:
        """Return the ids of every vector; none where nothing was ever written."""
        if self._generations.current() is None:
            return frozenset()
        with self._reading() as collection:
            return frozenset(collection.get(include=[])["ids"])

    def query(self, vector: NDArray[np.float32], k: int) -> list[tuple[str, float]]:
        """Return up to k ids with their cosine similarity to the vector, nearest first."""
        with self._reading() as collection:
            count = self._opened.count if self._opened else 0
            if not count:
                return []
            found = collection.query(
                query_embeddings=np.asarray(vector).reshape(1, -1), n_results=min(k, count), include=["distances"]
            )
        distances = (found["distances"] or [[]])[0]
        return [(one, 1.0 - float(distance)) for one, distance in zip(found["ids"][0], distances, strict=True)]

    def write(self, add: Iterable[Part], remove: Sequence[str] = (), *, anew: bool = False) -> None:
        """Make a generation: the current one without `remove` and with `add`, or with `anew` of `add` alone.

        The ids of `add` must be new: Chroma writes known ids ten times slower. The old generation is not even opened
        with `anew`, which so mends whatever it suffers from.
        """
        with self._using, _told():
            self.close()
            current = None if anew else self._generations.current()
            folder = self._generations.begin()
            if current:
                _copy(current.folder, folder)
            collection = self._open(folder)
            for start in range(0, len(remove), _BATCH):
                collection.delete(ids=list(remove[start : start + _BATCH]))
            for ids, vectors in add:
                for start in range(0, len(ids), _BATCH):
                    part = slice(start, start + _BATCH)
                    collection.add(ids=list(ids[part]), embeddings=np.asarray(vectors[part]))
            count = collection.count()
            self.close()
            self._generations.publish(folder, self._fingerprint, count)

    def close(self) -> None:
        """Close Chroma."""
        with self._using:
            if self._client is not None:
                self._client.close()
            self._client = self._collection = self._opened = None

    @contextmanager
    def _reading(self) -> Iterator[chromadb.Collection]:
        """Hand out the current generation, opened again if another process has made a new one."""
        with self._using, _told():
            self.check()
            current = self._generations.current()
            if current is None:
                raise IndexDamagedError("The vector index is missing.", hint=REBUILD)
            if self._collection is None or self._opened != current:
                self.close()
                current.check()
                self._collection = self._open(current.folder)
                if self._collection.count() != current.count:
                    raise IndexDamagedError("A part of the vector index is missing.", hint=REBUILD)
                self._opened = current
            yield self._collection

    def _open(self, folder: Path) -> chromadb.Collection:
        import chromadb
        from chromadb.config import Settings

        settings = Settings(anonymized_telemetry=False)
        self._client = cast("Client", chromadb.PersistentClient(path=str(folder), settings=settings))
        return self._client.get_or_create_collection(
            _COLLECTION, configuration={"hnsw": {"space": "cosine"}}, embedding_function=None
        )


def _copy(source: Path, target: Path) -> None:
    """Copy a generation that readers have open: its database as of one moment, its other files as they are."""
    shutil.copytree(source, target, dirs_exist_ok=True, ignore=shutil.ignore_patterns(f"{_DATABASE}*"))
    with closing(sqlite3.connect(source / _DATABASE)) as old, closing(sqlite3.connect(target / _DATABASE)) as new:
        old.backup(new)


@contextmanager
def _told() -> Iterator[None]:
    """Turn whatever Chroma raises into one error that says what mends it; its own errors have no common base."""
    try:
        yield
    except KnowledgeError:
        raise
    except OSError as error:
        raise KnowledgeError(
            f"The vector index cannot be written: {error}.", hint="Look at the disk's free space and its rights."
        ) from error
    except Exception as error:
        reason = " ".join(str(error).split())[:200]
        raise IndexDamagedError(f"The vector index cannot be used: {reason}.", hint=REBUILD) from error
