"""One address for one page: without fragment and tracking, and never on another site than the page itself."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

_TRACKING = frozenset("fbclid gclid dclid msclkid mc_cid mc_eid igshid ref_src".split())


def canonical_url(stated: str, found_at: str) -> str:
    """Return the address that a page states of itself, if it is on the same site, else the one it was found at."""
    here, there = urlsplit(found_at), urlsplit(stated)
    same_site = there.scheme in ("http", "https") and _site(there.hostname) == _site(here.hostname)
    return _clean(stated if same_site else found_at)


def _clean(url: str) -> str:
    parts = urlsplit(url)
    query = [
        (name, value)
        for name, value in parse_qsl(parts.query, keep_blank_values=True)
        if not name.lower().startswith("utm_") and name.lower() not in _TRACKING
    ]
    netloc = parts.netloc.lower()
    default = {"http": ":80", "https": ":443"}.get(parts.scheme, "")
    return urlunsplit(
        (parts.scheme, netloc.removesuffix(default) if default else netloc, parts.path or "/", urlencode(query), "")
    )


def _site(host: str | None) -> str:
    return (host or "").lower().removeprefix("www.")
