from hypothesis import given
from hypothesis import strategies as st

from knowledge.sentences import split_sentences, take_sentences


def test_a_direct_answer_is_a_sentence_of_its_own() -> None:
    assert split_sentences("No. Llama 3 is not open source.") == ["No.", "Llama 3 is not open source."]


def test_abbreviations_versions_and_numbered_references_do_not_end_a_sentence() -> None:
    text = "Meta Platforms, Inc. released Llama 3.1, e.g. under sec. 2 and No. 4 of its terms. It has a cap."
    assert split_sentences(text) == [
        "Meta Platforms, Inc. released Llama 3.1, e.g. under sec. 2 and No. 4 of its terms.",
        "It has a cap.",
    ]


def test_an_unfinished_sentence_stays_in_the_rest() -> None:
    assert take_sentences("One. Two is not") == (["One."], " Two is not")


@given(st.text(max_size=300))
def test_splitting_loses_no_letter(text: str) -> None:
    assert "".join("".join(split_sentences(text)).split()) == "".join(text.split())


@given(st.text(alphabet="ab. N\n", max_size=60), st.integers(0, 60))
def test_streaming_finds_the_sentences_that_the_whole_text_has(text: str, cut: int) -> None:
    """Sentences taken piece by piece are those of the whole, wherever the pieces are cut at a space."""
    cut = text.find(" ", cut)
    if cut < 0:
        return
    done, rest = take_sentences(text[:cut])
    more, rest = take_sentences(rest + text[cut:])
    assert [*done, *more] == take_sentences(text)[0]
