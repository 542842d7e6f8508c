"""Sets two licenses or models side by side: what the records say of both where they differ, the weightiest first."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.answering.evidence import evidence_of
from knowledge.licenses.render import license_document
from knowledge.models.render import model_document

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.answering.evidence import Evidence
    from bot.answering.question import Query
    from knowledge.licenses.catalogue import LicenseCatalogue
    from knowledge.models.catalogue import ModelCatalogue

_COMPARES = re.compile(
    r"\b(?:differ\w*|compar\w*|versus|vs\.?|distinguish\w*|contrast\w*|stricter|looser|better|worse"
    r"|more (?:permissive|open|restrictive|liberal|free)|less (?:permissive|open|restrictive|free)"
    r"|chang\w* (?:between|from)|instead of|same|alike|both|bigger|larger|smaller|older|newer"
    r"|(?:have|has|says?|requires?|asks?|allows?|demands?|does) that [^?]{0,30}\b(?:doesn't|does not|lacks?|don't)"
    r"|easier|share|shares|kept?|keep|changed|(?:with|for) X or (?:with |for )?X|X or X"
    r"|which (?:one )?(?:is|has|lets|allows|should))\b",
    re.IGNORECASE,
)
# What a reader wants to know of the difference first.
_ORDER = (
    "license_of",
    "open_source",
    "commercial",
    "threshold",
    "outputs",
    "derivatives",
    "patents",
    "attribution",
    "use_policy",
    "territory",
    "redistribution",
    "host",
    "termination",
    "law",
    "released",
    "parameters",
    "training_data",
    "developer",
)
_TOPICS = 2  # told of each; more is a table, and `osai compare` draws it
_TWO = 2


def compare(query: Query, licenses: LicenseCatalogue, models: ModelCatalogue) -> tuple[Evidence, ...]:
    """Return statements on both in turn, topic by topic; empty where nothing is to be compared or differs."""
    single = tuple(group for group in query.groups if len(group) == 1)
    groups = single if len(single) == _TWO else query.groups  # in "Mistral's MNPL and MRL", two are compared
    if len(groups) != _TWO or not _COMPARES.search(query.bare) or _belong(groups, models):
        return ()
    sides = [_facts(group[0], licenses, models) for group in groups]
    asked = [topic for topic in query.intents if topic != "open_source" and all(topic in side for side in sides)]
    topics = asked or _differing(sides)
    return tuple(side[topic][1] for topic in topics[:_TOPICS] for side in sides if topic in side)


def _belong(groups: Sequence[Sequence[str]], models: ModelCatalogue) -> bool:
    """Return whether one of two names is the license of the other: nothing is compared then."""
    keys = {one.partition(":")[2] for group in groups for one in group if one.startswith("license:")}
    held = {one.partition(":")[2] for group in groups for one in group if one.startswith("model:")}
    return any(keys & set(models.get(one).license_keys) for one in held)


def _facts(subject: str, licenses: LicenseCatalogue, models: ModelCatalogue) -> dict[str, tuple[object, Evidence]]:
    """Return by topic what is compared (a verdict and a value, or the text) and the statement to show."""
    kind, _, key = subject.partition(":")
    facts: dict[str, tuple[object, Evidence]] = {}
    keys = (key,) if kind == "license" else models.get(key).license_keys
    if kind == "model":
        document = model_document(models.get(key), licenses)
        for statement in document.statements:
            if statement.topic in _ORDER:
                verdict = (
                    statement.verdict
                    if statement.topic == "open_source"
                    else _without_name(statement.text, document.title)
                )
                facts.setdefault(statement.topic, (verdict, evidence_of(statement, document)))
    for license_key in keys:
        license_ = licenses.get(license_key)
        document = license_document(license_)
        for statement in document.statements:
            term = next((one for one in license_.terms if one.topic == statement.topic), None)
            if statement.topic in _ORDER:
                compared = (term.verdict, term.value) if term else statement.verdict
                facts.setdefault(statement.topic, (compared, evidence_of(statement, document)))
    return facts


def _differing(sides: Sequence[dict[str, tuple[object, Evidence]]]) -> list[str]:
    """Return the topics on which the sides differ: first where the verdicts do, then where only the terms do."""
    first, second = sides
    both = [topic for topic in _ORDER if topic in first and topic in second and first[topic][0] != second[topic][0]]
    plainly = [topic for topic in both if _verdict(first[topic][0]) != _verdict(second[topic][0])]
    return plainly + [topic for topic in both if topic not in plainly]


def _verdict(compared: object) -> object:
    return compared[0] if isinstance(compared, tuple) else compared


def _without_name(text: str, name: str) -> str:
    return text.replace(name, "X")
