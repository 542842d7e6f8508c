import re
import zipfile
from pathlib import Path

import pytest

from knowledge.assets import Assets
from knowledge.errors import NotFoundError
from knowledge.loaders.license_text import license_texts, load_license_text, read_front_matter


@pytest.fixture(scope="module")
def archive(assets: Assets) -> Path:
    return assets.path("scancode-licenses.zip")


@pytest.mark.parametrize(
    ("key", "section", "words"),
    [
        ("llama-3.1-license-2024", "2", "greater than 700 million monthly active users"),
        ("llama-3.1-license-2024", "1.b.i", "prominently display “Built with Llama”"),
        ("llama-3.1-license-2024", "5.c", "alleging that the Llama Materials"),
        ("apache-2.0", "3", "patent license to make, have made, use"),
        ("apache-2.0", "4.b", "prominent notices stating that You changed the files"),
        ("agpl-3.0", "13", "interacting with it remotely through a computer network"),
        ("gpl-3.0", "10", "further restrictions"),
        ("gemma-tou-2025-03-24", "3.2", "restrict"),
        ("cc-by-4.0", "2.b.2", "Patent and trademark rights are not licensed"),
        ("cc-by-nc-4.0", "1.i", "NonCommercial means"),
        ("mpl-2.0", "3.1", "All distribution of Covered Software in Source Code Form"),
        ("qwen-2024", "4", "100 million monthly active users"),
        ("deepseek-la-1.0", "5", "restrictions"),
        ("bigscience-open-rail-m", "Attachment A.a", "law"),
        ("cdla-permissive-2.0", "3.1", "Results"),
        ("tencent-hunyuan-3d-2.0-cla", "4", "1 million monthly active users"),
    ],
)
def test_a_clause_is_found_under_its_own_number(archive: Path, key: str, section: str, words: str) -> None:
    (document,) = license_texts(archive, [key])
    clause = " ".join(one.text for one in document.statements if one.section == section)
    assert words.lower() in clause.lower()


def test_every_license_of_the_data_parses_and_loses_no_word(archive: Path) -> None:
    """Labels such as "(a)" move to the section; every other word of 2,615 texts stays, in order."""
    words = re.compile(r"[A-Za-z]{4,}")
    with zipfile.ZipFile(archive) as packed:
        names = packed.namelist()
        for name in names:
            raw = packed.read(name).decode()
            document = load_license_text(name.removesuffix(".LICENSE"), raw)
            kept = words.findall(f"{document.text} {' '.join(one.section for one in document.statements)}")
            lost = (
                set(words.findall(read_front_matter(raw)[1])) - set(kept) - {"Section", "SECTION", "Article", "ARTICLE"}
            )
            assert not lost, f"{name} lost {sorted(lost)[:5]}"
    assert len(names) == 2615


def test_a_wrapped_reference_starts_no_clause() -> None:
    raw = "1. Notices\nThe rights are set forth in Section\n7. of this text, and last.\n"
    document = load_license_text("x", raw)
    assert {one.section for one in document.statements} == {"1"}


def test_a_key_without_a_text_is_named(archive: Path) -> None:
    with pytest.raises(NotFoundError, match="no-such-license"):
        list(license_texts(archive, ["no-such-license"]))


def test_front_matter_is_read() -> None:
    front, text = read_front_matter("---\nkey: x\nname: X License\n---\n\nHello there.")
    assert front["name"] == "X License"
    assert text.strip() == "Hello there."
