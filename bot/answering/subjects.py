"""Tells what a statement must speak of to answer a question on a license or model: that, or what stands behind it.

The surest way to be wrong in this field is to answer with a sibling: K-EXAONE with EXAONE, Llama 3 with 3.1.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from knowledge.models.catalogue import ModelCatalogue


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
