"""A statement as evidence: where it stands, what it is about, and how well it fits what is asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from knowledge.records import Document, Passage, Statement


@dataclass(frozen=True, slots=True)
class Evidence:
    """One statement with where it stands, what it is about and how well it fits the question (0 to about 1.5).

    `likeness` is the cosine to the question, its own or that of a question that it answers. `clause` is the wording of
    the license text behind a license record's statement.
    """

    statement: Statement
    document: str
    title: str
    url: str
    subjects: tuple[str, ...]
    score: float = 1.0
    likeness: float = 1.0
    clause: Evidence | None = None


def evidence_of(
    statement: Statement, document: Document | Passage, score: float = 1.0, likeness: float = 1.0
) -> Evidence:
    """Return the statement as evidence of its document."""
    home = getattr(document, "document", "") or document.id
    return Evidence(statement, home, document.title, document.url, document.subjects, score, likeness)
