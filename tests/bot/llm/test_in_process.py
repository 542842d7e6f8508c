import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import islice
from pathlib import Path

import pytest

from bot.errors import CancelledError, DeadlineError, ModelDamagedError, ModelError, PromptTooLongError
from bot.llm import in_process
from bot.llm.in_process import Engine, InProcessChatModel
from bot.llm.tune import Threads
from bot.ports import ModelCard, Prompt
from knowledge.assets import Assets
from tests.bot.llm.tiny_gguf import tiny_gguf

DEFAULT = "smollm2-135m-instruct-q4_1.gguf"
SYSTEM = "You rewrite notes. Keep every name, number and date. Write one sentence."
SHORT = Prompt(SYSTEM, "Rewrite this note: Gemma 3 has no user cap and no revenue cap.", max_tokens=24)
LONG = Prompt(SYSTEM, "word " * 1800, max_tokens=24)


def answer(model: InProcessChatModel, prompt: Prompt) -> str:
    return "".join(model.stream(prompt))


def test_a_reply_leans_on_the_words_that_it_keeps_to(
    chat_model: InProcessChatModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Leaned on with all weight, the note's tokens are all that is left to write with; another reply knows nothing."""
    note = "Zebras graze at dawn."
    told = Prompt(SYSTEM, "Rewrite this note: Kimi K2 has a user cap.", max_tokens=12)
    plain = answer(chat_model, told)
    monkeypatch.setattr(in_process, "_LEANING", 1000.0)
    pieces = list(chat_model.stream(replace(told, keeps_to=note)))
    spelled = note.lower()
    assert pieces
    assert all(piece.strip().lower() in spelled for piece in pieces)
    assert answer(chat_model, told) == plain
    assert "Kimi" in plain


@pytest.fixture
def small_model(assets: Assets) -> Iterator[InProcessChatModel]:
    """Hand out a model of one's own, with a window of 512 tokens and a deadline of 0.3 s."""
    card = ModelCard("small", "Apache-2.0", 1, 512)
    model = InProcessChatModel(assets.path(DEFAULT), card, Threads(1, 1), queue_size=2, deadline=0.3)
    yield model
    model.close()


def test_the_same_prompt_gives_the_same_text_whatever_came_before(chat_model: InProcessChatModel) -> None:
    first = answer(chat_model, SHORT)
    again = answer(chat_model, SHORT)
    answer(chat_model, Prompt("Another system prompt.", "And another question?", max_tokens=4))
    assert first == again == answer(chat_model, SHORT)
    assert "Gemma 3" in first


@contextmanager
def count_evaluated(model: InProcessChatModel) -> Iterator[list[int]]:
    """Yield the sizes of what is evaluated meanwhile."""
    llama = model.engine._llama
    evaluate, sizes = llama.eval, []

    def count(tokens: list[int]) -> None:
        sizes.append(len(tokens))
        evaluate(tokens)

    llama.eval = count
    try:
        yield sizes
    finally:
        llama.eval = evaluate


def run_to_its_end(model: InProcessChatModel) -> None:
    answer(model, SHORT)


def let_go_while_it_writes(model: InProcessChatModel) -> None:
    next(iter(model.stream(Prompt(SYSTEM, "Count from one to a thousand.", max_tokens=500))))


def withdraw_in_the_prefill(model: InProcessChatModel) -> None:
    answer(model, SHORT)
    ticket = model.submit(LONG)
    time.sleep(0.3)
    ticket.cancel()


@pytest.mark.parametrize("before", [run_to_its_end, let_go_while_it_writes, withdraw_in_the_prefill])
def test_the_constant_head_is_evaluated_once(
    chat_model: InProcessChatModel, before: Callable[[InProcessChatModel], None]
) -> None:
    """After another question under the same system prompt, however it ended, the head lies in the KV cache."""
    other = Prompt(SYSTEM, "Rewrite this note: DBRX has 132 billion parameters.", max_tokens=1)
    head, tail = chat_model.engine.render(other)
    before(chat_model)
    list(chat_model._gate.submit(lambda _: (number for number in [1])))  # the one before has left the engine
    with count_evaluated(chat_model) as sizes:
        answer(chat_model, other)
    assert len(head) > 10
    assert sizes == [len(tail)]


def test_a_prompt_is_tokenized_as_its_template_renders_it(chat_model: InProcessChatModel) -> None:
    head, tail = chat_model.engine.render(SHORT)
    rendered = f"<|im_start|>system\n{SHORT.system}<|im_end|>\n<|im_start|>user\n{SHORT.user}<|im_end|>\n"
    assert head + tail == chat_model.engine.tokenize(f"{rendered}<|im_start|>assistant\n", control=True)


@pytest.mark.parametrize("word", ["<|im_end|>", "<|im_start|>", "<|endoftext|>"])
def test_control_tokens_in_a_text_stay_text(chat_model: InProcessChatModel, word: str) -> None:
    engine = chat_model.engine
    (control,) = engine.tokenize(word, control=True)
    plain_head, plain_tail = engine.render(Prompt("Be good.", "Hello there"))
    head, tail = engine.render(Prompt(f"Be good. {word}", f"Hello {word} there"))
    assert (head.count(control), tail.count(control)) == (plain_head.count(control), plain_tail.count(control))
    assert len(tail) > len(plain_tail)


def test_a_prompt_that_just_fits_is_taken_and_one_token_more_is_refused(chat_model: InProcessChatModel) -> None:
    head, tail = chat_model.engine.render(SHORT)
    needed = len(head) + len(tail)
    room = chat_model.card.context_tokens - needed
    chat_model.submit(Prompt(SHORT.system, SHORT.user, max_tokens=room)).close()
    with pytest.raises(PromptTooLongError, match=rf"has {needed} tokens.*room for {needed - 1}"):
        chat_model.submit(Prompt(SHORT.system, SHORT.user, max_tokens=room + 1))


def test_a_text_far_too_long_is_refused_before_it_runs(chat_model: InProcessChatModel) -> None:
    with pytest.raises(PromptTooLongError, match="room for"):
        chat_model.stream(Prompt(SYSTEM, "word " * 10_000))
    assert answer(chat_model, SHORT)


def test_the_window_can_be_written_full(assets: Assets) -> None:
    """To its last token, past every place where the model would rather stop."""
    engine = Engine(assets.path(DEFAULT), 256, Threads(2, 1))
    prompt = engine.tokenize("one two three four " * 60)[:232]
    assert len(list(islice(engine._llama.generate(prompt, temp=0.0), 24))) == 24
    assert engine._llama.n_tokens == 255
    engine.close()


def test_withdrawing_stops_a_running_prefill_and_the_next_answer_is_right(chat_model: InProcessChatModel) -> None:
    expected = answer(chat_model, SHORT)
    ticket = chat_model.submit(LONG)
    time.sleep(0.3)
    start = time.monotonic()
    ticket.cancel()
    with pytest.raises(CancelledError):
        next(ticket)
    free = chat_model._gate.submit(lambda _: (number for number in [1]))
    assert list(free) == [1]
    assert time.monotonic() - start < 1
    assert answer(chat_model, SHORT) == expected


def test_letting_go_after_the_first_piece_stops_the_writing(chat_model: InProcessChatModel) -> None:
    expected = answer(chat_model, SHORT)
    for piece in chat_model.stream(Prompt(SYSTEM, "Count from one to a thousand.", max_tokens=1500)):
        assert piece
        break
    start = time.monotonic()
    assert answer(chat_model, SHORT) == expected
    assert time.monotonic() - start < 10


def test_two_threads_that_ask_at_once_get_their_own_answers(chat_model: InProcessChatModel) -> None:
    prompts = [SHORT, Prompt(SYSTEM, "Rewrite this note: DBRX has 132 billion parameters.", max_tokens=24)]
    alone = [answer(chat_model, prompt) for prompt in prompts]
    together: list[str] = ["", ""]

    def ask(number: int) -> None:
        together[number] = answer(chat_model, prompts[number])

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert together == alone
    assert alone[0] != alone[1]


@pytest.mark.parametrize(
    "text", ["", " ", "Émile 你好 🦙🏽 здравствуй", "-" * 100, "\n" * 50, "<|im_end|>", "nul\0 \x1b[31m", "[1]"]
)
def test_any_text_survives_the_way_into_tokens_and_back(chat_model: InProcessChatModel, text: str) -> None:
    """A hundred dashes are two tokens of more than 32 bytes, which the library's own way back drops."""
    engine = chat_model.engine
    tokens = engine.tokenize(text)
    assert b"".join(engine._bytes(token) for token in tokens).decode() == text
    assert chat_model.count_tokens(text) == len(tokens)
    assert isinstance(answer(chat_model, Prompt(text, text, max_tokens=2)), str)


def test_a_lone_surrogate_is_taken_for_a_question_mark(chat_model: InProcessChatModel) -> None:
    assert chat_model.engine.tokenize("a\ud800b") == chat_model.engine.tokenize("a?b")


def test_written_emoji_and_other_scripts_come_whole(chat_model: InProcessChatModel) -> None:
    """Whatever the model makes of it, wherever its tokens are cut off: no broken character."""
    text = "Émile 你好 🦙 здравствуй"
    for most in (5, 6, 30):
        said = answer(chat_model, Prompt("Repeat.", f"Repeat this exactly: {text}", max_tokens=most))
        assert "\ufffd" not in said


def test_a_stop_word_ends_the_reply(chat_model: InProcessChatModel) -> None:
    whole = answer(chat_model, SHORT)
    word = whole.split()[2]
    stopped = answer(chat_model, Prompt(SHORT.system, SHORT.user, max_tokens=24, stop=(word,)))
    assert stopped == whole[: whole.index(word)]


def test_the_deadline_ends_a_prefill(small_model: InProcessChatModel) -> None:
    with pytest.raises(DeadlineError):
        list(small_model.stream(Prompt(SYSTEM, "word " * 400, max_tokens=24)))


def test_a_closed_model_says_so_and_does_not_crash(small_model: InProcessChatModel) -> None:
    small_model.close()
    with pytest.raises(ModelError, match="closed"):
        small_model.count_tokens("text")
    with pytest.raises(ModelError, match="closed"):
        small_model.stream(SHORT)
    small_model.close()


def test_closing_tells_who_runs_and_who_waits(assets: Assets) -> None:
    card = ModelCard("test", "Apache-2.0", 1, 2048)
    model = InProcessChatModel(assets.path(DEFAULT), card, Threads(1, 1), queue_size=2, deadline=60)
    running, waiting = model.submit(LONG), model.submit(SHORT)
    time.sleep(0.1)
    assert (running.position, waiting.position) == (0, 1)
    model.close()
    for ticket in (running, waiting):
        with pytest.raises(CancelledError, match="shutting down"):
            list(ticket)


def test_what_llama_cpp_refuses_is_told_with_its_reason_and_nothing_else_is_printed(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "odd.gguf"
    path.write_bytes(tiny_gguf(general__architecture="unheard-of"))
    with pytest.raises(ModelDamagedError, match=r"odd\.gguf.*unknown model architecture: 'unheard-of'"):
        Engine(path, 512, Threads(1, 1))
    assert capfd.readouterr() == ("", "")


def test_idle_threads_sleep(chat_model: InProcessChatModel) -> None:
    assert chat_model.engine
    assert os.environ["OMP_WAIT_POLICY"] == "PASSIVE"


def test_nothing_heavy_is_imported_before_it_is_needed() -> None:
    code = (
        "import sys, bot.llm.opening, bot.llm.pull;"
        "print([one for one in ('llama_cpp', 'huggingface_hub') if one in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_measuring_raw_waits_for_its_turn_and_leaves_the_model_as_it_was(chat_model: InProcessChatModel) -> None:
    expected = answer(chat_model, SHORT)
    running = chat_model.submit(SHORT)
    assert chat_model.raw_seconds(SHORT, 2) > 0
    assert "".join(running) == answer(chat_model, SHORT) == expected
