"""Passages are found by the questions that their statements answer, and by them alone where nothing else fits."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from knowledge.errors import CatalogueError
from knowledge.ingest import Index
from knowledge.loaders.article import load_article
from knowledge.records import Document, Statement
from knowledge.retrieval import AskedQuestions, Retriever

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from knowledge.embedding import MiniLmEmbedder

PENGUIN = Statement("Emperor penguins fast for two months.", "Birds", asks=("How long can a bird go without lunch?",))
DOCUMENTS = (
    Document("articles/birds", "article", "Birds", "https://x.org", (PENGUIN,)),
    *(
        Document(
            f"articles/{number}",
            "article",
            f"Lunch {number}",
            "https://x.org",
            (Statement(f"Lunch {number} is long."),),
        )
        for number in range(12)
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


def test_a_declared_question_leads_to_its_passage(retriever: Retriever) -> None:
    hits = retriever.retrieve("for how long may birds skip lunch?", k=4)
    assert "articles/birds" in [hit.passage.document for hit in hits]


def test_the_questions_are_kept_with_their_statement_and_never_its_text(retriever: Retriever) -> None:
    document = retriever.library.document("articles/birds")
    assert document is not None
    assert document.statements == (PENGUIN,)
    assert "lunch" not in document.text


def test_new_questions_are_read_when_the_library_changed(tmp_path: Path, embedder: MiniLmEmbedder) -> None:
    index = Index(tmp_path / "index", embedder)
    index.ingest(DOCUMENTS[1:], prune=True)
    library = index.open()
    asked = AskedQuestions(library, embedder)
    vector = embedder.embed(["How long can a bird go without lunch?"])[0]
    assert asked.query(vector, 3) == []
    index.ingest(DOCUMENTS, prune=True)
    (found,) = asked.query(vector, 3)
    assert library.passages([found])[found].document == "articles/birds"
    library.close()
    index.store.close()


HEAD = "---\ntitle: T\ndate: 2024-01-01\ntopic: 1\nsources:\n  a: {title: A, url: 'https://a.org'}\n---\n## H\n"


def test_an_article_declares_questions_below_a_statement(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_text(f"{HEAD}- X is open. [a]\n  ? Is X open?\n  ? x - open or not\n- Y is closed. [a]\n")
    first, second = load_article(path).statements
    assert first.asks == ("Is X open?", "x - open or not")
    assert second.asks == ()


def test_a_question_that_stands_twice_or_above_every_statement_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_text(f"{HEAD}- X is open. [a]\n  ? Is X open?\n  ? Is X open?\n")
    with pytest.raises(CatalogueError, match="stands twice"):
        load_article(path)
    path.write_text(f"{HEAD}  ? Is X open?\n- X is open. [a]\n")
    with pytest.raises(CatalogueError, match="not '- statement"):
        load_article(path)
