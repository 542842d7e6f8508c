"""Keeps an index in folders of which one is current: a writer fills a new one and makes it current at a stroke.

Readers never see a half-filled folder, and a killed writer leaves the current one as it was. Refuses to merge two
writers: whoever writes holds the index's lock.
"""

from __future__ import annotations

import json
import shutil
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING

from knowledge.errors import IndexDamagedError

if TYPE_CHECKING:
    from pathlib import Path

REBUILD = "Run `osai ingest --rebuild`; the texts are kept and nothing is lost."


@dataclass(frozen=True, slots=True)
class Generation:
    """An index in a folder: what it was made with, how many passages it holds and how many bytes its files have."""

    folder: Path
    made_with: str
    count: int
    size: int

    def check(self) -> None:
        """Raise IndexDamagedError if a file is missing or cut off; native code would crash on it or answer wrongly."""
        if not self.folder.is_dir() or _size(self.folder) != self.size:
            raise IndexDamagedError(f"A part of {self.folder} is missing.", hint=REBUILD)


class Generations:
    """The folders of one index."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._note = root / "current.json"

    def current(self) -> Generation | None:
        """Return the current one, or None where nothing was ever finished."""
        try:
            row = json.loads(self._note.read_bytes())
            return Generation(self._root / row["folder"], row["made_with"], row["count"], row["size"])
        except FileNotFoundError:
            return None
        except (OSError, ValueError, TypeError, KeyError) as error:
            raise IndexDamagedError(f"{self._note} cannot be read.", hint=REBUILD) from error

    def begin(self) -> Path:
        """Return an empty folder to fill; what is neither it nor the current one is removed.

        So the one before the current stays until the next write, for readers who have it open.
        """
        self._root.mkdir(parents=True, exist_ok=True)
        kept = {self._note.name, self._current_name()}
        for entry in self._root.iterdir():
            if entry.name not in kept:
                shutil.rmtree(entry, ignore_errors=True)
        folder = self._root / uuid.uuid4().hex[:12]
        folder.mkdir()
        return folder

    def publish(self, folder: Path, made_with: str, count: int) -> None:
        """Make a filled folder the current one."""
        fresh = self._root / ".current.json"
        row = {"folder": folder.name, "made_with": made_with, "count": count, "size": _size(folder)}
        fresh.write_text(json.dumps(row))
        fresh.replace(self._note)

    def _current_name(self) -> str:
        try:
            current = self.current()
        except IndexDamagedError:  # about to be replaced
            return ""
        return current.folder.name if current else ""


def _size(folder: Path) -> int:
    """Return the bytes of the files, without SQLite's: those find their own damage, and readers write to them."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file() and "sqlite" not in path.name)
