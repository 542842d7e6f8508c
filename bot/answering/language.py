"""Tells a question in another language, and of what it asks as much as a few words of it show.

Names are the same everywhere; the rest is not translated. Refuses to guess beyond the words of language.toml.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.answering.intents import Intent

ENGLISH_ONLY = "I answer in English only."
_ROWS = tomllib.loads(files("bot.answering").joinpath("language.toml").read_text(encoding="utf-8"))
_WORDS: dict[str, frozenset[str]] = {name: frozenset(words) for name, words in _ROWS["words"].items()}
_ASKS: dict[Intent, tuple[str, ...]] = {name: tuple(words) for name, words in _ROWS["asks"].items()}
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_ENGLISH = frozenset(
    """the is are was what which who when can may do does i my it of in on for to with how and or this that a an use
    under license model open source has have be not""".split()
)
_ENOUGH = 2  # words of a language, more than of English
_MOST = 2
_FOREIGN_SCRIPT = 0.15  # of all letters


def is_foreign(text: str) -> bool:
    """Return whether a question is in another language than English."""
    letters = [char for char in text if char.isalpha()]
    strange = sum(not unicodedata.name(char, "").startswith("LATIN") for char in letters)
    if letters and strange > _FOREIGN_SCRIPT * len(letters):
        return True
    words = [word.lower() for word in _WORD.findall(text)]
    english = sum(word in _ENGLISH for word in words)
    return any(sum(word in known for word in words) >= max(_ENOUGH, english + 1) for known in _WORDS.values())


def foreign_intents(text: str) -> tuple[Intent, ...]:
    """Return what a question in another language asks, as far as its words show, the most specific first."""
    lower = text.lower()
    found = [intent for intent, words in _ASKS.items() if any(word in lower for word in words)]
    if len(found) > 1 and "license_of" in found and "commercial" in found:
        found.remove("license_of")
    return tuple(found[:_MOST])
