"""A person's own documents on the command line: a news article in, questions on it, and out again."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from tests.bot.cli.test_commands import osai
from tests.knowledge.web import serving

if TYPE_CHECKING:
    from pathlib import Path

    from bot.app import App

NEWS = """# Quokka Labs opens its Marsupial models

Sydney, 3 March 2026. Quokka Labs released the Marsupial language models on Tuesday under the Quokka Community Terms.
The largest of them, Marsupial 3, has 71 billion parameters.

## The terms

The Quokka Community Terms forbid use by companies with more than 40 employees. Companies beyond that size must pay
9,000 dollars a year. Quokka Labs said that 12 universities had tested the models before the release.

## Reactions

A lawyer for the Outback Software Foundation called the terms a trap for small companies that grow.
"""


def test_a_news_article_answers_questions_with_citations_to_it(app: App, test_data: Path, tmp_path: Path) -> None:
    path = tmp_path / "quokka.md"
    path.write_text(NEWS)
    done = osai("ingest", str(path), "--json", data=test_data)
    assert done.returncode == 0, done.stderr
    document = json.loads(done.stdout)["sources"][0]["document"]
    try:
        questions = ["How many universities tested the Marsupial models?", "What do the Quokka Community Terms forbid?"]
        questions.append("How many parameters does Marsupial 3 have?")  # a name that no record has
        asked = osai("ask", "--json", "-", data=test_data, stdin="\n".join(questions) + "\n")
        first, second, third = [json.loads(line) for line in asked.stdout.splitlines()]
        assert "12 universities" in first["answer"]
        assert "40 employees" in second["answer"]
        assert "71 billion" in third["answer"]
        for answer in (first, second, third):
            assert answer["citations"][0]["document"] == document
            assert " ".join(answer["citations"][0]["quote"].split()) in " ".join(NEWS.split())
    finally:
        assert osai("forget", document, data=test_data).returncode == 0


def test_a_page_is_refreshed_cited_at_its_words_and_forgotten_by_address(app: App, test_data: Path) -> None:
    with serving() as site:
        private = {"OSAI_ALLOW_PRIVATE_ADDRESSES": "true"}
        site.page("/quoll", "Quoll", "The Quoll-X model was shown by Quoll Works in Hobart in May 2026.", etag='"1"')
        url = f"{site.url}/quoll"
        try:
            assert osai("ingest", url, data=test_data, **private).returncode == 0
            again = json.loads(osai("ingest", "--refresh", "--json", data=test_data, **private).stdout)
            assert [one["result"] for one in again["sources"]] == ["unchanged"]
            asked = json.loads(osai("ask", "--json", "Who showed the Quoll-X model in Hobart?", data=test_data).stdout)
            assert asked["citations"][0]["url"].startswith(f"{url}#:~:text=")
            refused = osai("ingest", url, data=test_data)
            assert refused.returncode == 1
            assert "OSAI_ALLOW_PRIVATE_ADDRESSES" in refused.stderr
        finally:
            assert osai("forget", url, data=test_data).returncode == 0
