import pytest

from bot.answering.intents import is_polar, read_intents


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
