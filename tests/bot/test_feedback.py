import multiprocessing
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.errors import StoreError
from bot.feedback import UNRATED_DAYS, Cited, FeedbackStore, Forgotten, Shown, Tally, Versions

DAY = 86_400
ASKER, OTHER = 1_000_000_000_000_000_001, 1_000_000_000_000_000_002
SHOWN = Shown(
    question="Is Llama 3 open source?",
    answer="No. Llama 3 is not open source. [1]",
    abstained=False,
    citations=(Cited(1, "Llama 3", "https://example.org/llama", "models/llama-3", "1.b", "Llama 3 is not “open”."),),
    versions=Versions("0.1.0", "smollm2-135m", "minilm/clauses@7"),
    before=("What is Llama?",),
)


def _held(folder: Path) -> bytes:
    return b"".join(one.read_bytes() for one in folder.iterdir())


class Clock:
    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(tmp_path: Path, clock: Clock) -> Iterator[FeedbackStore]:
    store = FeedbackStore(tmp_path, days=30, clock=clock)
    yield store
    store.close()


def test_an_answer_comes_back_as_it_was_shown_after_a_restart(store: FeedbackStore, tmp_path: Path) -> None:
    kept = store.keep(SHOWN, asker=ASKER)
    store.close()
    again = FeedbackStore(tmp_path, days=30)
    assert again.shown(kept) == SHOWN
    assert again.shown("0000") is None
    again.close()


def test_half_a_character_in_a_question_is_no_reason_to_lose_the_answer(store: FeedbackStore) -> None:
    kept = store.keep(replace(SHOWN, question="a\ud800b\0", before=("\udfff",)), asker=ASKER)
    shown = store.shown(kept)
    assert shown is not None
    assert (shown.question, shown.before) == ("a?b\0", ("?",))


def test_everybody_has_one_thumb_and_may_change_it(store: FeedbackStore) -> None:
    kept = store.keep(SHOWN, asker=ASKER)
    assert store.rate(kept, rater=ASKER, up=True) == "counted"
    assert store.rate(kept, rater=ASKER, up=True) == "same"
    assert store.rate(kept, rater=OTHER, up=True) == "counted"
    assert store.rate(kept, rater=ASKER, up=False) == "changed"
    (rated,) = store.rated()
    assert (rated.id, rated.up, rated.down, rated.shown) == (kept, 1, 1, SHOWN)


def test_an_answer_that_is_not_kept_cannot_be_rated(store: FeedbackStore) -> None:
    assert store.rate("0123456789abcdef", rater=ASKER, up=True) == "gone"
    assert store.rated() == []


def test_forgetting_takes_what_a_person_asked_and_rated_and_nothing_else(store: FeedbackStore) -> None:
    mine, theirs = store.keep(SHOWN, asker=ASKER), store.keep(SHOWN, asker=OTHER)
    for answer in (mine, theirs):
        for person in (ASKER, OTHER):
            store.rate(answer, rater=person, up=True)
    assert store.forget(ASKER) == Forgotten(answers=1, ratings=2)
    assert store.shown(mine) is None
    (left,) = store.rated()
    assert (left.id, left.up) == (theirs, 1)
    assert store.forget(ASKER) == Forgotten(0, 0)


def test_what_was_forgotten_stands_in_no_file_anymore(store: FeedbackStore, tmp_path: Path) -> None:
    store.keep(SHOWN, asker=ASKER)
    assert SHOWN.question.encode() in _held(tmp_path)
    store.forget(ASKER)
    assert SHOWN.question.encode() not in _held(tmp_path)


def test_nobodys_id_stands_in_any_file(store: FeedbackStore, tmp_path: Path) -> None:
    store.rate(store.keep(SHOWN, asker=ASKER), rater=OTHER, up=True)
    store.close()
    held = _held(tmp_path)
    for person in (ASKER, OTHER):
        assert str(person).encode() not in held
        assert person.to_bytes(8, "big") not in held


def test_the_files_are_readable_by_their_owner_alone(store: FeedbackStore, tmp_path: Path) -> None:
    store.keep(SHOWN, asker=ASKER)
    modes = {one.name: one.stat().st_mode & 0o777 for one in tmp_path.iterdir()}
    assert set(modes) == {"feedback.sqlite", "feedback.sqlite-wal", "feedback.sqlite-shm", "feedback.salt"}
    assert set(modes.values()) == {0o600}


def test_a_lost_or_foreign_salt_is_told_and_never_replaced(store: FeedbackStore, tmp_path: Path) -> None:
    store.keep(SHOWN, asker=ASKER)
    store.close()
    salt = tmp_path / "feedback.salt"
    for left in (b"x" * 32, b""):
        salt.write_bytes(left)
        store = FeedbackStore(tmp_path, days=30)
        with pytest.raises(StoreError, match=r"feedback\.salt is not the salt"):
            store.forget(ASKER)
        store.close()
        assert salt.read_bytes() == left


def test_old_ratings_and_old_answers_go_when_the_owner_wants(store: FeedbackStore, clock: Clock) -> None:
    rated, unrated = store.keep(SHOWN, asker=ASKER), store.keep(SHOWN, asker=ASKER)
    store.rate(rated, rater=ASKER, up=True)
    clock.now += (UNRATED_DAYS + 1) * DAY
    assert store.purge() == 1
    assert (store.shown(rated), store.shown(unrated)) == (SHOWN, None)
    clock.now += 30 * DAY
    assert store.purge() == 2
    assert store.rated() == []


def test_without_an_end_ratings_stay_and_unrated_answers_still_go(tmp_path: Path, clock: Clock) -> None:
    store = FeedbackStore(tmp_path, days=0, clock=clock)
    store.rate(store.keep(SHOWN, asker=ASKER), rater=ASKER, up=False)
    store.keep(SHOWN, asker=ASKER)
    clock.now += 4000 * DAY
    assert store.purge() == 1
    assert len(store.rated()) == 1
    store.close()


def test_a_guild_counts_its_own_answers_of_the_last_days(store: FeedbackStore, clock: Clock) -> None:
    store.keep(SHOWN, asker=ASKER, guild=1)
    clock.now += 8 * DAY
    kept = store.keep(SHOWN, asker=ASKER, guild=1)
    store.keep(SHOWN, asker=ASKER, guild=2)
    store.rate(kept, rater=ASKER, up=True)
    store.rate(kept, rater=OTHER, up=False)
    assert store.tally(1, days=7) == Tally(answers=1, abstained=0, up=1, down=1)
    assert store.tally(1, days=30) == Tally(answers=2, abstained=0, up=1, down=1)
    assert store.tally(3, days=30) == Tally(0, 0, 0, 0)


def test_a_killed_writer_loses_nothing_that_it_had_said_was_kept(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from bot.feedback import FeedbackStore; "
        "from tests.bot.test_feedback import SHOWN\n"
        "store = FeedbackStore(Path(sys.argv[1]), days=0)\n"
        "while True: print(store.keep(SHOWN, asker=1), flush=True)"
    )
    for _ in range(3):
        writer = subprocess.Popen([sys.executable, "-c", code, str(tmp_path)], stdout=subprocess.PIPE, text=True)
        assert writer.stdout is not None
        said = [writer.stdout.readline().strip() for _ in range(25)]
        writer.send_signal(signal.SIGKILL)
        said += [line for line in writer.stdout.read().split("\n") if len(line) == 16]
        writer.wait()
        writer.stdout.close()
        store = FeedbackStore(tmp_path, days=0)
        assert all(store.shown(one) == SHOWN for one in said)
        store.close()


def _ask_and_rate(folder: Path, number: int) -> None:
    store = FeedbackStore(folder, days=0)
    for _ in range(20):
        store.rate(store.keep(SHOWN, asker=number), rater=number, up=True)
    store.close()


def test_processes_that_begin_at_once_share_the_store_and_its_salt(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    writers = [context.Process(target=_ask_and_rate, args=(tmp_path, number)) for number in range(3)]
    for one in writers:
        one.start()
    for one in writers:
        one.join(60)
    assert [one.exitcode for one in writers] == [0, 0, 0]
    store = FeedbackStore(tmp_path, days=0)
    assert len(store.rated()) == 60
    assert [store.forget(number) for number in range(3)] == [Forgotten(20, 20)] * 3
    store.close()


def test_a_damaged_file_is_told_in_one_line_and_left_as_it_is(store: FeedbackStore, tmp_path: Path) -> None:
    for _ in range(200):
        store.keep(SHOWN, asker=ASKER)
    store.close()
    path = tmp_path / "feedback.sqlite"
    whole = path.read_bytes()
    torn = (b"not a database" * 300, whole[: len(whole) // 2], whole[:9000] + b"\xff" * 9000 + whole[18_000:])
    for left in torn:
        path.write_bytes(left)
        with pytest.raises(StoreError, match=r"feedback\.sqlite is damaged") as caught:
            FeedbackStore(tmp_path, days=30)
        assert "\n" not in caught.value.message
        assert "Move it away" in caught.value.hint
        assert path.read_bytes() == left


def test_a_file_of_a_newer_osai_is_left_alone(store: FeedbackStore, tmp_path: Path) -> None:
    store.close()
    with sqlite3.connect(tmp_path / "feedback.sqlite") as db:
        db.execute("pragma user_version = 99")
    db.close()
    with pytest.raises(StoreError, match="newer osai"):
        FeedbackStore(tmp_path, days=30)
