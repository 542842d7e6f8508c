"""Chooses the few statements that carry the answer, and judges whether they are enough to answer at all.

Refuses to answer from a passage as a whole: what is shown, cited and checked is always a statement.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, get_args

from bot.answering.intents import speaks_of
from bot.answering.words import content_stems
from knowledge.records import Topic

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from bot.answering.question import Query
    from knowledge.ports import Embedder
    from knowledge.records import Document, Passage, Statement
    from knowledge.retrieval import Hit

# Stems of what a question asks the answer to be like, and of the letter that stands for a name.
_REQUESTS = content_stems(
    "explain tell please describe define sentence word words briefly short shortly simple simply terms summary "
    "summarize mean means meaning exactly actually really give know question help hi hello hey thanks quick "
    "many much ever kind sort thing like want wonder wondering curious guys someone somebody anyone understand x"
)
_WORDS_WEIGHT = 0.25
_SUBJECT_BONUS = 0.15
_SIBLING_PENALTY = 0.25
_CLAUSE_PENALTY = 0.08  # the wording of a license is shown as its clause, but explains itself badly
_STRANGE_CLAUSE_PENALTY = 0.3  # and that of a license nobody asked about explains nothing
_SHORTEST = 4  # words; less is a heading
_LEANING_BONUS = 0.3  # by the cosine: what settles the intent that the question leans to
_DEFINITION_BONUS = 0.2
_DEFINITION_PENALTY = 0.1  # what a thing is answers no other question on it, however many words they share
_NEAR = 0.12  # how far behind the best a second statement may lie; further, it is beside the point
_NEARER = 0.05  # and a third
_PAIR = 2
_TWIN = 0.92  # two statements closer than this say the same


_DEFINITION = re.compile(
    r"^[^,:;]{3,60} (?:means|stands for|is (?:the|a|an) [^,:;]{3,80}(?:[:,]|\b(?:that|which|for|when|of|by)\b))"
)
_VERB = re.compile(r"\b(is|are|means|mean|stands for|describes)\b")


@dataclass(frozen=True, slots=True)
class Evidence:
    """One statement with where it stands, what it is about and how well it fits the question (0 to about 1).

    `clause` is the wording of the license text behind a license record's statement.
    """

    statement: Statement
    document: str
    title: str
    url: str
    subjects: tuple[str, ...]
    score: float = 1.0
    clause: Evidence | None = None


def evidence_of(statement: Statement, document: Document | Passage, score: float = 1.0) -> Evidence:
    """Return the statement as evidence of its document."""
    home = getattr(document, "document", "") or document.id
    return Evidence(statement, home, document.title, document.url, document.subjects, score)


def select(
    query: Query,
    hits: Sequence[Hit],
    embedder: Embedder,
    *,
    most: int,
    without: frozenset[str] = frozenset(),
    about: Sequence[str] = (),
    strange: Callable[[Statement, bool], bool] = lambda _, __: False,
    records: Sequence[Document] = (),
) -> tuple[Evidence, ...]:
    """Return up to `most` statements of the hits, the one that fits the question best first, no two saying the same.

    The statements of `records` take part beside those of the hits. `without` holds texts told already; `strange` tells
    statements, and whether they are a user's own, that must not answer. With `about`, only what explains these subjects
    is taken: no plain facts of their records, each of which answers another question.
    """
    homes: list[Document | Passage] = [*records, *(hit.passage for hit in hits)]
    first = {statement.text: (statement, home) for home in reversed(homes) for statement in home.statements}
    candidates = [
        (statement, home)
        for statement, home in first.values()
        if statement.text not in without
        and len(statement.text.split()) >= _SHORTEST
        and (not about or (not statement.topic and set(about) & set(home.subjects)))
        and not strange(statement, home.kind == "user")
    ]
    if not candidates:
        return ()
    vectors = embedder.embed([query.text, *(_in_context(statement, passage) for statement, passage in candidates)])
    similarities = vectors[1:] @ vectors[0]
    scored = [
        (float(similarity) + _fit(query, statement, passage), index)
        for index, (similarity, (statement, passage)) in enumerate(zip(similarities, candidates, strict=True))
    ]
    chosen: list[int] = []
    best = max(scored)[0]
    for score, index in sorted(scored, reverse=True):
        if len(chosen) == most or score < best - (_NEAR if len(chosen) < _PAIR else _NEARER):
            break
        if all(float(vectors[1 + index] @ vectors[1 + other]) < _TWIN for other in chosen):
            chosen.append(index)
    scores = {index: score for score, index in scored}
    return tuple(evidence_of(*candidates[index], scores[index]) for index in chosen)


def _in_context(statement: Statement, passage: Document | Passage) -> str:
    """Return the statement as it is compared: a clause of a license does not name its license itself."""
    return f"{passage.title}: {statement.text}" if passage.kind in ("license-text", "user") else statement.text


def _fit(query: Query, statement: Statement, passage: Document | Passage) -> float:
    """Return what speaks for a statement beside its meaning: shared words, the right subject, not a sibling's."""
    asked = content_stems(query.text)
    shared = len(asked & content_stems(f"{passage.title} {statement.text}")) / max(1, len(asked))
    fit = _WORDS_WEIGHT * shared
    if query.subjects:
        about = set(passage.subjects)
        if about & set(query.subjects):
            fit += _SUBJECT_BONUS
        elif about:
            fit -= _SIBLING_PENALTY
    if passage.kind == "license-text":
        fit -= _CLAUSE_PENALTY if set(passage.subjects) & set(query.subjects) else _STRANGE_CLAUSE_PENALTY
    if statement.topic and statement.topic == query.leaning:
        fit += _LEANING_BONUS * query.nearness
    if query.defines and _defines(statement.text, asked):
        fit += _DEFINITION_BONUS
    if not query.defines and _DEFINITION.search(statement.text):
        fit -= _DEFINITION_PENALTY
    return fit if statement.verified else fit - _SIBLING_PENALTY


def _defines(text: str, asked: frozenset[str]) -> bool:
    """Return whether a statement begins with what is asked and goes on with "is" or "means"."""
    subject, verb, _ = _VERB.split(text, maxsplit=1) if _VERB.search(text) else ("", "", "")
    return bool(verb) and bool(asked) and asked <= content_stems(subject)


@dataclass(frozen=True, slots=True)
class Signals:
    """What speaks for evidence being an answer.

    `score` is that of the best statement, `similarity` the best passage's cosine. `coverage` is the share of what the
    question says beside its names that the evidence says too, each word weighing as much as it is rare. `nearness` is
    how near the question lies to the intent that the best statement settles, 0 where it settles another. `on_topic`
    says that the evidence speaks of what is asked, and of the subject that is named.
    """

    score: float
    similarity: float
    coverage: float
    nearness: float
    on_topic: bool


def signals(
    query: Query,
    hits: Sequence[Hit],
    chosen: Sequence[Evidence],
    rarity: Callable[[Iterable[str]], Mapping[str, float]],
) -> Signals:
    """Return what speaks for the chosen evidence; an unknown name in the question speaks against any.

    `rarity` weighs stems from 0, in every passage, to 1, in none.
    """
    if query.unknown or not chosen or not hits:
        return Signals(0.0, 0.0, 0.0, 0.0, on_topic=False)
    told = " ".join(f"{item.title} {item.statement.text}" for item in chosen)
    about = not query.subjects or any(set(item.subjects) & set(query.subjects) for item in chosen)
    terms = [intent for intent in query.intents if query.subjects and intent in get_args(Topic)]
    speaks = not terms or any(speaks_of(intent, told) for intent in terms)
    coverage = _coverage(content_stems(query.bare) - _REQUESTS, content_stems(told), rarity)
    nearness = query.nearness if query.leaning and chosen[0].statement.topic == query.leaning else 0.0
    return Signals(chosen[0].score, max(hit.similarity for hit in hits), coverage, nearness, about and speaks)


def _coverage(
    asked: frozenset[str], told: frozenset[str], rarity: Callable[[Iterable[str]], Mapping[str, float]]
) -> float:
    """Return the weight of the asked stems that are told, over that of all; 1 where only names are asked about."""
    weights = rarity(sorted(asked))
    whole = sum(weights.values())
    return sum(weights[one] for one in asked & told) / whole if whole else 1.0
