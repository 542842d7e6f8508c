import asyncio
import subprocess
import sys
import threading
import time

import pytest

from bot.chat import workshop as module
from bot.chat.workshop import BusyError, Workshop
from bot.errors import CancelledError
from knowledge.ports import Progress


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_PACE", 0.02)


async def _deaf(_line: str) -> None:
    return


async def test_work_is_heard_of_and_returns_while_the_loop_stays_free() -> None:
    heard: list[str] = []

    async def hear(line: str) -> None:
        heard.append(line)

    def work(progress: Progress) -> int:
        for done in range(3):
            progress("Embedding passages", done, 2)
            time.sleep(0.1)
        return 7

    doing = asyncio.create_task(Workshop().do("ingest", work, hear))
    longest = 0.0
    while not doing.done():
        start = time.monotonic()
        await asyncio.sleep(0.005)
        longest = max(longest, time.monotonic() - start)
    assert await doing == 7
    assert heard == [f"Embedding passages \N{EM DASH} {share} %" for share in (0, 50, 100)]
    assert longest < 0.09  # of the 0.1 s that the work sleeps at a time


async def test_there_is_one_piece_of_work_at_a_time() -> None:
    shop, go = Workshop(), threading.Event()
    doing = asyncio.create_task(shop.do("a refresh", lambda _: go.wait(10), _deaf))
    await asyncio.sleep(0.05)
    with pytest.raises(BusyError, match="a refresh"):
        await shop.do("ingest", lambda _: None, _deaf)
    go.set()
    assert await doing
    assert await shop.do("ingest", lambda _: 1, _deaf) == 1


async def test_what_the_work_raises_is_raised_and_the_shop_is_free_again() -> None:
    shop = Workshop()

    def work(_progress: Progress) -> None:
        raise ValueError("broken")

    with pytest.raises(ValueError, match="broken"):
        await shop.do("ingest", work, _deaf)
    assert shop.current is None


async def test_work_that_is_told_to_stop_ends_at_its_next_report() -> None:
    shop = Workshop()

    def work(progress: Progress) -> None:
        while True:
            progress("Embedding passages", 1, 2)
            time.sleep(0.01)

    doing = asyncio.create_task(shop.do("ingest", work, _deaf))
    await asyncio.sleep(0.05)
    shop.stop()
    with pytest.raises(CancelledError):
        await doing
    await shop.do("ingest", lambda progress: progress("Reading sources", 1, 2), _deaf)  # the next one is not stopped


async def test_work_whose_asker_is_gone_ends_without_a_word() -> None:
    shop, ended = Workshop(), threading.Event()

    def work(_progress: Progress) -> None:
        time.sleep(0.1)
        ended.set()

    doing = asyncio.create_task(shop.do("ingest", work, _deaf))
    await asyncio.sleep(0.05)
    doing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await doing
    assert await asyncio.to_thread(ended.wait, 5)


_GOES_ON = """
import asyncio, atexit, sys, threading
from bot.chat.workshop import Workshop, leave_unfinished

async def main():
    async def hear(line): pass
    doing = asyncio.create_task(Workshop().do("ingest", lambda _: threading.Event().wait(float(sys.argv[1])), hear))
    await asyncio.sleep(0.2)
    doing.cancel()

atexit.register(print, "the interpreter's own end")
asyncio.run(main())
print("closed")
leave_unfinished()
print("and left as usual")
"""


@pytest.mark.parametrize(
    ("seconds", "said"), [("60", "closed\n"), ("0", "closed\nand left as usual\nthe interpreter's own end\n")]
)
def test_the_process_ends_at_once_and_well_though_work_goes_on(seconds: str, said: str) -> None:
    command = [sys.executable, "-c", _GOES_ON, seconds]
    done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, said, "")
