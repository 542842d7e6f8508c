"""What Discord sends, as plain objects of its JSON: users, guilds, channels, messages, interactions."""

from __future__ import annotations

import itertools
import time
from datetime import UTC, datetime
from typing import Any

Json = dict[str, Any]

EVERYTHING = str((1 << 53) - 1)  # permissions
TEXT, DM, THREAD = 0, 1, 11  # kinds of channels
COMMAND, COMPONENT, AUTOCOMPLETE, MODAL = 2, 3, 4, 5  # kinds of interactions
CHAT_INPUT, MESSAGE_MENU = 1, 3  # kinds of commands
_SUBCOMMAND, _STRING, _INTEGER, _BOOLEAN, _CHANNEL, _ROLE, _NUMBER = 1, 3, 4, 5, 7, 8, 10
_DISCORD_EPOCH = 1_420_070_400_000
_count = itertools.count(1)


def snowflake() -> int:
    """Return a fresh id that carries the present time, as Discord's do."""
    return (int(time.time() * 1000) - _DISCORD_EPOCH) << 22 | next(_count) & 0x3FFFFF


def now() -> str:
    """Return the present time as Discord writes it."""
    return datetime.now(UTC).isoformat()


def user(name: str, *, bot: bool = False, number: int | None = None) -> Json:
    """Return a user."""
    return {
        "id": str(number or snowflake()),
        "username": name,
        "discriminator": "0",
        "global_name": name,
        "avatar": None,
        "bot": bot,
        "public_flags": 0,
    }


def member(of: Json, permissions: str = EVERYTHING, nick: str | None = None) -> Json:
    """Return a user as a member of a guild, with what he may do."""
    return {
        "user": of,
        "nick": nick,
        "roles": [],
        "joined_at": now(),
        "deaf": False,
        "mute": False,
        "flags": 0,
        "permissions": permissions,
    }


def role(name: str, *, number: int | None = None) -> Json:
    """Return a role that may do everything."""
    plain = {"id": str(number or snowflake()), "name": name, "permissions": EVERYTHING, "position": 0, "color": 0}
    plain |= {"hoist": False, "managed": False, "mentionable": False, "flags": 0}
    return plain | {"colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None}}


def guild(name: str, me: Json, *, number: int | None = None) -> Json:
    """Return a guild as GUILD_CREATE brings it, with one role that everybody has."""
    one = str(number or snowflake())
    lists = ("emojis", "stickers", "features", "channels", "threads", "presences", "voice_states")
    return {
        "id": one,
        "name": name,
        "owner_id": str(snowflake()),
        "unavailable": False,
        "member_count": 2,
        "large": False,
        "roles": [role("@everyone", number=int(one))],
        "members": [member(me)],
        "preferred_locale": "en-US",
        "verification_level": 0,
        "default_message_notifications": 1,
        "explicit_content_filter": 0,
        "mfa_level": 0,
        "nsfw_level": 0,
        "premium_tier": 0,
        "afk_timeout": 300,
        "system_channel_flags": 0,
        "premium_progress_bar_enabled": False,
    } | {name: [] for name in (*lists, "stage_instances", "guild_scheduled_events", "soundboard_sounds")}


def channel(name: str, guild_id: str, kind: int = TEXT) -> Json:
    """Return a channel of a guild."""
    empty = {"position": 0, "permission_overwrites": [], "topic": None, "last_message_id": None, "parent_id": None}
    return {"id": str(snowflake()), "type": kind, "name": name, "guild_id": guild_id, "nsfw": False} | empty


def direct(with_user: Json) -> Json:
    """Return a channel of direct messages."""
    return {"id": str(snowflake()), "type": DM, "recipients": [with_user], "last_message_id": None}


def thread(name: str, parent: Json, owner_id: str, number: int | None = None) -> Json:
    """Return a thread, its number that of the message it starts from, if any."""
    state = {"archived": False, "auto_archive_duration": 1440, "archive_timestamp": now(), "locked": False}
    return {
        "id": str(number or snowflake()),
        "type": THREAD,
        "name": name,
        "guild_id": parent["guild_id"],
        "parent_id": parent["id"],
        "owner_id": owner_id,
        "message_count": 0,
        "member_count": 1,
        "rate_limit_per_user": 0,
        "thread_metadata": state,
        "last_message_id": None,
        "flags": 0,
    }


def message(author: Json, where: Json, content: str, /, *, number: int | None = None, **more: Any) -> Json:
    """Return a message; `more` overrides any part of it."""
    plain: Json = {
        "id": str(number or snowflake()),
        "channel_id": where["id"],
        "author": author,
        "content": content,
        "timestamp": now(),
        "edited_timestamp": None,
        "tts": False,
        "mention_everyone": "@everyone" in content,
        "mentions": [],
        "mention_roles": [],
        "attachments": [],
        "embeds": [],
        "components": [],
        "pinned": False,
        "type": 0,
        "flags": 0,
    }
    if "guild_id" in where:
        plain |= {"guild_id": where["guild_id"], "member": {k: v for k, v in member(author).items() if k != "user"}}
    return plain | more


def interaction(kind: int, author: Json, where: Json, application: str, data: Json, permissions: str) -> Json:
    """Return an interaction; its `message`, if it has one, is the caller's to add."""
    number = snowflake()
    plain: Json = {
        "id": str(number),
        "application_id": application,
        "type": kind,
        "token": f"token-{number}",
        "version": 1,
        "data": data,
        "channel_id": where["id"],
        "channel": where,
        "locale": "en-US",
        "entitlements": [],
        "authorizing_integration_owners": {},
        "attachment_size_limit": 10_485_760,
        "app_permissions": EVERYTHING,
        "context": 0 if "guild_id" in where else 1,
    }
    if "guild_id" not in where:
        return plain | {"user": author}
    return plain | {"guild_id": where["guild_id"], "guild_locale": "en-US", "member": member(author, permissions)}


def command_data(path: str, options: Json, focused: str = "") -> Json:
    """Return the data of a slash command `name`, or `group sub`, with its options; `focused` is being typed into."""
    name, *below = path.split()
    given = [_option(key, value, key == focused) for key, value in options.items()]
    for part in reversed(below):
        given = [{"name": part, "type": _SUBCOMMAND, "options": given}]
    resolved: Json = {}
    for value in options.values():
        if isinstance(value, dict):
            kind = "channels" if "type" in value else "roles"
            resolved.setdefault(kind, {})[value["id"]] = value | {"permissions": EVERYTHING}
    return {"id": str(snowflake()), "name": name, "type": CHAT_INPUT, "options": given, "resolved": resolved}


def menu_data(name: str, target: Json) -> Json:
    """Return the data of a command of a message's context menu."""
    resolved = {"messages": {target["id"]: target}}
    return {"id": str(snowflake()), "name": name, "type": MESSAGE_MENU, "target_id": target["id"], "resolved": resolved}


def _option(name: str, value: Any, focused: bool) -> Json:
    kinds: dict[type, int] = {bool: _BOOLEAN, int: _INTEGER, float: _NUMBER, str: _STRING}
    kind = kinds.get(type(value)) or (_CHANNEL if "type" in value else _ROLE)
    plain = {"name": name, "type": kind, "value": value["id"] if isinstance(value, dict) else value}
    return plain | {"focused": True} if focused else plain
