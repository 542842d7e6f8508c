"""Gets one address over HTTP: every redirect is checked like the first address, and size, time and kind are limited.

No cookies, no credentials, no proxy from the environment: whoever connects must be the one that checked the address.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import httpx

from knowledge.errors import DocumentError
from knowledge.fetching.addresses import checked_address

if TYPE_CHECKING:
    from collections.abc import Mapping

_KINDS = frozenset(
    """text/html application/xhtml+xml text/plain text/markdown text/x-markdown application/pdf application/rss+xml
    application/atom+xml application/xml text/xml application/rdf+xml""".split()
)
_GONE = (404, 410)
_UNCHANGED = 304
_REFUSED = 400
_AGENT = "osai (a local bot; https://pypi.org/project/osai-bot)"


@dataclass(frozen=True, slots=True)
class Limits:
    """How much one fetch may take: bytes after decompression, seconds in all, redirects."""

    size: int = 10_000_000
    seconds: float = 30.0
    redirects: int = 5


@dataclass(frozen=True, slots=True)
class Fetched:
    """What an address gave: `url` is where it was found in the end, `kind` its media type in lower case."""

    url: str
    body: bytes
    kind: str
    charset: str
    etag: str
    modified: str


@dataclass(frozen=True, slots=True)
class Unchanged:
    """The address still has what it had."""

    url: str


class GoneError(DocumentError):
    """The address has nothing any more."""


class Fetcher:
    """Fetches addresses under limits. Holds no state between two fetches."""

    def __init__(self, *, allow_private: bool = False, limits: Limits | None = None) -> None:
        self._allow_private = allow_private
        self._limits = limits or Limits()

    def fetch(self, url: str, *, etag: str = "", modified: str = "") -> Fetched | Unchanged:
        """Return what the address has, or Unchanged if it still has what `etag` and `modified` stand for.

        Raises GoneError for 404 and 410, DocumentError for everything else that is no document.
        """
        deadline = time.monotonic() + self._limits.seconds
        headers = {"If-None-Match": etag} | {"If-Modified-Since": modified}
        here = _parsed(url)
        with httpx.Client(trust_env=False, timeout=min(10.0, self._limits.seconds)) as client:
            for _ in range(self._limits.redirects + 1):
                answer = self._get(client, here, {name: value for name, value in headers.items() if value}, deadline)
                if not isinstance(answer, httpx.URL):
                    return answer
                here = answer
        raise DocumentError(
            f"{url} redirects more than {self._limits.redirects} times.", hint="Give the final address."
        )

    def _get(
        self, client: httpx.Client, url: httpx.URL, headers: Mapping[str, str], deadline: float
    ) -> Fetched | Unchanged | httpx.URL:
        """Return the document, or the address it redirects to."""
        port = url.port or (443 if url.scheme == "https" else 80)
        address = checked_address(url.host, port, allow_private=self._allow_private)
        request = client.build_request(
            "GET",
            url.copy_with(host=address),
            headers={**headers, "Host": url.netloc.decode(), "User-Agent": _AGENT, "Accept-Encoding": "gzip"},
            extensions={"sni_hostname": url.host},
        )
        try:
            response = client.send(request, stream=True)
            try:
                return self._read(response, url, deadline)
            finally:
                response.close()
        except httpx.TimeoutException as error:
            raise DocumentError(f"{url} does not answer in time.", hint="Try again later.", retryable=True) from error
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            reason = " ".join(str(error).split()) or type(error).__name__
            raise DocumentError(f"{url} cannot be fetched: {reason}.", retryable=True) from error

    def _read(self, response: httpx.Response, url: httpx.URL, deadline: float) -> Fetched | Unchanged | httpx.URL:
        status = response.status_code
        if status == _UNCHANGED:
            return Unchanged(str(url))
        if response.has_redirect_location:
            return _parsed(str(url.join(response.headers["location"])))
        if status in _GONE:
            raise GoneError(f"{url} has nothing (HTTP {status}).", hint="Check the address.")
        if status >= _REFUSED:
            raise DocumentError(f"{url} answers with HTTP {status}.", hint="Open it in a browser to see why.")
        kind = response.headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind not in _KINDS:
            raise DocumentError(
                f"{url} is {kind or 'of no stated kind'}, no text.", hint="Pages, feeds, PDF and text can be read."
            )
        return Fetched(
            str(url),
            self._body(response, url, deadline),
            kind,
            response.charset_encoding or "",
            response.headers.get("etag", ""),
            response.headers.get("last-modified", ""),
        )

    def _body(self, response: httpx.Response, url: httpx.URL, deadline: float) -> bytes:
        """Return the decompressed body; a bomb is given up on as soon as it passes the limit."""
        parts: list[bytes] = []
        size = 0
        for part in response.iter_bytes(65_536):
            size += len(part)
            if size > self._limits.size:
                raise DocumentError(f"{url} is larger than {self._limits.size // 10**6} MB.", hint="Give a part of it.")
            if time.monotonic() > deadline:
                raise DocumentError(f"{url} takes longer than {self._limits.seconds:.0f} s.", retryable=True)
            parts.append(part)
        return b"".join(parts)


def _parsed(url: str) -> httpx.URL:
    try:
        parsed = httpx.URL(url)
    except httpx.InvalidURL as error:
        raise DocumentError(f"{url[:200]} is no web address.", hint="It begins with https:// or http://.") from error
    if parsed.scheme not in ("http", "https") or not parsed.host:
        raise DocumentError(f"{url[:200]} is no web address.", hint="It begins with https:// or http://.")
    if parsed.userinfo:
        raise DocumentError(
            "An address with a name and password in it is not fetched.", hint="Save the page as a file."
        )
    return parsed
