"""Takes a person's own sources in, and out again, while questions are answered in other threads.

What is written has a store of its own, which the searched one follows once it is done: no search waits for a writer.
Refuses to touch the bundled knowledge.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from knowledge.errors import BundledError, NotFoundError
from knowledge.loaders.sources import Gathering

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from knowledge.fetching import Fetcher
    from knowledge.ingest import Index, IngestReport
    from knowledge.loaders.sources import Outcome
    from knowledge.ports import Progress
    from knowledge.records import Document, Origin


@dataclass(frozen=True, slots=True)
class Learning:
    """What the user adds. `new_index` makes an index to write to; `changed` is called when the texts have changed."""

    new_index: Callable[[], Index]
    fetcher: Fetcher
    most_pages: int
    changed: Callable[[], None]

    def gather(self, sources: Sequence[str], progress: Progress, *, refresh: bool = False) -> list[Outcome]:
        """Return what comes of the sources, and with `refresh` of every page that was fetched before."""
        with self._index() as index:
            gathering = Gathering(self.fetcher, index.origins(), self.most_pages)
        outcomes = list(gathering.gather(sources, progress))
        return [*outcomes, *gathering.refresh(progress)] if refresh else outcomes

    def learn(
        self, sources: Sequence[str], progress: Progress, *, refresh: bool = False
    ) -> tuple[IngestReport, list[Outcome]]:
        """Index the sources, and with `refresh` what has changed of the pages fetched before."""
        outcomes = self.gather(sources, progress, refresh=refresh)
        documents, origins = brought(outcomes)
        with self._index() as index:
            report = index.ingest(documents, prune=False, progress=progress, origins=origins)
        if report.added or report.changed:
            self.changed()
        return report, outcomes

    def forget(self, document: str) -> Document:
        """Take a document out, by its id or address, and return it.

        NotFoundError where there is none; BundledError for one that comes with osai.
        """
        with self._index() as index:
            by_address = {origin.url: one for one, origin in index.origins().items()}
            found = index.document(by_address.get(document, document))
            if found is None:
                raise NotFoundError(f"No document {document!r}.", hint="`osai sources` lists them.")
            if found.kind != "user":
                raise BundledError(
                    f"{found.id} is part of the bundled knowledge and stays.", hint="Only your own can go."
                )
            index.forget(found.id)
        self.changed()
        return found

    @contextmanager
    def _index(self) -> Iterator[Index]:
        index = self.new_index()
        try:
            yield index
        finally:
            index.store.close()


def brought(outcomes: Sequence[Outcome]) -> tuple[list[Document], list[Origin]]:
    """Return the documents among the outcomes, and where they came from."""
    return [one.document for one in outcomes if one.document], [one.origin for one in outcomes if one.origin]
