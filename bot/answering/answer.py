"""What comes out at the end of the road, and its one JSON form."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Literal

SCHEMA = 1
WrittenBy = Literal["model", "quotes"]


@dataclass(frozen=True, slots=True)
class Citation:
    """Where a marker [n] leads: `quote` stands verbatim in `document`, at `section`."""

    n: int
    title: str
    url: str
    document: str
    section: str
    quote: str


@dataclass(frozen=True, slots=True)
class Timings:
    """How long the steps took, in milliseconds; `first_token_ms` counts from the question to the first shown text."""

    retrieve_ms: int
    first_token_ms: int
    total_ms: int


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer whose every [n] has its citation, or an abstention that says what is missing and cites nothing.

    `written_by` is "model" when the model wrote every sentence after the ruling's direct answer, else "quotes".
    """

    question: str
    text: str
    abstained: bool
    written_by: WrittenBy
    model: str
    citations: tuple[Citation, ...]
    timings: Timings

    def to_json(self) -> dict[str, object]:
        """Return the answer as the plain values of the command contract."""
        plain = asdict(self)
        text = plain.pop("text")
        return {"schema": SCHEMA, "question": plain.pop("question"), "answer": text, **plain}
