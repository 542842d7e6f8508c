"""What can go wrong in the bot, as people are told it.

OsaiError
├── SettingsError         a variable holds a value it may not
├── UsageError            the command or its input is wrong
├── StoreError            a file in which osai keeps ratings or settings cannot be used
├── ModelError            the language model cannot be had or run
│   ├── ModelMissingError     not on this machine yet
│   ├── ModelDamagedError     not a readable GGUF file
│   ├── ModelTooLargeError    needs more memory than there is
│   └── PromptTooLongError    does not fit the model's context
└── GenerationError       an answer was begun and not finished
    ├── QueueFullError        too many are waiting
    ├── DeadlineError         took longer than allowed
    └── CancelledError        the asker withdrew the question
"""

from __future__ import annotations


class OsaiError(Exception):
    """Base of all: what broke, the command or act that mends it, and whether trying again can help."""

    def __init__(self, message: str, *, hint: str = "", retryable: bool = False) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.retryable = retryable


class SettingsError(OsaiError):
    """A variable holds a value it may not."""


class UsageError(OsaiError):
    """The command or its input is wrong."""


class StoreError(OsaiError):
    """A file in which osai keeps ratings or settings cannot be read or written."""


class ModelError(OsaiError):
    """The language model cannot be had or run."""


class ModelMissingError(ModelError):
    """The model is not on this machine yet."""


class ModelDamagedError(ModelError):
    """The file is not a readable GGUF."""


class ModelTooLargeError(ModelError):
    """The model needs more memory than there is."""


class PromptTooLongError(ModelError):
    """The prompt does not fit the model's context."""


class GenerationError(OsaiError):
    """An answer was begun and not finished."""


class QueueFullError(GenerationError):
    """Too many questions are waiting."""


class DeadlineError(GenerationError):
    """The answer took longer than allowed."""


class CancelledError(GenerationError):
    """The asker withdrew the question."""
