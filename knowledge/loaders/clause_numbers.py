"""Reads the number that a clause begins with, and finds its place among the numbers before it.

Refuses a number that neither begins a list nor goes on with one: "(c) 2004" and "(v. 3)" number nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from knowledge.loaders.lines import Line

_AFTER = r"(?:\s*[.:–—-]+(?:\s+|$)|\s*$|\s+(?=[A-Z(]))"
_MARKED = r"(?P<open>\(?)(?P<label>{})(?P<close>[.)]\)?|:)(?:\s+|$)"
_PATTERNS = (
    ("annex", re.compile(rf"(?P<label>(?i:attachment|appendix|exhibit|annex|schedule)(?: [A-Z0-9])?)\b{_AFTER}")),
    ("section", re.compile(rf"(?i:section|article)\s+(?P<label>[IVXLC]+|\d+)(?![\w.]\S){_AFTER}")),
    ("dotted", re.compile(r"(?:(?i:section|article)\s+)?(?P<label>\d{1,2}(?:\.\d{1,2})+)(?:[.):]\s*|\s+|$)")),
    ("number", re.compile(_MARKED.format(r"\d{1,2}"))),
    ("number", re.compile(r"(?P<label>\d{1,2})(?P<close>\.)(?=[A-Z])")),
    ("letter", re.compile(_MARKED.format(r"[a-z]"))),
    ("roman", re.compile(_MARKED.format(r"[ivxl]{1,6}"))),
    ("capital", re.compile(_MARKED.format(r"[A-Z]"))),
    ("numeral", re.compile(_MARKED.format(r"[IVXL]{1,6}"))),
)
_BARE = ("number", re.compile(r"(?P<label>\d{1,2})\s+(?=[A-Z])"))  # "2 Applicability", on a line of its own
_TITLE_WORDS = 8
_SKIPPED = 3  # as many numbers in a row may be missing from ScanCode's copy of a text
_ROMAN = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100}


@dataclass(frozen=True, slots=True)
class Level:
    """One step of a path: a number with what it looks like, by which its list is told from others."""

    kind: str
    label: str
    number: int
    marks: str
    indent: int
    headed: bool


Path = tuple[Level, ...]
HEADINGS = ("heading", "title")  # a list under the first is its own; one under the second is the license's


@dataclass(frozen=True, slots=True)
class Clause:
    """Where a clause stands, the text after its number, and the number before it as a sentence would hold it: "(a)"."""

    path: Path
    rest: str
    predecessor: str


def section_of(path: Path) -> str:
    """Return a path as people cite it."""
    return ".".join(level.label for level in path)


def is_next(path: Path, before: Path) -> bool:
    """Return whether a path is the next of the same list, in the same dress."""
    if len(path) != len(before) or path[:-1] != before[:-1]:
        return False
    one, two = before[-1], path[-1]
    return (one.kind, one.number + 1, one.marks, one.indent) == (two.kind, two.number, two.marks, two.indent)


def heading_level(text: str, *, marked: bool) -> Level:
    """Return the level of a heading, told apart by whether markup says that it is one."""
    return Level("heading" if marked else "title", text.rstrip(".: "), 0, "", 0, headed=True)


def read_clause(line: Line, path: Path, *, apart: bool) -> Clause | None:
    """Return the clause that begins with this line, or None where the line begins none.

    `apart` where text without a number stands between the last clause and this line.
    """
    path = tuple(level for level in path if level.kind != "title")
    starts: list[Clause] = []
    goes_on: list[tuple[tuple[bool, ...], int, Clause]] = []
    for level, rest in _readings(line):
        if level.kind in ("annex", "section", "dotted"):
            return Clause(_outermost(level, path), rest, "")
        clause = Clause((), rest, f"({_spell(level)})" if level.marks in ("()", ")") else "")
        for depth, before in enumerate(path):
            if _follows(level, before):
                goes_on.append((_likeness(level, before), depth, replace(clause, path=(*path[:depth], level))))
        if (place := _start(level, path, apart=apart)) is not None:
            starts.append(replace(clause, path=place))
    if goes_on:
        return max(goes_on, key=lambda one: one[:2])[2]
    return starts[0] if starts else None


def _readings(line: Line) -> Iterator[tuple[Level, str]]:
    """Yield each way to read the line's number: "i." is a letter after "h." and else a roman one."""
    patterns = (*_PATTERNS, _BARE) if line.alone and len(line.text.split()) <= _TITLE_WORDS else _PATTERNS
    for kind, pattern in patterns:
        if match := pattern.match(line.text):
            groups = match.groupdict()
            rest = line.text[match.end() :].lstrip("–—- ")
            label = match["label"].removesuffix(".0") if kind == "dotted" else match["label"]
            marks = (groups.get("open") or "") + (groups.get("close") or "")
            yield Level(kind, label, _number(kind, label), marks, line.indent, _headed(rest)), rest


def _outermost(level: Level, path: Path) -> Path:
    """Return the path of a number that says itself where it stands."""
    return (*path[:1], level) if level.kind == "dotted" and path and path[0].kind == "annex" else (level,)


def _follows(level: Level, before: Level) -> bool:
    """Return whether a number goes on with the list of the number before it."""
    ahead = level.number - before.number
    if level.kind == "number":
        return before.kind in ("number", "dotted") and 0 < ahead <= _SKIPPED
    return before.kind == level.kind and ahead == 1


def _likeness(level: Level, before: Level) -> tuple[bool, ...]:
    """Return how much two numbers look like one list, the telling signs first."""
    return (
        level.number == before.number + 1,
        level.marks == before.marks,
        level.indent == before.indent,
        level.headed == before.headed,
    )


def _start(level: Level, path: Path, *, apart: bool) -> Path | None:
    """Return the path of a number that begins a list, or None for one that begins none."""
    annex = path[:1] if path and path[0].kind == "annex" else ()
    if level.kind == "number" and level.marks != ")":
        grouped = bool(path) and path[0].kind == "section" and not path[0].label.isdigit()
        numbered = any(one.kind in ("number", "dotted") for one in path)
        if grouped or level.number == 0 or (level.number > 1 and not numbered):
            return (*annex, level)
    if level.number > 1:
        return None
    again = [at for at, one in enumerate(path) if _begins_again(level, one, apart=apart)]
    return (*path[: again[-1]], level) if again else (*path, level)


def _begins_again(level: Level, before: Level, *, apart: bool) -> bool:
    """Return whether a list begins beside an older one, and not within its last clause."""
    if (before.kind, before.indent) != (level.kind, level.indent):
        return False
    return level.kind != "number" or (apart and before.marks == level.marks and not before.headed)


def _headed(rest: str) -> bool:
    """Return whether a clause begins with a heading: "Term and Termination. The term ..."."""
    heading = re.match(r"[A-Z][^.]*(?:\.(?=\s)|$)", rest)
    return heading is not None and len(heading[0].split()) < _TITLE_WORDS


def _number(kind: str, label: str) -> int:
    if kind == "annex":
        return 0
    if label[0].isdigit():
        return int(label.split(".", maxsplit=1)[0])
    if kind in ("roman", "numeral", "section"):
        digits = [_ROMAN[one] for one in label.lower()]
        return sum(-one if one < max(digits[at:]) else one for at, one in enumerate(digits))
    return ord(label.lower()) - ord("a") + 1


def _spell(level: Level) -> str:
    """Return the label of the number before."""
    if level.kind in ("number", "dotted"):
        return str(level.number - 1)
    if level.kind in ("letter", "capital"):
        return chr(ord(level.label) - 1)
    small = ("", "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x")
    spelled = small[level.number - 1] if level.number <= len(small) else ""
    return spelled.upper() if level.kind == "numeral" else spelled
