"""Logging to stderr, in one place. Never logs a question, an answer or a secret at the default level."""

from __future__ import annotations

import copy
import logging

_LOUD = ("bm25s",)  # sets a level of its own whenever it is imported
_FORMAT = "%(levelname)s %(name)s: %(message)s"


def configure(level: str) -> None:
    """Send our own log lines of `level` and above to stderr; other libraries speak from error on, in one line each."""
    logging.basicConfig(level=logging.ERROR, format=_FORMAT, force=True)
    for name in ("bot", "knowledge", "prompts"):
        logging.getLogger(name).setLevel(level.upper())
    for name in _LOUD:
        logging.getLogger(name).disabled = True
    if level != "debug":
        for handler in logging.getLogger().handlers:
            handler.setFormatter(_Brief(_FORMAT))


class _Brief(logging.Formatter):
    """Names the error of another library's line in place of its traceback: discord.py logs one a lost connection."""

    def format(self, record: logging.LogRecord) -> str:
        error = record.exc_info[1] if record.exc_info else None
        if error is None or record.name.startswith("bot"):
            return super().format(record)
        plain = copy.copy(record)
        plain.exc_info = plain.exc_text = None
        return f"{super().format(plain)} ({type(error).__name__})"
