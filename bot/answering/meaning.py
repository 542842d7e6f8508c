"""Reads what is asked by its meaning, where the wordings of intents.toml do not tell it or tell it worse.

Compares the question, with "it" for every name, with the ways in which each intent is put. Refuses to guess: what lies
near no intent has none.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from bot.answering.intents import ASKS, OTHER

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from bot.answering.intents import Intent
    from knowledge.ports import Embedder

# Cosines, set on the tune half: what is meant lies at 0.5 to 0.9, what has no intent seldom above 0.45.
_NEAR = 0.45
_PLAIN = 0.55  # from here on the meaning decides alone
_NEARER = 0.12  # than what the wordings tell: then both are answered, the meaning first
_NAME = re.compile(r"\bX\b")


@dataclass(frozen=True, slots=True)
class Reading:
    """The intents that decide, and the one that a question without any leans to, with its cosine (0 to 1)."""

    intents: tuple[Intent, ...]
    leaning: Intent | None = None
    nearness: float = 0.0


class Meanings:
    """The intents as vectors, made on first use. Threads may share one."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder

    def weigh(self, bare: str, found: Sequence[Intent]) -> Reading:
        """Return the intents `found` by their wordings with what the meaning adds; without any, what it leans to."""
        near = self._nearness(_NAME.sub("it", bare))
        best = max(near, key=lambda intent: near[intent])
        if near[best] < _NEAR or best == OTHER:
            return Reading(tuple(found))
        if not found:
            return Reading((best,)) if near[best] >= _PLAIN else Reading((), best, near[best])
        if best not in found and near[best] >= max(near[one] for one in found) + _NEARER:
            return Reading((best, *found))
        return Reading(tuple(found))

    def _nearness(self, text: str) -> dict[Intent, float]:
        """Return for each intent the cosine of the way of asking that is nearest to the text."""
        vector = self._embedder.embed([text])[0]
        nearness: dict[Intent, float] = {}
        for (intent, _), cosine in zip(ASKS, (self._vectors @ vector).tolist(), strict=True):
            nearness[intent] = max(nearness.get(intent, -1.0), cosine)
        return nearness

    @cached_property
    def _vectors(self) -> NDArray[np.float32]:
        return np.asarray(self._embedder.embed([text for _, text in ASKS]))
