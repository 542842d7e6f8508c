"""Turns the ids of people into pseudonyms that only this installation can make: HMAC-SHA256 with a salt of its own.

Ids of Discord are few enough to be tried one by one, so the salt is what hides them: it lies beside the file it serves,
readable by its owner alone, and never goes into an export. Refuses to replace a salt that was lost: with another one
nobody's rows would be found again.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from typing import TYPE_CHECKING

from bot.errors import StoreError

if TYPE_CHECKING:
    from pathlib import Path

    from bot.database import Database

_BYTES = 32
_MARK = "salt"  # the row by which a file knows its salt


def load_salt(path: Path, database: Database) -> bytes:
    """Return the salt of a database, made on first use. The database has a table `meta (key, value)`."""
    with database.writing() as db:  # one process at a time: two must not make two salts
        row = db.execute("select value from meta where key = ?", (_MARK,)).fetchone()
        salt = _read(path) or (b"" if row else _make(path))
        if len(salt) != _BYTES or (row and row[0] != pseudonym(salt, _MARK)):
            raise StoreError(
                f"{path} is not the salt that {database.path} was made with.",
                hint="Bring the file back; without it, move both away and osai begins anew.",
            )
        db.execute("insert or ignore into meta values (?, ?)", (_MARK, pseudonym(salt, _MARK)))
    return salt


def pseudonym(salt: bytes, name: str) -> str:
    """Return what stands for a name: always the same, and of no use to whoever lacks the salt."""
    return hmac.new(salt, name.encode(), hashlib.sha256).hexdigest()


def _read(path: Path) -> bytes:
    return path.read_bytes() if path.exists() else b""


def _make(path: Path) -> bytes:
    """Write a salt so that the file is never seen half written."""
    salt, fresh = secrets.token_bytes(_BYTES), path.with_name(f"{path.name}.new")
    fresh.unlink(missing_ok=True)
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(salt)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
    return salt
