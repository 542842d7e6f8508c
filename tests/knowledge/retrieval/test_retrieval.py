from collections.abc import Iterator
from pathlib import Path

import pytest

from knowledge.embedding import MiniLmEmbedder
from knowledge.ingest import Index
from knowledge.records import Document, Statement
from knowledge.retrieval import AskedQuestions, Retriever
from knowledge.retrieval.fusion import fuse
from knowledge.retrieval.lexical import LexicalIndex, terms


def document(key: str, subject: str, *texts: str) -> Document:
    return Document(f"articles/{key}", "article", key, "https://x.org", tuple(map(Statement, texts)), (subject,))


DOCUMENTS = (
    document("llama-3", "model:llama-3", "Llama 3 may not be used to improve other language models."),
    document("llama-3.1", "model:llama-3.1", "Llama 3.1 may be used to improve other language models."),
    document("grok-1", "model:grok-1", "Grok-1 has 314 billion parameters and is under Apache-2.0."),
    document("mit", "license:mit", "The MIT License has no patent clause."),
    document("apache", "license:apache-2.0", "The Apache License 2.0 grants patent rights expressly."),
    document(
        "long", "model:long", *(f"Fact number {number} on patents and models is long. " * 12 for number in range(9))
    ),
)


@pytest.fixture(scope="module")
def retriever(tmp_path_factory: pytest.TempPathFactory, embedder: MiniLmEmbedder) -> Iterator[Retriever]:
    index = Index(tmp_path_factory.mktemp("index"), embedder)
    index.ingest(DOCUMENTS, prune=True)
    library = index.open()
    yield Retriever(library, index.store, index.lexical, AskedQuestions(library, embedder), embedder)
    library.close()
    index.store.close()


def test_fusion_is_the_published_sum() -> None:
    scores = fuse([["a", "b"], ["b", "c"]])
    assert scores == pytest.approx({"a": 1 / 61, "b": 1 / 62 + 1 / 61, "c": 1 / 62})


@pytest.mark.parametrize(
    ("one", "other"),
    [("Apache 2.0", "apache-2.0"), ("llama3.1", "Llama 3.1"), ("GPLv3", "gpl-3.0"), ("cc-by-nc-4.0", "CC BY NC 4.0")],
)
def test_names_meet_however_they_are_written(one: str, other: str) -> None:
    shared = {term for term in terms(one) if "=" in term} & {term for term in terms(other) if "=" in term}
    assert shared


def test_versions_of_one_name_are_different_terms() -> None:
    assert not {one for one in terms("Llama 3") if "=" in one} & {one for one in terms("Llama 3.1") if "=" in one}


def test_a_question_in_other_words_is_found_by_meaning(retriever: Retriever) -> None:
    (hit, *_) = retriever.retrieve("How large is xAI's first open network?", k=3)
    assert hit.passage.document == "articles/grok-1"
    assert 0 < hit.similarity <= 1


def test_what_the_question_names_comes_first_and_its_sibling_is_pushed_down(retriever: Retriever) -> None:
    hits = retriever.retrieve("May it be used to improve other language models?", subjects=("model:llama-3.1",), k=4)
    documents = [hit.passage.document for hit in hits]
    assert documents[0] == "articles/llama-3.1"
    scores = {hit.passage.document: hit.score for hit in hits}
    assert scores["articles/llama-3.1"] > 1.5 * scores.get("articles/llama-3", 0)


def test_one_document_does_not_crowd_out_the_rest(retriever: Retriever) -> None:
    documents = [hit.passage.document for hit in retriever.retrieve("facts on patents and models", k=6)]
    assert documents.count("articles/long") <= 2
    assert len(set(documents)) >= 4


@pytest.mark.parametrize("question", ["?!", "ünïcödé", "的", "a", "\x00", "of the and"])
def test_any_question_can_be_searched(retriever: Retriever, question: str) -> None:
    retriever.retrieve(question)


def test_the_word_index_is_read_from_disk_and_not_made_again(tmp_path: Path) -> None:
    LexicalIndex(tmp_path / "words").write(["a", "b"], ["green cheese", "blue moon"])
    again = LexicalIndex(tmp_path / "words")
    assert [one for one, _ in again.query("moon", 5)] == ["b"]
    assert again.query("nothing shared", 5) == []
