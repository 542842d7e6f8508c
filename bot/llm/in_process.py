"""Runs a GGUF model with llama.cpp in this process. One of two modules that import llama_cpp.

The system prompt comes first and never changes, so llama.cpp keeps its KV prefix from one question to the next.
Sampling is greedy: the same prompt gives the same text. What does not fit the window is refused before anything runs.
"""

from __future__ import annotations

import codecs
import ctypes
import os
import time
from typing import TYPE_CHECKING, Any

from bot.errors import CancelledError, ModelDamagedError, ModelError, PromptTooLongError
from bot.llm.gate import Gate

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator
    from pathlib import Path

    from bot.llm.gate import Signal, Ticket
    from bot.llm.tune import Threads
    from bot.ports import ModelCard, Prompt

_BATCH = 512  # tokens of a prompt evaluated at once


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
        needed, room = len(head) + len(tail), self.card.context_tokens - prompt.max_tokens
        if needed > room:
            raise PromptTooLongError(
                f"The prompt has {needed} tokens; {self.card.name} has room for {room}.",
                hint="Ask a shorter question or raise OSAI_CONTEXT_TOKENS.",
            )
        return self._gate.submit(lambda signal: self.engine.generate(head, tail, prompt, signal))

    def raw_seconds(self, prompt: Prompt, tokens: int) -> float:
        """Return the seconds llama.cpp alone takes for the prompt's own part and so many tokens; for measurements."""
        head, tail = self.engine.render(prompt)

        def measure(_: Signal) -> Generator[float, None, None]:
            yield self.engine.raw_seconds(head, tail, tokens)

        return sum(self._gate.submit(measure))

    def close(self) -> None:
        """Stop what runs, and free the model."""
        self._gate.close()
        self.engine.close()


class Engine:
    """llama.cpp itself: tokens in, text out, in the calling thread."""

    def __init__(self, path: Path, context_tokens: int, threads: Threads) -> None:
        # While the host is busy, OpenMP threads that spin starve those that work: 0.6 tokens a second instead of 12-22.
        os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
        import llama_cpp

        _silence(llama_cpp)
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
            raise ModelDamagedError(
                f"{path} cannot be loaded: it is damaged, or llama.cpp does not know its architecture.",
                hint="Fetch it again: `osai models pull NAME`.",
            ) from error
        self._api = llama_cpp
        self._vocabulary = llama_cpp.llama_model_get_vocab(self._llama.model)
        self._template = _chat_template(self._llama)
        self._abort = ctypes.create_string_buffer(2)
        self._watch_for_abort()

    def set_threads(self, threads: Threads) -> None:
        """Use other numbers of threads from the next token on."""
        self._api.llama_set_n_threads(self._llama.ctx, threads.generation, threads.prefill)

    def tokenize(self, text: str) -> list[int]:
        """Return the tokens of plain text."""
        return list(self._llama.tokenize(text.encode(), add_bos=False, special=False))

    def render(self, prompt: Prompt) -> tuple[list[int], list[int]]:
        """Return the tokens of the prompt in the model's own chat template: up to the user's text, and from there."""
        messages = [{"role": "system", "content": prompt.system}, {"role": "user", "content": prompt.user}]
        text = self._template(messages=messages).prompt
        split = max(0, text.rfind(prompt.user))
        head = self._llama.tokenize(text[:split].encode(), add_bos=not self._begins(text), special=True)
        tail = self._llama.tokenize(text[split:].encode(), add_bos=False, special=True)
        return list(head), list(tail)

    def generate(self, head: list[int], tail: list[int], prompt: Prompt, signal: Signal) -> Generator[str, None, None]:
        """Yield the reply's text; CancelledError once `signal` is set, in the middle of a prefill too."""
        self._abort.value = b""
        signal.call(self._set_abort)
        try:
            self._hold(head)
            yield from self._write(head + tail, prompt, signal)
        except RuntimeError as error:
            self._llama.reset()  # an aborted prefill leaves half a batch behind
            if signal:
                raise CancelledError("The question was withdrawn.") from error
            raise
        finally:
            signal.call(None)

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

    def _write(self, tokens: list[int], prompt: Prompt, signal: Signal) -> Iterator[str]:
        decoder = codecs.getincrementaldecoder("utf-8")("replace")
        written = ""
        for count, token in enumerate(self._llama.generate(tokens, temp=0.0, repeat_penalty=1.0), 1):
            if signal:
                raise CancelledError("The question was withdrawn.")
            if self._api.llama_vocab_is_eog(self._vocabulary, token):
                break
            piece = decoder.decode(self._llama.detokenize([token], prev_tokens=tokens))
            written += piece
            if any(word in written for word in prompt.stop):
                break
            if piece:
                yield piece
            if count >= prompt.max_tokens:
                break
        if rest := decoder.decode(b"", final=True):
            yield rest

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

    def raw_seconds(self, head: list[int], tail: list[int], tokens: int) -> float:
        """Return the seconds that llama.cpp's C interface takes for `tail` and so many tokens, `head` being held."""
        self._abort.value = b""
        self._hold(head)
        self._api.llama_memory_seq_rm(self._api.llama_get_memory(self._llama.ctx), 0, len(head), -1)
        start = time.perf_counter()
        self.raw_tokens(tail, tokens)
        seconds = time.perf_counter() - start
        self._llama.reset()
        return seconds

    def raw_tokens(self, tail: list[int], tokens: int) -> list[int]:
        """Return the tokens that llama.cpp's C interface writes after what is held and `tail`."""
        sampler = self._api.llama_sampler_init_greedy()
        written: list[int] = []
        try:
            for start in range(0, len(tail), _BATCH):
                self._decode(tail[start : start + _BATCH])
            while len(written) < tokens:
                written.append(self._api.llama_sampler_sample(sampler, self._llama.ctx, -1))
                self._decode(written[-1:])
        finally:
            self._api.llama_sampler_free(sampler)
        return written

    def _decode(self, tokens: list[int]) -> None:
        batch = (self._api.llama_token * len(tokens))(*tokens)  # llama.cpp borrows it: it must outlive the call
        if code := self._api.llama_decode(self._llama.ctx, self._api.llama_batch_get_one(batch, len(tokens))):
            raise ModelError(f"llama.cpp could not evaluate {len(tokens)} tokens (code {code}).")

    @property
    def reused(self) -> int:
        """Tokens in the KV cache now."""
        return int(self._llama.n_tokens)

    def close(self) -> None:
        """Free the model."""
        self._llama.close()

    def _begins(self, text: str) -> bool:
        bos = self._llama.token_bos()
        return bos < 0 or text.startswith(self._llama._model.token_get_text(bos))  # noqa: SLF001 - no public way

    def _set_abort(self) -> None:
        self._abort.value = b"!"

    def _watch_for_abort(self) -> None:
        """Let llama.cpp stop between two operations once our buffer is not empty.

        It asks a thousand times a token, too often for Python, which would have to take its lock each time. strlen()
        has the right shape: it reads our buffer and returns 0, "go on", while it is empty.
        """
        libc = ctypes.CDLL(None)
        self._callback = ctypes.cast(libc.strlen, self._api.ggml_abort_callback)
        self._api.llama_set_abort_callback(self._llama.ctx, self._callback, ctypes.addressof(self._abort))


def _chat_template(llama: Any) -> Any:
    """Return the formatter of the GGUF's own chat template, or ChatML where it has none."""
    from llama_cpp import llama_chat_format

    def text(token: int) -> str:
        return str(llama._model.token_get_text(token)) if token >= 0 else ""  # noqa: SLF001 - no public way

    template = llama.metadata.get("tokenizer.chat_template") or llama_chat_format.CHATML_CHAT_TEMPLATE
    return llama_chat_format.Jinja2ChatFormatter(template, text(llama.token_eos()), text(llama.token_bos()))


def _silence(llama_cpp: Any) -> None:
    """Keep llama.cpp's own log lines off stderr."""
    global _quiet  # noqa: PLW0603 - ctypes needs the callback to outlive this call
    _quiet = llama_cpp.llama_log_callback(lambda *_: None)
    llama_cpp.llama_log_set(_quiet, ctypes.c_void_p(0))


_quiet: Any = None
