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
