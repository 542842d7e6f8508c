import pytest

from bot.answering.spelling import Speller


def test_words_of_a_source_that_came_later_are_mended_into_and_left_alone() -> None:
    texts = ["the zebrafish recordings", "other zebrafish recordings"]
    speller = Speller(lambda: texts, lambda _: False, ())
    assert speller.mend("the zebrafihs and the quokkapact") == "the zebrafish and the quokkapact"
    texts[:] = ["a quokkaparc", "the quokkaparc"]
    assert speller.mend("the quokkapart") == "the quokkapart"
    speller.read_again()
    assert speller.mend("the quokkapart") == "the quokkaparc"
    assert speller.mend("the zebrafihs") == "the zebrafihs"


def test_names_in_the_sources_are_words_however_they_are_written() -> None:
    speller = Speller(lambda: ["Alibaba and OPEA", "of Alibaba, by OPEA", "it is open"] * 2, lambda _: False, ())
    assert speller.mend("alibaba started opea and alibbaa runs it") == "alibaba started opea and alibaba runs it"


@pytest.mark.parametrize(("typed", "mended"), [("isnt it", "isn't it"), ("Dont i", "Don't i"), ("cant we", "can't we")])
def test_a_denial_without_its_apostrophe_keeps_denying(typed: str, mended: str) -> None:
    assert Speller(lambda: ["done isn want cant"] * 2, lambda _: False, ()).mend(typed) == mended


def test_abbreviations_and_other_languages_are_no_slips() -> None:
    speller = Speller(lambda: ["it said such a license is under it, each one"] * 2, lambda _: False, ())
    assert speller.mend("what is the osaid") == "what is the osaid"
    german = "Ist das auch unter einer freien Lizenz nach OSI?"
    assert speller.mend(german) == german
