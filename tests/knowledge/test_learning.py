import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from knowledge.embedding import MiniLmEmbedder
from knowledge.errors import BundledError, NotFoundError
from knowledge.fetching import Fetcher
from knowledge.ingest import Index
from knowledge.learning import Learning
from knowledge.ports import silent
from knowledge.retrieval import AskedQuestions, Retriever
from tests.knowledge.test_ingest import article
from tests.knowledge.web import Site, serving

QUESTION = "What is the Marsupial model licensed under?"


class Heard:
    times = 0

    def __call__(self) -> None:
        self.times += 1


@pytest.fixture
def heard() -> Heard:
    return Heard()


@pytest.fixture
def root(tmp_path: Path, embedder: MiniLmEmbedder) -> Path:
    index = Index(tmp_path / "index", embedder)
    index.ingest([article(number) for number in range(5)], prune=True)
    index.store.close()
    return tmp_path / "index"


@pytest.fixture
def learning(root: Path, embedder: MiniLmEmbedder, heard: Heard) -> Learning:
    return Learning(lambda: Index(root, embedder), Fetcher(allow_private=True), 50, heard)


@pytest.fixture
def retriever(root: Path, embedder: MiniLmEmbedder) -> Iterator[Retriever]:
    index = Index(root, embedder)
    with closing(index.open()) as library:
        yield Retriever(library, index.store, index.lexical, AskedQuestions(library, embedder), embedder)
    index.store.close()


@pytest.fixture
def site() -> Iterator[Site]:
    with serving() as site:
        site.page("/a", "Marsupial", "The Marsupial model is licensed under the Quokka Terms.")
        yield site


def _found(retriever: Retriever) -> str:
    return retriever.retrieve(QUESTION, k=1)[0].passage.document


def test_a_searcher_that_is_open_finds_what_was_learned_and_not_what_was_forgotten(
    learning: Learning, retriever: Retriever, site: Site, heard: Heard
) -> None:
    assert _found(retriever).startswith("articles/")
    report, (outcome,) = learning.learn([f"{site.url}/a"], silent)
    assert (report.added, outcome.result, heard.times) == (1, "read", 1)
    assert outcome.document is not None
    assert _found(retriever) == outcome.document.id
    assert learning.forget(f"{site.url}/a").id == outcome.document.id
    assert heard.times == 2
    assert _found(retriever).startswith("articles/")


def test_searches_go_on_while_the_index_is_written(
    learning: Learning, retriever: Retriever, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    found: list[str] = []

    def progress(task: str, done: int, total: int) -> None:
        if task == "Writing the index":  # what is searched meanwhile is another thread's
            searching = threading.Thread(target=lambda: found.append(_found(retriever)))
            searching.start()
            searching.join(20)

    learning.learn([f"{site.url}/a"], progress)
    assert len(found) == 3
    assert found[0].startswith("articles/")


def test_a_refresh_brings_what_has_changed_and_only_that(learning: Learning, site: Site, heard: Heard) -> None:
    learning.learn([f"{site.url}/a"], silent)
    report, _ = learning.learn([], silent, refresh=True)
    assert (report.changed, heard.times) == (0, 1)
    site.page("/a", "Marsupial", "The Marsupial model is licensed under the Wombat Terms.")
    report, _ = learning.learn([], silent, refresh=True)
    assert (report.changed, report.removed, heard.times) == (1, 0, 2)


def test_an_address_of_this_machine_is_refused(root: Path, embedder: MiniLmEmbedder, site: Site, heard: Heard) -> None:
    careful = Learning(lambda: Index(root, embedder), Fetcher(), 50, heard)
    report, (outcome,) = careful.learn([f"{site.url}/a"], silent)
    assert (report.added, outcome.result, site.asked) == (0, "failed", [])
    assert "address of this machine or its own network" in outcome.detail


def test_what_comes_with_osai_stays(learning: Learning) -> None:
    with pytest.raises(BundledError):
        learning.forget("articles/1")
    with pytest.raises(NotFoundError):
        learning.forget("user/nothing")
