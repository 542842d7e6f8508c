"""Tells a person in one line what went wrong, with an id under which the log has more.

The log names the kind of error and where it happened. Its words and its traceback may quote what somebody wrote, so
they are for the debug level alone.
"""

from __future__ import annotations

import logging
import secrets
import traceback
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING, Any

import discord
from discord import app_commands

from bot.chat.markup import shortened
from bot.chat.safety import safe
from bot.chat.timely import tell
from bot.errors import OsaiError
from knowledge.errors import KnowledgeError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

_log = logging.getLogger(__name__)
_MESSAGE = 2000  # characters


@asynccontextmanager
async def telling(interaction: discord.Interaction[Any]) -> AsyncIterator[None]:
    """Tell the person of whatever is raised inside. discord.py keeps what a dynamic item raises to itself."""
    try:
        yield
    except Exception as error:  # noqa: BLE001 - the boundary: nobody is left without a word
        await tell_mishap(interaction, error)


async def tell_mishap(interaction: discord.Interaction[Any], error: Exception) -> None:
    """Tell the person who asked, and nobody else, what went wrong."""
    line = mishap_line(error)
    with suppress(discord.HTTPException):  # the interaction is lost: there is nobody to tell
        await tell(interaction, content=line, private=True)


def mishap_line(error: Exception) -> str:
    """Return what a person is told: what broke and what mends it, or that it is ours to mend, with a log id."""
    cause = error.original if isinstance(error, app_commands.CommandInvokeError) else error
    number = secrets.token_hex(4)
    frame = next(iter(traceback.extract_tb(cause.__traceback__)[-1:]), None)
    where = f"{frame.filename}:{frame.lineno}" if frame else "an unknown place"
    if isinstance(cause, (OsaiError, KnowledgeError)):
        _log.warning("%s: %s at %s", number, type(cause).__name__, where)
        said = safe(f"{cause.message} {cause.hint}".strip())
    else:
        _log.error("%s: %s at %s", number, type(cause).__name__, where)
        said = "Something went wrong on my side."
    _log.debug("%s in full", number, exc_info=cause)
    return f"{shortened(said, _MESSAGE - 30)} (log id {number})"
