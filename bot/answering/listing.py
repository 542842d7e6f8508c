"""Gathers the members of a list from the records: models under a license, licenses with a term, models OSI passed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast, get_args

from bot.answering.evidence import evidence_of
from knowledge.licenses.render import license_document
from knowledge.models.render import model_document
from knowledge.records import Topic

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from bot.answering.evidence import Evidence
    from bot.answering.question import Query
    from knowledge.licenses.catalogue import LicenseCatalogue
    from knowledge.models.catalogue import ModelCatalogue
    from knowledge.records import Document, License, Model, Term, Verdict

_MOST = 10  # members told by name
_ASKS = re.compile(
    r"\b(?:which|what|list|name|show|any|give me|tell me)\b[^?]{0,60}?\b(?:(?P<models>models|llms)|licen[sc]es)\b",
    re.IGNORECASE,
)
_DEFINITION = re.compile(
    r"\b(?:osaid|open source ai definition"
    r"|(?:osi|open source initiative)[^?]{0,40}(?:meet|pass|compl|valid|find|found|say|approve|accept)\w*"
    r"|(?:meet|pass|compl|valid|found)\w*[^?]{0,40}(?:osi|open source initiative|definition))\b",
    re.IGNORECASE,
)
_FAILED = re.compile(r"\b(?:not|fail\w*|n't|reject\w*|fell short)\b|n't\b", re.IGNORECASE)
_ALMOST = re.compile(r"\b(?:would|almost|nearly|close|if (?:their|its|the) license)\b", re.IGNORECASE)
_FORBIDS = re.compile(
    r"\b(?:forbid|prohibit|ban|bar|disallow|restrict|do not|don't|doesn't|no|without|lack|not)\w*\b", re.IGNORECASE
)
_PERMISSIONS = frozenset({"commercial", "outputs", "redistribution", "host"})


@dataclass(frozen=True, slots=True)
class Listing:
    """A heading, the members with the statement that puts each on the list, and how many more there are."""

    head: str
    members: tuple[tuple[str, Evidence], ...]
    more: int


def gather(query: Query, licenses: LicenseCatalogue, models: ModelCatalogue) -> Listing | None:
    """Return the list that the question asks for, or None where it asks for none that the records hold."""
    asked = _ASKS.search(query.text)
    if asked is None:
        return None
    if asked["models"]:
        return _validated(query, licenses, models) or _models_under(query, licenses, models)
    return _licenses_with(query, licenses, models)


def _validated(query: Query, licenses: LicenseCatalogue, models: ModelCatalogue) -> Listing | None:
    if not _DEFINITION.search(query.text) or query.groups:
        return None
    if _ALMOST.search(query.bare):
        state, head = (
            "would meet",
            "By OSI's 2024 validation, these would meet the Open Source AI Definition if their license changed",
        )
    elif _FAILED.search(query.bare):
        state, head = "does not meet", "OSI found in 2024 that these do not meet the Open Source AI Definition"
    else:
        state, head = "meets", "OSI found in 2024 that these meet the Open Source AI Definition"
    found = [model for model in models.all() if model.osaid.startswith(state)]
    return _listing(head, ((one.name, _statement(model_document(one, licenses), "open_source")) for one in found))


def _models_under(query: Query, licenses: LicenseCatalogue, models: ModelCatalogue) -> Listing | None:
    keys = [one.partition(":")[2] for group in query.groups for one in group if one.startswith("license:")]
    if not keys:
        return None
    among = _models_among(query, models)
    found = [model for key in keys for model in models.under(key) if not among or model in among]
    name = licenses.get(keys[0]).name if len(keys) == 1 else "these licenses"
    pairs = ((one.name, _statement(model_document(one, licenses), "license_of")) for one in dict.fromkeys(found))
    return _listing(f"Models under {_the(name)}", pairs)


def _models_among(query: Query, models: ModelCatalogue) -> list[Model]:
    """Return the models of the family or developer that the question names."""
    named = [one.partition(":")[2] for group in query.groups for one in group if one.startswith("model:")]
    families = {models.get(key).family for key in named}
    asked = query.text.lower()
    return [
        model
        for model in models.all()
        if model.key in named or model.family in families or model.developer.lower().split(" ")[0] in asked.split()
    ]


def _licenses_with(query: Query, licenses: LicenseCatalogue, models: ModelCatalogue) -> Listing | None:
    topics = [cast("Topic", topic) for topic in query.intents if topic in get_args(Topic)]
    if not topics or any(len(group) == 1 for group in query.groups):
        return None
    wanted = _wanted(topics[0], query.bare)
    found = []
    for license_ in _licenses_among(query, licenses, models):
        term = license_.term(topics[0])
        if term and term.verified and term.verdict in wanted and _on_measure(term, query.bare):
            label = f"{license_.name} (on conditions)" if term.verdict == "conditional" else license_.name
            found.append((label, _statement(license_document(license_), topics[0])))
    return _listing("These do", found)


def _on_measure(term: Term, asked: str) -> bool:
    """Return whether a cap is in the measure that is asked for: users or revenue."""
    if term.topic != "threshold":
        return True
    return all(word in term.statement.lower() for word in ("revenue", "user") if word in asked.lower())


def _licenses_among(query: Query, licenses: LicenseCatalogue, models: ModelCatalogue) -> Iterable[License]:
    keys: dict[str, None] = {}
    for subject in (one for group in query.groups for one in group):
        kind, _, key = subject.partition(":")
        keys |= dict.fromkeys((key,) if kind == "license" else models.get(key).license_keys)
    return [licenses.get(key) for key in keys] if keys else licenses.all()


def _wanted(topic: Topic, asked: str) -> frozenset[Verdict]:
    denied = _FORBIDS.search(asked) is not None
    if topic in _PERMISSIONS:
        return frozenset({"no"}) if denied else frozenset({"yes", "conditional"})
    return frozenset({"no"}) if denied else frozenset({"yes"})


def _listing(head: str, pairs: Iterable[tuple[str, Evidence | None]]) -> Listing | None:
    members = tuple(_told(pairs))
    return Listing(head, members[:_MOST], max(0, len(members) - _MOST)) if members else None


def _told(pairs: Iterable[tuple[str, Evidence | None]]) -> Iterator[tuple[str, Evidence]]:
    yield from ((name, evidence) for name, evidence in pairs if evidence is not None)


def _statement(document: Document, topic: str) -> Evidence | None:
    return next((evidence_of(one, document) for one in document.statements if one.topic == topic), None)


def _the(name: str) -> str:
    return f"the {name}" if name.endswith(("License", "Agreement", "Terms")) else name
