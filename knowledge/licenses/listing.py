"""Every license of the ScanCode data as a record: names, owner, category, approval; no terms.

The facts are ScanCode LicenseDB 32.5.0's (CC-BY-4.0); approvals are the SPDX License List 3.29's where it lists the
license. Refuses to guess: an approval that neither states stays unknown.
"""

from __future__ import annotations

import csv
from importlib.resources import files
from typing import TYPE_CHECKING

from knowledge.records import License, Source

if TYPE_CHECKING:
    from collections.abc import Mapping

COLUMNS = (
    "key",
    "spdx_id",
    "other_ids",
    "name",
    "spdx_name",
    "short_name",
    "owner",
    "category",
    "osi_approved",
    "osi_said_by",
    "url",
    "replaced_by",
    "kind",
)
_APPROVAL = {"yes": True, "no": False, "": None}


def load_listing() -> dict[str, Mapping[str, str]]:
    """Return the rows by key, as they stand in listed.csv."""
    text = files("knowledge.licenses").joinpath("listed.csv").read_text(encoding="utf-8")
    return {row["key"]: row for row in csv.DictReader(text.splitlines())}


def listed_license(row: Mapping[str, str]) -> License:
    """Return one row as a record."""
    key, spdx_id = row["key"], row["spdx_id"]
    sources = [Source("ScanCode LicenseDB 32.5.0", f"https://scancode-licensedb.aboutcode.org/{key}.html")]
    if row["osi_said_by"] == "SPDX":
        sources.append(Source("SPDX License List 3.29", f"https://spdx.org/licenses/{spdx_id}.html"))
    note = "an exception that is added to a license" if row["kind"] == "exception" else ""
    return License(
        key=key,
        name=row["name"],
        family=key,
        owner=row["owner"],
        category=row["category"],
        osi_approved=_APPROVAL[row["osi_approved"]],
        url=row["url"] or sources[0].url,
        sources=tuple(reversed(sources)),
        terms=(),
        spdx_id=spdx_id,
        scancode_key=key,
        aliases=tuple(dict.fromkeys((row["short_name"], *row["other_ids"].split()))),
        osi_note=note,
    )
