import json
from pathlib import Path

from bot.evaluation.dataset import load_cases
from bot.feedback import FeedbackStore
from tests.bot.cli.test_commands import osai
from tests.bot.evaluation.test_rated import SHOWN

ASKER = 1_000_000_000_000_000_001


def test_ratings_are_exported_as_questions_and_as_everything_kept(tmp_path: Path) -> None:
    store = FeedbackStore(tmp_path, days=0)
    good, bad = (store.keep(SHOWN, asker=ASKER) for _ in range(2))
    store.rate(good, rater=ASKER, up=True)
    store.rate(bad, rater=ASKER, up=False)
    done = osai("feedback", "export", data=tmp_path)  # while the bot has the store open
    assert (done.returncode, done.stderr) == (0, "")
    (tmp_path / "rated.yaml").write_text(done.stdout)
    assert [one.id for one in load_cases(tmp_path / "rated.yaml")] == [f"feedback-{good}"]
    rows = {one["id"]: one for one in json.loads(osai("feedback", "export", "--json", data=tmp_path).stdout)}
    store.close()
    assert rows[good]["case"]["question"] == rows[bad]["question"] == SHOWN.question
    assert rows[bad]["case"] is None
    assert (rows[bad]["up"], rows[bad]["down"]) == (0, 1)
    assert rows[bad]["versions"]["model"] == "smollm2-135m"
    assert rows[good]["citations"][0]["document"] == "models/llama-3"


def test_nothing_rated_is_an_empty_file_and_one_line(tmp_path: Path) -> None:
    done = osai("feedback", "export", data=tmp_path)
    assert (done.returncode, done.stderr.strip()) == (0, "Nothing has been rated yet.")
    (tmp_path / "rated.yaml").write_text(done.stdout)
    assert load_cases(tmp_path / "rated.yaml") == ()


def test_a_damaged_file_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "feedback.sqlite").write_bytes(b"not a database" * 300)
    done = osai("feedback", "export", data=tmp_path)
    assert (done.returncode, done.stdout) == (1, "")
    assert "Move it away" in done.stderr
    assert len(done.stderr.splitlines()) == 1
