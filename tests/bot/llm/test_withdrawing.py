"""An answer is withdrawn from another thread, in the middle of a prefill of the real model, and asks no more."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

import pytest

from bot.errors import CancelledError
from bot.llm.withdrawing import WithdrawableModel
from bot.ports import Prompt

if TYPE_CHECKING:
    from bot.llm.in_process import InProcessChatModel


def test_a_prefill_is_stopped_and_nothing_is_asked_after(chat_model: InProcessChatModel) -> None:
    model = WithdrawableModel(chat_model)
    model.begin()
    long = " ".join(f"Fact {number} is that licenses differ." for number in range(150))
    threading.Timer(0.3, model.withdraw).start()
    began = time.monotonic()
    with pytest.raises(CancelledError):
        list(model.stream(Prompt("You repeat.", long, max_tokens=400)))
    assert time.monotonic() - began < 5
    with pytest.raises(CancelledError):
        model.stream(Prompt("You repeat.", "Again.", max_tokens=4))
    model.begin()
    assert "".join(model.stream(Prompt("You answer.", "Say yes.", max_tokens=8)))


def test_what_was_withdrawn_before_it_asked_never_asks(chat_model: InProcessChatModel) -> None:
    model = WithdrawableModel(chat_model)
    model.begin()
    model.withdraw()
    with pytest.raises(CancelledError):
        model.check()
    with pytest.raises(CancelledError):
        model.stream(Prompt("You answer.", "Say yes.", max_tokens=8))
