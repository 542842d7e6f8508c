"""Strings the steps of the road together, and nothing else: question, ruling, search, writing, answer."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bot.answering.abstention import abstain, decline
from bot.answering.answer import Answer
from bot.answering.clause import with_clause
from bot.answering.clock import Clock
from bot.answering.direct import LEADS, PERMISSIONS, asks_permission
from bot.answering.gathering import members_of
from bot.answering.injection import only_orders
from bot.answering.intents import OTHER, read_intents
from bot.answering.language import ENGLISH_ONLY
from bot.answering.listing import gather
from bot.answering.question import understand
from bot.answering.ruling import rule, sketch
from bot.answering.searching import Searcher
from bot.answering.telling import Telling
from bot.answering.words import content_stems, denied
from bot.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bot.answering.compose import Composer
    from bot.answering.confidence import Calibration
    from bot.answering.evidence import Evidence
    from bot.answering.fitness import Fitness
    from bot.answering.list_kinds import ListAsked
    from bot.answering.listed import Listing
    from bot.answering.question import Query, Weigh
    from bot.answering.ruling import Ruling
    from bot.answering.searching import Found
    from bot.answering.selection import Ranking
    from bot.answering.signals import Signals
    from knowledge.licenses.catalogue import LicenseCatalogue
    from knowledge.models.catalogue import ModelCatalogue
    from knowledge.names import NameIndex
    from knowledge.ports import Embedder
    from knowledge.records import Document, Statement
    from knowledge.retrieval import Hit, Retriever

_PAIR = 2
_OF_ONE = re.compile(r"\bits?\b", re.IGNORECASE)  # thing named before: "and under what license is its database?"
_CERTAIN = 0.6  # of a list
_VERY_LIKE = 0.8  # cosine of a question to one that a statement answers
_FEW = 3  # subjects whose records are read whole; more is a family, and its members are told apart by a search
_NEAREST = 2  # at most, told before what a topic settles
_MUCH = 2.0  # by fit, as a logit: that much nearer to the question than what its topic settles
_FAR = 4.0  # so much nearer that the topic must have been misread
_LITTLE = 0.02
_STRANGE = 0.3  # chance from which on a question of a name asks what no record settles
_DOUBT = 0.25  # confidence
_HARDLY = 0.4
_SURE = 0.6  # chance of what is asked; from here on the topic's own statement stays first


@dataclass(frozen=True, slots=True)
class Turn:
    """An answer and the question as it was understood, from which a follow-up carries its subject over.

    `confidence` is the chance that the evidence answers the question, from 0 to 1; `searched` holds the signals of the
    parts that no record settles.
    """

    answer: Answer
    query: Query
    confidence: float = 1.0
    searched: tuple[Signals, ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """What one part of a question is answered with."""

    query: Query
    lead: str
    evidence: tuple[Evidence, ...] = ()
    listing: Listing | None = None
    searched: Signals | None = None


def _askable(queries: Sequence[Query]) -> list[Query]:
    """Return the parts of a question that can be answered.

    Beside a name that no record knows, what names nothing is asked of that name.
    """
    if any(query.unknown for query in queries):
        return [query for query in queries if query.groups or query.unknown]
    return list(queries)


def _one_of_each(query: Query, special: Sequence[Evidence]) -> tuple[Evidence, ...]:
    """Return the first of the statements, or the first on each of two that are set side by side."""
    if len(query.groups) != _PAIR:
        return tuple(special[:1])
    firsts = (next((one for one in special if set(group) & set(one.subjects)), None) for group in query.groups)
    return tuple({one.statement.text: one for one in firsts if one is not None}.values())


def _declared(statement: Statement) -> tuple[str, ...]:
    """Return the questions that a statement declares to answer."""
    return statement.asks


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
    calibration: Calibration
    fitness: Fitness
    weigh: Weigh
    mend: Callable[[str], str]
    list_asked: ListAsked
    use_records: bool = True  # for ablation: without, every answer comes from a search
    asks_of: Callable[[Statement], tuple[str, ...]] = _declared  # for ablation, and to hide a question that is asked

    def answer(self, question: str, previous: Turn | None = None, show: Callable[[str], None] | None = None) -> Turn:
        """Return the answer; `show` hears its text piece by piece, each piece only once it is certain to stand.

        Raises UsageError for a question that cannot be read, and what the model's queue raises.
        """
        clock = Clock(show)
        asked = self.mend(question)
        queries = understand(asked, self.names, previous.query if previous else None, self.weigh)
        cited = tuple(citation.document for citation in previous.answer.citations) if previous else ()
        steps = [] if only_orders(question) else self._steps(_askable(queries), cited)
        told = self._without_repeats(steps)
        clock.retrieved()
        last = next((query for query in reversed(queries) if query.groups), queries[-1])
        searched = tuple(step.searched for step in steps if step.searched)
        confidence = min((self.calibration.confidence(one) for one in searched), default=1.0)
        telling = Telling(told, self.composer, clock, ENGLISH_ONLY if queries[0].foreign else "")
        if not telling.pieces:
            clock.show(text := abstain(queries[-1], self.names))
            answer = Answer(question, text, True, "quotes", self._model_name, (), clock.timings())
            return Turn(answer, last, confidence, searched)
        for query in queries:
            if not query.premise and all(step.query is not query for step in told):
                telling.add(abstain(query, self.names, rest=True))
        text, citations = " ".join(telling.pieces), telling.numbering.citations()
        answer = Answer(question, text, False, telling.written_by, self._model_name, citations, clock.timings())
        return Turn(answer, last, confidence, searched)

    def recall(self, questions: Sequence[str]) -> Turn | None:
        """Return the turn that earlier questions of a conversation lead to, understood anew and not answered."""
        turn: Turn | None = None
        for question in questions:
            try:
                queries = understand(self.mend(question), self.names, turn.query if turn else None, self.weigh)
            except UsageError:
                continue
            last = next((query for query in reversed(queries) if query.groups), queries[-1])
            turn = Turn(decline(question, ""), last)
        return turn

    def _without_repeats(self, steps: Sequence[Step]) -> list[Step]:
        """Return the steps that have something to tell; what one has told, no other tells again."""
        kept: list[Step] = []
        told: set[str] = set()
        for step in steps:
            fresh = tuple(item for item in step.evidence if item.statement.text not in told)
            if fresh:
                told |= {item.statement.text for item in fresh}
                clauses = tuple(with_clause(item, self.licenses, self.document) for item in fresh)
                kept.append(replace(step, evidence=clauses))
        return kept

    def _steps(self, queries: Sequence[Query], cited: Sequence[str]) -> list[Step]:
        """Return the step of each part; a part that cannot stand alone follows what the one before stands on."""
        steps: list[Step] = []
        for query in queries:
            steps.append(self._step(query, cited))
            cited = tuple(item.document for item in steps[-1].evidence) or cited
        return steps

    def _step(self, query: Query, cited: Sequence[str] = ()) -> Step:
        """Return what one part is answered with; `cited` are the documents that the last answer stands on."""
        if query.unknown:
            return self._searched(query, self.searcher.told_of(query))
        if listing := self._list(query):
            members = tuple(evidence for _, evidence in listing.members)
            return Step(query, "") if query.premise else Step(query, "", members, listing)
        ruling = rule(query, self.licenses, self.models) if self.use_records else None
        if query.premise:  # told only where the sources contradict it
            return Step(query, "", self._contradiction(query, ruling))
        if ruling is None:
            drawn = sketch(query, self.licenses, self.models) if query.overview and self.use_records else ()
            return Step(query, "", drawn) if drawn else self._permitted(query, self.searcher.search(query, cited))
        return self._ruled(query, ruling)

    def _list(self, query: Query) -> Listing | None:
        """Return the list that a question asks for by its meaning, or else by its wordings."""
        if not self.use_records:
            return None
        return self._list_meant(query) or gather(query, self.licenses, self.models)

    def _list_meant(self, query: Query) -> Listing | None:
        """Return the list that a question asks for by its meaning, unless a statement answers that very question."""
        if query.premise or query.foreign or (query.refers and _OF_ONE.search(query.text)):
            return None
        read = self.list_asked(query.bare, polar=query.polar)
        if read is None:
            return None
        kind, certain = read
        listing = members_of(kind, query, self.licenses, self.models)
        if listing is None or len(listing.members) == 1:  # of one, its record says more
            return None
        if certain >= _CERTAIN:
            return listing
        ranking, _ = self.searcher.ranking(query)
        return None if any(one.likeness > _VERY_LIKE for one in ranking.items) else listing

    def _permitted(self, query: Query, found: Found) -> Step:
        """Return what was found, or where that is too little and leave for something is asked, what may be sold.

        No yes or no stands before it: the asker may plan something else.
        """
        strange = query.chances.get(OTHER, 1.0) >= _STRANGE
        if found.evidence or not self.use_records or len(query.groups) != 1 or strange:
            return self._searched(query, found)
        if not asks_permission(query.bare):
            return self._searched(query, found)
        allowed = rule(replace(query, intents=("commercial",), polar=False), self.licenses, self.models)
        return Step(query, "", allowed.evidence) if allowed else self._searched(query, found)

    def _searched(self, query: Query, found: Found) -> Step:
        return Step(query, "", found.evidence, searched=found.signals)

    def _ruled(self, query: Query, ruling: Ruling) -> Step:
        """Return what the records decide, and beside it what is said of the subjects that lies nearer to the question.

        Where something lies much nearer and the topic is in doubt, the question is a special one: then that comes
        first, and there is no bare yes or no.
        """
        told = frozenset(item.statement.text for item in ruling.evidence)
        if not query.groups or len(told) > (_PAIR * _PAIR if len(query.groups) == _PAIR else _FEW):
            return Step(query, ruling.lead, ruling.evidence)
        ranking, hits = self.searcher.ranking(query)
        ahead = max(ranking.score(text) for text in told)
        about = self.searcher.about(query)
        others = [one for one in ranking.items if one.statement.text not in told and about & set(one.subjects)]
        meant = max((query.chances.get(intent, 1.0) for intent in query.intents), default=1.0)
        if self._doubted(query, ranking, hits, meant):
            return Step(query, "", ())
        lead = others[0].score - ahead if others else 0.0
        alone = len(query.groups) == 1 and not ruling.lead  # else the records set something side by side, or decide
        several = len(query.intents) > 1  # each of them is told
        if not several and ((lead > _FAR and alone) or (lead > _MUCH and meant < _SURE)):
            theirs = {one.statement.text for one in others}
            beside = frozenset(one.statement.text for one in ranking.items) - theirs
            nearest = ranking.best(_NEAREST, without=beside)
            return Step(query, "", (*nearest, *ruling.evidence[:1]))
        special = [one for one in others if not one.statement.topic]  # a plain fact answers another question
        if not ruling.wants_reason:
            like = max((one.likeness for one in ranking.items if one.statement.text in told), default=0.0)
            special = [one for one in special if one.likeness > like + _LITTLE]
            special.sort(key=lambda one: -one.likeness)
        allowed = ruling.lead == LEADS["yes"] and not PERMISSIONS.isdisjoint(query.intents)
        plain = "" if allowed and lead > 0 else ruling.lead  # what lies nearer may say "unless"
        nearest = _one_of_each(query, special)
        if len(nearest) == _PAIR and not query.intents:  # both are told apart by what was asked, not by a guess
            return Step(query, plain, (*nearest, *ruling.evidence[:_PAIR]))
        return Step(query, plain, (*ruling.evidence, *nearest))

    def _doubted(self, query: Query, ranking: Ranking, hits: Sequence[Hit], meant: float) -> bool:
        """Return whether no wording tells what is asked, its meaning hardly does, and little speaks for an answer."""
        if asks_permission(query.bare) and not PERMISSIONS.isdisjoint(query.intents):
            return False  # whatever is planned, whether it may be sold or passed on is worth knowing
        if (
            len(query.intents) > 1
            or len(query.groups) > 1
            or not _HARDLY <= meant < _SURE
            or set(query.intents) & set(read_intents(query.bare))
        ):
            return False  # of less, the question before tells what is asked
        _, found = self.searcher.choice(query, ranking, hits)
        return self.calibration.confidence(found) < _DOUBT

    def _contradiction(self, query: Query, ruling: Ruling | None) -> tuple[Evidence, ...]:
        """Return what the records, or a statement that a search finds, deny of what the question takes for granted."""
        if ruling is not None or query.subjects:
            return ruling.evidence if ruling and ruling.lead == LEADS["no"] else ()
        taken = content_stems(query.bare)
        best = self.searcher.search(query).evidence[:1]
        denies = [item for item in best if denied(item.statement.text) & taken and not denied(query.text)]
        return tuple(denies)

    @property
    def searcher(self) -> Searcher:
        """Return what searches where no record settles the question."""
        return Searcher(
            self.names,
            self.licenses,
            self.models,
            self.retriever,
            self.embedder,
            self.document,
            self.calibration,
            self.fitness,
            self.weigh,
            self.use_records,
            self.asks_of,
        )

    @property
    def _model_name(self) -> str:
        return self.composer.model.card.name if self.composer.model else ""
