"""Groups a document's statements into passages: neighbors of one place, up to about 180 tokens.

Refuses to mix two top clauses of a license, or two headings: a passage is found by what it says, and a clause that
allows beside one that forbids says neither.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from itertools import groupby, takewhile
from typing import TYPE_CHECKING

from knowledge.records import Passage

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from knowledge.records import Document, DocumentKind, Statement

CHUNKER = "statements-2"  # part of the index's fingerprint: a change of what follows changes it
_MOST_WORDS = 135  # about 180 tokens of English; the embeddings read 256 with the header


def split_into_passages(document: Document) -> tuple[Passage, ...]:
    """Return the passages of a document in reading order; equal texts in one place become one passage."""
    passages: dict[str, Passage] = {}
    for _, neighbors in groupby(document.statements, key=lambda one: _place(one.section, document.kind)):
        for group in _groups(neighbors):
            passage = Passage(
                id="",
                document=document.id,
                kind=document.kind,
                title=document.title,
                url=document.url,
                section=_shared_section([one.section for one in group]),
                statements=group,
                subjects=document.subjects,
            )
            passage = replace(passage, id=_content_hash(passage))
            passages.setdefault(passage.id, passage)
    return tuple(passages.values())


def _place(section: str, kind: DocumentKind) -> str:
    """Return the top clause of a license text's "2.b.1"; elsewhere a section is a heading and stays whole."""
    return section.partition(".")[0] if kind == "license-text" else section


def _groups(statements: Iterable[Statement]) -> Iterator[tuple[Statement, ...]]:
    """Yield neighbors together while they fit; a statement longer than a passage stands alone."""
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


def _shared_section(sections: Sequence[str]) -> str:
    """Return where all of these stand: "2.b.1" and "2.b.3" both stand in "2.b"."""
    if len(set(sections)) == 1:
        return sections[0]
    columns = zip(*(section.split(".") for section in sections), strict=False)
    return ".".join(column[0] for column in takewhile(lambda column: len(set(column)) == 1, columns))


def _content_hash(passage: Passage) -> str:
    return hashlib.sha256(f"{passage.document}\0{passage.indexed_text}".encode()).hexdigest()[:24]
