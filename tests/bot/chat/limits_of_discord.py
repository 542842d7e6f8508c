"""What Discord refuses in a payload, as our fake of it checks: documented limits, no more. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

Json = dict[str, Any]

_CONTENT, _EMBEDS, _EMBED_TOTAL, _FIELDS, _ROWS, _BUTTONS, _CHOICES, _COMMANDS = 2000, 10, 6000, 25, 5, 5, 25, 100
_BUTTON, _ROW, _SELECTS = 2, 1, (3, 5, 6, 7, 8)
_LINK = 5
_COMMAND_NAME = re.compile(r"[-_'\w]{1,32}")
_PING = re.compile(r"@everyone|@here|<@[!&]?\d+>")


def wrong_with_message(body: Json) -> list[str]:
    """Return what Discord would refuse in a message, an edit or a follow-up."""
    return list(_message(body))


def wrong_with_choices(choices: list[Json]) -> list[str]:
    """Return what Discord would refuse in the choices of an autocomplete."""
    found = [f"{len(choices)} choices"] if len(choices) > _CHOICES else []
    for one in choices:
        found += _length("choice name", one.get("name"), 1, 100)
        found += _length("choice value", str(one.get("value", "")), 1, 100)
    return found


def wrong_with_commands(commands: list[Json]) -> list[str]:
    """Return what Discord would refuse in a set of commands."""
    found = [f"{len(commands)} commands"] if len(commands) > _COMMANDS else []
    for command in commands:
        slash = command.get("type", 1) == 1
        found += _command(command) if slash else _length("menu name", command.get("name"), 1, 32)
    return found


def wrong_with_name(what: str, name: object) -> list[str]:
    """Return what Discord would refuse in the name of a thread or a channel."""
    return list(_length(what, name, 1, 100))


def pings(body: Json) -> bool:
    """Return whether a message would notify anybody by its text."""
    allowed = body.get("allowed_mentions")
    silent = allowed is not None and not (allowed.get("parse") or allowed.get("users") or allowed.get("roles"))
    return bool(_PING.search(body.get("content") or "")) and not silent


def _command(command: Json) -> Iterator[str]:
    name = command.get("name", "")
    if not _COMMAND_NAME.fullmatch(name) or name != name.lower():
        yield f"command name {name!r}"
    yield from _length("command description", command.get("description"), 1, 100)
    options = command.get("options") or []
    if len(options) > _FIELDS:
        yield f"{len(options)} options"
    for option in options:
        yield from _command(option)
        yield from wrong_with_choices(option.get("choices") or [])


def _message(body: Json) -> Iterator[str]:
    yield from _length("content", body.get("content") or "", 0, _CONTENT)
    embeds = body.get("embeds") or []
    if len(embeds) > _EMBEDS:
        yield f"{len(embeds)} embeds"
    for embed in embeds:
        yield from _embed(embed)
    if (total := sum(map(_size, embeds))) > _EMBED_TOTAL:
        yield f"embeds of {total} characters"
    yield from _components(body.get("components") or [])


def _embed(embed: Json) -> Iterator[str]:
    yield from _length("embed title", embed.get("title") or "", 0, 256)
    yield from _length("embed description", embed.get("description") or "", 0, 4096)
    yield from _length("embed footer", (embed.get("footer") or {}).get("text") or "", 0, 2048)
    yield from _length("embed author", (embed.get("author") or {}).get("name") or "", 0, 256)
    fields = embed.get("fields") or []
    if len(fields) > _FIELDS:
        yield f"{len(fields)} fields"
    for field in fields:
        yield from _length("field name", field.get("name"), 1, 256)
        yield from _length("field value", field.get("value"), 1, 1024)
    yield from _address("embed url", embed.get("url"))


def _size(embed: Json) -> int:
    texts = [embed.get("title"), embed.get("description"), (embed.get("footer") or {}).get("text")]
    texts += [(embed.get("author") or {}).get("name")]
    texts += [text for field in embed.get("fields") or [] for text in (field.get("name"), field.get("value"))]
    return sum(len(text) for text in texts if text)


def _components(rows: list[Json]) -> Iterator[str]:
    if len(rows) > _ROWS:
        yield f"{len(rows)} rows of components"
    parts = [part for row in rows for part in row.get("components", [])]
    known = [part["custom_id"] for part in parts if part.get("custom_id")]
    if len(known) != len(set(known)):
        yield "two components of one custom_id"
    for row in rows:
        if row.get("type") == _ROW and not 1 <= len(row.get("components", [])) <= _BUTTONS:
            yield f"a row of {len(row.get('components', []))} components"
    for part in parts:
        yield from _button(part) if part.get("type") == _BUTTON else _select(part)


def _button(part: Json) -> Iterator[str]:
    yield from _length("button label", part.get("label") or "", 0 if part.get("emoji") else 1, 80)
    if part.get("style") == _LINK:
        yield from _length("button url", part.get("url"), 1, 512)
        yield from _address("button url", part.get("url"))
    else:
        yield from _length("button custom_id", part.get("custom_id"), 1, 100)


def _select(part: Json) -> Iterator[str]:
    if part.get("type") not in _SELECTS:
        return
    yield from _length("select custom_id", part.get("custom_id"), 1, 100)
    options = part.get("options") or []
    if len(options) > _CHOICES or (part["type"] == _SELECTS[0] and not options):
        yield f"{len(options)} options to select"
    for option in options:
        yield from _length("option label", option.get("label"), 1, 100)
        yield from _length("option value", option.get("value"), 1, 100)
        yield from _length("option description", option.get("description") or "", 0, 100)


def _length(what: str, text: object, least: int, most: int) -> Iterator[str]:
    text = text if isinstance(text, str) else ""
    if len(text.strip()) < least or len(text) > most:
        yield f"{what} of {len(text)} characters, not {least} to {most}"


def _address(what: str, url: object) -> Iterator[str]:
    if url and not str(url).startswith(("https://", "http://")):
        yield f"{what} {url!r}"
