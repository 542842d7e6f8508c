import hashlib
import re
import subprocess
import sys
import textwrap
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar

import pytest

from bot.errors import UsageError
from bot.llm.catalogue import Entry, entries, find_entry
from bot.llm.pull import pull
from knowledge.assets import Assets
from knowledge.licenses.catalogue import load_licenses
from tests.bot.llm.tiny_gguf import tiny_gguf

TINY = tiny_gguf()
LARGE = TINY + bytes(12 << 20)
CHUNK = 10 << 20  # what the hub's library writes at once, and so what it keeps of a broken connection
SHA256 = hashlib.sha256(TINY).hexdigest()


class Hub(BaseHTTPRequestHandler):
    """As much of a model hub as a download asks for; the repository's name says how it behaves."""

    ranges: ClassVar[list[str | None]] = []

    def do_HEAD(self) -> None:
        self.answer(body=False)

    def do_GET(self) -> None:
        self.answer(body=True)

    def answer(self, *, body: bool) -> None:
        if "/none/" in self.path:
            return self.refuse(404, "RepoNotFound")
        if "/secret/" in self.path:
            return self.refuse(401, "")
        if "/gated/" in self.path:
            return self.refuse(403, "GatedRepo")
        if "/broken/" in self.path:
            return self.refuse(500, "")
        if body and "/drops/" in self.path:
            return self.drop()
        content = LARGE if "/drops/" in self.path else TINY
        self.head(content)
        if body:
            self.wfile.write(content)
        return None

    def head(self, body: bytes, status: int = 200) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("ETag", '"0123456789abcdef0123456789abcdef01234567"')
        self.send_header("X-Repo-Commit", "a" * 40)
        self.end_headers()

    def drop(self) -> None:
        """Break off in the middle, and go on from there when asked to; of `never.gguf` nothing more comes."""
        asked = self.headers["Range"]
        self.ranges.append(asked)
        if asked is None:
            self.head(LARGE)
            self.wfile.write(LARGE[: CHUNK + 2000])
        elif "never" not in self.path:
            rest = LARGE[int(asked.removeprefix("bytes=").removesuffix("-")) :]
            self.head(rest, 206)
            self.wfile.write(rest)
        self.close_connection = True

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


def pull_from(endpoint: str, repo: str, folder: Path, *, variables: str = "", **entry: object) -> str:
    """Pull in a process of its own, because the hub's address is read when its library loads; return what was said."""
    code = f"""
        import time
        time.sleep = lambda _: None  # the hub's library waits up to 24 s between its attempts
        from pathlib import Path
        from bot.errors import ModelError
        from bot.llm.catalogue import Entry
        from bot.llm.pull import pull
        entry = Entry(**{{"repo": "{repo}", "file": "tiny.gguf", "bytes": 5}} | {entry}, name="t", title="Tiny",
                      license="MIT", license_key="mit", parameters=1, ram_bytes=5)
        heard = []
        try:
            path = pull(entry, None, Path({str(folder)!r}), lambda _: True, lambda *report: heard.append(report))
            print("here", path.stat().st_size, *sorted(set(heard))[-1])
        except ModelError as error:
            print("error", error.message, error.hint)
    """
    environment = {"HF_ENDPOINT": endpoint, "HF_HUB_DISABLE_XET": "1", "HF_HOME": str(folder / "home"), "PATH": ""}
    environment |= dict(pair.split("=") for pair in variables.split())
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)],
        capture_output=True,
        text=True,
        env=environment,
        timeout=120,
        check=False,
    )
    return done.stdout.strip() or done.stderr


def test_a_model_is_fetched_and_its_progress_told(hub: str, tmp_path: Path) -> None:
    size = len(TINY)
    assert pull_from(hub, "good/tiny", tmp_path, sha256=SHA256) == f"here {size} Fetching Tiny {size} {size}"


def test_a_dropped_connection_is_taken_up_where_it_broke(hub: str, tmp_path: Path) -> None:
    Hub.ranges.clear()
    said = pull_from(hub, "drops/tiny", tmp_path, sha256=hashlib.sha256(LARGE).hexdigest())
    assert said.startswith(f"here {len(LARGE)}")
    assert Hub.ranges == [None, f"bytes={CHUNK}-"]


def test_a_connection_that_stays_broken_is_one_clear_error(hub: str, tmp_path: Path) -> None:
    told = pull_from(hub, "drops/tiny", tmp_path, file="never.gguf")
    assert told.startswith("error Cannot fetch Tiny (drops/tiny). The connection broke:")
    assert not list(tmp_path.glob("*.gguf"))


def test_another_file_than_the_catalogue_names_is_removed(hub: str, tmp_path: Path) -> None:
    assert "is not the file osai was made for" in pull_from(hub, "good/tiny", tmp_path, sha256="0" * 64)
    assert not list(tmp_path.glob("*.gguf"))


def test_a_full_disk_is_told_before_the_download(hub: str, tmp_path: Path) -> None:
    assert "The disk is full: 1,000,000,000,000 MB are needed" in pull_from(hub, "good/tiny", tmp_path, bytes=10**18)


def test_a_folder_that_cannot_be_is_named(hub: str, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert f"{tmp_path}/file" in pull_from(hub, "good/tiny", tmp_path / "file")


def test_offline_mode_is_named(hub: str, tmp_path: Path) -> None:
    assert "HF_HUB_OFFLINE forbids it" in pull_from(hub, "good/tiny", tmp_path, variables="HF_HUB_OFFLINE=1")


@pytest.mark.parametrize(
    ("repo", "said"),
    [
        ("none/tiny", "no such file"),
        ("gated/tiny", "license to be accepted"),
        ("secret/tiny", "does not let you"),
        ("broken/tiny", "Cannot fetch Tiny"),
    ],
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
        assert entry.asset or re.fullmatch("[0-9a-f]{64}", entry.sha256)
        assert entry.acknowledge == entry.license.startswith("Llama")
        assert entry.ram_bytes > entry.bytes > 0
