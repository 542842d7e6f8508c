"""Tells which list a question asks for, if any, and has it gathered from the records."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.answering.licenses_listed import asks_for_a_line, licenses_with
from bot.answering.models_listed import (
    models_by,
    models_of_a_class,
    models_of_a_time,
    models_under,
    models_with_term,
    named_under,
    of_maker_under,
    validated,
)

if TYPE_CHECKING:
    from bot.answering.listed import Listing
    from bot.answering.question import Query
    from knowledge.licenses.catalogue import LicenseCatalogue
    from knowledge.models.catalogue import ModelCatalogue

_ASKS = re.compile(
    r"(?:\b(?:which|what|whats|list|name|show|any|give me|tell me|all|enumerate|looking for|are there)\b[^?]{0,60}?"
    r"|^\W*(?:\w+ )?)"
    r"\b(?:(?P<models>models|llms|weights|checkpoints|releases)"
    r"|licen[sc]es|agreements|(?:cc|creative commons)[\d. ]*(?:texts|flavou?rs|variants|versions)|flavou?rs)\b"
    r"|\b(?P<batch>batch|line-?up)\b"
    r"|\b(?:which|what)\b[^?]{0,20}\b(?P<family>generations|versions)\b"
    r"|^[^?]{0,60}\blicen[sc]es\b[^?]*[:-]\s*(?:which|what|list|names?)\W*$"
    r"|\bany licen[sc]e\b (?:at all|that|which|out there)"
    r"|^[^?]{0,80}\b(?P<cc>cc[- ]by[-\w]*|creative commons)[^?]{0,20}\bweights\b",
    re.IGNORECASE,
)
_ENUMERATES = re.compile(
    r"\b(?:list|name|recite|enumerate|item by item|one by one|who all|what all|what were they|all the|each of the"
    r"|(?:which|the|those|these|its|all|what) (?:two|three|four|five|six|seven|[2-7])"
    r"|(?:what|which|whats|what's) (?:are|were) (?:the|those|these|its|their|all)"
    r"|what (?:must|has to|does|do|should)\b[^?]{0,60}\b(?:contain|include|consist|come with|cover))\b",
    re.IGNORECASE,
)
_OSI = r"\b(?:osi|open source initiative)\b"
_TRIED = r"\b(?:validat\w+|(?:trial|test) run)\b"
_VALIDATION = re.compile(
    rf"\b(?:who|which|what systems|name)\b[^?]*{_OSI}[^?]*{_TRIED}|{_OSI}[^?]*{_TRIED}[^?]*\b(?:who|which|name)\b",
    re.IGNORECASE,
)
_ONES = re.compile(r"\b(?:which ones?|what|which|who|where)\b", re.IGNORECASE)
# What is listed without being called models: "what has Ai2 put out", "everything under the Gemma Terms".
_PUT_OUT = re.compile(
    r"\b(?:what|which|list|everything|anything)\b[^?]{0,60}"
    r"\b(?:released?|put out|brought out|published?|made|makes?|offers?|built|ship(?:s|ped)?)\b",
    re.IGNORECASE,
)
_FALLS_UNDER = re.compile(
    r"\b(?:everything|anything|what else|what all|what falls|what comes|what(?:'?s| is)|who else|list what)\b[^?]{0,40}"
    r"\b(?:under|covered by|governed by)\b",
    re.IGNORECASE,
)


def gather(query: Query, licenses: LicenseCatalogue, models: ModelCatalogue) -> Listing | None:
    """Return the list that the question asks for, or None where it asks for none that the records hold."""
    if found := models_of_a_class(query, licenses, models):
        return found
    asked = _ASKS.search(query.text)
    if asked is None:
        return _unnamed(query, licenses, models)
    of_models = asked["family"] and any(one[0].startswith("model:") for one in query.groups if len(one) > 1)
    if asked["family"] and not of_models:
        return None  # "which versions of OSAID were there?"
    if not (asked["models"] or asked["batch"] or asked["cc"] or of_models):
        return licenses_with(query, licenses, models)
    for find in (validated, models_under, models_with_term, models_by, models_of_a_time):
        if found := find(query, licenses, models):
            return found
    return None


def _unnamed(query: Query, licenses: LicenseCatalogue, models: ModelCatalogue) -> Listing | None:
    """Return the list for a question that calls neither models nor licenses so."""
    for find in (of_maker_under, named_under):
        if found := find(query, licenses, models):
            return found
    if _VALIDATION.search(query.text) and not query.polar:
        return validated(query, licenses, models)
    if asks_for_a_line(query.bare) and _ONES.search(query.bare) and not query.groups and not query.polar:
        return licenses_with(query, licenses, models)
    find = models_under if _FALLS_UNDER.search(query.bare) else _put_out
    return find(query, licenses, models) if len(query.groups) <= 1 else None


def enumerates(text: str) -> bool:
    """Return whether a question asks for all of several things, which one statement may not hold."""
    return _ENUMERATES.search(text) is not None


def lists(text: str) -> bool:
    """Return whether a question asks for a list of models or licenses."""
    return _ASKS.search(text) is not None


def _put_out(query: Query, licenses: LicenseCatalogue, models: ModelCatalogue) -> Listing | None:
    """Return what a developer released, for a question that does not call it models."""
    return models_by(query, licenses, models) if _PUT_OUT.search(query.text) and not query.groups else None
