import subprocess
import sys
import textwrap
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from bot.errors import UsageError
from bot.llm.catalogue import Entry, entries, find_entry
from bot.llm.pull import pull
from knowledge.assets import Assets
from knowledge.licenses.catalogue import load_licenses

TINY = b"GGUF\x03\x00\x00\x00" + bytes(4096)


class Hub(BaseHTTPRequestHandler):
    """As much of a model hub as a download asks for; the repository's name says how it behaves."""

    def do_HEAD(self) -> None:
        self.answer(body=False)

    def do_GET(self) -> None:
        self.answer(body=True)

    def answer(self, *, body: bool) -> None:
        if "/none/" in self.path:
            return self.refuse(404, "RepoNotFound")
        if "/gated/" in self.path:
            return self.refuse(403, "GatedRepo")
        if "/broken/" in self.path:
            return self.refuse(500, "")
        self.send_response(200)
        self.send_header("Content-Length", str(len(TINY)))
        self.send_header("ETag", '"0123456789abcdef0123456789abcdef01234567"')
        self.send_header("X-Repo-Commit", "a" * 40)
        self.end_headers()
        if body:
            self.wfile.write(TINY)
        return None

    def refuse(self, status: int, code: str) -> None:
        self.send_response(status)
        if code:
            self.send_header("X-Error-Code", code)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        """Say nothing."""


@pytest.fixture(scope="module")
def hub() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Hub)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def pull_from(endpoint: str, repo: str, folder: Path) -> str:
    """Pull in a process of its own, because the hub's address is read when its library loads; return what was said."""
    code = f"""
        from pathlib import Path
        from bot.errors import ModelError
        from bot.llm.catalogue import Entry
        from bot.llm.pull import pull
        entry = Entry("t", "Tiny", "MIT", "mit", 1, 5, 5, repo="{repo}", file="tiny.gguf")
        try:
            print("here", pull(entry, None, Path({str(folder)!r}), lambda _: True).stat().st_size)
        except ModelError as error:
            print("error", error.message, error.hint)
    """
    environment = {"HF_ENDPOINT": endpoint, "HF_HUB_DISABLE_XET": "1", "HF_HOME": str(folder / "home"), "PATH": ""}
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)],
        capture_output=True,
        text=True,
        env=environment,
        timeout=120,
        check=False,
    )
    return done.stdout.strip() or done.stderr


def test_a_model_is_fetched(hub: str, tmp_path: Path) -> None:
    assert pull_from(hub, "good/tiny", tmp_path) == f"here {len(TINY)}"


@pytest.mark.parametrize(
    ("repo", "said"),
    [("none/tiny", "no such file"), ("gated/tiny", "license to be accepted"), ("broken/tiny", "Cannot fetch Tiny")],
)
def test_a_hub_that_refuses_is_one_clear_error(hub: str, tmp_path: Path, repo: str, said: str) -> None:
    told = pull_from(hub, repo, tmp_path)
    assert told.startswith("error Cannot fetch Tiny")
    assert said in told


def test_a_hub_out_of_reach_is_one_clear_error(tmp_path: Path) -> None:
    assert "cannot be reached" in pull_from("http://127.0.0.1:9", "good/tiny", tmp_path)


def test_a_license_that_asks_for_it_is_acknowledged_first(assets: Assets, tmp_path: Path) -> None:
    asked: list[Entry] = []
    with pytest.raises(UsageError, match=r"Llama 3\.2 Community License"):
        pull(find_entry("llama-3.2-1b"), assets, tmp_path, lambda entry: asked.append(entry) or False)  # type: ignore[func-returns-value]
    assert [entry.name for entry in asked] == ["llama-3.2-1b"]
    assert not list(tmp_path.iterdir())


def test_every_entry_is_whole_and_its_license_is_known() -> None:
    licenses = load_licenses()
    for entry in entries().values():
        assert bool(entry.asset) != bool(entry.repo and entry.file)
        assert entry.license_key in licenses
        assert entry.acknowledge == entry.license.startswith("Llama")
        assert entry.ram_bytes > entry.bytes > 0
