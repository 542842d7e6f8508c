"""What our fake of Discord knows: who and what there is, what the bot did and when, and what it did wrong."""

from __future__ import annotations

import time
from collections import defaultdict
from dataclasses import dataclass, field
from fnmatch import fnmatch
from typing import TYPE_CHECKING, Any

from tests.bot.chat import wire
from tests.bot.chat.limits_of_discord import pings, wrong_with_message

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.bot.chat.wire import Json

TOKEN = "the-token-of-the-fake"
ACKNOWLEDGE_WITHIN = 3.0  # seconds, or the interaction is lost
_WINDOW, _PER_WINDOW = 5.0, 5  # what Discord allows of one kind of request in one channel


@dataclass(frozen=True, slots=True)
class Request:
    """One call of the bot: `at` is seconds on the monotonic clock."""

    at: float
    method: str
    path: str
    body: Json


@dataclass(slots=True)
class Fault:
    """An answer that Discord gives in place of the right one, `times` times."""

    method: str
    path: str  # a pattern, as the shell knows them
    status: int
    code: int  # Discord's own
    body: Json
    times: int

    def strikes(self, method: str, path: str) -> bool:
        """Return whether the fault meets this request, and count it."""
        if self.times < 1 or method != self.method or not fnmatch(path, self.path):
            return False
        self.times -= 1
        return True


@dataclass(slots=True)
class Asked:
    """An interaction and what became of it: times are seconds on the monotonic clock."""

    payload: Json
    at: float
    acknowledged: float | None = None
    kind: int = 0  # of the callback
    data: Json = field(default_factory=dict)  # of the callback: choices, a modal, flags
    message: str = ""  # the id of the original response
    followups: list[str] = field(default_factory=list)
    expired: bool = False

    @property
    def wait(self) -> float:
        """Seconds until it was acknowledged; infinite if never."""
        return float("inf") if self.acknowledged is None else self.acknowledged - self.at


class World:
    """The state of the fake. Written by its thread alone, read by the test's."""

    def __init__(self) -> None:
        self.me = wire.user("osai", bot=True)
        self.application = self.me["id"]
        self.guilds: dict[str, Json] = {}
        self.channels: dict[str, Json] = {}
        self.messages: dict[str, Json] = {}
        self.shown: defaultdict[str, list[tuple[float, Json]]] = defaultdict(list)  # each version of a message
        self.asked: dict[str, Asked] = {}  # by token
        self.commands: list[Json] = []
        self.requests: list[Request] = []
        self.violations: list[str] = []
        self.faults: list[Fault] = []
        self.limited = False  # whether requests are counted against Discord's limits
        self.emit: Callable[[str, Json], None] = lambda event, data: None
        self._windows: dict[tuple[str, str], tuple[float, int]] = {}

    def fault(self, method: str, path: str) -> Fault | None:
        """Return the fault that meets this request, if any does."""
        return next((one for one in self.faults if one.strikes(method, path)), None)

    def spend(self, method: str, channel: str) -> tuple[int, float]:
        """Count a request and return how many more are allowed (-1: this was one too many) and for how many seconds."""
        now = time.monotonic()
        began, spent = self._windows.get((method, channel), (now, 0))
        if now - began >= _WINDOW:
            began, spent = now, 0
        self._windows[method, channel] = began, spent + 1
        return max(-1, _PER_WINDOW - spent - 1), began + _WINDOW - now

    def check(self, body: Json, where: str) -> list[str]:
        """Return what Discord would refuse in a message, and remember it."""
        wrong = wrong_with_message(body)
        self.violations += [f"{where}: {one}" for one in wrong]
        if pings(body):
            self.violations.append(f"{where}: would notify people")
        return wrong

    def post(self, channel: Json, body: Json, **more: Any) -> Json:
        """Keep a message of the bot, and tell the gateway of it as Discord does."""
        known = {key: body[key] for key in ("content", "embeds", "components", "flags") if body.get(key) is not None}
        posted = wire.message(self.me, channel, "", **known | more)
        if reference := body.get("message_reference"):
            reference = {key: str(value) for key, value in reference.items()}  # discord.py sends numbers
            replied = self.messages.get(reference["message_id"])
            posted |= {"type": 19, "message_reference": reference, "referenced_message": replied}
        self.keep(posted)
        if not posted["flags"] & 64:
            self.emit("MESSAGE_CREATE", posted)
        return posted

    def change(self, message: Json, body: Json) -> Json:
        """Change a message of the bot."""
        known: Json = {key: body[key] or [] for key in ("embeds", "components") if key in body}
        if "content" in body:
            known["content"] = body["content"] or ""
        changed = message | known | {"edited_timestamp": wire.now()}
        changed["flags"] &= ~128  # no longer thinking
        self.keep(changed)
        if not changed["flags"] & 64:
            self.emit("MESSAGE_UPDATE", changed)
        return changed

    def keep(self, message: Json) -> None:
        """Remember a message as it stands now."""
        self.messages[message["id"]] = message
        self.shown[message["id"]].append((time.monotonic(), message))
