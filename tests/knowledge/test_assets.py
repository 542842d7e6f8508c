import hashlib
import os
import subprocess
import sys
import textwrap
import threading
import time
import venv
import zipfile
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from knowledge.assets import Asset, Assets, declared
from knowledge.errors import AssetError

CONTENT = b"weights " * 5000


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make a folder of wheels that pip finds instead of any index."""
    folder = tmp_path / "wheels"
    folder.mkdir()
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    return folder


def make_wheel(folder: Path, content: bytes = CONTENT, member: str = "tiny_weights/weights.bin") -> Path:
    path = folder / "tiny_weights-1.0-py3-none-any.whl"
    info = "tiny_weights-1.0.dist-info"
    with zipfile.ZipFile(path, "w") as wheel:
        wheel.writestr(member, content)
        wheel.writestr(f"{info}/METADATA", "Metadata-Version: 2.1\nName: tiny-weights\nVersion: 1.0\n")
        wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        wheel.writestr(f"{info}/RECORD", "")
    return path


def tiny(**changes: object) -> Asset:
    values: dict[str, object] = {
        "name": "weights.bin",
        "wheel": "tiny-weights==1.0",
        "members": "tiny_weights/weights.bin",
        "sha256": hashlib.sha256(CONTENT).hexdigest(),
        "bytes": len(CONTENT),
        "wheel_bytes": 1000,
        "license": "MIT",
        "description": "tiny weights",
    }
    return Asset.model_validate(values | changes)


def test_the_real_assets_are_the_pinned_ones(assets: Assets) -> None:
    for name, asset in declared().items():
        path = assets.path(name)
        assert path.stat().st_size == asset.bytes
        assert hashlib.sha256(path.read_bytes()).hexdigest() == asset.sha256
    assert all(status.checked for status in assets.status())


def test_the_packed_license_texts_are_the_same_bytes_on_every_machine(assets: Assets) -> None:
    with zipfile.ZipFile(assets.path("scancode-licenses.zip")) as packed:
        names = packed.namelist()
        assert len(names) == 2615
        assert names == sorted(names)
        assert {info.compress_type for info in packed.infolist()} == {zipfile.ZIP_STORED}


def test_a_missing_file_is_fetched_once_and_kept_for_offline_use(index: Path, tmp_path: Path) -> None:
    make_wheel(index)
    heard: list[tuple[str, int, int]] = []
    held = Assets(tmp_path / "data", progress=lambda *report: heard.append(report), catalogue=[tiny()])
    assert held.path("weights.bin").read_bytes() == CONTENT
    assert heard
    (index / "tiny_weights-1.0-py3-none-any.whl").unlink()
    assert Assets(tmp_path / "data", catalogue=[tiny()]).path("weights.bin").read_bytes() == CONTENT
    assert not list((tmp_path / "data").glob(".fetch-*"))


@pytest.mark.parametrize("damage", [CONTENT[:-1], CONTENT[:-1] + b"X"])
def test_a_truncated_or_tampered_file_is_removed_and_fetched_on_the_next_try(
    index: Path, tmp_path: Path, damage: bytes
) -> None:
    make_wheel(index)
    held = Assets(tmp_path / "data", catalogue=[tiny()])
    path = held.path("weights.bin")
    path.write_bytes(damage)
    with pytest.raises(AssetError, match="damaged and has been removed") as caught:
        held.path("weights.bin")
    assert "again" in caught.value.hint
    assert not path.exists()
    assert held.path("weights.bin").read_bytes() == CONTENT


def test_another_file_under_the_same_name_is_refused_and_not_kept(index: Path, tmp_path: Path) -> None:
    make_wheel(index, content=b"evil" * 10_000)
    with pytest.raises(AssetError, match="not the file osai was made for"):
        Assets(tmp_path / "data", catalogue=[tiny()]).path("weights.bin")
    assert not (tmp_path / "data" / "weights.bin").exists()


def test_a_wheel_without_the_member_is_named(index: Path, tmp_path: Path) -> None:
    make_wheel(index, member="tiny_weights/other.bin")
    with pytest.raises(AssetError, match=r"holds no tiny_weights/weights\.bin"):
        Assets(tmp_path / "data", catalogue=[tiny()]).path("weights.bin")


def test_a_version_that_the_index_does_not_have_is_one_clear_error(index: Path, tmp_path: Path) -> None:
    make_wheel(index)
    with pytest.raises(AssetError, match="other versions of it, not this one"):
        Assets(tmp_path / "data", catalogue=[tiny(wheel="tiny-weights==2.0")]).path("weights.bin")


def test_a_package_that_the_index_does_not_have_is_one_clear_error(index: Path, tmp_path: Path) -> None:
    with pytest.raises(AssetError, match="does not have it"):
        Assets(tmp_path / "data", catalogue=[tiny()]).path("weights.bin")


def test_a_truncated_wheel_is_refused_and_leaves_nothing(index: Path, tmp_path: Path) -> None:
    wheel = make_wheel(index)
    wheel.write_bytes(wheel.read_bytes()[:-100])
    with pytest.raises(AssetError) as caught:
        Assets(tmp_path / "data", catalogue=[tiny()]).path("weights.bin")
    assert "\n" not in caught.value.message + caught.value.hint
    assert {path.suffix for path in (tmp_path / "data").iterdir()} == {".lock"}


def test_a_wheel_damaged_inside_is_refused(index: Path, tmp_path: Path) -> None:
    """The zip's own directory is whole, the member's bytes are not."""
    wheel = make_wheel(index)
    wheel.write_bytes(wheel.read_bytes().replace(b"weights weights", b"weights Weights", 1))
    with pytest.raises(AssetError, match="damaged"):
        Assets(tmp_path / "data", catalogue=[tiny()]).path("weights.bin")


@pytest.fixture
def address(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Serve an index of the test's own whose wheel breaks off halfway; hand out its address."""
    for name in ("PIP_FIND_LINKS", "PIP_EXTRA_INDEX_URL", "PIP_NO_INDEX"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_NO_CACHE_DIR", "1")
    monkeypatch.setenv("PIP_RETRIES", "0")
    monkeypatch.setenv("PIP_RESUME_RETRIES", "0")
    with ThreadingHTTPServer(("127.0.0.1", 0), Breaking) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


class Breaking(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        if not self.path.startswith("/simple/tiny-weights/"):
            self.send_error(401 if self.path.startswith("/locked") else 404)
            return
        page = b'<a href="tiny_weights-1.0-py3-none-any.whl">tiny_weights-1.0-py3-none-any.whl</a>'
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(page) if self.path.endswith("/") else 100_000))
        self.end_headers()
        self.wfile.write(page)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class names it so
        pass


@pytest.mark.parametrize(
    ("index_url", "reason"),
    [
        ("{}/simple", "The download broke off"),
        ("{}/other", "does not have it"),
        ("{}/locked", "cannot be reached: 401"),
        ("http://127.0.0.1:9/simple", "cannot be reached: connection error"),
    ],
)
def test_what_an_index_does_wrong_is_told_in_one_line(
    address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, index_url: str, reason: str
) -> None:
    """A download that breaks off, a project unknown, a password wanted, nothing listening."""
    monkeypatch.setenv("PIP_INDEX_URL", index_url.format(address))
    with pytest.raises(AssetError, match=reason) as caught:
        Assets(tmp_path / "data", catalogue=[tiny()]).path("weights.bin")
    assert caught.value.message.startswith("Cannot fetch tiny weights")
    assert "\n" not in caught.value.message + caught.value.hint
    assert "127.0.0.1" not in caught.value.message


def test_a_python_without_pip_is_told_how_to_get_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bare = tmp_path / "bare"
    venv.create(bare, with_pip=False)
    monkeypatch.setattr(sys, "executable", str(bare / "bin" / "python"))
    with pytest.raises(AssetError, match="pip is missing") as caught:
        Assets(tmp_path / "data", catalogue=[tiny()]).path("weights.bin")
    assert "ensurepip" in caught.value.hint


def test_a_pip_of_the_working_directory_is_not_run(
    index: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_wheel(index)
    (tmp_path / "pip.py").write_text("raise SystemExit('not this one')")
    monkeypatch.chdir(tmp_path)
    assert Assets(tmp_path / "data", catalogue=[tiny()]).path("weights.bin").read_bytes() == CONTENT


def test_a_full_disk_is_told_before_anything_is_fetched(index: Path, tmp_path: Path) -> None:
    make_wheel(index)
    with pytest.raises(AssetError, match="No room for tiny weights") as caught:
        Assets(tmp_path / "data", catalogue=[tiny(wheel_bytes=10**18)]).path("weights.bin")
    assert "OSAI_DATA_DIR" in caught.value.hint
    assert not list((tmp_path / "data").glob(".fetch-*"))


def test_a_directory_that_cannot_be_made_is_one_clear_error(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file in the way")
    with pytest.raises(AssetError, match=r"Cannot use .*data: File exists"):
        Assets(tmp_path / "data", catalogue=[tiny()]).path("weights.bin")


def test_a_folder_that_cannot_be_written_still_hands_out_what_it_holds(index: Path, tmp_path: Path) -> None:
    """The note that remembers the check cannot be written; the file is checked all the same."""
    data = tmp_path / "data"
    data.mkdir()
    (data / "weights.bin").write_bytes(CONTENT)
    (data / ".weights.bin.checked").mkdir()  # stands for a folder that may only be read: this also stops root
    assert Assets(data, catalogue=[tiny()]).path("weights.bin").read_bytes() == CONTENT


def test_a_file_is_read_again_only_when_it_changed(tmp_path: Path) -> None:
    path = tmp_path / "weights.bin"
    path.write_bytes(CONTENT)
    held = Assets(tmp_path, catalogue=[tiny()])
    held.path("weights.bin")
    stat = path.stat()
    path.write_bytes(bytes(len(CONTENT)))
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    assert held.path("weights.bin") == path  # size and time are the remembered ones: not read
    assert [status.checked for status in held.status()] == [False]
    os.utime(path)
    with pytest.raises(AssetError, match="damaged"):
        held.path("weights.bin")


_FETCH = """
    import sys
    from pathlib import Path
    sys.path.insert(0, {root!r})
    from tests.knowledge.test_assets import tiny
    from knowledge.assets import Assets
    reports = []
    Assets(Path({data!r}), progress=lambda task, *_: reports.append(task), catalogue=[tiny()]).path("weights.bin")
    print(any(task.startswith("Fetching") for task in reports))
"""


def fetch_elsewhere(data: Path) -> subprocess.Popen[str]:
    code = textwrap.dedent(_FETCH.format(root=str(Path(__file__).parents[2]), data=str(data)))
    return subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)


def test_two_processes_fetch_once(index: Path, tmp_path: Path) -> None:
    make_wheel(index)
    both = [fetch_elsewhere(tmp_path / "data") for _ in range(2)]
    fetched = [process.communicate(timeout=60)[0].strip() for process in both]
    assert sorted(fetched) == ["False", "True"]


@pytest.mark.parametrize("delay", [0.0, 0.2, 0.4])
def test_a_killed_fetch_leaves_no_half_file_and_the_next_one_cleans_up(
    index: Path, tmp_path: Path, delay: float
) -> None:
    make_wheel(index)
    data = tmp_path / "data"
    process = fetch_elsewhere(data)
    while not list(data.glob(".fetch-*")):
        assert process.poll() is None
        time.sleep(0.01)
    time.sleep(delay)
    process.kill()
    process.communicate()
    path = data / "weights.bin"
    assert not path.exists() or path.read_bytes() == CONTENT
    path.unlink(missing_ok=True)
    assert Assets(data, catalogue=[tiny()]).path("weights.bin").read_bytes() == CONTENT
    assert not list(data.glob(".fetch-*"))
