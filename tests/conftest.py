"""What the tests share: the real assets, fetched once a machine and kept between runs."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import platformdirs
import pytest
from hypothesis import settings

from bot.llm.opening import Opening
from knowledge.assets import Assets
from knowledge.ports import silent

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.llm.in_process import InProcessChatModel


settings.register_profile("osai", deadline=None)  # a busy machine is no failure; what must be quick is timed
settings.load_profile("osai")


@pytest.fixture(scope="session")
def test_data() -> Path:
    """Keep a data directory between runs, so that assets and measurements are made once."""
    return Path(os.environ.get("OSAI_TEST_DATA_DIR") or platformdirs.user_cache_path("osai-tests"))


@pytest.fixture(scope="session")
def assets(test_data: Path) -> Assets:
    """Hand out the real assets."""
    return Assets(test_data / "assets")


@pytest.fixture(scope="session")
def chat_model(assets: Assets, test_data: Path) -> Iterator[InProcessChatModel]:
    """Hand out the real default model, loaded once."""
    opening = Opening(assets, test_data, context_tokens=2048, threads=0, queue_size=8, deadline=60)
    model = opening.open("smollm2-135m", silent)
    yield model
    model.close()
