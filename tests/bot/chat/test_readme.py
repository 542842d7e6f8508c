from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from discord import app_commands

from bot.chat.client import OsaiBot

if TYPE_CHECKING:
    import simcord

README = Path(__file__).parents[3] / "README.md"


async def test_the_readme_names_every_command_and_no_other(simcord_env: simcord.Env) -> None:
    bot = simcord_env.bot
    assert isinstance(bot, OsaiBot)
    held = {one.qualified_name for one in bot.tree.walk_commands() if isinstance(one, app_commands.Command)}
    rows = [line for line in README.read_text(encoding="utf-8").splitlines() if line.startswith("| `/")]
    told: set[str] = set()
    for row in rows:
        first, *more = re.findall(r"`/?([^`]+)`", row.split("|")[1])
        told |= {first, *(one if one[:1] == "/" or " " in one else _beside(first, one) for one in more)}
    assert told == held


def _beside(first: str, name: str) -> str:
    """Return `admin channels list` for a "list" that stands beside `admin channels set`."""
    return f"{first.rpartition(' ')[0]} {name}".strip()
