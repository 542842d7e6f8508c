"""How records lie in the library's rows, and what a person is told when SQLite cannot read or write them."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from contextlib import contextmanager
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from knowledge.errors import IndexDamagedError, KnowledgeError
from knowledge.records import Document, DocumentKind, Passage, Source, Statement

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

DOCUMENT = "select id, kind, title, url, subjects, date, statements from documents"
PASSAGE = """select p.id, p.document, d.kind, d.title, d.url, p.section, p.statements, d.subjects
    from passages p join documents d on d.id = p.document"""


def content_hash(document: Document) -> str:
    """Return a digest of everything in a document that is kept."""
    return _digest(json.dumps(asdict(document), sort_keys=True))


def text_hash(text: str) -> str:
    """Return the digest that a statement is found by."""
    return _digest(text)


def document_from(row: Sequence[str]) -> Document:
    """Read a row of DOCUMENT."""
    document_id, kind, title, url, subjects, date, statements = row
    about = tuple(json.loads(subjects))
    return Document(document_id, cast("DocumentKind", kind), title, url, _load(statements), about, date)


def passage_from(row: Sequence[str]) -> Passage:
    """Read a row of PASSAGE."""
    passage_id, document, kind, title, url, section, statements, subjects = row
    about = tuple(json.loads(subjects))
    return Passage(passage_id, document, cast("DocumentKind", kind), title, url, section, _load(statements), about)


def dump(statements: Iterable[Statement]) -> str:
    """Return statements as JSON, each as the list of its fields: names would be half of the file."""
    rows = [
        [
            one.text,
            one.section,
            one.source and [one.source.title, one.source.url],
            one.verified,
            one.topic,
            one.verdict,
            one.asks,
        ]
        for one in statements
    ]
    return json.dumps(rows, ensure_ascii=False, separators=(",", ":"))


def _load(text: str) -> tuple[Statement, ...]:
    rows: list[Any] = json.loads(text)
    return tuple(
        Statement(text, section, Source(*source) if source else None, verified, topic, verdict, *map(tuple, asks))
        for text, section, source, verified, topic, verdict, *asks in rows  # older rows have no asks
    )


def vector_blob(vector: NDArray[np.float32]) -> bytes:
    """Return a vector as little-endian bytes, the same on every machine."""
    return vector.astype("<f4").tobytes()


def vectors_from(rows: Sequence[tuple[Any, ...]]) -> tuple[list[str], NDArray[np.float32]]:
    """Return the ids of (id, blob) rows, and the vectors, one row each."""
    if not rows:
        return [], np.zeros((0, 0), dtype=np.float32)
    joined = np.frombuffer(b"".join(row[1] for row in rows), dtype="<f4")
    return [row[0] for row in rows], joined.reshape(len(rows), -1).astype(np.float32, copy=False)


@contextmanager
def told(path: Path) -> Iterator[None]:
    """Turn what SQLite raises into one line that says what mends it."""
    try:
        yield
    except (sqlite3.OperationalError, OSError) as error:  # the disk, not the file: full, locked, read-only
        raise KnowledgeError(
            f"{path} cannot be used: {error}.",
            hint="Look at the disk's free space and who may write there.",
            retryable=True,
        ) from error
    except sqlite3.DatabaseError as error:
        raise IndexDamagedError(
            f"{path} cannot be read: {error}.", hint=f"Remove {path.parent} and run `osai ingest`."
        ) from error


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:24]
