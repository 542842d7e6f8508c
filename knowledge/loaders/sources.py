"""Takes what a person names - files, folders, pages, feeds, sitemaps - and brings back documents, one outcome a source.

A bad source is one clear line and never stops the others. Refuses to decide what is kept: the index does that.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal
from urllib.parse import urlsplit

from knowledge.errors import DocumentError
from knowledge.fetching import Fetched, Unchanged
from knowledge.loaders.canonical import canonical_url
from knowledge.loaders.links import is_list, read_links
from knowledge.loaders.pdf import load_pdf
from knowledge.loaders.plain import load_text
from knowledge.loaders.web_page import load_page
from knowledge.records import Origin
from knowledge.rows import text_hash

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from knowledge.fetching import Fetcher
    from knowledge.ports import Progress
    from knowledge.records import Document

Result = Literal["read", "unchanged", "same", "limited", "failed"]

_SUFFIXES = frozenset({".txt", ".md", ".markdown", ".text", ".pdf", ".html", ".htm"})
_LARGEST = 10_000_000  # bytes of a file
_WEB = re.compile(r"^[a-z][a-z0-9+.-]*://", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one source: a document with its origin, or why there is none."""

    source: str
    result: Result
    detail: str = ""
    document: Document | None = None
    origin: Origin | None = None


@dataclass(frozen=True, slots=True)
class Gathering:
    """Reads sources. `known` are the origins kept so far by document id; `most_pages` bounds feeds and sitemaps."""

    fetcher: Fetcher
    known: Mapping[str, Origin]
    most_pages: int = 50

    def gather(self, sources: Iterable[str], progress: Progress) -> Iterator[Outcome]:
        """Yield an outcome for every file and page that the sources lead to, in their order."""
        queue = [place for source in sources for place in self._expand(source)]
        texts = {origin.text_hash: document for document, origin in self.known.items()}
        for number, item in enumerate(queue):
            progress("Reading sources", number, len(queue))
            outcome = item if isinstance(item, Outcome) else self._read(item)
            if (
                outcome.origin
                and texts.setdefault(outcome.origin.text_hash, outcome.origin.document) != outcome.origin.document
            ):
                outcome = Outcome(outcome.source, "same", f"the same text as {texts[outcome.origin.text_hash]}")
            yield outcome
        progress("Reading sources", len(queue), len(queue))

    def refresh(self, progress: Progress) -> Iterator[Outcome]:
        """Yield an outcome for every page that was fetched before."""
        yield from self.gather([one.url for one in self.known.values() if _WEB.match(one.url)], progress)

    def _expand(self, source: str) -> list[str | Outcome | tuple[str, Fetched]]:
        """Return what a source leads to: a folder's files, a feed's pages, or itself."""
        try:
            if not _WEB.match(source):
                return list(map(str, _files(Path(source))))
            known = self._origin_of(source)
            got = self.fetcher.fetch(source, etag=known.etag if known else "", modified=known.modified if known else "")
            if isinstance(got, Unchanged):
                return [Outcome(source, "unchanged")]
            return list(self._pages(got)) if is_list(got.kind, got.body) else [(source, got)]
        except DocumentError as error:
            return [_failed(source, error)]

    def _pages(self, got: Fetched) -> Iterator[str | Outcome]:
        """Yield the pages of a feed or sitemap, one level of indexes deep, up to the limit."""
        links = read_links(got.body, got.url)
        pages = list(links.pages)
        for one in links.lists[: self.most_pages]:
            try:
                inner = self.fetcher.fetch(one)
                pages += read_links(inner.body, one).pages if isinstance(inner, Fetched) else ()
            except DocumentError as error:
                yield _failed(one, error)
            if len(pages) >= self.most_pages:
                break
        yield from pages[: self.most_pages]
        if len(pages) > self.most_pages:
            yield Outcome(
                got.url,
                "limited",
                f"Only the first {self.most_pages} of {len(pages)} pages are taken; OSAI_MOST_PAGES allows more.",
            )

    def _read(self, item: str | tuple[str, Fetched]) -> Outcome:
        source = item if isinstance(item, str) else item[0]
        try:
            if isinstance(item, str) and not _WEB.match(item):
                return _told(source, _load_file(Path(item)), "", "")
            got: Fetched | Unchanged
            if isinstance(item, str):
                known = self._origin_of(item)
                got = self.fetcher.fetch(
                    item, etag=known.etag if known else "", modified=known.modified if known else ""
                )
            else:
                got = item[1]
            if isinstance(got, Unchanged):
                return Outcome(source, "unchanged")
            return _told(source, _load_fetched(got), got.etag, got.modified)
        except DocumentError as error:
            return _failed(source, error)

    def _origin_of(self, url: str) -> Origin | None:
        clean = canonical_url(url, url)
        return next((one for one in self.known.values() if one.url == clean), None)


def document_id(address: str, name: str) -> str:
    """Return the id of a document by where it lies, with a readable part of its name."""
    slug = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:60] or "document"
    return f"user/{slug}-{hashlib.sha256(address.encode()).hexdigest()[:8]}"


def _web_id(address: str) -> str:
    parts = urlsplit(address)
    return document_id(address, f"{parts.hostname}{parts.path}")


def _told(source: str, document: Document, etag: str, modified: str) -> Outcome:
    now = datetime.now(UTC).isoformat(timespec="seconds")
    origin = Origin(document.id, document.url, etag, modified, now, text_hash(document.text))
    return Outcome(source, "read", "", document, origin)


def _failed(source: str, error: DocumentError) -> Outcome:
    return Outcome(source, "failed", f"{error.message} {error.hint}".strip())


def _load_fetched(got: Fetched) -> Document:
    address = canonical_url(got.url, got.url)
    if got.kind == "application/pdf":
        return load_pdf(got.body, document_id=_web_id(address), name=address, url=address)
    if got.kind.startswith("text/") and got.kind != "text/html":
        return load_text(got.body, document_id=_web_id(address), name=address, url=address, charset=got.charset)
    return load_page(got.body, url=address, charset=got.charset, id_of=_web_id)


def _load_file(path: Path) -> Document:
    body = _body(path)
    url = path.resolve().as_uri()
    own = document_id(str(path.resolve()), path.stem)
    if body.startswith(b"%PDF-") or path.suffix.lower() == ".pdf":
        return load_pdf(body, document_id=own, name=path.name, url=url)
    if path.suffix.lower() in (".html", ".htm"):
        return load_page(body, url=url, charset="", id_of=lambda _: own)
    return load_text(body, document_id=own, name=path.stem, url=url)


def _body(path: Path) -> bytes:
    try:
        if path.stat().st_size > _LARGEST:
            raise DocumentError(f"{path} is larger than {_LARGEST // 10**6} MB.", hint="Split it.")
        return path.read_bytes()
    except OSError as error:
        raise DocumentError(f"{path} cannot be read: {error.strerror}.", hint="Check who owns it.") from error


def _files(path: Path) -> Iterator[Path]:
    if path.is_dir():
        found = sorted(one for one in path.rglob("*") if one.suffix.lower() in _SUFFIXES and one.is_file())
        if not found:
            raise DocumentError(f"{path} holds no documents.", hint=f"Files end in {', '.join(sorted(_SUFFIXES))}.")
        yield from found
        return
    if not path.exists():
        raise DocumentError(f"{path} does not exist.", hint="Give a file, a folder or an address.")
    yield path
