"""Shows what one may do under licenses: the answer, its condition, and the clause, for a person or as JSON."""

from __future__ import annotations

import json
import textwrap
from typing import TYPE_CHECKING

from knowledge.permissions import QUESTIONS, permission

if TYPE_CHECKING:
    from collections.abc import Sequence

    from knowledge.permissions import Action, Permission
    from knowledge.records import License

_WIDTH = 100
_SAID = {"yes": "Yes.", "no": "No.", "conditional": "It depends.", "unknown": "Not known."}


def show_permissions(licenses: Sequence[License], action: Action, *, as_json: bool) -> None:
    """Print the answer of each license."""
    from bot.app import open_app

    with open_app() as app:
        answers = [permission(one, action, app.license_texts.clauses(one)) for one in licenses]
    if as_json:
        plain = [_plain(one) for one in answers]
        print(json.dumps(plain[0] if len(plain) == 1 else plain, ensure_ascii=False))
        return
    print(QUESTIONS[action])
    for answer in answers:
        _show(answer)


def _show(answer: Permission) -> None:
    print(f"\n{answer.name}: {_SAID[answer.verdict]}")
    unread = "osai has recorded no answer; read the license before you rely on it."
    for condition in answer.conditions or (unread,):
        print(_filled(condition))
    if not answer.verified:
        print(_filled("This is not checked against the license text."))
    if answer.clause:
        where = answer.clause.source.title if answer.clause.source else answer.clause.section
        print(_filled(f"\u201c{answer.clause.text}\u201d"))
        print(_filled(f"{where}"))
    elif answer.conditions:
        print(_filled("No clause to quote."))
    if answer.source:
        print(_filled(answer.source.url or answer.source.title))


def _filled(text: str) -> str:
    return textwrap.fill(text, _WIDTH, initial_indent="  ", subsequent_indent="  ", break_long_words=False)


def _plain(answer: Permission) -> dict[str, object]:
    clause = answer.clause
    return {
        "action": answer.action,
        "license": answer.license,
        "name": answer.name,
        "verdict": answer.verdict,
        "conditions": list(answer.conditions),
        "verified": answer.verified,
        "clause": {"section": clause.section, "quote": clause.text} if clause else None,
        "source": {"title": answer.source.title, "url": answer.source.url} if answer.source else None,
    }
