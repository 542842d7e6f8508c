"""Hands out the texts of licenses from the packed ScanCode data: whole and word for word, or clause by clause.

The data is fetched when the first text is asked for, which may take a while: ask from a thread.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from knowledge.errors import KnowledgeError, NotFoundError
from knowledge.loaders.license_text import license_texts, raw_license_text

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from knowledge.records import Document, License


class LicenseTexts:
    """The texts behind the records. `archive` returns the packed data, or raises KnowledgeError where out of reach."""

    def __init__(self, archive: Callable[[], Path]) -> None:
        self._archive = archive

    def clauses(self, license_: License) -> Document | None:
        """Return the text as statements with their sections, or None where it is not to be had."""
        if not license_.scancode_key:
            return None
        try:
            return next(license_texts(self._archive(), [license_.scancode_key]))
        except KnowledgeError:  # the record still answers, without the clause
            return None

    def whole(self, license_: License) -> str:
        """Return the text as its steward published it; NotFoundError says where to read what osai does not have."""
        text = raw_license_text(self._archive(), license_.scancode_key) if license_.scancode_key else ""
        if not text.strip():  # two dozen entries of the data are names without a text
            raise NotFoundError(f"osai has no copy of the {license_.name}.", hint=f"Read it at {license_.url}")
        return text
