"""What the tests of the knowledge share: the real embeddings, loaded once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from knowledge.embedding import MiniLmEmbedder

if TYPE_CHECKING:
    from knowledge.assets import Assets


@pytest.fixture(scope="session")
def embedder(assets: Assets) -> MiniLmEmbedder:
    """Hand out the default embeddings."""
    return MiniLmEmbedder(assets.path("minilm-l6-v2-int8.onnx"), assets.path("minilm-l6-v2-tokenizer.json"))
