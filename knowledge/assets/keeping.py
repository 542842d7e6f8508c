"""Keeps the assets in one folder: each is either whole and checked under its name, or not there.

A file's sha256 is read once; a note beside it remembers its size and time, so that a start reads no 100 MB. Refuses to
hand out, and to keep, a file with other bytes than the pinned ones.
"""

from __future__ import annotations

import errno
import hashlib
import shutil
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

from knowledge.assets.declared import declared
from knowledge.assets.downloading import AGAIN, download
from knowledge.assets.unpacking import other_file, unpack
from knowledge.errors import AssetError
from knowledge.ports import silent

if TYPE_CHECKING:
    from collections.abc import Sequence
    from contextlib import AbstractContextManager

    from knowledge.assets.declared import Asset
    from knowledge.ports import Progress


@dataclass(frozen=True, slots=True)
class AssetStatus:
    """Whether a file is here and is the right one; `checked` is None where it is not here."""

    asset: Asset
    path: Path
    present: bool
    checked: bool | None


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
        try:
            if not _sound(path, asset):
                self._fetch(asset, path)
        except OSError as error:
            raise _disk_error(asset, self._root, error) from error
        return path

    def status(self) -> tuple[AssetStatus, ...]:
        """Return the state of every asset, its bytes read and checked against the pin; fetches and removes nothing."""
        return tuple(_status(asset, self._root / asset.name) for asset in self._assets.values())

    def _fetch(self, asset: Asset, path: Path) -> None:
        self._root.mkdir(parents=True, exist_ok=True)
        with self._lock(asset):
            if _sound(path, asset):
                return  # another process fetched it while this one waited
            self._clean(asset)
            if path.exists():
                path.unlink()
                raise AssetError(f"{path} was damaged and has been removed.", hint=AGAIN, retryable=True)
            self._download(asset, path)

    def _lock(self, asset: Asset) -> AbstractContextManager[object]:
        lock = FileLock(self._root / f".{asset.name}.lock")
        try:
            return lock.acquire(timeout=0)
        except Timeout:
            self._progress(f"Waiting for another osai to fetch {asset.description}", 0, 1)
            return lock.acquire()

    def _download(self, asset: Asset, path: Path) -> None:
        if shutil.disk_usage(self._root).free < asset.room:
            raise OSError(errno.ENOSPC, "no space left")
        with tempfile.TemporaryDirectory(prefix=_prefix(asset), dir=self._root) as work:
            wheel = download(asset, Path(work), self._progress)
            part = Path(work) / "part"
            unpack(asset, wheel, part)
            if _digest(part) != asset.sha256:
                raise other_file(asset)
            part.replace(path)
        _remember(path)

    def _clean(self, asset: Asset) -> None:
        """Remove what killed fetches of this asset left behind; its lock is held, so no other fetch is under way."""
        for left in self._root.glob(f"{_prefix(asset)}*"):
            shutil.rmtree(left, ignore_errors=True)


def _prefix(asset: Asset) -> str:
    return f".fetch-{asset.name}-"


def _status(asset: Asset, path: Path) -> AssetStatus:
    try:
        checked = _digest(path) == asset.sha256
    except FileNotFoundError:
        return AssetStatus(asset, path, present=False, checked=None)
    except OSError:
        checked = False  # what cannot be read is as good as damaged
    return AssetStatus(asset, path, present=True, checked=checked)


def _sound(path: Path, asset: Asset) -> bool:
    """Return whether the file is here and is the pinned one; its bytes are read again only when it changed."""
    if not path.is_file() or path.stat().st_size != asset.bytes:
        return False
    note = _note(path)
    if note.is_file() and note.read_text(errors="replace") == _state(path):
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
    with suppress(OSError):  # a folder that may only be read is checked at every start
        _note(path).write_text(_state(path))


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _disk_error(asset: Asset, root: Path, error: OSError) -> AssetError:
    if error.errno == errno.ENOSPC:
        return AssetError(
            f"No room for {asset.description}: {asset.room // 10**6} MB are needed in {root}.",
            hint="Free some space, or set OSAI_DATA_DIR to another disk.",
        )
    where = error.filename or root
    return AssetError(f"Cannot use {where}: {error.strerror}.", hint="Check who owns it, or set OSAI_DATA_DIR.")
