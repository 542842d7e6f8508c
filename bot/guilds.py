"""Keeps what each guild has set, and what osai must remember of Discord between starts, in one SQLite file.

Holds ids of guilds, channels, roles and threads, and no text that anybody wrote. Refuses to know what a setting does.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from bot.database import Database

if TYPE_CHECKING:
    from pathlib import Path

_SCHEMA = (
    (
        """create table marks (
            guild integer not null, kind text not null, id integer not null, primary key (guild, kind, id)
        ) without rowid""",
        """create table limits (
            guild integer primary key, user_burst integer not null, user_seconds integer not null,
            guild_burst integer not null, guild_seconds integer not null
        )""",
        "create table synced (application integer primary key, digest text not null)",
    ),
)
_THREADS = 1000  # threads remembered of one guild; the oldest are forgotten first

Kind = Literal["channel", "role", "thread"]


@dataclass(frozen=True, slots=True)
class Limits:
    """How often questions may be asked: so many at once, and one more after every so many seconds."""

    user_burst: int
    user_seconds: int
    guild_burst: int
    guild_seconds: int


@dataclass(frozen=True, slots=True)
class GuildState:
    """What a guild has set; `limits` None means those of the owner."""

    answer_channels: frozenset[int] = frozenset()
    admin_roles: frozenset[int] = frozenset()
    threads: frozenset[int] = frozenset()
    limits: Limits | None = None


class GuildStore:
    """Settings by guild. Every method may wait for the disk: call it in a thread, never on an event loop."""

    def __init__(self, folder: Path) -> None:
        self._db = Database(folder / "guilds.sqlite", _SCHEMA)

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def state(self, guild: int) -> GuildState:
        """Return what a guild has set."""
        marks = self._db.rows("select kind, id from marks where guild = ?", guild)
        limits = self._db.rows(
            "select user_burst, user_seconds, guild_burst, guild_seconds from limits where guild = ?", guild
        )
        return GuildState(
            answer_channels=frozenset(one for kind, one in marks if kind == "channel"),
            admin_roles=frozenset(one for kind, one in marks if kind == "role"),
            threads=frozenset(one for kind, one in marks if kind == "thread"),
            limits=Limits(*limits[0]) if limits else None,
        )

    def mark(self, guild: int, kind: Kind, marked: int) -> bool:
        """Remember a channel, role or thread of a guild; return whether it was news."""
        with self._db.writing() as db:
            news = db.execute("insert or ignore into marks values (?, ?, ?)", (guild, kind, marked)).rowcount > 0
            if kind == "thread":  # ids of Discord grow with time
                db.execute(
                    """delete from marks where guild = ?1 and kind = 'thread' and id not in
                    (select id from marks where guild = ?1 and kind = 'thread' order by id desc limit ?2)""",
                    (guild, _THREADS),
                )
        return news

    def unmark(self, guild: int, kind: Kind, marked: int) -> bool:
        """Forget a channel, role or thread of a guild; return whether it was known."""
        with self._db.writing() as db:
            query = "delete from marks where guild = ? and kind = ? and id = ?"
            return db.execute(query, (guild, kind, marked)).rowcount > 0

    def set_limits(self, guild: int, limits: Limits | None) -> None:
        """Keep the limits of a guild; None goes back to those of the owner."""
        with self._db.writing() as db:
            db.execute("delete from limits where guild = ?", (guild,))
            if limits:
                values = (limits.user_burst, limits.user_seconds, limits.guild_burst, limits.guild_seconds)
                db.execute("insert into limits values (?, ?, ?, ?, ?)", (guild, *values))

    def forget(self, guild: int) -> None:
        """Delete everything of a guild that has removed the bot."""
        with self._db.writing() as db:
            db.execute("delete from marks where guild = ?", (guild,))
            db.execute("delete from limits where guild = ?", (guild,))

    def synced(self, application: int) -> str:
        """Return the digest of the commands that an application was last given, empty if none ever was."""
        rows = self._db.rows("select digest from synced where application = ?", application)
        return str(rows[0][0]) if rows else ""

    def set_synced(self, application: int, digest: str) -> None:
        """Keep the digest."""
        with self._db.writing() as db:
            db.execute("insert or replace into synced values (?, ?)", (application, digest))
