"""Shows records as cards: a license, a model, the models under a license, and what to say of a name that is none.

Pure: records in, cards out. Refuses to add to what the records say.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.chat.card import Card, Field
from bot.chat.markup import capitalized, escaped, linked, listed, shortened, web_address
from bot.chat.safety import safe
from knowledge.cells import TERMS, Cell, caution, license_cells, model_cells
from knowledge.licenses.render import license_document
from knowledge.models.render import model_document, openness_verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from knowledge.licenses.catalogue import LicenseCatalogue
    from knowledge.names import Expression
    from knowledge.records import License, Model, Source, Verdict

NOT_ADVICE = "Not legal advice."
COLORS: dict[Verdict, int] = {"yes": 0x2E7D32, "no": 0xC62828, "conditional": 0xEF6C00, "unknown": 0x757575}
_ASKED = frozenset({"commercial", "threshold", "attribution", "use_policy", "outputs", "patents"})
_WIDE = 90  # characters of a cell; what is longer gets a line of its own
_NAMED = 6  # models named on a license's card; the button shows all
_TYPED = 80  # characters of a typed name that are shown again


def license_card(license_: License, under: Sequence[Model]) -> Card:
    """Return a license with every cell of its record and the clause behind it."""
    approved: dict[bool | None, Verdict] = {True: "yes", False: "no", None: "unknown"}
    fields = [_field(cell) for cell in (*license_cells(license_), *_unrecorded(license_))]
    if under:
        more = f" and {len(under) - _NAMED} more" if len(under) > _NAMED else ""
        fields.append(Field("Models under it", escaped(", ".join(one.name for one in under[:_NAMED])) + more, False))
    return Card(
        title=license_.name,
        description="\n".join((escaped(license_document(license_).statements[0].text), *_caution(license_))),
        url=web_address(license_.url),
        fields=(*fields, _sources(license_.sources)),
        footer=NOT_ADVICE,
        color=COLORS[approved[license_.osi_approved]],
    )


def model_card(model: Model, licenses: LicenseCatalogue) -> Card:
    """Return a model with its license and how open its weights, data and code are."""
    statements = model_document(model, licenses).statements
    openness = next((one.text for one in statements if one.topic == "open_source"), "")
    cells = model_cells(model, licenses)
    return Card(
        title=model.name,
        description=escaped(openness),
        url=next((address for one in model.sources if (address := web_address(one.url))), ""),
        fields=(*(_field(cell, placed=cell.label != "license") for cell in cells), _sources(model.sources)),
        footer=NOT_ADVICE,
        color=COLORS[openness_verdict(model, licenses)],
    )


def models_card(license_: License, models: Sequence[Model], most: int) -> Card:
    """Return the models under a license, newest first, in a description of at most `most` characters."""
    if not models:
        return Card(f"Models under the {license_.name}", "osai knows of no model under it.")
    lines = [f"- **{escaped(one.name)}**, {escaped(one.developer)}, {one.released or 'date unknown'}" for one in models]
    return Card(f"Models under the {license_.name}", listed(lines, most), footer=f"{len(models)} models")


def expression_card(expression: Expression) -> Card:
    """Return how the licenses of an SPDX expression stand together."""
    return Card(escaped(expression.text), f"{escaped(expression.reading)}.", footer=NOT_ADVICE)


def text_card(license_: License, text: str) -> Card:
    """Return what goes with a license's full text, which travels as a file."""
    said = f"The whole text, {len(text.split()):,} words, is in the file below."
    return Card(
        license_.name, f"{said} {linked('Where it is published', license_.url)}", footer="Text: ScanCode LicenseDB"
    )


def textless_card(license_: License) -> Card:
    """Return what is said where the full text is not to be had."""
    return Card(license_.name, f"osai has no copy of its text at hand. {linked('Read it here', license_.url)}.")


def unrecorded_card(model: Model) -> Card:
    """Return what is said of a license that a model names and no record has."""
    said = f"{model.name} is under the {model.license}, of which osai has no record."
    return Card(model.name, escaped(said), fields=(_sources(model.sources),))


def unknown_card(typed: str, kind: str, nearest: Sequence[str]) -> Card:
    """Return what is said of a name that no record has, with the names nearest to it."""
    said = f"I know no {kind} named \u201c{_typed(typed)}\u201d."
    if not nearest:
        return Card("Not found", f"{said} Begin to type a name and pick one of the list.")
    return Card("Not found", f"{said} Did you mean one of these?\n{_bullets(nearest)}")


def several_card(typed: str, members: Sequence[str]) -> Card:
    """Return what is said of a name that several records have: all of them, the newest first."""
    return Card("Which one?", f"\u201c{_typed(typed)}\u201d may be any of these:\n{_bullets(members)}")


def _field(cell: Cell, *, placed: bool = True) -> Field:
    place = f"\n*{escaped(shortened(cell.place, 200))}*" if cell.place and placed else ""
    value = f"{escaped(cell.value)}{place}"
    return Field(capitalized(cell.label), value, len(value) <= _WIDE)


def _sources(sources: Iterable[Source]) -> Field:
    lines = [f"{number}. {linked(one.title, one.url)}" for number, one in enumerate(sources, 1)]
    return Field("Sources", "\n".join(lines) or "none", False)


def _unrecorded(license_: License) -> Iterator[Cell]:
    """Yield what people ask first and the record is silent on, where it is not silent on all."""
    for label, topic in TERMS:
        if license_.terms and topic in _ASKED and license_.term(topic) is None:
            yield Cell(label, "not recorded")


def _caution(license_: License) -> Iterator[str]:
    """Yield what to mind before relying on the record, if anything."""
    if said := caution(license_):
        yield escaped(said) if license_.terms else f"{escaped(said)} {linked('Read them', license_.url)}."


def _bullets(names: Sequence[str]) -> str:
    return "\n".join(f"- {escaped(name)}" for name in names)


def _typed(name: str) -> str:
    return safe(escaped(shortened(" ".join(name.split()), _TYPED)))
