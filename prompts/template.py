"""Reads a prompt file: strict front matter, a system part that never varies, and a user part with declared variables.

    ---
    purpose: Rephrase two or three notes as an answer.
    variables: [notes, question]
    max_tokens: 96
    ---
    # system
    You answer ...
    # user
    $notes
    $question

The system part takes no variables on purpose: its bytes come first and stay the same, so that the model's KV prefix is
reused from one question to the next.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from importlib.resources import files
from string import Template
from typing import TYPE_CHECKING

import yaml

if TYPE_CHECKING:
    from collections.abc import Mapping

_FILE = re.compile(r"\A---\n(?P<front>.*?)\n---\n# system\n(?P<system>.*?)\n# user\n(?P<user>.*)\Z", re.DOTALL)
_FIELDS = {"purpose": str, "variables": list, "max_tokens": int}


class PromptError(Exception):
    """A prompt file of ours does not parse, or is filled with other variables than it declares."""


@dataclass(frozen=True, slots=True)
class PromptTemplate:
    """A prompt whose user part awaits its variables; `max_tokens` bounds the reply."""

    name: str
    system: str
    user: str
    variables: frozenset[str]
    max_tokens: int

    def fill(self, values: Mapping[str, str]) -> str:
        """Return the user part with every declared variable set; PromptError names what is missing or too much."""
        if set(values) != self.variables:
            wrong = sorted(set(values) ^ self.variables)
            raise PromptError(f"prompt {self.name}: wrong variables: {', '.join(wrong)}")
        return Template(self.user).substitute(values)


def load_prompt(name: str) -> PromptTemplate:
    """Return the prompt of prompts/<name>.md; PromptError says what is wrong with the file."""
    return parse_prompt(name, files("prompts").joinpath(f"{name}.md").read_text(encoding="utf-8"))


def parse_prompt(name: str, text: str) -> PromptTemplate:
    """Return the prompt written in `text`."""
    match = _FILE.match(text)
    if match is None:
        raise PromptError(f"prompt {name}: expected front matter, then '# system', then '# user'")
    front = yaml.safe_load(match["front"])
    if not isinstance(front, dict) or set(front) != set(_FIELDS):
        raise PromptError(f"prompt {name}: front matter must have exactly {', '.join(_FIELDS)}")
    for field, kind in _FIELDS.items():
        if not isinstance(front[field], kind):
            raise PromptError(f"prompt {name}: {field} must be a {kind.__name__}")
    declared = frozenset(map(str, front["variables"]))
    used = frozenset(Template(match["user"]).get_identifiers())
    if declared != used or Template(match["system"]).get_identifiers():
        raise PromptError(f"prompt {name}: declares {sorted(declared)}, uses {sorted(used)} in the user part")
    return PromptTemplate(name, match["system"].strip(), match["user"].strip(), declared, front["max_tokens"])
