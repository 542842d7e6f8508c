import pytest

from bot.answering.fragment import link_to_text


@pytest.mark.parametrize(
    ("url", "text", "link"),
    [
        ("https://a.example/x", "Short and sweet.", "https://a.example/x#:~:text=Short%20and%20sweet."),
        (
            "https://a.example/x",
            "One two three four five six seven eight nine ten eleven.",
            "https://a.example/x#:~:text=One%20two%20three%20four%20five,seven%20eight%20nine%20ten%20eleven.",
        ),
        ("https://a.example/x", "well-known, a & b", "https://a.example/x#:~:text=well%2Dknown%2C%20a%20%26%20b"),
        ("https://a.example/x.pdf#page=3", "Text.", "https://a.example/x.pdf#page=3"),
        ("file:///tmp/x.md", "Text.", "file:///tmp/x.md"),
        ("https://a.example/x", "", "https://a.example/x"),
    ],
)
def test_a_link_opens_at_the_quoted_words(url: str, text: str, link: str) -> None:
    assert link_to_text(url, text) == link
