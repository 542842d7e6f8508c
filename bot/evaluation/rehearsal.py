"""Rehearses the search with questions whose answer is known before: a statement that declares them, or none at all.

The tune half is small, and most of what people ask beside the subject is in no question set. Each question is asked as
if it were new: the statement that declares it does not show it, and the probe that reads it has not learned it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import cycle
from typing import TYPE_CHECKING

from bot.answering.meaning import Meanings
from bot.errors import OsaiError
from bot.evaluation.teaching import teach_in_parts
from knowledge.licenses.render import license_document

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.answering.pipeline import Answerer
    from bot.answering.signals import Signals
    from bot.evaluation.teaching import Part
    from knowledge.ports import Embedder, Progress
    from knowledge.records import Statement

_OF_ARTICLES, _OF_LICENSES = 6, 25  # one question of so many is asked
_IT = re.compile(r"\bit(?=[’']s\b|\b)", re.IGNORECASE)
_ITS = re.compile(r"\bits\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """The signals of a search, and whether what it chose answers the question."""

    signals: Signals
    right: bool


@dataclass(frozen=True, slots=True)
class _Question:
    text: str
    declared: str = ""  # as a statement declares it, or "" where nothing answers it
    answer: str = ""  # that statement


def rehearse(road: Answerer, embedder: Embedder, progress: Progress) -> Iterator[Rehearsed]:
    """Yield what the search finds for the rehearsed questions that it, and no record, answers.

    Where it finds another statement than the one that declares the question, nobody knows whether that answers it too;
    such are left out.
    """
    names = cycle(sorted([*(one.name for one in road.models.all()), *(one.name for one in road.licenses.all())]))
    parts = list(teach_in_parts(embedder))
    for place, part in enumerate(parts):
        progress("Rehearsing", place, len(parts))
        for question in _questions(part, road, names, place, len(parts)):
            found = _ask(question, road, Meanings(embedder, part.probe))
            if found is not None:
                yield found
    progress("Rehearsing", len(parts), len(parts))


def _questions(part: Part, road: Answerer, names: Iterator[str], place: int, parts: int) -> Iterator[_Question]:
    yield from (_Question(text) for text in part.beside)
    yield from (_Question(_of(text, next(names))) for text in part.strange)
    yield from (_Question(ask, ask, answer) for ask, answer in part.asked[::_OF_ARTICLES])
    declared = [
        (ask, statement.text, one.name)
        for one in road.licenses.all()
        for statement in license_document(one).statements
        for ask in statement.asks
    ]
    yield from (_Question(_of(ask, name), ask, text) for ask, text, name in declared[place :: parts * _OF_LICENSES])


def _of(text: str, name: str) -> str:
    """Return a question that says "it" with a name."""
    if _ITS.search(text):
        return _ITS.sub(f"{name}'s", text, count=1)
    return _IT.sub(name, text, count=1) if _IT.search(text) else f"{name}: {text}"


def _ask(question: _Question, road: Answerer, meanings: Meanings) -> Rehearsed | None:
    def shown(statement: Statement) -> tuple[str, ...]:
        return tuple(one for one in statement.asks if one != question.declared)

    try:
        turn = replace(road, weigh=meanings.weigh, asks_of=shown).answer(question.text)
    except OsaiError:
        return None
    found = [one for one in turn.searched if one.values]
    if len(found) != 1 or len(turn.searched) != 1:
        return None
    if not question.declared:
        return Rehearsed(found[0], right=False)
    told = any(one.quote == question.answer for one in turn.answer.citations)
    return Rehearsed(found[0], right=True) if told else None
