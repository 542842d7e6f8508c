"""The raw loop that overhead is measured against does the same work as the adapter, or the ratio means nothing."""

import pytest

from bot.llm.in_process import InProcessChatModel
from bot.ports import Prompt

SYSTEM = "You rewrite notes. Keep every name, number and date. Write one sentence."


@pytest.mark.parametrize("repeats", [1, 33], ids=["one batch", "several batches"])
def test_the_raw_loop_writes_what_the_adapter_writes(chat_model: InProcessChatModel, repeats: int) -> None:
    engine = chat_model.engine
    note = "Rewrite this note: Gemma 3 has no user cap and no revenue cap. " * repeats
    prompt = Prompt(SYSTEM, note, max_tokens=6)
    said = "".join(chat_model.stream(prompt))
    head, tail = engine.render(prompt)
    written, seconds = engine.raw_tokens(head, tail, 6)
    assert b"".join(engine._bytes(token) for token in written).decode(errors="ignore").startswith(said)
    assert said
    assert seconds > 0
