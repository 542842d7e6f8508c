from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import pytest

from bot.chat.keeping import Keeping
from bot.feedback import FeedbackStore, Versions
from tests.bot.chat.scripted import turn


@pytest.fixture
def store(tmp_path: Path) -> Iterator[FeedbackStore]:
    store = FeedbackStore(tmp_path, days=30)
    yield store
    store.close()


async def test_an_answer_is_kept_with_all_that_was_shown_and_what_made_it(store: FeedbackStore) -> None:
    answer, keeping = turn("Is Llama 3 open source?").answer, Keeping(store, "0.1.0", lambda: "minilm@7")
    kept = await keeping.keep(answer, asker=1, guild=2, before=["What is Llama?"])
    shown = await keeping.shown(kept)
    assert shown is not None
    assert (shown.question, shown.answer, shown.before) == (answer.question, answer.text, ("What is Llama?",))
    assert [asdict(one) for one in shown.citations] == [asdict(one) for one in answer.citations]
    assert shown.versions == Versions("0.1.0", answer.model, "minilm@7")


async def test_an_answer_that_cannot_be_kept_is_no_error(
    store: FeedbackStore, caplog: pytest.LogCaptureFixture
) -> None:
    store._db._db.execute("pragma query_only = on")
    answer = turn("Is Llama 3 open source?").answer
    assert await Keeping(store, "0.1.0", lambda: "").keep(answer, asker=1, guild=0) == ""
    assert "has no thumbs" in caplog.text
    assert "Llama" not in caplog.text
