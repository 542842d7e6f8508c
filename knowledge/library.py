"""Keeps the texts: documents, their passages and the passages' vectors, in one SQLite file that is the truth.

Chroma and the BM25 index are made from it and can be made again. A killed writer loses at most the document it was
writing; readers see the last whole document.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from contextlib import contextmanager
from dataclasses import asdict
from typing import TYPE_CHECKING, cast

import numpy as np

from knowledge.errors import IndexDamagedError, IndexMissingError
from knowledge.records import Document, DocumentKind, Passage, Source, Statement

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

_SCHEMA = """
create table if not exists documents (
    id text primary key, kind text not null, title text not null, url text not null, date text not null,
    subjects text not null, statements text not null, hash text not null
);
create table if not exists passages (
    id text primary key, document text not null references documents(id) on delete cascade, position integer not null,
    section text not null, statements text not null, vector blob not null
);
create index if not exists passages_of_document on passages(document, position);
create table if not exists subjects (subject text not null, passage text not null references passages(id)
    on delete cascade, primary key (subject, passage)) without rowid;
create table if not exists meta (key text primary key, value text not null);
"""
_PARAMETERS = 900  # below SQLite's limit of variables a statement
_PASSAGE = """select p.id, p.document, d.kind, d.title, d.url, p.section, p.statements, d.subjects
    from passages p join documents d on d.id = p.document"""


class Library:
    """The texts in one file. A connection belongs to the thread that made it; open one a thread."""

    def __init__(self, path: Path, *, create: bool = False) -> None:
        if not create and not path.exists():
            raise IndexMissingError("No index yet.", hint="Run `osai ingest`.")
        path.parent.mkdir(parents=True, exist_ok=True)
        self.path = path
        with _readable(path):
            self._db = sqlite3.connect(path, timeout=30, check_same_thread=False)
            self._db.execute("pragma journal_mode = wal")
            self._db.execute("pragma synchronous = normal")
            self._db.execute("pragma foreign_keys = on")
            self._db.executescript(_SCHEMA)

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def meta(self, key: str) -> str:
        """Return a value kept beside the texts, or an empty string."""
        with _readable(self.path):
            row = self._db.execute("select value from meta where key = ?", (key,)).fetchone()
        return str(row[0]) if row else ""

    def set_meta(self, key: str, value: str) -> None:
        """Keep a value beside the texts."""
        with self._db:
            self._db.execute("insert or replace into meta values (?, ?)", (key, value))

    def hashes(self) -> dict[str, str]:
        """Return the content hash of every document by its id."""
        with _readable(self.path):
            return dict(self._db.execute("select id, hash from documents"))

    def documents(self) -> tuple[Document, ...]:
        """Return every document, by id."""
        with _readable(self.path):
            return tuple(map(_document, self._db.execute(f"{_DOCUMENT} order by id")))

    def document(self, document_id: str) -> Document | None:
        """Return one document, or None."""
        with _readable(self.path):
            row = self._db.execute(f"{_DOCUMENT} where id = ?", (document_id,)).fetchone()
        return _document(row) if row else None

    def replace(self, document: Document, passages: Sequence[Passage], vectors: NDArray[np.float32]) -> None:
        """Put a document with its passages and their vectors (one row each) in the place of its older version."""
        with self._db:
            self._db.execute("delete from documents where id = ?", (document.id,))
            self._db.execute(
                "insert into documents values (?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    document.id,
                    document.kind,
                    document.title,
                    document.url,
                    document.date,
                    json.dumps(document.subjects),
                    _dump(document.statements),
                    content_hash(document),
                ),
            )
            self._db.executemany(
                "insert into passages values (?, ?, ?, ?, ?, ?)",
                [
                    (one.id, document.id, place, one.section, _dump(one.statements), vector.astype("<f4").tobytes())
                    for place, (one, vector) in enumerate(zip(passages, vectors, strict=True))
                ],
            )
            self._db.executemany(
                "insert or ignore into subjects values (?, ?)",
                [(subject, one.id) for one in passages for subject in one.subjects],
            )

    def forget(self, document_id: str) -> None:
        """Take a document out."""
        with self._db:
            self._db.execute("delete from documents where id = ?", (document_id,))

    def passage_ids(self) -> frozenset[str]:
        """Return the ids of every passage."""
        with _readable(self.path):
            return frozenset(row[0] for row in self._db.execute("select id from passages"))

    def passages(self, ids: Sequence[str]) -> dict[str, Passage]:
        """Return the passages that exist among `ids`, by id."""
        found: dict[str, Passage] = {}
        with _readable(self.path):
            for part in _parts(ids):
                query = f"{_PASSAGE} where p.id in ({_marks(part)})"
                found |= {row[0]: _passage(row) for row in self._db.execute(query, part)}
        return found

    def all_passages(self) -> Iterator[Passage]:
        """Yield every passage, in a stable order."""
        with _readable(self.path):
            yield from map(_passage, self._db.execute(f"{_PASSAGE} order by p.id"))

    def vectors(self, ids: Sequence[str]) -> tuple[list[str], NDArray[np.float32]]:
        """Return the ids that exist among `ids` and their vectors, one row each."""
        rows: list[tuple[str, bytes]] = []
        with _readable(self.path):
            for part in _parts(ids):
                query = f"select id, vector from passages where id in ({_marks(part)})"  # noqa: S608 - question marks alone
                rows += self._db.execute(query, part)
        return [row[0] for row in rows], _matrix(row[1] for row in rows)

    def vectors_about(self, subjects: Sequence[str]) -> tuple[list[str], NDArray[np.float32]]:
        """Return the passages about any of the subjects: their ids and their vectors, one row each."""
        rows: list[tuple[str, bytes]] = []
        with _readable(self.path):
            for part in _parts(subjects):
                query = f"""select distinct p.id, p.vector from subjects s join passages p on p.id = s.passage
                    where s.subject in ({_marks(part)}) order by p.id"""  # noqa: S608 - question marks alone
                rows += self._db.execute(query, part)
        return [row[0] for row in rows], _matrix(row[1] for row in rows)


_DOCUMENT = "select id, kind, title, url, statements, subjects, date from documents"


def content_hash(document: Document) -> str:
    """Return a digest of everything in a document that is kept."""
    return hashlib.sha256(json.dumps(asdict(document), sort_keys=True).encode()).hexdigest()[:24]


@contextmanager
def _readable(path: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.DatabaseError as error:
        raise IndexDamagedError(
            f"{path} cannot be read: {error}.", hint=f"Remove {path.parent} and run `osai ingest`."
        ) from error


def _parts(values: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(values), _PARAMETERS):
        yield values[start : start + _PARAMETERS]


def _marks(values: Sequence[str]) -> str:
    return ",".join("?" * len(values))


def _matrix(blobs: Iterable[bytes]) -> NDArray[np.float32]:
    rows = [np.frombuffer(blob, dtype="<f4") for blob in blobs]
    return np.stack(rows).astype(np.float32, copy=False) if rows else np.zeros((0, 0), dtype=np.float32)


def _dump(statements: Iterable[Statement]) -> str:
    return json.dumps([asdict(one) for one in statements], ensure_ascii=False)


def _load(text: str) -> tuple[Statement, ...]:
    return tuple(
        Statement(**{**row, "source": Source(**row["source"]) if row["source"] else None}) for row in json.loads(text)
    )


def _document(row: tuple[str, ...]) -> Document:
    document_id, kind, title, url, statements, subjects, date = row
    subject_names = tuple(json.loads(subjects))
    return Document(document_id, cast("DocumentKind", kind), title, url, _load(statements), subject_names, date)


def _passage(row: tuple[str, ...]) -> Passage:
    passage_id, document, kind, title, url, section, statements, subjects = row
    return Passage(
        id=passage_id,
        document=document,
        kind=cast("DocumentKind", kind),
        title=title,
        url=url,
        section=section,
        statements=_load(statements),
        subjects=tuple(json.loads(subjects)),
    )
