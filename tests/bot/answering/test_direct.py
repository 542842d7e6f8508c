import pytest

from bot.answering.direct import asks_permission, direct_answer


@pytest.mark.parametrize(
    ("question", "topic", "verdict", "said"),
    [
        ("May I use X commercially?", "commercial", "yes", "Yes."),
        ("Can I use X commercially?", "commercial", "no", "No."),
        ("so can we sell X?", "commercial", "conditional", "It depends."),
        ("Does X allow commercial use?", "commercial", "no", "No."),
        ("Is commercial use of X allowed?", "commercial", "yes", "Yes."),
        ("Does X forbid commercial use?", "commercial", "yes", "No."),
        ("Does X forbid commercial use?", "commercial", "no", "Yes."),
        ("Is commercial use of X prohibited?", "commercial", "conditional", "It depends."),
        ("Can't I use X commercially?", "commercial", "yes", ""),
        ("Is X only for non commercial use?", "commercial", "yes", ""),
        ("May I train on outputs without a license?", "outputs", "yes", ""),
        ("Does X ban training other models on its outputs?", "outputs", "no", "Yes."),
        ("Does X have a user cap?", "threshold", "no", "No."),
        ("Is there a revenue cap in X?", "threshold", "yes", "Yes."),
        ("Is X free of user caps?", "threshold", "no", ""),
        ("Can I use X with 800 million users?", "threshold", "yes", ""),
        ("Must I credit X?", "attribution", "yes", "Yes."),
        ("May I drop the attribution?", "attribution", "yes", ""),
        ("Can I use X without attribution?", "attribution", "yes", ""),
        ("Do I have to show it?", "attribution", "no", "No."),
        ("Can I use X in the EU?", "territory", "yes", ""),
        ("May I use X for weapons?", "use_policy", "yes", ""),
        ("Does X have a use policy?", "use_policy", "yes", "Yes."),
        ("Does X grant patents?", "patents", "no", "No."),
        ("Can I keep my changes private?", "derivatives", "yes", ""),
        ("X in our paid app, allowed?", "commercial", "yes", "Yes."),
        ("we bill by the minute with X. may we?", "commercial", "no", "No."),
        ("Is X free for business use?", "commercial", "no", "No."),
        ("Is X free for everyone straight away?", "commercial", "conditional", ""),
        ("Do I get a patent license with X?", "patents", "yes", "Yes."),
        ("Has the OSI approved X?", "open_source", "no", "No."),
        ("Is X copyleft?", "derivatives", "no", "No."),
        ("Is X open source?", "open_source", "no", "No."),
        ("Is X closed?", "open_source", "no", ""),
        ("Is X not open source?", "open_source", "no", ""),
        ("Is X open source?", "open_source", "unknown", ""),
        ("What may I do?", "commercial", "yes", ""),
        ("We are a shop with 30 customers. May we use X?", "commercial", "no", "No."),
        ("We are a shop with 30 customers. May we use X?", "commercial", "yes", ""),
        ("X stays on my machine. Do I have to credit anybody?", "attribution", "yes", ""),
    ],
)
def test_the_form_of_the_question_turns_the_verdict(question: str, topic: str, verdict: str, said: str) -> None:
    assert direct_answer(question, topic, verdict) == said  # type: ignore[arg-type] # literals from a table


@pytest.mark.parametrize(
    ("question", "asks"),
    [
        ("Can a startup put X into something it sells?", True),
        ("We tuned X and take nine euros a month - is this plan in line with the license?", True),
        ("X in our paid app, may we?", True),
        ("Can X write poems?", False),
        ("Is X faster than X?", False),
        ("Who made X?", False),
    ],
)
def test_leave_is_asked_for_whatever_is_planned(question: str, asks: bool) -> None:
    assert asks_permission(question) is asks
