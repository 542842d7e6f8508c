"""The gateway half of our fake of Discord: sessions, heartbeats and how late they are, drops and resumes."""

from __future__ import annotations

import asyncio
import json
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from aiohttp import WSCloseCode, WSMsgType, web

from tests.bot.chat.socket_world import TOKEN

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.bot.chat.socket_world import World
    from tests.bot.chat.wire import Json

_DISPATCH, _HEARTBEAT, _IDENTIFY, _RESUME, _RECONNECT, _INVALID, _HELLO, _ACK = 0, 1, 2, 6, 7, 9, 10, 11
_MESSAGE_CONTENT = 1 << 15  # the intent


@dataclass(frozen=True, slots=True)
class Beat:
    """A heartbeat: when it came, and how many seconds after it was due."""

    at: float
    late: float


@dataclass(slots=True)
class Session:
    """What a bot is told on one shard: kept, so that a resume can tell what was missed."""

    id: str
    shard: tuple[int, int]
    intents: int
    sent: list[str] = field(default_factory=list)  # the n-th has sequence n + 1
    socket: web.WebSocketResponse | None = None


class Gateway:
    """Talks to the bot over web sockets. Everything here runs in the fake's loop."""

    def __init__(self, world: World, url: Callable[[], str], interval: float) -> None:
        self.world, self.interval = world, interval
        self.refusals = 0  # how many connections are still turned away
        self.close_code = 0  # with which every identify is refused, if any
        self.connections = 0  # that were tried
        self.identified, self.resumed = 0, 0
        self.beats: list[Beat] = []
        self.sessions: dict[str, Session] = {}
        self._url = url

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Serve one connection."""
        self.connections += 1
        if self.refusals > 0:
            self.refusals -= 1
            return web.Response(status=503)
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        await _send(socket, {"op": _HELLO, "d": {"heartbeat_interval": int(self.interval * 1000)}})
        due: float | None = None
        async for message in socket:
            if message.type is not WSMsgType.TEXT:
                break
            said = json.loads(message.data)
            if said["op"] == _HEARTBEAT:
                due = await self._beat(socket, due)
            elif said["op"] == _IDENTIFY:
                await self._identify(socket, said["d"])
            elif said["op"] == _RESUME:
                await self._resume(socket, said["d"])
        return socket

    async def _beat(self, socket: web.WebSocketResponse, due: float | None) -> float:
        now = time.monotonic()
        if due is not None:
            self.beats.append(Beat(now, now - due))
        await _send(socket, {"op": _ACK, "d": None})
        return now + self.interval

    async def _identify(self, socket: web.WebSocketResponse, said: Json) -> None:
        if code := self.close_code or (4004 if said["token"] != TOKEN else 0):
            await socket.close(code=code)
            return
        self.identified += 1
        session = Session(
            f"session-{self.identified}", tuple(said.get("shard") or (0, 1)), said["intents"], socket=socket
        )
        self.sessions[session.id] = session
        ours = [guild for guild in self.world.guilds.values() if _shard_of(guild["id"], session) == session.shard[0]]
        ready = {"v": 10, "user": self.world.me, "session_id": session.id, "resume_gateway_url": self._url()}
        ready |= {"shard": session.shard, "application": {"id": self.world.application, "flags": 0}}
        gone = [{"id": guild["id"], "unavailable": True} for guild in ours]
        await self._tell(session, "READY", ready | {"guilds": gone})
        for guild in ours:
            await self._tell(session, "GUILD_CREATE", guild)

    async def _resume(self, socket: web.WebSocketResponse, said: Json) -> None:
        session = self.sessions.get(said["session_id"])
        if session is None:
            await _send(socket, {"op": _INVALID, "d": False})
            return
        self.resumed += 1
        session.socket = socket
        for missed in session.sent[said["seq"] :]:
            await socket.send_str(missed)
        await self._tell(session, "RESUMED", {})

    async def _tell(self, session: Session, event: str, data: Json) -> None:
        text = json.dumps({"op": _DISPATCH, "t": event, "s": len(session.sent) + 1, "d": data})
        session.sent.append(text)
        if session.socket is not None and not session.socket.closed:
            await session.socket.send_str(text)

    async def dispatch(self, event: str, data: Json) -> None:
        """Tell an event on the shard of its guild; what has none goes to shard 0. Kept for who is not connected."""
        for session in list(self.sessions.values()):
            if _shard_of(data.get("guild_id") or "0", session) == session.shard[0]:
                await self._tell(session, event, self._visible(data, session))

    def _visible(self, data: Json, session: Session) -> Json:
        """Take the text out of a message that the bot may not read: no intent, no mention, not its own, not direct."""
        if "content" not in data or session.intents & _MESSAGE_CONTENT or "guild_id" not in data:
            return data
        told = [data["author"]["id"], *(one["id"] for one in data["mentions"])]
        return data if self.world.me["id"] in told else data | {"content": "", "embeds": [], "attachments": []}

    async def drop(self, code: int) -> None:
        """Close every connection with a code, without a word."""
        for session in self.sessions.values():
            if (socket := session.socket) is not None:
                session.socket = None
                await socket.close(code=code)

    async def cut(self) -> None:
        """Break every connection off as a dead network does, without closing it."""
        for session in self.sessions.values():
            socket, session.socket = session.socket, None
            if socket is not None and (transport := socket._req and socket._req.transport):
                transport.abort()

    async def ask_to_reconnect(self) -> None:
        """Ask every connection to come again."""
        for session in self.sessions.values():
            if session.socket is not None:
                await _send(session.socket, {"op": _RECONNECT, "d": None})

    async def invalidate(self) -> None:
        """Declare every session invalid: the bot must identify anew."""
        old, self.sessions = list(self.sessions.values()), {}
        for session in old:
            if session.socket is not None:
                await _send(session.socket, {"op": _INVALID, "d": False})

    async def close(self) -> None:
        """Close what is still open."""
        sockets = [session.socket for session in self.sessions.values() if session.socket is not None]
        await asyncio.gather(*(one.close(code=WSCloseCode.GOING_AWAY) for one in sockets))


async def _send(socket: web.WebSocketResponse, message: dict[str, Any]) -> None:
    if not socket.closed:
        await socket.send_str(json.dumps(message))


def _shard_of(guild_id: str, session: Session) -> int:
    return (int(guild_id) >> 22) % session.shard[1]
