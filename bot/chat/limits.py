"""Decides whether somebody may ask now: a bucket of questions for each guild, and one for each person in it.

A bucket is kept as the one moment at which it will be full again (the generic cell rate algorithm, ATM Forum 1996), so
nothing runs between questions. Pure: the clock is handed in. Refuses to know Discord, and who is above the limits.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.guilds import Limits

_MANY = 10_000  # buckets; beyond, those that are full again are thrown away, then those nearest to it
_Key = tuple[int, int]  # guild and person; person 0 for the guild itself


class Cooldowns:
    """The buckets. `clock` gives seconds that never go back."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._full: dict[_Key, float] = {}

    def ask(self, *, guild: int, user: int, limits: Limits) -> float:
        """Count a question and return 0, or count nothing and return the seconds until one is allowed.

        `guild` is 0 for a direct message, for which no guild's bucket counts.
        """
        now = self._clock()
        buckets = [((guild, user), limits.user_burst, limits.user_seconds)]
        if guild:
            buckets.append(((guild, 0), limits.guild_burst, limits.guild_seconds))
        wait = max(self._full.get(key, now) - (burst - 1) * seconds - now for key, burst, seconds in buckets)
        if wait > 0:
            return wait
        for key, _, seconds in buckets:
            self._full[key] = max(self._full.get(key, now), now) + seconds
        if len(self._full) > _MANY:
            self._throw_away(now)
        return 0.0

    def __len__(self) -> int:
        return len(self._full)

    def _throw_away(self, now: float) -> None:
        """Drop half of the buckets at least: all that are full again, and those that will be soonest."""
        used = sorted((full, key) for key, full in self._full.items() if full > now)
        self._full = {key: full for full, key in used[-_MANY // 2 :]}


def cooldown_text(wait: float, now: float) -> str:
    """Return what is said to somebody who has to wait so many seconds; `now` in seconds since 1970.

    Discord counts the relative time down by itself.
    """
    return f"That is quicker than I may answer here. Ask again <t:{math.ceil(now + wait)}:R>."
