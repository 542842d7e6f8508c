"""Splits running text into sentences, also while it is still being written. Refuses to split inside abbreviations."""

from __future__ import annotations

import re

_ABBREVIATIONS = ("e.g", "i.e", "vs", "etc", "inc", "corp", "ltd", "co", "cf", "u.s", "st")
_BEFORE_NUMBERS = ("no", "sec", "art", "v", "p", "pp")  # "No. 3" goes on; "No. Llama 3 is ..." ends
_END = re.compile(r"[.!?][\"'”’)\]]*(?=\s)|\n+")


def split_sentences(text: str) -> list[str]:
    """Return the sentences of a finished text, in order, without surrounding space."""
    done, rest = take_sentences(text)
    return [*done, rest.strip()] if rest.strip() else done


def take_sentences(text: str) -> tuple[list[str], str]:
    """Return the sentences that are complete in `text` and the unfinished rest, its spaces kept."""
    sentences, start = [], 0
    for match in _END.finditer(text):
        if _breaks(text, start, match):
            sentence = text[start : match.end()].strip()
            start = match.end()
            if sentence:
                sentences.append(sentence)
    return sentences, text[start:]


def _breaks(text: str, start: int, match: re.Match[str]) -> bool:
    if match.group().startswith("\n"):
        return True
    before = text[start : match.start()].rsplit(maxsplit=1)
    word = before[-1].lower().lstrip("(\"'“") if before else ""
    following = text[match.end() :].lstrip()[:1]
    if match.group()[0] == "." and (word in _ABBREVIATIONS or re.fullmatch(r"[a-z]", word)):
        return False
    if word in _BEFORE_NUMBERS and following.isdigit():
        return False
    return following != "" and not following.islower()  # until the next word is there, nothing is certain
