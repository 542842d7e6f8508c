"""The least that must be done to write an answer with llama.cpp: its C interface, called in a loop, nothing kept.

A yardstick for the adapter's overhead, and used for nothing else.
"""

from __future__ import annotations

from typing import Any

from bot.errors import ModelError


def raw_tokens(api: Any, context: Any, prompt: list[int], most: int, batch: int) -> list[int]:
    """Return the `most` likeliest tokens after what `context` holds and the prompt; `api` is the llama_cpp module."""
    sampler = api.llama_sampler_init_greedy()
    written: list[int] = []
    try:
        for start in range(0, len(prompt), batch):
            _decode(api, context, prompt[start : start + batch])
        while len(written) < most:
            written.append(api.llama_sampler_sample(sampler, context, -1))
            _decode(api, context, written[-1:])
    finally:
        api.llama_sampler_free(sampler)
    return written


def _decode(api: Any, context: Any, tokens: list[int]) -> None:
    held = (api.llama_token * len(tokens))(*tokens)  # llama.cpp borrows it: it must outlive the call
    if code := api.llama_decode(context, api.llama_batch_get_one(held, len(tokens))):
        raise ModelError(f"llama.cpp could not evaluate {len(tokens)} tokens (code {code}).")
