import shutil
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from knowledge.embedding import MiniLmEmbedder
from knowledge.errors import IndexDamagedError, IndexLockedError, IndexMismatchError, IndexMissingError
from knowledge.ingest import Index
from knowledge.records import Document, Statement
from knowledge.retrieval import AskedQuestions, Retriever


class CountingEmbedder:
    """The real embeddings, with a count of the texts that were embedded."""

    def __init__(self, embedder: MiniLmEmbedder, fingerprint: str = "") -> None:
        self._embedder, self.texts = embedder, 0
        self.fingerprint = fingerprint or embedder.fingerprint

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return the vectors."""
        self.texts += len(texts)
        return self._embedder.embed(texts)


def article(number: int, text: str = "") -> Document:
    told = text or f"Model number {number} has {number} billion parameters and was made in a laboratory."
    statements = (Statement(told, "Size"), Statement(f"Model {number} may be used by everyone.", "License"))
    return Document(
        f"articles/{number}", "article", f"Model {number}", "https://x.org", statements, (f"model:m-{number}",)
    )


@pytest.fixture
def counting(embedder: MiniLmEmbedder) -> CountingEmbedder:
    return CountingEmbedder(embedder)


@pytest.fixture
def index(tmp_path: Path, counting: CountingEmbedder) -> Iterator[Index]:
    index = Index(tmp_path / "index", counting)
    yield index
    index.store.close()


def found(index: Index, question: str) -> list[str]:
    library = index.open()
    try:
        hits = Retriever(
            library, index.store, index.lexical, AskedQuestions(library, index.embedder), index.embedder
        ).retrieve(question, k=3)
        return [hit.passage.document for hit in hits]
    finally:
        library.close()


def test_nothing_ingested_yet_names_the_command(index: Index) -> None:
    assert not index.complete()
    with pytest.raises(IndexMissingError) as caught:
        index.open()
    assert caught.value.hint == "Run `osai ingest`."


def test_a_second_ingest_embeds_nothing(index: Index, counting: CountingEmbedder) -> None:
    first = index.ingest([article(1), article(2)], prune=True)
    assert (first.added, first.passages, first.embedded) == (2, 4, 4)
    embedded = counting.texts
    second = index.ingest([article(1), article(2)], prune=True)
    assert (second.added, second.unchanged, second.embedded, counting.texts) == (0, 2, 0, embedded)
    assert index.complete()


def test_a_changed_document_replaces_its_passages_and_a_vanished_one_goes(index: Index) -> None:
    index.ingest([article(1), article(2)], prune=True)
    report = index.ingest([article(1, "Model 1 is made of green cheese.")], prune=True)
    assert (report.changed, report.removed, report.passages, report.embedded) == (1, 1, 2, 1)
    library = index.open()
    assert [one.id for one in library.documents()] == ["articles/1"]
    assert index.store.ids() == library.passage_ids()
    library.close()
    assert found(index, "Which model is made of green cheese?")[0] == "articles/1"


def test_a_persons_own_document_survives_an_ingest_of_the_bundled_ones(index: Index) -> None:
    own = replace(article(7), id="user/mine", kind="user")
    index.ingest([article(1), own], prune=True)
    assert index.ingest([article(1)], prune=True).removed == 0
    index.forget("user/mine")
    library = index.open()
    assert library.document("user/mine") is None
    library.close()


def test_a_damaged_vector_store_costs_a_rebuild_without_embedding(index: Index, counting: CountingEmbedder) -> None:
    index.ingest([article(number) for number in range(5)], prune=True)
    index.store.close()
    for file in (index.root / "chroma").rglob("*.sqlite3"):
        file.write_bytes(b"this is no database" * 100)
    with pytest.raises(IndexDamagedError) as caught:
        found(index, "How large is model 3?")
    assert "osai ingest --rebuild" in caught.value.hint
    embedded = counting.texts
    assert index.rebuild().passages == 10
    assert counting.texts == embedded
    assert "articles/3" in found(index, "How many billion parameters has model number 3?")


def test_vectors_of_other_embeddings_are_refused_and_a_rebuild_makes_them_anew(
    index: Index, embedder: MiniLmEmbedder
) -> None:
    index.ingest([article(1)], prune=True)
    other = Index(index.root, CountingEmbedder(embedder, "another-model"))
    with pytest.raises(IndexMismatchError) as caught:
        other.open()
    assert "osai ingest --rebuild" in caught.value.hint
    with pytest.raises(IndexMismatchError):
        other.ingest([article(1)], prune=True)
    assert other.rebuild().embedded == 2
    assert found(other, "model number 1") == ["articles/1", "articles/1"]
    other.store.close()


_INGEST = """
    import sys
    from pathlib import Path
    sys.path.insert(0, {root!r})
    from knowledge.assets import Assets
    from knowledge.embedding import MiniLmEmbedder
    from knowledge.ingest import Index
    from tests.knowledge.test_ingest import article
    assets = Assets(Path({assets!r}))
    embedder = MiniLmEmbedder(assets.path("minilm-l6-v2-int8.onnx"), assets.path("minilm-l6-v2-tokenizer.json"))
    print("ready", flush=True)
    Index(Path({index!r}), embedder).ingest([article(number) for number in range(300)], prune=True)
"""


def ingest_elsewhere(index: Index, test_data: Path) -> subprocess.Popen[str]:
    root = str(Path(__file__).parents[2])
    code = _INGEST.format(root=root, assets=str(test_data / "assets"), index=str(index.root))
    process = subprocess.Popen([sys.executable, "-c", textwrap.dedent(code)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


@pytest.mark.parametrize("delay", [0.3, 1.2, 2.2, 3.2])
def test_an_ingest_killed_at_any_moment_leaves_a_usable_index(index: Index, test_data: Path, delay: float) -> None:
    index.ingest([article(number) for number in range(3)], prune=True)
    index.store.close()
    process = ingest_elsewhere(index, test_data)
    time.sleep(delay)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert "articles/2" in found(index, "How many billion parameters has model number 2?")
    index.store.close()
    report = index.ingest([article(number) for number in range(300)], prune=True)
    assert report.passages == 600
    assert index.complete()
    assert "articles/250" in found(index, "How many billion parameters has model number 250?")


def test_a_second_writer_is_told_to_wait_while_readers_read(index: Index, test_data: Path) -> None:
    index.ingest([article(number) for number in range(3)], prune=True)
    process = ingest_elsewhere(index, test_data)
    time.sleep(0.5)
    assert process.poll() is None
    with pytest.raises(IndexLockedError, match="is writing the index"):
        index.ingest([article(1)], prune=True)
    assert found(index, "How many billion parameters has model number 1?")
    process.communicate(timeout=120)
    assert process.returncode == 0
    assert "articles/250" in found(index, "How many billion parameters has model number 250?")


def test_a_lost_word_index_is_mended_by_a_rebuild(index: Index) -> None:
    index.ingest([article(1)], prune=True)
    shutil.rmtree(index.root / "words")
    with pytest.raises(IndexDamagedError, match="word index"):
        found(index, "model 1")
    index.rebuild()
    assert found(index, "model 1")


def test_a_long_document_is_heard_of_while_it_is_embedded(index: Index) -> None:
    sections = tuple(
        Statement(f"Section {number} of the long report is on zebras.", str(number)) for number in range(150)
    )
    heard: list[tuple[str, int, int]] = []
    long = Document("user/long", "user", "Long", "https://x.org", sections, ())
    index.ingest([long], prune=False, progress=lambda task, done, total: heard.append((task, done, total)))
    embedding = [(done, total) for task, done, total in heard if task == "Embedding passages"]
    assert [done for done, _ in embedding] == sorted(done for done, _ in embedding)
    assert {done for done, _ in embedding} == {*range(0, embedding[0][1], 64), embedding[0][1]}
    assert len({done for done, _ in embedding}) > 2
