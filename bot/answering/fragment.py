"""Makes the link to a web page open at the quoted sentence: a text fragment (WICG URL Fragment Text Directives)."""

from __future__ import annotations

from urllib.parse import quote, urlsplit, urlunsplit

_EDGE = 5  # words at either end; a short quote is given whole
_WHOLE = 2 * _EDGE


def link_to_text(url: str, text: str) -> str:
    """Return the address with a fragment that marks the text; what is no web address is returned as it is."""
    words = text.split()
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or parts.fragment or not words:
        return url
    ends = (words,) if len(words) <= _WHOLE else (words[:_EDGE], words[-_EDGE:])
    marked = ",".join(map(_encoded, ends))
    return urlunsplit(parts._replace(fragment=f":~:text={marked}"))


def _encoded(words: list[str]) -> str:
    """Return the words percent-encoded; a hyphen, comma or ampersand would be read as the directive's own."""
    return quote(" ".join(words), safe="").replace("-", "%2D")
