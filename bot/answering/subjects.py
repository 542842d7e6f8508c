"""Tells what a statement must speak of to answer a question on a license or model: that, or what stands behind it.

The surest way to be wrong in this field is to answer with a sibling: K-EXAONE with EXAONE, Llama 3 with 3.1.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from knowledge.models.catalogue import ModelCatalogue

_OWNER = re.compile(r"^\w+['’]s\s+")  # "TII's Falcon-H1"


def with_relatives(subjects: Iterable[str], models: ModelCatalogue) -> frozenset[str]:
    """Return the subjects with the licenses of their models and the models under their licenses."""
    found = set(subjects)
    for subject in tuple(found):
        kind, _, key = subject.partition(":")
        if kind == "model":
            found |= {f"license:{one}" for one in models.get(key).license_keys}
        else:
            found |= {f"model:{one.key}" for one in models.under(key)}
    return frozenset(found)


def speaks_of_others(text: str, asked: frozenset[str], subjects_in: Callable[[str], frozenset[str]]) -> bool:
    """Return whether a text names licenses or models, and none of those asked about."""
    named = subjects_in(text) if asked else frozenset()
    return bool(named) and not named & asked


def speaks_of_all(text: str, names: Iterable[str]) -> bool:
    """Return whether a text has each of the names, however its words are joined: "Grok 3", "grok-3"."""
    return all(_spelled(name).search(text) for name in names)


@lru_cache(maxsize=256)
def _spelled(name: str) -> re.Pattern[str]:
    words = re.findall(r"\d+(?:\.\d+)*|[^\W\d_]+", _OWNER.sub("", name))
    joined = r"[\s_-]?".join(map(re.escape, words))
    return re.compile(rf"(?<![\w.-]){joined}(?![\w-]|\.\d)", re.IGNORECASE)
