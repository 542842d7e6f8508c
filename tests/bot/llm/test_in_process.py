import time
from pathlib import Path

import pytest

from bot.errors import (
    CancelledError,
    DeadlineError,
    ModelDamagedError,
    ModelMissingError,
    ModelTooLargeError,
    PromptTooLongError,
)
from bot.llm.gguf import check_gguf
from bot.llm.in_process import InProcessChatModel
from bot.llm.opening import Opening
from bot.llm.tune import Threads
from bot.ports import ModelCard, Prompt
from knowledge.assets import Assets
from knowledge.ports import silent

SYSTEM = "You rewrite notes. Keep every name, number and date. Write one sentence."
SHORT = Prompt(SYSTEM, "Rewrite this note: Gemma 3 has no user cap and no revenue cap.", max_tokens=24)
LONG = Prompt(SYSTEM, "word " * 1800, max_tokens=24)


def test_the_same_prompt_gives_the_same_text(chat_model: InProcessChatModel) -> None:
    texts = {"".join(chat_model.stream(SHORT)) for _ in range(3)}
    assert len(texts) == 1
    assert "Gemma 3" in texts.pop()


def test_the_constant_head_is_evaluated_once(chat_model: InProcessChatModel) -> None:
    """After another question under the same system prompt, the head still lies in the KV cache."""
    head, _ = chat_model.engine.render(SHORT)
    "".join(chat_model.stream(SHORT))
    evaluated: list[int] = []
    engine = chat_model.engine._llama
    evaluate = engine.eval

    def count(tokens: list[int]) -> None:
        evaluated.append(len(tokens))
        evaluate(tokens)

    try:
        engine.eval = count
        other = Prompt(SYSTEM, "Rewrite this note: DBRX has 132 billion parameters.", max_tokens=1)
        "".join(chat_model.stream(other))
    finally:
        engine.eval = evaluate
    _, tail = chat_model.engine.render(other)
    assert len(head) > 10
    assert evaluated[0] == len(tail)


def test_a_prompt_that_does_not_fit_is_refused_before_it_runs(chat_model: InProcessChatModel) -> None:
    with pytest.raises(PromptTooLongError, match="tokens"):
        chat_model.submit(Prompt(SYSTEM, "word " * 3000))
    assert "".join(chat_model.stream(SHORT))


def test_withdrawing_stops_a_running_prefill_and_the_next_answer_is_right(chat_model: InProcessChatModel) -> None:
    expected = "".join(chat_model.stream(SHORT))
    ticket = chat_model.submit(LONG)
    time.sleep(0.2)
    start = time.monotonic()
    ticket.cancel()
    with pytest.raises(CancelledError):
        list(ticket)
    assert "".join(chat_model.stream(SHORT)) == expected
    assert time.monotonic() - start < 6


def test_other_scripts_and_emoji_survive_the_way(chat_model: InProcessChatModel) -> None:
    text = "Émile 你好 🦙 здравствуй"
    assert chat_model.count_tokens(text) > 5
    said = "".join(chat_model.stream(Prompt("Repeat.", f"Repeat this exactly: {text}", max_tokens=40)))
    assert "\ufffd" not in said


def test_a_stop_word_ends_the_reply(chat_model: InProcessChatModel) -> None:
    whole = "".join(chat_model.stream(SHORT))
    word = whole.split()[2]
    stopped = "".join(chat_model.stream(Prompt(SHORT.system, SHORT.user, max_tokens=24, stop=(word,))))
    assert word not in stopped
    assert whole.startswith(stopped)


def test_the_deadline_ends_a_prefill(assets: Assets, test_data: Path) -> None:
    path = assets.path("smollm2-135m-instruct-q4_1.gguf")
    card = ModelCard("test", "Apache-2.0", 1, 2048)
    model = InProcessChatModel(path, card, Threads(1, 1), queue_size=2, deadline=0.3)
    try:
        with pytest.raises(DeadlineError):
            list(model.stream(LONG))
    finally:
        model.close()


def opening(assets: Assets, folder: Path) -> Opening:
    return Opening(assets, folder, context_tokens=1024, threads=0, queue_size=2, deadline=30)


@pytest.mark.parametrize(
    ("content", "error"),
    [(b"", ModelDamagedError), (b"PK\x03\x04 not a model", ModelDamagedError), (b"GGUF\x63\0\0\0", ModelDamagedError)],
)
def test_a_file_that_is_no_model_is_one_clear_error(
    assets: Assets, tmp_path: Path, content: bytes, error: type[Exception]
) -> None:
    path = tmp_path / "model.gguf"
    path.write_bytes(content)
    with pytest.raises(error, match=r"model\.gguf"):
        opening(assets, tmp_path).open(str(path), silent)


def test_a_truncated_model_is_one_clear_error(assets: Assets, tmp_path: Path) -> None:
    path = tmp_path / "cut.gguf"
    path.write_bytes(assets.path("smollm2-135m-instruct-q4_1.gguf").read_bytes()[:20_000_000])
    with pytest.raises(ModelDamagedError, match=r"cut\.gguf"):
        opening(assets, tmp_path).open(str(path), silent)


def test_missing_paths_directories_and_unknown_names_are_told_apart(assets: Assets, tmp_path: Path) -> None:
    with pytest.raises(ModelMissingError, match="does not exist"):
        opening(assets, tmp_path).locate(str(tmp_path / "none.gguf"))
    with pytest.raises(ModelMissingError, match="is a directory"):
        opening(assets, tmp_path).locate(str(tmp_path))
    with pytest.raises(ModelMissingError, match="No model is named") as caught:
        opening(assets, tmp_path).locate("llama-3.2-2b")
    assert "llama-3.2-1b" in caught.value.hint
    with pytest.raises(ModelMissingError, match="not on this machine") as caught:
        opening(assets, tmp_path).locate("llama-3.2-3b")
    assert caught.value.hint == "Run `osai models pull llama-3.2-3b`."


def test_a_model_larger_than_memory_is_refused_with_numbers(assets: Assets, monkeypatch: pytest.MonkeyPatch) -> None:
    class Little:
        available = 50_000_000

    monkeypatch.setattr("bot.llm.gguf.psutil.virtual_memory", Little)
    with pytest.raises(ModelTooLargeError, match="GiB"):
        check_gguf(assets.path("smollm2-135m-instruct-q4_1.gguf"))


def test_a_damaged_tuning_file_is_measured_again(assets: Assets, tmp_path: Path) -> None:
    (tmp_path / "tuning.json").write_text("{ not json")
    heard: list[str] = []
    model = opening(assets, tmp_path).open("smollm2-135m", lambda task, *_: heard.append(task))
    model.close()
    assert any("threads" in task for task in heard)
    heard.clear()
    opening(assets, tmp_path).open("smollm2-135m", lambda task, *_: heard.append(task)).close()
    assert not heard
