"""Finds what a model's chat template puts around the two texts of a prompt, so that they can be tokenized apart.

Apart, because a template's control tokens must be read as such and a question's must not: a text that contains
"<|im_end|>" is a text, and ends nobody's turn. Knows no tokens and no model.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    Render = Callable[[list[dict[str, str]]], str]

_SYSTEM, _USER = "{the-system-text}", "{the-user-text}"


@dataclass(frozen=True, slots=True)
class Frame:
    """What stands before the system text, between it and the user's, and after that one."""

    opening: str
    middle: str
    closing: str


CHATML = Frame(
    "<|im_start|>system\n", "<|im_end|>\n<|im_start|>user\n", "<|im_end|>\n<|im_start|>assistant\n"
)  # what most models without a template were trained on


def frame_of(render: Render) -> Frame:
    """Return the frame of a chat template; of one that refuses a system role, with that text heading the user's.

    ChatML where the template fails at both, or leaves a text out.
    """
    apart = [{"role": "system", "content": _SYSTEM}, {"role": "user", "content": _USER}]
    together = [{"role": "user", "content": f"{_SYSTEM}\n\n{_USER}"}]
    return _frame(render, apart) or _frame(render, together) or CHATML


def _frame(render: Render, messages: list[dict[str, str]]) -> Frame | None:
    try:
        text = render(messages)
    except Exception:  # noqa: BLE001 - a template is a program that came with the weights: it may raise anything
        return None
    opening, found_system, rest = text.partition(_SYSTEM)
    middle, found_user, closing = rest.rpartition(_USER)
    return Frame(opening, middle, closing) if found_system and found_user else None
