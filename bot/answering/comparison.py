"""Sets two licenses or models side by side: what the records say of both where they differ, the weightiest first."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, cast, get_args

from bot.answering.evidence import evidence_of
from bot.answering.intents import OTHER
from knowledge.licenses.render import license_document
from knowledge.models.render import model_document
from knowledge.records import Topic

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.answering.evidence import Evidence
    from bot.answering.intents import Intent
    from bot.answering.question import Query
    from knowledge.licenses.catalogue import LicenseCatalogue
    from knowledge.models.catalogue import ModelCatalogue

_COMPARES = re.compile(
    r"\b(?:differ\w*|compar\w*|versus|vs\.?|distinguish\w*|contrast\w*|stricter|looser|better|worse"
    r"|more (?:permissive|open|restrictive|liberal|free)|less (?:permissive|open|restrictive|free)"
    r"|chang\w* (?:between|from)|instead of|same|alike|both|bigger|larger|smaller|older|newer"
    r"|(?:have|has|says?|requires?|asks?|allows?|demands?|does) that [^?]{0,30}\b(?:doesn't|does not|lacks?|don't)"
    r"|easier|share|shares|kept?|keep|changed|(?:with|for) X or (?:with |for )?X|X\b[^?.]{0,12} or [^?.]{0,20}\bX"
    r"|(?:which|who|what|one) of (?:these|those|them|the (?:two|pair))|which is which|one [^?]{0,40}the other"
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
_BESIDE = 0.7  # chance from which on no record settles what is compared
_MEANT = 0.2  # chance from which on a topic counts as asked for


def compare(query: Query, licenses: LicenseCatalogue, models: ModelCatalogue) -> tuple[Evidence, ...]:
    """Return statements on both in turn, topic by topic; empty where nothing is to be compared or differs."""
    groups = _two(query)
    if len(groups) != _TWO or not _COMPARES.search(query.bare) or _belong(groups, models):
        return ()
    if not query.intents and query.chances.get(OTHER, 0.0) >= _BESIDE:
        return ()  # "which writes the better code?"
    sides = [_facts(group[0], licenses, models) for group in groups]
    asked = [topic for topic in query.intents if topic != "open_source" and all(topic in side for side in sides)]
    if len(groups) < len(query.groups):  # "X or Y: which one is under MIT?"
        asked = ["license_of", *asked]
    elif asked and asked[0] in get_args(Topic) and all(group[0].startswith("model:") for group in groups):
        asked = ["license_of", *(topic for topic in asked if topic != "license_of")]  # whose term that is
    topics = asked or _likeliest(query, _differing(sides))
    return tuple(side[topic][1] for topic in topics[:_TOPICS] for side in sides if topic in side)


def _two(query: Query) -> Sequence[tuple[str, ...]]:
    """Return the names that are compared: in "Mistral's MNPL and MRL" and "X or Y under MIT", two of three."""
    single = tuple(group for group in query.groups if len(group) == 1)
    held = tuple(group for group in single if group[0].startswith("model:"))
    if len(query.groups) > _TWO and len(held) == _TWO:
        return held
    return single if len(single) == _TWO else query.groups


def _likeliest(query: Query, topics: Sequence[str]) -> list[str]:
    """Return the topics with those first that the question means by its own words; the rest in their order."""
    meant = {topic: query.chances.get(cast("Intent", topic), 0.0) for topic in topics}
    return sorted(topics, key=lambda topic: -meant[topic] if meant[topic] >= _MEANT else 0.0)


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
