import logging
import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chat.mishaps import mishap_line
from bot.errors import OsaiError
from knowledge.errors import IndexLockedError
from tests.bot.chat.hostile import TEXTS
from tests.bot.chat.limits_of_discord import wrong_with_message


def _raised(error: Exception) -> Exception:
    try:
        raise error
    except type(error) as caught:
        return caught


def test_what_a_person_can_mend_is_told_with_the_mending_act() -> None:
    line = mishap_line(_raised(IndexLockedError("Another osai is writing.", hint="Wait until it is done.")))
    assert re.fullmatch(r"Another osai is writing\. Wait until it is done\. \(log id [0-9a-f]{8}\)", line)


def test_what_is_ours_is_found_in_the_log_by_its_id_and_place_but_not_by_what_was_written(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.INFO, logger="bot"):
        line = mishap_line(_raised(ValueError("a question of somebody")))
    number = line.removeprefix("Something went wrong on my side. (log id ").removesuffix(")")
    assert f"{number}: ValueError at {__file__}" in caplog.text
    assert "a question of somebody" not in caplog.text


def test_the_debug_level_has_it_in_full(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG, logger="bot"):
        mishap_line(_raised(ValueError("a question of somebody")))
    assert "a question of somebody" in caplog.text


@given(st.sampled_from(TEXTS) | st.text(max_size=3000))
def test_whatever_an_error_says_is_one_message_that_calls_nobody(said: str) -> None:
    line = mishap_line(OsaiError(said, hint=said))
    assert wrong_with_message({"content": line}) == []
    assert "@everyone" not in line
    assert "log id" in line


def test_a_long_word_is_told_as_quickly_as_a_short_one() -> None:
    start = time.perf_counter()
    mishap_line(OsaiError("a" * 100_000))
    assert time.perf_counter() - start < 2
