"""Takes the dress off a license text: Markdown, boxes of stars, comment signs and bullets. Refuses to touch a word."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

_RULE = re.compile(r"[\s=*_#~+-]*")
_BOXED = re.compile(r"\s*\*\s(.*?)\s*\*")
_BULLET = re.compile(r"(?:[*•·–—-]|o(?=\s{2}))\s+(?=\S)")
_MARKDOWN_HEADING = re.compile(r"#{1,6}\s+(?=\S)")
_HEADING_WORDS = 12
_UNDERLINE = re.compile(r"\s*(?:={3,}|-{3,})\s*")
_BOLD = re.compile(r"\*\*(?=\S)(.+?)(?<=\S)\*\*")
_EMPHASIS = re.compile(r"^\*{1,3}(?=\w)|(?<=[\w.])\*{1,3}$")  # opened on one line, closed on another
_ESCAPED = re.compile(r"\\([.*_#()\[\]-])")
_TAB = 4


@dataclass(frozen=True, slots=True)
class Line:
    """One line without its dress; `text` is empty for a blank line and for a rule.

    `alone` where nothing stands directly above or below, `heading` where Markdown or an underline says so.
    """

    text: str
    indent: int = 0
    bullet: bool = False
    heading: bool = False
    alone: bool = False


def read_lines(body: str) -> list[Line]:
    """Return the lines of a text, one blank line added at the end."""
    raw = _uncommented(body.expandtabs(_TAB).splitlines())
    bare = ["", *(_BOXED.sub(r"\1", line) if _BOXED.fullmatch(line) else line for line in raw), "", ""]
    lines = zip(bare, bare[1:], bare[2:], strict=False)
    return [Line("") if _empty(line) else _read(line, above, below) for above, line, below in lines]


def _read(line: str, above: str, below: str) -> Line:
    text = line.strip()
    marked = _MARKDOWN_HEADING.match(text)
    if marked:
        text = text[marked.end() :]
        marked = None if below.startswith("#") or len(text.split()) > _HEADING_WORDS else marked
    text = _ESCAPED.sub(r"\1", _EMPHASIS.sub("", _BOLD.sub(r"\1", text)))
    bullet = _BULLET.match(text)
    return Line(
        text=text[bullet.end() :] if bullet else text,
        indent=len(line) - len(line.lstrip()),
        bullet=bullet is not None,
        heading=_empty(above) and bool(marked or _UNDERLINE.fullmatch(below)),
        alone=_empty(above) and _empty(below),
    )


def _empty(line: str) -> bool:
    return _RULE.fullmatch(line) is not None


def _uncommented(lines: list[str]) -> list[str]:
    """Return the lines without the sign that stands before each, where the text is a comment in some program."""
    written = [line for line in lines if line.strip()]
    for sign in ("*", "#", "//", "--", ";"):
        commented = sum(line.lstrip().startswith(sign) for line in written)
        neighbors = sum(one.lstrip().startswith(sign) and two.lstrip().startswith(sign) for one, two in pairwise(lines))
        if written and commented > 0.8 * len(written) and neighbors > commented // 2:
            return [
                line.replace(sign, " " * len(sign), 1) if line.lstrip().startswith(sign) else line for line in lines
            ]
    return lines
