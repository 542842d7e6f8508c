"""Reads SPDX license expressions: "Apache-2.0 OR MIT", "GPL-2.0-only WITH Classpath-exception-2.0", nested at will.

The grammar is that of annex D of the SPDX specification, read by the license-expression library; the names between the
operators may be typed in any way. Refuses to judge what the licenses allow together.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from knowledge.errors import KnowledgeError, NotFoundError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_SHOUTED = re.compile(r"(?:^|\s)(OR|AND|WITH)(?=\s|$)|([()])")
_SPOKEN = re.compile(_SHOUTED.pattern, re.IGNORECASE)
_MOST = 20  # licenses in one expression


@dataclass(frozen=True, slots=True)
class Expression:
    """An expression and the keys of its licenses in their order; `reading` says in words how they stand together."""

    text: str
    reading: str
    keys: tuple[str, ...]


def read_expression(text: str, key_of: Callable[[str], str], label: Callable[[str], str]) -> Expression | None:
    """Return the expression that a text is, or None for a plain name.

    `key_of` finds a license by a typed name or raises NotFoundError, `label` returns its SPDX id or name. Operators in
    capitals make an expression for certain, and a name in it that is none is an error; in small letters they do so only
    where every name is one: "gpl 3 or later" is a plain name.
    """
    if _SHOUTED.search(text) and re.search(r"\b(OR|AND|WITH)\b", text):
        return _read(text, _SHOUTED, key_of, label)
    if re.search(r"\s(or|and|with)\s", text, re.IGNORECASE):
        try:
            return _read(text, _SPOKEN, key_of, label)
        except KnowledgeError:
            return None
    return None


def _read(
    text: str, operators: re.Pattern[str], key_of: Callable[[str], str], label: Callable[[str], str]
) -> Expression:
    """Put a placeholder in the place of each name, so that names of several words do no harm, and parse that."""
    keys: dict[str, str] = {}
    parts: list[str] = []
    for part in filter(None, (piece.strip() for piece in operators.split(text) if piece)):
        if part.upper() in ("OR", "AND", "WITH", "(", ")"):
            parts.append(part.upper())
            continue
        keys[f"L{len(keys)}"] = key_of(part)
        parts.append(f"L{len(keys) - 1}")
    if len(keys) > _MOST:
        raise NotFoundError(f"The expression names {len(keys)} licenses; at most {_MOST} are read.")
    tree = _parsed(" ".join(parts), text)
    labels = {placeholder: label(key) for placeholder, key in keys.items()}
    rendered = re.sub(r"L\d+", lambda found: labels[found[0]], str(tree))
    return Expression(rendered, _reading(tree, labels), tuple(dict.fromkeys(keys.values())))


def _parsed(placeholders: str, text: str) -> Any:
    from boolean import ParseError  # a tenth of a second, and few names are expressions
    from license_expression import ExpressionError, Licensing

    try:
        tree = Licensing().parse(placeholders)
    except (ParseError, ExpressionError, LookupError, AssertionError) as error:  # the last two from "( ) OR"
        shown = " ".join(text.split())[:80]
        raise NotFoundError(
            f"{shown!r} is no SPDX license expression.", hint='Write one such as "Apache-2.0 OR MIT".'
        ) from error
    if tree is None:
        raise NotFoundError("The expression is empty.", hint='Write one such as "Apache-2.0 OR MIT".')
    return tree


def _reading(tree: Any, labels: Mapping[str, str]) -> str:
    operator = getattr(tree, "operator", "").strip()
    if operator in ("OR", "AND"):
        parts = [_reading(one, labels) for one in tree.args]
        listed = f" {operator.lower()} ".join(f"({one})" if " as you choose" in one else one for one in parts)
        return f"{listed}, as you choose" if operator == "OR" else f"{listed}, all at once"
    if hasattr(tree, "exception_symbol"):
        return f"{labels[tree.license_symbol.key]} with the exception {labels[tree.exception_symbol.key]}"
    return labels[tree.key]
