from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest
import yaml

import knowledge
from knowledge.licenses.catalogue import load_licenses
from knowledge.loaders.article import load_article
from knowledge.models.catalogue import load_models

ARTICLES = sorted((Path(knowledge.__file__).parent / "articles").glob("*.md"))
NO_SUBJECT = re.compile(r"(?:It(?! is not true that)|Its|This|That|These|Those|They|Their|He|She|His|Her|Here|There)\b")
BRITISH = re.compile(
    r"\b(?:licences?|\w+isations?|(?:memor|monet|organ|recogn|standard)ised?|behaviour|favour\w*|labelled|sceptic\w*)\b",
    re.IGNORECASE,
)
UNADDRESSED = ("osai's reading", "Press coverage")
LONGEST = 35  # words: a small model must keep the whole statement


@pytest.fixture(scope="module")
def subjects() -> frozenset[str]:
    """Return every subject that has a record: what an article may say it is about."""
    licenses = (f"license:{record.key}" for record in load_licenses().all())
    return frozenset(licenses) | {f"model:{record.key}" for record in load_models().all()}


@pytest.mark.parametrize("path", ARTICLES, ids=lambda path: path.stem)
class TestArticle:
    def test_has_enough_to_tell(self, path: Path) -> None:
        assert len(load_article(path).statements) >= 6

    def test_every_statement_names_its_subject(self, path: Path) -> None:
        """A statement is shown without its neighbors, so it may not lean on them."""
        assert [s.text for s in load_article(path).statements if NO_SUBJECT.match(s.text)] == []

    def test_statements_are_short_sentences(self, path: Path) -> None:
        wrong = [s.text for s in load_article(path).statements if len(s.text.split()) > LONGEST or s.text[-1] != "."]
        assert wrong == []

    def test_every_statement_stands_under_a_heading(self, path: Path) -> None:
        assert all(statement.section for statement in load_article(path).statements)

    def test_sources_can_be_opened(self, path: Path) -> None:
        """Only our own reading and collected press reports may lack an address."""
        sources = [statement.source for statement in load_article(path).statements]
        assert all(source is not None for source in sources)
        wrong = [s for s in sources if s and not re.match(r"https?://[^\s/]+", s.url) and s.url]
        unaddressed = [s for s in sources if s and not s.url and not s.title.startswith(UNADDRESSED)]
        assert wrong == unaddressed == []

    def test_every_declared_source_is_used(self, path: Path) -> None:
        _, front, body = path.read_text(encoding="utf-8").split("---\n", 2)
        cited = set(re.findall(r"\[([\w-]+)(?: [^\]]+)?\]$", body, re.MULTILINE))
        assert set(yaml.safe_load(front)["sources"]) == cited

    def test_spelling_is_american(self, path: Path) -> None:
        assert [s.text for s in load_article(path).statements if BRITISH.search(s.text)] == []

    def test_every_subject_has_a_record(self, path: Path, subjects: frozenset[str]) -> None:
        assert set(load_article(path).subjects) - subjects == set()


def test_no_statement_is_told_twice() -> None:
    """Two articles with the same sentence would take two places of the evidence for one fact."""
    told = Counter(statement.text for path in ARTICLES for statement in load_article(path).statements)
    assert [text for text, times in told.items() if times > 1] == []


def test_every_topic_has_its_article() -> None:
    fronts = (path.read_text(encoding="utf-8").split("---\n", 2)[1] for path in ARTICLES)
    assert {yaml.safe_load(front)["topic"] for front in fronts} == set(range(1, 51))


def test_ids_are_the_file_names() -> None:
    assert {load_article(path).id for path in ARTICLES} == {f"articles/{path.stem}" for path in ARTICLES}
