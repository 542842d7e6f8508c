"""Says what is missing and the nearest thing known, where the evidence does not carry an answer. Cites nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.answering.answer import Answer, Timings
from bot.answering.language import ENGLISH_ONLY

if TYPE_CHECKING:
    from bot.answering.question import Query
    from knowledge.names import NameIndex

_NOTHING = "I have no source that answers this, so I will not guess."
_SCOPE = "I know open-source AI: licenses, models and what their terms allow."


def abstain(query: Query, names: NameIndex, *, rest: bool = False) -> str:
    """Return the text of an abstention: the unknown name and the nearest known, or the subject without a source.

    `rest` says that another part of the question has an answer.
    """
    if query.foreign and not query.unknown:
        return f"{ENGLISH_ONLY} Please ask in English, or name a license or model."
    if query.unknown:
        name = query.unknown[0]
        nearest = names.resolve(name).nearest[:3]
        known = f" The nearest names I know: {', '.join(nearest)}." if nearest else ""
        return f"I know no license or model named {name}, so I will not guess.{known}"
    if rest:
        return "I have no source for the rest of the question."
    if query.subjects:
        subject = names.display(query.subjects[0])
        return f"I have no source on {subject} that answers this, so I will not guess."
    return f"{_NOTHING} {_SCOPE}"


def decline(question: str, reason: str) -> Answer:
    """Return the abstention for a question that could not be read or not be finished, with the reason as its text."""
    return Answer(question, reason, True, "quotes", "", (), Timings(0, 0, 0))
