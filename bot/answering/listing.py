"""Gathers the members of a list from the records: models under a license, licenses with a term, models OSI passed."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, cast, get_args

from bot.answering.evidence import evidence_of
from bot.answering.words import MONTHS, proper_names
from knowledge.licenses.render import license_document
from knowledge.models.render import model_document
from knowledge.records import Topic

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from bot.answering.evidence import Evidence
    from bot.answering.question import Query
    from knowledge.licenses.catalogue import LicenseCatalogue
    from knowledge.models.catalogue import ModelCatalogue
    from knowledge.names import Mention
    from knowledge.records import Document, License, Model, Term, Verdict

_MOST = 10  # members told by name
_SEVERAL = 2
_ASKS = re.compile(
    r"(?:\b(?:which|what|list|name|show|any|give me|tell me|all|enumerate)\b[^?]{0,60}?|^\W*(?:\w+ )?)"
    r"\b(?:(?P<models>models|llms)|licen[sc]es)\b",
    re.IGNORECASE,
)
# What is listed without being called models: "what has Ai2 put out", "everything under the Gemma Terms".
_PUT_OUT = re.compile(
    r"\b(?:what|which|list|everything|anything)\b[^?]{0,60}"
    r"\b(?:released?|put out|published?|made|makes?|offers?|built|ship(?:s|ped)?)\b",
    re.IGNORECASE,
)
_FALLS_UNDER = re.compile(
    r"\b(?:everything|anything|what else|what all|what falls|what comes|who else|list what)\b[^?]{0,40}"
    r"\b(?:under|covered by|governed by)\b",
    re.IGNORECASE,
)
_WHICH = re.compile(r"\b(?:which|what|list|name|enumerate|any|all|everything|anything|show)\b", re.IGNORECASE)
_SHARED = re.compile(r"\b(?:under|models?|ones?|plain|versions?|releas\w+)\b", re.IGNORECASE)
_SOURCE_AVAILABLE = re.compile(r"\bsource[- ]available\b", re.IGNORECASE)
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
_SHORTEST_PLACE = 4  # letters
_WHEN = re.compile(rf"\b(?:(?P<month>{'|'.join(MONTHS)}),? )?(?P<year>20[12]\d)\b", re.IGNORECASE)
_DEFINITION = re.compile(
    r"\b(?:osaid|open source ai definition"
    r"|(?:osi|open source initiative)[^?]{0,40}(?:meet|pass|compl|valid|find|found|say|approve|accept)\w*"
    r"|(?:meet|pass|compl|valid|found)\w*[^?]{0,40}(?:osi|open source initiative|definition))\b",
    re.IGNORECASE,
)
_FAILED = re.compile(r"\b(?:not|fail\w*|n't|reject\w*|fell short)\b|n't\b", re.IGNORECASE)
_ALMOST = re.compile(r"\b(?:would|almost|nearly|close|if (?:their|its|the) license)\b", re.IGNORECASE)
_FORBIDS = re.compile(
    r"\b(?:forbid|prohibit|ban|bar|disallow|restrict|do not|don't|doesn't|no|never|without|lack|not)\w*\b",
    re.IGNORECASE,
)
_LACKS = re.compile(r"\b(?:no|without|lack\w*|do not|don't|doesn't|not)\b", re.IGNORECASE)
_KINDS = re.compile(r"\b(?:militar|weapon|medical|surveillance|nuclear|europe|korea|china|kingdom)", re.IGNORECASE)
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
        if found := _of_maker_under(query, licenses, models):
            return found
        find = _models_under if _FALLS_UNDER.search(query.bare) else _put_out
        return find(query, licenses, models) if len(query.groups) <= 1 else None
    if not asked["models"]:
        return _licenses_with(query, licenses, models) or _licenses_of(query, licenses, models)
    for find in (_validated, _models_under, _models_with_term, _models_with_data, _models_by, _models_of_a_time):
        if found := find(query, licenses, models):
            return found
    return None


def lists(text: str) -> bool:
    """Return whether a question asks for a list of models or licenses."""
    return _ASKS.search(text) is not None


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
    if set(query.intents) - {"license_of", "released", "developer", "open_source"}:
        return None  # "in which places does it not apply?"
    makers = [mention for mention in query.mentions if _is_maker(mention, query)]
    under = [
        one for one in query.mentions if one not in makers and one.subjects and one.subjects[0].startswith("license:")
    ]
    keys = [subject.partition(":")[2] for mention in under for subject in mention.subjects]
    if not keys:
        return None
    if not any(models.under(key) for key in keys):  # "under OpenMDW": models name the version they are under
        keys = [one.key for one in licenses.family(licenses.get(keys[0]).family)]
    among = _models_among(query, makers, models)
    found = [model for key in keys for model in models.under(key) if not makers or model in among]
    name = licenses.get(keys[0]).name if len(keys) == 1 else "these licenses"
    pairs = ((one.name, _statement(model_document(one, licenses), "license_of")) for one in dict.fromkeys(found))
    return _listing(f"Models under {_the(name)}", pairs)


def _of_maker_under(query: Query, licenses: LicenseCatalogue, models: ModelCatalogue) -> Listing | None:
    """Return a maker's or family's models under a license: "what did Meta hand out under CC BY-NC"."""
    if (
        query.polar
        or not _WHICH.search(query.text)
        or not _SHARED.search(query.text)
        or set(query.intents) - {"license_of", "developer"}
    ):
        return None
    if any(len(group) == 1 and group[0].startswith("model:") for group in query.groups):
        return None
    under = [one for one in query.mentions if one.known and one.subjects[0].startswith("license:")]
    keys = {
        one.partition(":")[2] for mention in under for one in mention.subjects if not _is_publisher(mention, models)
    }
    families = {one for group in query.groups if len(group) >= _SEVERAL for one in group if one.startswith("model:")}
    among = [
        one for one in models.all() if (f"model:{one.key}" in families if families else _developed_by(one, query.bare))
    ]
    found = [one for one in among if keys & set(one.license_keys)]
    if len(among) < _SEVERAL or not found:
        return None
    name = _the(licenses.get(next(iter(keys))).name) if len(keys) == 1 else "these licenses"
    return _listing(
        f"Models under {name}", ((one.name, _statement(model_document(one, licenses), "license_of")) for one in found)
    )


def _is_maker(mention: Mention, query: Query) -> bool:
    """Return whether a name stands for whose models are asked for: "Qwen models", "DeepSeek's models"."""
    return (
        re.search(
            rf"{re.escape(mention.text)}(?:'s)?(?<=models)|{re.escape(mention.text)}(?:'s)? (?:\w+ )?(?:models|llms)\b",
            query.text,
            re.IGNORECASE,
        )
        is not None
    )


def _models_among(query: Query, makers: Sequence[Mention], models: ModelCatalogue) -> list[Model]:
    """Return the models of the families or developers that the question names."""
    words = {mention.text.lower().split()[0].removesuffix("'s") for mention in makers}
    keys = {subject.partition(":")[2] for mention in makers for subject in mention.subjects}
    return [
        model
        for model in models.all()
        if model.key in keys
        or words & {_first(model.name), _first(model.developer)}
        or _by_named_developer(model, query)
    ]


def _first(name: str) -> str:
    return re.split(r"[\s\d(-]", name.lower())[0]


def _by_named_developer(model: Model, query: Query) -> bool:
    """Return whether the question has the developer's name."""
    return _developed_by(model, query.text)


def _developed_by(model: Model, text: str) -> bool:
    """Return whether a text has the developer's name: "Zhipu AI (Z.ai)" has two."""
    names = [one.strip() for one in re.split(r"[()]", model.developer) if one.strip()]
    return any(re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text, re.IGNORECASE) for name in names)


def _is_publisher(mention: Mention, models: ModelCatalogue) -> bool:
    """Return whether a name that licenses share is their publisher's: "NVIDIA" is no license."""
    return any(_developed_by(one, mention.text) for one in models.all())


def _models_with_term(query: Query, licenses: LicenseCatalogue, models: ModelCatalogue) -> Listing | None:
    """Return the models of a maker whose license has a term: "Which Mistral models may not be used commercially?"."""
    topics = [cast("Topic", topic) for topic in query.intents if topic in get_args(Topic)]
    among = _models_among(query, query.mentions, models) if topics else []
    wanted = _wanted(topics[0], query.bare) if topics else frozenset()
    pairs = []
    for model in among:
        for license_ in (licenses.get(key) for key in model.license_keys):
            term = license_.term(topics[0])
            if term and term.verified and term.verdict in wanted:
                label = f"{model.name} (on conditions)" if term.verdict == "conditional" else model.name
                of_license = _statement(license_document(license_), topics[0])
                own = _statement(model_document(model, licenses), "license_of")
                pairs.append((label, replace(own, clause=of_license) if own else None))
    return _listing("By their licenses, these", pairs)


def _models_with_data(query: Query, licenses: LicenseCatalogue, models: ModelCatalogue) -> Listing | None:
    if "training_data" not in query.intents or query.groups or _of_somebody(query):
        return None
    state = "closed" if re.search(r"\b(?:closed|not|no|secret|n't)\b|n't\b", query.bare, re.IGNORECASE) else "open"
    found = [model for model in models.all() if model.data == state and "data" not in model.unverified]
    pairs = ((one.name, _statement(model_document(one, licenses), "training_data")) for one in found)
    return _listing(f"Models with {state} training data", pairs)


def _models_by(query: Query, licenses: LicenseCatalogue, models: ModelCatalogue) -> Listing | None:
    if query.intents and set(query.intents) - {"released", "developer"}:
        return None
    found = [model for model in models.all() if _by_named_developer(model, query)]
    pairs = ((one.name, _statement(model_document(one, licenses), "developer")) for one in found)
    return _listing(f"Models by {found[0].developer}" if found else "", pairs)


def _of_somebody(query: Query) -> bool:
    """Return whether a question names somebody whose doings are asked for: "What did Debian decide about models?"."""
    return any(name.isalpha() and name.lower() not in (*MONTHS, "x") for name in proper_names(f"so {query.bare}"))


def _put_out(query: Query, licenses: LicenseCatalogue, models: ModelCatalogue) -> Listing | None:
    """Return what a developer released, for a question that does not call it models."""
    return _models_by(query, licenses, models) if _PUT_OUT.search(query.text) and not query.groups else None


def _models_of_a_time(query: Query, licenses: LicenseCatalogue, models: ModelCatalogue) -> Listing | None:
    """Return the models that were released in a year or a month: "Which models were released in April 2026?"."""
    when = _WHEN.search(query.text)
    if when is None or query.groups or set(query.intents) - {"released"} or _of_somebody(query):
        return None
    date = f"{when['year']}-{MONTHS.index(when['month'].lower()) + 1:02}" if when["month"] else when["year"]
    found = [one for one in models.all() if one.released.startswith(date)]
    pairs = ((one.name, _statement(model_document(one, licenses), "released")) for one in found)
    return _listing(f"Models released in {when[0]}", pairs)


def _licenses_of(query: Query, licenses: LicenseCatalogue, models: ModelCatalogue) -> Listing | None:
    """Return a maker's models with their licenses: "Which licenses has MiniMax used?"."""
    among = _models_among(query, query.mentions, models)
    if set(query.intents) - {"license_of", "released", "developer"} or len(among) < _SEVERAL:
        return None
    pairs = ((f"{one.name} ({one.license})", _statement(model_document(one, licenses), "license_of")) for one in among)
    return _listing("Their licenses by model", pairs)


def _licenses_with(query: Query, licenses: LicenseCatalogue, models: ModelCatalogue) -> Listing | None:
    if any(len(group) == 1 for group in query.groups):
        return None
    among = _licenses_among(query, licenses, models)
    if re.search(r"\bcopyleft\b", query.bare, re.IGNORECASE) and not _FORBIDS.search(query.bare):
        found = [one for one in among if one.category.startswith("Copyleft")]
        return _listing(
            "Copyleft licenses", ((one.name, _statement(license_document(one), "derivatives")) for one in found)
        )
    if _SOURCE_AVAILABLE.search(query.bare):
        among = [one for one in among if one.category.startswith("Source-available")]
    if "open_source" in query.intents:
        wanted = _FORBIDS.search(query.bare) is None
        found = [one for one in among if one.osi_approved is wanted]
        head = "Approved by the OSI" if wanted else "Not approved by the OSI"
        return _listing(head, ((one.name, _statement(license_document(one), "open_source")) for one in found))
    topics = [cast("Topic", topic) for topic in query.intents if topic in get_args(Topic)]
    return _with_term(topics[0], query, among) if topics else None


def _with_term(topic: Topic, query: Query, among: Iterable[License]) -> Listing | None:
    wanted, special = _wanted(topic, query.bare), _special(query.bare)
    places = _places(query.bare) if topic == "law" else frozenset()
    pairs = []
    for license_ in among:
        term = license_.term(topic)
        if term and term.verified and term.verdict in wanted and _on_measure(term, query.bare):
            evidence = _statement(license_document(license_), topic)
            text = evidence.statement.text.lower() if evidence else ""
            if places and not any(one in text for one in places):
                continue
            if evidence and all(_says(text, one) for one in special):
                label = f"{license_.name} (on conditions)" if term.verdict == "conditional" else license_.name
                pairs.append((label, evidence))
    return _listing("These do", pairs)


def _says(text: str, words: str) -> bool:
    """Return whether a statement has the words, other than behind a "no"."""
    return re.search(rf"(?<!no )(?<!no [\"“]){re.escape(words)}", text) is not None


def _on_measure(term: Term, asked: str) -> bool:
    """Return whether a cap is in the measure that is asked for: users or revenue."""
    if term.topic != "threshold":
        return True
    return all(word in term.statement.lower() for word in ("revenue", "user") if word in asked.lower())


def _special(asked: str) -> list[str]:
    """Return what the statement of every member must hold: quoted words, the kind of use, the place asked for."""
    return [one.lower().strip('"“”') for one in re.findall(r"[\"“][^\"”]+[\"”]", asked)] + [
        found.lower() for found in _KINDS.findall(asked)
    ]


def _places(asked: str) -> frozenset[str]:
    """Return the places that a question on law names, "France" for "French"."""
    words = re.findall(r"[a-z]+", asked.lower())
    named = {name.lower() for name in proper_names(f"- {asked}") if len(name) >= _SHORTEST_PLACE}
    return frozenset({_PLACES[word] for word in words if word in _PLACES} | (named - set(_PLACES)))


def _licenses_among(query: Query, licenses: LicenseCatalogue, models: ModelCatalogue) -> Iterable[License]:
    keys: dict[str, None] = {}
    for subject in (one for group in query.groups for one in group):
        kind, _, key = subject.partition(":")
        keys |= dict.fromkeys((key,) if kind == "license" else models.get(key).license_keys)
    return [licenses.get(key) for key in keys] if keys else licenses.all()


def _wanted(topic: Topic, asked: str) -> frozenset[Verdict]:
    """Return the verdicts that put a license on the list; forbidding is what a use policy does, not its lack."""
    denied = (_LACKS if topic in ("use_policy", "territory") else _FORBIDS).search(asked) is not None
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
