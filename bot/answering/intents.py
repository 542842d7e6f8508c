"""Reads from a question what is asked about its subject. Knows patterns of English, no license and no model."""

from __future__ import annotations

import re
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
    "derivatives",
    "termination",
    "law",
    "commercial",
    "license_of",
    "released",
    "developer",
    "parameters",
    "training_data",
]

_MOST = 2  # a two-part question has two intents; more than that is a topic, not a question about a record

# In order of how specific they are: "sell the outputs to train a model" is about outputs before it is about commerce.
_PATTERNS: tuple[tuple[Intent, str], ...] = (
    (
        "license_of",
        r"\b(?:what|which|whose)\b[^?]{0,40}\blicen[sc]e[sd]?\b|\blicensed under\b|\bunder (?:what|which) terms\b",
    ),
    (
        "open_source",
        (
            r"\bopen[- ]?sourced?\b|\bosi[- ]?approved\b|\bapproved by (?:the )?(?:osi|open source initiative)\b"
            r"|\b(?:really|truly|actually|fully|is it|are they) open\b|\bfree software\b|\bopen or closed\b"
            r"|\bopen[- ]weights?\b|\bosaid\b|\bis [^?]{2,30} open\b"
        ),
    ),
    (
        "outputs",
        (
            r"\b(?:train|distill?|improv|teach|fine-?tun)\w*\b[^?]{0,60}\b(?:outputs?|generations?|synthetic|results)\b"
            r"|\b(?:outputs?|synthetic data|generated (?:text|data|code))\b"
            r"|\b(?:train|improve|distill)\w*\b[^?]{0,30}\b(?:another|other|competing|different|my own"
            r"|a new)\b[^?]{0,20}"
            r"\b(?:models?|llms?)\b"
        ),
    ),
    ("patents", r"\bpatents?\b"),
    (
        "threshold",
        (
            r"\b(?:user|revenue|size|usage)[- ]?(?:caps?|limits?|thresholds?|clause)\b|\bmonthly (?:active )?users\b"
            r"|\bhow many users\b|\bmillion[- ](?:monthly |active )*users?\b|\bmau\b|\bthresholds?\b|\bcaps?\b"
        ),
    ),
    (
        "attribution",
        (
            r"\battribut\w*|\bgive credit\b|\bcredit (?:to )?\w+|\bnaming (?:duty|rule|requirement)s?\b"
            r"|\b(?:must|have to|need to|should)\b[^?]{0,30}\b(?:name|mention|display|show|credit|call)\b"
            r"|\b(?:show|display|say|put|add|phrase|words?)\b[^?]{0,20}\b(?:built|powered|improved) (?:with|by|using)\b"
        ),
    ),
    (
        "use_policy",
        (
            r"\b(?:acceptable|prohibited|forbidden|banned)[- ]use\w*\b|\buse polic\w+|\bmilitary\b|\bweapons?\b"
            r"|\buse[- ](?:based )?restrictions?\b|\bwhat (?:is|are|does|uses)[^?]{0,40}(?:forbid\w*"
            r"|prohibit\w*|ban\w*)"
        ),
    ),
    (
        "territory",
        (
            r"\b(?:in|from|within|outside) (?:the )?(?:eu|europe(?:an union)?|uk|united kingdom|south korea"
            r"|korea|china)\b"
            r"|\beuropeans?\b|\bregions?\b|\bcountr(?:y|ies)\b|\bterritor\w+|\bgeographic\w*"
        ),
    ),
    (
        "derivatives",
        (
            r"\bcopyleft\b|\bshare-?alike\b|\bderivativ\w+|\bsame license\b|\bmodified versions?\b"
            r"|\bfine-?tunes?\b[^?]{0,40}\blicen[sc]e"
        ),
    ),
    (
        "redistribution",
        (
            r"\bre-?distribut\w*|\bdistribut\w*|\bre-?upload\w*|\bpass (?:it|them) on\b|\bshare (?:the )?weights\b"
            r"|\bhost(?:ed|ing)?\b|\bre-?publish\w*"
        ),
    ),
    ("termination", r"\bterminat\w*|\brevok\w*|\blose (?:the|my|your) (?:rights|license)\b|\bwithdraw\w*"),
    ("law", r"\bgoverning law\b|\bjurisdiction\b|\bwhich courts?\b|\b(?:what|which|whose)(?: country's)? laws?\b"),
    (
        "commercial",
        (
            r"\bcommercial\w*|\bbusiness\w*|\bsell(?:ing)?\b|\bfor profit\b|\bmake money\b|\bin production\b"
            r"|\bmy (?:company|startup|product|employer)\b|\bat work\b|\bpaid (?:product|service|app)\b|\bsaas\b"
        ),
    ),
    ("released", r"\bwhen\b|\brelease[d]? date\b|\b(?:what|which) (?:date|year|month|day)\b|\bhow old\b"),
    (
        "developer",
        (
            r"\bwho (?:made|makes|developed|develops|built|builds|created|creates|owns|trained|published"
            r"|released|is behind)\b"
        ),
    ),
    (
        "parameters",
        r"\bhow (?:big|large|many parameters)\b|\bparameter count\b|\bnumber of parameters\b|\bparameters does\b",
    ),
    ("training_data", r"\btraining (?:data|set|corpus|code)\b|\bdatasets?\b"),
)
_COMPILED = tuple((intent, re.compile(pattern, re.IGNORECASE)) for intent, pattern in _PATTERNS)
_POLAR = re.compile(
    r"^(?:(?:so|and|but|hey|hi|ok|okay|please|tell me|then|well|also)[, ]+)*"
    r"(?:is|are|was|were|do|does|did|can|could|may|must|should|shall|will|would|has|have|am|isn't|aren't"
    r"|doesn't|don't|can't)\b",
    re.IGNORECASE,
)


_DEFINES = re.compile(
    r"^(?:so |and |then )*(?:what(?:'s| is| are| does| do)\b(?!.*\b(?:license|cap|date|status|says?)\b)"
    r"|define\b|explain\b|who (?:is|are)\b)",
    re.IGNORECASE,
)


def read_intents(question: str) -> tuple[Intent, ...]:
    """Return what is asked, the most specific first; empty where no pattern fits or too many do."""
    found = tuple(intent for intent, pattern in _COMPILED if pattern.search(question))
    if len(found) > _MOST:
        # "Which license ..." and "open source" name the subject as often as the question; the rest is more telling.
        found = tuple(intent for intent in found if intent not in ("license_of", "open_source"))
    return found[:_MOST]


def asks_what_it_is(question: str) -> bool:
    """Return whether the question asks what its subject is or means."""
    return _DEFINES.search(question.strip()) is not None


def is_polar(question: str) -> bool:
    """Return whether the question asks for a yes or a no."""
    return _POLAR.search(question.strip()) is not None
