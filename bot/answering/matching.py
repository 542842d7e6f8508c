"""Says whether a model is under the license that a question puts it under, as "Is Qwen3 MIT licensed?" does."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from bot.answering.direct import LEADS
from bot.answering.evidence import evidence_of
from bot.answering.intents import polar_clause
from knowledge.models.render import model_document

if TYPE_CHECKING:
    from bot.answering.evidence import Evidence
    from bot.answering.question import Query
    from knowledge.licenses.catalogue import LicenseCatalogue
    from knowledge.models.catalogue import ModelCatalogue
    from knowledge.records import Verdict

_BEFORE = frozenset({"", "licensed", "license", "model", "models", "weights", "open", "source"})
_LINK = _BEFORE | frozenset(
    """is are was were being be s under the a an released available published now really actually fully use uses using
    have has carry carries come comes ship ships with on of by its switched moved changed to became become and
    distributed put still also just as out in go goes went gone licence licenced isn t aren not""".split()
)
_NAME = re.compile(r"\bX\b")
_PAIR = 2
_ASKS_WHICH = re.compile(r"\b(?:which|what|difference|compare|compatible|combine|mix)\b", re.IGNORECASE)
_DENIES = re.compile(r"\b(?:not|isn't|aren't|wasn't|no longer|never)\b", re.IGNORECASE)


def match(query: Query, licenses: LicenseCatalogue, models: ModelCatalogue) -> tuple[str, tuple[Evidence, ...]] | None:
    """Return the direct answer and the statements on the model's license, or None where no such link is asked for."""
    held = [group for group in query.groups if all(one.startswith("model:") for one in group)]
    wanted = {one.partition(":")[2] for group in query.groups for one in group if one.startswith("license:")}
    if not query.polar or len(held) != 1 or not wanted or _ASKS_WHICH.search(query.bare) or not _linked(query):
        return None
    if len(_NAME.findall(polar_clause(query.bare))) < _PAIR:  # told, not asked: "X under its modified MIT, may we?"
        return None
    found: dict[Verdict, Evidence] = {}
    for subject in held[0]:
        model = models.get(subject.partition(":")[2])
        document = model_document(model, licenses)
        for statement in document.statements:
            if statement.topic == "license_of" and model.license_keys:
                verdict: Verdict = "yes" if wanted & set(model.license_keys) else "no"
                found.setdefault(verdict, evidence_of(statement, document))
    if not found:
        return None
    verdicts = list(found)
    lead = LEADS[verdicts[0]] if len(verdicts) == 1 else LEADS["conditional"]
    return (lead if query.polar and not _DENIES.search(query.bare) else ""), tuple(found.values())


def _linked(query: Query) -> bool:
    """Return whether the words between a model's name and a license's put the one under the other."""
    mentions = [mention for mention in query.mentions if mention.known]
    for first, second in pairwise(mentions):
        kinds = first.subjects[0].partition(":")[0], second.subjects[0].partition(":")[0]
        between = re.findall(r"[a-z]+", query.text[first.end : second.start].lower())
        if kinds == ("model", "license") and set(between) <= _LINK:
            return True
        if kinds == ("license", "model") and set(between) <= _BEFORE:
            return True
    return False
