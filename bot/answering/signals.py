"""Reads from a question and its evidence what speaks for the one being an answer to the other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast, get_args

from bot.answering.intents import OTHER, Intent, read_intents, speaks_of
from bot.answering.words import content_stems
from knowledge.records import Topic

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from bot.answering.evidence import Evidence
    from bot.answering.question import Query
    from knowledge.retrieval import Hit

# Stems of what a question asks the answer to be like, and of the letter that stands for a name.
_REQUESTS = content_stems(
    "explain tell please describe define sentence word words briefly short shortly simple simply terms summary "
    "summarize mean means meaning exactly actually really give know question help hi hello hey thanks quick "
    "many much ever kind sort thing like want wonder wondering curious guys someone somebody anyone understand x"
)


@dataclass(frozen=True, slots=True)
class Signals:
    """What speaks for evidence being an answer.

    `score` and `likeness` are those of the best statement, `similarity` is the best passage's cosine. `coverage` is the
    share of what the question says beside its names that the evidence, or a question that it answers, says too, each
    word weighing as much as it is rare. `nearness` is how likely the question has the intent that the best statement
    settles. `strange` is how likely no record settles what is asked of a name, `beyond` how likely no article answers a
    question without one; `named` is 1 where a license or model is named, else 0. `on_topic` says that the evidence
    speaks of what is asked, and of the subject that is named.
    """

    score: float
    likeness: float
    similarity: float
    coverage: float
    nearness: float
    strange: float
    beyond: float
    named: float
    on_topic: bool


def signals(
    query: Query,
    hits: Sequence[Hit],
    chosen: Sequence[Evidence],
    about: frozenset[str],
    rarity: Callable[[Iterable[str]], Mapping[str, float]],
) -> Signals:
    """Return what speaks for the chosen evidence; an unknown name in the question speaks against any.

    `about` are the subjects that the question names, and the licenses of named models. `rarity` weighs stems from 0,
    in every passage, to 1, in none.
    """
    if query.unknown or not chosen or not hits:
        return Signals(0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, on_topic=False)
    told = " ".join(text for item in chosen for text in (item.title, item.statement.text, *item.statement.asks))
    on_subject = not query.subjects or any(about & set(item.subjects) for item in chosen)
    worded = read_intents(query.bare) if query.subjects else ()
    terms = [intent for intent in query.intents if intent in worded and intent in get_args(Topic)]
    speaks = not terms or any(speaks_of(one, told) or chosen[0].statement.topic == one for one in terms)
    coverage = _coverage(content_stems(query.bare) - _REQUESTS, content_stems(told), rarity)
    nearness = query.chances.get(cast("Intent", chosen[0].statement.topic), 0.0)
    named, other = float(bool(query.subjects)), query.chances.get(OTHER, 0.0)
    return Signals(
        score=chosen[0].score,
        likeness=chosen[0].likeness,
        similarity=max(hit.similarity for hit in hits),
        coverage=coverage,
        nearness=nearness,
        strange=other * named,
        beyond=other * (1 - named),
        named=named,
        on_topic=on_subject and speaks,
    )


def _coverage(
    asked: frozenset[str], told: frozenset[str], rarity: Callable[[Iterable[str]], Mapping[str, float]]
) -> float:
    """Return the weight of the asked stems that are told, over that of all; 1 where only names are asked about."""
    weights = rarity(sorted(asked))
    whole = sum(weights.values())
    return sum(weights[one] for one in asked & told) / whole if whole else 1.0
