"""Reads from a question what is asked about its subject, by the wordings of intents.toml. Knows no names."""

from __future__ import annotations

import re
import tomllib
from importlib.resources import files
from typing import Literal

Intent = Literal[
    "open_source",
    "outputs",
    "threshold",
    "attribution",
    "use_policy",
    "patents",
    "territory",
    "redistribution",
    "host",
    "derivatives",
    "termination",
    "law",
    "commercial",
    "license_of",
    "released",
    "developer",
    "parameters",
    "training_data",
    "overview",
    "other",
]
OVERVIEW: Intent = "overview"  # what it is; answered by a search that looks for a definition, or by the record
OTHER: Intent = "other"  # what people ask of models and no record settles; never an intent of a question

_MOST = 2  # a two-part question has two intents; more than that is a topic, not a question about a record

_ROWS = tomllib.loads(files("bot.answering").joinpath("intents.toml").read_text(encoding="utf-8"))["intent"]
_PATTERNS: tuple[tuple[Intent, re.Pattern[str]], ...] = tuple(
    (row["name"], re.compile("|".join(row["patterns"]), re.IGNORECASE)) for row in _ROWS if row["patterns"]
)
_LOOSE: tuple[tuple[Intent, re.Pattern[str]], ...] = tuple(
    (row["name"], re.compile("|".join(row["loose"]), re.IGNORECASE)) for row in _ROWS if "loose" in row
)
_SHORT = 10  # words; in a longer question a word alone tells nothing
_POLAR = re.compile(
    r"^(?:(?:so|and|but|hey|hi|ok|okay|please|tell me|then|well|also)[, ]+)*"
    r"(?:is|are|was|were|do|does|did|can|could|may|must|should|shall|will|would|has|have|am|isn't|aren't"
    r"|doesn't|don't|can't)\b",
    re.IGNORECASE,
)


# A plan, and then the question whether it is allowed: "X in our paid app, may we?"
_LEAVE = re.compile(
    r"[,;:.?! -]\s*(?:(?:is|are) (?:that|this|it) )?"
    r"(?:allowed|permitted|ok|okay|legal|possible|fine|may (?:i|we)|can (?:i|we))\s*\?+$",
    re.IGNORECASE,
)
_CLAUSE = re.compile(r"[.!?;:,]\s+|\s[-\u2013\u2014]+\s|(?<=\?)")
_OWNS = re.compile(
    r"(?<!my )(?<!our )(?<!your )(?<!their )(?<!its )(?<!the )\bown\b"  # not "train my own model"
    r"|\b(?:owns|owned|owner\w*|belongs?|mine|ours|whose)\b",
    re.IGNORECASE,
)
_AND = re.compile(r"\band\b|&|,", re.IGNORECASE)
_DEFINES = re.compile(
    r"^(?:so |and |then )*(?:what(?:'s| is| are| does| do)\b(?!.*\b(?:license|cap|date|status|says?)\b)"
    r"|define\b|explain\b|who (?:is|are)\b)",
    re.IGNORECASE,
)


def read_intents(question: str) -> tuple[Intent, ...]:
    """Return what is asked, the most specific first; empty where no pattern fits or too many do."""
    found = tuple(intent for intent, pattern in _PATTERNS if pattern.search(question))
    if "outputs" in found and asks_whose(question):
        return ()  # whose they are is another question than what they may train
    if len(found) == 1 and _AND.search(question):
        found = tuple(dict.fromkeys((*found, *read_loosely(question))))  # "release date and active parameters"
    if len(found) > _MOST:
        # "Which license ..." and "open source" name the subject as often as the question; the rest is more telling.
        found = tuple(intent for intent in found if intent not in ("license_of", "open_source"))
    return found[:_MOST]


def read_loosely(question: str) -> tuple[Intent, ...]:
    """Return what a short question on a name is about, by a single word: "Codestral Mamba - license"."""
    if len(question.split()) > _SHORT:
        return ()
    found = tuple(intent for intent, pattern in _LOOSE if pattern.search(question))
    return found if len(found) <= _MOST else ()


def asks_whose(question: str) -> bool:
    """Return whether the question asks who owns something."""
    return _OWNS.search(question) is not None


def speaks_of(intent: Intent, text: str) -> bool:
    """Return whether a text has a wording of the intent."""
    return any(name == intent and pattern.search(text) for name, pattern in _PATTERNS)


def asks_what_it_is(question: str) -> bool:
    """Return whether the question asks what its subject is or means."""
    return _DEFINES.search(question.strip()) is not None


def asks_leave(question: str) -> bool:
    """Return whether a question tells a plan first and then asks whether that is allowed."""
    return _LEAVE.search(question.strip()) is not None


def opens_polar(question: str) -> bool:
    """Return whether the whole question, or a plan and what is asked of it, asks for a yes or a no."""
    return _POLAR.search(question.strip()) is not None or asks_leave(question)


def is_polar(question: str) -> bool:
    """Return whether the question asks for a yes or a no."""
    return bool(polar_clause(question))


def polar_clause(question: str) -> str:
    """Return what of a question asks for a yes or a no, "" where nothing does: a case may be told before it."""
    text = question.strip()
    if opens_polar(text):
        return text
    last = next((clause.strip() for clause in reversed(_CLAUSE.split(text)) if clause.strip(" ?!.")), "")
    return last if _POLAR.search(last) else ""
