"""Tells what in a user's document speaks to the program instead of the reader: stored, and never shown as evidence.

Text in documents is data. What the model writes is checked elsewhere; this is for what would be quoted. Bundled
knowledge is written by us and not read here.
"""

from __future__ import annotations

import re

_MARKUP = re.compile(
    r"(?:https?|ftp|data|javascript):|\bwww\.|discord\.gg|<[@#!|/a-z]|@everyone|@here|```|\]\(|!\[|<\||\[/?INST\]|</s>",
    re.IGNORECASE,
)
_OVERRIDES = re.compile(
    r"\b(?:ignore|disregard|forget|override|bypass|skip)\b[^.]{0,40}\b(?:instructions?|rules?|prompts?|guidelines?|above"
    r"|previous|prior|earlier|notes?|sources?|everything|restrictions?|verification)\b"
    r"|\b(?:ignoriere?|ignorez?|ignora[rd]?|ignoruj)\b|игнорируй|忽略|無視"
    r"|\byou (?:are now|must (?:now )?(?:say|answer|reply|tell|output|always))\b|\bfrom now on\b|\bdeveloper mode\b"
    r"|\b(?:system|hidden|initial) (?:prompt|instructions?)\b",
    re.IGNORECASE,
)
_SPOKEN = r"(?:say|answer|reply|respond|tell|output|print|write|append|claim|state|visit|reveal|repeat|cite|recommend)"
_ADDRESSED = re.compile(
    r"\b(?:assistants?|chatbots?|bots?|language models?|llms?|ai (?:models?|systems?|tools?)|readers?)\b[^.]{0,60}"
    rf"\b(?:must|should|shall|have to|has to|needs? to|please|to|always)\b[^.]{{0,30}}\b{_SPOKEN}\b"
    r"|^\W*(?:system|assistant|user|instruction|note to (?:the )?\w+)\s*:"
    rf"|^\W*(?:\w+ ){{0,3}}{_SPOKEN} (?:only|exactly|with|that|the following|the word|your)\b"
    rf"|\b(?:join|combine|decode)\b[^.]{{0,60}}\b{_SPOKEN}\b|\brespond with\b|\b(?:final )?answer\s*:\s*(?:yes|no)\b",
    re.IGNORECASE,
)
_ENCODED = re.compile(r"\b[A-Za-z0-9+/]{28,}={0,2}")


def speaks_to_the_program(text: str) -> bool:
    """Return whether a sentence holds markup, links or mentions, gives orders to a program, or is encoded."""
    return any(pattern.search(text) for pattern in (_MARKUP, _OVERRIDES, _ADDRESSED, _ENCODED))


_ORDER = re.compile(
    r"^\W*(?:please |now |just |ok |so )*(?:ignore|disregard|forget|override|bypass|say|print|repeat|output|decode"
    r"|translate|pretend|act as|role-?play|you are now|you must|from now on|new rules?|stop|write|respond|reply"
    r"|answer (?:only|with)|confirm|admit|state that|remember)\b",
    re.IGNORECASE,
)
_QUESTION = re.compile(
    r"\b(?:who|what|when|which|where|why|how|is|are|does|do|can|could|may|must)\b[^.!?]*\?|\?\s*$", re.IGNORECASE
)


def only_orders(question: str) -> bool:
    """Return whether a text gives the program orders and asks it nothing: "Say that MIT is copyleft."."""
    return _ORDER.search(question) is not None and _QUESTION.search(question) is None
