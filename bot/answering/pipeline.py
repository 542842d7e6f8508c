"""Strings the steps of the road together, and nothing else: question, ruling, search, writing, answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.answering.abstention import abstain
from bot.answering.answer import Answer
from bot.answering.clause import with_clause
from bot.answering.clock import Clock
from bot.answering.evidence import enough, select
from bot.answering.numbering import Numbering
from bot.answering.question import understand
from bot.answering.ruling import rule

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bot.answering.compose import Composer
    from bot.answering.evidence import Evidence
    from bot.answering.question import Query
    from bot.answering.ruling import Ruling
    from knowledge.licenses.catalogue import LicenseCatalogue
    from knowledge.models.catalogue import ModelCatalogue
    from knowledge.names import NameIndex
    from knowledge.ports import Embedder
    from knowledge.records import Document
    from knowledge.retrieval import Retriever

_PASSAGES = 6  # searched for statements; the right passage was among the top five for 57 of 60 questions
_STATEMENTS = 2  # told where no record settles the question


@dataclass(frozen=True, slots=True)
class Turn:
    """An answer and the question as it was understood, from which a follow-up carries its subject over."""

    answer: Answer
    query: Query


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
        query = understand(question, self.names, previous.query if previous else None)
        ruling = rule(query, self.licenses, self.models)
        evidence = [with_clause(item, self.licenses, self.document) for item in self._gather(query, ruling)]
        clock.retrieved()
        if not evidence:
            clock.show(text := abstain(query, self.names))
            answer = Answer(question, text, True, "quotes", self._model_name, (), clock.timings())
            return Turn(answer, query)
        numbering = Numbering(evidence)
        pieces = [ruling.lead] if ruling and ruling.lead else []
        for lead in pieces:
            clock.show(lead)

        def tell(sentence: str, index: int) -> None:
            pieces.append(numbering.mark(sentence, index))
            clock.show(pieces[-1])

        draft = self.composer.compose(query.text, evidence, tell)
        text, citations = " ".join(pieces), numbering.citations()
        answer = Answer(question, text, False, draft.written_by, self._model_name, citations, clock.timings())
        return Turn(answer, query)

    def _gather(self, query: Query, ruling: Ruling | None) -> Sequence[Evidence]:
        """Return what the records decided, with a reason beside it where one is owed, or what a search found."""
        if ruling is not None and not ruling.wants_reason:
            return ruling.evidence
        hits = self.retriever.retrieve(query.text, subjects=query.subjects, k=_PASSAGES)
        if ruling is None:
            chosen = select(query, hits, self.embedder, most=_STATEMENTS)
            return chosen if enough(query, hits, chosen) else ()
        told = frozenset(item.statement.text for item in ruling.evidence)
        reasons = select(query, hits, self.embedder, most=_STATEMENTS, without=told, about=query.subjects)
        return (*ruling.evidence, *reasons[:1])

    @property
    def _model_name(self) -> str:
        return self.composer.model.card.name if self.composer.model else ""
