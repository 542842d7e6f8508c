"""Judges one answer against its case: facts, polarity, abstention, and every sentence against its citations.

Citation recall and precision are those of ALCE (Gao et al. 2023): a sentence is recalled if its citations together
carry it; a citation is precise if it carries its sentence, or is the clause behind one that does. What carries a
sentence is decided by the checks that answers pass before they are shown, not by a language model.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.answering.evidence import Evidence
from bot.answering.language import ENGLISH_ONLY
from bot.answering.verify import verify
from knowledge.records import Statement

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bot.answering.answer import Answer, Citation
    from bot.answering.verify import SubjectsIn
    from bot.evaluation.dataset import Case

_MARKERS = re.compile(r"\s*((?:\[\d+\])+)")
_LEAD = re.compile(r"^(Yes|No|It depends)\.\s*")
_SPOKEN = {"Yes": "yes", "No": "no", "It depends": "depends"}
_LIMITED = re.compile(r" \(on conditions\)$|, on conditions(?=\)$)")
# What an answer may say without a source: that it has none.
_HONEST = re.compile(r"^(?:I have no source|I know no license|I answer in English)")


@dataclass(frozen=True, slots=True)
class Judgement:
    """What is right and wrong with one answer. Counts are of shown sentences and of their citations."""

    case: Case
    answer: Answer
    correct: bool
    wrong_polarity: bool
    sentences: int
    supported: int
    citations: int
    precise: int
    unsupported: tuple[str, ...]


def judge(case: Case, answer: Answer, subjects_in: SubjectsIn) -> Judgement:
    """Return the judgement of an answer to the last turn of a case."""
    quotes = {citation.n: citation for citation in answer.citations}
    pieces = [] if answer.abstained else _pieces(answer.text)
    carried = [
        (text, marks, _carriers(text, [quotes[n] for n in marks if n in quotes], subjects_in)) for text, marks in pieces
    ]
    return Judgement(
        case=case,
        answer=answer,
        correct=_correct(case, answer),
        wrong_polarity=_wrong_polarity(case, answer),
        sentences=len(pieces),
        supported=sum(bool(carriers) for _, _, carriers in carried),
        citations=sum(len(marks) for _, marks, _ in carried),
        precise=sum(len(carriers) for _, _, carriers in carried),
        unsupported=tuple(text for text, _, carriers in carried if not carriers),
    )


def meets(facts: Sequence[Sequence[str]], text: str) -> bool:
    """Return whether every group of facts has one of its wordings in the text."""
    plain = _plain(text)
    return all(any(_plain(wording).strip() in plain for wording in group) for group in facts)


def _correct(case: Case, answer: Answer) -> bool:
    if case.kind == "language" and answer.abstained:  # "I answer in English only" is honest
        return case.expect == "abstain" or meets(case.facts, answer.text) or answer.text.startswith(ENGLISH_ONLY)
    if case.expect == "abstain" or answer.abstained:
        return answer.abstained and case.expect == "abstain"
    said = direct_of(answer.text)
    told = bool(case.facts) or said is not None  # without facts, the yes or no is the fact
    return told and meets(case.facts, answer.text) and not _wrong_polarity(case, answer)


def _wrong_polarity(case: Case, answer: Answer) -> bool:
    """Return whether a yes stands for a no, or what only a wrong answer says is said."""
    if answer.abstained:
        return False
    said = direct_of(answer.text)
    against = said is not None and case.direct is not None and said != case.direct
    plain = _plain(_MARKERS.sub("", answer.text))
    return against or any(_plain(wording) in plain for wording in case.never)


def direct_of(text: str) -> str | None:
    """Return the direct answer that a text begins with: yes, no, depends, or None."""
    found = _LEAD.match(text)
    return _SPOKEN[found[1]] if found else None


def _pieces(text: str) -> list[tuple[str, tuple[int, ...]]]:
    """Return what stands before each run of markers, with its numbers; an end without markers has none."""
    parts = _MARKERS.split(text.removeprefix(ENGLISH_ONLY))
    pieces = [
        (_LEAD.sub("", before.strip(" ,.;")) if before[:1] in " ,." else _LEAD.sub("", before.strip()), _numbers(marks))
        for before, marks in zip(parts[0::2], [*parts[1::2], ""], strict=True)
    ]
    return [(piece, marks) for piece, marks in pieces if re.search(r"\w", piece) and not _unsourced(piece, marks)]


def _unsourced(piece: str, marks: tuple[int, ...]) -> bool:
    return not marks and (_HONEST.match(piece) is not None or re.fullmatch(r"and \d+ more", piece) is not None)


def _numbers(marks: str) -> tuple[int, ...]:
    return tuple(dict.fromkeys(int(number) for number in re.findall(r"\d+", marks)))


def _carriers(text: str, citations: Sequence[Citation], subjects_in: SubjectsIn) -> frozenset[int]:
    """Return the numbers of the citations that carry a sentence, and of the clauses and licenses behind them."""
    carrying = {one.n for one in citations if _carries(text, one, subjects_in)}
    licenses = {one.document.removeprefix("license-facts/"): one.section for one in citations if one.n in carrying}
    clauses = {one.n for one in citations if _is_clause(one, licenses)}
    named = {subject for one in citations if one.n in carrying for subject in subjects_in(one.quote)}
    terms = {one.n for one in citations if one.document.replace("license-facts/", "license:") in named}
    return frozenset(carrying | clauses | terms) if carrying else frozenset()


def _carries(text: str, citation: Citation, subjects_in: SubjectsIn) -> bool:
    sentence = text if text.rstrip("\"”’')").endswith((".", "!", "?")) else f"{text}."
    if _plain(sentence).rstrip(".") in _plain(citation.quote):
        return True
    quote = Evidence(Statement(citation.quote), citation.document, citation.title, citation.url, ())
    if verify(sentence, [quote], subjects_in).supported:
        return True
    member = _LIMITED.sub("", text.rpartition(": ")[2])  # of a list, whose heading the records decide
    parts = [part for part in re.split(r" \(|\)$", member) if part]  # "Phi-4 (MIT)" is a model with its license
    return all(part.lower() in citation.quote.lower() for part in parts) or citation.title.startswith(member)


def _is_clause(citation: Citation, licenses: Mapping[str, str]) -> bool:
    """Return whether a citation is the wording at the very section that a carrying record names."""
    section = licenses.get(citation.document.removeprefix("licenses/"), "")
    return (
        bool(section) and citation.document.startswith("licenses/") and f"{citation.section}.".startswith(f"{section}.")
    )


def _plain(text: str) -> str:
    """Return the text in lower case, with plain quotation marks and single spaces, without markers."""
    plain = _MARKERS.sub("", text).lower().replace("’", "'").replace("“", '"').replace("”", '"').replace("\u2011", "-")
    return " ".join(plain.split())
