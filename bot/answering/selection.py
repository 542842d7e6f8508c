"""Ranks the statements that may carry the answer, and chooses the few that do.

Refuses to answer from a passage as a whole: what is shown, cited and checked is always a statement.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, cast

import numpy as np

from bot.answering.evidence import Evidence, evidence_of
from bot.answering.meaning import as_compared
from bot.answering.words import content_stems

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from bot.answering.intents import Intent
    from bot.answering.question import Query
    from knowledge.ports import Embedder
    from knowledge.records import Document, DocumentKind, Passage, Statement
    from knowledge.retrieval import Hit

    Candidate = tuple[Statement, Document | Passage]

_WORDS_WEIGHT = 0.25
_SUBJECT_BONUS = 0.15
_SIBLING_PENALTY = 0.25
_CLAUSE_PENALTY = 0.08  # the wording of a license is shown as its clause, but explains itself badly
_STRANGE_CLAUSE_PENALTY = 0.3  # and that of a license nobody asked about explains nothing
_JOINT_BONUS = 0.2
_UNASKED_PENALTY = 0.1  # a record that nobody named is one example of many
_SHORTEST = 4  # words; less is a heading
_TOPIC_BONUS = 0.3  # by the chance that the question asks what the statement settles
_WORDED = 0.6  # that chance, at the least, where the wordings of the question tell it
_DEFINITION_BONUS = 0.2
_DEFINITION_PENALTY = 0.1  # what a thing is answers no other question on it, however many words they share
_NEAR = 0.12  # how far behind the best a second statement may lie; further, it is beside the point
_NEARER = 0.05  # and a third
_PAIR = 2
_ASK_DISCOUNT = 0.05  # a question lies nearer to any question than to any statement
_TWIN = 0.92  # two statements closer than this say the same


_DEFINITION = re.compile(
    r"^[^,:;]{3,60} (?:means|stands for|is (?:the|a|an) [^,:;]{3,80}(?:[:,]|\b(?:that|which|for|when|of|by)\b))"
)
_VERB = re.compile(r"\b(is|are|means|mean|stands for|describes)\b")


@dataclass(frozen=True, slots=True)
class Ranking:
    """Statements, the one that fits the question best first, and their vectors, one row each."""

    items: tuple[Evidence, ...]
    vectors: NDArray[np.float32]

    def score(self, text: str) -> float:
        """Return how well a statement fits, 0 where it is not ranked."""
        return next((item.score for item in self.items if item.statement.text == text), 0.0)

    def best(self, most: int, *, without: frozenset[str] = frozenset()) -> tuple[Evidence, ...]:
        """Return up to `most` statements, no two saying the same, none far behind the first, none of `without`."""
        chosen: list[int] = []
        for place, item in enumerate(self.items):
            if item.statement.text in without:
                continue
            behind = self.items[chosen[0]].score - item.score if chosen else 0.0
            if len(chosen) == most or behind > (_NEAR if len(chosen) < _PAIR else _NEARER):
                break
            if all(float(self.vectors[place] @ self.vectors[other]) < _TWIN for other in chosen):
                chosen.append(place)
        return tuple(self.items[place] for place in chosen)


def rank(
    query: Query,
    hits: Sequence[Hit],
    embedder: Embedder,
    *,
    strange: Callable[[Statement, bool], bool] = lambda _, __: False,
    records: Sequence[Document] = (),
    subjects_in: Callable[[str], frozenset[str]] = lambda _: frozenset(),
    use_asks: bool = True,
) -> Ranking:
    """Return the statements of the records and of the hits by how well they fit the question.

    `records` are those of what the question names. `strange` tells statements, and whether they are a user's own, that
    must not answer. `subjects_in` names what a statement speaks of. Without `use_asks`, statements are compared by
    their own words alone.
    """
    homes: list[Document | Passage] = [*records, *(hit.passage for hit in hits)]
    first = {statement.text: (statement, home) for home in reversed(homes) for statement in home.statements}
    own = {record.id for record in records}
    candidates = [
        (statement if use_asks else replace(statement, asks=()), home)
        for statement, home in first.values()
        if _is_sentence(statement, home.kind) and (home.id in own or not strange(statement, home.kind == "user"))
    ]
    if not candidates:
        return Ranking((), embedder.embed(()))
    about = frozenset(query.subjects) | {subject for record in records for subject in record.subjects}
    vectors = embedder.embed([_in_context(statement, home) for statement, home in candidates])
    likeness = _likeness(query, candidates, vectors, embedder)
    scores = [
        float(one) + _fit(query, statement, home, about) + _joining(query, statement, subjects_in)
        for one, (statement, home) in zip(likeness, candidates, strict=True)
    ]
    order = sorted(range(len(scores)), key=lambda place: -scores[place])
    items = (evidence_of(*candidates[place], scores[place], float(likeness[place])) for place in order)
    return Ranking(tuple(items), vectors[order])


def _is_sentence(statement: Statement, kind: DocumentKind) -> bool:
    """Return whether a statement says something: no heading, of which license texts are full."""
    text = statement.text
    return len(text.split()) >= _SHORTEST and (kind != "license-text" or text.rstrip('"”)').endswith((".", ";", ":")))


def _likeness(
    query: Query, candidates: Sequence[Candidate], vectors: NDArray[np.float32], embedder: Embedder
) -> NDArray[np.float32]:
    """Return the cosine of each statement to the question, its own or that of a question that it answers.

    The questions of records have "it" for every name, and so has the question they are compared with.
    """
    asked, blanked = embedder.embed([query.text, as_compared(query.bare)])
    likeness = vectors @ asked
    asks = [
        (place, ask, asked if home.kind == "article" else blanked)
        for place, (statement, home) in enumerate(candidates)
        for ask in statement.asks
    ]
    if asks:
        theirs = np.stack([vector for _, _, vector in asks])
        nearness = (embedder.embed([ask for _, ask, _ in asks]) * theirs).sum(1) - _ASK_DISCOUNT
        np.maximum.at(likeness, [place for place, _, _ in asks], nearness)
    return np.asarray(likeness)


def _in_context(statement: Statement, passage: Document | Passage) -> str:
    """Return the statement as it is compared: a clause of a license does not name its license itself."""
    return f"{passage.title}: {statement.text}" if passage.kind in ("license-text", "user") else statement.text


def _fit(query: Query, statement: Statement, passage: Document | Passage, about: frozenset[str]) -> float:
    """Return what speaks for a statement beside its meaning: shared words, the right subject, not a sibling's."""
    asked = content_stems(query.text)
    theirs = content_stems(" ".join((passage.title, statement.text, *statement.asks)))
    shared = len(asked & theirs) / max(1, len(asked))
    fit = _WORDS_WEIGHT * shared
    own = bool(about & set(passage.subjects))
    if not about and passage.kind in ("license", "model"):
        fit -= _UNASKED_PENALTY
    if about and passage.subjects:
        fit += _SUBJECT_BONUS if own else -_SIBLING_PENALTY
    if passage.kind == "license-text":
        fit -= _CLAUSE_PENALTY if own else _STRANGE_CLAUSE_PENALTY
    fit += _TOPIC_BONUS * _chance(query, statement)
    if query.defines and _defines(statement.text, asked):
        fit += _DEFINITION_BONUS
    if not query.defines and _DEFINITION.search(statement.text):
        fit -= _DEFINITION_PENALTY
    return fit if statement.verified else fit - _SIBLING_PENALTY


def _joining(query: Query, statement: Statement, subjects_in: Callable[[str], frozenset[str]]) -> float:
    """Return what speaks for a statement that speaks of two of the names in a question."""
    if len(query.groups) < _PAIR:
        return 0.0
    named = subjects_in(statement.text)
    return _JOINT_BONUS if sum(bool(named & set(group)) for group in query.groups) >= _PAIR else 0.0


def _chance(query: Query, statement: Statement) -> float:
    """Return how likely the question asks what the statement settles; what its wordings tell is at least likely."""
    if not query.subjects:
        return 0.0  # no record is asked
    topic = cast("Intent", statement.topic)
    chance = query.chances.get(topic, 0.0) if topic else 0.0
    return max(chance, _WORDED) if topic in query.intents else chance


def _defines(text: str, asked: frozenset[str]) -> bool:
    """Return whether a statement begins with what is asked and goes on with "is" or "means"."""
    subject, verb, _ = _VERB.split(text, maxsplit=1) if _VERB.search(text) else ("", "", "")
    return bool(verb) and bool(asked) and asked <= content_stems(subject)
