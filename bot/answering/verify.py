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
    clauses,
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
    from collections.abc import Callable, Iterator, Sequence

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
OF_THE_TASK = "not a statement of fact"
_TOLD = 0.2  # of a clause's words; a sentence that has fewer does not tell the clause
_AGENTS = frozenset({"from", "by", "of", "at"})
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
        return Finding(supported=False, reason=OF_THE_TASK)
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
    """Return the first thing that speaks against the sentence's standing on the evidence, or an empty string."""
    return next(filter(None, _objections(sentence, item, subjects_in)), "")


def _objections(sentence: str, item: Evidence, subjects_in: SubjectsIn) -> Iterator[str]:
    statement = item.statement.text
    whole = f"{statement} {item.title}"
    for what, extra in (
        ("number", numbers(sentence) - numbers(whole)),
        ("name", subjects_in(sentence) - subjects_in(statement) - frozenset(item.subjects)),
        ("name", proper_names(sentence) - frozenset(tokens(whole))),
        ("denied only here", denied(sentence) - denied(statement)),
        ("denied there", affirmed(sentence) & (denied(statement) - affirmed(statement))),
        ("modality", modality(sentence) - modality(statement)),
        ("said twice", _repeated(sentence, statement)),
        ("name", {span for span in name_spans(sentence) if span not in whole.lower()}),
    ):
        yield f"{what}: {min(extra)}" if extra else ""
    yield (
        "subject dropped" if _PRONOUN.match(sentence) or (subjects_in(statement) and not subjects_in(sentence)) else ""
    )
    yield "condition dropped" if conditional(statement) and not conditional(sentence) else ""
    yield "prescribed wording dropped" if quoted(statement) - quoted(sentence) else ""
    yield "denies otherwise" if negations(sentence) != negations(statement) else ""
    yield f"clause cut: {cut}" if (cut := _cut(sentence, statement)) else ""
    yield "order differs" if _kept_in_order(sentence, statement) < ORDER else ""
    # One new word is a new claim: "needs an enterprise license above it" became "with a requirement of a license".
    yield "words not in evidence" if content_stems(sentence) - content_stems(whole) else ""


def _cut(sentence: str, statement: str) -> str:
    """Return a word that is missing from a clause which the sentence tells: a clause is told whole or not at all.

    "Llama 3 and its outputs may not" is not "Llama 3 may not". Only who else took part may be left out: "by Meta",
    "from Mistral AI".
    """
    kept = content_stems(sentence)
    for clause in clauses(statement):
        words = [(token, ordered_stems(token)) for token in tokens(clause)]
        places = [place for place, (_, stems) in enumerate(words) if stems]
        told = [place for place in places if kept & frozenset(words[place][1])]
        if len(told) < _TOLD * len(places):
            continue
        for place in places:
            after = max((one for one in told if one < place), default=-1) + 1
            if place not in told and words[after][0] not in _AGENTS:
                return words[place][0]
    return ""


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
