"""Mends slips in the plain words of a question. Names are left to their own index: a slip away lies another license.

A word is mended only if no English dictionary and no name has it, and one word of the sources, or one of those that
open a question, is a single slip away (a letter more, fewer, other, or two swapped; Damerau 1964).
"""

from __future__ import annotations

import re
from collections import Counter
from functools import cached_property
from typing import TYPE_CHECKING

from rapidfuzz import process
from rapidfuzz.distance import OSA

from bot.answering.abbreviations import is_abbreviation
from bot.answering.language import is_foreign

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from spellchecker import SpellChecker

_WORD = re.compile(r"(?<![\w'’-])[A-Za-z]{3,}(?![\w'’-])")
_OF_SOURCES = re.compile(r"(?<![A-Za-z])[A-Za-z]{4,}(?![A-Za-z])")
_OFTEN = 2  # times in the sources; a word seen less may be a slip itself
_LONG = 8  # letters; a word as long may have two slips
_SHORTEST = 4  # letters; a shorter word is mended only where a question begins: "wen was it released"
_OPENERS = "what which when where whose does should could would under since after before many".split()
_SHORTENED = frozenset(
    "tech info repo repos config devs prod deps admin blog".split()
)  # no slips, whatever a dictionary has
_TYPED_FOR = {"wen": "when", "whn": "when", "wat": "what", "wht": "what", "hwo": "who", "cna": "can", "dose": "does"}
# "dont" is neither a slip for "done" nor without its denial.
_JOINED = {
    joined: f"{joined[:-1]}'{joined[-1]}"
    for joined in (
        "dont doesnt didnt isnt arent wasnt werent cant couldnt wont wouldnt shouldnt hasnt havent mustnt neednt "
        "whats whos thats theres"
    ).split()
}
# What parts of names are made of, mended within them: "OpenAtom Mdoel License".
_IN_NAMES = "license licence model models source open weights terms community agreement research commercial".split()


class Speller:
    """Mends questions. `texts` are the sources, read on first use; `is_name` tells the words of names, which stay.

    No slip is mended into one of `models`, the names of models: "llava" is not "llama".
    """

    def __init__(
        self, texts: Callable[[], Iterable[str]], is_name: Callable[[str], bool], models: Iterable[str]
    ) -> None:
        self._texts, self._is_name = texts, is_name
        self._models = frozenset(word for name in models for word in _OF_SOURCES.findall(name.lower()))

    def mend(self, text: str) -> str:
        """Return the text with slips mended and everything else as it is; abbreviations are no slips.

        Nor are the words of another language, some of which lie near to English ones.
        """
        if is_foreign(text):
            return text

        def mended(found: re.Match[str]) -> str:
            if found[0].isupper() and not text.isupper():
                return found[0]  # "OPEA" is not "Open"
            return self._mended(found[0], begins=not text[: found.start()].strip())

        return _WORD.sub(mended, text)

    def read_again(self) -> None:
        """Take the words of the sources as they are now; questions are mended by the old ones meanwhile."""
        if "_words" in self.__dict__:
            self.__dict__["_words"] = self._counted()
            self.__dict__.pop("_candidates", None)

    def _mended(self, word: str, *, begins: bool) -> str:
        lower = word.lower()
        if lower in _JOINED:
            return word[0] + _JOINED[lower][1:]
        if len(word) < _SHORTEST:
            return _mended_opener(word) if begins else word
        if lower in _SHORTENED or is_abbreviation(lower) or self._is_known(lower):
            return word
        candidates = self._candidates if word.islower() else [*_IN_NAMES, *(_OPENERS if begins else ())]
        slips = 2 if len(word) >= _LONG and word.islower() else 1
        near = process.extractOne(lower, candidates, scorer=OSA.distance, score_cutoff=slips)
        if near is None:
            return word
        meant = str(near[0])
        return meant if word.islower() else meant.capitalize()

    def _is_known(self, word: str) -> bool:
        return self._is_name(word) or word in self._english or word in self._words

    @cached_property
    def _english(self) -> SpellChecker:
        from spellchecker import SpellChecker

        return SpellChecker(distance=1)

    @cached_property
    def _words(self) -> dict[str, int]:
        return self._counted()

    def _counted(self) -> dict[str, int]:
        counts = Counter(word.lower() for text in self._texts() for word in _OF_SOURCES.findall(text))
        return {word: count for word, count in counts.items() if count >= _OFTEN and word not in self._models}

    @cached_property
    def _candidates(self) -> list[str]:
        """The words that a slip may stand for, the most frequent first: of equally near ones the first is taken."""
        ranked = sorted(self._words, key=lambda word: -self._words[word])
        return [*_OPENERS, *_IN_NAMES, *ranked]


def _mended_opener(word: str) -> str:
    """Return the question word that a short first word is typed for, or the word itself."""
    return _TYPED_FOR.get(word.lower(), word)
