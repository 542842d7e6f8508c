import re
import zipfile
from pathlib import Path

import pytest

from knowledge.assets import Assets
from knowledge.errors import NotFoundError
from knowledge.licenses.catalogue import load_licenses
from knowledge.loaders.license_text import (
    license_front_matter,
    license_texts,
    load_license_text,
    read_front_matter,
)
from knowledge.records import Document

WORD = re.compile(r"[^\W_]+")


@pytest.fixture(scope="module")
def archive(assets: Assets) -> Path:
    return assets.path("scancode-licenses.zip")


def clause(document: Document, section: str) -> str:
    return " ".join(one.text for one in document.statements if one.section == section)


@pytest.mark.parametrize(
    ("key", "section", "words"),
    [
        ("llama-2-license-2023", "1.b.v", "to improve any other large language model"),
        ("llama-3.1-license-2024", "2", "greater than 700 million monthly active users"),
        ("llama-3.1-license-2024", "1.b.i", "prominently display “Built with Llama”"),
        ("llama-3.1-license-2024", "5.c", "alleging that the Llama Materials"),
        ("llama-3.3-license-2024", "2", "greater than 700 million monthly active users"),
        ("llama-3.3-license-2024", "1.b.iii", "attribution notice"),
        ("llama-4-cla-2025", "1.b.i", "Built with Llama"),
        ("apache-2.0", "3", "patent license to make, have made, use"),
        ("apache-2.0", "4.b", "prominent notices stating that You changed the files"),
        ("agpl-3.0", "13", "interacting with it remotely through a computer network"),
        ("gpl-2.0", "2.b", "licensed as a whole at no charge to all third parties"),
        ("gpl-3.0", "10", "further restrictions"),
        ("lgpl-2.1", "6.b", "suitable shared library mechanism"),
        ("lgpl-3.0", "4.d.1", "suitable shared library mechanism"),
        ("gemma-tou-2025-03-24", "3.2", "restrict"),
        ("gemma-tou-2025-03-24", "1.1.e", "Model Derivatives"),
        ("cc-by-4.0", "2.b.2", "Patent and trademark rights are not licensed"),
        ("cc-by-nc-4.0", "1.i", "NonCommercial means"),
        ("cc-by-sa-4.0", "3.b.1", "Creative Commons license with the same License Elements"),
        ("mpl-2.0", "3.1", "All distribution of Covered Software in Source Code Form"),
        ("mpl-2.0", "7", "Under no circumstances and under no legal theory"),
        ("qwen-2024", "4", "100 million monthly active users"),
        ("deepseek-la-1.0", "5", "Use-based restrictions"),
        ("bigscience-open-rail-m", "Attachment A.a", "law"),
        ("bigscience-rail-1.0", "5", "Use-based restrictions"),
        ("bigscience-rail-1.0", "4.1", "MUST be included"),
        ("bigcode-open-rail-m-v1", "Attachment A.c", "malware"),
        ("cdla-permissive-2.0", "3.1", "Results"),
        ("odbl-1.0", "4.4", "Share alike"),
        ("tencent-hunyuan-3d-2.0-cla", "4", "1 million monthly active users"),
        ("tencent-hunyuan-3d-2.0-cla", "5.b", "to improve any other AI model"),
        ("exaone-ai-model-1.1-nc", "3.1", "expressly prohibited"),
        ("nvidia-model-training-2025", "2.2.1", "for any other purpose"),
        ("stability-ai-nc-2023-12-06", "1.c", "If you distribute"),
        ("stability-ai-community-2024", "COMMERCIAL USE LICENSE", "annual revenue"),
        ("responsible-ai-source-1.1", "3.2.c.vi", "Diagnose a medical condition"),
        ("cern-ohl-s-2.0", "4", "You may Make Products"),
        ("eupl-1.2", "5", "Copyleft clause"),
        ("polyform-noncommercial-1.0.0", "Noncommercial Purposes", "permitted purpose"),
        ("openmdw-1.0", "", "does not impose any restrictions or obligations"),
        ("mit", "", "Permission is hereby granted, free of charge"),
    ],
)
def test_a_clause_is_found_under_its_own_number(archive: Path, key: str, section: str, words: str) -> None:
    (document,) = license_texts(archive, [key])
    assert words.lower() in clause(document, section).lower()


def test_every_section_that_a_record_names_stands_in_its_text(archive: Path) -> None:
    checked = 0
    for record in load_licenses().all():
        named = {one.section for one in record.terms} | {one.section for one in record.statements}
        named.discard("")
        if record.scancode_key and named:
            (document,) = license_texts(archive, [record.scancode_key])
            assert named <= {one.section for one in document.statements}, record.key
            checked += len(named)
    assert checked > 50


def test_every_license_of_the_data_parses_and_loses_no_word(archive: Path) -> None:
    """Numbers and headings move to the section; every other word of 2,615 texts stays, in order."""
    with zipfile.ZipFile(archive) as packed:
        names = packed.namelist()
        for name in names:
            raw = packed.read(name).decode()
            document = load_license_text(name.removesuffix(".LICENSE"), raw)
            kept = [word for one in document.statements for word in WORD.findall(one.text)]
            moved = {word for one in document.statements for word in WORD.findall(one.section)}
            lost, next_kept = set(), iter([*kept, ""])
            awaited = next(next_kept)
            for word in WORD.findall(read_front_matter(raw)[1]):
                if word == awaited:
                    awaited = next(next_kept)
                else:
                    lost.add(word)
            assert not awaited, f"{name} has words of its own, or in another order, from {awaited!r}"
            lost -= moved | {"Section", "SECTION", "section", "Article", "ARTICLE", "article"}
            assert not [word for word in lost if len(word) > 4 and not word.isdigit()], f"{name} lost {sorted(lost)}"
    assert len(names) == 2615


def sections(text: str) -> list[tuple[str, str]]:
    return [(one.section, one.text) for one in load_license_text("x", f"Title of it\n\n{text}\n").statements[1:]]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1. Terms\nThe rights are set forth in Section\n7. of this text.", ["1"]),
        ("1. You may, under Sections 2(a) and\n(b) of this text, copy it whole.", ["1"]),
        ("3. You must meet what is written in Sections 2 and\n4. of this text, and nothing else.", ["3"]),
        ("We (1) hold the rights to it, and\n(2) offer you this license to it.", [""]),
        ("(c) 2004 The Authors of it, who are many and good.", [""]),
        ("1. One is long enough to be a sentence.\n2. Two is long enough to be a sentence.", ["1", "2"]),
        ("1. Terms\n\n   a. Alpha is long enough to stand alone here.\n\n2. Law", ["1", "1.a", "2"]),
        ("3. Terms.\n\n1. You must keep this whole notice in place.\n\n4. Law", ["3", "3.1", "4"]),
        ("1\\. **Terms**\n\n2**. Law of it**", ["1", "2"]),
        ("2 Applicability\n\nThis text applies to all works of that kind.", ["2"]),
        ("1. One is long enough to be a sentence.\n\n3. Three is what comes after a lost two.", ["1", "3"]),
        ("1. Terms\n\n## What you must do\n\nKeep this notice in place, whatever you do.", ["1", "What you must do"]),
        ("Attachment A\nUse Restrictions\n\n1. Do no harm to anyone, at any time.", ["Attachment A", "Attachment A.1"]),
    ],
)
def test_numbers_and_headings_are_told_from_the_like(text: str, expected: list[str]) -> None:
    """Wrapped references, lists within a sentence and copyright signs number nothing."""
    assert [section for section, _ in sections(text)] == expected


def test_the_dress_of_a_text_comes_off() -> None:
    text = """
    ************************************
    *  1. No Warranty of any kind      *
    *                                  *
    *  It comes as it is, and no more. *
    ************************************

    - use it for whatever you like
    - keep this notice in every copy of it
    """
    assert sections(text) == [
        ("1", "No Warranty of any kind It comes as it is, and no more."),
        ("1", "use it for whatever you like"),
        ("1", "keep this notice in every copy of it"),
    ]


def test_a_text_that_is_a_comment_reads_like_any_other() -> None:
    lines = [
        "1. You may use this in any way that you like.",
        "",
        "2. You must keep this notice where",
        "it stands now.",
    ]
    commented = "\n".join(f" * {line}" for line in ["Title of it", "", *lines])
    statements = load_license_text("x", commented).statements[1:]
    assert [one.section for one in statements] == ["1", "2"]
    assert statements[-1].text == "You must keep this notice where it stands now."


def test_a_heading_goes_with_its_clause_and_a_broken_sentence_is_mended() -> None:
    text = "2. Use Restrictions.\n\nYou must not use it for what is\n\nforbidden by the law of the place."
    assert sections(text) == [
        ("2", "Use Restrictions. You must not use it for what is forbidden by the law of the place.")
    ]


def test_a_statement_says_where_it_stands_and_where_it_can_be_read(archive: Path) -> None:
    (document,) = license_texts(archive, ["apache-2.0"])
    assert document.id == "licenses/apache-2.0"
    assert document.subjects == ("license:apache-2.0",)
    patent = next(one for one in document.statements if one.section == "3")
    assert patent.source is not None
    assert patent.source.title == "Apache License 2.0, section 3"
    assert patent.source.url.startswith("http")
    assert patent.text in document.text


def test_a_key_without_a_text_is_named(archive: Path) -> None:
    with pytest.raises(NotFoundError, match="no-such-license"):
        list(license_texts(archive, ["no-such-license"]))


def test_front_matter_of_every_license_is_read(archive: Path) -> None:
    front = dict(license_front_matter(archive))
    assert len(front) == 2615
    assert front["mit"]["spdx_license_key"] == "MIT"
    assert all(one["key"] == key and one["name"] and one["category"] for key, one in front.items())
