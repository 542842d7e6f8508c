"""The listing against the data it was made from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from knowledge.licenses.catalogue import load_licenses
from knowledge.licenses.compile_listing import rows
from knowledge.licenses.listing import listed_license, load_listing
from knowledge.licenses.render import license_document

if TYPE_CHECKING:
    from knowledge.assets import Assets


def test_the_listing_is_what_the_data_says(assets: Assets) -> None:
    """Every row stands as `make listing` would write it from the pinned ScanCode data and the SPDX list."""
    made = {row["key"]: row for row in rows(assets.path("scancode-licenses.zip"))}
    assert len(made) == 2615
    assert load_listing() == made


def test_every_listed_license_is_a_record_that_says_where_it_is_from() -> None:
    for row in load_listing().values():
        record = listed_license(row)
        assert record.name
        assert record.sources[-1].url.endswith(f"/{record.key}.html")
        assert not record.terms
        assert license_document(record).statements


def test_approvals_come_from_the_data_and_silence_stays_silence() -> None:
    licenses = load_licenses()
    assert licenses.get("sleepycat").osi_approved is True
    assert (
        licenses.get("bsd-original").osi_approved is False
    )  # SPDX says no, and an OSI page of ScanCode's says nothing
    assert licenses.get("unrar").osi_approved is None
    assert licenses.get("php-2.0.2").osi_approved is None  # its OSI page is that of PHP 3.0


def test_records_and_data_agree_on_approval() -> None:
    listing = load_listing()
    for record in load_licenses().all():
        said = listing.get(record.scancode_key, {}).get("osi_approved", "")
        if said:
            assert record.osi_approved is (said == "yes"), record.key
