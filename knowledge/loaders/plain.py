"""Reads a person's own text and Markdown files. Refuses what is not text, is empty or is larger than a long book."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING

from knowledge.errors import DocumentError
from knowledge.records import Document, Source, Statement
from knowledge.sentences import split_sentences

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

_SUFFIXES = frozenset({".txt", ".md", ".markdown", ".text"})
_LARGEST = 10_000_000  # bytes
_HEADING = re.compile(r"^#{1,6}\s+(?P<text>.+?)\s*#*$")
_MARKUP = re.compile(r"^\s*(?:[-*+>]|\d+[.)])\s+|[*_`]{1,3}(?=\S)|(?<=\S)[*_`]{1,3}")
_LINK = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")


def load_documents(paths: Iterable[Path]) -> list[Document]:
    """Return the documents of files, and of the text files in directories; DocumentError names the first bad one."""
    return [load_document(file) for path in paths for file in _files(path)]


def load_document(path: Path) -> Document:
    """Return one text or Markdown file as a document; its id depends on where the file lies, not on what it says."""
    text = _read(path)
    statements = tuple(_statements(text, path))
    if not statements:
        raise DocumentError(f"{path} has no text.", hint="Give a file with sentences in it.")
    title = next((one[2:].strip() for one in text.splitlines() if one.startswith("# ")), path.stem)
    digest = hashlib.sha256(str(path.resolve()).encode()).hexdigest()[:8]
    slug = re.sub(r"[^a-z0-9]+", "-", path.stem.lower()).strip("-") or "document"
    return Document(f"user/{slug}-{digest}", "user", title, path.resolve().as_uri(), statements)


def _files(path: Path) -> Iterator[Path]:
    if path.is_dir():
        found = sorted(one for one in path.rglob("*") if one.suffix.lower() in _SUFFIXES and one.is_file())
        if not found:
            raise DocumentError(f"{path} holds no text or Markdown files.", hint="Files end in .txt or .md.")
        yield from found
        return
    if not path.exists():
        raise DocumentError(f"{path} does not exist.", hint="Give a text or Markdown file, or a directory of them.")
    yield path


def _read(path: Path) -> str:
    try:
        if path.stat().st_size > _LARGEST:
            raise DocumentError(f"{path} is larger than {_LARGEST // 10**6} MB.", hint="Split it.")
        raw = path.read_bytes()
    except OSError as error:
        raise DocumentError(f"{path} cannot be read: {error.strerror}.", hint="Check who owns it.") from error
    if b"\0" in raw:
        raise DocumentError(f"{path} is not a text file.", hint="Give text or Markdown in UTF-8.")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise DocumentError(f"{path} is not in UTF-8.", hint="Save it as UTF-8 and try again.") from error


def _statements(text: str, path: Path) -> Iterator[Statement]:
    section = ""
    for paragraph in re.split(r"\n\s*\n", text):
        lines = []
        for line in paragraph.splitlines():
            heading = _HEADING.match(line)
            if heading:
                section = heading["text"]
            else:
                lines.append(_MARKUP.sub("", _LINK.sub(r"\1", line)).strip())
        source = Source(f"{path.name}, {section}" if section else path.name, path.resolve().as_uri())
        for sentence in split_sentences(" ".join(lines)):
            if any(char.isalnum() for char in sentence):
                yield Statement(sentence, section, source)
