from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.errors import KnowledgeError, NotFoundError
from knowledge.licenses.catalogue import load_licenses
from knowledge.models.catalogue import load_models
from knowledge.names import Expression, NameIndex, read_expression

LICENSES = load_licenses()
NAMES = NameIndex(LICENSES, load_models())


def _read(text: str) -> Expression | None:
    return read_expression(
        text, lambda name: NAMES.resolve_one(name, "license"), lambda key: LICENSES.get(key).spdx_id or key
    )


@pytest.mark.parametrize(
    ("text", "keys", "rendered"),
    [
        ("Apache-2.0 OR MIT", ("apache-2.0", "mit"), "Apache-2.0 OR MIT"),
        ("apache 2 or mit", ("apache-2.0", "mit"), "Apache-2.0 OR MIT"),
        ("MIT AND BSD-3-Clause", ("mit", "bsd-new"), "MIT AND BSD-3-Clause"),
        ("(MIT OR Apache-2.0) AND Zlib", ("mit", "apache-2.0", "zlib"), "(MIT OR Apache-2.0) AND Zlib"),
        ("MIT OR Apache-2.0 AND Zlib", ("mit", "apache-2.0", "zlib"), "MIT OR (Apache-2.0 AND Zlib)"),
        (
            "GPL-2.0-only WITH Classpath-exception-2.0",
            ("gpl-2.0", "classpath-exception-2.0"),
            "GPL-2.0-only WITH Classpath-exception-2.0",
        ),
        ("Apache License 2.0 OR LicenseRef-scancode-sleepycat", ("apache-2.0", "sleepycat"), "Apache-2.0 OR Sleepycat"),
    ],
)
def test_expressions(text: str, keys: tuple[str, ...], rendered: str) -> None:
    found = _read(text)
    assert found is not None
    assert (found.keys, found.text) == (keys, rendered)


@pytest.mark.parametrize(
    "text", ["gpl v3 or later", "mit", "llama 3.1 license", "W3C software and document notice", ""]
)
def test_plain_names_are_no_expressions(text: str) -> None:
    assert _read(text) is None


def test_the_reading_says_whether_one_may_choose() -> None:
    choice, both = _read("Apache-2.0 OR MIT"), _read("Apache-2.0 AND MIT")
    assert choice is not None
    assert both is not None
    assert choice.reading == "Apache-2.0 or MIT, as you choose"
    assert both.reading == "Apache-2.0 and MIT, all at once"


@pytest.mark.parametrize("text", ["MIT OR foobar", "MIT OR", "MIT OR OR Zlib", "(MIT OR Zlib", "OR AND", "MIT WITH"])
def test_a_broken_expression_is_one_clear_error(text: str) -> None:
    with pytest.raises(NotFoundError):
        _read(text)


@given(st.lists(st.sampled_from(["MIT", "OR", "AND", "WITH", "(", ")", "Zlib", "x", " "]), max_size=12))
def test_any_text_is_read_or_refused(parts: list[str]) -> None:
    with suppress(KnowledgeError):
        _read(" ".join(parts))
