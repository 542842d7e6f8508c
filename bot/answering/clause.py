"""Finds the clause of the license text behind what a license record says, so that an answer can show its wording."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.answering.evidence import Evidence, evidence_of
from bot.answering.words import content_stems, numbers

if TYPE_CHECKING:
    from collections.abc import Callable

    from knowledge.licenses.catalogue import LicenseCatalogue
    from knowledge.records import Document


def with_clause(item: Evidence, licenses: LicenseCatalogue, document: Callable[[str], Document | None]) -> Evidence:
    """Return the evidence with the sentence of the license text that says the same, where there is one.

    Only the section that the record names is searched; of its sentences the one that shares most words and numbers
    with the record's statement is the clause.
    """
    kind, _, key = item.document.partition("/")
    if kind != "license-facts" or not item.statement.section or key not in licenses:
        return item
    text = document(f"licenses/{key}")
    if text is None:
        return item
    section = item.statement.section
    clauses = [one for one in text.statements if one.section == section or one.section.startswith(f"{section}.")]
    if not clauses:
        return item
    ours, ours_numbers = content_stems(item.statement.text), numbers(item.statement.text)

    def likeness(clause_text: str) -> int:
        return len(ours & content_stems(clause_text)) + 3 * len(ours_numbers & numbers(clause_text))

    best = max(clauses, key=lambda clause: likeness(clause.text))
    return replace(item, clause=evidence_of(best, text)) if likeness(best.text) else item
