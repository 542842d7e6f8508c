"""The forms of a name: the one that all its spellings share, and the shorter ones that mean the same."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from knowledge.records import License, Model

TOKEN = re.compile(r"\d+(?:\.\d+)*[bm](?![a-z])|\d+(?:\.\d+)*|[^\W\d_]+", re.IGNORECASE)
# What publishers and people add to a name without naming another record.
NOISE = frozenset(
    """instruct chat base it hf gguf ggml awq gptq fp int bf model models license licenses agreement text terms
    the a an of or later only and one version family""".split()
)
_SMALL = frozenset({"the", "a", "an", "of", "only", "version"})
# What the field calls things: never a name by itself, whatever record has it as a part of its own.
CONCEPTS = frozenset(
    (
        "open|open weights|open weight|open source|open model|open data|open ai|source available|community"
        "|free software|research|public domain|non commercial|noncommercial|fair source|ethical source"
        "|share alike|no derivatives|attribution|data|source|commercial|free|custom|other|copyleft"
        "|osi approved|osi|spdx|ai|ai model|model|fsf approved|foss|oss|permissive|proprietary|responsible ai|use based"
    ).split("|")
)
_HUB = re.compile(
    r"^(?!(?:mit|zlib|bsd|l?gpl|apache|isc)/)[\w.-]+/(?=[\w.-]+$)"
)  # "mit/x11" is no model of a publisher
_ZEROS = re.compile(r"(?:\.0)+$")
_SIZE = re.compile(r"\d+(?:\.\d+)?[bm]")
_SPELLINGS = (
    ("licence", "license"),
    ("'s", ""),
    ("licenseref-scancode-", ""),
    ("+", " plus "),
    ("sharealike", "share alike"),
    ("noncommercial", "non commercial"),
    ("noderiv", "no deriv"),
)
_YEAR = re.compile(r"(?:19|20)\d\d")
_GLUED = frozenset({"gplv", "lgplv", "agplv", "mplv", "euplv", "apachev"})


@lru_cache(maxsize=20_000)  # the names of all licenses, each asked for by several tables
def canonical(name: str) -> str:
    """Return a name in the form that all its spellings share: "Llama-3.1-8B", "llama3.1 8b" are "llama 3.1 8b"."""
    text = name.lower().strip()
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text).lower().replace("’", "'")
    for spelled, meant in _SPELLINGS:
        if spelled in text:
            text = text.replace(spelled, meant)
    tokens = TOKEN.findall(_HUB.sub("", text))  # without the publisher of a hub name: meta-llama/...
    kept = [
        token
        for place, token in enumerate(tokens)
        if not (token == "v" and place + 1 < len(tokens) and tokens[place + 1][0].isdigit())  # noqa: S105 - a letter, no secret
    ]
    return " ".join(_plain_number(_unglued(token)) for token in kept)


def reduced(form: str) -> str:
    """Return a form without what publishers and people add to a name."""
    return " ".join(token for token in form.split() if token not in NOISE)


def unversioned(form: str) -> str:
    """Return a form without its version: what a license shares with its others. A year is none: "bsd 1988"."""
    return " ".join(token for token in form.split() if not token[0].isdigit() or _YEAR.fullmatch(token))


def shorter(form: str) -> Iterator[str]:
    """Yield a form and ever shorter ones that name the same: without small words, noise, sizes."""
    yield form
    yield " ".join(token for token in form.split() if token not in _SMALL)
    yield reduced(form)
    without_sizes = " ".join(token for token in reduced(form).split() if not _SIZE.fullmatch(token))
    if without_sizes and not without_sizes.replace(" ", "").isdigit():
        yield without_sizes


def numbers(form: str) -> tuple[str, ...]:
    """Return the versions and sizes of a form: "7b" is another number than "7"."""
    return tuple(token for token in form.split() if token[0].isdigit())


def letters(form: str) -> str:
    """Return what a typo may be in: the form without noise and numbers, as one word."""
    return "".join(token for token in reduced(form).split() if not token[0].isdigit())


def license_names(license_: License) -> Iterator[str]:
    """Yield every name a license is known by."""
    yield from (license_.name, license_.key, license_.spdx_id, *license_.aliases)
    if license_.spdx_id.endswith("-only"):
        bare = license_.spdx_id.removesuffix("-only")
        yield from (bare, f"{bare}-or-later", f"{bare}+")


def model_names(model: Model) -> Iterator[str]:
    """Yield every name a model is known by."""
    yield from (model.name, model.key, *model.aliases)
    if " / " in model.name:
        yield from model.name.split(" / ")


def _unglued(token: str) -> str:
    """Return "gplv" as "gpl": the v of "gplv3" belongs to the number."""
    return token[:-1] if token in _GLUED else token


def _plain_number(token: str) -> str:
    return _ZEROS.sub("", token) if ".0" in token else token
