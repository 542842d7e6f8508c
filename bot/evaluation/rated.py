"""Turns answers that people rated into questions of the evaluation set.

A thumb up says that what was answered is right: its names and numbers become the facts, its sources the gold. A thumb
down says only that something is wrong; what would be right a person has to write. Refuses to guess that.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import yaml

from bot.evaluation.dataset import Case, Gold
from bot.evaluation.judge import direct_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bot.feedback import Rated, Shown

_MARKERS = re.compile(r"((?:\[\d+\])+)")
_WORD = r"[A-Z0-9](?:[\w.,+-]*[\w+])?"
_NAME = re.compile(rf"\b{_WORD}(?: {_WORD})*")
_BREAK = re.compile(r"[\x85\u2028\u2029]")
_ARTICLE = re.compile(r"^(?:The|An?) ")
_HEAD = """\
# Answers that people rated. `osai eval FILE` asks them again.
# Facts are the names and numbers of the approved answer: read them, and take out what need not be said.
"""
_DRAFT = "# Thumbed down, or disputed. Write what a right answer says under facts, then take the # away.\n"


def case_of(rated: Rated) -> Case | None:
    """Return the case that an approved answer makes; None for one that is disputed or has no fact to ask for."""
    shown = rated.shown
    if rated.up <= rated.down:
        return None
    row = _row(rated) | {"expect": "abstain" if shown.abstained else "answer"}
    if shown.abstained:
        return Case.model_validate(row)
    direct, facts = direct_of(shown.answer), _facts(shown)
    if not (direct or facts):
        return None
    gold = [Gold(document=one.document, contains=one.quote) for one in shown.citations]
    return Case.model_validate(row | {"direct": direct, "facts": facts, "gold": gold})


def to_yaml(rated: Sequence[Rated]) -> str:
    """Return the cases as a file that `osai eval` takes, with what no case can be made of as comments at its end."""
    cases = [(one, case_of(one)) for one in rated]
    rows = [case.model_dump(mode="json", exclude_defaults=True) for _, case in cases if case]
    drafts = "".join(_draft(one) for one, case in cases if case is None)
    return f"{_HEAD}{_dump(rows)}{drafts}"


def _row(rated: Rated) -> dict[str, Any]:
    """Return what a case says whatever was thought of the answer."""
    shown, made_by = rated.shown, rated.shown.versions
    day = datetime.fromtimestamp(rated.asked_at, UTC).date().isoformat()
    thumbs = f"{rated.up} up, {rated.down} down"
    asked = {"turns": (*shown.before, shown.question)} if shown.before else {"question": shown.question}
    source = f"feedback {day}: {thumbs}; osai {made_by.osai}, {made_by.model}, knowledge {made_by.knowledge}"
    return {"id": f"feedback-{rated.id}", "kind": "feedback", "source": source, **asked}


def _draft(rated: Rated) -> str:
    shown = rated.shown
    row = {**_row(rated), "expect": "answer", "facts": []}
    said = {"answered": shown.answer, "cited": [f"[{one.n}] {one.title}, {one.url}" for one in shown.citations]}
    lines = _dump([row]).splitlines()
    told = [f"  # {line}" for line in _dump(said).splitlines()]
    return _DRAFT + "".join(f"# {line}\n" for line in (*lines, *told))


class _Dumper(yaml.SafeDumper):
    """Writes what safe_dump writes, but every line break of Unicode as an escape: YAML would read a plain one."""

    def represent_str(self, data: str) -> yaml.ScalarNode:
        """Return a text, in double quotes where it needs them."""
        return self.represent_scalar("tag:yaml.org,2002:str", data, style='"' if _BREAK.search(data) else None)


_Dumper.add_representer(str, _Dumper.represent_str)


def _dump(data: object) -> str:
    return yaml.dump(data, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=120)


def _facts(shown: Shown) -> list[tuple[str, ...]]:
    """Return the names and numbers that the answer and a source cited for them share, each once."""
    quotes = {one.n: one.quote for one in shown.citations}
    found: dict[str, None] = {}
    for text, marks in _cited(shown.answer):
        cited = " ".join(quotes.get(n, "") for n in marks).lower()
        found |= {name: None for name in _names(text) if name.lower() in cited}
    return [(name,) for name in found if not any(name != other and name in other for other in found)]


def _cited(answer: str) -> Iterator[tuple[str, tuple[int, ...]]]:
    """Yield what stands before each run of markers, with its numbers."""
    for text, marks in [*pairwise(_MARKERS.split(answer))][::2]:
        yield text, tuple(int(one) for one in re.findall(r"\d+", marks))


def _names(text: str) -> Iterator[str]:
    """Yield names and numbers; a single word that only begins a sentence is neither."""
    for match in _NAME.finditer(text):
        begins = re.search(r"(?:^|[.!?:]\s+)$", text[: match.start()])
        if not (begins and match[0].isalpha() and match[0][1:].islower()):
            yield _ARTICLE.sub("", match[0])
