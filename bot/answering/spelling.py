"""Mends what is misspelled of the few words that tell what a question asks. Names are left to their own index."""

from __future__ import annotations

import re

from rapidfuzz import process
from rapidfuzz.distance import OSA

_WORDS = """license licensed commercial commercially release released parameters developer developed training trained
    attribution revenue outputs copyleft derivative derivatives redistribute military forbidden permission difference
    termination definition""".split()  # none that is a slip away from another word, as patent is from patient
_KNOWN = frozenset(_WORDS)
_WORD = re.compile(r"\b[a-z]{6,}\b")
_LONG = 8  # letters; a word as long may have two slips


def mend(text: str) -> str:
    """Return the text with slips in these words mended: "realease" is "release"."""
    return _WORD.sub(lambda found: _mended(found[0]), text)


def _mended(word: str) -> str:
    if word in _KNOWN or any(word.startswith(one) or one.startswith(word) for one in _WORDS):
        return word
    slips = 2 if len(word) >= _LONG else 1
    near = process.extractOne(word, _WORDS, scorer=OSA.distance, score_cutoff=slips)
    return near[0] if near and near[0][0] == word[0] else word
