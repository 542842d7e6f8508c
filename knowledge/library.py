"""Keeps the texts: documents, their passages and the vectors made of them, in one SQLite file that is the truth.

Chroma and the BM25 index are made from it and can be made again. A killed writer loses at most the document it was
writing; readers see the last whole document. Refuses to search: it knows ids and subjects, and nothing of meaning.
"""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass, field
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from knowledge.errors import IndexMissingError, KnowledgeError
from knowledge.records import Heading, Origin
from knowledge.rows import (
    DOCUMENT,
    PASSAGE,
    content_hash,
    document_from,
    dump,
    passage_from,
    text_hash,
    told,
    vector_blob,
    vectors_from,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from knowledge.records import Document, DocumentKind, Passage

_VERSION = 1  # of library.sql
_CHANGED = "update meta set value = cast(value as integer) + 1 where key = 'generation'"
_ORIGIN = ("document", "url", "etag", "modified", "fetched_at", "text_hash")
_ORIGINS = f"""create table if not exists origins (
    {_ORIGIN[0]} text primary key references documents(id) on delete cascade,
    {", ".join(f"{name} text not null" for name in _ORIGIN[1:])}
) without rowid"""
_MOST = 900  # values in one query: below the limit of every SQLite


@dataclass(frozen=True, slots=True)
class Entry:
    """A document ready to be kept: its passages with a vector each, vectors of single statements, and what made them.

    `statements` maps a statement's text to its vector; it may be empty.
    """

    document: Document
    passages: Sequence[Passage]
    vectors: NDArray[np.float32]
    embedder: str
    chunker: str
    statements: Mapping[str, NDArray[np.float32]] = field(default_factory=dict)


class Library:
    """The texts in one file. Threads may share one for reading; a writer has its own."""

    def __init__(self, path: Path, *, create: bool = False) -> None:
        if not create and not path.exists():
            raise IndexMissingError("No index yet.", hint="Run `osai ingest`.")
        self.path = path
        with told(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            self._db = sqlite3.connect(path, timeout=30, check_same_thread=False)
            self._db.execute("pragma foreign_keys = on")
            self._db.execute("pragma synchronous = normal")  # with WAL, a power cut loses commits, never the file
            if create and not self._version():
                self._db.execute("pragma journal_mode = wal")
                self._db.executescript(files("knowledge").joinpath("library.sql").read_text())
            if create:
                self._db.execute(_ORIGINS)  # libraries made before documents had origins get the table too
            version = self._version()
        if version != _VERSION:
            self._db.close()
            raise _unreadable(path, version)

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    @property
    def generation(self) -> str:
        """Name the state of the texts: it changes with every document that comes, changes or goes."""
        return self.meta("generation")

    def meta(self, key: str) -> str:
        """Return a value kept beside the texts, or an empty string."""
        rows = self._rows("select value from meta where key = ?", key)
        return str(rows[0][0]) if rows else ""

    def set_meta(self, key: str, value: str) -> None:
        """Keep a value beside the texts."""
        with told(self.path), self._db:
            self._db.execute("insert or replace into meta values (?, ?)", (key, value))

    def hashes(self) -> dict[str, str]:
        """Return the content hash of every document by its id."""
        return dict(self._rows("select id, hash from documents"))

    def kinds(self) -> dict[str, str]:
        """Return the kind of every document by its id."""
        return dict(self._rows("select id, kind from documents"))

    def makers(self) -> dict[tuple[str, str], list[str]]:
        """Return the ids of the documents by the embedder and the chunker that their passages were made with."""
        found: dict[tuple[str, str], list[str]] = {}
        for document_id, embedder, chunker in self._rows("select id, embedder, chunker from documents order by rowid"):
            found.setdefault((embedder, chunker), []).append(document_id)
        return found

    def headings(self) -> tuple[Heading, ...]:
        """Return what a list shows of every document, by id, without reading the texts."""
        return tuple(
            Heading(*row) for row in self._rows("select id, kind, title, url, date from documents order by id")
        )

    def documents(self) -> tuple[Document, ...]:
        """Return every document, by id."""
        return tuple(map(document_from, self._rows(f"{DOCUMENT} order by id")))

    def document(self, document_id: str) -> Document | None:
        """Return one document, or None."""
        rows = self._rows(f"{DOCUMENT} where id = ?", document_id)
        return document_from(rows[0]) if rows else None

    def replace(self, entry: Entry) -> None:
        """Put a document, with all that was made of it, in the place of its older version, at once or not at all."""
        one = entry.document
        kept = (one.id, one.kind, one.title, one.url, json.dumps(one.subjects), one.date, content_hash(one))
        with told(self.path), self._db:
            self._db.execute("delete from documents where id = ?", (one.id,))
            self._db.execute(
                "insert into documents values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (*kept, entry.embedder, entry.chunker, dump(one.statements)),
            )
            self._insert_passages(entry)
            self._db.executemany(
                "insert into statements values (?, ?, ?)",
                [(text_hash(text), one.id, vector_blob(vector)) for text, vector in entry.statements.items()],
            )
            self._db.execute(_CHANGED)

    def forget(self, document_id: str) -> None:
        """Take a document out."""
        with told(self.path), self._db:
            if self._db.execute("delete from documents where id = ?", (document_id,)).rowcount:
                self._db.execute(_CHANGED)

    def origins(self) -> dict[str, Origin]:
        """Return where the user's documents came from, by document id."""
        there = self._rows("select 1 from sqlite_master where name = 'origins'")
        rows = self._rows("select * from origins order by document") if there else []
        return {row[0]: Origin(*row) for row in rows}

    def keep_origins(self, origins: Iterable[Origin]) -> None:
        """Keep the origins of documents that exist."""
        with told(self.path), self._db:
            self._db.executemany(
                """insert or replace into origins select ?, ?, ?, ?, ?, ?
                where exists (select 1 from documents where id = ?)""",
                [(*(getattr(one, name) for name in _ORIGIN), one.document) for one in origins],
            )

    def passage_ids(self) -> frozenset[str]:
        """Return the ids of every passage."""
        return frozenset(row[0] for row in self._rows("select id from passages"))

    def passages(self, ids: Sequence[str]) -> dict[str, Passage]:
        """Return the passages that exist among `ids`, by id."""
        return {row[0]: passage_from(row) for row in self._in(f"{PASSAGE} where p.id in (??)", ids)}

    def all_passages(self) -> Iterator[Passage]:
        """Yield every passage, in a stable order."""
        with told(self.path):
            yield from map(passage_from, self._db.execute(f"{PASSAGE} order by p.id"))

    def passages_of(self, kind: DocumentKind) -> tuple[Passage, ...]:
        """Return the passages of one kind of documents, in a stable order."""
        return tuple(map(passage_from, self._rows(f"{PASSAGE} where d.kind = ? order by p.id", kind)))

    def vectors(self, ids: Sequence[str]) -> tuple[list[str], NDArray[np.float32]]:
        """Return the ids that exist among `ids` and their vectors, one row each."""
        return vectors_from(self._in("select id, vector from passages where id in (??)", ids))

    def vectors_by(self, embedder: str, ids: Sequence[str]) -> dict[str, NDArray[np.float32]]:
        """Return the vectors of the passages among `ids` that this embedder has made before, by id."""
        query = """select p.id, p.vector from passages p join documents d on d.id = p.document
            where d.embedder = ? and p.id in (??)"""
        found, vectors = vectors_from(self._in(query, ids, embedder))
        return dict(zip(found, vectors, strict=True))

    def vectors_about(self, subjects: Sequence[str]) -> tuple[list[str], NDArray[np.float32]]:
        """Return the passages about any of the subjects: their ids and their vectors, one row each."""
        query = """select id, vector from passages where id in
            (select passage from subjects where subject in (??)) order by id"""
        return vectors_from(self._in(query, subjects))

    def statement_vectors(self, embedder: str, texts: Iterable[str]) -> dict[str, NDArray[np.float32]]:
        """Return the vectors of the texts that are statements kept with a vector of this embedder, by text."""
        asked = {text_hash(text): text for text in texts}
        query = """select s.hash, s.vector from statements s join documents d on d.id = s.document
            where d.embedder = ? and s.hash in (??)"""
        found, vectors = vectors_from(self._in(query, list(asked), embedder))
        return {asked[one]: vector for one, vector in zip(found, vectors, strict=True)}

    def _version(self) -> int:
        return int(self._db.execute("pragma user_version").fetchone()[0])

    def _insert_passages(self, entry: Entry) -> None:
        self._db.executemany(
            "insert into passages values (?, ?, ?, ?, ?, ?)",
            [
                (one.id, one.document, place, one.section, dump(one.statements), vector_blob(vector))
                for place, (one, vector) in enumerate(zip(entry.passages, entry.vectors, strict=True))
            ],
        )
        about = {(subject, one.id) for one in entry.passages for subject in one.subjects}
        self._db.executemany("insert into subjects values (?, ?)", sorted(about))

    def _rows(self, query: str, *values: str) -> list[tuple[Any, ...]]:
        with told(self.path):
            return self._db.execute(query, values).fetchall()

    def _in(self, query: str, values: Sequence[str], *before: str) -> list[tuple[Any, ...]]:
        """Return the rows of a query in which ?? stands for a list of values, however long."""
        rows: list[tuple[Any, ...]] = []
        for start in range(0, len(values), _MOST):
            part = values[start : start + _MOST]
            rows += self._rows(query.replace("??", ",".join("?" * len(part))), *before, *part)
        return rows


def _unreadable(path: Path, version: int) -> KnowledgeError:
    if version == 0:  # made, and its writer killed before it wrote anything
        return IndexMissingError("No index yet.", hint="Run `osai ingest`.")
    return KnowledgeError(
        f"{path} was written by another version of osai.", hint="Update osai, or move the file away and ingest again."
    )
