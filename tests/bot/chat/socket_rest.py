"""The REST half of our fake of Discord: the routes osai uses, their limits, and faults on demand."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

from aiohttp import web

from tests.bot.chat import wire
from tests.bot.chat.limits_of_discord import wrong_with_choices, wrong_with_commands, wrong_with_name
from tests.bot.chat.socket_world import ACKNOWLEDGE_WITHIN, TOKEN, Asked, Request, World

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from tests.bot.chat.wire import Json

_BASE = "/api/v10"
_OPEN = ("/webhooks/", "/interactions/")  # these carry a token of their own
_SAY, _THINK, _THINK_QUIETLY, _UPDATE, _CHOICES, _MODAL = 4, 5, 6, 7, 8, 9  # kinds of callbacks
_EPHEMERAL, _THINKING = 64, 128  # flags of messages


class Refused(Exception):  # noqa: N818 - what Discord does to a request
    """Discord answers with an error: the status, and its own number and words."""

    def __init__(self, status: int, code: int, message: str, **more: Any) -> None:
        super().__init__(message)
        self.status, self.body = status, {"code": code, "message": message} | more


class Rest:
    """Answers the bot's requests from the world."""

    def __init__(self, world: World, gateway_url: Callable[[], str]) -> None:
        self.world, self._gateway_url = world, gateway_url

    def add_to(self, app: web.Application) -> None:
        """Put the routes into a server."""
        message, webhook = "/channels/{channel}/messages/{message}", "/webhooks/{application}/{token}"
        own, reaction = webhook + "/messages/{message}", message + "/reactions/{emoji}/@me"
        for method, path, answer in (
            ("GET", "/users/@me", self._me),
            ("GET", "/oauth2/applications/@me", self._application),
            ("GET", "/gateway/bot", self._gateway),
            ("POST", "/users/@me/channels", self._open_direct),
            ("GET", "/applications/{application}/commands", self._commands),
            ("PUT", "/applications/{application}/commands", self._set_commands),
            ("POST", "/interactions/{id}/{token}/callback", self._callback),
            ("POST", webhook, self._follow_up),
            ("GET", own, self._own_message),
            ("PATCH", own, self._edit_own),
            ("DELETE", own, self._delete_own),
            ("GET", "/channels/{channel}", self._channel),
            ("PATCH", "/channels/{channel}", self._channel),
            ("POST", "/channels/{channel}/typing", self._nothing),
            ("GET", "/channels/{channel}/messages", self._history),
            ("POST", "/channels/{channel}/messages", self._post),
            ("GET", message, self._message),
            ("PATCH", message, self._edit),
            ("DELETE", message, self._delete),
            ("PUT", reaction, self._nothing),
            ("DELETE", reaction, self._nothing),
            ("POST", message + "/threads", self._thread_from),
            ("POST", "/channels/{channel}/threads", self._thread),
        ):
            app.router.add_route(method, _BASE + path, self._answering(answer))
        app.router.add_route("*", "/{anything:.*}", self._answering(self._unknown))

    def _answering(
        self, answer: Callable[[web.Request, Json], Any]
    ) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        async def handle(request: web.Request) -> web.StreamResponse:
            path, body = request.path.removeprefix(_BASE), await _body(request)
            self.world.requests.append(Request(time.monotonic(), request.method, path, body))
            headers: dict[str, str] = {}
            try:
                self._admit(request, path, headers)
                return _json(200, answer(request, body), headers)
            except Refused as error:
                return _json(error.status, error.body, headers)
            except Exception as error:
                self.world.violations.append(f"the fake itself broke: {request.method} {path}: {error!r}")
                raise

        return handle

    def _admit(self, request: web.Request, path: str, headers: dict[str, str]) -> None:
        """Let a request in, or refuse it: by a fault that was asked for, a wrong token, or too many requests."""
        if fault := self.world.fault(request.method, path):
            headers["Via"] = "1.1 google"
            raise Refused(fault.status, fault.code, "as asked for", **fault.body)
        if not path.startswith(_OPEN) and request.headers.get("Authorization") != f"Bot {TOKEN}":
            raise Refused(401, 0, "401: Unauthorized")
        if self.world.limited and "/messages" in path:
            self._count(request, headers)

    def _count(self, request: web.Request, headers: dict[str, str]) -> None:
        where = request.match_info.get("channel") or request.match_info["token"]
        left, seconds = self.world.spend(request.method, where)
        headers |= {"Via": "1.1 google", "X-RateLimit-Limit": "5", "X-RateLimit-Remaining": str(max(0, left))}
        headers |= {"X-RateLimit-Reset-After": f"{seconds:.3f}", "X-RateLimit-Bucket": f"{request.method}-messages"}
        if left < 0:
            raise Refused(429, 0, "You are being rate limited.", retry_after=seconds, **{"global": False})

    # Who the bot is

    def _me(self, request: web.Request, body: Json) -> Json:
        return self.world.me

    def _application(self, request: web.Request, body: Json) -> Json:
        owner = wire.user("owner")
        plain = {"id": self.world.application, "name": "osai", "icon": None, "description": "", "flags": 0}
        return plain | {"bot_public": True, "bot_require_code_grant": False, "verify_key": "", "owner": owner}

    def _gateway(self, request: web.Request, body: Json) -> Json:
        limit = {"total": 1000, "remaining": 999, "reset_after": 0, "max_concurrency": 1}
        return {"url": self._gateway_url(), "shards": 1, "session_start_limit": limit}

    def _open_direct(self, request: web.Request, body: Json) -> Json:
        found = (one for one in self.world.channels.values() if one["type"] == wire.DM)
        return next(one for one in found if one["recipients"][0]["id"] == str(body["recipient_id"]))

    def _commands(self, request: web.Request, body: Json) -> list[Json]:
        return self.world.commands

    def _set_commands(self, request: web.Request, body: Json) -> list[Json]:
        given: list[Json] = body["list"]
        self._refuse([f"commands: {one}" for one in wrong_with_commands(given)])
        fixed = {"application_id": self.world.application, "version": "1", "default_member_permissions": None}
        self.world.commands = [
            {"type": 1, "description": ""} | fixed | one | {"id": str(wire.snowflake())} for one in given
        ]
        return self.world.commands

    # Interactions

    def _callback(self, request: web.Request, body: Json) -> Json:
        asked = self.world.asked.get(request.match_info["token"])
        if asked is None or time.monotonic() - asked.at > ACKNOWLEDGE_WITHIN:
            self.world.violations.append("callback: not within 3 seconds")
            raise Refused(404, 10062, "Unknown interaction")
        if asked.acknowledged is not None:
            self.world.violations.append("callback: twice")
            raise Refused(400, 40060, "Interaction has already been acknowledged.")
        kind, data = body["type"], body.get("data") or {}
        self._check_callback(kind, data)
        asked.acknowledged, asked.kind, asked.data = time.monotonic(), kind, data
        self._respond(asked, kind, data)
        sent = {"id": asked.payload["id"], "type": asked.payload["type"], "response_message_id": asked.message or None}
        return {"interaction": sent | {"response_message_loading": kind == _THINK}} | self._resource(asked, kind)

    def _check_callback(self, kind: int, data: Json) -> None:
        if kind == _CHOICES:
            self._refuse([f"autocomplete: {one}" for one in wrong_with_choices(data["choices"])])
        if kind in (_SAY, _UPDATE) and self.world.check(data, "callback"):
            raise Refused(400, 50035, "Invalid Form Body")

    def _respond(self, asked: Asked, kind: int, data: Json) -> None:
        where = self.world.channels[asked.payload["channel_id"]]
        if kind in (_SAY, _THINK):
            flags = (data.get("flags") or 0) | (_THINKING if kind == _THINK else 0)
            asked.message = self.world.post(where, data, flags=flags)["id"]
        elif kind in (_UPDATE, _THINK_QUIETLY):
            asked.message = asked.payload["message"]["id"]
        if kind == _UPDATE:
            self.world.change(self.world.messages[asked.message], data)

    def _resource(self, asked: Asked, kind: int) -> Json:
        if kind not in (_SAY, _UPDATE):
            return {}
        return {"resource": {"type": kind, "message": self.world.messages[asked.message]}}

    def _asked(self, request: web.Request) -> Asked:
        asked = self.world.asked.get(request.match_info["token"])
        if asked is None or asked.expired:
            raise Refused(401, 50027, "Invalid Webhook Token")
        return asked

    def _follow_up(self, request: web.Request, body: Json) -> Json:
        asked = self._asked(request)
        self._refuse_message(body, "follow-up")
        first = self.world.messages.get(asked.message)
        if first and first["flags"] & _THINKING:  # Discord turns it into an edit of what is being thought about
            return self.world.change(first, body)
        posted = self.world.post(self.world.channels[asked.payload["channel_id"]], body)
        asked.followups.append(posted["id"])
        return posted

    def _own_message(self, request: web.Request, body: Json) -> Json:
        asked, number = self._asked(request), request.match_info["message"]
        return self._known(asked.message if number == "@original" else number)

    def _edit_own(self, request: web.Request, body: Json) -> Json:
        message = self._own_message(request, body)
        self._refuse_message(body, "edit")
        return self.world.change(message, body)

    def _delete_own(self, request: web.Request, body: Json) -> None:
        self.world.messages.pop(self._own_message(request, body)["id"])

    # Channels and messages

    def _channel(self, request: web.Request, body: Json) -> Json:
        return self.world.channels[request.match_info["channel"]]

    def _nothing(self, request: web.Request, body: Json) -> None:
        return None

    def _history(self, request: web.Request, body: Json) -> list[Json]:
        here = [one for one in self.world.messages.values() if one["channel_id"] == request.match_info["channel"]]
        before = int(request.query.get("before", 1 << 63))
        newest = sorted((one for one in here if int(one["id"]) < before), key=lambda one: -int(one["id"]))
        return newest[: int(request.query.get("limit", 50))]

    def _post(self, request: web.Request, body: Json) -> Json:
        self._refuse_message(body, "message")
        return self.world.post(self._channel(request, body), body)

    def _message(self, request: web.Request, body: Json) -> Json:
        return self._known(request.match_info["message"])

    def _edit(self, request: web.Request, body: Json) -> Json:
        self._refuse_message(body, "edit")
        return self.world.change(self._message(request, body), body)

    def _delete(self, request: web.Request, body: Json) -> None:
        self.world.messages.pop(self._message(request, body)["id"])

    def _thread_from(self, request: web.Request, body: Json) -> Json:
        return self._open_thread(request, body, int(request.match_info["message"]))

    def _thread(self, request: web.Request, body: Json) -> Json:
        return self._open_thread(request, body, None)

    def _open_thread(self, request: web.Request, body: Json, number: int | None) -> Json:
        self._refuse([f"thread: {one}" for one in wrong_with_name("name", body.get("name"))])
        opened = wire.thread(body["name"], self._channel(request, body), self.world.me["id"], number)
        self.world.channels[opened["id"]] = opened
        self.world.emit("THREAD_CREATE", opened)
        return opened

    def _unknown(self, request: web.Request, body: Json) -> None:
        self.world.violations.append(f"unknown route: {request.method} {request.path}")
        raise Refused(404, 0, "404: Not Found")

    def _known(self, number: str) -> Json:
        if number not in self.world.messages:
            raise Refused(404, 10008, "Unknown Message")
        return self.world.messages[number]

    def _refuse_message(self, body: Json, what: str) -> None:
        if self.world.check(body, what):
            raise Refused(400, 50035, "Invalid Form Body")

    def _refuse(self, wrong: list[str]) -> None:
        self.world.violations += wrong
        if wrong:
            raise Refused(400, 50035, "Invalid Form Body")


async def _body(request: web.Request) -> Json:
    """Return what was sent, the JSON part of a form with files too."""
    if request.content_type.startswith("multipart/"):
        form = await request.post()
        text = form["payload_json"]
        sent: Any = json.loads(text if isinstance(text, str) else "{}")
        return {"files": [key for key in form if key != "payload_json"], **sent}
    text = await request.text()
    sent = json.loads(text) if text else {}
    return sent if isinstance(sent, dict) else {"list": sent}


def _json(status: int, body: object, headers: dict[str, str]) -> web.Response:
    if body is None:
        return web.Response(status=204, headers=headers)
    # exactly application/json: with a charset, discord.py takes it for text
    return web.Response(status=status, body=json.dumps(body).encode(), content_type="application/json", headers=headers)
