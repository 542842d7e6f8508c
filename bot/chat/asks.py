"""What a look-up asks, in one value: a slash command makes it from what was typed, a button from its custom id.

A custom id holds all there is to know, so that a button outlives the process that made it. Refuses to make one that
Discord would not take.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal, get_args

from knowledge.permissions import Action

Verb = Literal["license", "model", "compare", "can", "under", "text"]

TEMPLATE = r"look:(?P<verb>[a-z]{3,8}):(?P<names>[\w.:+=|-]{1,90})"
_LONGEST = 100  # characters of a custom id
_NAMES: dict[Verb, int] = {"compare": 2, "can": 2}  # every other asks of one
_STRANGE = re.compile(r"[^\w.:+-]+", re.ASCII)
_LICENSE = "license:"  # half of the longest ids; "=" stands for it


@dataclass(frozen=True, slots=True)
class Ask:
    """One look-up: what is asked, of which names. The first name of "can" is the action."""

    verb: Verb
    names: tuple[str, ...]

    @property
    def complete(self) -> bool:
        """Return whether every name is there; a comparison may lack its second, for which a form asks."""
        return len(self.names) == _NAMES.get(self.verb, 1)

    @property
    def custom_id(self) -> str:
        """Return the id that says this ask again, or an empty string where none can.

        What an id cannot hold becomes a hyphen, which no name needs: "gpl 3" and "gpl-3" are one.
        """
        named = f"look:{self.verb}:{'|'.join(map(_written, self.names))}"
        return named if read_ask(named) else ""


def read_ask(custom_id: str) -> Ask | None:
    """Return what a custom id asks, or None where it is none of ours: a client may send any."""
    match = re.fullmatch(TEMPLATE, custom_id, re.ASCII)
    verb = next((one for one in get_args(Verb) if match and one == match["verb"]), None)
    if match is None or verb is None or len(custom_id) > _LONGEST:
        return None
    ask = Ask(verb, tuple(_read(name) for name in match["names"].split("|")))
    may_lack_one = verb == "compare" and len(ask.names) == 1
    no_action = verb == "can" and ask.names[0] not in get_args(Action)
    return ask if all(ask.names) and (ask.complete or may_lack_one) and not no_action else None


def _written(name: str) -> str:
    if name.startswith(_LICENSE):
        return f"={_STRANGE.sub('-', name.removeprefix(_LICENSE))}"
    return _STRANGE.sub("-", name)


def _read(name: str) -> str:
    return f"{_LICENSE}{name[1:]}" if name.startswith("=") else name
