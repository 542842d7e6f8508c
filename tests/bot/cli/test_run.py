"""`osai run` as a process of its own, before our own fake of Discord, with the real default model."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bot.app import App
from tests.bot.chat import wire
from tests.bot.chat.socket_fake import TOKEN, FakeDiscord
from tests.bot.chat.wire import Json

ROOT = Path(__file__).parents[3]
_LED_TO_THE_FAKE = """
import sys, discord, yarl
discord.http.Route.BASE = sys.argv[1]
discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(sys.argv[2])
from bot.cli import main
main(["run"])
"""


@pytest.fixture
def fake() -> Iterator[FakeDiscord]:
    with FakeDiscord() as fake:
        yield fake


@contextmanager
def running(fake: FakeDiscord, data: Path, token: str = TOKEN) -> Iterator[subprocess.Popen[str]]:
    environment = os.environ | {"OSAI_DATA_DIR": str(data), "OSAI_DISCORD_TOKEN": token, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-W", "ignore", "-c", _LED_TO_THE_FAKE, fake.rest_url, fake.gateway_url]
    with subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True, cwd=data) as process:
        try:
            yield process
        finally:
            process.kill()


def until(holds: Callable[[], object], seconds: float) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.01)


def text_of(message: Json) -> str:
    return " ".join(embed.get("description") or "" for embed in message.get("embeds", []))


def test_without_a_token_it_says_how_to_get_one_and_loads_nothing(tmp_path: Path) -> None:
    environment = os.environ | {
        "OSAI_DATA_DIR": str(tmp_path / "none"),
        "OSAI_DISCORD_TOKEN": " ",
        "PYTHONPATH": str(ROOT),
    }
    command = [sys.executable, "-W", "ignore", "-m", "bot", "run"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, cwd=tmp_path, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    first, *steps = done.stderr.splitlines()
    assert first == "osai has no Discord token. To get one:"
    assert 3 < len(steps) < 8
    assert "https://discord.com/developers/applications" in done.stderr
    assert "OSAI_DISCORD_TOKEN" in done.stderr
    assert not (tmp_path / "none").exists()


def test_a_wrong_token_is_one_line(app: App, test_data: Path, fake: FakeDiscord) -> None:
    with running(fake, test_data, token="wrong-and-secret") as process:
        _, told = process.communicate(timeout=120)
    assert process.returncode == 1
    assert told.splitlines()[-1].startswith("Discord does not know the token in OSAI_DISCORD_TOKEN. Copy it anew")
    assert "wrong-and-secret" not in told
    assert "Traceback" not in told


def test_it_answers_and_leaves_in_time_when_told_to(app: App, test_data: Path, fake: FakeDiscord) -> None:
    with running(fake, test_data) as process:
        until(lambda: fake.gateway.identified, 120)
        channel = fake.open_channel(fake.open_guild())
        first = fake.slash(wire.user("ann"), channel, "ask", question="Is Llama 3 open source?")
        until(lambda: fake.original(first).get("components"), 60)
        assert "Llama 3 is not open source" in text_of(fake.original(first))
        asked = [fake.slash(wire.user(f"user {n}"), channel, "ask", question="May I sell Gemma 2?") for n in range(3)]
        until(lambda: all(one.acknowledged for one in asked), 3)
        began = time.monotonic()
        process.send_signal(signal.SIGTERM)
        _, told = process.communicate(timeout=20)
        assert process.returncode == 0
        assert time.monotonic() - began < 10
    assert "Traceback" not in told
    ends = [fake.original(one) for one in asked]
    assert all(one.get("components") or "restarted" in text_of(one) for one in ends)
    assert any("restarted" in text_of(one) for one in ends)
    assert not fake.world.violations


def test_a_signal_while_everything_is_loaded_ends_it_quietly(app: App, test_data: Path, fake: FakeDiscord) -> None:
    with running(fake, test_data) as process:
        time.sleep(3)
        process.send_signal(signal.SIGTERM)
        _, told = process.communicate(timeout=20)
        assert process.returncode in (0, -signal.SIGTERM)  # before Python is up nobody can heed it
    assert "Traceback" not in told
