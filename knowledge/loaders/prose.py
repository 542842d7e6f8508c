"""Turns text and Markdown into statements: sentences under the heading they stand below. Knows no file."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from knowledge.records import Source, Statement
from knowledge.sentences import split_sentences

if TYPE_CHECKING:
    from collections.abc import Iterator

_HEADING = re.compile(r"^#{1,6}\s+(?P<text>.+?)\s*#*$")
_MARKUP = re.compile(r"^\s*(?:[-*+>]|\d+[.)])\s+|[*_`]{1,3}(?=\S)|(?<=\S)[*_`]{1,3}")
_HIDDEN = re.compile(r"<!--.*?(?:-->|\Z)|<(script|style)\b.*?(?:</\1>|\Z)", re.DOTALL | re.IGNORECASE)
_LINK = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")


def statements_of_text(text: str, title: str, url: str) -> Iterator[Statement]:
    """Yield the sentences of a text with their headings as sections; `title` and `url` name their source."""
    section = ""
    for paragraph in re.split(r"\n\s*\n", visible(text)):
        lines = []
        for line in paragraph.splitlines():
            heading = _HEADING.match(line)
            if heading:
                section = heading["text"]
            else:
                lines.append(_MARKUP.sub("", _LINK.sub(r"\1", line)).strip())
        yield from sentences_in(" ".join(lines), section, Source(f"{title}, {section}" if section else title, url))


def visible(text: str) -> str:
    """Return the text without what a reader would not see: comments, scripts, characters that only steer others."""
    shown = _HIDDEN.sub(" ", unicodedata.normalize("NFC", text))
    return "".join(char for char in shown if unicodedata.category(char) != "Cf")


def sentences_in(text: str, section: str, source: Source) -> Iterator[Statement]:
    """Yield the sentences of one paragraph that say anything."""
    for sentence in split_sentences(visible(text)):
        if any(char.isalnum() for char in sentence):
            yield Statement(sentence, section, source)
