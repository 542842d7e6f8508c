"""Takes one step out of the road at a time, so that the measure shows what each step earns."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.answering.question import by_wordings
from bot.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.answering.pipeline import Answerer


def _no_bm25(road: Answerer) -> Answerer:
    return replace(road, retriever=replace(road.retriever, use_lexical=False))


def _no_boost(road: Answerer) -> Answerer:
    return replace(road, retriever=replace(road.retriever, use_subjects=False))


def _no_asks(road: Answerer) -> Answerer:
    return replace(road, retriever=replace(road.retriever, use_asks=False), asks_of=lambda _: ())


def _no_records(road: Answerer) -> Answerer:
    return replace(road, use_records=False)


def _no_meaning(road: Answerer) -> Answerer:
    return replace(road, weigh=by_wordings)


def _no_abstention(road: Answerer) -> Answerer:
    return replace(road, calibration=replace(road.calibration, threshold=0.0))


def _no_verify(road: Answerer) -> Answerer:
    return replace(road, composer=replace(road.composer, checks=False))


def _quotes_only(road: Answerer) -> Answerer:
    return replace(road, composer=replace(road.composer, model=None))


def _model_only(road: Answerer) -> Answerer:
    return replace(road, composer=replace(road.composer, quotes=False))


ABLATIONS: dict[str, tuple[str, Callable[[Answerer], Answerer]]] = {
    "no-bm25": ("search by meaning and names only", _no_bm25),
    "no-boost": ("no ranking by the license or model that is named", _no_boost),
    "no-asks": ("no search by the questions that statements answer", _no_asks),
    "no-records": ("no record decides; every answer comes from a search", _no_records),
    "no-meaning": ("intents by their wordings only", _no_meaning),
    "no-abstention": ("whatever is found is told", _no_abstention),
    "no-verify": ("the model's sentences are shown unchecked", _no_verify),
    "quotes-only": ("the evidence is quoted, no model writes", _quotes_only),
    "model-only": ("nothing is quoted where the model fails", _model_only),
}


def ablated(road: Answerer, name: str) -> Answerer:
    """Return the road without one step; UsageError for a name that is none of ABLATIONS."""
    if name not in ABLATIONS:
        known = "; ".join(f"{one} ({what})" for one, (what, _) in ABLATIONS.items())
        raise UsageError(f"There is no ablation {name!r}.", hint=f"One of: {known}; naive.")
    return ABLATIONS[name][1](road)
