"""Turns the bytes that a model writes token by token into text that can be shown as it comes.

Lets out nothing that may have to be taken back: no half character, and no beginning of a stop word.
"""

from __future__ import annotations

import codecs
from contextlib import closing
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence


def spell(pieces: Generator[bytes, None, None], stop: Sequence[str] = ()) -> Generator[str, None, None]:
    """Yield the text of the pieces up to the stop word that is complete first; leave out bytes that are no UTF-8."""
    decoder = codecs.getincrementaldecoder("utf-8")("ignore")
    words = [word for word in stop if word]
    held = ""
    with closing(pieces):
        for piece in pieces:
            held += decoder.decode(piece)
            if ends := [at for word in words if (at := held.find(word)) >= 0]:
                held = held[: min(ends)]
                break
            certain = len(held) - _doubtful(held, words)
            if certain:
                yield held[:certain]
                held = held[certain:]
    if held:
        yield held


def _doubtful(text: str, words: Sequence[str]) -> int:
    """Return how many characters at the end of the text may be the beginning of a stop word."""
    longest = max((len(word) - 1 for word in words), default=0)
    tails = range(min(longest, len(text)), 0, -1)
    return next((size for size in tails if any(word.startswith(text[-size:]) for word in words)), 0)
