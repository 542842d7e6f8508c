"""Finds passages by their words: BM25 over stems, with license ids and model names kept whole beside their parts.

The index is made once an ingest, kept on disk and mapped into memory; never built for a query.
"""

from __future__ import annotations

import json
import re
import shutil
from functools import cached_property
from typing import TYPE_CHECKING

import Stemmer

from knowledge.errors import IndexDamagedError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    import bm25s

_WORD = re.compile(r"[^\W_]+(?:[.+][^\W_]+)*", re.UNICODE)
# A name and its version, however joined: "Apache 2.0", "apache-2.0", "llama3.1", "GPL-3.0", "R1".
_VERSIONED = re.compile(r"\b([a-z]{2,})[ _-]?v?(\d+(?:\.\d+)*)\b")
_STOP = frozenset(
    """a an and are as at be by can do does for from has have i if in is it its may my of on or that the their there
    these this to was were what when which who will with you your""".split()
)
_stemmer = Stemmer.Stemmer("english")


def terms(text: str) -> list[str]:
    """Return the index terms of a text: stems without stop words, and each versioned name as one term."""
    lower = text.lower().replace("licence", "license")
    words = [word for word in _WORD.findall(lower) if word not in _STOP]
    stems: list[str] = _stemmer.stemWords(words)
    return [*stems, *(f"{name}={version.removesuffix('.0')}" for name, version in _VERSIONED.findall(lower))]


class LexicalIndex:
    """BM25 over passage ids, in a directory."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def build(self, ids: Sequence[str], texts: Iterable[str]) -> None:
        """Index the texts, one an id, in the place of what was there."""
        import bm25s

        fresh = self._path.with_name(f".{self._path.name}.new")
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(parents=True)
        if ids:
            index = bm25s.BM25(method="lucene")
            index.index([terms(text) for text in texts], show_progress=False)
            index.save(str(fresh))
        (fresh / "ids.json").write_text(json.dumps(list(ids)))
        shutil.rmtree(self._path, ignore_errors=True)
        fresh.replace(self._path)
        self.__dict__.pop("_loaded", None)

    def query(self, text: str, k: int) -> list[tuple[str, float]]:
        """Return up to k ids with their BM25 score, best first; only those that share a term."""
        index, ids = self._loaded
        asked = list(dict.fromkeys(terms(text)))
        if index is None or not asked:
            return []
        known = [term for term in asked if term in index.vocab_dict]
        if not known:
            return []
        places, scores = index.retrieve([known], k=min(k, len(ids)), show_progress=False, n_threads=0)
        return [(ids[int(place)], float(score)) for place, score in zip(places[0], scores[0], strict=True) if score > 0]

    @cached_property
    def _loaded(self) -> tuple[bm25s.BM25 | None, list[str]]:
        import bm25s

        try:
            ids: list[str] = json.loads((self._path / "ids.json").read_text())
            return (bm25s.BM25.load(str(self._path), mmap=True) if ids else None), ids
        except (OSError, ValueError, KeyError) as error:
            raise IndexDamagedError("The word index cannot be read.", hint="Run `osai ingest --rebuild`.") from error
