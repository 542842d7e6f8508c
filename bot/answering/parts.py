"""Takes a question apart: what it takes for granted, and the things it asks, one at a time. Knows no names."""

from __future__ import annotations

import re
from dataclasses import dataclass

_MOST = 3  # things asked at once; the rest of a longer list stays with the last
_PAIR = 2
_FEWEST = 3  # words that a part must have to stand as a question of its own
_OPENER = (
    r"(?:(?:in|to|on|for|by|at|from|with|of|under|above|past|since) (?:what|which|who[ms]e?|how)|who[ms]e"
    r"|the \w+ of (?:which|what|whose)|who|what|when|which|where|why|how|is|are|was|were|does|do|did|can|could|may|must"
    r"|should|has|have|will|would)"
)
_OPENS = re.compile(rf"{_OPENER}\b", re.IGNORECASE)
_ASKS = re.compile(rf"\b{_OPENER}\b|[?:]", re.IGNORECASE)  # "Under the MIT License, may I ..." is one question
_SENTENCES = re.compile(r"(?<=[?!])\s+(?:(?:and|also)\s+)*(?=\S)", re.IGNORECASE)
_NUMBERED = re.compile(r"[,;]?\s+(?:and\s+)?\([1-3a-c]\)\s+", re.IGNORECASE)  # "(1) whose law (2) which courts"
_GOES_ON = (
    r"(?:would (?:like|love|prefer)|have (?:an?|some|to|built|made|been)"
    r"|(?:will|would|can|could|may) (?:be|use|sell|run|publish|ship|share|release|host|offer|put|give|keep|charge))\b"
)
_JOINED = re.compile(
    rf"(?:\s*,)?\s+(?:and|but)\s+(?:also\s+)?(?={_OPENER}\b)(?!{_GOES_ON})|\s*[,;]\s+(?={_OPENER}\b)", re.IGNORECASE
)
_PREMISE = re.compile(
    r"^(?:(?:hi|hey|hello|ok|so|well)[,! ]+)*(?:since|because|as|given(?: that)?|now that|seeing that"
    r"|considering(?: that)?|assuming(?: that)?|if)\s+(?!when\b)"
    r"(?P<premise>[^,?]{6,160}),\s*(?:then\s+)?(?P<asked>.{6,})$",
    re.IGNORECASE | re.DOTALL,
)
# "If we publish a derivative, ..." supposes a case; it takes nothing for granted about a license or a model.
_SUPPOSED = re.compile(
    r"^\W*(?:if|assuming)\b(?=[^,]{0,40}\b(?:i|we|my|our|you|someone|somebody|a client|a company)\b)", re.IGNORECASE
)
_WHY = re.compile(
    r"^(?:(?:hi|hey|hello|ok|so|well|and)[,! ]+)*(?:why|how come)\s+"
    r"(?P<premise>(?:is|are|was|were|does|do|did|can|may)\b.+)$",
    re.IGNORECASE | re.DOTALL,
)
_TOLD = re.compile(
    r"^(?:(?:great|nice|cool|good)(?: news)? that "
    r"|(?:it is |it's |its )?(?:a pity|a shame|too bad|sad|annoying) that "
    r"|i (?:heard|read|think|believe|know|saw)(?: that)? "
    r"|everyone says(?: that)? )?"
    r"(?P<premise>[^.!?]{6,160}?)[.!]\s+(?P<asked>\S[^?]*\?.*)$",
    re.IGNORECASE | re.DOTALL,
)
# Asks nothing that was not asked before it: "how many are there, and what are they called?"
_ECHOES = re.compile(
    r"(?:what|which|who)(?: ones?)? (?:is|are|was|were) (?:it|they|this|that|these|those)(?: called| named)?\W*$"
    r"|what does (?:the|its|their) (?:paper|text|license|licence|contract|source|agreement)s? say\W*$",
    re.IGNORECASE,
)
_BREAKS = re.compile(r"[?;,:/+]|\s[-\u2013\u2014]+\s|\b(?:and|plus|as well as|also|then)\b", re.IGNORECASE)
_SHORT = 5  # words of a fragment
_LONGER = 10  # "the threshold from which its name must be displayed"
_NOUN = re.compile(r"(?:the|its|their)\b", re.IGNORECASE)
_TELLER = re.compile(r"\b(?:i|we|my|our|us|you|they)\b", re.IGNORECASE)
# Asks nothing but whether what was told is allowed.
_OF_THE_CASE = re.compile(
    r"^\W*(?:(?:(?:is|would) (?:it|that|this) (?:be )?)?(?:fine|ok|okay|allowed|legal|permitted|possible|alright)\W*$"
    r"|(?:is|are|would|does|do|can|could|may|will) (?:(?:all of )?(?:it|that|this|they|he|she)\b|[^?]{0,40}"
    r"\b(?:permit|allow|let|forbid|prohibit)\w* (?:it|that|this|them|me|us|him|her|one)\b"
    r"(?: (?:to|do(?:ing)?|so))*\W*$))",
    re.IGNORECASE,
)
_BE = re.compile(r"\b(is|are|was|were|has|have|can|may|must)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a question. A `premise` is not asked but taken for granted; here it is put as a question."""

    text: str
    premise: bool = False


def take_apart(text: str) -> tuple[Part, ...]:
    """Return the parts in their order; a question that takes nothing for granted and asks one thing is one part."""
    if (found := _PREMISE.match(text)) and not _SUPPOSED.match(text):
        return (Part(_as_question(found["premise"]), premise=True), *_asked(found["asked"]))
    if (found := _TOLD.match(text)) and _BE.search(found["premise"]) and not _is_case(found["premise"], found["asked"]):
        return (Part(_as_question(found["premise"]), premise=True), *_asked(found["asked"]))
    if found := _WHY.match(text):
        return Part(found["premise"], premise=True), *_asked(text)
    return _asked(text)


def _is_case(told: str, asked: str) -> bool:
    """Return whether what is told before a question is the asker's case, which is asked about: not a claim.

    "We would host X for others. Does its license permit that?"
    """
    return _TELLER.search(told) is not None or _OF_THE_CASE.match(asked) is not None


def fragments(text: str) -> tuple[str, ...]:
    """Return the short things asked in a row: "license, and the team behind it?", "user ceiling? forum for disputes?".

    What tells of the asker asks nothing, unless it opens like a question.
    """
    pieces = [piece.strip() for piece in _BREAKS.split(text) if piece and piece.strip()]
    kept = [one for one in pieces if _OPENS.match(one) or (_is_brief(one) and not _TELLER.search(one))]
    return tuple(kept) if 1 < len(kept) <= _MOST + 1 else ()


def _is_brief(piece: str) -> bool:
    """Return whether a piece is a thing asked for: a few words, or one that begins like a noun."""
    return len(piece.split()) <= (_LONGER if _NOUN.match(piece) else _SHORT)


def _asked(text: str) -> tuple[Part, ...]:
    if len(items := _NUMBERED.split(text)) > _PAIR:
        head, first, *rest = items
        rest = [*rest[: _MOST - _PAIR], " ".join(rest[_MOST - _PAIR :])]
        return tuple(Part(one) for one in (f"{head} {first}", *filter(None, rest)))
    pieces = [piece for sentence in _SENTENCES.split(text) for piece in _JOINED.split(sentence)]
    parts: list[str] = []
    for piece in filter(None, (piece.strip(" ,;") for piece in pieces)):
        short = len(piece.split()) < _FEWEST or (parts and len(parts[-1].split()) < _FEWEST) or _ECHOES.match(piece)
        if parts and (short or len(parts) == _MOST):
            parts[-1] = f"{parts[-1]} {piece}"
        else:
            parts.append(piece)
    if len(parts) <= 1 or not _ASKS.search(parts[0]) or not all(map(_OPENS.match, parts[1:])):
        return (Part(text),)
    return tuple(Part(one if one.endswith(("?", "!", ".")) else f"{one}?") for one in parts)


def _as_question(premise: str) -> str:
    """Return "Llama 4 is Apache" as "is Llama 4 Apache?", and "X forbids it" as "does X forbids it?"."""
    found = _BE.search(premise)
    if found is None:
        return f"does {premise}?"
    return f"{found[0]} {premise[: found.start()]}{premise[found.end() :].lstrip()}?"
