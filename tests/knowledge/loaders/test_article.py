from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from knowledge.errors import CatalogueError
from knowledge.loaders.article import load_article
from knowledge.records import Source

if TYPE_CHECKING:
    from pathlib import Path

FRONT = """\
title: A lamp and its license
date: 2024-03-27
topic: 24
subjects: [model:lamp, "license:lamp-1.0"]
sources:
  license: {title: Lamp License, url: "https://lamp.example/license"}
  reading: {title: osai's reading, url: ""}
"""
BODY = """\
## What the license forbids

- Lamp may not be used to improve another model. [license §2.3]
## What it costs
- Lamp [dev] is free of charge. [license]
- Lamp is not open source. [reading]
"""


def write(folder: Path, front: str = FRONT, body: str = BODY) -> Path:
    path = folder / "lamp.md"
    path.write_text(f"---\n{front}---\n{body}", encoding="utf-8")
    return path


def test_statements_keep_heading_source_and_clause(tmp_path: Path) -> None:
    clause, free, reading = load_article(write(tmp_path)).statements
    assert clause.text == "Lamp may not be used to improve another model."
    assert clause.section == "What the license forbids"
    assert clause.source == Source("Lamp License, §2.3", "https://lamp.example/license")
    assert (free.text, free.section) == ("Lamp [dev] is free of charge.", "What it costs")
    assert free.source == Source("Lamp License", "https://lamp.example/license")
    assert reading.source == Source("osai's reading", "")


def test_front_matter_becomes_the_document(tmp_path: Path) -> None:
    document = load_article(write(tmp_path))
    assert document.id == "articles/lamp"
    assert document.kind == "article"
    assert document.title == "A lamp and its license"
    assert document.date == "2024-03-27"
    assert document.subjects == ("model:lamp", "license:lamp-1.0")


def test_url_is_the_first_that_can_be_opened(tmp_path: Path) -> None:
    first, license_line = (
        '  reading: {title: osai\'s reading, url: ""}\n',
        '  license: {title: L, url: "https://l.example"}\n',
    )
    front = FRONT.partition("sources:")[0] + "sources:\n" + first + license_line
    assert load_article(write(tmp_path, front)).url == "https://l.example"


def test_every_statement_is_quotable_text_of_the_document(tmp_path: Path) -> None:
    document = load_article(write(tmp_path))
    assert all(statement.text in document.text for statement in document.statements)


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("Lamps are old. [license]\n", "body line 1"),
        ("## Heading\n- Lamps are old.\n", "body line 2"),
        ("- Lamps are old. [license] They glow.\n", "body line 1"),
        ("- Lamps are old. [candle]\n", "body line 1"),
        ("- Lamps are old. [license\n", "body line 1"),
        ("* Lamps are old. [license]\n", "body line 1"),
        ("### Too deep\n- Lamps are old. [license]\n", "body line 1"),
        ("## Only a heading\n", "no statements"),
        ("", "no statements"),
    ],
    ids=["prose", "no source", "text after source", "unknown source", "open bracket", "star", "depth", "bare", "empty"],
)
def test_refuses_what_is_not_a_sourced_statement(tmp_path: Path, body: str, told: str) -> None:
    with pytest.raises(CatalogueError, match=rf"lamp\.md: {told}"):
        load_article(write(tmp_path, body=body))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("title: A lamp and its license\n", ""),
        ("date: 2024-03-27", "date: spring 2024"),
        ("date: 2024-03-27", "date: 2024-02-30"),
        ("topic: 24", "topic: 0"),
        ("topic: 24", "topic: 24\nauthor: nobody"),
        ('url: "https://lamp.example/license"', 'link: "https://lamp.example/license"'),
        ("title: A lamp", "title: [A lamp"),
        (FRONT, "just a line\n"),
    ],
    ids=[
        "no title",
        "no date",
        "no such day",
        "topic 0",
        "unknown field",
        "unknown source field",
        "broken YAML",
        "not a mapping",
    ],
)
def test_refuses_bad_front_matter(tmp_path: Path, old: str, new: str) -> None:
    front = FRONT.replace(old, new)
    assert front != FRONT
    with pytest.raises(CatalogueError, match=r"lamp\.md: front matter"):
        load_article(write(tmp_path, front))


@pytest.mark.parametrize("text", ["", BODY, f"---\n{FRONT}"], ids=["empty file", "body alone", "never closed"])
def test_refuses_a_file_without_front_matter(tmp_path: Path, text: str) -> None:
    path = tmp_path / "lamp.md"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(CatalogueError, match="no front matter"):
        load_article(path)
