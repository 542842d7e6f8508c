"""Answers what one may do under a license: the record's verdict, its condition, and the clause in its own words.

Refuses to say more than the record: what it does not know stays unknown; where the text has no clause, none is shown.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

import Stemmer

if TYPE_CHECKING:
    from knowledge.records import Document, License, Source, Statement, Term, Topic, Verdict

Action = Literal["commercial", "train", "redistribute", "patent", "host"]

QUESTIONS: dict[Action, str] = {
    "commercial": "May I use it commercially?",
    "train": "May I train other models on its outputs?",
    "redistribute": "May I pass it on?",
    "patent": "Does it grant patent rights?",
    "host": "May I run it as a service for others?",
}
# The first topic gives the verdict, the second what goes with it.
_TOPICS: dict[Action, tuple[Topic, ...]] = {
    "commercial": ("commercial", "threshold"),
    "train": ("outputs",),
    "redistribute": ("redistribution", "attribution"),
    "patent": ("patents",),
    "host": ("host",),
}
_WORD = re.compile(r"[a-z0-9]{2,}")
_COMMON = frozenset(
    "the of and to or in any for that with this under such as by an on is are be may not its it".split()
)
_SHARED = 2  # words of a record's statement that a clause without a number must have


@dataclass(frozen=True, slots=True)
class Permission:
    """One license's answer: `conditions` are the record's statements, `clause` the wording of the license text.

    `clause` is None where the text is not at hand, has no such clause, or the record knows no place in it; `section` is
    the place that the record names, text or not.
    """

    action: Action
    license: str
    name: str
    verdict: Verdict
    conditions: tuple[str, ...]
    verified: bool
    clause: Statement | None
    source: Source | None
    section: str = ""


def permission(license_: License, action: Action, text: Document | None) -> Permission:
    """Return what a license says on an action; `text` is the license text, if it is at hand."""
    terms = [term for topic in _TOPICS[action] if (term := license_.term(topic))]
    first = terms[0] if terms and terms[0].topic == _TOPICS[action][0] else None
    shown = [term for term in terms if term is first or (first and _adds(term))]
    return Permission(
        action=action,
        license=license_.key,
        name=license_.name,
        verdict=first.verdict if first else "unknown",
        conditions=tuple(term.statement for term in shown),
        verified=license_.verified and all(term.verified for term in shown),
        clause=clause_of(first, text) if first and text else None,
        source=license_.sources[0] if license_.sources else None,
        section=first.section if first else "",
    )


def clause_of(term: Term, text: Document) -> Statement | None:
    """Return the sentence of the text that says what the record says, or None where there is none to show."""
    if term.section:
        inside = [one for one in text.statements if one.section == term.section or _within(one.section, term.section)]
        return max(inside, key=lambda one: _shared(term.statement, one.text), default=None)
    if term.verdict in ("no", "unknown"):
        return None  # the text is silent: there is nothing to quote
    best = max(text.statements, key=lambda one: _shared(term.statement, one.text), default=None)
    return best if best and _shared(term.statement, best.text) >= _SHARED else None


def _adds(term: Term) -> bool:
    """Return whether a second term is a condition to know: a cap that exists, a duty that holds."""
    return term.verdict in ("yes", "conditional")


def _within(section: str, named: str) -> bool:
    return section.startswith(f"{named}.")


def _shared(statement: str, clause: str) -> int:
    return len(_stems(statement) & _stems(clause))


@lru_cache(maxsize=2048)
def _stems(text: str) -> frozenset[str]:
    words = [word for word in _WORD.findall(text.lower()) if word not in _COMMON]
    return frozenset(_stemmer().stemWords(words))


@lru_cache(maxsize=1)
def _stemmer() -> Stemmer.Stemmer:
    return Stemmer.Stemmer("english")
