"""Strings the steps of the road together, and nothing else: question, ruling, search, writing, answer."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bot.answering.abstention import abstain
from bot.answering.answer import Answer
from bot.answering.clause import with_clause
from bot.answering.clock import Clock
from bot.answering.direct import LEADS
from bot.answering.evidence import select, signals
from bot.answering.language import ENGLISH_ONLY
from bot.answering.question import understand
from bot.answering.ruling import rule
from bot.answering.subjects import speaks_of_others, with_relatives
from bot.answering.telling import Telling

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bot.answering.compose import Composer
    from bot.answering.evidence import Evidence
    from bot.answering.listing import Listing
    from bot.answering.question import Query
    from bot.answering.ruling import Ruling
    from knowledge.licenses.catalogue import LicenseCatalogue
    from knowledge.models.catalogue import ModelCatalogue
    from knowledge.names import NameIndex
    from knowledge.ports import Embedder
    from knowledge.records import Document
    from knowledge.retrieval import Retriever

_PASSAGES = 10  # searched for statements
_STATEMENTS = 2  # told where no record settles the question


@dataclass(frozen=True, slots=True)
class Turn:
    """An answer and the question as it was understood, from which a follow-up carries its subject over."""

    answer: Answer
    query: Query


@dataclass(frozen=True, slots=True)
class Step:
    """What one part of a question is answered with."""

    query: Query
    lead: str
    evidence: tuple[Evidence, ...]
    listing: Listing | None = None


@dataclass(frozen=True, slots=True)
class Answerer:
    """Answers questions. Holds no state between them: a conversation is the last turn, kept by its caller."""

    names: NameIndex
    licenses: LicenseCatalogue
    models: ModelCatalogue
    retriever: Retriever
    embedder: Embedder
    document: Callable[[str], Document | None]
    composer: Composer

    def answer(self, question: str, previous: Turn | None = None, show: Callable[[str], None] | None = None) -> Turn:
        """Return the answer; `show` hears its text piece by piece, each piece only once it is certain to stand.

        Raises UsageError for a question that cannot be read, and what the model's queue raises.
        """
        clock = Clock(show)
        queries = understand(question, self.names, previous.query if previous else None)
        steps = self._steps(queries)
        clock.retrieved()
        last = next((query for query in reversed(queries) if query.groups), queries[-1])
        if not steps:
            clock.show(text := abstain(queries[-1], self.names))
            answer = Answer(question, text, True, "quotes", self._model_name, (), clock.timings())
            return Turn(answer, last)
        telling = Telling(steps, self.composer, clock, ENGLISH_ONLY if queries[0].foreign else "")
        for query in queries:
            if not query.premise and all(step.query is not query for step in steps):
                telling.add(abstain(query, self.names, rest=True))
        text, citations = " ".join(telling.pieces), telling.numbering.citations()
        answer = Answer(question, text, False, telling.written_by, self._model_name, citations, clock.timings())
        return Turn(answer, last)

    def _steps(self, queries: Sequence[Query]) -> list[Step]:
        """Return a step for every part that can be answered; what one has told, no other tells again."""
        steps: list[Step] = []
        told: set[str] = set()
        for query in queries:
            step = self._step(query)
            fresh = tuple(item for item in step.evidence if item.statement.text not in told)
            if fresh:
                told |= {item.statement.text for item in fresh}
                clauses = tuple(with_clause(item, self.licenses, self.document) for item in fresh)
                steps.append(replace(step, evidence=clauses))
        return steps

    def _step(self, query: Query) -> Step:
        ruling = rule(query, self.licenses, self.models)
        if query.premise:  # told only where the records contradict it
            return Step(query, "", ruling.evidence if ruling and ruling.lead == LEADS["no"] else ())
        lead = ruling.lead if ruling else ""
        return Step(query, lead, tuple(self._gather(query, ruling)), ruling.listing if ruling else None)

    def _gather(self, query: Query, ruling: Ruling | None) -> Sequence[Evidence]:
        """Return what the records decided, with a reason beside it where one is owed, or what a search found."""
        if ruling is not None and not ruling.wants_reason:
            return ruling.evidence
        hits = self.retriever.retrieve(query.text, subjects=query.subjects, k=_PASSAGES)
        if ruling is None:
            chosen = select(query, hits, self.embedder, most=_STATEMENTS, strange=self._strange_to(query))
            if signals(query, hits, chosen).enough:
                return chosen
            if query.context:  # "since when do the duties apply?", asked after a question on the EU AI Act
                return self._gather(replace(query, text=f"{query.context} {query.text}", context=""), None)
            return ()
        told = frozenset(item.statement.text for item in ruling.evidence)
        strange = self._strange_to(query)
        reasons = select(
            query, hits, self.embedder, most=_STATEMENTS, without=told, about=query.subjects, strange=strange
        )
        return (*ruling.evidence, *reasons[:1])

    def _strange_to(self, query: Query) -> Callable[[str], bool]:
        asked = with_relatives(query.subjects, self.models)
        return lambda text: speaks_of_others(text, asked, self.names.subjects_in)

    @property
    def _model_name(self) -> str:
        return self.composer.model.card.name if self.composer.model else ""
