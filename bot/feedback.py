"""Keeps shown answers and what people thought of them, in one SQLite file. Knows nobody: ids are kept as pseudonyms.

An answer is kept for a few days so that the buttons under it work after a restart too, and for as long as the owner
wants once somebody has rated it. Refuses to judge: what a rating says of an answer is for the evaluation to read.
"""

from __future__ import annotations

import json
import secrets
import time
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

from bot.database import Database
from bot.salt import load_salt, pseudonym

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

UNRATED_DAYS = 7  # how long an answer that nobody rated is kept, at most
_DAY = 86_400  # seconds
_SCHEMA = (
    (
        "create table meta (key text primary key, value text not null) without rowid",
        """create table answers (
            id text primary key, asked_at integer not null, guild integer not null, asker text not null,
            question text not null, before text not null, text text not null, abstained integer not null,
            citations text not null, osai text not null, model text not null, knowledge text not null
        )""",
        "create index answers_of_asker on answers(asker)",
        "create index answers_by_age on answers(asked_at)",
        """create table ratings (
            answer text not null references answers(id) on delete cascade, rater text not null, up integer not null,
            rated_at integer not null, primary key (answer, rater)
        ) without rowid""",
        "create index ratings_of_rater on ratings(rater)",
        "create index ratings_by_age on ratings(rated_at)",
    ),
)
_SHOWN = "select question, before, text, abstained, citations, osai, model, knowledge"

Outcome = Literal["counted", "changed", "same", "gone"]


@dataclass(frozen=True, slots=True)
class Cited:
    """Where a marker [n] of an answer leads: `quote` stands verbatim in `document`, at `section`."""

    n: int
    title: str
    url: str
    document: str
    section: str
    quote: str


@dataclass(frozen=True, slots=True)
class Versions:
    """What an answer was made by: the version of osai, the model, and the fingerprint of the knowledge."""

    osai: str
    model: str
    knowledge: str


@dataclass(frozen=True, slots=True)
class Shown:
    """An answer as it was shown; `before` has the earlier questions of the same conversation, oldest first."""

    question: str
    answer: str
    abstained: bool
    citations: tuple[Cited, ...]
    versions: Versions
    before: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rated:
    """A shown answer with its thumbs; `asked_at` is in seconds since 1970."""

    id: str
    asked_at: int
    shown: Shown
    up: int
    down: int


@dataclass(frozen=True, slots=True)
class Forgotten:
    """How many answers to a person's questions, and how many ratings by that person, were deleted."""

    answers: int
    ratings: int


@dataclass(frozen=True, slots=True)
class Tally:
    """Counts over a span of time: answers shown, those of them that abstained, and thumbs."""

    answers: int
    abstained: int
    up: int
    down: int


class FeedbackStore:
    """Shown answers and ratings. Every method may wait for the disk: call it in a thread, never on an event loop."""

    def __init__(self, folder: Path, *, days: int, clock: Callable[[], float] = time.time) -> None:
        """Open the store in `folder`; ratings are kept for `days` days, 0 for until they are deleted."""
        self._db = Database(folder / "feedback.sqlite", _SCHEMA)
        self._salt_file = folder / "feedback.salt"
        self._days, self._clock = days, clock

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def keep(self, shown: Shown, *, asker: int, guild: int = 0) -> str:
        """Keep an answer and return the id it is found by; `guild` is 0 for a direct message."""
        answer_id, who = secrets.token_hex(8), self._who(asker)
        cited = json.dumps([asdict(one) for one in shown.citations])
        before = json.dumps([_whole(one) for one in shown.before])
        texts = (_whole(shown.question), before, _whole(shown.answer), shown.abstained, cited)
        made_by = shown.versions
        with self._db.writing() as db:
            db.execute(
                "insert into answers values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (answer_id, self._now, guild, who, *texts, made_by.osai, made_by.model, made_by.knowledge),
            )
        return answer_id

    def shown(self, answer_id: str) -> Shown | None:
        """Return a kept answer, or None where it is gone or never was."""
        rows = self._db.rows(f"{_SHOWN} from answers where id = ?", answer_id)
        return _shown(rows[0]) if rows else None

    def rate(self, answer_id: str, *, rater: int, up: bool) -> Outcome:
        """Count a thumb: one a person, the last one stands. An answer that is kept no longer is "gone"."""
        who = self._who(rater)
        with self._db.writing() as db:
            if not db.execute("select 1 from answers where id = ?", (answer_id,)).fetchone():
                return "gone"
            row = db.execute("select up from ratings where answer = ? and rater = ?", (answer_id, who)).fetchone()
            if row and bool(row[0]) == up:
                return "same"
            db.execute("insert or replace into ratings values (?, ?, ?, ?)", (answer_id, who, up, self._now))
        return "changed" if row else "counted"

    def forget(self, person: int) -> Forgotten:
        """Delete a person's ratings, and the answers to that person's questions with the ratings of others."""
        who = self._who(person)
        with self._db.writing() as db:
            ratings = db.execute("delete from ratings where rater = ?", (who,)).rowcount
            answers = db.execute("delete from answers where asker = ?", (who,)).rowcount
        self._db.scrub()
        return Forgotten(answers, ratings)

    def purge(self) -> int:
        """Delete ratings older than the owner wants, and old answers without any; return how many rows went."""
        unrated = min(self._days or UNRATED_DAYS, UNRATED_DAYS)
        with self._db.writing() as db:
            ratings = 0
            if self._days:
                ratings = db.execute("delete from ratings where rated_at < ?", (self._ago(self._days),)).rowcount
            answers = db.execute(
                "delete from answers where asked_at < ? and id not in (select answer from ratings)",
                (self._ago(unrated),),
            ).rowcount
        self._db.scrub()
        return int(ratings + answers)

    def rated(self) -> list[Rated]:
        """Return every answer that somebody rated, oldest first."""
        rows = self._db.rows(
            f"""{_SHOWN}, id, asked_at, sum(up), sum(1 - up) from answers join ratings on ratings.answer = id
            group by id order by asked_at, id"""
        )
        return [Rated(row[8], row[9], _shown(row[:8]), row[10], row[11]) for row in rows]

    def tally(self, guild: int, days: int) -> Tally:
        """Count what a guild was shown in the last days, and what was thought of it."""
        rows = self._db.rows(
            """select count(*), coalesce(sum(abstained), 0),
                coalesce(sum((select sum(up) from ratings where ratings.answer = id)), 0),
                coalesce(sum((select sum(1 - up) from ratings where ratings.answer = id)), 0)
            from answers where guild = ? and asked_at >= ?""",
            guild,
            self._ago(days),
        )
        return Tally(*rows[0])

    @cached_property
    def _salt(self) -> bytes:
        return load_salt(self._salt_file, self._db)

    def _who(self, person: int) -> str:
        return pseudonym(self._salt, str(person))

    @property
    def _now(self) -> int:
        return int(self._clock())

    def _ago(self, days: int) -> int:
        return self._now - days * _DAY


def _whole(text: str) -> str:
    """Return a text without the halves of characters that a client may send and no file can hold."""
    return text.encode(errors="replace").decode()


def _shown(row: tuple[Any, ...]) -> Shown:
    """Read the columns of _SHOWN."""
    question, before, answer, abstained, citations, osai, model, knowledge = row
    cited = tuple(Cited(**one) for one in json.loads(citations))
    made_by = Versions(osai, model, knowledge)
    return Shown(question, answer, bool(abstained), cited, made_by, tuple(json.loads(before)))
