"""Reads a license text of ScanCode's data: front matter, then statements, each with the number of its clause.

The words are the license's own. Refuses to number what the text does not: a clause whose number ScanCode's copy lost
stands under its heading, or under nothing.
"""

from __future__ import annotations

import re
import zipfile
from typing import TYPE_CHECKING, Any

import yaml

from knowledge.errors import NotFoundError
from knowledge.loaders.clauses import split_clauses
from knowledge.records import Document, Source, Statement

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

_FRONT = re.compile(r"\A---\n(.*?)\n---\n?(.*)\Z", re.DOTALL)
_NUMBERED = re.compile(r"\d|[IVX]+(?:\.|$)")
_SUFFIX = ".LICENSE"
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # in C where libyaml is there: six times as fast


def license_texts(archive: Path, keys: Iterable[str]) -> Iterator[Document]:
    """Yield the texts of the keys from the packed ScanCode data; NotFoundError for a key without a text."""
    with zipfile.ZipFile(archive) as packed:
        for key in keys:
            yield load_license_text(key, _read(packed, key))


def raw_license_text(archive: Path, key: str) -> str:
    """Return a text word for word, without what ScanCode says of it; NotFoundError for a key without a text."""
    with zipfile.ZipFile(archive) as packed:
        return read_front_matter(_read(packed, key))[1].strip("\n")


def license_front_matter(archive: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield each license's key and what ScanCode says of it, by key, without splitting its text."""
    with zipfile.ZipFile(archive) as packed:
        for name in packed.namelist():
            yield name.removesuffix(_SUFFIX), read_front_matter(packed.read(name).decode("utf-8"))[0]


def load_license_text(key: str, raw: str) -> Document:
    """Return a ScanCode file as a document whose statements carry the number of their clause."""
    front, body = read_front_matter(raw)
    name = str(front.get("name") or key)
    urls = [front.get("homepage_url"), *front.get("text_urls", ()), *front.get("other_urls", ())]
    url = next((str(one) for one in urls if one), f"https://scancode-licensedb.aboutcode.org/{key}.html")
    statements = tuple(
        Statement(text, section, Source(_title(name, section), url)) for section, text in split_clauses(body)
    )
    return Document(f"licenses/{key}", "license-text", name, url, statements, (f"license:{key}",))


def read_front_matter(raw: str) -> tuple[dict[str, Any], str]:
    """Return what ScanCode says of the license, and the text."""
    match = _FRONT.match(raw)
    if match is None:
        return {}, raw
    front = yaml.load(match[1], Loader=_LOADER)  # noqa: S506 - the safe loader, in C or in Python
    return (front if isinstance(front, dict) else {}), match[2]


def _read(packed: zipfile.ZipFile, key: str) -> str:
    try:
        return packed.read(f"{key}{_SUFFIX}").decode("utf-8")
    except KeyError as error:
        raise NotFoundError(f"The license data has no text for {key}.") from error


def _title(name: str, section: str) -> str:
    if _NUMBERED.match(section):
        return f"{name}, section {section}"
    return f"{name}, {section}" if section else name
