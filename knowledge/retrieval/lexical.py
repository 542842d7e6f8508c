"""Finds passages by their words: BM25 over stems, with license ids and model names kept whole beside their parts.

The index is made once an ingest, kept on disk and mapped into memory; never built for a query.
"""

from __future__ import annotations

import json
import math
import re
from dataclasses import dataclass
from functools import cache
from threading import Lock
from typing import TYPE_CHECKING

from knowledge.errors import IndexDamagedError
from knowledge.generations import REBUILD, Generation, Generations

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    import bm25s
    import Stemmer

TERMS = "terms-3"  # part of the index's fingerprint: a change of terms() changes it
_WORD = re.compile(r"[^\W\d_]+|\d+(?:\.\d+)*")
_JOINTS = frozenset({"", " ", "-", "_", ", "})
_VERSION_WORDS = frozenset(
    {"v", "version", "license"}
)  # "Apache License, Version 2.0" and "GPLv3" are Apache 2 and GPL 3
_LONGEST_NAME = 3
_STOP = frozenset(
    """a an and are as at be by can do does for from has have i if in is it its may my of on or that the their there
    these this to was were what when which who will with you your""".split()
)


def terms(text: str) -> list[str]:
    """Return the index terms of a text: stems without stop words, and each name with its version as one term.

    "CC-BY-NC 4.0" and "cc by-nc-4" both hold "nc=4", "by-nc=4" and "cc-by-nc=4".
    """
    lower = text.lower().replace("licence", "license")
    words = list(_WORD.finditer(lower))
    stems: list[str] = _stemmer().stemWords([word[0] for word in words if word[0] not in _STOP])
    numbers = [place for place, word in enumerate(words) if word[0][0].isdigit()]
    return [*stems, *(name for place in numbers for name in _names(lower, words, place))]


def _names(text: str, words: Sequence[re.Match[str]], place: int) -> Iterator[str]:
    """Yield the version at `place` behind the one, two and three words that lead up to it, however joined."""
    version = re.sub(r"(\.0)+$", "", words[place][0])
    name: list[str] = []
    for word, after in zip(reversed(words[:place]), reversed(words[1 : place + 1]), strict=True):
        joint = text[word.end() : after.start()]
        if word[0][0].isdigit() or joint not in _JOINTS or len(name) == _LONGEST_NAME:
            return
        if not name and word[0] in _VERSION_WORDS:
            continue
        glued = not name and not joint  # "gplv3"
        name.insert(0, word[0].removesuffix("v") if glued else word[0])
        if name[0] not in _STOP or len(name) > 1:
            yield f"{'-'.join(name)}={version}"


@dataclass(frozen=True, slots=True)
class _Opened:
    generation: Generation
    index: bm25s.BM25
    ids: list[str]


class LexicalIndex:
    """BM25 over passage ids, in a directory. Threads may share one; it follows what another process writes."""

    def __init__(self, path: Path) -> None:
        self._generations = Generations(path)
        self._opening = Lock()
        self._opened: _Opened | None = None

    def write(self, ids: Sequence[str], texts: Iterable[str]) -> None:
        """Index the texts, one an id, in the place of what was there."""
        import bm25s

        folder = self._generations.begin()
        if ids:
            index = bm25s.BM25(method="lucene")
            index.index([terms(text) for text in texts], show_progress=False)
            index.save(str(folder))
        (folder / "ids.json").write_text(json.dumps(list(ids)))
        self._generations.publish(folder, TERMS, len(ids))

    def query(self, text: str, k: int) -> list[tuple[str, float]]:
        """Return up to k ids with their BM25 score, best first; only those that share a term."""
        opened = self._current()
        if opened is None:
            return []
        known = [term for term in dict.fromkeys(terms(text)) if term in opened.index.vocab_dict]
        if not known:
            return []
        places, scores = opened.index.retrieve([known], k=min(k, len(opened.ids)), show_progress=False)
        pairs = zip(places[0].tolist(), scores[0].tolist(), strict=True)
        return [(opened.ids[place], score) for place, score in pairs if score > 0]

    def rarity(self, terms: Iterable[str]) -> dict[str, float]:
        """Return for each term how much it tells: from 0, in every passage, to 1, in none (normalized idf)."""
        opened = self._current()
        if opened is None:
            return dict.fromkeys(terms, 1.0)
        starts, known = opened.index.scores["indptr"], opened.index.vocab_dict
        most = math.log(len(opened.ids) + 1)
        counts = {one: int(starts[known[one] + 1] - starts[known[one]]) if one in known else 0 for one in terms}
        return {one: 1 - math.log(count + 1) / most for one, count in counts.items()}

    def _current(self) -> _Opened | None:
        """Return the current generation, or None where it holds no passage."""
        generation = self._generations.current()
        if generation is None:
            raise IndexDamagedError("The word index is missing.", hint=REBUILD)
        if not generation.count:
            return None
        with self._opening:
            if self._opened is None or self._opened.generation != generation:
                self._opened = _open(generation)
            return self._opened


def _open(generation: Generation) -> _Opened:
    import bm25s

    generation.check()
    try:
        ids: list[str] = json.loads((generation.folder / "ids.json").read_text())
        return _Opened(generation, bm25s.BM25.load(str(generation.folder), mmap=True), ids)
    except (OSError, ValueError, KeyError) as error:
        raise IndexDamagedError(f"The word index cannot be read: {error}.", hint=REBUILD) from error


@cache
def _stemmer() -> Stemmer.Stemmer:
    import Stemmer

    return Stemmer.Stemmer("english")
