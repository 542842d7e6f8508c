"""Says yes, no or it depends to a yes-or-no question, from the verdict of the record and the form of the question.

A verdict answers its topic's own question ("may I use it commercially?", "is there a user cap?"). Where the question
asked turns it round, so does the answer; where its form is not one of those known here, there is no bare yes or no:
the statement alone answers, and nothing can be misread.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.answering.intents import asks_leave, polar_clause
from bot.answering.words import REQUESTS, content_stems

if TYPE_CHECKING:
    from bot.answering.intents import Intent
    from knowledge.records import Verdict

LEADS: dict[Verdict, str] = {"yes": "Yes.", "no": "No.", "conditional": "It depends."}
_BARE = 4  # words that carry meaning, beside names; a longer question tells a case
_OPPOSITE: dict[Verdict, Verdict] = {"yes": "no", "no": "yes"}

_OPENING = r"^(?:(?:so|and|but|hey|hi|hello|ok|okay|please|tell me|then|well|also|now|quick question)[,:! ]+)*"
# May I do it?
_MAY = re.compile(
    _OPENING + r"(?:may|can|could|should|am i|are (?:we|you|people|companies|users) (?:allowed|permitted|free)"
    r"|is (?:it|this|that) (?:ok|okay|fine|legal|allowed|permitted|possible)|do (?:i|we) get to"
    r"|(?:is|are) [^?]{0,60}\b(?:allowed|permitted|ok|okay|fine|usable|possible|free (?:for|to))\b"
    r"|(?:do|does|will|would) [^?]{0,60}\b(?:allow|permit|let|grant|give)s?\b)",
    re.IGNORECASE,
)
# Does someone ask leave, for whatever it is? Of "Can X write poems?" nobody asks it, so this is narrower than _MAY.
_PERMITTED = re.compile(
    _OPENING + r"(?:(?:may|can|could|should|am|are) (?:i|we|one|someone|somebody|anyone|an?|our|my|people|companies)\b"
    r"|(?:is|are|would) [^?]{0,60}\b(?:allowed|permitted|ok|okay|fine|legal|in line with|covered by|safe)\b"
    r"|(?:do|does|would) [^?]{0,60}\b(?:allow|permit|let)s?\b)",
    re.IGNORECASE,
)
# Must I do it? Is it there?
_IS_THERE = re.compile(
    _OPENING + r"(?:must|need|do (?:i|we|you|users|people|companies) (?:have|need) to|have (?:i|we) to|do (?:i|we) get"
    r"|(?:am|are) (?:i|we) (?:obliged|required|bound)|(?:is|are|was) there\b"
    r"|is [^?]{0,60}\b(?:required|mandatory|needed|necessary|copyleft)\b"
    r"|(?:do|does|did) [^?]{0,80}\b(?:have|has|require|need|contain|include|impose|grant|give|cap|limit|set|name|demand"
    r"|ask|oblige|come with|cover|provide)s?\b|(?:has|have) )",
    re.IGNORECASE,
)
_FORBIDS = re.compile(
    r"\b(?:forbid(?:s|den)?|prohibit(?:s|ed)?|ban(?:s|ned)?|bar(?:s|red)?|disallow(?:s|ed)?|prevent(?:s|ed)?|illegal|"
    r"against the|rule[sd]? out|exclude[sd]?|restrict(?:s|ed)?)\b",
    re.IGNORECASE,
)
# What makes a question too twisted to answer in one word.
_TWISTED = re.compile(
    r"\b(?:not|no|never|without|isn't|aren't|doesn't|don't|can't|couldn't|won't|free (?:of|from)|lack\w*|unless|except|"
    r"closed|proprietary|still|only|instead|anymore|any longer|skip|drop|omit|remove|ignore|avoid|leave out|hide|keep|"
    r"straight away|right away|everyone|everybody|unconditional\w*|completely|"
    r"refuse|exempt\w*|get around|stop|opt out)\b",
    re.IGNORECASE,
)
PERMISSIONS = frozenset({"commercial", "outputs", "redistribution", "host"})
_FACTS = frozenset({"threshold", "attribution", "use_policy", "derivatives", "patents", "termination", "law"})
_OPEN = re.compile(_OPENING + r"(?:is|are|was|were|does|do|would|can|has|have)\b", re.IGNORECASE)


def direct_answer(question: str, topic: Intent, verdict: Verdict) -> str:
    """Return "Yes.", "No.", "It depends.", or "" where a bare word could be misread.

    `question` has its names blanked, so that "Open RAIL-M" asks nothing about openness.
    """
    asked = polar_clause(question)
    if verdict == "unknown" or not asked or _TWISTED.search(question) or not _plain_case(question, asked, verdict):
        return ""
    forbids = _FORBIDS.search(question) is not None
    if topic == "open_source":
        return LEADS[verdict] if _OPEN.search(asked) and not forbids else ""
    if topic in PERMISSIONS:
        if forbids:
            return LEADS[_OPPOSITE[verdict]] if verdict in _OPPOSITE else LEADS[verdict]
        return LEADS[verdict] if _MAY.search(asked) or asks_leave(asked) else ""
    if topic in _FACTS and not forbids:
        asks_for_it = _IS_THERE.search(asked) and not re.match(_OPENING + r"(?:may|can|could)\b", asked, re.IGNORECASE)
        return LEADS[verdict] if asks_for_it else ""
    return ""


def asks_permission(question: str) -> bool:
    """Return whether a question, its names blanked, asks whether something may be done, whatever it is."""
    return asks_leave(question) or _PERMITTED.search(polar_clause(question)) is not None


def _plain_case(question: str, asked: str, verdict: Verdict) -> bool:
    """Return whether a case that is told before the question, or in it, leaves the verdict as it is.

    What is forbidden to all is forbidden in any case. What is allowed or demanded may not be in this one, and a
    condition may be met or failed by what the asker tells of themselves.
    """
    return verdict == "no" or (asked == question.strip() and len(content_stems(question) - REQUESTS) <= _BARE)
