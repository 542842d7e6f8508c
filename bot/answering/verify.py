"""Checks a written sentence against the evidence it was written from. Decides nothing about the question.

A sentence stands on a statement when everything checkable in it stands there too: every number, every license and model
name, every other proper name, what is denied and what is affirmed, the modality, the condition, and most of its other
words. What cannot be checked counts against it: a false refusal costs a quotation in place of a paraphrase, a false
pass costs the user.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.answering.words import (
    affirmed,
    conditional,
    content_stems,
    denied,
    modality,
    name_spans,
    negations,
    numbers,
    ordered_stems,
    proper_names,
    quoted,
    tokens,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bot.answering.evidence import Evidence

    SubjectsIn = Callable[[str], frozenset[str]]

# The share of a sentence's words that keep the statement's order. Turning active into passive keeps less and is refused
# though it may be faithful: by its words alone it is not told from "Meta must ask" made of "must ask Meta".
ORDER = 0.8
# The share of the deciding statement's words that a paraphrase must keep to count as telling it.
COVERAGE = 0.6
_UNSAFE = re.compile(r"https?:|www\.|discord\.gg|<[@#!|]|@everyone|@here|```|\[\d+\]", re.IGNORECASE)
_PRONOUN = re.compile(r"(?:it|this|that|they|these|those|he|she)\b", re.IGNORECASE)
_ENDS = re.compile(r"[.!?][\"'”’)\]]*$")
_CHATTER = re.compile(r"\b(?:as an ai|i am|i'm|i can|i cannot|i think|the notes?|note:|question:)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Finding:
    """Whether a sentence is supported, by which evidence (its index), and if by none, why not."""

    supported: bool
    evidence: int = -1
    reason: str = ""


def verify(sentence: str, evidence: Sequence[Evidence], subjects_in: SubjectsIn) -> Finding:
    """Return the first evidence that carries the whole sentence, or why none does.

    `subjects_in` names the licenses and models that a text mentions.
    """
    if _UNSAFE.search(sentence) or _CHATTER.search(sentence) or not _ENDS.search(sentence):
        return Finding(supported=False, reason="not a statement of fact")
    if not content_stems(sentence):
        return Finding(supported=False, reason="says nothing")
    reason = "no evidence"
    for index, item in enumerate(evidence):
        reason = _objection(sentence, item, subjects_in)
        if not reason:
            return Finding(supported=True, evidence=index)
    return Finding(supported=False, reason=reason)


def covers(sentences: Sequence[str], item: Evidence) -> bool:
    """Return whether the sentences together tell what matters in the evidence: most of its words, all it denies."""
    text = " ".join(sentences)
    theirs = content_stems(item.statement.text)
    kept = len(theirs & content_stems(text)) >= COVERAGE * len(theirs)
    return kept and bool(denied(text)) == bool(denied(item.statement.text))


def _objection(sentence: str, item: Evidence, subjects_in: SubjectsIn) -> str:
    statement = item.statement.text
    checks = (
        ("number", numbers(sentence) - numbers(statement) - numbers(item.title)),
        ("name", subjects_in(sentence) - subjects_in(statement) - frozenset(item.subjects)),
        ("name", proper_names(sentence) - frozenset(tokens(f"{statement} {item.title}"))),
        ("denied only here", denied(sentence) - denied(statement)),
        ("denied there", affirmed(sentence) & (denied(statement) - affirmed(statement))),
        ("modality", modality(sentence) - modality(statement)),
        ("said twice", _repeated(sentence, statement)),
    )
    for what, extra in checks:
        if extra:
            return f"{what}: {min(extra)}"
    dropped = (
        ("subject", _PRONOUN.match(sentence) or (subjects_in(statement) and not subjects_in(sentence))),
        ("condition", conditional(statement) and not conditional(sentence)),
        ("prescribed wording", quoted(statement) - quoted(sentence)),
    )
    for what, lost in dropped:
        if lost:
            return f"{what} dropped"
    whole = f"{statement} {item.title}".lower()
    if spans := [span for span in name_spans(sentence) if span not in whole]:
        return f"name: {min(spans)}"
    if negations(sentence) != negations(statement):
        return "denies otherwise"
    if _kept_in_order(sentence, statement) < ORDER:
        return "order differs"
    # One new word is a new claim: "needs an enterprise license above it" became "with a requirement of a license".
    return "words not in evidence" if content_stems(sentence) - content_stems(f"{statement} {item.title}") else ""


def _repeated(sentence: str, statement: str) -> frozenset[str]:
    """Return the words that the sentence uses more often than the statement: small models fill roles with echoes."""
    theirs = Counter(ordered_stems(statement))
    return frozenset(stem for stem, count in Counter(ordered_stems(sentence)).items() if count > max(1, theirs[stem]))


def _kept_in_order(sentence: str, statement: str) -> float:
    """Return the share of the sentence's known words in their longest common subsequence with the statement."""
    theirs = ordered_stems(statement)
    ours = [stem for stem in ordered_stems(sentence) if stem in theirs]
    row = [0] * (len(theirs) + 1)
    for stem in ours:
        before = 0
        for place, other in enumerate(theirs, 1):
            before, row[place] = row[place], before + 1 if stem == other else max(row[place], row[place - 1])
    return row[-1] / len(ours) if ours else 0.0
