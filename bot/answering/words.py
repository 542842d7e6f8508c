"""Reads from a sentence what can be checked in it: stems, numbers, proper names, what it denies, allows and demands."""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache
from typing import TYPE_CHECKING

import Stemmer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

_TOKEN = re.compile(r"[A-Za-z0-9À-ɏ][\w'’.+-]*")
_NUMBER = re.compile(r"(?<![\w.])[$€]?(\d[\d,]*(?:\.\d+)?)\s*(%|million|billion|trillion|[KMBT]\b)?", re.IGNORECASE)
MONTHS = "january february march april may june july august september october november december".split()
_DATE = re.compile(
    rf"\b(?:(\d{{1,2}})(?:st|nd|rd|th)? )?({'|'.join(MONTHS)})(?: (\d{{1,2}})(?:st|nd|rd|th)?)?,? (\d{{4}})\b"
    rf"|\b(\d{{4}})-(\d{{2}})(?:-(\d{{2}}))?\b",
    re.IGNORECASE,
)
_QUOTED = re.compile(r"[\"“]([^\"“”]{2,60}?)[.,]?[\"”]")
_SCALE = {"m": "million", "b": "billion", "t": "trillion", "k": "thousand"}
_CLAUSE = re.compile(r"[,;:()]|\.(?!\w)|\b(?:but|because|so|although|though|while|whereas)\b", re.IGNORECASE)

_STOP = frozenset(
    """a an the this that these those it its they their them he she his her i you your we our us one and or but
    nor so as at by for from in into of on onto to with up out about through during then there here when where
    which who whom whose what why how is are was were be been being am do does did done has have had having
    will would shall should can could may might must not no yes never also only just very more most some any
    each every all both either neither other another such same own if unless except while because until since
    says said say called according however therefore thus""".split()
)
NEGATIONS = frozenset(
    """not no never none nor neither cannot without lack lacks lacking forbid forbids forbidden forbade prohibit
    prohibits prohibited ban bans banned bar bars barred exclude excludes excluded refuse refuses refused fail
    fails failed false wrong isn't aren't wasn't weren't doesn't don't didn't can't couldn't won't mustn't
    hasn't haven't non""".split()
)
# What turns "not" into another word of the same meaning; verbs that deny are words of their own.
_PLAIN_NEGATIONS = frozenset("not no never none nor neither cannot non".split())
CONDITIONS = frozenset(
    "unless except only if provided until but excluding subject conditional conditionally depends below under".split()
)
MODALS = {
    "duty": frozenset("must shall should require requires required need needs obliged duty".split()),
    "permission": frozenset("may can allow allows allowed permit permits permitted free grant grants granted".split()),
}
# Words that open sentences with a capital letter and name nobody.
_OPENERS = frozenset(
    """users user companies company people developers anyone everyone businesses organizations models model weights
    license licenses licensees commercial using use redistribution distribution distributing redistributing
    training outputs modified derivative under however therefore additionally according although since instead
    unlike like both""".split()
)
_SCOPE = 5  # how many content words a negation reaches
_stemmer = Stemmer.Stemmer("english")


def tokens(text: str) -> list[str]:
    """Return the words of a text in order, lower case, without possessives or final stops."""
    found = (token.rstrip(".'’-+") for token in _TOKEN.findall(text.replace("’", "'")))
    return [token.lower().removesuffix("'s") for token in found if token]


@lru_cache(maxsize=8192)
def _stem(word: str) -> str:
    return str(_stemmer.stemWord(word))


@lru_cache(maxsize=4096)
def numbers(text: str) -> frozenset[str]:
    """Return the numbers and dates of a text, each as it must be kept.

    "700M" and "700 million" are the same number; a date is one number, so that "before 23 July 2024" does not carry
    "before 2024".
    """
    found = {_date(match) for match in _DATE.finditer(text)}
    for value, scale in _NUMBER.findall(_DATE.sub(" ", text)):
        unit = _SCALE.get(scale.lower(), scale.lower())
        found.add(f"{value.replace(',', '').rstrip('.')} {unit}".strip())
    return frozenset(found)


def _date(match: re.Match[str]) -> str:
    day, month, late_day, year, iso_year, iso_month, iso_day = match.groups(default="")
    if iso_year:
        return "-".join(filter(None, (iso_year, iso_month, iso_day)))
    parts = (year, f"{MONTHS.index(month.lower()) + 1:02}", f"{int(day or late_day):02}" if day or late_day else "")
    return "-".join(filter(None, parts))


def quoted(text: str) -> frozenset[str]:
    """Return what stands in quotation marks, lower case: the wording that a license prescribes."""
    return frozenset(match.lower() for match in _QUOTED.findall(text))


@lru_cache(maxsize=4096)
def ordered_stems(text: str) -> tuple[str, ...]:
    """Return the stems of the words that carry meaning, in order."""
    return tuple(_stem(token) for token in tokens(text) if token not in _STOP and token not in NEGATIONS)


@lru_cache(maxsize=32768)
def content_stems(text: str) -> frozenset[str]:
    """Return the stems of the words that carry meaning."""
    return frozenset(ordered_stems(text))


# Stems of what a question asks the answer to be like, and of the letter that stands for a name.
REQUESTS = content_stems(
    "explain tell please describe define sentence word words briefly short shortly simple simply terms summary "
    "summarize mean means meaning exactly actually really give know question help hi hello hey thanks quick "
    "many much ever kind sort thing like want wonder wondering curious guys someone somebody anyone understand x"
)


def weight_told(
    asked: frozenset[str],
    told: frozenset[str],
    rarity: Callable[[Iterable[str]], Mapping[str, float]],
    none: float = 0.0,
) -> float:
    """Return the weight of the asked stems that are told, over that of all; `none` where nothing is asked.

    `rarity` weighs stems from 0, in every passage, to 1, in none.
    """
    weights = rarity(sorted(asked))
    whole = sum(weights.values())
    return sum(weights[one] for one in asked & told) / whole if whole else none


@lru_cache(maxsize=4096)
def proper_names(text: str) -> frozenset[str]:
    """Return the words written as names: capitals inside a sentence, digits or inner capitals anywhere."""
    names = set()
    start = True
    for match in _TOKEN.finditer(text.replace("’", "'")):
        word = match.group().rstrip(".'-").removesuffix("'s")
        lower = word.lower()
        opens = start and (lower in _STOP or lower in _OPENERS or lower in NEGATIONS)
        if word[:1].isupper() and not opens and lower not in _STOP:
            names.add(lower)
        start = text[match.end() : match.end() + 2].strip()[:1] in (":", "!", "?") or match.group().endswith(".")
    return frozenset(names)


_NAME_SPAN = re.compile(r"\b[A-Z][\w.+-]*(?:[ -](?:(?:of|and|the|for) )?[A-Z0-9][\w.+-]*)+")


@lru_cache(maxsize=4096)
def name_spans(text: str) -> frozenset[str]:
    """Return the names of several words, lower case, without an article or opener before them."""
    spans = (match.rstrip(".").split(" ") for match in _NAME_SPAN.findall(text))
    kept = (words[1:] if words[0].lower() in _STOP or words[0].lower() in _OPENERS else words for words in spans)
    return frozenset(" ".join(words).lower() for words in kept if len(words) > 1)


@lru_cache(maxsize=4096)
def denied(text: str) -> frozenset[str]:
    """Return the stems that stand in the scope of a negation: up to five content words on, within its clause."""
    reached: set[str] = set()
    for clause in _CLAUSE.split(text):
        left = 0
        for token in tokens(clause):
            if token in NEGATIONS or token.startswith("non-"):
                left = _SCOPE
            elif left and token not in _STOP:
                reached.add(_stem(token))
                left -= 1
    return frozenset(reached)


@lru_cache(maxsize=4096)
def negations(text: str) -> Mapping[str, int]:
    """Return how often a text denies, and by which word: "excludes no country" is not "includes no country"."""
    counts: Counter[str] = Counter()
    for token in tokens(text):
        if token in _PLAIN_NEGATIONS or token.endswith("n't") or token.startswith("non-"):
            counts["not"] += 1
        elif token in NEGATIONS:
            counts[_stem(token)] += 1
    return counts


@lru_cache(maxsize=4096)
def affirmed(text: str) -> frozenset[str]:
    """Return the content stems outside the scope of every negation."""
    return content_stems(text) - denied(text)


def clauses(text: str) -> tuple[str, ...]:
    """Return the clauses of a text, as punctuation and a few conjunctions part them."""
    return tuple(filter(str.strip, _CLAUSE.split(text)))


def conditional(text: str) -> bool:
    """Return whether the text limits what it says: unless, only, if, except, but."""
    return any(token in CONDITIONS for token in tokens(text))


def modality(text: str) -> frozenset[str]:
    """Return whether the text speaks of a duty, of a permission, of both or of neither."""
    words = frozenset(tokens(text))
    return frozenset(kind for kind, forms in MODALS.items() if words & forms)
