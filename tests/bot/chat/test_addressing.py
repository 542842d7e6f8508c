"""Who is asked: the bot is only where it was mentioned, replied to, written to, or set to listen."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chat.addressing import Heard, addressed

_FLAGS = ("mentions_me", "to_me", "direct", "own_thread", "answer_channel")


def heard(text: str, *where: str, by_program: bool = False) -> Heard:
    """Return a message that is said where the flags tell."""
    mentions, to_me, direct, thread, channel = (flag in where for flag in _FLAGS)
    return Heard(text, by_program, mentions, to_me, direct, thread, channel)


@pytest.mark.parametrize("where", _FLAGS)
def test_a_question_is_heard_wherever_the_bot_listens(where: str) -> None:
    assert addressed(heard("<@1> Is it   open?", where)) == "Is it open?"


@given(st.text(), st.lists(st.sampled_from(_FLAGS), unique=True))
def test_programs_are_never_answered(text: str, where: list[str]) -> None:
    assert addressed(heard(text, *where, by_program=True)) is None


@given(st.text(), st.text())
def test_what_is_said_to_others_is_nobodys_question(text: str, replied: str) -> None:
    assert addressed(Heard(text, by_program=False, replied_text=replied)) is None


def test_a_bare_mention_asks_about_the_message_it_replies_to() -> None:
    assert (
        addressed(Heard("<@1>", by_program=False, mentions_me=True, replied_text="Is MIT copyleft?"))
        == "Is MIT copyleft?"
    )
    assert addressed(Heard("<@1>", by_program=False, mentions_me=True)) == ""


@pytest.mark.parametrize(("where", "asked"), [("own_thread", None), ("answer_channel", None), ("direct", "")])
def test_a_picture_alone_is_no_question(where: str, asked: str | None) -> None:
    assert addressed(heard("", where)) == asked
