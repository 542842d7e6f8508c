"""Reads a license text of ScanCode's data: front matter, then clauses, each statement with the number of its clause.

Numbers are the text's own, as a path: `1.b.i`, `2`, `4.2`, `Attachment A`. Refuses to guess: what stands before the
first number has no section, and a line that only looks like a number ("2024 ...") starts no clause.
"""

from __future__ import annotations

import re
import zipfile
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import yaml

from knowledge.errors import NotFoundError
from knowledge.records import Document, Source, Statement
from knowledge.sentences import split_sentences

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

_FRONT = re.compile(r"\A---\n(.*?)\n---\n?(.*)\Z", re.DOTALL)
_LABELS = (
    (
        "annex",
        re.compile(
            r"^(?P<label>(?:attachment|appendix|exhibit|annex|schedule)(?: [A-Z0-9])?)\b[.:]?\s*", re.IGNORECASE
        ),
    ),
    (
        "section",
        re.compile(
            r"^(?:section|article)\s+(?P<label>[IVXLC]+|\d+)\b(?:\s*[.:–-]+|\s*$|\s+(?=[A-Z]))\s*", re.IGNORECASE
        ),
    ),
    ("dotted", re.compile(r"^(?P<label>\d{1,2}(?:\.\d{1,2})+)[.):]?\s+")),
    ("number", re.compile(r"^(?P<label>\d{1,2})[.):]\s+")),
    ("bracketed", re.compile(r"^\((?P<label>\d{1,2})\)\s+")),
    ("roman", re.compile(r"^\(?(?P<label>[ivx]{1,5})[.)]\s+")),
    ("letter", re.compile(r"^\(?(?P<label>[a-z])[.)]\s+")),
    ("capital", re.compile(r"^\(?(?P<label>[A-Z])[.)]\s+")),
    ("numeral", re.compile(r"^(?P<label>[IVX]{1,5})[.)]\s+")),
)
# What a line may end with for the next one to begin a clause; elsewhere "7. ..." is a reference that was wrapped.
_ENDS = re.compile(r"(?:^|[.;:,)”\"]|\b(?:and|or))\**$", re.IGNORECASE)
_RULE = re.compile(r"^[\s=*_#-]*$")
_HEADING_WORDS = 8  # a heading this short is told with the sentence under it
_TOP = {"annex", "section"}


@dataclass(frozen=True, slots=True)
class _Level:
    kind: str
    value: str
    indent: int


def license_texts(archive: Path, keys: Iterable[str]) -> Iterator[Document]:
    """Yield the texts of the keys from the packed ScanCode data; NotFoundError for a key without a text."""
    with zipfile.ZipFile(archive) as packed:
        for key in keys:
            try:
                raw = packed.read(f"{key}.LICENSE").decode("utf-8")
            except KeyError as error:
                raise NotFoundError(f"The license data has no text for {key}.") from error
            yield load_license_text(key, raw)


def load_license_text(key: str, raw: str) -> Document:
    """Return a ScanCode file as a document whose statements carry the number of their clause."""
    front, body = read_front_matter(raw)
    name = str(front.get("name") or key)
    urls = [front.get("homepage_url"), *front.get("text_urls", ()), *front.get("other_urls", ())]
    url = next((str(one) for one in urls if one), f"https://scancode-licensedb.aboutcode.org/{key}.html")
    statements = tuple(
        Statement(text, section, Source(f"{name}, section {section}" if section else name, url))
        for section, text in _clauses(body)
    )
    return Document(f"licenses/{key}", "license-text", name, url, statements, (f"license:{key}",))


def read_front_matter(raw: str) -> tuple[dict[str, Any], str]:
    """Return what ScanCode says of the license, and the text."""
    match = _FRONT.match(raw)
    if match is None:
        return {}, raw
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    front = yaml.load(match[1], Loader=loader)  # noqa: S506 - the safe loader, in C where there is one
    return (front if isinstance(front, dict) else {}), match[2]


def _clauses(body: str) -> Iterator[tuple[str, str]]:
    """Yield (section, sentence) in reading order."""
    heading = ""
    for section, paragraph in _paragraphs(body):
        for sentence in split_sentences(paragraph):
            told = f"{heading} {sentence}".strip()
            if len(told.split()) < _HEADING_WORDS and sentence != split_sentences(paragraph)[-1]:
                heading = told
                continue
            heading = ""
            yield section, told
        if heading:
            yield section, heading
            heading = ""


def _paragraphs(body: str) -> Iterator[tuple[str, str]]:
    """Yield (section, text) for each run of lines that no blank line and no new number breaks."""
    levels: list[_Level] = []
    lines: list[str] = []
    section = before = ""
    labeled = False
    for line in body.expandtabs(4).splitlines():
        label = _read_label(line, levels) if labeled or _ENDS.search(before) else None
        if (label is not None or _RULE.match(line)) and lines:
            yield section, " ".join(lines)
            lines = []
        text = line
        if label is not None:
            levels, text = label
            section = ".".join(level.value for level in levels)
        if not _RULE.match(text):
            lines.append(" ".join(text.split()))
        before, labeled = line.strip(), label is not None
    if lines:
        yield section, " ".join(lines)


def _read_label(line: str, levels: list[_Level]) -> tuple[list[_Level], str] | None:
    """Return the levels after the number at the line's start, and the rest of the line; None where there is none."""
    text = line.strip().lstrip("*# ")
    indent = len(line) - len(line.lstrip())
    for kind, pattern in _LABELS:
        match = pattern.match(text)
        if match is None:
            continue
        found = _Level(kind, match["label"], indent)
        if kind in ("roman", "letter") and not _fits(found, levels):
            continue
        return _place(found, levels), text[match.end() :]
    return None


def _fits(found: _Level, levels: list[_Level]) -> bool:
    """Return whether a letter goes on as a letter, or as a roman number: "i" goes on after "h" or begins a list."""
    if found.kind == "letter":
        return True
    letters = [level for level in levels if level.kind == "letter"]
    after_letter = bool(letters) and len(found.value) == 1 and ord(letters[-1].value) + 1 == ord(found.value)
    romans = [level for level in levels if level.kind == "roman"]
    if romans and _number(romans[-1]) + 1 == _number(found):
        return True
    return found.value == "i" and not after_letter


def _place(found: _Level, levels: list[_Level]) -> list[_Level]:
    """Return the path that a number stands in: beside the one it follows, or one deeper where it begins a list."""
    grouped = bool(levels) and levels[0].kind == "section" and not levels[0].value.isdigit()
    if found.kind in _TOP or (found.kind == "number" and grouped):
        return [found]  # "Section II" only groups clauses that are numbered through
    if found.kind == "dotted":
        top = [level for level in levels if level.kind == "annex"]
        return [*top[:1], found]
    following = [
        place for place, level in enumerate(levels) if level.kind == found.kind and _number(level) + 1 == _number(found)
    ]
    aligned = [place for place in following if levels[place].indent == found.indent]
    if aligned or following:
        return [*levels[: (aligned or following)[-1]], found]
    same = [place for place, level in enumerate(levels) if level.kind == found.kind and level.indent == found.indent]
    if same:
        return [*levels[: same[-1]], found]
    if found.kind == "number" and not (levels and levels[0].kind in _TOP):
        return [found]
    return [*levels, found]


def _number(level: _Level) -> int:
    if level.kind in ("number", "bracketed"):
        return int(level.value)
    if level.kind in ("roman", "numeral"):
        values = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100, "d": 500, "m": 1000}
        digits = [values[letter] for letter in level.value.lower()]
        return sum(-one if one < max(digits[place:]) else one for place, one in enumerate(digits))
    return ord(level.value[-1])
