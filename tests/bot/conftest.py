"""What the tests of the bot share: the whole road on real parts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.app import App, open_app
from bot.settings import Settings
from knowledge.ports import silent

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from bot.answering.pipeline import Answerer


@pytest.fixture(scope="session")
def app(test_data: Path) -> Iterator[App]:
    """Hand out the application over the data directory of this run."""
    with open_app(Settings(data_dir=test_data)) as app:
        yield app


@pytest.fixture(scope="session")
def answerer(app: App) -> Answerer:
    """Hand out the road with the real default model."""
    return app.answerer(silent)
