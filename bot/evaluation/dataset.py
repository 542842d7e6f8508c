"""Reads the question set: YAML files with a strict schema, split by a hash so that changes are guided by one half only.

The questions are written from the facts, with what a right answer must say and must not say, and where it stands.
"""

from __future__ import annotations

import hashlib
from importlib.resources import files
from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from bot.errors import UsageError

Kind = Literal[
    "permission",
    "license_of",
    "concept",
    "date",
    "number",
    "comparison",
    "list",
    "two_part",
    "follow_up",
    "false_premise",
    "near_miss",
    "off_topic",
    "injection",
    "typo",
    "spelling",
    "language",
    "feedback",
]
Half = Literal["tune", "held-out"]
_READ = "dev-"  # ids of cases that were written to find defects


class Strict(BaseModel):
    """A row with exactly the declared fields."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Gold(Strict):
    """A place that supports the answer: a document, and words that stand in the supporting statement."""

    document: str = Field(min_length=1)
    contains: str = ""


class Case(Strict):
    """One question, or one dialogue whose last turn is judged.

    Every group of `facts` is met by one of its wordings in the answer; `never` holds wordings that only a wrong
    answer has; `direct` is the right yes or no where one is asked for.
    """

    id: str = Field(min_length=1)
    kind: Kind
    expect: Literal["answer", "abstain"]
    source: str = Field(min_length=1)
    question: str = ""
    turns: tuple[str, ...] = ()
    direct: Literal["yes", "no", "depends"] | None = None
    facts: tuple[tuple[str, ...], ...] = ()
    never: tuple[str, ...] = ()
    gold: tuple[Gold, ...] = ()

    @model_validator(mode="after")
    def _asks_something(self) -> Case:
        if bool(self.question) == bool(self.turns):
            raise ValueError("has either a question or turns")
        if self.expect == "answer" and not (self.facts or self.direct):
            raise ValueError("expects an answer and names no fact of it")
        return self

    @property
    def asked(self) -> tuple[str, ...]:
        """Return the turns in their order."""
        return self.turns or (self.question,)

    @property
    def half(self) -> Half:
        """Return the half that the id's hash puts the case into; cases of which failures were read never measure."""
        if self.id.startswith(_READ):
            return "tune"
        return "tune" if hashlib.sha256(self.id.encode()).digest()[0] % 2 == 0 else "held-out"


def load_cases(path: Path | None = None) -> tuple[Case, ...]:
    """Return the cases of a YAML file, or of the set that comes with osai; UsageError names the case at fault."""
    folder = files("bot.evaluation").joinpath("questions")
    sources = [path] if path else sorted(Path(str(one)) for one in folder.iterdir() if one.name.endswith(".yaml"))
    cases = [case for source in sources for case in _read(source)]
    if twice := {case.id for case in cases if sum(other.id == case.id for other in cases) > 1}:
        raise UsageError(f"These ids stand twice: {', '.join(sorted(twice))}.")
    return tuple(cases)


def _read(source: Path) -> list[Case]:
    try:
        rows = yaml.safe_load(source.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise UsageError(f"{source} cannot be read as YAML: {' '.join(str(error).split())}") from error
    if not isinstance(rows, list):
        raise UsageError(
            f"{source} holds no list of questions.", hint="Each is an item with id, kind, question, expect."
        )
    return [_case(source, number, row) for number, row in enumerate(rows, 1)]


def _case(source: Path, number: int, row: object) -> Case:
    name = row.get("id", f"number {number}") if isinstance(row, dict) else f"number {number}"
    try:
        return Case.model_validate(row)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(map(str, first["loc"]))
        raise UsageError(f"{source.name}, {name}: {where} {first['msg']}".strip()) from error
