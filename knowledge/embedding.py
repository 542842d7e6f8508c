"""Turns texts into vectors with all-MiniLM-L6-v2, quantized to int8, on onnxruntime.

Method: mean of the token vectors over the attention mask, scaled to length 1 (Reimers and Gurevych 2019; the pooling
the weights were trained with). Refuses to pad beyond the longest text of a batch: a fixed 256 wastes most of the work.
"""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from functools import cached_property
from threading import Lock
from typing import TYPE_CHECKING

import numpy as np

from knowledge.errors import AssetError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import onnxruntime
    from numpy.typing import NDArray
    from tokenizers import Tokenizer

DIMENSION = 384
LONGEST = 256  # tokens; what the weights were trained on
# Tokens a run. On 2 cores 1,024 embeds texts of 25 words 1.5 times and texts of 130 words 1.2 times as fast as 4,096:
# what a run works on stays in the cores' cache.
_BATCH_TOKENS = 1024


class MiniLmEmbedder:
    """The default Embedder. Loads its weights on first use; safe to call from several threads."""

    def __init__(self, model: Path, tokenizer: Path, *, threads: int = 0) -> None:
        self._model, self._tokenizer = model, tokenizer
        self._threads = threads or os.cpu_count() or 1
        self._loading = Lock()
        self._network: _Network | None = None

    @cached_property
    def fingerprint(self) -> str:
        """Name weights, pooling, dimension and truncation."""
        with self._model.open("rb") as weights:
            digest = hashlib.file_digest(weights, "sha256").hexdigest()
        return f"minilm-{digest[:12]}-mean-{DIMENSION}-{LONGEST}"

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return an array of shape (len(texts), 384), every row of length 1; texts beyond 256 tokens are cut."""
        vectors = np.zeros((len(texts), DIMENSION), dtype=np.float32)
        if not texts:
            return vectors
        network = self._loaded()
        ids = network.tokenize(texts)
        order = sorted(range(len(texts)), key=lambda index: len(ids[index]))
        while order:
            batch = _take_batch(order, ids)
            vectors[batch] = network.run([ids[index] for index in batch])
        return vectors

    def _loaded(self) -> _Network:
        with self._loading:
            if self._network is None:
                try:
                    self._network = _load(self._model, self._tokenizer, self._threads)
                except Exception as error:  # onnxruntime and tokenizers raise classes of their own, with no common base
                    reason = " ".join(str(error).split())[:200]
                    raise AssetError(f"The embeddings cannot be loaded: {reason}", hint="Run `osai doctor`.") from error
            return self._network


@dataclass(frozen=True, slots=True)
class _Network:
    """Tokenizer and weights, loaded."""

    tokenizer: Tokenizer
    session: onnxruntime.InferenceSession
    inputs: tuple[str, ...]

    def tokenize(self, texts: Sequence[str]) -> list[list[int]]:
        return [encoding.ids for encoding in self.tokenizer.encode_batch(list(texts))]

    def run(self, ids: Sequence[Sequence[int]]) -> NDArray[np.float32]:
        """Return one unit vector for each list of token ids."""
        tokens = np.zeros((len(ids), max(map(len, ids))), dtype=np.int64)
        mask = np.zeros_like(tokens)
        for row, text in enumerate(ids):
            tokens[row, : len(text)] = text
            mask[row, : len(text)] = 1
        feed = {"input_ids": tokens, "attention_mask": mask, "token_type_ids": np.zeros_like(tokens)}
        hidden, *_ = self.session.run(None, {name: feed[name] for name in self.inputs})
        weights = mask[..., None].astype(np.float32)
        pooled = (hidden * weights).sum(axis=1) / weights.sum(axis=1)
        return np.asarray(pooled / np.linalg.norm(pooled, axis=1, keepdims=True), dtype=np.float32)


def _load(model: Path, tokenizer: Path, threads: int) -> _Network:
    # A batch tokenizes in milliseconds; the tokenizers' own thread pool would only take cores from the language model.
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    import onnxruntime
    from tokenizers import Tokenizer

    words = Tokenizer.from_file(str(tokenizer))
    words.no_padding()
    words.enable_truncation(LONGEST)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    # Waiting threads must sleep: the language model wants the same cores.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
    return _Network(words, session, tuple(one.name for one in session.get_inputs()))


def _take_batch(order: list[int], ids: Sequence[Sequence[int]]) -> list[int]:
    """Take from the end of `order`, the longest first, as many texts as fit into one run when padded alike."""
    size = max(1, _BATCH_TOKENS // len(ids[order[-1]]))
    batch = order[-size:]
    del order[-size:]
    return batch
