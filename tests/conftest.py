"""What the tests share: the real assets, fetched once a machine, and an index that no other run of the tests sees."""

from __future__ import annotations

import os
from pathlib import Path
from shutil import copy, copytree
from typing import TYPE_CHECKING

import platformdirs
import pytest
from filelock import FileLock
from hypothesis import settings

from bot.app import open_app
from bot.llm.opening import Opening
from bot.settings import Settings
from knowledge.assets import Assets
from knowledge.ports import silent

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.llm.in_process import InProcessChatModel


settings.register_profile("osai", deadline=None)  # a busy machine is no failure; what must be quick is timed
settings.load_profile("osai")


@pytest.fixture(scope="session")
def test_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Hand out a data directory of this run alone, with the bundled knowledge indexed and nothing else.

    What is slow to make (assets, models, measurements, the index) is made once a machine. The index is copied, since
    tests put documents into it: a run that is killed, or one beside it, must not leave them to the next.
    """
    kept = Path(os.environ.get("OSAI_TEST_DATA_DIR") or platformdirs.user_cache_path("osai-tests"))
    bundled = kept / "bundled"
    data = tmp_path_factory.mktemp("data")
    with FileLock(kept / ".lock"):
        for name in ("assets", "models"):
            (kept / name).mkdir(parents=True, exist_ok=True)
            _link(bundled / name, kept / name)
            _link(data / name, kept / name)
        with open_app(Settings(data_dir=bundled)) as app:
            app.ingest(silent)
            assert app.chat_model  # measured here, so that no run measures again
        copytree(bundled / "index", data / "index")
        copy(bundled / "tuning.json", data)
    return data


def _link(link: Path, target: Path) -> None:
    link.parent.mkdir(parents=True, exist_ok=True)
    if not link.is_symlink():
        link.symlink_to(target)


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
