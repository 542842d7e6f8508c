"""Brings documents into the index: texts into the library, then vectors into Chroma and words into BM25 from there.

Each step is idempotent: whatever moment a writer is killed at, the next run finishes what it began. What has not
changed is neither embedded nor written again. Refuses a second writer; readers stay undisturbed.
"""

from __future__ import annotations

import os
import time
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from filelock import FileLock, Timeout

from knowledge.chunking import CHUNKER, split_into_passages
from knowledge.errors import IndexLockedError, IndexMismatchError, IndexMissingError
from knowledge.generations import REBUILD
from knowledge.library import Entry, Library
from knowledge.ports import silent
from knowledge.retrieval.lexical import TERMS, LexicalIndex
from knowledge.rows import content_hash
from knowledge.store import VectorStore

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from knowledge.ports import Embedder, Progress
    from knowledge.records import Document, DocumentKind, Origin, Passage

BUNDLED: frozenset[DocumentKind] = frozenset({"license-text", "license", "model", "article"})
_STATED: frozenset[DocumentKind] = frozenset({"license", "model", "article"})  # single statements get a vector too
_BATCH = 64  # passages embedded and committed together: a killed run loses no more
_PART = 5000  # vectors handed from the library to the store at once


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
        self._file = root / "library.sqlite"

    def complete(self) -> bool:
        """Return whether vectors and words hold what the library holds; opens no Chroma."""
        if not self._file.exists():
            return False
        with closing(self.open()) as library:
            return library.meta("synced") == self._state(library)

    def open(self) -> Library:
        """Return the library; IndexMissingError where nothing was ingested, IndexMismatchError for other vectors."""
        self.store.check()
        library = Library(self._file)
        try:
            self._check(library)
        except IndexMismatchError:
            library.close()
            raise
        return library

    def origins(self) -> dict[str, Origin]:
        """Return where the user's documents came from, by document id; empty where nothing was ingested."""
        with self._reading() as library:
            return library.origins() if library else {}

    def kinds(self) -> dict[str, str]:
        """Return the kind of every document by its id; empty where nothing was ingested."""
        with self._reading() as library:
            return library.kinds() if library else {}

    def document(self, document_id: str) -> Document | None:
        """Return a document as it is kept, or None; searches are not asked."""
        with self._reading() as library:
            return library.document(document_id) if library else None

    def ingest(
        self, documents: Iterable[Document], *, prune: bool, progress: Progress = silent, origins: Sequence[Origin] = ()
    ) -> IngestReport:
        """Bring the documents in. With `prune`, bundled documents that are not among them are removed.

        `origins` say where documents of the user's came from.
        """
        start = time.perf_counter()
        documents = list(documents)
        with self._writing(create=True) as library:
            self._check(library)
            self.store.check()
            known, kinds = library.hashes(), library.kinds()
            fresh = [one for one in documents if known.get(one.id) != content_hash(one)]
            stay = {one.id for one in documents}
            gone = [one for one, kind in kinds.items() if prune and kind in BUNDLED and one not in stay]
            for document_id in gone:
                library.forget(document_id)
            embedded = self._write(library, fresh, progress)
            library.keep_origins(origins)
            self._sync(library, progress)
            passages = len(library.passage_ids())
        changed = sum(one.id in known for one in fresh)
        seconds = round(time.perf_counter() - start, 3)
        unchanged = len(documents) - len(fresh)
        return IngestReport(len(fresh) - changed, changed, unchanged, len(gone), passages, embedded, seconds)

    def rebuild(self, progress: Progress = silent) -> IngestReport:
        """Make vectors and words anew from the library; passages are embedded again only if the embeddings changed."""
        start = time.perf_counter()
        with self._writing() as library:
            stale = [one for maker, ids in library.makers().items() if maker != self._maker for one in ids]
            documents = [document for one in stale if (document := library.document(one))]
            embedded = self._write(library, documents, progress)
            self._sync(library, progress, anew=True)
            unchanged, passages = len(library.hashes()) - len(documents), len(library.passage_ids())
        seconds = round(time.perf_counter() - start, 3)
        return IngestReport(0, len(documents), unchanged, 0, passages, embedded, seconds)

    def forget(self, document_id: str) -> None:
        """Take a document out."""
        with self._writing() as library:
            library.forget(document_id)
            self._sync(library, silent)

    @property
    def _maker(self) -> tuple[str, str]:
        return self.embedder.fingerprint, CHUNKER

    def _check(self, library: Library) -> None:
        for embedder, chunker in library.makers():
            if (embedder, chunker) != self._maker:
                raise IndexMismatchError(
                    f"The index was made with {embedder}/{chunker}, and osai now uses {self.fingerprint}.",
                    hint=REBUILD,
                )

    def _state(self, library: Library) -> str:
        return f"{library.generation} {self.fingerprint} {TERMS}"

    def _write(self, library: Library, documents: Sequence[Document], progress: Progress) -> int:
        """Embed and keep the documents, a few at a time; return how many passages had to be embedded."""
        split = [(document, split_into_passages(document)) for document in documents]
        total = sum(len(passages) for _, passages in split)
        embedded = done = 0
        for batch in _batches(split):
            progress("Embedding passages", done, total)
            passages = [passage for _, parts in batch for passage in parts]
            vectors = library.vectors_by(self.embedder.fingerprint, [one.id for one in passages])
            fresh = [one for one in passages if one.id not in vectors]
            made = self._embedded(fresh, partial(progress, "Embedding passages", total=total), done)
            vectors |= dict(zip((one.id for one in fresh), made, strict=True))
            stated = self._statement_vectors(library, [document for document, _ in batch])
            for document, parts in batch:
                library.replace(self._entry(document, parts, vectors, stated))
            embedded += len(fresh)
            done += len(passages)
        if total:
            progress("Embedding passages", total, total)
        return embedded

    def _embedded(self, passages: Sequence[Passage], report: Callable[[int], None], done: int) -> NDArray[np.float32]:
        """Return a vector for each passage; `report` hears of every batch, within a long document too."""
        vectors = [self.embedder.embed(())]
        for start in range(0, len(passages), _BATCH):
            report(done + start)
            vectors.append(self.embedder.embed([one.indexed_text for one in passages[start : start + _BATCH]]))
        return np.concatenate(vectors)

    def _statement_vectors(self, library: Library, documents: Sequence[Document]) -> dict[str, NDArray[np.float32]]:
        stated = [one for document in documents if document.kind in _STATED for one in document.statements]
        texts = {text: None for one in stated for text in (one.text, *one.asks)}
        vectors = library.statement_vectors(self.embedder.fingerprint, texts)
        fresh = [text for text in texts if text not in vectors]
        return vectors | dict(zip(fresh, self.embedder.embed(fresh), strict=True))

    def _entry(
        self,
        document: Document,
        passages: Sequence[Passage],
        vectors: dict[str, NDArray[np.float32]],
        stated: dict[str, NDArray[np.float32]],
    ) -> Entry:
        texts = [text for one in document.statements for text in (one.text, *one.asks)]
        own = {text: stated[text] for text in texts if text in stated}
        rows = [vectors[one.id] for one in passages]
        return Entry(document, passages, np.stack(rows) if rows else self.embedder.embed(()), *self._maker, own)

    def _sync(self, library: Library, progress: Progress, *, anew: bool = False) -> None:
        """Make vectors and words hold what the library holds."""
        state = self._state(library)
        if library.meta("synced") == state and not anew:
            return
        progress("Writing the index", 0, 2)
        wanted = library.passage_ids()
        held = frozenset() if anew else self.store.ids()
        missing, extra = sorted(wanted - held), sorted(held - wanted)
        if anew or missing or extra:
            parts = (library.vectors(missing[start : start + _PART]) for start in range(0, len(missing), _PART))
            self.store.write(parts, extra, anew=anew)
        progress("Writing the index", 1, 2)
        passages = list(library.all_passages())
        self.lexical.write([one.id for one in passages], [one.words for one in passages])
        library.set_meta("synced", state)
        progress("Writing the index", 2, 2)

    @contextmanager
    def _reading(self) -> Iterator[Library | None]:
        """Hand out the library, or None where nothing was ingested."""
        try:
            library = Library(self._file)
        except IndexMissingError:
            yield None
            return
        with closing(library):
            yield library

    @contextmanager
    def _writing(self, *, create: bool = False) -> Iterator[Library]:
        """Hand out the library to the one writer; IndexLockedError names the process that has it."""
        note = self.root / ".writer"
        if create:
            self.root.mkdir(parents=True, exist_ok=True)
        elif not self._file.exists():
            Library(self._file)  # says that there is no index yet
        try:
            with FileLock(self.root / ".writer.lock").acquire(timeout=0):
                note.write_text(str(os.getpid()))
                with closing(Library(self._file, create=create)) as library:
                    yield library
        except Timeout as error:
            owner = note.read_text() if note.exists() else "unknown"
            raise IndexLockedError(
                f"Another osai (process {owner}) is writing the index.",
                hint="Wait until it is done, then run the same command again.",
                retryable=True,
            ) from error


def _batches(
    split: Iterable[tuple[Document, tuple[Passage, ...]]],
) -> Iterator[list[tuple[Document, tuple[Passage, ...]]]]:
    """Yield whole documents together until they have about _BATCH passages."""
    batch: list[tuple[Document, tuple[Passage, ...]]] = []
    for one in split:
        batch.append(one)
        if sum(len(passages) for _, passages in batch) >= _BATCH:
            yield batch
            batch = []
    if batch:
        yield batch
