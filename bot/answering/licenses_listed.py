"""Gathers licenses: with a term, of a kind, approved by the OSI or not."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, cast, get_args

from bot.answering.direct import PERMISSIONS
from bot.answering.listed import list_of, statement_on
from knowledge.licenses.render import license_document
from knowledge.records import Topic

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.answering.listed import Listing
    from bot.answering.question import Query
    from knowledge.licenses.catalogue import LicenseCatalogue
    from knowledge.models.catalogue import ModelCatalogue
    from knowledge.records import License, Term, Verdict

SOURCE_AVAILABLE = re.compile(
    r"\bsource[- ]available\b|\b(?:read|see|view|look at) the (?:source|code)\b"
    r"|\bsource (?:is|stays) (?:visible|public)\b",
    re.IGNORECASE,
)
COPYLEFT = re.compile(r"\b(?:copyleft|viral|share-?alike|reciprocal)\b", re.IGNORECASE)
NOT_COPYLEFT = re.compile(
    r"\b(?:not|no|non|without|isn't|aren't)\W+(?:\w+\W+)?(?:copyleft|viral|share|reciprocal)", re.IGNORECASE
)
_OVER_A_NETWORK = re.compile(
    r"\b(?:network|web ?(?:site|service|app)|saas|hosted|online|over the web|browser|api|cloud)\b", re.IGNORECASE
)
ON_DATA = re.compile(r"\b(?:databases?|data ?sets?|data licen[sc]es?|corpora)\b", re.IGNORECASE)
OSI = re.compile(r"\b(?:osi|open source initiative|approved|bless\w*|certified)\b", re.IGNORECASE)
NOT_OSI = re.compile(
    r"\b(?:not|never|without|no|un|did ?n[o']t)\W+(?:\w+\W+){0,3}?(?:approv\w*|bless\w*|accept\w*|certif\w*|osi)\b"
    r"|\bosi\W+(?:\w+\W+){0,2}?(?:not|never|reject\w*|refus\w*|declin\w*)(?:\W+\w+)?",
    re.IGNORECASE,
)
_LINE = re.compile(r"\b(?:powered by|built with|improved using)\b", re.IGNORECASE)
_NAMED = re.compile(
    r"\b(?:names?|call|christen)\b[^?]*\b(?:start|begin|prefix)|\b(?:start|begin|prefix)[^?]*\bnames?\b", re.IGNORECASE
)
_PLACES = {
    "french": "france",
    "german": "germany",
    "english": "england",
    "british": "england",
    "american": "united states",
    "chinese": "china",
    "korean": "korea",
    "swedish": "sweden",
    "californian": "california",
    "belgian": "belgium",
}
_KNOWN_PLACES = frozenset(_PLACES) | frozenset(
    """france paris germany england london korea seoul china beijing shanghai hangzhou sweden stockholm belgium brussels
    california delaware texas washington singapore israel japan tokyo emirates dubai switzerland netherlands""".split()
)
_FORBIDS = re.compile(
    r"\b(?:forbid|prohibit|ban|bar|disallow|restrict|do not|don'?t|doesn'?t|can'?t|no|never|without|lack|not)\w*\b",
    re.IGNORECASE,
)
_LACKS = re.compile(r"\b(?:no|without|lack\w*|do not|don't|doesn't|not)\b", re.IGNORECASE)
_KINDS = re.compile(r"\b(?:militar|weapon|medical|surveillance|nuclear|europe|korea|china|kingdom)", re.IGNORECASE)


def licenses_with(query: Query, licenses: LicenseCatalogue, models: ModelCatalogue) -> Listing | None:
    """Return the licenses that are all a question asks for: of a kind, approved or not, with a term or without."""
    if any(len(group) == 1 for group in query.groups):
        return None
    among, asked = list(_licenses_among(query, licenses, models)), query.bare
    if SOURCE_AVAILABLE.search(asked):
        among = [one for one in among if one.category.startswith("Source-available")]
    if ON_DATA.search(asked):
        among = [one for one in among if re.search(r"data", one.name, re.IGNORECASE)]
    if COPYLEFT.search(asked) and not NOT_COPYLEFT.search(asked):
        return _copyleft(among, over_a_network=_OVER_A_NETWORK.search(asked) is not None)
    topics = topics_of(query)
    if "open_source" not in query.intents and not OSI.search(asked):
        return _with_term(topics[0], asked, among) if topics else None
    refused = (NOT_OSI if topics else _FORBIDS).search(asked)
    found = [one for one in among if one.osi_approved is (refused is None)]
    if topics and (both := _with_term(topics[0], NOT_OSI.sub(" ", asked), found)):
        return both
    if "open_source" not in query.intents:
        return None
    head = "Not approved by the OSI" if refused else "Approved by the OSI"
    return list_of(head, ((one.name, statement_on(license_document(one), "open_source")) for one in found))


def _copyleft(among: Iterable[License], *, over_a_network: bool) -> Listing | None:
    """Return the copyleft licenses; `over_a_network` those that ask something of whoever only offers a service."""
    found = [one for one in among if one.category.startswith("Copyleft")]
    if not over_a_network:
        return list_of(
            "Copyleft licenses", ((one.name, statement_on(license_document(one), "derivatives")) for one in found)
        )
    reaching = [one for one in found if (term := one.term("host")) and term.verdict == "conditional"]
    head = "Copyleft that reaches use over a network"
    return list_of(head, ((one.name, statement_on(license_document(one), "host")) for one in reaching))


def _with_term(topic: Topic, asked: str, among: Iterable[License]) -> Listing | None:
    """Return the licenses with a term, or without it, that speak of all that is asked."""
    verdicts, special = wanted(topic, asked), required(asked)
    places = places_in(asked) if topic == "law" else frozenset()
    pairs = []
    for license_ in among:
        term = license_.term(topic)
        if term and term.verified and term.verdict in verdicts and _on_measure(term, asked):
            evidence = statement_on(license_document(license_), topic)
            if places and not (evidence and names_place(evidence.statement.text, places)):
                continue
            if evidence and all(says(evidence.statement.text.lower(), one) for one in special):
                pairs.append((labeled(license_.name, term), evidence))
    return list_of("These do", pairs)


def labeled(name: str, term: Term) -> str:
    """Return the name as it is listed: with what limits its place on the list."""
    return f"{name} (on conditions)" if term.verdict == "conditional" else name


def topics_of(query: Query) -> list[Topic]:
    """Return the terms that a question asks about, the most specific first; a line to display tells which, alone."""
    if asks_for_a_line(query.bare):
        return ["attribution"]
    topics = [cast("Topic", topic) for topic in query.intents if topic in get_args(Topic)]
    return sorted(topics, key=lambda topic: topic == "territory")  # "which have their courts in Paris?"


def asks_for_a_line(asked: str) -> bool:
    """Return whether a question is about a line that must be displayed, or about how a name must begin."""
    return _LINE.search(asked) is not None or _NAMED.search(asked) is not None


def says(text: str, words: str) -> bool:
    """Return whether a statement demands the words: not behind a "no", and not as what is only encouraged."""
    demanded = text.partition("encouraged, not required")
    return re.search(rf"(?<!no )(?<!no [\"“]){re.escape(words)}", "" if demanded[1] else text) is not None


def _on_measure(term: Term, asked: str) -> bool:
    """Return whether a cap is in the measure that is asked for: users or revenue."""
    if term.topic != "threshold":
        return True
    return all(word in term.statement.lower() for word in ("revenue", "user") if word in asked.lower())


def required(asked: str) -> list[str]:
    """Return what the statement of every member must hold: quoted words, a line, the kind of use, the place."""
    quoted = [one.lower().strip('"“” .') for one in re.findall(r"[\"“][^\"”]+[\"”]", asked)]
    named = ["begin with"] if _NAMED.search(asked) else []
    return [
        *dict.fromkeys((*quoted, *(found.lower() for found in (*_LINE.findall(asked), *_KINDS.findall(asked))), *named))
    ]


def places_in(asked: str) -> frozenset[str]:
    """Return the places that a question on law names, "France" for "French"."""
    return frozenset(_PLACES.get(word, word) for word in re.findall(r"[a-z]+", asked.lower()) if word in _KNOWN_PLACES)


def names_place(text: str, places: Iterable[str]) -> bool:
    """Return whether a statement on law names one of the places."""
    return any(one in text.lower() for one in places)


def _licenses_among(query: Query, licenses: LicenseCatalogue, models: ModelCatalogue) -> Iterable[License]:
    keys: dict[str, None] = {}
    for subject in (one for group in query.groups for one in group):
        kind, _, key = subject.partition(":")
        keys |= dict.fromkeys((key,) if kind == "license" else models.get(key).license_keys)
    return [licenses.get(key) for key in keys] if keys else licenses.all()


def wanted(topic: Topic, asked: str) -> frozenset[Verdict]:
    """Return the verdicts that put a license on the list; forbidding is what a use policy does, not its lack."""
    denied = (_LACKS if topic in ("use_policy", "territory") else _FORBIDS).search(asked) is not None
    if topic in PERMISSIONS:
        return frozenset({"no"}) if denied else frozenset({"yes", "conditional"})
    return frozenset({"no"}) if denied else frozenset({"yes"})
