"""Reads a web page: its main text by headings, its title, date and canonical address. Drops menus, ads and comments."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import trafilatura

from knowledge.errors import DocumentError
from knowledge.loaders.canonical import canonical_url
from knowledge.loaders.prose import statements_of_text
from knowledge.records import Document

if TYPE_CHECKING:
    from collections.abc import Callable

_MOST_TAGS = 200_000  # a page beyond is made to exhaust its reader
_META = re.compile(rb"<meta[^>]+charset=[\"']?([\w-]+)", re.IGNORECASE)


def load_page(body: bytes, *, url: str, charset: str, id_of: Callable[[str], str]) -> Document:
    """Return a page as a document under its canonical address; DocumentError if it has no main text."""
    if body.count(b"<") > _MOST_TAGS:
        raise DocumentError(f"{url} has more than {_MOST_TAGS:,} tags.", hint="Save its text as a file.")
    html = _decode(body, url, charset)
    try:
        text = trafilatura.extract(html, url=url, output_format="markdown", include_comments=False)
        about = trafilatura.extract_metadata(html, default_url=url)
    except (RecursionError, ValueError, AssertionError) as error:
        raise DocumentError(f"{url} cannot be read as a page.", hint="Save its text as a file.") from error
    stated = about.url if about and about.url else url
    address = canonical_url(stated, url) if url.startswith("http") else url
    title = (about.title if about else "") or address
    statements = tuple(statements_of_text(text or "", title, address))
    if not statements:
        raise DocumentError(f"{url} has no main text.", hint="A page built by scripts cannot be read: save its text.")
    return Document(id_of(address), "user", title, address, statements, date=(about.date if about else "") or "")


def _decode(body: bytes, url: str, charset: str) -> str:
    """Return the page's text by the charset of its header, of its meta tag, or UTF-8, in this order."""
    stated = _META.search(body[:4096])
    names = [charset, stated[1].decode("ascii") if stated else "", "utf-8"]
    for name in filter(None, names):
        try:
            return body.decode(name)
        except (UnicodeDecodeError, LookupError):
            continue
    raise DocumentError(f"{url} is in no charset that it states.", hint="Save its text as UTF-8.")
