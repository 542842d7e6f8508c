"""The composition root: the one place that builds adapters from settings. Everything is built on first use."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from dataclasses import replace
from functools import cached_property
from importlib.metadata import version
from typing import TYPE_CHECKING

import platformdirs

from bot import log
from bot.settings import load_settings
from knowledge.ports import silent

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from bot.answering.pipeline import Answerer
    from bot.answering.spelling import Speller
    from bot.chat.about import About
    from bot.chat.guild_states import GuildStates
    from bot.chat.keeping import Keeping
    from bot.chat.parts import Parts
    from bot.chat.stewardship import Stewardship
    from bot.feedback import FeedbackStore
    from bot.guilds import GuildStore
    from bot.llm.in_process import InProcessChatModel
    from bot.llm.opening import Opening
    from bot.settings import Settings
    from knowledge.assets import Assets
    from knowledge.embedding import MiniLmEmbedder
    from knowledge.facts import Facts
    from knowledge.holdings import Holdings
    from knowledge.ingest import Index, IngestReport
    from knowledge.learning import Learning
    from knowledge.library import Library
    from knowledge.licenses.catalogue import LicenseCatalogue
    from knowledge.licenses.texts import LicenseTexts
    from knowledge.loaders.sources import Outcome
    from knowledge.models.catalogue import ModelCatalogue
    from knowledge.names import NameIndex
    from knowledge.ports import Progress
    from knowledge.retrieval import RememberingEmbedder, Retriever

_SMALL = 1_000_000_000  # parameters; a model below takes one note at a time


def cache_dir() -> Path:
    """Return where parsed facts are cached: outside the data directory, so that look-ups need no settings."""
    return platformdirs.user_cache_path("osai")


@contextmanager
def open_app(settings: Settings | None = None) -> Iterator[App]:
    """Yield the application; what it opened is closed in the end, the model before the stores."""
    settings = settings or load_settings()
    log.configure(settings.log_level)
    with ExitStack() as stack:
        yield App(settings, stack)


class App:
    """What the commands and Discord share. `progress` hears of downloads, measurements and indexing."""

    def __init__(self, settings: Settings, stack: ExitStack) -> None:
        self.settings = settings
        self.progress: Progress = silent
        self._stack = stack

    def answerer(self, progress: Progress) -> Answerer:
        """Return the whole road, fetching the model and building the index where they are missing."""
        from bot.answering.compose import Composer
        from bot.answering.confidence import load_calibration
        from bot.answering.fitness import load_fitness
        from bot.answering.list_kinds import ListReader, load_list_probe
        from bot.answering.meaning import Meanings, load_probe
        from bot.answering.pipeline import Answerer
        from prompts import load_prompt

        self.progress = progress
        if not self.index.complete():
            self.ingest(progress)
        model = self.chat_model
        small = model.card.parameters < _SMALL
        first, again = load_prompt("small" if small else "standard"), load_prompt("again")
        composer = Composer(model, first, again, self.names.subjects_in, small)
        return Answerer(
            names=self.names,
            licenses=self.licenses,
            models=self.models,
            retriever=self.retriever,
            embedder=self.remembering,
            document=self.library.document,
            composer=composer,
            calibration=load_calibration(self.embedder.fingerprint),
            fitness=load_fitness(self.embedder.fingerprint),
            weigh=Meanings(self.embedder, load_probe(self.embedder.fingerprint)).weigh,
            mend=self.speller.mend,
            list_asked=ListReader(self.embedder, load_list_probe(self.embedder.fingerprint)).read,
        )

    def ingest(
        self,
        progress: Progress,
        sources: Sequence[str] = (),
        *,
        all_licenses: bool | None = None,
        refresh: bool = False,
    ) -> tuple[IngestReport, list[Outcome]]:
        """Bring the bundled knowledge into the index, and the user's sources beside it.

        `all_licenses` None keeps what the index has: once every license text is in, it stays. `refresh` fetches every
        page that was fetched before.
        """
        from knowledge.bundled import bundled_documents
        from knowledge.learning import brought

        self.progress = progress
        outcomes = self.learning.gather(sources, progress, refresh=refresh)
        if all_licenses is None:
            all_licenses = self._has_all_licenses()
        bundled = bundled_documents(self.assets, self.licenses, self.models, all_licenses=all_licenses)
        own, origins = brought(outcomes)
        return self.index.ingest([*bundled, *own], prune=True, progress=progress, origins=origins), outcomes

    def _has_all_licenses(self) -> bool:
        """Return whether texts are indexed of licenses that osai knows by name alone."""
        known = {f"licenses/{one.scancode_key}" for one in self.licenses.all()}
        return any(kind == "license-text" and one not in known for one, kind in self.index.kinds().items())

    @cached_property
    def assets(self) -> Assets:
        """Data files that come from elsewhere."""
        from knowledge.assets import Assets

        return Assets(self.settings.data_dir / "assets", progress=self._report)

    @cached_property
    def licenses(self) -> LicenseCatalogue:
        """Licenses as facts."""
        from knowledge.licenses.catalogue import load_licenses

        return load_licenses(cache_dir())

    def holdings(self) -> Holdings:
        """Return what the catalogues and the index hold; IndexMissingError before the first ingest."""
        from knowledge.holdings import holdings

        return holdings(self.facts, self.library.headings())

    @cached_property
    def facts(self) -> Facts:
        """Licenses, models and their names together."""
        from knowledge.facts import Facts

        return Facts(self.licenses, self.models, self.names)

    @cached_property
    def license_texts(self) -> LicenseTexts:
        """The texts of the licenses, fetched when one is asked for."""
        from knowledge.licenses.texts import LicenseTexts

        return LicenseTexts(lambda: self.assets.path("scancode-licenses.zip"))

    @cached_property
    def models(self) -> ModelCatalogue:
        """Models as facts."""
        from knowledge.models.catalogue import load_models

        return load_models(cache_dir())

    @cached_property
    def names(self) -> NameIndex:
        """Names as people type them."""
        from knowledge.names import NameIndex

        return NameIndex(self.licenses, self.models)

    @cached_property
    def speller(self) -> Speller:
        """What mends the slips of a question, by the words of the bundled and the user's own documents."""
        from bot.answering.spelling import Speller

        texts = lambda: (one.text for one in self.library.all_passages())  # noqa: E731 - read on first use
        return Speller(texts, self.names.has_word, (model.name for model in self.models.all()))

    @cached_property
    def embedder(self) -> MiniLmEmbedder:
        """What turns texts into vectors."""
        from knowledge.embedding import MiniLmEmbedder

        weights, tokenizer = self.assets.path("minilm-l6-v2-int8.onnx"), self.assets.path("minilm-l6-v2-tokenizer.json")
        return MiniLmEmbedder(weights, tokenizer)

    @cached_property
    def index(self) -> Index:
        """The index: texts, vectors, words."""
        index = self._new_index()
        self._stack.callback(index.store.close)
        return index

    def _new_index(self) -> Index:
        from knowledge.ingest import Index

        return Index(self.settings.data_dir / "index", self.embedder)

    @cached_property
    def learning(self) -> Learning:
        """What takes a person's own sources in and out, beside running answers."""
        from knowledge.fetching import Fetcher
        from knowledge.learning import Learning

        fetcher = Fetcher(allow_private=self.settings.allow_private_addresses)
        return Learning(self._new_index, fetcher, self.settings.most_pages, self._read_words_again)

    def _read_words_again(self) -> None:
        if "speller" in self.__dict__:
            self.speller.read_again()

    @cached_property
    def library(self) -> Library:
        """The texts."""
        library = self.index.open()
        self._stack.callback(library.close)
        return library

    @cached_property
    def retriever(self) -> Retriever:
        """What finds passages."""
        from knowledge.retrieval import AskedQuestions, Retriever

        asked = AskedQuestions(self.library, self.remembering)
        return Retriever(self.library, self.index.store, self.index.lexical, asked, self.embedder)

    @cached_property
    def remembering(self) -> RememberingEmbedder:
        """The embedder with a memory for single statements and the questions they answer."""
        from knowledge.retrieval import RememberingEmbedder

        return RememberingEmbedder(self.embedder, self.library)

    @cached_property
    def feedback(self) -> FeedbackStore:
        """Shown answers and what people thought of them."""
        from bot.feedback import FeedbackStore

        store = FeedbackStore(self.settings.data_dir, days=self.settings.feedback_days)
        self._stack.callback(store.close)
        return store

    @cached_property
    def guilds(self) -> GuildStore:
        """What each guild has set, and which commands Discord was sent."""
        from bot.guilds import GuildStore

        store = GuildStore(self.settings.data_dir)
        self._stack.callback(store.close)
        return store

    def guild_states(self) -> GuildStates:
        """Return what guilds have set, at hand for Discord."""
        from bot.chat.guild_states import GuildStates
        from bot.guilds import Limits

        one = self.settings
        default = Limits(one.user_burst, one.user_seconds, one.guild_burst, one.guild_seconds)
        return GuildStates(self.guilds, default)

    def chat_parts(self, progress: Progress) -> Parts:
        """Return what the Discord bot is made of, with model and index ready."""
        from bot.chat.about import About
        from bot.chat.choices import Choices
        from bot.chat.lookups import Lookups
        from bot.chat.parts import ChatConfig, Parts
        from bot.llm.withdrawing import WithdrawableModel

        road, one = self.answerer(progress), self.settings
        model = WithdrawableModel(self.chat_model)
        road = replace(road, composer=replace(road.composer, model=model))
        card, states, choices = model.card, self.guild_states(), Choices(self.facts)

        def about() -> About:
            return About(card.name, card.license, self.holdings(), one.message_content, one.feedback_days)

        return Parts(
            config=ChatConfig(
                message_content=one.message_content,
                owner_ids=one.owner_ids,
                shard_count=one.shard_count or None,
                shard_ids=tuple(sorted(one.shard_ids)),
                queue_size=one.queue_size,
            ),
            road=road,
            withdraws=model,
            lookups=Lookups(self.facts, choices, self.license_texts),
            choices=choices,
            about=about,
            states=states,
            memory=self.guilds,
            keeping=self.keeping(),
            steward=lambda waiting: self.stewardship(states, about, waiting),
        )

    def keeping(self) -> Keeping:
        """Return what keeps the answers shown in Discord."""
        from bot.chat.keeping import Keeping

        knowledge = lambda: f"{self.index.fingerprint}@{self.library.generation}"  # noqa: E731 - read at every answer
        return Keeping(self.feedback, version("osai-bot"), knowledge)

    def stewardship(self, states: GuildStates, about: Callable[[], About], waiting: Callable[[], int]) -> Stewardship:
        """Return what admins have at hand. They get no pages of this machine's own network, whatever its owner may."""
        from bot.chat.stewardship import Stewardship
        from knowledge.fetching import Fetcher

        learning = replace(self.learning, fetcher=Fetcher())
        return Stewardship(states, learning, self.feedback, about, waiting, self.settings.teaching_servers)

    @cached_property
    def opening(self) -> Opening:
        """How language models are opened here."""
        from bot.llm.opening import Opening

        return Opening(
            assets=self.assets,
            data_dir=self.settings.data_dir,
            context_tokens=self.settings.context_tokens,
            threads=self.settings.threads,
            queue_size=self.settings.queue_size,
            deadline=self.settings.deadline_seconds,
        )

    @cached_property
    def chat_model(self) -> InProcessChatModel:
        """The language model, loaded."""
        model = self.opening.open(self.settings.model, self._report)
        self._stack.callback(model.close)
        return model

    def _report(self, task: str, done: int, total: int) -> None:
        """Pass a report on to whoever listens now."""
        self.progress(task, done, total)
