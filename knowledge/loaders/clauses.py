"""Splits the text of a license into statements, each with its section.

A section is the text's own number as a path (`1.b.i`, `4.2`, `Attachment A.3`); where the text numbers nothing, the
heading that it sets apart; else nothing. Numbers, headings and bullets move to the section, every other word stays, in
order. Refuses to take a wrapped reference ("set forth in Section / 7. ...") for the beginning of a clause.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from knowledge.loaders.clause_numbers import HEADINGS, heading_level, is_next, read_clause, section_of
from knowledge.loaders.lines import read_lines
from knowledge.sentences import split_sentences

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from knowledge.loaders.clause_numbers import Clause, Path
    from knowledge.loaders.lines import Line

_FEW_WORDS = 8  # what is shorter is told together with what follows
# What a line ends with where the next one may begin a clause; elsewhere "7. ..." is a reference that was wrapped.
_ENDS = re.compile(r"(?:[.;:,)”\"\]\u3002\uff1b\uff1a]|\b(?:and|or))$", re.IGNORECASE)
_PLACE = r"(?i:section|paragraph|clause|article)s?"
_REFERS = re.compile(rf"(?:(?:^|\b[a-z]+\s+){_PLACE}|\b{_PLACE}(?:,?\s+(?:\d+(?:\.\d+)*(?:\(\w+\))*|and|or|to))+,?)$")
_FINISHED = re.compile(r"[.;:!?”\"]$")
# Headings that end a text's numbers, wherever they stand.
_CLOSES = re.compile(r"(?:preamble|end of (?:the )?(?:terms|license)\b.*|how to (?:apply|use)\b.*)[.:]?", re.IGNORECASE)
_NO_HEADING = re.compile(r"copyright|all rights|[©(<\"“]|by\b|.*[\d.,;@]", re.IGNORECASE)
_SMALL_WORDS = frozenset("& a an and as by for in of on or the to with your".split())

_Kind = Literal["text", "item", "clause", "heading"]


@dataclass(slots=True)
class _Paragraph:
    """Running text of one section: an item had a bullet before it, a clause its number; a heading is its section."""

    section: str
    kind: _Kind = "text"
    lines: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.lines).split())

    @property
    def finished(self) -> bool:
        """Return whether this ends where a sentence may end."""
        return self.kind == "heading" or _FINISHED.search(self.lines[-1]) is not None

    @property
    def leads(self) -> bool:
        """Return whether this is a heading, told together with what stands under it."""
        if self.kind != "clause":
            return self.kind == "heading"
        return len(self.text.split()) < _FEW_WORDS and not self.text[:1].islower() and not self.text.endswith(";")


def split_clauses(body: str) -> Iterator[tuple[str, str]]:
    """Yield (section, statement) in reading order."""
    leading: _Paragraph | None = None
    for paragraph in _mended(_paragraphs(read_lines(body))):
        before = ""
        if leading is not None and (paragraph.kind != "text" or paragraph.section != leading.section):
            yield leading.section, leading.text
        elif leading is not None and leading.kind == "clause":
            before = leading.text
        leading = paragraph if paragraph.leads else None
        if leading is None:
            yield from ((paragraph.section, one) for one in _sentences(before, paragraph.text))
    if leading is not None:
        yield leading.section, leading.text


def _sentences(heading: str, text: str) -> Iterator[str]:
    """Yield the sentences of a paragraph, a heading and what is too short together with what follows."""
    told = heading
    for sentence in split_sentences(text):
        told = f"{told} {sentence}".strip()
        if len(told.split()) >= _FEW_WORDS:
            yield told
            told = ""
    if told:
        yield told


def _mended(paragraphs: Iterable[_Paragraph]) -> Iterator[_Paragraph]:
    """Yield the paragraphs that hold words, one that a blank line broke in the middle of a sentence as one."""
    last: _Paragraph | None = None
    for paragraph in paragraphs:
        if not paragraph.lines:
            continue
        goes_on = paragraph.kind == "text" and paragraph.text[0].islower()
        if last and last.kind != "heading" and goes_on and last.section == paragraph.section and not last.finished:
            last.lines += paragraph.lines
            continue
        if last:
            yield last
        last = paragraph
    if last:
        yield last


def _paragraphs(lines: Sequence[Line]) -> Iterator[_Paragraph]:
    """Yield each run of lines that no blank line, bullet, heading or new number breaks."""
    path: Path = ()
    now = last = _Paragraph("")  # `last` is the one before that holds words
    first = next((line for line in lines if line.text), None)  # the title of the license, not a heading in it
    for line in lines:
        clause = _clause(line, path, now, last)
        heading = clause is None and line is not first and not now.lines and _is_heading(line, path, last)
        if clause or heading or line.bullet or not line.text or now.kind == "heading":
            yield now
            last = now if now.lines else last
            if clause:
                path = clause.path
            elif heading:
                path = (heading_level(line.text, marked=line.heading),)
            kind: _Kind = "clause" if clause else "heading" if heading else "item" if line.bullet else "text"
            now = _Paragraph(section_of(path), kind)
        if text := clause.rest if clause else line.text:
            now.lines.append(text)


def _clause(line: Line, path: Path, now: _Paragraph, last: _Paragraph) -> Clause | None:
    """Return the clause that begins here; None where the number is part of a sentence."""
    if not line.text or (now.lines and _REFERS.search(now.lines[-1])):
        return None
    clause = read_clause(line, path, apart=(now if now.lines else last).kind == "text")
    if clause is None or (clause.predecessor and clause.predecessor in now.text):
        return None
    return clause if _may_begin(now) or (now.kind == "clause" and is_next(clause.path, path)) else None


def _may_begin(now: _Paragraph) -> bool:
    """Return whether these lines end like the end of a clause or like a heading."""
    if not now.lines or now.kind == "heading":
        return True
    return _ENDS.search(now.lines[-1]) is not None or (now.leads and len(now.lines) == 1)


def _is_heading(line: Line, path: Path, last: _Paragraph) -> bool:
    """Return whether the line names what follows: by its markup, by its words, or by standing alone in capitals."""
    text = line.text
    if line.bullet or not text:
        return False
    if line.heading or _CLOSES.fullmatch(text):
        return True
    words = [word for word in text.split() if word.lower() not in _SMALL_WORDS]
    numbered = bool(path) and path[0].kind not in HEADINGS
    if numbered or not line.alone or not 0 < len(words) < _FEW_WORDS or _NO_HEADING.match(text):
        return False
    after_a_sentence = not last.lines or last.finished or len(last.text.split()) < _FEW_WORDS
    return after_a_sentence and all(word[0].isupper() for word in words)
