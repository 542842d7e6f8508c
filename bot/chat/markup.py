"""Puts text into Discord's markup: nothing in it is read as markup, and only web addresses become links."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_MARKS_IN_TITLE = re.compile(r"([*_~`|<>])")
_MARKS = re.compile(r"([\\*_~`|\[\]<>#])")
_ESCAPED = r"\\\1"
_WEB = re.compile(r"https?://[^\s<>]+", re.IGNORECASE)
_MORE = 20  # characters of the line that says how many lines did not fit
_BALANCED = re.compile(r"(?:[^\[\]]|\[[^\[\]]*\])*")


def escaped(text: str) -> str:
    """Return text that reads on Discord as it stands."""
    return _MARKS.sub(_ESCAPED, text)


def web_address(url: str) -> str:
    """Return an address that Discord takes as a link, or an empty string for one that it refuses."""
    stripped = url.strip()
    return stripped if _WEB.fullmatch(stripped) else ""


def linked(title: str, url: str) -> str:
    """Return a title that leads to the address, or the title alone where there is no address of the web."""
    address = web_address(url).replace("(", "%28").replace(")", "%29")
    if not address:
        return escaped(title)
    readable = title if _BALANCED.fullmatch(title) else re.sub(r"[\[\]]", "", title)
    return f"[{_MARKS_IN_TITLE.sub(_ESCAPED, readable)}]({address})"


def capitalized(text: str) -> str:
    """Return text that begins with a capital, its other letters as they are: "OSI validation"."""
    return text[:1].upper() + text[1:]


def shortened(text: str, most: int) -> str:
    """Return text of at most so many characters, cut between words where it is cut."""
    if len(text) <= most:
        return text
    cut = text[: max(most - 2, 0)]
    return f"{cut[: cut.rfind(' ')] if ' ' in cut[most // 2 :] else cut}\N{HORIZONTAL ELLIPSIS}"


def listed(lines: Sequence[str], most: int) -> str:
    """Return as many whole lines as fit into `most` characters, and how many do not."""
    room = most - _MORE
    kept: list[str] = []
    for line in lines:
        room -= len(line) + 1
        if room < 0:
            return "\n".join((*kept, f"and {len(lines) - len(kept):,} more"))
        kept.append(line)
    return "\n".join(kept)
