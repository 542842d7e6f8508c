from collections.abc import Generator, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.llm.spelling import spell

TEXT = "Émile 你好 🦙🏽 здравствуй, naïve café"


def pieces(*parts: bytes) -> Generator[bytes, None, None]:
    yield from parts


def one_by_one(text: str) -> Generator[bytes, None, None]:
    return pieces(*(bytes([byte]) for byte in text.encode()))


def test_characters_split_over_pieces_come_whole() -> None:
    said = list(spell(one_by_one(TEXT)))
    assert said == list(TEXT)


@given(st.text(), st.integers(1, 5))
def test_any_text_survives_any_cutting(text: str, size: int) -> None:
    data = text.encode()
    cut = pieces(*(data[at : at + size] for at in range(0, len(data), size)))
    assert "".join(spell(cut)) == text


@pytest.mark.parametrize("bad", [b"\xf0\x9f", b"\xff\xfe"], ids=["cut off at the end", "no UTF-8"])
def test_bytes_that_are_no_character_are_left_out(bad: bytes) -> None:
    assert "".join(spell(pieces(b"good", bad))) == "good"


@pytest.mark.parametrize(
    ("parts", "stop", "said"),
    [
        (["one STOP two"], ["STOP"], "one "),
        (["one S", "TO", "P two"], ["STOP"], "one "),
        (["one S", "TO", "RM two"], ["STOP"], "one STORM two"),
        (["one STO"], ["STOP"], "one STO"),
        (["a\n", "\nb"], ["\n\n"], "a"),
        (["x b a"], ["a", "b"], "x "),
        (["aab"], ["ab"], "a"),
        (["STOP"], ["STOP"], ""),
        (["one"], [""], "one"),
    ],
)
def test_a_stop_word_ends_the_text_wherever_it_is_cut(parts: list[str], stop: list[str], said: str) -> None:
    assert "".join(spell(pieces(*(part.encode() for part in parts)), stop)) == said


@given(st.text("abc", max_size=30), st.lists(st.text("abc", min_size=1, max_size=4), max_size=3))
def test_stopping_while_streaming_is_stopping_afterwards(text: str, stop: Sequence[str]) -> None:
    """Character by character, the first stop word to be complete ends the text, where it began."""
    grown = next((text[:size] for size in range(len(text) + 1) if any(word in text[:size] for word in stop)), text)
    end = min((grown.find(word) for word in stop if word in grown), default=len(text))
    assert "".join(spell(one_by_one(text), stop)) == text[:end]


def test_text_is_not_held_back_without_need() -> None:
    words = spell(pieces(b"one ", b"two ", b"S"), ["STOP"])
    assert next(words) == "one "
    assert next(words) == "two "


def test_closing_closes_what_it_reads_from() -> None:
    closed = []

    def endless() -> Generator[bytes, None, None]:
        try:
            while True:
                yield b"a"
        finally:
            closed.append(True)

    words = spell(endless())
    assert next(words) == "a"
    words.close()
    assert closed == [True]
