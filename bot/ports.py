"""What the road of a question asks of the outside."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True, slots=True)
class Prompt:
    """One request to a chat model. `system` comes first and byte for byte the same, so that its KV prefix is reused.

    Of words that are about equally likely, those of the text that it `keeps_to` are chosen.
    """

    system: str
    user: str
    max_tokens: int = 160
    stop: tuple[str, ...] = ()
    keeps_to: str = ""


@dataclass(frozen=True, slots=True)
class ModelCard:
    """What an answer says of the model that wrote it. `parameters` counts weights; `context_tokens` is the window."""

    name: str
    license: str
    parameters: int
    context_tokens: int


class ChatModel(Protocol):
    """Writes text. Calls may come from several threads; they are served one at a time, in order."""

    @property
    def card(self) -> ModelCard:
        """Describe the model."""

    def count_tokens(self, text: str) -> int:
        """Return how many tokens the text takes."""

    def stream(self, prompt: Prompt) -> Iterator[str]:
        """Yield the reply piece by piece; closing the iterator cancels the generation, a running prefill too.

        Raises PromptTooLongError before anything is run, QueueFullError, DeadlineError or CancelledError.
        """
