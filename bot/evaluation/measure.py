"""Runs the cases down the road and sums up the judgements: shares with bootstrap intervals, overall and by kind."""

from __future__ import annotations

import math
import statistics
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np

from bot.answering.abstention import decline
from bot.errors import OsaiError
from bot.evaluation.judge import judge

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from bot.answering.pipeline import Turn
    from bot.answering.signals import Signals
    from bot.answering.verify import SubjectsIn
    from bot.evaluation.dataset import Case
    from bot.evaluation.judge import Judgement
    from knowledge.ports import Progress
    from knowledge.records import Passage
    from knowledge.retrieval import Retriever

_RESAMPLES = 2000  # of the bootstrap
_SEED = 7
_RECALL_AT, _GAIN_AT = 5, 10


@dataclass(frozen=True, slots=True)
class Result:
    """One case with its judgement, and at which ranks the search found its gold passages.

    `confidence` is the road's own in its answer; `signals` are those of the parts that a search answered.
    """

    judgement: Judgement
    ranks: tuple[int, ...]
    searched: bool
    confidence: float = 0.0
    signals: tuple[Signals, ...] = ()


class Road(Protocol):
    """What answers questions: the whole road, an ablation of it, or a baseline."""

    @property
    def retriever(self) -> Retriever:
        """What the road searches with."""

    def answer(self, question: str, previous: Turn | None = None) -> Turn:
        """Return the answer to a question, asked after a turn before."""


@dataclass(frozen=True, slots=True)
class Share:
    """A share from 0 to 1 of `count` things, with its 95 % bootstrap interval; NaN where there is nothing to count."""

    value: float
    low: float
    high: float
    count: int


def run(cases: Sequence[Case], answerer: Road, subjects_in: SubjectsIn, progress: Progress) -> Iterator[Result]:
    """Yield the result of each case; dialogues are held from their first turn."""
    for place, case in enumerate(cases):
        progress("Asking", place, len(cases))
        turn: Turn | None = None
        try:
            for asked in case.asked:
                turn = answerer.answer(asked, turn)
            answer = turn.answer if turn else decline(case.asked[-1], "")
        except OsaiError as error:
            answer = decline(case.asked[-1], error.message)
        confidence, found = (turn.confidence, turn.searched) if turn else (0.0, ())
        yield Result(judge(case, answer, subjects_in), _ranks(case, answerer, turn), bool(case.gold), confidence, found)
    progress("Asking", len(cases), len(cases))


def _ranks(case: Case, answerer: Road, turn: Turn | None) -> tuple[int, ...]:
    """Return the ranks, from 1, of the passages found that hold gold, each place of gold counted once."""
    if not case.gold or turn is None:
        return ()
    text = turn.query.in_context if turn.query.refers else turn.query.text
    hits = answerer.retriever.retrieve(text, subjects=turn.query.subjects, k=_GAIN_AT)
    ranks: dict[str, int] = {}
    for rank, hit in enumerate(hits, 1):
        for gold in case.gold:
            if gold.document == hit.passage.document and _holds(hit.passage, gold.contains):
                ranks.setdefault(gold.document, rank)
    return tuple(sorted(ranks.values()))


def _holds(passage: Passage, words: str) -> bool:
    return words.lower() in passage.text.lower()


def summary(results: Sequence[Result]) -> dict[str, Share]:
    """Return the measures by name."""
    judged = [result.judgement for result in results]
    answerable = [one for one in judged if one.case.expect == "answer"]
    hopeless = [one for one in judged if one.case.expect == "abstain"]
    shown = [one for one in judged if not one.answer.abstained]
    searched = [result for result in results if result.searched]
    return {
        "fact correct": _share([one.correct for one in answerable]),
        "wrong polarity shown": _share([one.wrong_polarity for one in judged]),
        "citation precision": _ratio([(one.precise, one.citations) for one in shown]),
        "citation recall": _ratio([(one.supported, one.sentences) for one in shown]),
        "abstention recall": _share([one.answer.abstained for one in hopeless]),
        "abstention precision": _share([one.case.expect == "abstain" for one in judged if one.answer.abstained]),
        "false abstention": _share([one.answer.abstained for one in answerable]),
        "written by the model": _share([one.answer.written_by == "model" for one in shown]),
        "retrieval recall@5": _share([any(rank <= _RECALL_AT for rank in one.ranks) for one in searched]),
        "retrieval nDCG@10": _mean([_gain(one.ranks) for one in searched]),
    }


def by_kind(results: Iterable[Result]) -> dict[str, tuple[int, int]]:
    """Return for every kind of question how many were answered as expected, of how many."""
    counts: dict[str, list[bool]] = defaultdict(list)
    for result in results:
        counts[result.judgement.case.kind].append(result.judgement.correct)
    return {kind: (sum(right), len(right)) for kind, right in sorted(counts.items())}


def latencies(results: Sequence[Result]) -> tuple[float, float]:
    """Return the median and the 95th percentile of the time to the whole answer, in seconds."""
    times = [result.judgement.answer.timings.total_ms / 1000 for result in results] or [0.0]
    return statistics.median(times), float(np.percentile(times, 95))


def _gain(ranks: Sequence[int]) -> float:
    """Return the discounted gain of the ranks over that of the best order (Järvelin and Kekäläinen 2002)."""
    best = sum(1 / math.log2(place + 1) for place in range(1, len(ranks) + 1))
    return sum(1 / math.log2(rank + 1) for rank in ranks) / best if ranks else 0.0


def _share(flags: Sequence[bool]) -> Share:
    return _bootstrapped(np.array(flags, float), np.ones(len(flags)))


def _mean(values: Sequence[float]) -> Share:
    return _bootstrapped(np.array(values, float), np.ones(len(values)))


def _ratio(pairs: Sequence[tuple[int, int]]) -> Share:
    """Return a share of things that come in bundles, one an answer; the answers are what is drawn anew."""
    return _bootstrapped(np.array([one for one, _ in pairs], float), np.array([of for _, of in pairs], float))


def _bootstrapped(
    part: np.ndarray[tuple[int], np.dtype[np.float64]], whole: np.ndarray[tuple[int], np.dtype[np.float64]]
) -> Share:
    total = whole.sum()
    if not total:
        return Share(math.nan, math.nan, math.nan, 0)
    draws = np.random.default_rng(_SEED).integers(0, len(part), (_RESAMPLES, len(part)))
    values = part[draws].sum(axis=1) / np.maximum(whole[draws].sum(axis=1), 1)
    low, high = np.percentile(values, (2.5, 97.5))
    return Share(float(part.sum() / total), float(low), float(high), int(total))
