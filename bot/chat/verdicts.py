"""Shows verdicts as cards: what one may do under licenses, and how two licenses compare.

Pure: verdicts in, cards out. Refuses to weigh one license against the other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.chat.card import Card, Field
from bot.chat.markup import capitalized, escaped, linked, shortened
from bot.chat.records import COLORS, NOT_ADVICE
from knowledge.cells import place
from knowledge.permissions import QUESTIONS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from knowledge.comparison import Comparison, Row
    from knowledge.compatibility import Compatibility
    from knowledge.permissions import Permission
    from knowledge.records import License

_MAY = {"yes": "Yes.", "no": "No.", "conditional": "It depends.", "unknown": "Not known."}
_INTO = {"yes": "yes", "no": "no", "conditional": "on a condition", "unknown": "not known"}
_UNREAD = "osai has recorded no answer; read the license before you rely on it."
_UNCHECKED = "This is not checked against the license text."
_ROOM = 3600  # characters for all answers of one card
_QUOTE = 900  # characters of a quoted clause
_SHORT = 30  # characters of a license's name; a longer one is told by its SPDX id, if it has one


def permission_card(answers: Sequence[Permission], subject: str = "") -> Card:
    """Return what each license says on the action, with its condition and its clause; `subject` is the model meant."""
    room = _ROOM // len(answers)
    parts = [shortened(_permission(answer, min(_QUOTE, room // 2)), room) for answer in answers]
    if subject:
        parts.insert(0, f"The question is put to the license of {escaped(subject)}.")
    verdicts = {answer.verdict for answer in answers}
    return Card(
        title=QUESTIONS[answers[0].action],
        description="\n\n".join(parts),
        footer=NOT_ADVICE,
        color=COLORS[verdicts.pop() if len(verdicts) == 1 else "conditional"],
    )


def comparison_card(found: Comparison) -> Card:
    """Return two licenses side by side: whether one's work may go into the other's, and where they differ."""
    names = {found.first.key: found.first.name, found.second.key: found.second.name}
    fields = [_difference(row, _short(found.first), _short(found.second)) for row in found.rows if row.differs]
    shared = [f"{capitalized(row.label)}: {escaped(row.first)}" for row in found.rows if not row.differs and row.first]
    if shared:
        fields.append(Field("The same in both", "\n".join(shared), False))
    if found.first.key == found.second.key:
        return Card(found.first.name, "These are two names of one license.", footer=NOT_ADVICE)
    return Card(
        title=shortened(f"{found.first.name} and {found.second.name}", 250),
        description="\n".join(_way(way, names[way.origin], names[way.target]) for way in (found.forth, found.back)),
        fields=(*fields, Field("Sources", "\n".join(_sources((found.first, found.second))), False)),
        footer=f"Field by field, as far as the records know. {NOT_ADVICE}",
        color=COLORS["unknown"],
    )


def _permission(answer: Permission, quoted: int) -> str:
    lines = [f"**{escaped(answer.name)}: {_MAY[answer.verdict]}**"]
    lines += [escaped(condition) for condition in answer.conditions or (_UNREAD,)]
    if not answer.verified:
        lines.append(_UNCHECKED)
    if clause := answer.clause:
        where = clause.source.title if clause.source else clause.section
        lines += [f"> \u201c{escaped(shortened(clause.text, quoted))}\u201d", f"> {escaped(where)}"]
    elif answer.conditions:
        named = f" The record names {escaped(place(answer.section))}." if answer.section else ""
        lines.append(f"No clause to quote.{named}")
    if answer.source:
        lines.append(linked(answer.source.title, answer.source.url))
    return "\n".join(lines)


def _difference(row: Row, first: str, second: str) -> Field:
    one, other = (escaped(cell or "not known") for cell in (row.first, row.second))
    return Field(capitalized(row.label), f"**{first}**: {one}\n**{second}**: {other}", False)


def _way(way: Compatibility, origin: str, target: str) -> str:
    source = f" {linked(way.source.title, way.source.url)}" if way.source else ""
    said = escaped(f"{origin} into {target}")
    return f"**{said}: {_INTO[way.verdict]}.** {escaped(way.statement)}{source}"


def _short(license_: License) -> str:
    made_up = license_.spdx_id.startswith("LicenseRef-")
    if len(license_.name) <= _SHORT or not license_.spdx_id or made_up:
        return escaped(license_.name)
    return escaped(license_.spdx_id)


def _sources(licenses: Iterable[License]) -> list[str]:
    return [linked(license_.name, license_.url) for license_ in licenses]
