"""Opens the small SQLite files that osai keeps: WAL, versioned, readable by their owner alone, shared by processes.

What is wrong with a file is said in one line. Refuses to mend, empty or replace a file by itself: what cannot be read
stays where it is, byte for byte.
"""

from __future__ import annotations

import os
import sqlite3
import threading
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from bot.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    Schema = Sequence[Sequence[str]]

_PATIENCE = 30  # seconds for another process that is writing


class Database:
    """One file. Threads and processes may share it: a thread waits for the one before it, a process for the lock.

    `schema` has the statements of every version in turn; the missing ones are carried out when the file is opened.
    """

    def __init__(self, path: Path, schema: Schema) -> None:
        self.path = path
        self._turn = threading.RLock()
        with self._told():
            path.parent.mkdir(parents=True, exist_ok=True)
            os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))  # SQLite gives its side files the same mode
            self._db = sqlite3.connect(path, timeout=_PATIENCE, isolation_level=None, check_same_thread=False)
        try:
            with self._told():
                self._prepare(schema)
        except StoreError:
            self._db.close()
            raise

    def close(self) -> None:
        """Close the file, after whatever runs."""
        with self._turn:
            self._db.close()

    def rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        """Return the rows of a query."""
        with self._turn, self._told():
            return self._db.execute(query, values).fetchall()

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """Hand out the connection for statements that are kept together or not at all."""
        with self._turn, self._told():
            self._db.execute("begin immediate")
            try:
                yield self._db
            except BaseException:
                with suppress(sqlite3.OperationalError):  # SQLite has rolled back by itself: a full disk, say
                    self._db.execute("rollback")
                raise
            self._db.execute("commit")

    def scrub(self) -> None:
        """Take what was deleted out of the log beside the file too, unless somebody is reading it just now."""
        with self._turn, suppress(sqlite3.OperationalError):
            self._db.execute("pragma wal_checkpoint(truncate)").fetchall()

    def _prepare(self, schema: Schema) -> None:
        """Bring the file to the newest version; refuse one that is damaged, or newer than this osai."""
        self._db.execute("pragma journal_mode = wal").fetchall()
        self._db.execute("pragma synchronous = normal")  # with WAL, a power cut loses commits, never the file
        self._db.execute("pragma foreign_keys = on")
        self._db.execute("pragma secure_delete = on")  # what a person has deleted is overwritten
        (found,) = self._db.execute("pragma quick_check(1)").fetchone()
        if found != "ok":
            raise sqlite3.DatabaseError(found)
        with self.writing() as db:
            (version,) = db.execute("pragma user_version").fetchone()
            if version > len(schema):
                raise StoreError(f"{self.path} was written by a newer osai.", hint="Update osai.")
            for statement in (one for step in schema[version:] for one in step):
                db.execute(statement)
            db.execute(f"pragma user_version = {len(schema)}")

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Turn what SQLite raises into one line that says what mends it."""
        try:
            yield
        except (sqlite3.OperationalError, OSError) as error:  # the disk, not the file: full, locked, read-only
            raise StoreError(
                f"{self.path} cannot be used: {error}.",
                hint="Look at the disk's free space and who may write there.",
                retryable=True,
            ) from error
        except sqlite3.DatabaseError as error:
            if type(error) is not sqlite3.DatabaseError:  # a defect of ours, not of the file
                raise
            raise StoreError(
                f"{self.path} is damaged: {' '.join(str(error).split())}.",
                hint=f"Move it away and osai begins a new one; `sqlite3 {self.path} .recover` reads what can be saved.",
            ) from error
