"""Gathers the members of a list of a known kind, narrowed by whom, what and when the question names."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from bot.answering.licenses_listed import (
    COPYLEFT,
    NOT_COPYLEFT,
    NOT_OSI,
    ON_DATA,
    OSI,
    SOURCE_AVAILABLE,
    labeled,
    names_place,
    places_in,
    required,
    says,
)
from bot.answering.listed import list_of, statement_on, title_of
from bot.answering.models_listed import developed_by, excepted, in_use, is_publisher, said_of, time_asked
from knowledge.licenses.render import license_document
from knowledge.models.render import model_document

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bot.answering.evidence import Evidence
    from bot.answering.list_kinds import ListKind
    from bot.answering.listed import Listing
    from bot.answering.question import Query
    from knowledge.licenses.catalogue import LicenseCatalogue
    from knowledge.models.catalogue import ModelCatalogue
    from knowledge.records import License, Model, Term

    _Member = tuple[str, Evidence | None]

_SEVERAL = 2
_CREATIVE_COMMONS = re.compile(r"\bcc\b(?!-?\s?(?:by|0))|\bcreative commons\b", re.IGNORECASE)
_PERMISSIVE = re.compile(r"\bpermissive\b", re.IGNORECASE)
_ALIASES = dict.fromkeys(("fsf", "gnu", "stallman"), "free software foundation")
# What narrows a list to what no record tells: kinds of models, their sizes and tongues; or asks for something else.
_BEYOND = re.compile(
    r"\b(?:images?|pictures?|photos?|audio|speech|voice|music|songs?|video|vision|visual|cod(?:e|ing|er)|programming"
    r"|medical|health|protein|embeddings?|translat\w+|multimodal|reasoning|tiny|small(?:est)?|biggest|largest"
    r"|\d+(?:\.\d+)?\s?(?:b|billion)\b|languages?|swedish|norwegian|danish|finnish|dutch|german|french|italian|spanish"
    r"|portuguese|polish|arabic|japanese|korean|chinese|european|american)\b"
    r"|\b(?:which|what|list of|every|names? of(?: the)?|name) (?:\w+ )?"
    r"(?:companies|firms|defendants|countries|judges)\b",
    re.IGNORECASE,
)
_DATA = re.compile(r"\b(?:Data|Database|UDA)\b")


def members_of(kind: ListKind, query: Query, licenses: LicenseCatalogue, models: ModelCatalogue) -> Listing | None:
    """Return the list, or None where the question names something that the list cannot be narrowed to."""
    if not query.mentions and len(query.subjects) == 1:
        return None  # what was spoken of before: "and the texts it writes, whose property are they?"
    if kind.topic != "law" and _BEYOND.search(query.bare):
        return None
    if kind.of == "models":
        return _models(kind, query, licenses, models)
    among = _licenses_asked(kind, query, licenses, models)
    found = [one for one in among if _belongs(one, kind)]
    places = places_in(query.bare) if kind.topic == "law" else frozenset()
    pairs = [(_labeled(one, kind), _evidence(one, kind)) for one in found]
    if places:
        pairs = [(name, own) for name, own in pairs if own and names_place(own.statement.text, places)]
    return list_of(kind.head, _saying(required(query.bare), pairs) if kind.topic else pairs)


def _saying(words: Sequence[str], pairs: Sequence[_Member]) -> Sequence[_Member]:
    """Return the members whose term demands the words, all where none does."""
    narrower = []
    for name, evidence in pairs:
        term = (evidence.clause or evidence) if evidence else None
        if term is not None and all(says(term.statement.text.lower(), word) for word in words):
            narrower.append((name, evidence))
    return narrower or pairs


def _licenses_asked(
    kind: ListKind, query: Query, licenses: LicenseCatalogue, models: ModelCatalogue
) -> Sequence[License]:
    """Return the licenses that the question narrows the list to, all where it does not, none where it names one."""
    kept, dropped = _named(query, licenses, models)
    if kept is None:
        return ()
    among: Sequence[License] = [licenses.get(key) for key in kept] if kept else licenses.all()
    owners = [one for one in licenses.all() if one.terms and _owned(one, query.bare)]
    if owners and not kept:
        among = owners
    among = [one for one in among if one.key not in dropped]
    asked = query.bare
    if _CREATIVE_COMMONS.search(asked) and not kept:
        among = [one for one in among if one.family == "creative commons"]
    if kind.osi is None and OSI.search(asked):
        wanted = NOT_OSI.search(asked) is None
        among = [one for one in among if one.osi_approved is wanted]
    if not kind.categories:
        among = [one for one in among if all(one.category.startswith(category) for category in _classes(asked))]
    if not kind.named and ON_DATA.search(asked) and any(_DATA.search(one.name) for one in among):
        among = [one for one in among if _DATA.search(one.name)]
    return among


def _classes(asked: str) -> list[str]:
    """Return how the categories begin that a question narrows a list to: "permissive ones with a patent grant"."""
    copyleft = COPYLEFT.search(asked) and not NOT_COPYLEFT.search(asked)
    asked_for = ((_PERMISSIVE.search(asked), "Permissive"), (copyleft, "Copyleft"))
    return [category for found, category in (*asked_for, (SOURCE_AVAILABLE.search(asked), "Source")) if found]


def _named(
    query: Query, licenses: LicenseCatalogue, models: ModelCatalogue
) -> tuple[tuple[str, ...] | None, frozenset[str]]:
    """Return the keys of the licenses that are named, and of those that are excepted.

    The first is None where one license alone is named, of which there is no list; the name of a publisher stands for
    all of its licenses.
    """
    _, others = excepted(query)
    kept: dict[str, None] = {}
    dropped: set[str] = set()
    for mention in query.mentions:
        keys = [key for one in mention.subjects for key in _keys(one, models)]
        if mention in others:
            dropped |= set(keys)
        elif len(mention.subjects) >= _SEVERAL:
            kept |= dict.fromkeys(keys)
        elif mention.known:
            own = [one for one in licenses.all() if one.terms and _owned(one, mention.text)]
            if len(own) < _SEVERAL:
                return None, frozenset()
            kept |= dict.fromkeys(one.key for one in own)
    return tuple(kept), frozenset(dropped)


def _keys(subject: str, models: ModelCatalogue) -> tuple[str, ...]:
    kind, _, key = subject.partition(":")
    return (key,) if kind == "license" else models.get(key).license_keys


def _owned(license_: License, text: str) -> bool:
    """Return whether a text has the name of whoever keeps a license."""
    asked = text.lower()
    for alias, name in _ALIASES.items():
        asked = re.sub(rf"\b{alias}\b", name, asked)
    owners = (one.strip().lower() for one in re.split(r"[/(),]", license_.owner))
    return any(re.search(rf"(?<!\w){re.escape(one)}(?!\w)", asked) for one in owners if one and one != "osi")


def _belongs(license_: License, kind: ListKind) -> bool:
    """Return whether what osai knows of a license puts it on the list."""
    if license_.key in kind.also or license_.key in kind.without or not license_.terms:
        return license_.key in kind.also
    if kind.categories and license_.category not in kind.categories:
        return False
    if kind.osi is not None and license_.osi_approved is not kind.osi:
        return False
    if kind.named and not re.search(kind.named, license_.name):
        return False
    return not kind.topic or _has(license_.term(kind.topic), kind)


def _has(term: Term | None, kind: ListKind) -> bool:
    """Return whether a term puts whatever has it on the list."""
    if term is None or not term.verified or (kind.verdicts and term.verdict not in kind.verdicts):
        return False
    return re.search(kind.says, term.statement) is not None


def _labeled(license_: License, kind: ListKind) -> str:
    """Return the name as it is listed: with what limits its place on the list."""
    term = license_.term(kind.topic) if kind.topic else None
    return labeled(license_.name, term) if term else license_.name


def _evidence(license_: License, kind: ListKind) -> Evidence | None:
    return statement_on(license_document(license_), kind.topic or kind.told_by or "open_source")


def _models(kind: ListKind, query: Query, licenses: LicenseCatalogue, models: ModelCatalogue) -> Listing | None:
    rest, _ = excepted(query)
    families, under, makers = _narrowing(query, licenses, models)
    among = [
        one
        for one in models.all()
        if (not families or one.key in families)
        and (not under or under & set(one.license_keys))
        and (not makers or one.key in makers)
        and not said_of(one, rest)
    ]
    time, released = time_asked(query.text)
    among = [one for one in among if one.released.startswith(released)]
    needed = {"maker": families or makers, "license": under, "time": time, "": True}
    if not needed[kind.needs]:
        return None
    found = [one for one in among if _fits(one, kind, licenses)]
    (maker, _), *_ = Counter(one.developer for one in found).most_common(1) or [("", 0)]
    head = kind.head.format(maker=maker, license=title_of(list(under), licenses), time=time)
    pairs = list(_told(found, kind, licenses))
    return list_of(head, _saying(required(query.bare), pairs) if kind.topic else pairs)


def _narrowing(query: Query, licenses: LicenseCatalogue, models: ModelCatalogue) -> tuple[set[str], set[str], set[str]]:
    """Return the keys of the models of named families, of the named licenses, and of the models of named makers."""
    rest, others = excepted(query)
    families: set[str] = set()
    under: set[str] = set()
    for mention in query.mentions:
        if mention in others:
            continue
        own = {key for kind, _, key in (one.partition(":") for one in mention.subjects) if kind == "model"}
        families |= own
        if not own and not is_publisher(mention, models):
            under |= set(in_use([one.partition(":")[2] for one in mention.subjects], licenses, models))
    said = query.text.replace(rest, " ") if rest else query.text
    return families, under, {one.key for one in models.all() if developed_by(one, said)} if not families else set()


def _fits(model: Model, kind: ListKind, licenses: LicenseCatalogue) -> bool:
    """Return whether what osai knows of a model, and of its licenses, puts it on the list."""
    for wanted, state in ((kind.weights, model.weights), (kind.data, model.data), (kind.code, model.code)):
        if wanted and state != wanted:
            return False
    if (kind.data and "data" in model.unverified) or not model.osaid.startswith(kind.osaid):
        return False
    own = [licenses.get(key) for key in model.license_keys]
    if kind.osi is not None and (not own or any(bool(one.osi_approved) is not kind.osi for one in own)):
        return False
    if kind.heirs:
        return any(re.search(kind.says, one.name) and not developed_by(model, one.owner) for one in own)
    return not kind.topic or any(_has(one.term(kind.topic), kind) for one in own)


def _told(found: Sequence[Model], kind: ListKind, licenses: LicenseCatalogue) -> Iterator[tuple[str, Evidence | None]]:
    for model in found:
        document = model_document(model, licenses)
        evidence = statement_on(document, kind.told_by or "license_of")
        name = f"{model.name} ({model.license})" if kind.name in ("models-licenses", "models-on-base") else model.name
        if not kind.topic or evidence is None:
            yield name, evidence
            continue
        for one in (licenses.get(key) for key in model.license_keys):
            term = one.term(kind.topic)
            if term is not None and _has(term, kind):
                clause = statement_on(license_document(one), kind.topic)
                limit = ", on conditions" if term.verdict == "conditional" else ""
                yield f"{model.name} ({model.license}{limit})", replace(evidence, clause=clause)
                break
