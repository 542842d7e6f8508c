import re

import pytest

from bot.answering.evidence import Evidence
from bot.answering.verify import covers, verify
from knowledge.records import Statement

_NAMES = re.compile(
    r"(?:Llama|Grok|Gemma|Qwen)[- ]?\d+(?:\.\d+)?|Codestral|DBRX|MIT License|Apache-2\.0", re.IGNORECASE
)


def subjects_in(text: str) -> frozenset[str]:
    """Find a few names; the real index has its own tests."""
    return frozenset(match.lower().replace("-", " ") for match in _NAMES.findall(text))


def evidence(text: str, title: str = "A record") -> list[Evidence]:
    return [Evidence(Statement(text), "license-facts/x", title, "", ())]


CAP = (
    "The Llama 3.1 license allows commercial use, but a company whose products had more than 700 million monthly "
    "active users in the month before 23 July 2024 must first ask Meta for a license."
)
GEMMA = "Gemma 3 has no user cap and no revenue cap."
REGIONS = "The MIT License excludes no country or region."
GROK = "Grok-1 was released by xAI on 17 March 2024 under Apache-2.0."
BUILT = 'Whoever distributes Llama 3.1 must show "Built with Llama" and start derived names with "Llama".'
DBRX = "Databricks released DBRX on 27 March 2024 under its License, which the Open Source Initiative has not approved."
CODESTRAL = "Codestral may not be used in production without a commercial license from Mistral AI."


@pytest.mark.parametrize(
    ("statement", "sentence"),
    [
        (GEMMA, "Gemma 3 has no user cap and no revenue cap."),
        (GROK, "Grok-1 was released on 17 March 2024 under Apache-2.0."),
        (CODESTRAL, "Codestral may not be used in production without a commercial license."),
        (
            CAP,
            "The Llama 3.1 license allows commercial use, but a company whose products had more than 700 million "
            "monthly active users in the month before 23 July 2024 must first ask Meta for the license.",
        ),
    ],
)
def test_faithful_rewordings_pass(statement: str, sentence: str) -> None:
    finding = verify(sentence, evidence(statement), subjects_in)
    assert finding.supported, finding.reason


@pytest.mark.parametrize(
    ("statement", "sentence", "reason"),
    [
        (GEMMA, "Gemma 3 has a user cap and a revenue cap.", "denied there"),
        (REGIONS, "The MIT License includes no country or region.", "denies otherwise"),
        (REGIONS, "The MIT License does not include no country or region.", "denied only here"),
        (REGIONS, "The MIT License does not exclude no country or region.", "denies otherwise"),
        (GEMMA, "Gemma 2 has no user cap and no revenue cap.", "number"),
        (GROK, "Grok 2 was released by xAI on 17 March 2024 under Apache-2.0.", "number"),
        (GROK, "Grok-1 was released by xAI on 17 March 2023 under Apache-2.0.", "number"),
        (GROK, "Grok-1 was released by Meta on 17 March 2024 under Apache-2.0.", "name"),
        (GROK, "Google released Grok-1 on 17 March 2024 under Apache-2.0.", "name"),
        (GROK, "Grok-1 was not released by xAI under Apache-2.0.", "denied only here"),
        (CODESTRAL, "Codestral may be used in production with a commercial license from Mistral AI.", "denied there"),
        (CAP, "The Llama 3.1 license allows commercial use.", "condition dropped"),
        (DBRX, "Databricks released DBRX on 27 March 2024 under the Open Source Initiative License.", "name"),
        (BUILT, "Whoever distributes Llama 3.1 must show it and start derived names with Llama.", "wording dropped"),
        (CAP, CAP.replace("23 July 2024", "2024"), "number"),
        (CAP, CAP.replace(" in the month before 23 July 2024", ""), "clause cut"),
        (
            "Llama 3 and Llama 3 outputs may not be used to improve any other large language model.",
            "Llama 3 and Llama 3 may not be used to improve any other large language model.",
            "clause cut",
        ),
        (CAP, "The Llama 3.1 license allows commercial use, but a company must ask Meta for a license.", "clause cut"),
        (CAP, "By the Llama 3.1 license, but first, Meta must ask a company for commercial use.", "clause cut"),
        (GROK, "xAI released Grok-1 on 17 March 2024 under Apache-2.0.", "order differs"),
        (
            BUILT,
            'Whoever distributes Llama 3.1 must show "Built with Llama" and start derived names.',
            "wording dropped",
        ),
        (CAP, "The Llama 3.1 license allows commercial use, but a company must first pay a research fee.", "words"),
        (GEMMA, "Gemma 3 has no user cap, see https://example.com for more.", "not a statement"),
        (GEMMA, "@everyone Gemma 3 has no user cap and no revenue cap.", "not a statement"),
        (GEMMA, "Gemma 3 has no user cap and no revenue cap [7].", "not a statement"),
        (GEMMA, "No.", "says nothing"),
        (GROK, "It was released by xAI on 17 March 2024 under Apache-2.0.", "subject dropped"),
        (
            BUILT,
            'The Llama 3.1 must show a Llama 3.1, "Built with Llama", and start derived names with "Llama".',
            "twice",
        ),
    ],
)
def test_unfaithful_sentences_are_refused(statement: str, sentence: str, reason: str) -> None:
    finding = verify(sentence, evidence(statement), subjects_in)
    assert not finding.supported
    assert reason in finding.reason


def test_a_duty_is_not_made_of_a_permission() -> None:
    statement = "Licensees may show the words on their site."
    assert not verify("Licensees must show the words on their site.", evidence(statement), subjects_in).supported


def test_the_evidence_that_carries_the_sentence_is_named() -> None:
    both = [*evidence(GEMMA), *evidence(GROK)]
    assert verify("Grok-1 was released on 17 March 2024 under Apache-2.0.", both, subjects_in).evidence == 1


def test_half_a_statement_does_not_cover_it() -> None:
    (item,) = evidence(CAP)
    assert not covers(["Meta has products."], item)
    assert covers([CAP], item)


def test_a_statement_is_not_covered_by_its_opposite() -> None:
    (item,) = evidence(GEMMA)
    assert not covers(["Gemma 3 has a user cap and a revenue cap."], item)
