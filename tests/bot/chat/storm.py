"""Sends a bot hundreds of hostile events: every kind osai hears of, hostile in every part that a user controls.

Knows no command of osai's: it fills in whatever commands the bot registered.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.bot.chat import wire
from tests.bot.chat.hostile import extras, name, text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.bot.chat.socket_fake import Asked, FakeDiscord
    from tests.bot.chat.wire import Json

_SUB, _GROUP, _STRING, _INTEGER, _BOOLEAN, _CHANNEL, _ROLE, _NUMBER = 1, 2, 3, 4, 5, 7, 8, 10
_BUTTON = 2
_KINDS = 8  # of what a user does, in turn


@dataclass(frozen=True, slots=True)
class Command:
    """A command as it was registered: `path` is its name, or group and name; direct messages have no `guild_only`."""

    path: str
    options: tuple[Json, ...]
    guild_only: bool


class Storm:
    """Makes events in a guild of its own whose names are hostile too."""

    def __init__(self, fake: FakeDiscord) -> None:
        self.fake = fake
        self.asked: list[Asked] = []
        self.said: list[Json] = []
        guild = fake.open_guild(name(0))
        self.channel = fake.open_channel(guild, name(1))
        self.users = [wire.user(name(number)) for number in range(12)]
        self.thread = fake.open_thread(self.channel, name(2), fake.world.me)
        self.direct = fake.open_direct(self.users[3])
        commands = [one for one in fake.world.commands if one["type"] == wire.CHAT_INPUT]
        self.commands = [leaf for one in commands for leaf in _leaves(one, "", _guild_only(one))]
        self.menus = [one["name"] for one in fake.world.commands if one["type"] == wire.MESSAGE_MENU]
        self._turns = itertools.cycle(self.commands)

    def send(self, number: int) -> None:
        """Send the n-th event."""
        user = self.users[number % len(self.users)]
        act = (
            self._mention,
            self._reply,
            self._direct,
            self._threaded,
            self._slash,
            self._type,
            self._press,
            self._menu,
        )
        act[number % _KINDS](number // _KINDS, user)

    def _mention(self, number: int, user: Json) -> None:
        more = extras(number, user) | ({"mentions": [self.fake.world.me]} if number % 2 else {})
        said = f"<@{self.fake.world.me['id']}> {text(number)}"[:4000]
        self.said.append(self.fake.say(user, self.channel, said, **more))

    def _reply(self, number: int, user: Json) -> None:
        mine = self._mine(number)
        more = extras(number + 1, user)
        self.said.append(self.fake.say(user, self.channel, text(number), reply_to=mine["id"] if mine else "1", **more))

    def _direct(self, number: int, user: Json) -> None:
        self.said.append(self.fake.say(self.users[3], self.direct, text(number), **extras(number, self.users[3])))

    def _threaded(self, number: int, user: Json) -> None:
        self.said.append(self.fake.say(user, self.thread, text(number), **extras(number, user)))

    def _slash(self, number: int, user: Json) -> None:
        command = next(self._turns)
        options = {one["name"]: self._value(one, number) for one in command.options}
        self.asked.append(self.fake.slash(user, self._place(number, command), command.path, **options))

    def _type(self, number: int, user: Json) -> None:
        completing = [(one, opt) for one in self.commands for opt in one.options if opt.get("autocomplete")]
        if completing:
            command, option = completing[number % len(completing)]
            typed = {option["name"]: text(number)}
            self.asked.append(self.fake.typed(user, self.channel, command.path, option["name"], **typed))

    def _press(self, number: int, user: Json) -> None:
        if (mine := self._mine(number)) is None:
            return
        known = [part for row in mine["components"] for part in row["components"] if part.get("custom_id")]
        part: Json = known[number % len(known)] if known else {"custom_id": "gone", "type": _BUTTON}
        custom_id = (part["custom_id"], part["custom_id"][:-1] + "\u202e9", text(number)[:100] or "x")[number // 3 % 3]
        data: Json = {"custom_id": custom_id, "component_type": part["type"]}
        if part["type"] != _BUTTON:
            data["values"] = [option["value"] for option in part.get("options", [])][:1] or [text(number)[:100]]
        more = {"message": mine}
        self.asked.append(self.fake.interact(wire.COMPONENT, user, self.channel, data, **more))

    def _menu(self, number: int, user: Json) -> None:
        if self.menus:
            target = wire.message(user, self.channel, text(number), **extras(number, user))
            self.asked.append(self.fake.menu(user, self.channel, self.menus[number % len(self.menus)], target))

    def _place(self, number: int, command: Command) -> Json:
        return (self.channel, self.thread, self.channel, self.channel if command.guild_only else self.direct)[
            number % 4
        ]

    def _mine(self, number: int) -> Json | None:
        me = self.fake.world.me["id"]
        mine = [one for one in list(self.fake.world.messages.values()) if one["author"]["id"] == me]
        return mine[number % len(mine)] if mine else None

    def _value(self, option: Json, number: int) -> Any:
        if choices := option.get("choices"):
            return choices[number % len(choices)]["value"]
        made: dict[int, Callable[[], Any]] = {
            _STRING: lambda: text(number)[: option.get("max_length", 6000)],
            _INTEGER: lambda: (option.get("min_value", -(2**53)), option.get("max_value", 2**53))[number % 2],
            _NUMBER: lambda: (option.get("min_value", -1e300), option.get("max_value", 1e300))[number % 2],
            _BOOLEAN: lambda: number % 2 == 0,
            _CHANNEL: lambda: self.channel,
            _ROLE: lambda: wire.role(name(number)),
        }
        return made[option["type"]]()


def _guild_only(command: Json) -> bool:
    return command.get("contexts") == [0] or command.get("dm_permission") is False


def _leaves(command: Json, above: str, guild_only: bool) -> Iterator[Command]:
    path = f"{above} {command['name']}".strip()
    below = [one for one in command.get("options") or [] if one["type"] in (_SUB, _GROUP)]
    if not below:
        yield Command(path, tuple(command.get("options") or []), guild_only)
    for one in below:
        yield from _leaves(one, path, guild_only)
