"""The `osai` command: one file a command, one boundary where an error becomes a line on stderr and an exit code."""

from bot.cli.root import main

__all__ = ["main"]
