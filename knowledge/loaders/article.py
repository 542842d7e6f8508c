"""Reads an article of knowledge/articles/: front matter, then statements as bullets, each ending in its source.

    ---
    title: DBRX and its license
    date: 2024-03-27
    topic: 24
    subjects: [model:dbrx, license:databricks-open-model]
    sources:
      license: {title: Databricks Open Model License, url: "https://github.com/databricks/dbrx/blob/main/LICENSE"}
    ---
    ## What the license forbids
    - DBRX and its outputs may not be used to improve another large language model. [license §2.3]
      ? May I distill DBRX into my own model?

A line that begins with "?" is a question that the statement above it answers, as people put it. Refuses anything else:
prose outside bullets, a bullet without a source, a source the front matter does not declare, a question twice.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import yaml
from pydantic import Field

from knowledge.errors import CatalogueError
from knowledge.records import Document, Source, Statement
from knowledge.tables import SourceRow, Strict, Text

if TYPE_CHECKING:
    from pathlib import Path

_FRONT = re.compile(r"\A---\n(?P<front>.*?)\n---\n(?P<body>.*)\Z", re.DOTALL)
_BULLET = re.compile(r"^- (?P<text>.+?)\s*\[(?P<source>[\w-]+)(?:\s+(?P<section>[^\]]+))?\]$")
_ASK = re.compile(r"^  \? (?P<text>\S.*?)\s*$")


class FrontMatter(Strict):
    """What stands above an article's statements."""

    title: Text
    date: dt.date
    topic: Annotated[int, Field(ge=1)]
    subjects: tuple[Text, ...] = ()
    sources: dict[str, SourceRow]


def load_article(path: Path) -> Document:
    """Return the article as a document; CatalogueError names the file and the line at fault."""
    match = _FRONT.match(path.read_text(encoding="utf-8"))
    if match is None:
        raise CatalogueError(f"{path.name}: no front matter between two lines of ---")
    try:
        front = FrontMatter.model_validate(yaml.safe_load(match["front"]))
    except (ValueError, yaml.YAMLError) as error:  # PyYAML raises ValueError for 30 February
        raise CatalogueError(f"{path.name}: front matter: {error}") from error
    statements = _statements(match["body"], front, path)
    if not statements:
        raise CatalogueError(f"{path.name}: no statements")
    return Document(
        id=f"articles/{path.stem}",
        kind="article",
        title=front.title,
        url=next((row.url for row in front.sources.values() if row.url), ""),
        statements=tuple(statements),
        subjects=front.subjects,
        date=front.date.isoformat(),
    )


def _statements(body: str, front: FrontMatter, path: Path) -> list[Statement]:
    statements: list[Statement] = []
    asked: set[str] = set()
    heading = ""
    for number, line in enumerate(body.splitlines(), 1):
        if not line.strip():
            continue
        if line.startswith("## "):
            heading = line[3:].strip()
            continue
        if statements and (ask := _ASK.match(line)):
            if ask["text"] in asked:
                raise CatalogueError(f"{path.name}: body line {number}: this question stands twice: {ask['text'][:80]}")
            asked.add(ask["text"])
            statements[-1] = replace(statements[-1], asks=(*statements[-1].asks, ask["text"]))
            continue
        statements.append(_statement(line, number, heading, front, path))
    return statements


def _statement(line: str, number: int, heading: str, front: FrontMatter, path: Path) -> Statement:
    bullet = _BULLET.match(line)
    if bullet is None or bullet["source"] not in front.sources:
        raise CatalogueError(f"{path.name}: body line {number}: not '- statement [source]': {line[:80]}")
    row = front.sources[bullet["source"]]
    place = bullet["section"] or ""
    title = f"{row.title}, {place}" if place else row.title
    return Statement(bullet["text"], heading, Source(title, row.url))
