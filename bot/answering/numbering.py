"""Sets the markers [n] and keeps their citations: numbers follow the text, and one statement has one number."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.answering.answer import Citation
from bot.answering.fragment import link_to_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.answering.evidence import Evidence


class Numbering:
    """Numbers the evidence in the order in which sentences come to stand on it."""

    def __init__(self, evidence: Sequence[Evidence]) -> None:
        self._evidence = evidence
        self._numbers: dict[tuple[str, str], int] = {}
        self._citations: list[Citation] = []

    def mark(self, sentence: str, index: int) -> str:
        """Return the sentence with the markers of the evidence at `index` and of the clause behind it."""
        item = self._evidence[index]
        cited = (item, item.clause) if item.clause else (item,)
        return f"{sentence} {''.join(f'[{self._number(one)}]' for one in cited)}"

    def citations(self) -> tuple[Citation, ...]:
        """Return the citations of every marker set so far, in the order of their numbers."""
        return tuple(self._citations)

    def _number(self, item: Evidence) -> int:
        key = (item.document, item.statement.text)
        if key not in self._numbers:
            self._numbers[key] = len(self._numbers) + 1
            source = item.statement.source
            url = (source.url if source else "") or item.url
            self._citations.append(
                Citation(
                    n=self._numbers[key],
                    title=source.title if source else item.title,
                    url=link_to_text(url, item.statement.text) if item.document.startswith("user/") else url,
                    document=item.document,
                    section=item.statement.section,
                    quote=item.statement.text,
                )
            )
        return self._numbers[key]
