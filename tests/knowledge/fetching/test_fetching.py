from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from knowledge.errors import DocumentError
from knowledge.fetching import Fetched, Fetcher, GoneError, Limits, Unchanged
from knowledge.fetching.addresses import checked_address
from tests.knowledge.web import Site, serving

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def site() -> Iterator[Site]:
    with serving() as site:
        yield site


@pytest.fixture
def fetcher() -> Fetcher:
    return Fetcher(allow_private=True, limits=Limits(size=1_000_000, seconds=2))


def test_a_page_comes_with_what_it_says_of_itself(site: Site, fetcher: Fetcher) -> None:
    site.page("/a", "A", "Hello.", etag='"1"')
    got = fetcher.fetch(f"{site.url}/a")
    assert isinstance(got, Fetched)
    assert (got.kind, got.charset, got.etag) == ("text/html", "utf-8", '"1"')
    assert site.asked[0][1]["host"] == site.url.removeprefix("http://")
    assert "cookie" not in site.asked[0][1]
    assert isinstance(fetcher.fetch(f"{site.url}/a", etag='"1"'), Unchanged)


def test_redirects_are_followed_and_counted(site: Site, fetcher: Fetcher) -> None:
    site.page("/end", "End", "There.")
    site.redirect("/start", "/end")
    site.redirect("/round", f"{site.url}/round")
    got = fetcher.fetch(f"{site.url}/start")
    assert isinstance(got, Fetched)
    assert got.url == f"{site.url}/end"
    with pytest.raises(DocumentError, match="redirects more than 5 times"):
        fetcher.fetch(f"{site.url}/round")


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "localhost", "[::1]", "10.0.0.1", "192.168.1.1", "169.254.169.254", "0.0.0.0",  # noqa: S104 - asked for, not bound to
     "[::ffff:127.0.0.1]",
     "100.64.0.1", "224.0.0.1", "[fe80::1]", "2130706433", "0x7f000001", "[2002:7f00:1::]"],
)  # fmt: skip
def test_what_only_this_machine_can_see_is_refused(host: str) -> None:
    with pytest.raises(DocumentError, match=r"own network|not found|no web address"):
        Fetcher().fetch(f"http://{host}:9/")


def test_a_redirect_into_the_machine_is_refused_too(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first address passes as if it were public; what it redirects to is checked for itself."""
    site.redirect("/out", "http://127.0.0.1:1/secret")
    port = int(site.url.rpartition(":")[2])

    def resolved(host: str, asked_port: int, *, allow_private: bool) -> str:
        return "127.0.0.1" if asked_port == port else checked_address(host, asked_port, allow_private=allow_private)

    monkeypatch.setattr("knowledge.fetching.client.checked_address", resolved)
    with pytest.raises(DocumentError, match="own network"):
        Fetcher().fetch(f"{site.url}/out")


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "ftp://example.org/",
        "javascript:alert(1)",
        "http://",
        "no address",
        "http://a:b@example.org/",
    ],
)
def test_what_is_no_web_address_is_refused(url: str) -> None:
    with pytest.raises(DocumentError, match=r"no web address|name and password"):
        Fetcher().fetch(url)


def test_limits_hold(site: Site, fetcher: Fetcher) -> None:
    site.put("/large", b"x" * 1_500_000, "text/plain")
    site.bomb("/bomb")
    for path, said in (("/large", "larger than 1 MB"), ("/bomb", "larger than 1 MB"), ("/slow", "longer than 2 s")):
        with pytest.raises(DocumentError, match=said):
            fetcher.fetch(f"{site.url}{path}")


@pytest.mark.parametrize(("status", "said"), [(404, "nothing"), (410, "nothing"), (500, "HTTP 500"), (403, "HTTP 403")])
def test_errors_are_told(site: Site, fetcher: Fetcher, status: int, said: str) -> None:
    site.put("/x", b"no", "text/html", status=status)
    with pytest.raises(DocumentError, match=said) as caught:
        fetcher.fetch(f"{site.url}/x")
    assert isinstance(caught.value, GoneError) == (status in (404, 410))


def test_pictures_and_programs_are_no_documents(site: Site, fetcher: Fetcher) -> None:
    site.put("/p", b"\x89PNG", "image/png")
    with pytest.raises(DocumentError, match="image/png"):
        fetcher.fetch(f"{site.url}/p")


def test_a_closed_port_and_an_unknown_host_are_told(fetcher: Fetcher) -> None:
    for url in ("http://127.0.0.1:1/", "http://no-such-host.invalid/"):
        with pytest.raises(DocumentError, match=r"cannot be fetched|is not found"):
            fetcher.fetch(url)
