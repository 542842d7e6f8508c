"""Reads a PDF page by page, so that a citation names its page. Refuses encrypted files, and scans without text."""

from __future__ import annotations

import io
import re

import pypdf
from pypdf.errors import PyPdfError

from knowledge.errors import DocumentError
from knowledge.loaders.prose import sentences_in
from knowledge.records import Document, Source, Statement

_MOST_PAGES = 3000
_HYPHEN = re.compile(r"(?<=[a-z])-\n(?=[a-z])")


def load_pdf(body: bytes, *, document_id: str, name: str, url: str) -> Document:
    """Return a PDF as a document whose sections are its pages: "p. 3"."""
    try:
        reader = pypdf.PdfReader(io.BytesIO(body))
        if reader.is_encrypted and not reader.decrypt(""):
            raise DocumentError(f"{name} is encrypted.", hint="Save it without a password and try again.")
        if len(reader.pages) > _MOST_PAGES:
            raise DocumentError(f"{name} has more than {_MOST_PAGES:,} pages.", hint="Split it.")
        pages = [_HYPHEN.sub("", page.extract_text() or "") for page in reader.pages]
        title = (str(reader.metadata.title or "").strip() if reader.metadata else "") or name
    except (PyPdfError, ValueError, KeyError, TypeError, RecursionError, AttributeError, NotImplementedError) as error:
        raise DocumentError(f"{name} cannot be read as a PDF.", hint="Open it to see whether it is whole.") from error
    statements: list[Statement] = []
    for number, text in enumerate(pages, 1):
        section = f"p. {number}"
        source = Source(f"{title}, {section}", f"{url}#page={number}")
        statements += sentences_in(" ".join(text.split()), section, source)
    if not statements:
        raise DocumentError(f"{name} has no text, only pictures of it.", hint="Run it through text recognition first.")
    return Document(document_id, "user", title, url, tuple(statements))
