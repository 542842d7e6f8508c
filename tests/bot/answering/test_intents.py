import pytest

from bot.answering.intents import is_polar, polar_clause, read_intents


@pytest.mark.parametrize(
    ("question", "intents"),
    [
        ("Is X open source?", ("open_source",)),
        ("is X really open", ("open_source",)),
        ("Can I use X commercially?", ("commercial",)),
        ("Can I sell products built with X?", ("commercial",)),
        ("What license does X use?", ("license_of",)),
        ("May I train other models on X's outputs?", ("outputs",)),
        ("Does X have a patent grant?", ("patents",)),
        ("Who made X?", ("developer",)),
        ("When was X released?", ("released",)),
        ("Do I have to show 'Built with X'?", ("attribution",)),
        ("Can a company in the EU use X?", ("territory",)),
        ("What is the user cap of X?", ("threshold",)),
        ("Is X open source and may I use it commercially?", ("open_source", "commercial")),
        ("What is openwashing?", ()),
        ("Who won the world cup?", ()),
    ],
)
def test_what_is_asked(question: str, intents: tuple[str, ...]) -> None:
    assert read_intents(question) == intents


@pytest.mark.parametrize("question", ["Is X open?", "so can I sell it?", "Does it?", "And is X free?"])
def test_yes_or_no_questions(question: str) -> None:
    assert is_polar(question)


@pytest.mark.parametrize("question", ["What is X?", "Which license?", "List the models.", "When is it out?"])
def test_other_questions(question: str) -> None:
    assert not is_polar(question)


@pytest.mark.parametrize(
    ("question", "clause"),
    [
        ("Is X open?", "Is X open?"),
        ("We sell an app with X. May we?", "We sell an app with X. May we?"),
        ("X in our product - do we have to show its name?", "do we have to show its name?"),
        ("small shop, 30 customers: must it show the name?", "must it show the name?"),
        ("What is X, in short?", ""),
        ("The model that is under X: what may I do with it?", ""),
    ],
)
def test_a_case_may_be_told_before_what_asks_for_a_yes_or_no(question: str, clause: str) -> None:
    assert polar_clause(question) == clause
