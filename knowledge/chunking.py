"""Groups a document's statements into passages: neighbors of one section, up to about 180 tokens.

Refuses to mix two sections: a passage is found by what it says, and cited by where it stands.
"""

from __future__ import annotations

import hashlib
from itertools import groupby
from typing import TYPE_CHECKING

from knowledge.records import Passage

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from knowledge.records import Document, Statement

CHUNKER = "statements-1"  # part of the index's fingerprint: a change of what follows changes it
_MOST_WORDS = 135  # about 180 tokens of English


def split_into_passages(document: Document) -> tuple[Passage, ...]:
    """Return the passages of a document in reading order; equal texts in one document become one passage."""
    passages: dict[str, Passage] = {}
    for section, statements in groupby(document.statements, key=lambda statement: statement.section):
        for group in _groups(statements):
            passage = Passage(
                id="",
                document=document.id,
                kind=document.kind,
                title=document.title,
                url=document.url,
                section=section,
                statements=group,
                subjects=document.subjects,
            )
            key = _content_hash(passage)
            passages.setdefault(key, _with_id(passage, key))
    return tuple(passages.values())


def _groups(statements: Iterable[Statement]) -> Iterator[tuple[Statement, ...]]:
    group: list[Statement] = []
    words = 0
    for statement in statements:
        size = len(statement.text.split())
        if group and words + size > _MOST_WORDS:
            yield tuple(group)
            group, words = [], 0
        group.append(statement)
        words += size
    if group:
        yield tuple(group)


def _content_hash(passage: Passage) -> str:
    return hashlib.sha256(f"{passage.document}\0{passage.indexed_text}".encode()).hexdigest()[:24]


def _with_id(passage: Passage, key: str) -> Passage:
    return Passage(
        key,
        passage.document,
        passage.kind,
        passage.title,
        passage.url,
        passage.section,
        passage.statements,
        passage.subjects,
    )
