"""What the tests share: the real assets, fetched once a machine and kept between runs."""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs
import pytest

from knowledge.assets import Assets


@pytest.fixture(scope="session")
def test_data() -> Path:
    """Keep a data directory between runs, so that assets and measurements are made once."""
    return Path(os.environ.get("OSAI_TEST_DATA_DIR") or platformdirs.user_cache_path("osai-tests"))


@pytest.fixture(scope="session")
def assets(test_data: Path) -> Assets:
    """Hand out the real assets."""
    return Assets(test_data / "assets")
