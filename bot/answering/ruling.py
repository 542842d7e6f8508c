"""Where a record settles the question, lets the record decide the direct answer: yes, no, it depends, or a fact.

The language model never decides a permission, a license, a date or a number; it only phrases what was decided here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.answering.comparison import compare
from bot.answering.direct import LEADS, PERMISSIONS, direct_answer
from bot.answering.evidence import evidence_of
from bot.answering.intents import read_intents
from bot.answering.matching import match
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

_MEANT = 0.2  # the chance that the meaning must leave to what the wordings tell
_SURE = 0.6  # the same for a yes
_ALONE = 0.7  # the chance by the meaning alone
_PAIR = 2
_MOST = 3  # statements: what a reader takes in at once
# What a reader should know first of a model, of a license, and of its duties, the heaviest first.
_OF_A_MODEL, _OF_A_LICENSE = ("developer", "license_of", "open_source"), ("open_source", "commercial")
_VALUES = frozenset({"released", "developer", "parameters", "license_of"})
_DUTIES = ("threshold", "use_policy", "attribution")


@dataclass(frozen=True, slots=True)
class Ruling:
    """The direct answer ("" where the question is no yes-or-no one) and the statements that carry it, best first.

    `wants_reason` says that a bare verdict would leave the asker wondering why.
    """

    lead: str
    evidence: tuple[Evidence, ...]
    wants_reason: bool = False


def rule(query: Query, licenses: LicenseCatalogue, models: ModelCatalogue) -> Ruling | None:
    """Return what the records decide of the question, or None where they are silent or a name is unknown."""
    if query.unknown:
        return None
    if both := compare(query, licenses, models):
        return Ruling("", both)
    if matched := match(query, licenses, models):
        return Ruling(*matched)
    return _by_records(query, licenses, models)


def _by_records(query: Query, licenses: LicenseCatalogue, models: ModelCatalogue) -> Ruling | None:
    """Return what the records of the named licenses and models say on what is asked."""
    found: list[tuple[Verdict, Evidence]] = []
    for intent in query.intents:
        for group in query.groups:
            found += _of_group(intent, group, licenses, models)
    if not found:
        return None
    lead = _lead(query, found)
    if len(query.subjects) == 1 and found[0][1].document.startswith("license-facts/"):
        found += _of_group("license_of", query.subjects, licenses, models)  # whose license that is
    pairs = len(query.groups) == len(query.intents) == len(query.subjects) == _PAIR  # two things asked of two names
    most = _PAIR * _PAIR if pairs else _MOST
    evidence = tuple({item.statement.text: item for _, item in found}.values())[:most]
    return Ruling(lead, evidence, "open_source" in query.intents)


def _lead(query: Query, found: Sequence[tuple[Verdict, Evidence]]) -> str:
    """Return the bare yes, no or "it depends", or "" where it could be misread or the asker may mean something else."""
    if not query.polar or len(query.groups) != 1 or any(not item.statement.verified for _, item in found):
        return ""
    verdicts = {verdict for verdict, _ in found}
    if len(query.intents) > 1:
        return _lead_of_several(query, verdicts)
    intent = query.intents[0]
    answers = {direct_answer(query.bare, intent, one) if _meant(query, intent, one) else "" for one in verdicts}
    if "" in answers:
        return ""
    return answers.pop() if len(answers) == 1 else LEADS["conditional"]


def _lead_of_several(query: Query, verdicts: set[Verdict]) -> str:
    """Return the lead where several permissions are asked for at once: one that is refused refuses the whole."""
    if not set(query.intents) <= PERMISSIONS or not all(_meant(query, one, "no") for one in query.intents):
        return ""
    if "no" in verdicts:
        return direct_answer(query.bare, query.intents[0], "no")
    return direct_answer(query.bare, query.intents[0], "yes") if verdicts == {"yes"} else ""


def _meant(query: Query, intent: Intent, verdict: Verdict) -> bool:
    """Return whether it is plain enough that the question asks this for a bare answer.

    Where the wordings and the meaning agree, it is; surely so where the answer is a yes, which costs most if it is
    wrong. For a refusal the meaning alone is enough. Elsewhere the statement stands by itself: it may be the answer to
    another question than the asker's.
    """
    chance = query.chances.get(intent, 1.0)
    if intent in read_intents(query.bare):
        return chance >= (_SURE if verdict == "yes" else _MEANT)
    return verdict == "no" and intent in PERMISSIONS and chance >= _ALONE


def _of_group(
    intent: Intent, group: Iterable[str], licenses: LicenseCatalogue, models: ModelCatalogue
) -> list[tuple[Verdict, Evidence]]:
    """Return what the bearers of one name say; of a large family's members, the newest of each verdict speaks.

    Whether a model is open source says its own record alone; the rest may stand in its license's.
    """
    rulings: dict[tuple[Verdict, str], Evidence] = {}
    members = tuple(group)
    each = intent in _VALUES and len(members) <= _MOST  # a value has no verdict that could stand for another's
    for subject in members:
        own, *licenses_of = documents_of(subject, licenses, models)
        for document in (own, *licenses_of) if intent != "open_source" else (own,):
            for statement in document.statements:
                if statement.topic == intent:
                    place = (statement.verdict, document.id if each else "")
                    rulings.setdefault(place, evidence_of(statement, document))
    return [(verdict, evidence) for (verdict, _), evidence in rulings.items()]


def sketch(query: Query, licenses: LicenseCatalogue, models: ModelCatalogue) -> tuple[Evidence, ...]:
    """Return what a reader should know first of the one license or model that a question asks about.

    Of a model: its maker, its license, whether it is open source. Of a license: what it is, whether it may be used
    commercially, and the heaviest of its duties.
    """
    if len(query.subjects) != 1 or query.unknown:
        return ()
    own, *_ = documents_of(query.subjects[0], licenses, models)
    found = {statement.topic: statement for statement in reversed(own.statements)}
    topics = _OF_A_MODEL if own.kind == "model" else _OF_A_LICENSE
    duties = [one for one in _DUTIES if own.kind == "license" and one in found and found[one].verdict == "yes"]
    told = [*(topic for topic in topics if topic in found), *duties[:1]]
    return tuple(evidence_of(found[topic], own) for topic in told) if len(told) > 1 else ()


def documents_of(subject: str, licenses: LicenseCatalogue, models: ModelCatalogue) -> tuple[Document, ...]:
    """Return the record of a license, or that of a model and then those of its licenses."""
    kind, _, key = subject.partition(":")
    if kind == "license":
        return (license_document(licenses.get(key)),)
    model = models.get(key)
    return model_document(model, licenses), *(license_document(licenses.get(one)) for one in model.license_keys)
