"""Runs a GGUF model with llama.cpp in this process. One of two modules that import llama_cpp.

The system prompt comes first and never changes, so llama.cpp keeps its KV prefix from one question to the next.
Sampling is greedy: the same prompt gives the same text. Refuses before anything runs what does not fit the window, and
reads no control token out of a prompt's texts.
"""

from __future__ import annotations

import ctypes
import os
import threading
import time
from itertools import islice
from typing import TYPE_CHECKING, Any

from bot.errors import CancelledError, ModelDamagedError, ModelError, ModelTooLargeError, PromptTooLongError
from bot.llm.abort import AbortSwitch
from bot.llm.framing import frame_of
from bot.llm.gate import Gate
from bot.llm.raw import raw_tokens
from bot.llm.spelling import spell

if TYPE_CHECKING:
    from collections.abc import Collection, Generator, Iterator
    from pathlib import Path

    from bot.llm.framing import Frame, Render
    from bot.llm.gate import Signal, Ticket
    from bot.llm.tune import Threads
    from bot.ports import ModelCard, Prompt

_BATCH = 512  # tokens of a prompt evaluated at once
_ERROR = 4  # ggml's level of a log line
_LEANING = 2.0  # logits added to the tokens of a text that the reply keeps to; e^2, some seven times as likely
_WITHDRAWN = "The question was withdrawn."


class InProcessChatModel:
    """A ChatModel on one llama.cpp context behind a gate. Close it when done."""

    def __init__(self, path: Path, card: ModelCard, threads: Threads, *, queue_size: int, deadline: float) -> None:
        self.card = card
        self.engine = Engine(path, card.context_tokens, threads)
        self._gate = Gate(size=queue_size, deadline=deadline)

    def count_tokens(self, text: str) -> int:
        """Return how many tokens the text takes."""
        return len(self.engine.tokenize(text))

    def stream(self, prompt: Prompt) -> Iterator[str]:
        """Yield the reply piece by piece; see ChatModel."""
        return self.submit(prompt)

    def submit(self, prompt: Prompt) -> Ticket[str]:
        """Queue the prompt and return its ticket, which knows its position; PromptTooLongError at once."""
        head, tail = self.engine.render(prompt)
        needed, room = len(head) + len(tail), max(0, self.card.context_tokens - prompt.max_tokens)
        if needed > room:
            raise PromptTooLongError(
                f"The prompt has {needed} tokens; {self.card.name} has room for {room}.",
                hint="Ask a shorter question or raise OSAI_CONTEXT_TOKENS.",
            )

        favored = self.engine.tokens_of(prompt.keeps_to)

        def work(signal: Signal) -> Generator[str, None, None]:
            written = self.engine.generate(head, tail, prompt.max_tokens, signal, favored)
            return spell(written, prompt.stop)

        return self._gate.submit(work)

    def raw_seconds(self, prompt: Prompt, tokens: int) -> float:
        """Return the seconds llama.cpp alone takes for the prompt's own part and so many tokens; for measurements."""
        head, tail = self.engine.render(prompt)

        def measure(_: Signal) -> Generator[float, None, None]:
            yield self.engine.raw_tokens(head, tail, tokens)[1]

        return sum(self._gate.submit(measure))

    def close(self) -> None:
        """Stop what runs, and free the model."""
        self._gate.close()
        self.engine.close()


class Engine:
    """llama.cpp itself: tokens in, text out, in the calling thread."""

    def __init__(self, path: Path, context_tokens: int, threads: Threads) -> None:
        prepare()
        import llama_cpp

        try:
            self._llama: Any = llama_cpp.Llama(
                str(path),
                n_ctx=context_tokens,
                n_batch=_BATCH,
                n_threads=threads.generation,
                n_threads_batch=threads.prefill,
                verbose=False,
            )
        except (ValueError, RuntimeError) as error:
            raise _load_error(path, context_tokens, error) from error
        self._api = llama_cpp
        self._vocabulary = llama_cpp.llama_model_get_vocab(self._llama.model)
        self._piece = ctypes.create_string_buffer(256)
        self._abort = AbortSwitch(llama_cpp.ggml_abort_callback)
        llama_cpp.llama_set_abort_callback(self._llama.ctx, self._abort.callback, self._abort.data)
        self._life = threading.Lock()
        self._closed = False
        self._frame = self._tokenized(frame_of(_template(self._llama)))

    def set_threads(self, threads: Threads) -> None:
        """Use other numbers of threads from the next token on."""
        self._api.llama_set_n_threads(self._llama.ctx, threads.generation, threads.prefill)

    def tokenize(self, text: str, *, control: bool = False, begin: bool = False) -> list[int]:
        """Return the tokens of a text, the control tokens it spells among them if `control`; from any thread."""
        with self._life:
            if self._closed:
                raise ModelError("The model is closed.")
            # A lone surrogate is no UTF-8; it becomes a question mark.
            return list(self._llama.tokenize(text.encode("utf-8", "replace"), add_bos=begin, special=control))

    def render(self, prompt: Prompt) -> tuple[list[int], list[int]]:
        """Return the tokens of the prompt in the model's own chat template: up to the user's text, and from there."""
        opening, middle, closing = self._frame
        head = opening + self.tokenize(prompt.system.strip()) + middle
        tail = self.tokenize(prompt.user.strip()) + closing
        return (head, tail) if tail else (head[:-1], head[-1:])  # something must be evaluated to write after

    def tokens_of(self, text: str) -> frozenset[int]:
        """Return the tokens that spell a text, at its beginning and behind a space."""
        return frozenset(self.tokenize(text)) | frozenset(self.tokenize(f" {text}")) if text else frozenset()

    def generate(
        self, head: list[int], tail: list[int], most: int, signal: Signal, favored: Collection[int] = ()
    ) -> Generator[bytes, None, None]:
        """Yield the bytes of at most so many tokens; CancelledError once `signal` is set, within a prefill too.

        Tokens that are `favored` win over others that are little likelier.
        """
        signal.call(self._abort.throw)
        try:
            self._hold(head)
            lean = self._leaning(favored) if favored else None
            tokens = self._llama.generate(head + tail, temp=0.0, repeat_penalty=1.0, logits_processor=lean)
            for token in islice(tokens, most):
                if signal:
                    raise CancelledError(_WITHDRAWN)
                if self._api.llama_vocab_is_eog(self._vocabulary, token):
                    break
                yield self._bytes(token)
        except RuntimeError as error:
            if signal:  # what was evaluated whole stays; the next evaluation drops the half batch behind it
                raise CancelledError(_WITHDRAWN) from error
            self._llama.reset()
            raise ModelError(f"llama.cpp gave up: {error}.", hint="Ask again, or try `osai doctor`.") from error
        finally:
            signal.call(None)
            self._abort.reset()

    def _leaning(self, favored: Collection[int]) -> Any:
        from llama_cpp import LogitsProcessorList

        places = sorted(favored)

        def lean(_: object, logits: Any) -> Any:
            logits[places] += _LEANING
            return logits

        return LogitsProcessorList([lean])

    def _bytes(self, token: int) -> bytes:
        """Return what a token spells. Llama.detokenize() drops tokens of more than 32 bytes, as lines of dashes are."""
        size = self._api.llama_token_to_piece(self._vocabulary, token, self._piece, len(self._piece), 0, False)
        if size < 0:
            self._piece = ctypes.create_string_buffer(-size)
            return self._bytes(token)
        return self._piece.raw[:size]

    def _hold(self, head: list[int]) -> None:
        """Have exactly the prompt's constant head in the KV cache, evaluating it only where it is not there yet.

        Reusing more, say of a question asked twice, would split the rest into other batches, whose sums differ in the
        last bits: the same prompt would no longer give the same text.
        """
        held = self._llama.input_ids[: self._llama.n_tokens].tolist()
        if held[: len(head)] != head:
            self._llama.reset()
            self._llama.eval(head)
        self._llama.n_tokens = len(head)

    def timings(self, tokens: list[int], most: int) -> tuple[float, float]:
        """Return the seconds that a fresh prefill of the tokens takes, and those of generating `most` after it."""
        self._llama.reset()
        start = time.perf_counter()
        stream = self._llama.generate(tokens, temp=0.0, repeat_penalty=1.0)
        next(stream)
        first = time.perf_counter()
        for _ in range(most):
            next(stream)
        return first - start, time.perf_counter() - first

    def raw_tokens(self, head: list[int], tail: list[int], tokens: int) -> tuple[list[int], float]:
        """Return what llama.cpp's C interface writes after the prompt, and its seconds from the end of `head` on."""
        self._hold(head)
        self._api.llama_memory_seq_rm(self._api.llama_get_memory(self._llama.ctx), 0, len(head), -1)
        start = time.perf_counter()
        written = raw_tokens(self._api, self._llama.ctx, tail, tokens, _BATCH)
        seconds = time.perf_counter() - start
        self._llama.reset()
        return written, seconds

    def close(self) -> None:
        """Free the model."""
        with self._life:
            self._closed = True
            self._llama.close()

    def _tokenized(self, frame: Frame) -> tuple[list[int], list[int], list[int]]:
        begin = not frame.opening.startswith(_spelled(self._llama, self._llama.token_bos()))
        opening = self.tokenize(frame.opening, control=True, begin=begin)
        return opening, self.tokenize(frame.middle, control=True), self.tokenize(frame.closing, control=True)


def _spelled(llama: Any, token: int) -> str:
    return str(llama._model.token_get_text(token)) if token >= 0 else ""  # noqa: SLF001 - no public way


def _template(llama: Any) -> Render:
    """Return the GGUF's own chat template; one that fails for every prompt where it has none."""
    from llama_cpp.llama_chat_format import Jinja2ChatFormatter

    def render(messages: Any) -> str:
        end, begin = _spelled(llama, llama.token_eos()), _spelled(llama, llama.token_bos())
        return str(Jinja2ChatFormatter(llama.metadata["tokenizer.chat_template"], end, begin)(messages=messages).prompt)

    return render


def _load_error(path: Path, context_tokens: int, error: Exception) -> ModelError:
    said = f" llama.cpp says: {_complaints[0]}" if _complaints else ""
    if "context" in str(error):
        what = f"There is no room for a window of {context_tokens} tokens.{said}"
        return ModelTooLargeError(what, hint="Lower OSAI_CONTEXT_TOKENS.")
    return ModelDamagedError(
        f"{path} cannot be loaded: it is damaged, or llama.cpp does not know its architecture.{said}",
        hint="Fetch it again (`osai models pull NAME`), or use a model of `osai models list`.",
    )


def prepare() -> None:
    """Load llama.cpp so that its idle threads sleep, and what it logs stays off stderr."""
    # While the host is busy, OpenMP threads that spin starve those that work: 0.6 tokens a second instead of 12-22.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    import llama_cpp

    global _listener  # noqa: PLW0603 - ctypes needs the callback to outlive this call
    _listener = _listener or llama_cpp.llama_log_callback(_listen)
    llama_cpp.llama_log_set(_listener, ctypes.c_void_p(0))
    _complaints.clear()


def _listen(level: int, text: bytes, _: object) -> None:
    if level == _ERROR and not _complaints:
        _complaints.append(text.decode("utf-8", "replace").strip())


_listener: Any = None
_complaints: list[
    str
] = []  # the first error that llama.cpp logged while it loads: the cause, the others follow from it
