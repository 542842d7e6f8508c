"""Reads lists of addresses: RSS and Atom feeds, sitemaps and indexes of sitemaps. Reads no page itself."""

from __future__ import annotations

from dataclasses import dataclass

import feedparser
from lxml import etree

from knowledge.errors import DocumentError

_SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
_XML = frozenset("application/rss+xml application/atom+xml application/xml text/xml application/rdf+xml".split())


@dataclass(frozen=True, slots=True)
class Links:
    """The addresses of a list: pages, and further lists where it is an index."""

    pages: tuple[str, ...]
    lists: tuple[str, ...] = ()


def is_list(kind: str, body: bytes) -> bool:
    """Return whether what an address gave is a list of addresses and no page."""
    return kind in _XML or body.lstrip()[:200].startswith((b"<?xml", b"<rss", b"<feed", b"<urlset", b"<sitemapindex"))


def read_links(body: bytes, url: str) -> Links:
    """Return the addresses that a feed or sitemap holds, in their order, each once."""
    return _sitemap(body) or _feed(body, url)


def _sitemap(body: bytes) -> Links | None:
    """Return the addresses of a sitemap, or None for what is none. No entity is expanded and nothing else is loaded."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(body, parser)
    except (etree.XMLSyntaxError, ValueError):
        return None
    found = tuple(
        dict.fromkeys((one.text or "").strip() for one in root.iter(f"{_SITEMAP}loc") if (one.text or "").strip())
    )
    if root.tag == f"{_SITEMAP}sitemapindex":
        return Links((), found)
    return Links(found) if root.tag == f"{_SITEMAP}urlset" else None


def _feed(body: bytes, url: str) -> Links:
    feed = feedparser.parse(body)
    found = tuple(dict.fromkeys(entry["link"] for entry in feed.entries if entry.get("link")))
    if not found:
        raise DocumentError(f"{url} is no feed and no sitemap with addresses in it.", hint="Give the page itself.")
    return Links(found)
