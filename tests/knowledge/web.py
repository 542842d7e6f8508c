"""A web server of the tests' own: pages that change, redirect, lie about themselves or never end."""

from __future__ import annotations

import gzip
import threading
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

PAGE = """<!doctype html><html><head><title>{title}</title><link rel="canonical" href="{canonical}">
<meta property="article:published_time" content="2025-03-04"></head><body><nav>Home About Contact</nav><article>
<h1>{title}</h1><p>{text} This paragraph is long enough to be taken for the main text of the page.</p>
<h2>Details</h2><p>The second part of the page says that zebrafish models are licensed under the Example License.</p>
</article><footer>All rights reserved</footer></body></html>"""


@dataclass
class Site:
    """What the server answers: path to (status, headers, body); `asked` keeps the requests' paths and headers."""

    answers: dict[str, tuple[int, dict[str, str], bytes]] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    url: str = ""

    def page(self, path: str, title: str, text: str, *, etag: str = "", canonical: str = "") -> None:
        headers = {"Content-Type": "text/html; charset=utf-8"} | ({"ETag": etag} if etag else {})
        body = PAGE.format(title=title, text=text, canonical=canonical or f"{self.url}{path}")
        self.answers[path] = (200, headers, body.encode())

    def put(self, path: str, body: bytes, kind: str, status: int = 200, **headers: str) -> None:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.answers[path] = (status, {"Content-Type": kind} | named, body)

    def redirect(self, path: str, target: str) -> None:
        self.answers[path] = (302, {"Location": target}, b"")

    def bomb(self, path: str) -> None:
        body = gzip.compress(b"<p>a</p>" * 8_000_000)
        self.answers[path] = (200, {"Content-Type": "text/html", "Content-Encoding": "gzip"}, body)


@contextmanager
def serving() -> Iterator[Site]:
    """Yield a site on a free port of this machine."""
    site = Site()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            site.asked.append((self.path, {name.lower(): value for name, value in self.headers.items()}))
            if self.path == "/slow":
                self.send_response(200)
                self.send_header("Content-Type", "text/plain")
                self.end_headers()
                for _ in range(100):
                    time.sleep(0.1)
                    self.wfile.write(b"drip ")
                return
            status, headers, body = site.answers.get(self.path, (404, {"Content-Type": "text/html"}, b"no"))
            if headers.get("ETag") and self.headers.get("If-None-Match") == headers["ETag"]:
                status, body = 304, b""
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Keep quiet."""

        def handle(self) -> None:
            with suppress(BrokenPipeError, ConnectionResetError):  # the reader gave up, as it should
                super().handle()

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    site.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
