"""What people type, and the record they mean; as_typed.tsv is written from what the names mean."""

from __future__ import annotations

import csv
import re
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz import fuzz

from knowledge.errors import NotFoundError
from knowledge.licenses.catalogue import load_licenses
from knowledge.models.catalogue import load_models
from knowledge.names import NameIndex, canonical
from knowledge.names.forms import letters, numbers

LICENSES, MODELS = load_licenses(), load_models()
NAMES = NameIndex(LICENSES, MODELS)
with Path(__file__).with_name("as_typed.tsv").open(encoding="utf-8", newline="") as _file:
    AS_TYPED = [tuple(row) for row in csv.reader(_file, delimiter="\t", quoting=csv.QUOTE_NONE)][1:]
LISTED = sorted(LICENSES.listing)


def test_the_table_has_its_two_hundred_names() -> None:
    assert len(AS_TYPED) >= 200
    assert len({row[:2] for row in AS_TYPED}) == len(AS_TYPED)


@pytest.mark.parametrize(("asked_for", "typed", "expected"), AS_TYPED)
def test_names_as_typed(asked_for: str, typed: str, expected: str) -> None:
    if asked_for == "family":
        found = NAMES.resolve(typed, "license")
        assert (found.kind, found.subjects[0]) == ("ambiguous", f"license:{expected}")
    else:
        assert NAMES.resolve_one(typed, "model" if asked_for == "model" else "license") == expected


@pytest.mark.parametrize(
    ("typed", "newest"),
    [("gpl", "GNU GPL 3"), ("llama license", "Llama 4"), ("gemma license", "24 March 2025"), ("cc by", "4.0")],
)
def test_a_familys_name_lists_its_members_and_marks_the_newest(typed: str, newest: str) -> None:
    with pytest.raises(NotFoundError, match="may be any of") as caught:
        NAMES.resolve_one(typed, "license")
    assert newest in caught.value.nearest[0]
    assert f"{caught.value.nearest[0]} (newest)" in str(caught.value)


def test_where_no_date_tells_no_member_is_called_the_newest() -> None:
    with pytest.raises(NotFoundError, match="may be any of") as caught:
        NAMES.resolve_one("bsd", "license")
    assert "(newest)" not in str(caught.value)


@pytest.mark.parametrize(
    "typed",
    [
        "llama 7",
        "gpl 9",
        "gpt-4",
        "foobarbaz",
        "",
        "😀",
        "qwen 99 license",
        "open source",
        "commercial license",
        "license",
    ],
)
def test_what_no_record_has_is_never_guessed(typed: str) -> None:
    with pytest.raises(NotFoundError):
        NAMES.resolve_one(typed, "license")


@pytest.mark.parametrize("key", LISTED)
def test_every_license_of_the_data_is_found_by_its_names(key: str) -> None:
    """The key, the SPDX id and the full name lead to the license, to the one that replaced it, or to a list with it."""
    row = LICENSES.listing[key]
    if row["kind"] == "generic":
        return
    meant = {f"license:{LICENSES.known(one)}" for one in (key, row["replaced_by"]) if one}
    for name in {key, row["spdx_id"], row["name"]} - {"", "attribution"}:  # a word of the field before it is a name
        found = set(NAMES.resolve(name, "license").subjects)
        same_id = {one for one in found if name.lower() in _ids(one)}
        assert found & (meant | same_id), name


def _ids(subject: str) -> set[str]:
    record = LICENSES.get(subject.partition(":")[2])
    return {name.lower() for name in (record.spdx_id, record.scancode_key, record.name, *record.aliases)}


@given(st.sampled_from(AS_TYPED), st.integers(0, 20), st.sampled_from("abxyz"))
def test_a_typo_never_changes_a_number(row: tuple[str, ...], place: int, letter: str) -> None:
    name = row[1]
    typed = f"{name[:place]}{letter}{name[place + 1 :]}"
    found = NAMES.resolve(typed)
    if found.kind == "fuzzy":
        subject = found.subjects[0]
        known = {NAMES.display(subject)} | _ids_of(subject) | _names_of_models_under(subject)
        assert set(re.findall(r"\d+", canonical(typed))) <= set(re.findall(r"\d+", canonical(" ".join(known))))


def _ids_of(subject: str) -> set[str]:
    kind, _, key = subject.partition(":")
    return _ids(subject) if kind == "license" else set(MODELS.get(key).aliases)


@given(
    st.lists(
        st.sampled_from("new open sun red blue river data code tree fast public seven nova".split()),
        min_size=1,
        max_size=4,
    )
)
def test_made_up_names_never_find_an_unrelated_license(words: list[str]) -> None:
    """What is found without a doubt shares nearly all its letters with one of the license's names."""
    typed = " ".join(words)
    found = NAMES.resolve(typed, "license")
    if found.kind in ("exact", "fuzzy"):
        known = _ids_of(found.subjects[0]) | _names_of_models_under(found.subjects[0])
        assert max(fuzz.ratio(letters(canonical(typed)), letters(canonical(name))) for name in known) >= 80


def _names_of_models_under(subject: str) -> set[str]:
    under = MODELS.under(subject.partition(":")[2])
    return {name for model in under for name in (model.name, model.key, model.family, *model.aliases)}


@given(st.text(max_size=300))
def test_any_text_is_read(text: str) -> None:
    NAMES.resolve(text)
    NAMES.resolve(text, "license")


def test_a_name_of_50000_characters_is_answered_at_once() -> None:
    start = time.perf_counter()
    NAMES.resolve("llama " * 10_000)
    assert time.perf_counter() - start < 1


@given(st.sampled_from(LISTED))
def test_numbers_survive_the_canonical_form(key: str) -> None:
    assert set("".join(numbers(canonical(key)))) <= set("0123456789.bm")
