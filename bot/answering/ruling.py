"""Where a record settles the question, lets the record decide the direct answer: yes, no, it depends, or a fact.

The language model never decides a permission, a license, a date or a number; it only phrases what was decided here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.answering.evidence import evidence_of
from knowledge.licenses.render import license_document
from knowledge.models.render import model_document

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bot.answering.evidence import Evidence
    from bot.answering.intents import Intent
    from bot.answering.question import Query
    from knowledge.licenses.catalogue import LicenseCatalogue
    from knowledge.models.catalogue import ModelCatalogue
    from knowledge.records import Document, Verdict

_LEADS: dict[Verdict, str] = {"yes": "Yes.", "no": "No.", "conditional": "It depends."}
# A question that asks for the negative ("is it free of ...", "does it forbid ...") is answered by its statement alone:
# "yes" and "no" would be easy to misread.
_INVERTED = re.compile(
    r"\b(?:not|no|never|without|free (?:of|from)|forbid\w*|prohibit\w*|ban(?:s|ned)?|bar(?:s|red)?|prevent\w*|illegal|"
    r"isn't|aren't|doesn't|don't|can't|closed|proprietary|lack\w*)\b",
    re.IGNORECASE,
)
_MOST = 3  # statements: what a reader takes in at once


@dataclass(frozen=True, slots=True)
class Ruling:
    """The direct answer ("" where the question is no yes-or-no one) and the statements that carry it, best first.

    `wants_reason` says that a bare verdict would leave the asker wondering why.
    """

    lead: str
    evidence: tuple[Evidence, ...]
    wants_reason: bool


def rule(query: Query, licenses: LicenseCatalogue, models: ModelCatalogue) -> Ruling | None:
    """Return what the records decide of the question, or None where they are silent or a name is unknown."""
    if query.unknown:
        return None
    found: list[tuple[Verdict, Evidence]] = []
    for intent in query.intents:
        for group in query.groups:
            found += _of_group(intent, group, licenses, models)
    if not found:
        return None
    verdicts = [verdict for verdict, _ in found]
    if len(query.subjects) == 1 and found[0][1].document.startswith("license-facts/"):
        found += _of_group("license_of", query.subjects, licenses, models)  # whose license that is
    evidence = tuple({item.statement.text: item for _, item in found}.values())[:_MOST]
    return Ruling(_lead(query, verdicts), evidence, "open_source" in query.intents)


def _lead(query: Query, verdicts: Sequence[Verdict]) -> str:
    alone = len(query.intents) == 1 and len(query.groups) == 1
    if not query.polar or not alone or "unknown" in verdicts or _INVERTED.search(query.text):
        return ""
    return _LEADS[verdicts[0]] if len(set(verdicts)) == 1 else _LEADS["conditional"]


def _of_group(
    intent: Intent, group: Iterable[str], licenses: LicenseCatalogue, models: ModelCatalogue
) -> list[tuple[Verdict, Evidence]]:
    """Return what the bearers of one name say; of a family's members, the newest of each verdict speaks."""
    rulings: dict[Verdict, Evidence] = {}
    for subject in group:
        for document in _documents(intent, subject, licenses, models):
            for statement in document.statements:
                if statement.topic == intent and statement.verdict not in rulings:
                    rulings[statement.verdict] = evidence_of(statement, document)
    return list(rulings.items())


def _documents(intent: Intent, subject: str, licenses: LicenseCatalogue, models: ModelCatalogue) -> Iterable[Document]:
    """Yield the records that may settle the intent: a model's own, then its licenses' for what only they say."""
    kind, _, key = subject.partition(":")
    if kind == "license":
        yield license_document(licenses.get(key))
        return
    model = models.get(key)
    yield model_document(model, licenses)
    if intent != "open_source":
        for license_key in model.license_keys:
            yield license_document(licenses.get(license_key))
