"""Tells which list a question asks for, if any, by its meaning: a linear probe over its embedding and a few cues.

The probe is fitted by `osai eval --calibrate` on the ways of asking in lists.toml. Embeddings hardly tell "which allow
it" from "which forbid it"; the cues are words that do.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import as_file, files
from typing import TYPE_CHECKING, Any, Literal, Protocol

import numpy as np

from bot.answering.meaning import as_compared
from bot.errors import OsaiError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from knowledge.ports import Embedder
    from knowledge.records import Topic, Verdict

_CUES = tuple(
    re.compile(rf"\b(?:{words})", re.IGNORECASE)
    for words in (
        r"not\b",
        r"no\b",
        r"\w+n['’]?t\b",
        r"never\b",
        r"without\b",
        r"(?:forbid|forbad|prohibit|ban|bar|disallow)\w*",
        r"(?:restrict|limit)\w*",
        r"(?:lack|miss|skip)\w*",
        r"(?:off the table|off[- ]limits|hands off|shut|clos\w+ (?:the )?doors?|refus\w*|block\w*)",
        r"(?:allow|permit|let|can i|may i|free to|fine|ok)\w*",
        r"only\b",
        r"(?:reject|fail|flunk|fell)\w*",
        r"(?:approv|pass|bless|accept|certif|stamp)\w*",
        r"(?:open|publish|public|inspect|see)\w*",
        r"(?:closed|secret|hidden|withh|(?:keep|kept)\w* (?:\w+ )?back)\w*",
        r"(?:any|at all|whatsoever)\b",
        r"(?:must|have to|need|require|demand|oblig)\w*",
        r"(?:which|what|whats|whose|name|list|any|give me|show|examples?|are there|tell me|how many|all|ones)\b",
        r"(?:licen[sc]es|agreements|terms|texts|contracts|papers)\b",
        r"(?:models|llms|weights|checkpoints|ones)\b",
        r"it\b",
    )
)
_CUE = 0.3  # what a cue weighs beside the embedding, whose length is 1; of 0.1 to 1, the best in cross-validation
# The chance that a question asks for a list, times that of the likeliest kind; set on the tune half.
_LIKELY = 0.3
_PLAINLY = 0.5  # of one that could be answered with yes or no
_MARGIN = 0.1  # by which the likeliest kind must lead: the next may be its opposite


@dataclass(frozen=True, slots=True)
class ListKind:
    """A list: what it holds, how it is headed, and how people ask for it. A condition that is empty holds of all.

    `heirs` are models under a license of another maker's. `told_by` is the topic of the statement that a member stands
    on; `needs` is what must narrow the list. The licenses `also` are on it, those `without` are not, in any case.
    """

    name: str
    head: str
    asks: tuple[str, ...]
    of: Literal["licenses", "models"] = "licenses"
    topic: Topic | Literal[""] = ""
    verdicts: frozenset[Verdict] = frozenset()
    says: str = ""
    categories: tuple[str, ...] = ()
    named: str = ""
    osi: bool | None = None
    weights: str = ""
    data: str = ""
    code: str = ""
    osaid: str = ""
    told_by: str = ""
    heirs: bool = False
    needs: Literal["", "maker", "license", "time"] = ""
    also: tuple[str, ...] = ()
    without: tuple[str, ...] = ()


@lru_cache(maxsize=1)
def load_list_kinds() -> tuple[ListKind, ...]:
    """Return the kinds of lists.toml."""
    rows = tomllib.loads(files("bot.answering").joinpath("lists.toml").read_text(encoding="utf-8"))["list"]
    return tuple(_kind(row) for row in rows)


def _kind(row: dict[str, Any]) -> ListKind:
    several = {key: tuple(value) for key, value in row.items() if isinstance(value, list)}
    if "verdicts" in several:
        return ListKind(**{**row, **several, "verdicts": frozenset(several["verdicts"])})
    return ListKind(**{**row, **several})


@dataclass(frozen=True, slots=True)
class ListProbe:
    """Linear classifiers of list_vectors(): `weights` of shape (kinds, width), `biases` of shape (kinds,), and `gate`.

    The gate tells questions for a list from others: a weight for each column, then a bias. `embedder` is the
    fingerprint of the embeddings they were fitted with.
    """

    embedder: str
    kinds: tuple[str, ...]
    weights: NDArray[np.float32]
    biases: NDArray[np.float32]
    gate: NDArray[np.float32]

    def read(self, vector: NDArray[np.float32]) -> tuple[str, float, float]:
        """Return the likeliest kind and its chance, 0 where no kind leads, and the chance that a list is asked for."""
        logits = self.weights @ vector + self.biases
        chances = np.exp(logits - logits.max())
        chances /= chances.sum()
        second, best = np.argsort(chances)[-2:]
        listed = 1 / (1 + np.exp(-(self.gate[:-1] @ vector + self.gate[-1])))
        leads = chances[best] - chances[second] >= _MARGIN
        return self.kinds[best], float(chances[best]) if leads else 0.0, float(listed)

    def save(self, path: Path) -> None:
        """Write the probe to a file that load_list_probe reads."""
        half = {name: getattr(self, name).astype(np.float16) for name in ("weights", "biases", "gate")}
        np.savez(path, embedder=self.embedder, kinds=list(self.kinds), **half)


def load_list_probe(embedder: str) -> ListProbe:
    """Return the probe for the embeddings with this fingerprint; OsaiError where none was fitted."""
    with as_file(files("bot.answering") / "lists.npz") as path, np.load(path) as kept:
        parts = (kept[name].astype(np.float32) for name in ("weights", "biases", "gate"))
        found = ListProbe(str(kept["embedder"]), tuple(map(str, kept["kinds"])), *parts)
    if found.embedder != embedder or found.kinds != tuple(kind.name for kind in load_list_kinds()):
        raise OsaiError(
            f"The reading of lists was fitted for other lists, or for the embeddings {found.embedder}.",
            hint="Fit it with `osai eval --calibrate bot/answering`.",
        )
    return found


def list_vectors(questions: Sequence[str], embedder: Embedder) -> NDArray[np.float32]:
    """Return what the probe reads of questions whose names are blanked to X, one row each: embedding, then cues."""
    texts = [as_compared(question) for question in questions]
    cues = np.array([[cue.search(text) is not None for cue in _CUES] for text in texts], np.float32)
    return np.hstack([embedder.embed(texts), _CUE * cues.reshape(len(texts), len(_CUES))])


class ListAsked(Protocol):
    """Tells which list a question asks for."""

    def __call__(self, bare: str, *, polar: bool) -> tuple[ListKind, float] | None:
        """Return the kind of list and how certain that is (0 to 1), or None where it is not plain.

        `bare` is the question with its names blanked; `polar` says that it could be answered with yes or no.
        """


class ListReader:
    """Reads which list a question asks for. Threads may share one."""

    def __init__(self, embedder: Embedder, probe: ListProbe) -> None:
        self._embedder, self._probe = embedder, probe
        self._kinds = {kind.name: kind for kind in load_list_kinds()}

    def read(self, bare: str, *, polar: bool) -> tuple[ListKind, float] | None:
        """Return the kind of list that a question asks for; see ListAsked."""
        name, chance, listed = self._probe.read(list_vectors([bare], self._embedder)[0])
        certain = chance * listed
        return (self._kinds[name], certain) if certain >= (_PLAINLY if polar else _LIKELY) else None
