"""Reads what is asked by its meaning, where the wordings of intents.toml do not tell it or tell it worse.

A linear probe over the embedding of the question, with "it" for every name: one weight vector an intent, fitted by
`osai eval --calibrate` on the ways of asking in wordings.toml. Refuses to guess: what is likely no intent has none.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from importlib.resources import as_file, files
from typing import TYPE_CHECKING, cast, get_args

import numpy as np

from bot.answering.intents import OTHER, Intent, asks_whose
from bot.errors import OsaiError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from knowledge.ports import Embedder

# Chances, set on the tune half.
_LIKELY = 0.4  # from here on the meaning decides alone
_PLAIN = 0.4  # then it is asked too, whatever else the wordings tell
_STRANGE = 0.5  # then a wording of an intent is there by chance: "What does the commercial API cost?"
_SLIGHT = 0.1
_SURELY = 0.6  # then a word for what is often named by the way is: "which country's law", "the courts of its license"
_BY_THE_WAY: frozenset[Intent] = frozenset({"territory", "license_of"})
_NAME = re.compile(r"\bX\b")


@dataclass(frozen=True, slots=True)
class Reading:
    """The intents that decide, and the chance of every intent (0 to 1) where the meaning was weighed."""

    intents: tuple[Intent, ...]
    chances: Mapping[Intent, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Probe:
    """Linear classifiers: `weights` of shape (intents, dimension), `biases` of shape (intents,), and the `scope`.

    The scope tells what lies outside of what the articles answer: a weight for each dimension, then a bias. `embedder`
    is the fingerprint of the embeddings they were fitted with.
    """

    embedder: str
    intents: tuple[Intent, ...]
    weights: NDArray[np.float32]
    biases: NDArray[np.float32]
    scope: NDArray[np.float32]

    def strangeness(self, vector: NDArray[np.float32]) -> float:
        """Return the chance that a question without any name asks what no article answers."""
        return float(1 / (1 + np.exp(-(self.scope[:-1] @ vector + self.scope[-1]))))

    def chances(self, vector: NDArray[np.float32]) -> dict[Intent, float]:
        """Return the chance of each intent for a unit vector of shape (dimension,); they sum to 1."""
        logits = self.weights @ vector + self.biases
        parts = np.exp(logits - logits.max())
        return dict(zip(self.intents, (parts / parts.sum()).tolist(), strict=True))

    def save(self, path: Path) -> None:
        """Write the probe to a file that load_probe reads."""
        np.savez(
            path,
            embedder=self.embedder,
            intents=list(self.intents),
            weights=self.weights,
            biases=self.biases,
            scope=self.scope,
        )


def load_probe(embedder: str) -> Probe:
    """Return the probe for the embeddings with this fingerprint; OsaiError where none was fitted."""
    with as_file(files("bot.answering") / "meaning.npz") as path, np.load(path) as kept:
        found = Probe(
            str(kept["embedder"]),
            tuple(cast("Intent", str(one)) for one in kept["intents"]),
            kept["weights"].astype(np.float32),
            kept["biases"].astype(np.float32),
            kept["scope"].astype(np.float32),
        )
    if found.embedder != embedder or set(found.intents) != set(get_args(Intent)):
        raise OsaiError(
            f"The reading of questions was fitted for the embeddings {found.embedder}, not for {embedder}.",
            hint="Fit it with `osai eval --calibrate bot/answering`.",
        )
    return found


def as_compared(bare: str) -> str:
    """Return a question whose names are blanked to X as the probe reads it."""
    return _NAME.sub("it", bare)


class Meanings:
    """Weighs the meaning of questions against their wordings. Threads may share one."""

    def __init__(self, embedder: Embedder, probe: Probe) -> None:
        self._embedder, self._probe = embedder, probe

    def weigh(self, bare: str, found: Sequence[Intent], *, named: bool) -> Reading:
        """Return the intents `found` by their wordings with what the meaning adds.

        Without a name there is no record to ask, and only the chance is weighed that no article answers either.
        """
        vector = self._embedder.embed([as_compared(bare)])[0]
        if not named:
            return Reading(tuple(found), {OTHER: self._probe.strangeness(vector)})
        chances = self._probe.chances(vector)
        if asks_whose(bare):
            chances = {**chances, "outputs": 0.0}  # whose they are is another question than what they may train
        best = max(chances, key=lambda intent: chances[intent])
        if not found:
            return Reading((best,) if best != OTHER and chances[best] >= _LIKELY else (), chances)
        if chances[OTHER] >= _STRANGE and all(chances[one] < _SLIGHT for one in found):
            return Reading((), chances)
        if chances[best] >= _SURELY and best in found:
            found = [one for one in found if one not in _BY_THE_WAY or chances[one] >= _SLIGHT]
        if best not in (OTHER, *found) and chances[best] >= _PLAIN:
            return Reading((best, *found), chances)
        return Reading(tuple(found), chances)
