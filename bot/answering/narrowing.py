"""Narrows a family's name to the member that the rest of the question points at: its year, its place, its variant.

Refuses to choose where nothing points: a family stays a family.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from knowledge.names import NameIndex

_YEAR = re.compile(r"\b(20[12]\d)\b")
_OLDEST = re.compile(r"\b(?:original|first|oldest|earliest)\b", re.IGNORECASE)
_NEWEST = re.compile(r"\b(?:newest|latest|current|most recent)\b", re.IGNORECASE)
_VARIANT = re.compile(r"\b(instruct|chat|base)\b", re.IGNORECASE)
_VARIED = re.compile(r"-(?:instruct|chat|base)$")
_SECOND = re.compile(
    r"\b(?P<name>[A-Za-z][\w.]*?)(?P<gap>[ -]?)v?(?P<first>\d+(?:\.\d+)*)"
    r"(?P<between> (?:to|and|or|vs\.?|versus|than|from|->|→) |, |/)v?(?P<second>\d{1,2}(?:\.\d+)*)"
    r"(?![\w%]|\.\d| (?:million|billion|percent|users|parameters|times|years?|days|months)\b)"
)
# "MiniMax M2 or M2.1", "Kimi K2 and K3"
_LETTERED = re.compile(
    r"\b(?P<name>[A-Za-z][\w.]*)(?P<gap>[ -])(?P<first>[A-Za-z]+\d[\d.]*\d|[A-Za-z]+\d)"
    r"(?P<between> (?:to|and|or|vs\.?|versus|than|from|->|→) |, |/)(?P<second>[A-Za-z]+\d(?:[\d.]*\d)?)\b"
)
_SIZED = re.compile(r"\b(?P<name>[A-Za-z][\w.]*?)(?P<gap>[ -])\d+(?:\.\d+)?[bB]\b")
_SIZE_OF = re.compile(r"\bthe (?P<size>\d+(?:\.\d+)?[bB])(?: (?:one|model|version|variant))? of (?P<name>[A-Z][\w.]*)")
_OTHER_SIZE = re.compile(r"\b(?:the|its) (?P<size>\d+(?:\.\d+)?[bB])\b(?: (?:one|model|version|variant))?")

_VERSION = re.compile(r"(?<![\w.])v?(\d{1,3}(?:\.\d{1,2})?)(?![\w%]|\.\d)")
_SIZE = re.compile(r"(?<![\w.-])\d+(?:\.\d+)?[bB]\b")
_AS_A_NAME = re.compile(r"\b(?:[A-Z][\w.]*\w|[A-Za-z]+\d[\w.]*|ultra|super|nano|mini|pro|max|small|medium|large)\b")


def narrowed(subjects: tuple[str, ...], text: str, names: NameIndex) -> tuple[str, ...]:
    """Return the members of a family that the text means, newest first, or the subjects as they are."""
    if len(subjects) == 1:
        return _variant(subjects, text, names)
    if years := set(_YEAR.findall(text)):
        subjects = tuple(one for one in subjects if names.released(one)[:4] in years) or subjects
    dated = [one for one in subjects if names.released(one)]
    if dated and _OLDEST.search(text):
        return (min(dated, key=names.released),)
    if dated and _NEWEST.search(text):
        return (max(dated, key=names.released),)
    return subjects


def spell_out_versions(text: str, names: NameIndex) -> str:
    """Return "OpenMDW 1.0 to 1.1" as "OpenMDW 1.0 to OpenMDW 1.1", and "Kimi K2 or K3" so, where both are known."""

    def spelled(found: re.Match[str]) -> str:
        second = f"{found['name']}{found['gap']}{found['second']}"
        if len(names.mentions(second)) == 1 and names.mentions(second)[0].known:
            return f"{found['name']}{found['gap']}{found['first']}{found['between']}{second}"
        return found[0]

    return _LETTERED.sub(spelled, _SECOND.sub(spelled, text))


def spell_out_sizes(text: str, names: NameIndex) -> str:
    """Return "Qwen2.5 7B and the 72B one" as "Qwen2.5 7B and Qwen2.5 72B", and so "the 3B of Qwen2.5", where known."""
    text = _SIZE_OF.sub(r"\g<name> \g<size>", text)
    first = _SIZED.search(text)
    if first is None:
        return text

    def spelled(found: re.Match[str]) -> str:
        second = f"{first['name']}{first['gap']}{found['size']}"
        known = names.mentions(second)
        return second if len(known) == 1 and known[0].known else found[0]

    return text[: first.end()] + _OTHER_SIZE.sub(spelled, text[first.end() :])


def _variant(subjects: tuple[str, ...], text: str, names: NameIndex) -> tuple[str, ...]:
    """Return the records of the variants that the text speaks of elsewhere: "the instruct version of SOLAR 10.7B"."""
    if not subjects[0].startswith("model:"):
        return subjects
    stem = _VARIED.sub("", subjects[0])
    variants = dict.fromkeys(found.lower() for found in _VARIANT.findall(text))
    meant = [one for one in (f"{stem}-{variant}" for variant in variants) if names.has(one)]
    if "base" in variants and f"{stem}-base" not in meant and names.has(stem):
        meant.insert(0, stem)
    return tuple(dict.fromkeys(meant)) or subjects


def without_versions(text: str) -> str:
    """Return the text with sizes and versions blanked like names."""
    return _VERSION.sub("X", _SIZE.sub("X", text))


def sibling(text: str, names: NameIndex, subject: str) -> tuple[tuple[str, ...], str] | None:
    """Return the subjects of what a text names only in part, after a subject was spoken of, and the name they have.

    "and for 3.1?", "and the 3B?", "it's Ultra we took": what is said stands in place of the end of the subject's name.
    """
    name = names.display(subject).partition(" (")[0]
    stem = _VERSION.sub("", names.display(subject)).split(" ")[0]
    words = re.split(r"[ -]", name)
    starts = [" ".join(words[:end]) for end in range(len(words) - 1, 0, -1)]
    ends = [found[0].removeprefix("v") for one in (_SIZE, _VERSION) if (found := one.search(text))]
    letters = re.split(r"[\d.-]", stem)[0]
    wholes = [f"{start} {end}" for end in ends for start in (name, stem, *starts, letters)]
    wholes += [f"{start} {word}" for start in starts for word in _AS_A_NAME.findall(text)]
    for whole in dict.fromkeys(wholes):
        known = [mention for mention in names.mentions(whole) if mention.known]
        if known and known[0].subjects != (subject,) and known[0].text == whole:
            return known[0].subjects, whole
    return None
