"""Puts records into cells: a label, a few words, and the clause they stand on, for tables, terminals and cards.

Refuses to lay anything out, and to say what the record does not.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from knowledge.models.render import openness_verdict

if TYPE_CHECKING:
    from knowledge.licenses.catalogue import LicenseCatalogue
    from knowledge.records import License, Model, Term, Topic, Verdict

TERMS: tuple[tuple[str, Topic], ...] = (
    ("commercial use", "commercial"),
    ("user/revenue cap", "threshold"),
    ("attribution", "attribution"),
    ("use policy", "use_policy"),
    ("train on outputs", "outputs"),
    ("redistribution", "redistribution"),
    ("hosting", "host"),
    ("derived works", "derivatives"),
    ("patent grant", "patents"),
    ("regions", "territory"),
    ("termination", "termination"),
    ("governing law", "law"),
)
_OPEN_SOURCE: dict[Verdict, str] = {
    "yes": "yes, it meets the Open Source AI Definition (OSI)",
    "no": "no",
    "conditional": "open weights under an OSI-approved license; not validated by the OSI",
    "unknown": "osai has no verified record of it",
}


@dataclass(frozen=True, slots=True)
class Cell:
    """One fact of a record; `place` names the clause or note behind it, where the record has one."""

    label: str
    value: str
    place: str = ""


def license_cells(license_: License) -> tuple[Cell, ...]:
    """Return what is known of a license, in the order people ask for it."""
    facts = (
        Cell("SPDX id", license_.spdx_id or "none"),
        Cell("owner", license_.owner),
        Cell("released", license_.released),
        Cell("category", license_.category),
        Cell("OSI-approved", approval(license_)),
    )
    terms = tuple(_term(label, term) for label, topic in TERMS if (term := license_.term(topic)))
    return tuple(cell for cell in (*facts, *terms) if cell.value)


def model_cells(model: Model, licenses: LicenseCatalogue) -> tuple[Cell, ...]:
    """Return what is known of a model, its license first."""
    cells = (
        Cell("developer", model.developer),
        Cell("released", model.released),
        Cell("sizes", model.parameters),
        Cell("license", model.license, ", ".join(model.license_keys)),
        Cell("open source", _OPEN_SOURCE[openness_verdict(model, licenses)]),
        Cell("weights", model.weights, model.weights_note),
        Cell("training data", model.data, model.data_note),
        Cell("training code", model.code, model.code_note),
        Cell("OSI validation", model.osaid),
        Cell("openness framework", model.mof_class),
        Cell("not verified", ", ".join(model.unverified)),
    )
    return tuple(cell for cell in cells if cell.value)


def approval(license_: License) -> str:
    """Return whether the OSI approved a license, as a cell: yes, no or not known, with a note where there is one."""
    said = {True: "yes", False: "no", None: "not known"}[license_.osi_approved]
    return f"{said} ({license_.osi_note})" if license_.osi_note else said


def caution(license_: License) -> str:
    """Return what to mind before relying on a record, or an empty string where it is checked against the text."""
    if not license_.terms:
        return "osai knows its name and text, not its terms."
    return "" if license_.verified else "osai has not checked this against the license text."


def place(section: str) -> str:
    """Return a section as a reader names it."""
    return f"section {section}" if section[:1].isdigit() else section


def _term(label: str, term: Term) -> Cell:
    return Cell(label, term.value if term.verified else f"{term.value} (unverified)", place(term.section))
