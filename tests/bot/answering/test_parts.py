import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answering.parts import fragments, take_apart


@pytest.mark.parametrize(
    ("question", "parts"),
    [
        ("Is X open source?", ["Is X open source?"]),
        ("Is X open source and may I sell it?", ["Is X open source?", "may I sell it?"]),
        ("What is copyleft? Is X copyleft?", ["What is copyleft?", "Is X copyleft?"]),
        (
            "What license does X have, and does it allow hosting?",
            ["What license does X have?", "does it allow hosting?"],
        ),
        ("What is the difference between X and Y?", ["What is the difference between X and Y?"]),
        ("Who launched OPEA and when?", ["Who launched OPEA and when?"]),
        ("Which institute made X, and whose work is Y?", ["Which institute made X?", "whose work is Y?"]),
        ("Case: we altered X and will publish it. Its name?", ["Case: we altered X and will publish it. Its name?"]),
        (
            "What does LG demand for the name? In what country would a dispute be settled?",
            ["What does LG demand for the name?", "In what country would a dispute be settled?"],
        ),
        ("X's license: (1) who is it for (2) whose law rules it", ["X's license: who is it for", "whose law rules it"]),
        (
            "X: (1) what is it (2) who made it (3) when is it from (1) may I sell it",
            ["X: what is it", "who made it", "when is it from may I sell it"],
        ),
        (
            "Set Tulu (on Llama 3) beside Vicuna (on Llama 2) for me, please.",
            ["Set Tulu (on Llama 3) beside Vicuna (on Llama 2) for me, please."],
        ),
        ("How many are there and what are they called?", ["How many are there and what are they called?"]),
        ("May we sell it? what does the paper say", ["May we sell it? what does the paper say"]),
        ("Is X free and open?", ["Is X free and open?"]),
    ],
)
def test_what_is_asked_comes_one_at_a_time(question: str, parts: list[str]) -> None:
    assert [part.text for part in take_apart(question)] == parts
    assert not any(part.premise for part in take_apart(question))


@pytest.mark.parametrize(
    ("question", "premise", "asked"),
    [
        ("Since X is Apache 2.0, may I sell it?", "is X Apache 2.0?", "may I sell it?"),
        ("If X forbids hosting, what can I do?", "does X forbids hosting?", "what can I do?"),
        ("Why is X open source?", "is X open source?", "Why is X open source?"),
    ],
)
def test_what_is_taken_for_granted_is_put_as_a_question(question: str, premise: str, asked: str) -> None:
    first, second = take_apart(question)
    assert (first.text, first.premise) == (premise, True)
    assert (second.text, second.premise) == (asked, False)


@given(st.text(max_size=400))
def test_any_text_comes_apart_in_at_most_four_pieces(text: str) -> None:
    assert 1 <= len(take_apart(text)) <= 4


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("X: license, and the team behind it?", ("X", "license", "the team behind it")),
        ("X - user ceiling? forum for disputes?", ("X", "user ceiling", "forum for disputes")),
        ("Size of X + its license?", ("Size of X", "its license")),
        ("X: month plus the size from which it is shown?", ("X", "month", "the size from which it is shown")),
        ("May we sell it in our shop?", ()),
        ("We are a bank, and our lawyers like X, so may we use it in our app?", ()),
    ],
)
def test_short_things_in_a_row_are_fragments(text: str, pieces: tuple[str, ...]) -> None:
    assert fragments(text) == pieces
