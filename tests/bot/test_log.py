import logging
from collections.abc import Iterator

import pytest

from bot import log


@pytest.fixture(autouse=True)
def _as_it_was() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)


def lost() -> None:
    """Log as discord.py does when a connection is lost."""
    error = ConnectionResetError("secret detail")
    logging.getLogger("discord.client").error("Attempting a reconnect in %.2fs", 1.5, exc_info=error)


def test_another_librarys_error_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    log.configure("warning")
    lost()
    told = "ERROR discord.client: Attempting a reconnect in 1.50s (ConnectionResetError)\n"
    assert capsys.readouterr().err == told


def test_debugging_shows_where(capsys: pytest.CaptureFixture[str]) -> None:
    log.configure("debug")
    lost()
    assert "secret detail" in capsys.readouterr().err
