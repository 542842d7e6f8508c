"""`osai run`: the Discord bot, until Ctrl-C or SIGTERM."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from typing import TYPE_CHECKING, NoReturn

from bot.cli.progress import show_progress
from bot.errors import UsageError

if TYPE_CHECKING:
    from bot.settings import Settings

FIRST = "Is the MIT License open source?"  # asked of itself, so that nobody waits for what is read on first use
_HOW = """osai has no Discord token. To get one:
  1. Open https://discord.com/developers/applications, New Application, then Bot, then Reset Token.
  2. Put the token into .env as OSAI_DISCORD_TOKEN=... (or into the environment), and keep it secret.
  3. Invite the bot: OAuth2, URL Generator; scopes bot and applications.commands; permissions View Channels, Send
     Messages, Send Messages in Threads, Create Public Threads, Embed Links, Attach Files, Read Message History.
  4. Run `osai run` again."""


def run_command() -> None:
    """Run the Discord bot until Ctrl-C or SIGTERM. Without a token, say how to get one.

    The first start fetches the model and builds the index. Ends within 10 seconds: the running answer is finished or
    marked as interrupted, then everything is closed.
    """
    from bot.app import open_app
    from bot.settings import load_settings

    settings = load_settings()
    token = _token(settings)
    signal.signal(signal.SIGTERM, _leave)  # until the bot heeds it, while the model loads
    with open_app(settings) as app:
        from bot.chat.client import OsaiBot
        from bot.chat.running import run
        from bot.chat.workshop import leave_unfinished

        with show_progress() as progress:
            parts = app.chat_parts(progress)
            parts.road.answer(FIRST)
        print("osai is connecting to Discord; Ctrl-C ends it.", file=sys.stderr, flush=True)
        asyncio.run(run(lambda: OsaiBot(parts), token))
    leave_unfinished()


def _token(settings: Settings) -> str:
    token = settings.discord_token.get_secret_value().strip() if settings.discord_token else ""
    if not token:
        raise UsageError(_HOW)
    return token


def _leave(*_: object) -> NoReturn:
    """End at once: nothing that is loaded has to be closed, and an exception could be lost in a library's callback."""
    os._exit(0)
