"""The raw loop that overhead is measured against does the same work as the adapter, or the ratio means nothing."""

import pytest

from bot.llm.in_process import InProcessChatModel
from bot.ports import Prompt

SYSTEM = "You rewrite notes. Keep every name, number and date. Write one sentence."


@pytest.mark.parametrize("repeats", [1, 35], ids=["one batch", "several batches"])
def test_the_raw_loop_writes_what_the_adapter_writes(chat_model: InProcessChatModel, repeats: int) -> None:
    engine = chat_model.engine
    note = "Rewrite this note: Gemma 3 has no user cap and no revenue cap. " * repeats
    prompt = Prompt(SYSTEM, note, max_tokens=12)
    said = "".join(chat_model.stream(prompt))
    head, tail = engine.render(prompt)
    engine._hold(head)
    engine._api.llama_memory_seq_rm(engine._api.llama_get_memory(engine._llama.ctx), 0, len(head), -1)
    written = engine.raw_tokens(tail, 12)
    engine._llama.reset()
    assert engine._llama.detokenize(written).decode(errors="ignore").startswith(said)
    assert said
