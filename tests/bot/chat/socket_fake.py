"""A Discord of our own on 127.0.0.1 and on the wall clock: REST and gateway, as far as osai uses them.

simcord shows what the bot says, on a virtual clock; this shows when, and what becomes of it when Discord stumbles. It
lives in a thread with a loop of its own, so that a bot that blocks its loop is seen to be late. It refuses what Discord
refuses and remembers it in `violations`. It knows neither osai nor its commands.
"""

from __future__ import annotations

import asyncio
import threading
import time
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, Self

import discord
import yarl
from aiohttp import web

from tests.bot.chat import wire
from tests.bot.chat.socket_gateway import Gateway
from tests.bot.chat.socket_rest import Rest
from tests.bot.chat.socket_world import TOKEN, Asked, Fault, World

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Coroutine

    from tests.bot.chat.wire import Json

__all__ = ["TOKEN", "Asked", "FakeDiscord", "connected", "until"]


class FakeDiscord:
    """Discord, while its `with` block lasts: discord.py is led here and back. `heartbeat` is an interval in seconds."""

    def __init__(self, *, heartbeat: float = 1.0) -> None:
        self.world = World()
        self.gateway = Gateway(self.world, lambda: self.gateway_url, heartbeat)
        self.port = 0
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="fake-discord", daemon=True)
        self._real: tuple[str, yarl.URL] | None = None
        self.world.emit = lambda event, data: self._start(self.gateway.dispatch(event, data))

    # Where it is

    @property
    def rest_url(self) -> str:
        """Where its REST half answers."""
        return f"http://127.0.0.1:{self.port}/api/v10"

    @property
    def gateway_url(self) -> str:
        """Where its gateway answers."""
        return f"ws://127.0.0.1:{self.port}/gateway"

    def __enter__(self) -> Self:
        self._thread.start()
        self._do(self._serve())
        self._real = discord.http.Route.BASE, discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY
        discord.http.Route.BASE = self.rest_url
        discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(self.gateway_url)
        return self

    def __exit__(self, *_: object) -> None:
        if self._real:
            discord.http.Route.BASE, discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = self._real
        self._do(self._stop())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _serve(self) -> None:
        app = web.Application(client_max_size=32 << 20)
        app.router.add_get("/gateway", self.gateway.handle)
        app.router.add_get("/gateway/", self.gateway.handle)
        Rest(self.world, lambda: self.gateway_url).add_to(app)
        self._runner = web.AppRunner(app, shutdown_timeout=1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self.port)
        await site.start()
        self.port = self._runner.addresses[0][1]

    async def _stop(self) -> None:
        await self.gateway.close()
        await self._runner.cleanup()

    def go_dark(self) -> None:
        """Stop answering at all: connections are refused until `come_back`."""
        self._do(self.gateway.cut())
        self._do(self._runner.cleanup())

    def freeze(self, seconds: float) -> None:
        """Keep every connection and answer nothing for so many seconds."""
        self._loop.call_soon_threadsafe(time.sleep, seconds)

    def come_back(self) -> None:
        """Answer again, on the same port."""
        self._do(self._serve())

    # What there is

    def open_guild(self, name: str = "Guild", *, number: int | None = None) -> Json:
        """Add a guild."""
        guild = wire.guild(name, self.world.me, number=number)
        self.world.guilds[guild["id"]] = guild
        self.world.emit("GUILD_CREATE", guild)
        return guild

    def open_channel(self, guild: Json, name: str = "general") -> Json:
        """Add a text channel to a guild."""
        channel = wire.channel(name, guild["id"])
        guild["channels"].append(channel)
        self.world.channels[channel["id"]] = channel
        self.world.emit("CHANNEL_CREATE", channel)
        return channel

    def open_direct(self, user: Json) -> Json:
        """Add a channel of direct messages with a user."""
        channel = wire.direct(user)
        self.world.channels[channel["id"]] = channel
        return channel

    def open_thread(self, parent: Json, name: str, owner: Json) -> Json:
        """Add a thread."""
        thread = wire.thread(name, parent, owner["id"])
        self.world.channels[thread["id"]] = thread
        self.world.emit("THREAD_CREATE", thread)
        return thread

    # What people do

    def say(self, user: Json, where: Json, text: str, *, reply_to: str = "", **more: Any) -> Json:
        """Post a message of a user; whom it mentions is read from its text, `more` overrides parts of it."""
        if f"<@{self.world.me['id']}>" in text:
            more = {"mentions": [self.world.me]} | more
        if reply_to:
            replied = self.world.messages.get(reply_to)
            reference = {"message_id": reply_to, "channel_id": where["id"], "guild_id": where.get("guild_id")}
            more = {"type": 19, "message_reference": reference, "referenced_message": replied} | more
        message = wire.message(user, where, text, **more)
        self.world.keep(message)
        self.world.emit("MESSAGE_CREATE", message)
        return message

    def mention(self, user: Json, where: Json, text: str, **more: Any) -> Json:
        """Post a message that mentions the bot."""
        return self.say(user, where, f"<@{self.world.me['id']}> {text}", **more)

    def delete(self, message: Json) -> None:
        """Delete a message as its author does."""
        self.world.messages.pop(message["id"], None)
        gone: Json = {key: message[key] for key in ("id", "channel_id", "guild_id") if key in message}
        self.world.emit("MESSAGE_DELETE", gone)

    def slash(self, user: Json, where: Json, path: str, /, **options: Any) -> Asked:
        """Run a slash command: `path` is its name, or group and name."""
        return self._interact(wire.COMMAND, user, where, wire.command_data(path, options))

    def typed(self, user: Json, where: Json, path: str, focused: str, /, **options: Any) -> Asked:
        """Type into an option of a slash command that completes."""
        return self._interact(wire.AUTOCOMPLETE, user, where, wire.command_data(path, options, focused))

    def menu(self, user: Json, where: Json, name: str, target: Json) -> Asked:
        """Choose a command of a message's context menu."""
        return self._interact(wire.COMMAND, user, where, wire.menu_data(name, target))

    def press(self, user: Json, where: Json, message_id: str, custom_id: str) -> Asked:
        """Press a button of a message."""
        data = {"custom_id": custom_id, "component_type": 2}
        return self._interact(wire.COMPONENT, user, where, data, message=self.world.messages[message_id])

    def interact(self, kind: int, user: Json, where: Json, data: Json, **more: Any) -> Asked:
        """Send an interaction of any shape."""
        return self._interact(kind, user, where, data, **more)

    def _interact(self, kind: int, user: Json, where: Json, data: Json, **more: Any) -> Asked:
        permissions = user.get("permissions", wire.EVERYTHING)
        payload = wire.interaction(kind, user, where, self.world.application, data, permissions) | more
        asked = Asked(payload, time.monotonic())
        self.world.asked[payload["token"]] = asked
        self.world.emit("INTERACTION_CREATE", payload)
        return asked

    # How Discord stumbles

    def fail(self, method: str, path: str, status: int, *, code: int = 0, times: int = 1, **body: Any) -> None:
        """Answer matching requests with an error, `times` times; `body` holds what it says, as retry_after."""
        self.world.faults.append(Fault(method, path, status, code, body, times))

    def drop(self, code: int = 1001) -> None:
        """Close the gateway's connections."""
        self._do(self.gateway.drop(code))

    def cut(self) -> None:
        """Break the gateway's connections off."""
        self._do(self.gateway.cut())

    def ask_to_reconnect(self) -> None:
        """Ask the bot to reconnect."""
        self._do(self.gateway.ask_to_reconnect())

    def invalidate(self) -> None:
        """Declare the bot's sessions invalid."""
        self._do(self.gateway.invalidate())

    # What came of it

    def original(self, asked: Asked) -> Json:
        """Return the original response to an interaction as it stands now; empty while there is none."""
        return self.world.messages.get(asked.message, {})

    def responses(self, asked: Asked) -> list[Json]:
        """Return the original response to an interaction and its follow-ups, as they stand now."""
        return [self.world.messages[one] for one in (asked.message, *asked.followups) if one in self.world.messages]

    def replies_to(self, message: Json) -> list[Json]:
        """Return the bot's replies to a message as they stand now."""
        mine = (one for one in self.world.messages.values() if one["author"]["id"] == self.world.me["id"])
        return [one for one in mine if (one.get("message_reference") or {}).get("message_id") == message["id"]]

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop)

    def _do(self, work: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result(15)


async def until(holds: Callable[[], object], seconds: float = 10, what: str = "") -> None:
    """Wait until something holds, looking every 5 ms; AssertionError after so many seconds."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, f"not within {seconds:g} s: {what or 'what was waited for'}"
        await asyncio.sleep(0.005)


@asynccontextmanager
async def connected(bot: discord.Client, fake: FakeDiscord) -> AsyncIterator[None]:
    """Run a bot before the fake meanwhile, from its first identify on."""
    before = fake.gateway.identified
    running = asyncio.create_task(bot.start(TOKEN))
    await until(lambda: fake.gateway.identified > before or running.done(), 30, "the bot to identify")
    try:
        yield
    finally:
        await bot.close()
        await running
