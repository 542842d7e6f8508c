"""Reads from a question and its evidence what speaks for the one being an answer to the other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast, get_args

import numpy as np

from bot.answering.fitness import FEATURES
from bot.answering.intents import OTHER, Intent, read_intents, speaks_of
from bot.answering.words import REQUESTS, content_stems, weight_told
from knowledge.records import Topic

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from bot.answering.evidence import Evidence
    from bot.answering.question import Query
    from bot.answering.selection import Ranking
    from knowledge.retrieval import Hit

_OF_THE_SEARCH = (
    "score",  # the fit of the best statement
    "ahead",  # how far that is before the second's
    "crowding",  # how few statements share the softmax over all fits: 1 where one stands out
    "likeness",  # the cosine of the best statement, or of a question that it answers
    "similarity",  # the best passage's cosine
    "lexical",  # the best passage's BM25 score, over 20
    "coverage",  # the share of the question's words beside its names that the evidence has, the rare weighing more
    "nearness",  # how likely the question has the intent that the best statement settles
    "strange",  # how likely no record settles what is asked of a name
    "beyond",  # how likely no article answers a question without a name, half as telling of a user's document
    "of_subject",  # whether the evidence speaks of what is named
    "of_topic",  # whether it speaks of what the wordings of the question tell
)
# The names of a Signals' values, in their order: those of the search, then the features of the best statement.
SIGNALS = (*_OF_THE_SEARCH, *FEATURES)
_OF_A_USER = "user/"
_HALF = 0.5
_LEXICAL = 20.0
_FAR = 3.0  # ahead of nothing


@dataclass(frozen=True, slots=True)
class Signals:
    """What speaks for evidence being an answer: `values` in the order of SIGNALS.

    `named` says that the question names a license or model. Where nothing was found, there are no values.
    """

    values: tuple[float, ...] = ()
    named: bool = False


def signals(
    query: Query,
    hits: Sequence[Hit],
    ranking: Ranking,
    chosen: Sequence[Evidence],
    about: frozenset[str],
    rarity: Callable[[Iterable[str]], Mapping[str, float]],
    subjects_in: Callable[[str], frozenset[str]],
) -> Signals:
    """Return what speaks for the evidence chosen from a ranking; an unknown name in the question speaks against any.

    `about` are the subjects that the question names, and the licenses of named models. `rarity` weighs stems from 0,
    in every passage, to 1, in none. `subjects_in` names what a text speaks of.
    """
    named = bool(query.subjects)
    if query.unknown or not chosen or not hits:
        return Signals(named=named)
    texts = [text for one in chosen for text in (one.title, one.statement.text, *one.statement.asks)]
    fits = np.array([item.score for item in ranking.items])
    other = query.chances.get(OTHER, 0.0)
    of_subject = any(about & {*one.subjects, *subjects_in(one.statement.text)} for one in chosen)
    values = (
        chosen[0].score,
        float(fits[0] - fits[1]) if len(fits) > 1 else _FAR,
        float(1 / np.exp(fits - fits[0]).sum()),
        chosen[0].likeness,
        max(hit.similarity for hit in hits),
        max(hit.lexical for hit in hits) / _LEXICAL,
        weight_told(content_stems(query.bare) - REQUESTS, content_stems(" ".join(texts)), rarity, none=1.0),
        query.chances.get(cast("Intent", chosen[0].statement.topic), 0.0),
        other if named else 0.0,
        0.0 if named else other * (_HALF if chosen[0].document.startswith(_OF_A_USER) else 1.0),
        float(of_subject or not named),
        float(_of_topic(query, chosen, " ".join(texts))),
    )
    return Signals((*values, *(float(one) for one in ranking.features[0])), named)


def _of_topic(query: Query, chosen: Sequence[Evidence], told: str) -> bool:
    """Return whether the evidence speaks of the topic that the wordings of a question on a name tell, if any."""
    worded = read_intents(query.bare) if query.subjects else ()
    terms = [intent for intent in query.intents if intent in worded and intent in get_args(Topic)]
    return not terms or any(speaks_of(one, told) or chosen[0].statement.topic == one for one in terms)
