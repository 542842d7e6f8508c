"""Gathers models: of a maker, under a license, of a time, with open data, or by what OSI or the MOF say of them."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from bot.answering.evidence import evidence_of
from bot.answering.licenses_listed import asks_for_a_line, labeled, required, says, topics_of, wanted
from bot.answering.listed import list_of, statement_on, title_of
from bot.answering.words import MONTHS, proper_names
from knowledge.licenses.render import license_document
from knowledge.models.render import model_document

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bot.answering.evidence import Evidence
    from bot.answering.listed import Listing
    from bot.answering.question import Query
    from knowledge.licenses.catalogue import LicenseCatalogue
    from knowledge.models.catalogue import ModelCatalogue
    from knowledge.names import Mention
    from knowledge.records import Document, Model

_SEVERAL = 2
_WHICH = re.compile(r"\b(?:which|what|list|name|enumerate|any|all|everything|anything|show)\b", re.IGNORECASE)
_SHARED = re.compile(r"\b(?:under|models?|ones?|plain|versions?|releas\w+|are|come|carry|licensed)\b", re.IGNORECASE)
_WHEN = re.compile(rf"\b(?:(?P<month>{'|'.join(MONTHS)})\b[^?]{{0,20}}?)?\b(?P<year>20[12]\d)\b", re.IGNORECASE)
_EXCEPT = re.compile(
    r"\b(?:not (?:from|by)|except|other than|apart from|besides|aside from|excluding|without counting|non)\b"
    r"[^?,.;]{2,40}",
    re.IGNORECASE,
)
_ELSE = re.compile(r"\b(?:else|other (?:groups|companies|labs|makers|models|people|teams)|others)\b", re.IGNORECASE)
# Asks for the members, in a sentence that need not call them models before.
_MEMBERS_ASKED = re.compile(
    r"\b(?:which (?:ones?|(?:\w+ )?models?|of (?:its|their|them|his|those)|would (?:these|those) be)"
    r"|which are (?:those|they|there)|what (?:models|are those|weights|are the models)"
    r"|name (?:them|those|some|a few)|names (?:of|please)|who (?:else|all)"
    r"|tell me which|(?:what|which) (?:(?:specific|actual) )?models|list (?:them|those)|what(?:'?s| is) under)\b",
    re.IGNORECASE,
)
_ANNOUNCED = re.compile(r"\b(?:say|said|announc\w*|promis\w*|plan(?:s|ned)?|would move)\b", re.IGNORECASE)
_DENIES = re.compile(r"\b(?:never|not|n't)\W+(?:\w+\W+){0,3}$", re.IGNORECASE)
_CLASS = re.compile(
    r"\bclass (?P<class>III|II|I|[123])\b|\b(?P<best>highest|top|best|first) (?:class|tier|level)\b", re.IGNORECASE
)
_MEMBERS = re.compile(r"\b(?:which|who|whose|name|list|models|some|any)\b", re.IGNORECASE)
_FRAMEWORK = re.compile(r"\b(?:mof|openness framework|model openness|openness)\b", re.IGNORECASE)
_ROMAN = {"1": "I", "2": "II", "3": "III"}
_DEFINITION = re.compile(
    r"\b(?:osaid|open source ai definition"
    r"|(?:osi|open source initiative)[^?]{0,40}(?:meet|pass|compl|valid|find|found|say|approve|accept)\w*"
    r"|(?:meet|pass|compl|valid|found)\w*[^?]{0,40}(?:osi|open source initiative|definition))\b",
    re.IGNORECASE,
)
_FAILED = re.compile(r"\b(?:not|fail\w*|n't|reject\w*|fell short|flunk\w*)\b|n't\b", re.IGNORECASE)
_ALMOST = re.compile(
    r"\b(?:would|could|almost|nearly|close|if (?:only )?(?:their|its|the) (?:license|paperwork|terms))\b"
    r"|\b(?:only|just|merely)\b[^?]{0,30}\b(?:license|legal|paperwork|terms)\b",
    re.IGNORECASE,
)


def validated(query: Query, licenses: LicenseCatalogue, models: ModelCatalogue) -> Listing | None:
    """Return the models that passed or failed OSI's validation of 2024."""
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
    return list_of(head, ((one.name, statement_on(model_document(one, licenses), "open_source")) for one in found))


def models_under(query: Query, licenses: LicenseCatalogue, models: ModelCatalogue) -> Listing | None:
    """Return the models under a license, of some makers or of all but some."""
    if set(query.intents) - {"license_of", "released", "developer", "open_source"}:
        return None  # "in which places does it not apply?"
    rest, others = excepted(query)
    excluded = rest or (query.text if _ELSE.search(query.text) else "")
    makers = [mention for mention in query.mentions if not excluded and _is_maker(mention, query)]
    under = [
        one
        for one in query.mentions
        if one not in (*makers, *others) and one.subjects and one.subjects[0].startswith("license:")
    ]
    denied = [one for one in under if _DENIES.search(query.text[: one.start])]
    under = [one for one in under if one not in denied] or under  # "never moved to MIT, still under its own license"
    publishers = [one for one in under if is_publisher(one, models)]
    if 0 < len(publishers) < len(under):  # "which NVIDIA releases are under OpenMDW?"
        under = [one for one in under if one not in publishers]
        makers = makers if excluded else [*makers, *publishers]
    keys = [subject.partition(":")[2] for mention in under for subject in mention.subjects]
    if not keys and excluded and len(query.subjects) == 1 and "license" in query.text.lower():
        kind, _, key = query.subjects[0].partition(":")  # "who else has Llama 3.1's license?"
        keys = list(models.get(key).license_keys) if kind == "model" else []
    if not keys:
        return None
    keys = in_use(keys, licenses, models)
    among = _models_among(query, makers, models)
    found = [
        model
        for key in keys
        for model in models.under(key)
        if (not makers or model in among) and not said_of(model, excluded)
    ]
    pairs = ((one.name, statement_on(model_document(one, licenses), "license_of")) for one in dict.fromkeys(found))
    return list_of(f"Models under {title_of(keys, licenses)}", pairs)


def excepted(query: Query) -> tuple[str, list[Mention]]:
    """Return the words by which a question leaves something out, "" where it does not, and the names in them."""
    rest = _EXCEPT.search(query.text)
    if rest is None:
        return "", []
    return rest[0], [one for one in query.mentions if rest.start() < one.start < rest.end()]


def in_use(keys: Sequence[str], licenses: LicenseCatalogue, models: ModelCatalogue) -> list[str]:
    """Return the licenses, or where no model is under them, their family: models name the version they are under."""
    if not keys or any(models.under(key) for key in keys):
        return list(keys)
    return [one.key for one in licenses.family(licenses.get(keys[0]).family)]


def named_under(query: Query, licenses: LicenseCatalogue, models: ModelCatalogue) -> Listing | None:
    """Return the models under a license for a question that asks for its users in some other way.

    "OpenMDW looks nice; is anyone using it? Name those that do."
    """
    others = _EXCEPT.search(query.text) or _ELSE.search(query.text)
    held = any(one[0].startswith("model:") for one in query.groups)
    if not _MEMBERS_ASKED.search(query.text) or _ANNOUNCED.search(query.text) or (held and not others):
        return None
    return models_under(query, licenses, models)


def of_maker_under(query: Query, licenses: LicenseCatalogue, models: ModelCatalogue) -> Listing | None:
    """Return a maker's or family's models under a license: "what did Meta hand out under CC BY-NC"."""
    if (
        query.polar
        or not _WHICH.search(query.text)
        or not _SHARED.search(query.text)
        or set(query.intents) - {"license_of", "developer", "use_policy"}
    ):
        return None
    if any(len(group) == 1 and group[0].startswith("model:") for group in query.groups):
        return None
    under = [one for one in query.mentions if one.known and one.subjects[0].startswith("license:")]
    keys = {one.partition(":")[2] for mention in under for one in mention.subjects if not is_publisher(mention, models)}
    families = {one for group in query.groups if len(group) >= _SEVERAL for one in group if one.startswith("model:")}
    among = [
        one for one in models.all() if (f"model:{one.key}" in families if families else developed_by(one, query.bare))
    ]
    found = [one for one in among if keys & set(one.license_keys)]
    if len(among) < _SEVERAL or not found:
        return None
    return list_of(
        f"Models under {title_of(list(keys), licenses)}",
        ((one.name, statement_on(model_document(one, licenses), "license_of")) for one in found),
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


def said_of(model: Model, text: str) -> bool:
    """Return whether a text has a word of the developer's name or the family's."""
    words = frozenset(re.findall(r"\w+", text.lower()))
    return bool(words & {_first(model.name), _first(model.developer), model.family.split()[0].lower()})


def _by_named_developer(model: Model, query: Query) -> bool:
    """Return whether the question has the developer's name."""
    return developed_by(model, query.text)


def developed_by(model: Model, text: str) -> bool:
    """Return whether a text has the developer's name: "Zhipu AI (Z.ai)" has two."""
    names = [one.strip() for one in re.split(r"[()]", model.developer) if one.strip()]
    return any(re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text, re.IGNORECASE) for name in names)


def is_publisher(mention: Mention, models: ModelCatalogue) -> bool:
    """Return whether a name that licenses share is their publisher's: "NVIDIA" is no license."""
    return any(developed_by(one, mention.text) for one in models.all())


def models_with_term(query: Query, licenses: LicenseCatalogue, models: ModelCatalogue) -> Listing | None:
    """Return the models of a maker whose license has a term: "Which Mistral models may not be used commercially?"."""
    if not (topics := topics_of(query)):
        return None
    among: Iterable[Model] = _models_among(query, query.mentions, models)
    if asks_for_a_line(query.bare) and not query.groups:
        among = models.all()
    verdicts, special = wanted(topics[0], query.bare), required(query.bare)
    pairs = []
    for model in among:
        for license_ in (licenses.get(key) for key in model.license_keys):
            term = license_.term(topics[0])
            if (
                term
                and term.verified
                and term.verdict in verdicts
                and all(says(term.statement.lower(), one) for one in special)
            ):
                of_license = statement_on(license_document(license_), topics[0])
                own = statement_on(model_document(model, licenses), "license_of")
                pairs.append((labeled(model.name, term), replace(own, clause=of_license) if own else None))
    return list_of("By their licenses, these", pairs)


def models_of_a_class(query: Query, licenses: LicenseCatalogue, models: ModelCatalogue) -> Listing | None:
    """Return the models that reach a class of the Model Openness Framework."""
    asked = _CLASS.search(query.text)
    if asked is None or query.polar or query.groups or not _FRAMEWORK.search(query.text):
        return None
    if not _MEMBERS.search(query.text):
        return None  # "what does class I ask for?"
    number = "I" if asked["best"] else _ROMAN.get(asked["class"], asked["class"].upper())
    found = [one for one in models.all() if re.match(rf"Class {number}\b", one.mof_class)]
    pairs = ((one.name, _statement_of_class(model_document(one, licenses))) for one in found)
    return list_of(f"In class {number} of the Model Openness Framework", pairs)


def _statement_of_class(document: Document) -> Evidence | None:
    return next((evidence_of(one, document) for one in document.statements if "reaches Class" in one.text), None)


def models_by(query: Query, licenses: LicenseCatalogue, models: ModelCatalogue) -> Listing | None:
    """Return the models of a developer."""
    if query.intents and set(query.intents) - {"released", "developer"}:
        return None
    found = [model for model in models.all() if _by_named_developer(model, query)]
    pairs = ((one.name, statement_on(model_document(one, licenses), "developer")) for one in found)
    return list_of(f"Models by {found[0].developer}" if found else "", pairs)


def _of_somebody(query: Query) -> bool:
    """Return whether a question names somebody whose doings are asked for: "What did Debian decide about models?"."""
    return any(name.isalpha() and name.lower() not in (*MONTHS, "x") for name in proper_names(f"so {query.bare}"))


def models_of_a_time(query: Query, licenses: LicenseCatalogue, models: ModelCatalogue) -> Listing | None:
    """Return what was released in a year or a month, by a maker or by all: "mistral's batch of December 2025"."""
    time, released = time_asked(query.text)
    if not time or set(query.intents) - {"released"} or (_of_somebody(query) and not query.groups):
        return None
    among = _models_among(query, query.mentions, models) if query.groups else models.all()
    found = [one for one in among if one.released.startswith(released)]
    pairs = ((one.name, statement_on(model_document(one, licenses), "released")) for one in found)
    return list_of(f"Models released in {time}", pairs)


def time_asked(text: str) -> tuple[str, str]:
    """Return the year, or month and year, that a text names, and how the release dates of records begin then."""
    when = _WHEN.search(text)
    if when is None:
        return "", ""
    date = f"{when['year']}-{MONTHS.index(when['month'].lower()) + 1:02}" if when["month"] else when["year"]
    return " ".join(filter(None, (when["month"], when["year"]))), date
