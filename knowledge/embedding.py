"""Turns texts into vectors with all-MiniLM-L6-v2, quantized to int8, on onnxruntime.

Method: mean of the token vectors over the attention mask, scaled to length 1 (Reimers and Gurevych 2019; the pooling
the weights were trained with). Refuses to pad beyond the longest text of a batch: a fixed 256 wastes most of the work.
"""

from __future__ import annotations

import os
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import onnxruntime
    from numpy.typing import NDArray
    from tokenizers import Tokenizer

DIMENSION = 384
LONGEST = 256  # tokens; what the weights were trained on
_BATCH_TOKENS = 4096  # tokens a run: enough to keep the cores busy, little enough to stay in cache


class MiniLmEmbedder:
    """The default Embedder. Loads its weights on first use; safe to call from several threads."""

    def __init__(self, model: Path, tokenizer: Path, *, threads: int = 0) -> None:
        self._model, self._tokenizer_path = model, tokenizer
        self._threads = threads or os.cpu_count() or 1

    @property
    def fingerprint(self) -> str:
        """Name weights, pooling and dimension."""
        return f"minilm-l6-v2-int8/mean/{DIMENSION}/{LONGEST}"

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return an array of shape (len(texts), 384), every row of length 1; texts beyond 256 tokens are cut."""
        vectors = np.zeros((len(texts), DIMENSION), dtype=np.float32)
        encodings = self._tokenizer.encode_batch(list(texts))
        ids = [encoding.ids for encoding in encodings]
        order = sorted(range(len(texts)), key=lambda index: len(ids[index]))
        while order:
            batch = _take_batch(order, ids)
            vectors[batch] = self._run([ids[index] for index in batch])
        return vectors

    def _run(self, ids: Sequence[Sequence[int]]) -> NDArray[np.float32]:
        longest = max(map(len, ids))
        tokens = np.zeros((len(ids), longest), dtype=np.int64)
        mask = np.zeros_like(tokens)
        for row, text in enumerate(ids):
            tokens[row, : len(text)] = text
            mask[row, : len(text)] = 1
        feed = {"input_ids": tokens, "attention_mask": mask, "token_type_ids": np.zeros_like(tokens)}
        (hidden, *_) = self._session.run(None, {name: feed[name] for name in self._inputs})
        weights = mask[..., None].astype(np.float32)
        pooled = (hidden * weights).sum(axis=1) / weights.sum(axis=1)
        return np.asarray(pooled / np.linalg.norm(pooled, axis=1, keepdims=True), dtype=np.float32)

    @cached_property
    def _session(self) -> onnxruntime.InferenceSession:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = self._threads
        options.inter_op_num_threads = 1
        # Waiting threads must sleep: the language model wants the same cores.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        options.log_severity_level = 3
        return onnxruntime.InferenceSession(str(self._model), options, providers=["CPUExecutionProvider"])

    @cached_property
    def _inputs(self) -> tuple[str, ...]:
        return tuple(one.name for one in self._session.get_inputs())

    @cached_property
    def _tokenizer(self) -> Tokenizer:
        os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
        from tokenizers import Tokenizer

        tokenizer = Tokenizer.from_file(str(self._tokenizer_path))
        tokenizer.no_padding()
        tokenizer.enable_truncation(LONGEST)
        return tokenizer


def _take_batch(order: list[int], ids: Sequence[Sequence[int]]) -> list[int]:
    """Take from the end of `order`, the longest first, as many texts as fit into one run when padded alike."""
    size = max(1, _BATCH_TOKENS // max(1, len(ids[order[-1]])))
    batch = order[-size:]
    del order[-size:]
    return batch
