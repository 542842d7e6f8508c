"""Brings documents into the index: texts into the library, then vectors into Chroma and words into BM25 from there.

Each step is idempotent: whatever moment a writer is killed at, the next run finishes what it began. What has not
changed is neither embedded nor written again.
"""

from __future__ import annotations

import shutil
import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from filelock import FileLock, Timeout

from knowledge.chunking import CHUNKER, split_into_passages
from knowledge.errors import IndexLockedError, IndexMismatchError
from knowledge.library import Library, content_hash
from knowledge.ports import silent
from knowledge.retrieval.lexical import LexicalIndex
from knowledge.store import VectorStore

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from knowledge.ports import Embedder, Progress
    from knowledge.records import Document, DocumentKind

_BUNDLED: frozenset[DocumentKind] = frozenset({"license-text", "license", "model", "article"})
_BATCH = 24  # documents embedded and committed at once: a killed run loses no more


@dataclass(frozen=True, slots=True)
class IngestReport:
    """What an ingest did: counts of documents, of passages now in the index, and of passages embedded anew."""

    added: int
    changed: int
    unchanged: int
    removed: int
    passages: int
    embedded: int
    seconds: float


class Index:
    """The whole index in one directory: library, vectors, words, and the lock of its one writer."""

    def __init__(self, root: Path, embedder: Embedder) -> None:
        self.root = root
        self.embedder = embedder
        self.fingerprint = f"{embedder.fingerprint}/{CHUNKER}"
        self.store = VectorStore(root / "chroma", self.fingerprint)
        self.lexical = LexicalIndex(root / "words")

    def complete(self) -> bool:
        """Return whether the last ingest was finished and made with these embeddings and this chunker."""
        if not self._file.exists():
            return False
        library = self.open()
        try:
            return library.meta("synced") == self._generation(library)
        finally:
            library.close()

    def open(self) -> Library:
        """Return the library; IndexMissingError where nothing was ingested, IndexMismatchError for other vectors."""
        self.store.check()
        library = Library(self._file)
        self._check(library)
        return library

    def ingest(
        self, documents: Iterable[Document], *, prune: bool, digest: str = "", progress: Progress = silent
    ) -> IngestReport:
        """Bring the documents in. With `prune`, bundled documents that are not among them are removed.

        `digest` names what the documents were made from; `current(digest)` then tells whether they need a look at all.
        """
        start = time.perf_counter()
        with self._writing():
            self.store.check()
            library = Library(self._file, create=True)
            try:
                self._check(library)
                counts = self._take_in(library, documents, prune, progress)
                self._sync(library, progress)
                if digest:
                    library.set_meta("digest", digest)
                passages = len(library.passage_ids())
            finally:
                library.close()
        return IngestReport(**counts, passages=passages, seconds=round(time.perf_counter() - start, 3))

    def current(self, digest: str) -> bool:
        """Return whether the index is complete and was made from what `digest` names."""
        if not self.complete():
            return False
        library = self.open()
        try:
            return library.meta("digest") == digest
        finally:
            library.close()

    def rebuild(self, progress: Progress = silent) -> IngestReport:
        """Make vectors and words anew from the library; passages are embedded again only if the embeddings changed."""
        start = time.perf_counter()
        with self._writing():
            self.store.drop()
            shutil.rmtree(self.root / "words", ignore_errors=True)
            library = Library(self._file, create=True)
            try:
                embedded = 0
                library.set_meta("synced", "")
                if library.meta("fingerprint") not in ("", self.fingerprint):
                    embedded = self._write(library, list(library.documents()), progress, reuse=False)
                    self._touch(library)
                self._sync(library, progress)
                documents, passages = len(library.hashes()), len(library.passage_ids())
            finally:
                library.close()
        return IngestReport(0, 0, documents, 0, passages, embedded, round(time.perf_counter() - start, 3))

    def forget(self, document_id: str) -> None:
        """Take a document out."""
        with self._writing():
            library = Library(self._file)
            try:
                library.forget(document_id)
                self._sync(library, silent)
            finally:
                library.close()

    def _check(self, library: Library) -> None:
        kept = library.meta("fingerprint")
        if kept not in ("", self.fingerprint):
            raise IndexMismatchError(
                f"The index was made with {kept}, and osai now uses {self.fingerprint}.",
                hint="Run `osai ingest --rebuild`; the texts are kept and nothing is lost.",
            )

    @property
    def _file(self) -> Path:
        return self.root / "library.sqlite"

    def _generation(self, library: Library) -> str:
        return f"{self.fingerprint}#{library.meta('changes')}"

    def _take_in(
        self, library: Library, documents: Iterable[Document], prune: bool, progress: Progress
    ) -> dict[str, int]:
        known = library.hashes()
        documents = list(documents)
        fresh = [one for one in documents if known.get(one.id) != content_hash(one)]
        gone = []
        if prune:
            kept = {one.id for one in documents}
            gone = [one.id for one in library.documents() if one.kind in _BUNDLED and one.id not in kept]
        if fresh or gone:
            self._touch(library)
        for document_id in gone:
            library.forget(document_id)
        embedded = self._write(library, fresh, progress)
        changed = sum(one.id in known for one in fresh)
        return {
            "added": len(fresh) - changed,
            "changed": changed,
            "unchanged": len(documents) - len(fresh),
            "removed": len(gone),
            "embedded": embedded,
        }

    def _write(self, library: Library, documents: list[Document], progress: Progress, *, reuse: bool = True) -> int:
        """Embed and write the documents batch by batch; with `reuse`, a passage that was there keeps its vector."""
        embedded = 0
        for start in range(0, len(documents), _BATCH):
            progress("Indexing documents", start, len(documents))
            batch = documents[start : start + _BATCH]
            split = [split_into_passages(one) for one in batch]
            ids = [passage.id for passages in split for passage in passages]
            known_ids, known_vectors = library.vectors(ids if reuse else [])
            vectors = dict(zip(known_ids, known_vectors, strict=True))
            fresh = [passage for passages in split for passage in passages if passage.id not in vectors]
            made = self.embedder.embed([passage.indexed_text for passage in fresh])
            vectors |= dict(zip((passage.id for passage in fresh), made, strict=True))
            embedded += len(fresh)
            for document, passages in zip(batch, split, strict=True):
                library.replace(document, passages, np.stack([vectors[one.id] for one in passages]))
        if documents:
            progress("Indexing documents", len(documents), len(documents))
        return embedded

    def _touch(self, library: Library) -> None:
        """Note, before anything is written, that the index is no longer complete."""
        library.set_meta("fingerprint", self.fingerprint)
        library.set_meta("changes", str(int(library.meta("changes") or 0) + 1))

    def _sync(self, library: Library, progress: Progress) -> None:
        """Make vectors and words hold what the library holds."""
        generation = self._generation(library)
        if library.meta("synced") == generation:
            return
        progress("Writing the index", 0, 2)
        wanted, held = library.passage_ids(), self.store.ids()
        self.store.delete(sorted(held - wanted))
        ids, vectors = library.vectors(sorted(wanted - held))
        if ids:
            self.store.add(ids, vectors)
        progress("Writing the index", 1, 2)
        passages = list(library.all_passages())
        self.lexical.build([one.id for one in passages], [one.indexed_text for one in passages])
        progress("Writing the index", 2, 2)
        library.set_meta("synced", generation)

    @contextmanager
    def _writing(self) -> Iterator[None]:
        self.root.mkdir(parents=True, exist_ok=True)
        try:
            with FileLock(self.root / ".writer.lock").acquire(timeout=0):
                yield
        except Timeout as error:
            raise IndexLockedError(
                "Another osai is writing the index.", hint="Wait until it is done and try again.", retryable=True
            ) from error
