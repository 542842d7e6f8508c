"""Logging to stderr, in one place. Never logs a question, an answer or a secret at the default level."""

from __future__ import annotations

import logging

_LOUD = ("bm25s",)  # sets a level of its own whenever it is imported


def configure(level: str) -> None:
    """Send our own log lines of `level` and above to stderr; other libraries speak from error on."""
    logging.basicConfig(level=logging.ERROR, format="%(levelname)s %(name)s: %(message)s", force=True)
    for name in ("bot", "knowledge", "prompts"):
        logging.getLogger(name).setLevel(level.upper())
    for name in _LOUD:
        logging.getLogger(name).disabled = True
