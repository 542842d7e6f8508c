"""Searches for the statements that may answer a part of a question, and says whether they are enough to answer it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bot.answering.fitness import Reader
from bot.answering.injection import speaks_to_the_program
from bot.answering.intents import OTHER
from bot.answering.listing import enumerates
from bot.answering.ruling import documents_of
from bot.answering.selection import merge, rank
from bot.answering.signals import signals
from bot.answering.subjects import speaks_of_all, speaks_of_others, with_relatives

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bot.answering.confidence import Calibration
    from bot.answering.evidence import Evidence
    from bot.answering.fitness import Fitness
    from bot.answering.question import Query, Weigh
    from bot.answering.selection import Ranking
    from bot.answering.signals import Signals
    from knowledge.licenses.catalogue import LicenseCatalogue
    from knowledge.models.catalogue import ModelCatalogue
    from knowledge.names import NameIndex
    from knowledge.ports import Embedder
    from knowledge.records import Document, Statement
    from knowledge.retrieval import Hit, Retriever

_PASSAGES = 10  # searched for statements
_STATEMENTS = 3  # at most, told where no record settles the question
_MEMBERS = 5  # at most, where an article's statements are the members of a list
_LISTED = 6.0  # how far they may lie behind the first, as a logit
_FEW = 3  # subjects whose records are read whole; more is a family, and its members are told apart by a search


@dataclass(frozen=True, slots=True)
class Found:
    """The statements that answer, none where too little speaks for them, and what speaks for them."""

    evidence: tuple[Evidence, ...]
    signals: Signals


@dataclass(frozen=True, slots=True)
class Searcher:
    """Searches passages, and the records of what is named. The last two fields are those of the Answerer."""

    names: NameIndex
    licenses: LicenseCatalogue
    models: ModelCatalogue
    retriever: Retriever
    embedder: Embedder
    document: Callable[[str], Document | None]
    calibration: Calibration
    fitness: Fitness
    weigh: Weigh
    use_records: bool
    asks_of: Callable[[Statement], tuple[str, ...]]

    def search(self, query: Query, cited: Sequence[str] = ()) -> Found:
        """Return what a search found, or nothing where that is not enough to answer."""
        if query.refers and (inside := self._in_context(query, cited)).evidence:
            return inside
        ranking, hits = self.ranking(query)
        chosen, found = self.choice(query, ranking, hits)
        alone = self._enough(chosen, found)
        if alone.evidence and enumerates(query.text):
            alone = replace(alone, evidence=self._members(query, alone.evidence))
        if alone.evidence or query.refers or not query.context:
            return alone
        inside = self._in_context(query, cited)
        return inside if inside.evidence else alone

    def _in_context(self, query: Query, cited: Sequence[str]) -> Found:
        """Return what was found for a question that follows another: "since when?", asked after one on the AI Act.

        The statements must fit both what it asks and the two questions taken together, which decide on abstention.
        """
        text = query.in_context
        beyond = {OTHER: self.weigh(text, (), named=False).chances.get(OTHER, 0.0)}
        whole = replace(query, text=text, bare=text, context="", chances=beyond)
        before = [document for one in dict.fromkeys(cited) if (document := self.document(one)) is not None]
        first, hits = self.ranking(whole, before=before)
        second, _ = self.ranking(query, hits=hits, before=before)
        _, found = self.choice(whole, first, hits)
        chosen = merge(first, second, favored={document.id for document in before}).best(_STATEMENTS)
        return self._enough(chosen, found)

    def told_of(self, query: Query) -> Found:
        """Return what the sources say of a name that no record has, or nothing."""
        asked = replace(query, unknown=(), subjects=(), groups=(), chances={OTHER: query.chances.get(OTHER, 0.0)})
        ranking, hits = self.ranking(asked, of=query.unknown)
        chosen, found = self.choice(asked, ranking, hits)
        return self._enough(() if query.premise else chosen, found)

    def _members(self, query: Query, chosen: tuple[Evidence, ...]) -> tuple[Evidence, ...]:
        """Return what was chosen and more of the article it stands in, whose statements are a list's members."""
        document = self.document(chosen[0].document)
        if document is None or document.kind not in ("article", "user"):
            return chosen
        ranking, _ = self.ranking(query, hits=(), before=[document])
        more = ranking.of_one(document.id).best(_MEMBERS, near=(_LISTED, _LISTED))
        return tuple({item.statement.text: item for item in (*more, *chosen)}.values())[:_MEMBERS]

    def _enough(self, chosen: tuple[Evidence, ...], found: Signals) -> Found:
        """Return the chosen statements, or none where too little speaks for them."""
        enough = self.calibration.confidence(found) >= self.calibration.threshold
        return Found(chosen if enough else (), found)

    def choice(self, query: Query, ranking: Ranking, hits: Sequence[Hit]) -> tuple[tuple[Evidence, ...], Signals]:
        """Return the few statements that would be told, and what speaks for them."""
        chosen, rarity = ranking.best(_STATEMENTS), self.retriever.rarity
        return chosen, signals(query, hits, ranking, chosen, self.about(query), rarity, self.names.subjects_in)

    def ranking(
        self,
        query: Query,
        *,
        of: Sequence[str] = (),
        hits: Sequence[Hit] | None = None,
        before: Sequence[Document] = (),
    ) -> tuple[Ranking, Sequence[Hit]]:
        """Return the statements that may answer, and the hits that some of them come from.

        `of` are names without a record, which each of the statements must have. `hits` are taken in place of a search;
        `before` are documents of the last answer, of which all statements are ranked.
        """
        if hits is None:
            hits = self.retriever.retrieve(query.text, subjects=query.subjects, k=_PASSAGES)
        own = self._records(query.subjects) if self.use_records else []
        reader = Reader(self.embedder, self.retriever.rarity, self.names.subjects_in)
        found = rank(
            query,
            hits,
            reader,
            self.fitness,
            strange=self._strange_to(query, of),
            records=[*own, *before],
            asks_of=self.asks_of,
        )
        return found, hits

    def about(self, query: Query) -> frozenset[str]:
        """Return the named subjects and the licenses of named models."""
        models = (
            self.models.get(key) for kind, _, key in (one.partition(":") for one in query.subjects) if kind == "model"
        )
        return frozenset(query.subjects) | {f"license:{key}" for model in models for key in model.license_keys}

    def _records(self, subjects: Sequence[str]) -> list[Document]:
        """Return the records of the named, and of the licenses of named models, each once; none of a whole family."""
        if len(subjects) > _FEW:
            return []
        found = [document for subject in subjects for document in documents_of(subject, self.licenses, self.models)]
        return list({document.id: document for document in found}.values())

    def _strange_to(self, query: Query, of: Sequence[str]) -> Callable[[Statement, bool], bool]:
        """Return what tells the statements that must not answer: on others than the asked, or planted by a document."""
        asked = with_relatives(query.subjects, self.models)

        def strange(statement: Statement, of_user: bool) -> bool:
            text = statement.text
            if speaks_of_others(text, asked, self.names.subjects_in) or not speaks_of_all(text, of):
                return True
            return of_user and (speaks_to_the_program(text) or self._contradicts_records(text))

        return strange

    def _contradicts_records(self, text: str) -> bool:
        """Return whether a text puts a model that has a record under a license that its record does not name."""
        named = self.names.subjects_in(text)
        models = [self.models.get(one.partition(":")[2]) for one in named if one.startswith("model:")]
        licenses = {one.partition(":")[2] for one in named if one.startswith("license:")}
        theirs = {key for model in models for key in model.license_keys}
        return bool(models and licenses) and not licenses & theirs
