"""Reads text and Markdown as one document. Refuses what is no text, or in a charset that cannot be told."""

from __future__ import annotations

import codecs

from knowledge.errors import DocumentError
from knowledge.loaders.prose import statements_of_text
from knowledge.records import Document


def load_text(body: bytes, *, document_id: str, name: str, url: str, charset: str = "") -> Document:
    """Return a text as a document; its first heading is its title. `name` is what a person calls it."""
    text = decode(body, name, charset)
    title = next((line[2:].strip() for line in text.splitlines() if line.startswith("# ")), name)
    statements = tuple(statements_of_text(text, title, url))
    if not statements:
        raise DocumentError(f"{name} has no text.", hint="Give something with sentences in it.")
    return Document(document_id, "user", title, url, statements)


def decode(body: bytes, name: str, charset: str = "") -> str:
    """Return the text of the bytes, in the stated charset or UTF-8; DocumentError if they are in neither."""
    if b"\0" in body and not body.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise DocumentError(f"{name} is not a text file.", hint="Give text or Markdown in UTF-8.")
    known = "utf-16" if body.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else charset or "utf-8-sig"
    try:
        return body.decode(known)
    except (UnicodeDecodeError, LookupError) as error:
        raise DocumentError(
            f"{name} is not in {charset or 'UTF-8'}.", hint="Save it as UTF-8 and try again."
        ) from error
