from hypothesis import given
from hypothesis import strategies as st

from bot.answering.words import affirmed, content_stems, denied, numbers, proper_names


def test_scaled_numbers_are_one_number_however_written() -> None:
    assert numbers("700M users") == numbers("700 million users") == {"700 million"}
    assert numbers("US$1,000,000 or 3.1") == {"1000000", "3.1"}


def test_names_are_capitals_inside_a_sentence() -> None:
    assert proper_names("The company asked Meta and xAI.") == {"meta"}
    assert "google" in proper_names("Google released it.")


def test_a_negation_reaches_to_the_end_of_its_clause() -> None:
    assert denied("It has no patent clause, but a notice duty.") == content_stems("patent clause")
    assert affirmed("It has no patent clause, but a notice duty.") == content_stems("notice duty")


@given(st.text(max_size=200))
def test_reading_never_fails(text: str) -> None:
    assert denied(text) <= content_stems(text) | denied(text)
    numbers(text), proper_names(text), affirmed(text)
