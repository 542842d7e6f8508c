from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.llm.framing import CHATML, Frame, frame_of

if TYPE_CHECKING:
    from bot.llm.framing import Render


def simple(messages: list[dict[str, str]]) -> str:
    return "<s>" + "".join(f"[{one['role']}]{one['content']}[/]" for one in messages) + "[assistant]"


def without_system(messages: list[dict[str, str]]) -> str:
    if messages[0]["role"] == "system":
        raise ValueError("this model takes no system role")
    return simple(messages)


def forgetful(messages: list[dict[str, str]]) -> str:
    return simple(messages[1:])


def deaf(messages: list[dict[str, str]]) -> str:
    return "hello"


def broken(messages: list[dict[str, str]]) -> str:
    raise KeyError("tokenizer.chat_template")


@pytest.mark.parametrize(
    ("render", "frame"),
    [
        (simple, Frame("<s>[system]", "[/][user]", "[/][assistant]")),
        (without_system, Frame("<s>[user]", "\n\n", "[/][assistant]")),
        (forgetful, CHATML),
        (deaf, CHATML),
        (broken, CHATML),
    ],
)
def test_the_frame_of_a_template(render: Render, frame: Frame) -> None:
    assert frame_of(render) == frame


def test_a_template_that_trims_keeps_its_frame() -> None:
    def trims(messages: list[dict[str, str]]) -> str:
        return simple([{"role": one["role"], "content": one["content"].strip()} for one in messages])

    assert frame_of(trims) == frame_of(simple)
