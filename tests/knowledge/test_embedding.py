"""The real embeddings: that they mean what they should, whatever the batch, and fail in one clear line."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import numpy as np
import pytest

from knowledge.embedding import MiniLmEmbedder
from knowledge.errors import AssetError

if TYPE_CHECKING:
    from pathlib import Path

    from knowledge.assets import Assets

ASKED = "Is Llama 3 open source?"
SAME = "Does Meta's Llama 3 count as open-source software?"
OTHER = "How long should an egg be boiled?"


def test_paraphrases_are_near_and_other_matters_far(embedder: MiniLmEmbedder) -> None:
    asked, same, other = embedder.embed([ASKED, SAME, OTHER])
    assert asked @ same > 0.8
    assert asked @ other < 0.2


def test_every_vector_has_length_one_and_the_declared_shape(embedder: MiniLmEmbedder) -> None:
    vectors = embedder.embed(["", "a", "🦙", "\x00\x1b[31m", "何が許されるか", "word " * 5000])
    assert vectors.shape == (6, 384)
    assert vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-5)


def test_nothing_in_nothing_out(embedder: MiniLmEmbedder) -> None:
    assert embedder.embed([]).shape == (0, 384)


def test_a_text_has_one_vector_whatever_stands_beside_it(embedder: MiniLmEmbedder) -> None:
    """Batches are sorted and padded; neither may move a vector or change its place."""
    texts = [ASKED, "word " * 300, OTHER, "The MIT License has no patent clause. " * 9, SAME] * 3
    alone = np.concatenate([embedder.embed([text]) for text in texts])
    assert np.allclose(embedder.embed(texts), alone, atol=1e-3)


def test_what_follows_256_tokens_is_cut(embedder: MiniLmEmbedder) -> None:
    cut, longer = embedder.embed(["license " * 400, "license " * 400 + "about boiling eggs"])
    assert np.array_equal(cut, longer)


def test_threads_may_share_one(assets: Assets) -> None:
    """The weights are loaded by whichever thread comes first, once."""
    fresh = MiniLmEmbedder(assets.path("minilm-l6-v2-int8.onnx"), assets.path("minilm-l6-v2-tokenizer.json"))
    with ThreadPoolExecutor(4) as pool:
        results = list(pool.map(lambda _: fresh.embed([ASKED, OTHER]), range(8)))
    assert all(np.allclose(result, results[0], atol=1e-5) for result in results)


def test_the_fingerprint_follows_the_weights(embedder: MiniLmEmbedder, assets: Assets, tmp_path: Path) -> None:
    assert re.fullmatch(r"minilm-[0-9a-f]{12}-mean-384-256", embedder.fingerprint)
    other = tmp_path / "other.onnx"
    other.write_bytes(b"other weights")
    tokenizer = assets.path("minilm-l6-v2-tokenizer.json")
    assert MiniLmEmbedder(other, tokenizer).fingerprint != embedder.fingerprint


def test_damaged_weights_are_one_clear_error(assets: Assets, tmp_path: Path) -> None:
    damaged = tmp_path / "damaged.onnx"
    damaged.write_bytes(b"not a network")
    with pytest.raises(AssetError, match="embeddings cannot be loaded") as caught:
        MiniLmEmbedder(damaged, assets.path("minilm-l6-v2-tokenizer.json")).embed(["a"])
    assert "\n" not in caught.value.message
    assert "osai doctor" in caught.value.hint
