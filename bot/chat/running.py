"""Runs the bot until it is told to stop: patient with a Discord that does not answer, quick to leave when asked.

discord.py retries a lost connection by itself, but neither a failed login nor, with growing pauses, a failed first
connection (discord.py#10520). Here a bot that could not begin is thrown away, and a fresh one tries again. Refuses to
retry what no waiting mends: a wrong token, an intent that is not granted.
"""

from __future__ import annotations

import asyncio
import logging
import random
import signal
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Protocol

import aiohttp
import discord
import yarl

from bot.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_log = logging.getLogger(__name__)
_FIRST_PAUSE, _LONGEST_PAUSE = 1.0, 60.0  # seconds
_FINISH, _TELL, _CLOSE = 3.5, 3.0, 2.0  # seconds for the running answer, for what is still to be said, for the goodbye
_PASSING = (OSError, aiohttp.ClientError, asyncio.TimeoutError, discord.GatewayNotFound, discord.ConnectionClosed)
_TOO_MANY, _SERVER_ERROR = 429, 500  # HTTP status
_PORTAL = "https://discord.com/developers/applications"
_REFUSALS = {  # close codes of the gateway that no waiting mends: what is wrong, and what mends it
    4004: ("Discord does not know the token in OSAI_DISCORD_TOKEN.", f"Copy it anew from {_PORTAL}, Bot, Reset Token."),
    4010: ("Discord refuses these shards.", "Mend OSAI_SHARD_IDS and OSAI_SHARD_COUNT."),
    4011: ("The bot is in too many guilds for its shards.", "Raise OSAI_SHARD_COUNT."),
    4014: (
        "Discord does not grant this bot the message content intent.",
        f"Switch it on at {_PORTAL}, Bot, or set OSAI_MESSAGE_CONTENT=false.",
    ),
}


class Runnable(Protocol):
    """The bot as its runner sees it: a client that can also finish what it began."""

    http: discord.http.HTTPClient

    @property
    def shard_count(self) -> int | None:
        """How many shards there are; None lets Discord say."""

    async def login(self, token: str) -> None:
        """Log in and load everything."""

    async def connect(self) -> None:
        """Serve until closed."""

    async def wind_down(self, seconds: float) -> None:
        """Refuse new questions; let the running answer finish, or mark it after so many seconds."""

    async def close(self) -> None:
        """Close the connections."""


async def run(make: Callable[[], Runnable], token: str) -> None:
    """Serve until SIGTERM or SIGINT; each attempt to begin gets a bot of its own from `make`.

    Raises SettingsError for what only the owner can mend.
    """
    stop = asyncio.Event()
    with _heeding_signals(stop):
        for pause in _pauses():
            bot = make()
            failure = await _serve(bot, token, stop)
            if failure is None:
                return
            _log.warning("Discord cannot be reached (%s); trying again in %.0f s.", _name(failure), pause)
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), pause)
                return


async def _serve(bot: Runnable, token: str, stop: asyncio.Event) -> Exception | None:
    """Serve until told to stop and return None, or what passes by itself and ended the attempt."""
    serving, stopping = asyncio.create_task(_begin(bot, token)), asyncio.create_task(stop.wait())
    try:
        await asyncio.wait((serving, stopping), return_when=asyncio.FIRST_COMPLETED)
        if stopping.done():
            with suppress(TimeoutError):
                await asyncio.wait_for(bot.wind_down(_FINISH), _FINISH + _TELL)
    finally:
        stopping.cancel()
        await _close(bot)
        serving.cancel()
        (outcome,) = await asyncio.gather(serving, return_exceptions=True)
    if stop.is_set() or not isinstance(outcome, Exception):
        return None
    return _passing(outcome)


async def _begin(bot: Runnable, token: str) -> None:
    await bot.login(token)
    await _probe(bot)
    await bot.connect()


async def _probe(bot: Runnable) -> None:
    """Connect to the gateway once, and hang up: discord.py logs a traceback for each failure of its own first try."""
    url = discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY
    if bot.shard_count is None:
        _, address, _ = await bot.http.get_bot_gateway()
        url = yarl.URL(address)
    socket = await bot.http.ws_connect(str(url))
    await socket.close()


async def _close(bot: Runnable) -> None:
    """Close the connections; hang up where Discord does not answer the goodbye."""
    try:
        await asyncio.wait_for(bot.close(), _CLOSE)
    except TimeoutError:
        await bot.http.close()


def _passing(error: Exception) -> Exception:
    """Return an error that waiting may mend; raise any other, in words for the owner where there are some."""
    if (code := _close_code(error)) in _REFUSALS:
        message, hint = _REFUSALS[code]
        raise SettingsError(message, hint=hint) from error
    if isinstance(error, _PASSING) or (isinstance(error, discord.HTTPException) and _is_passing(error.status)):
        return error
    raise error


def _close_code(error: Exception) -> int:
    """Return the gateway's code for what went wrong; 0 where there is none."""
    if isinstance(error, discord.LoginFailure):
        return 4004
    if isinstance(error, discord.PrivilegedIntentsRequired):
        return 4014
    return error.code if isinstance(error, discord.ConnectionClosed) else 0


def _is_passing(status: int) -> bool:
    return status == _TOO_MANY or status >= _SERVER_ERROR


def _pauses() -> Iterator[float]:
    """Yield seconds to wait: twice as long each time, up to a minute, and never the same for two bots."""
    pause = _FIRST_PAUSE
    while True:
        yield pause * random.uniform(0.75, 1.25)  # noqa: S311 - spreads reconnects, hides nothing
        pause = min(2 * pause, _LONGEST_PAUSE)


def _name(error: Exception) -> str:
    status = getattr(error, "status", None)
    return f"{type(error).__name__} {status}" if status else type(error).__name__


@contextmanager
def _heeding_signals(stop: asyncio.Event) -> Iterator[None]:
    """Take the first SIGTERM or SIGINT as a wish to stop; the second one ends the process as usual."""
    loop = asyncio.get_running_loop()
    heeded = (signal.SIGTERM, signal.SIGINT)

    def told() -> None:
        stop.set()
        for one in heeded:
            loop.remove_signal_handler(one)

    for one in heeded:
        loop.add_signal_handler(one, told)
    try:
        yield
    finally:
        for one in heeded:
            loop.remove_signal_handler(one)
