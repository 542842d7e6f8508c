"""Sources of every kind, good and bad, over a real server and real files."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pypdf
import pytest
from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject

from knowledge.fetching import Fetcher, Limits
from knowledge.loaders.sources import Gathering
from knowledge.ports import silent
from tests.knowledge.web import Site, serving

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from knowledge.loaders.sources import Outcome
    from knowledge.records import Origin

FETCHER = Fetcher(allow_private=True, limits=Limits(size=2_000_000, seconds=3))


@pytest.fixture
def site() -> Iterator[Site]:
    with serving() as site:
        yield site


def gather(*sources: str, known: dict[str, Origin] | None = None, most: int = 50) -> list[Outcome]:
    return list(Gathering(FETCHER, known or {}, most).gather(sources, silent))


def pdf(*pages: str, password: str = "") -> bytes:
    writer = pypdf.PdfWriter()
    for text in pages:
        page = writer.add_blank_page(300, 200)
        font = DictionaryObject(
            {NameObject("/Type"): NameObject("/Font"), NameObject("/Subtype"): NameObject("/Type1"),
             NameObject("/BaseFont"): NameObject("/Helvetica")}
        )  # fmt: skip
        page[NameObject("/Resources")] = DictionaryObject(
            {NameObject("/Font"): DictionaryObject({NameObject("/F1"): font})}
        )
        stream = DecodedStreamObject()
        stream.set_data(f"BT /F1 12 Tf 10 100 Td ({text}) Tj ET".encode())
        page[NameObject("/Contents")] = writer._add_object(stream)
    if password:
        writer.encrypt(password)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def test_a_page_becomes_statements_under_its_headings(site: Site) -> None:
    site.page(
        "/zebra?utm_source=x", "Zebrafish", "Zebrafish was released in May 2025.", canonical=f"{site.url}/zebra#top"
    )
    (outcome,) = gather(f"{site.url}/zebra?utm_source=x")
    document = outcome.document
    assert document is not None
    assert (document.title, document.url, document.date) == ("Zebrafish", f"{site.url}/zebra", "2025-03-04")
    assert [one.section for one in document.statements][-1] == "Details"
    assert not any("Home About" in one.text or "rights reserved" in one.text for one in document.statements)


def test_a_canonical_address_on_another_site_is_not_believed(site: Site) -> None:
    site.page("/a", "A", "Text of the page.", canonical="https://bank.example/")
    (outcome,) = gather(f"{site.url}/a")
    assert outcome.document is not None
    assert outcome.document.url == f"{site.url}/a"


def test_the_same_text_from_two_addresses_is_kept_once(site: Site) -> None:
    site.page("/one", "One", "The very same words.", canonical=f"{site.url}/one")
    site.page("/two", "One", "The very same words.", canonical=f"{site.url}/two")
    first, second = gather(f"{site.url}/one", f"{site.url}/two")
    assert (first.result, second.result) == ("read", "same")
    assert first.document is not None
    assert first.document.id in second.detail


def test_what_has_not_changed_is_not_read_again(site: Site) -> None:
    site.page("/a", "A", "First words.", etag='"1"')
    (first,) = gather(f"{site.url}/a")
    assert first.origin is not None
    known = {first.origin.document: first.origin}
    assert [one.result for one in gather(f"{site.url}/a", known=known)] == ["unchanged"]
    site.page("/a", "A", "Other words.", etag='"2"')
    (again,) = list(Gathering(FETCHER, known).refresh(silent))
    assert again.document is not None
    assert first.document is not None
    assert again.document.id == first.document.id
    assert "Other words." in again.document.text


def test_feeds_and_sitemaps_lead_to_their_pages(site: Site) -> None:
    for name in ("x", "y", "z"):
        site.page(f"/{name}", name.upper(), f"Page {name} has words of its own.")
    rss = "".join(f"<item><title>t</title><link>{site.url}/{name}</link></item>" for name in ("x", "y"))
    site.put(
        "/rss",
        f'<?xml version="1.0"?><rss version="2.0"><channel>{rss}</channel></rss>'.encode(),
        "application/rss+xml",
    )
    atom = f'<entry><title>t</title><link href="{site.url}/z"/></entry>'
    site.put("/atom", f'<feed xmlns="http://www.w3.org/2005/Atom">{atom}</feed>'.encode(), "application/atom+xml")
    space = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
    locations = "".join(f"<url><loc>{site.url}/{name}</loc></url>" for name in ("x", "y", "z"))
    site.put("/map.xml", f"<urlset {space}>{locations}</urlset>".encode(), "application/xml")
    index = f"<sitemapindex {space}><sitemap><loc>{site.url}/map.xml</loc></sitemap></sitemapindex>"
    site.put("/index.xml", index.encode(), "text/xml")
    assert [one.source[-1] for one in gather(f"{site.url}/rss")] == ["x", "y"]
    assert [one.source[-1] for one in gather(f"{site.url}/atom")] == ["z"]
    assert [one.source[-1] for one in gather(f"{site.url}/index.xml") if one.document] == ["x", "y", "z"]
    limited = gather(f"{site.url}/map.xml", most=2)
    assert [one.result for one in limited] == ["read", "read", "limited"]
    assert "first 2 of 3" in limited[-1].detail


def test_xml_entities_are_not_expanded(site: Site, tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("http://secret.example/")
    space = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
    entity = f'<!DOCTYPE u [<!ENTITY e SYSTEM "{secret.as_uri()}">]>'
    body = f"{entity}<urlset {space}><url><loc>&e;</loc></url></urlset>"
    site.put("/map.xml", body.encode(), "application/xml")
    assert not any("secret.example" in one.source for one in gather(f"{site.url}/map.xml"))


def test_a_pdf_keeps_its_pages(site: Site, tmp_path: Path) -> None:
    site.put("/p.pdf", pdf("First page here.", "Second page there."), "application/pdf")
    (outcome,) = gather(f"{site.url}/p.pdf")
    assert outcome.document is not None
    assert [(one.section, one.text) for one in outcome.document.statements] == [
        ("p. 1", "First page here."),
        ("p. 2", "Second page there."),
    ]
    path = tmp_path / "locked.pdf"
    path.write_bytes(pdf("Secret.", password="x"))
    (locked,) = gather(str(path))
    assert "encrypted" in locked.detail


def test_other_charsets_are_read(site: Site) -> None:
    words = "Le modèle a été publié en été, sous une licence très libre et déjà connue de tous."
    text = f"<html><body><article><p>{words}</p></article></body></html>"
    site.put("/header", text.encode("latin-1"), "text/html; charset=iso-8859-1")
    site.put("/meta", b"<meta charset='iso-8859-1'>" + text.encode("latin-1"), "text/html")
    for path in ("/header", "/meta"):
        (outcome,) = gather(f"{site.url}{path}")
        assert outcome.document is not None, outcome.detail
        assert "modèle" in outcome.document.text


def test_each_bad_source_is_one_line_and_stops_no_other(site: Site, tmp_path: Path) -> None:
    good = tmp_path / "good.md"
    good.write_text("# Good\n\nThis file is fine.")
    (tmp_path / "bad.txt").write_bytes(b"\x00\x01")
    (tmp_path / "latin.txt").write_bytes("été".encode("latin-1"))
    (tmp_path / "empty.md").write_text("\n\n")
    (tmp_path / "broken.pdf").write_bytes(b"%PDF-1.4 nothing")
    site.put("/wrong", "été".encode("latin-1"), "text/html; charset=utf-8")
    site.put("/empty", b"<html><body></body></html>", "text/html")
    site.put("/deep", b"<div>" * 150_000 + b"x" + b"</div>" * 150_000, "text/html")
    site.put("/none.xml", b"<?xml version='1.0'?><a/>", "application/xml")
    sources = [str(tmp_path), str(tmp_path / "missing.md")]
    sources += [f"{site.url}{path}" for path in ("/404", "/empty", "/deep", "/none.xml")]
    sources += ["http://169.254.169.254/latest", "gopher://x/"]
    outcomes = gather(*sources[:6])
    outcomes += list(Gathering(Fetcher(), {}).gather(sources[6:], silent))
    read = [one for one in outcomes if one.result == "read"]
    assert [one.document.title for one in read if one.document] == ["Good"]
    failed = [one for one in outcomes if one.result == "failed"]
    assert len(failed) == len(outcomes) - 1 == 11
    assert all(one.detail and "\n" not in one.detail for one in failed)
