"""A chat model whose replies can be withdrawn from another thread: the one that runs, and those that would follow.

An answer asks the model several times. Whoever takes a question back must stop the reply that is being written, a
prefill too, and keep the answer from asking for the next. Serves one answer at a time.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Protocol

from bot.errors import CancelledError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.ports import ModelCard, Prompt

_WITHDRAWN = "The question was withdrawn."


class Reply(Protocol):
    """A reply that is being written, piece by piece."""

    def __iter__(self) -> Iterator[str]:
        """Yield the pieces."""
        ...

    def __next__(self) -> str:
        """Return the next piece."""
        ...

    def cancel(self) -> None:
        """Stop it, from any thread."""


class Model(Protocol):
    """A chat model that hands out replies which can be cancelled."""

    card: ModelCard

    def count_tokens(self, text: str) -> int:
        """Return how many tokens the text takes."""

    def submit(self, prompt: Prompt) -> Reply:
        """Queue the prompt and return its reply."""


class WithdrawableModel:
    """A ChatModel over another one. `begin` an answer before it asks, `withdraw` it at any moment."""

    def __init__(self, model: Model) -> None:
        self._model, self.card = model, model.card
        self._lock = threading.Lock()
        self._withdrawn = False
        self._running: Reply | None = None

    def count_tokens(self, text: str) -> int:
        """Return how many tokens the text takes."""
        return self._model.count_tokens(text)

    def begin(self) -> None:
        """Let a new answer ask."""
        with self._lock:
            self._withdrawn, self._running = False, None

    def withdraw(self) -> None:
        """Stop the reply that runs, and refuse the answer's next ones with CancelledError."""
        with self._lock:
            self._withdrawn, running = True, self._running
        if running is not None:
            running.cancel()

    def check(self) -> None:
        """Raise CancelledError where the answer was withdrawn."""
        if self._withdrawn:
            raise CancelledError(_WITHDRAWN)

    def stream(self, prompt: Prompt) -> Iterator[str]:
        """Yield the reply piece by piece; see ChatModel."""
        with self._lock:
            self.check()
            reply = self._running = self._model.submit(prompt)
        return iter(reply)
