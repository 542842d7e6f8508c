"""The knowledge that comes with osai, as documents: license texts, license and model records, articles."""

from __future__ import annotations

from importlib.resources import as_file, files
from pathlib import Path
from typing import TYPE_CHECKING

from knowledge.licenses.render import license_document
from knowledge.loaders.article import load_article
from knowledge.loaders.license_text import license_texts
from knowledge.models.render import model_document

if TYPE_CHECKING:
    from collections.abc import Iterator

    from knowledge.assets import Assets
    from knowledge.licenses.catalogue import LicenseCatalogue
    from knowledge.models.catalogue import ModelCatalogue
    from knowledge.records import Document


def bundled_documents(
    assets: Assets, licenses: LicenseCatalogue, models: ModelCatalogue, *, all_licenses: bool = False
) -> Iterator[Document]:
    """Yield every document, the quick to index first, so that an interrupted first ingest knows the most.

    Texts are those of the licenses whose terms are known; with `all_licenses`, every text of the license data.
    """
    yield from articles()
    for license_ in licenses.all():
        yield license_document(license_)
    for model in models.all():
        yield model_document(model, licenses)
    keys = [license_.scancode_key for license_ in licenses.all() if license_.scancode_key]
    if all_licenses:
        keys += sorted(licenses.listing.keys() - set(keys))
    yield from license_texts(assets.path("scancode-licenses.zip"), keys)


def articles() -> Iterator[Document]:
    """Yield the articles, by name."""
    with as_file(files("knowledge") / "articles") as folder:
        for path in sorted(Path(folder).glob("*.md")):
            yield load_article(path)
