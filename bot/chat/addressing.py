"""Decides whether a message asks the bot, and what. Pure: knows no Discord, only what a message is."""

from __future__ import annotations

import re
from dataclasses import dataclass

_MENTION = re.compile(r"<@[!&]?\d+>")


@dataclass(frozen=True, slots=True)
class Heard:
    """What is known of a message. `replied_text` is that of the message it replies to, where it can be read.

    `by_program` holds for bots, webhooks and Discord's own notices; `to_me` for a reply to one of the bot's messages.
    """

    text: str
    by_program: bool
    mentions_me: bool = False
    to_me: bool = False
    direct: bool = False
    own_thread: bool = False
    answer_channel: bool = False
    replied_text: str = ""


def addressed(heard: Heard) -> str | None:
    """Return the question that a message asks the bot, an empty one for a bare mention, or None where it asks nothing.

    Programs are never answered, so two bots cannot keep each other talking. A bare mention in reply to somebody else's
    message asks about that message.
    """
    if heard.by_program:
        return None
    if not (heard.mentions_me or heard.to_me or heard.direct or heard.own_thread or heard.answer_channel):
        return None
    text = " ".join(_MENTION.sub(" ", heard.text).split())
    if text:
        return text
    if heard.mentions_me:
        return " ".join(_MENTION.sub(" ", heard.replied_text).split()) if not heard.to_me else ""
    return "" if heard.direct else None  # a picture in a thread asks nothing
