"""Says how well statements fit a question: a weighted sum of what speaks for and against each of them.

The weights make the statement that carries the answer the likeliest of all that were found (ListNet, Cao et al. 2007).
They are fitted on the tune half of the question set by `osai eval --calibrate`, and hold for the embeddings they were
fitted with.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from importlib.resources import files
from typing import TYPE_CHECKING, cast

import numpy as np

from bot.answering.meaning import as_compared
from bot.answering.words import REQUESTS, content_stems, weight_told
from bot.errors import OsaiError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from bot.answering.intents import Intent
    from bot.answering.question import Query
    from knowledge.ports import Embedder
    from knowledge.records import Document, Passage, Statement

    Candidate = tuple[Statement, Document | Passage]
    Rarity = Callable[[Iterable[str]], Mapping[str, float]]

# What is read of every candidate, in the order of the columns.
FEATURES = (
    "meaning",  # cosine of question and statement
    "asked",  # cosine of the question to the nearest that the statement answers
    "asked_twice",  # the mean of the two nearest
    "has_asks",  # whether it declares questions that it answers
    "words",  # share of the question's words that statement, title or asks have, the rare weighing more
    "words_beside_names",  # the same without names
    "words_of_an_ask",  # the same, of the one ask that has most of them
    "sibling",  # it stands in a document on others than the named; a statement on a sibling is not ranked at all
    "unasked",  # a record of a license or model, where none is named: one example of many
    "clause",  # the wording of a license explains itself badly
    "clause_of_named",  # less so of the license that is asked about
    "article",  # or a document of the user's
    "joint",  # it speaks of two of the names in the question
    "topic",  # chance that the question asks what the statement settles
    "definition",  # it begins with what is asked and goes on with "is" or "means"
    "length",  # in words, up to 40, as a share of 40
)
LIKENESS_DISCOUNT = 0.05  # a question lies nearer to any question than to any statement
_WITHOUT_ASKS = 0.4  # the most that a statement without asks is taken to lie near to a question
_WORDED = 0.6  # chance of a topic, at the least, where the wordings of the question tell it
_LONG = 40
_AS_WRITTEN = ("article", "user")  # whose questions have names, not "it"
_PAIR = 2
_VERB = re.compile(r"\b(is|are|means|mean|stands for|describes)\b")


@dataclass(frozen=True, slots=True)
class Fitness:
    """A weight for each of FEATURES. `embedder` is the fingerprint of the embeddings they were fitted with."""

    embedder: str
    weights: Mapping[str, float]

    def score(self, features: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the fit of each candidate, as a logit, for features of shape (candidates, len(FEATURES))."""
        return np.asarray(features @ np.array([self.weights[name] for name in FEATURES]))


def load_fitness(embedder: str) -> Fitness:
    """Return the weights for the embeddings with this fingerprint; OsaiError where none were fitted."""
    row = tomllib.loads(files("bot.answering").joinpath("fitness.toml").read_text(encoding="utf-8"))
    found = Fitness(str(row["embedder"]), {name: float(row["weights"][name]) for name in FEATURES})
    if found.embedder != embedder:
        raise OsaiError(
            f"The choice of statements was fitted for the embeddings {found.embedder}, not for {embedder}.",
            hint="Fit it with `osai eval --calibrate bot/answering`.",
        )
    return found


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads the features of candidates. `rarity` weighs stems from 0, in every passage, to 1, in none.

    `subjects_in` names what a text speaks of.
    """

    embedder: Embedder
    rarity: Rarity
    subjects_in: Callable[[str], frozenset[str]]

    def read(
        self, query: Query, candidates: Sequence[Candidate], vectors: NDArray[np.float32], about: frozenset[str]
    ) -> NDArray[np.float64]:
        """Return an array of shape (candidates, len(FEATURES)) for candidates with their unit vectors, one row each.

        `about` are the subjects that the question names, and those behind them.
        """
        meaning, asked, twice = self._cosines(query, candidates, vectors)
        words = [self._words(query, statement, home) for statement, home in candidates]
        traits = [self._traits(query, statement, home, about) for statement, home in candidates]
        return np.column_stack([meaning, asked, twice, np.array(words), np.array(traits)])

    def _cosines(
        self, query: Query, candidates: Sequence[Candidate], vectors: NDArray[np.float32]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
        """Return the cosine of each statement to the question, of its nearest ask, and the mean of its two nearest.

        The questions of records have "it" for every name, and so has the question they are compared with.
        """
        whole, blanked = self.embedder.embed([query.text, as_compared(query.bare)])
        meaning = (vectors @ whole).astype(np.float64)
        declared = [_asks(statement, home) for statement, home in candidates]
        asks = self.embedder.embed([ask for one in declared for ask in one])
        nearest, twice, at = [], [], 0
        for place, (_, home) in enumerate(candidates):
            own = asks[at : at + len(declared[place])] @ (whole if home.kind in _AS_WRITTEN else blanked)
            at += len(declared[place])
            near = np.sort(own)[::-1] if len(own) else np.array([min(meaning[place], _WITHOUT_ASKS)])
            nearest.append(float(near[0]))
            twice.append(float(near[:_PAIR].mean()))
        return meaning, np.array(nearest), np.array(twice)

    def _words(self, query: Query, statement: Statement, home: Document | Passage) -> tuple[float, float, float, float]:
        asked, beside = content_stems(query.text), content_stems(query.bare) - REQUESTS
        asks = [content_stems(ask) for ask in _asks(statement, home)]
        told = content_stems(f"{home.title} {statement.text}").union(*asks)
        best = max((weight_told(beside, ask, self.rarity) for ask in asks), default=0.0)
        return float(bool(asks)), weight_told(asked, told, self.rarity), weight_told(beside, told, self.rarity), best

    def _traits(
        self, query: Query, statement: Statement, home: Document | Passage, about: frozenset[str]
    ) -> tuple[float, ...]:
        own, clause = bool(about & set(home.subjects)), home.kind == "license-text"
        traits = (
            bool(about) and bool(home.subjects) and not own,
            not about and home.kind in ("license", "model"),
            clause,
            clause and own,
            home.kind in _AS_WRITTEN,
            self._joins(query, statement),
            chance_of_topic(query, statement),
            query.defines and _defines(statement.text, content_stems(query.text)),
            min(len(statement.text.split()), _LONG) / _LONG,
        )
        return tuple(float(one) for one in traits)

    def _joins(self, query: Query, statement: Statement) -> bool:
        """Return whether a statement speaks of two of the names in a question."""
        if len(query.groups) < _PAIR:
            return False
        named = self.subjects_in(statement.text)
        return sum(bool(named & set(group)) for group in query.groups) >= _PAIR


def _asks(statement: Statement, home: Document | Passage) -> tuple[str, ...]:
    """Return the questions that a statement answers; a user's declares none, and stands in for them itself."""
    return statement.asks or ((statement.text,) if home.kind == "user" else ())


def chance_of_topic(query: Query, statement: Statement) -> float:
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
