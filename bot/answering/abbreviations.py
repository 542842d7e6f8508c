"""Spells out what askers abbreviate, so that a search by words and by meaning finds what the sources write in full."""

from __future__ import annotations

import re
import tomllib
from importlib.resources import files

_LONG: dict[str, str] = {
    short.lower(): long
    for short, long in tomllib.loads(
        files("bot.answering").joinpath("abbreviations.toml").read_text(encoding="utf-8")
    ).items()
}
# A letter, digit or hyphen beside it makes it part of a name: "CC-BY-NC".
_SHORT = re.compile(rf"(?<![\w-])(?:{'|'.join(_LONG)})(?![\w-])", re.IGNORECASE)


def is_abbreviation(word: str) -> bool:
    """Return whether a word is one of the short forms, in whatever case."""
    return word.lower() in _LONG


def spell_out_abbreviations(text: str, *, keep: bool = True) -> str:
    """Return the text with the long form of every abbreviation behind it, or in its place where it need not be kept.

    An abbreviation whose long form stands in the text already stays as it is.
    """

    def spelled(found: re.Match[str]) -> str:
        long = _LONG[found[0].lower()]
        if long.lower() in text.lower():
            return found[0] if keep else " "
        return f"{found[0]} ({long})" if keep else long

    return _SHORT.sub(spelled, text)
