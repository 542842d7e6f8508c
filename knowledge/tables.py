"""Reads our TOML fact files strictly: an unknown or missing field is an error that names the file and the record."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, TypeVar

from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError

from knowledge.errors import CatalogueError
from knowledge.records import Openness, Topic, Verdict

if TYPE_CHECKING:
    from pathlib import Path

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


class Strict(BaseModel):
    """A row that has exactly the declared fields."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class SourceRow(Strict):
    """A source of a record; statements point at it by its place in the list."""

    title: Text
    url: str = ""


class StatementRow(Strict):
    """One self-contained sentence or two, with its place, the number of its source in `sources`, and what it answers.

    `asks` are questions with "it" for every name.
    """

    text: Text
    section: str = ""
    source: int = 0
    verified: bool = True
    asks: tuple[Text, ...] = ()


class TermRow(Strict):
    """What a license says on one topic; `asks` are questions on it that are not the topic's own."""

    verdict: Verdict
    value: Text
    statement: Text
    section: str = ""
    verified: bool = True
    asks: tuple[Text, ...] = ()


class LicenseRow(Strict):
    """One `[[license]]` of knowledge/licenses/*.toml."""

    key: Text
    name: Text
    family: Text
    owner: Text
    category: Text
    osi_approved: bool
    url: str
    sources: tuple[SourceRow, ...]
    terms: dict[Topic, TermRow]
    spdx_id: str = ""
    scancode_key: str = ""
    aliases: tuple[Text, ...] = ()
    released: str = ""
    osi_note: str = ""
    statements: tuple[StatementRow, ...] = ()
    verified: bool = True


class ModelRow(Strict):
    """One `[[model]]` of knowledge/models/*.toml."""

    key: Text
    name: Text
    family: Text
    developer: Text
    license: Text
    license_keys: tuple[Text, ...]
    weights: Openness
    data: Openness
    code: Openness
    osaid: Text
    sources: tuple[SourceRow, ...]
    aliases: tuple[Text, ...] = ()
    released: str = ""
    parameters: str = ""
    weights_note: str = ""
    data_note: str = ""
    code_note: str = ""
    mof_class: str = ""
    statements: tuple[StatementRow, ...] = ()
    unverified: tuple[Text, ...] = ()


Row = TypeVar("Row", bound=Strict)


def parse_rows(data: dict[str, object], table: str, row: type[Row], path: Path) -> tuple[Row, ...]:
    """Return the rows of one file's `[[table]]`; CatalogueError names the file and the record at fault."""
    if set(data) != {table}:
        raise CatalogueError(f"{path.name}: only [[{table}]] belongs here, found {sorted(data)}")
    rows = data[table]
    if not isinstance(rows, list):
        raise CatalogueError(f"{path.name}: [[{table}]] must be a list of tables")
    parsed = []
    for number, item in enumerate(rows, 1):
        name = item.get("key", f"number {number}") if isinstance(item, dict) else f"number {number}"
        try:
            parsed.append(row.model_validate(item))
        except ValidationError as error:
            raise CatalogueError(f"{path.name}: {table} {name}: {error}") from error
    return tuple(parsed)
