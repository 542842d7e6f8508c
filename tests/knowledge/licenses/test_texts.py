"""The texts behind the records: word for word as published, or clause by clause."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from knowledge.errors import AssetError, NotFoundError
from knowledge.licenses.catalogue import load_licenses
from knowledge.licenses.texts import LicenseTexts

if TYPE_CHECKING:
    from pathlib import Path

    from knowledge.assets import Assets

LICENSES = load_licenses()


@pytest.fixture(scope="module")
def texts(assets: Assets) -> LicenseTexts:
    return LicenseTexts(lambda: assets.path("scancode-licenses.zip"))


def test_every_license_of_the_data_has_its_text_without_the_front_matter(texts: LicenseTexts) -> None:
    told = [one for one in LICENSES.listing.values() if one["kind"] != "generic"][::40]
    for row in told:
        whole = texts.whole(LICENSES.get(row["key"]))
        assert whole.strip()
        assert "spdx_license_key:" not in whole


def test_a_text_is_whole(texts: LicenseTexts) -> None:
    whole = texts.whole(LICENSES.get("apache-2.0"))
    assert "Version 2.0, January 2004" in whole[:200]
    assert "limitations under the License." in whole[-60:]
    clauses = texts.clauses(LICENSES.get("apache-2.0"))
    assert clauses is not None
    assert {"1", "2", "9"} <= {one.section.partition(".")[0] for one in clauses.statements}


def test_a_permission_needs_no_text_and_a_text_out_of_reach_is_an_error() -> None:
    def out_of_reach() -> Path:
        raise AssetError("The license texts cannot be fetched.")

    texts = LicenseTexts(out_of_reach)
    assert texts.clauses(LICENSES.get("mit")) is None
    with pytest.raises(AssetError):
        texts.whole(LICENSES.get("mit"))


def test_a_record_without_a_text_says_where_to_read_it(texts: LicenseTexts) -> None:
    uncopied = next(one for one in LICENSES.all() if not one.scancode_key)
    assert texts.clauses(uncopied) is None
    for without in (uncopied, LICENSES.get("unknown")):
        with pytest.raises(NotFoundError) as told:
            texts.whole(without)
        assert without.url in told.value.hint
