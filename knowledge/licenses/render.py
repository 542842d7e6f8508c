"""Puts a license record into sentences that stand alone: each names the license and says the negative outright."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from knowledge.dates import spell_date
from knowledge.licenses.asks import shared_asks
from knowledge.records import Document, Source, Statement

if TYPE_CHECKING:
    from collections.abc import Iterator

    from knowledge.records import License, Term, Verdict


def license_document(license_: License) -> Document:
    """Return the record as a document; every statement carries its clause, its source and the question it settles."""
    statements = (
        _approval(license_),
        *_dated(license_),
        *(_term(license_, term) for term in license_.terms),
        *(_kind(license_) if not license_.terms else ()),
        *(replace(one, asks=(*one.asks, *shared_asks(one.text))) for one in license_.statements),
    )
    return Document(
        id=f"license-facts/{license_.key}",
        kind="license",
        title=license_.name,
        url=license_.url,
        statements=tuple(dict.fromkeys(statements)),
        subjects=(f"license:{license_.key}",),
        date=license_.released,
    )


def with_article(name: str) -> str:
    """Return a license's name as a sentence begins with it: "The MIT License", but "The Unlicense" and "CC0 1.0"."""
    bare = name.startswith(("The ", "CC", "BSD", "GNU", "Creative", "Community", "Open ", "SIL", "CERN"))
    return name if bare else f"The {name}"


def _approval(license_: License) -> Statement:
    name = with_article(license_.name)
    verdict: Verdict = "yes" if license_.osi_approved else "no"
    if license_.osi_approved is None:
        text, verdict = (
            f"No approval of {_within(name)} by the Open Source Initiative (OSI) is known to osai.",
            "unknown",
        )
    elif license_.osi_approved:
        text = f"{name} is an open source license, approved by the Open Source Initiative (OSI)."
    else:
        text = f"{name} is not an open source license: the Open Source Initiative (OSI) has not approved it."
    source = Source(f"{license_.name}, OSI approval in the SPDX and ScanCode license data", license_.url)
    return Statement(text, "", source, True, "open_source", verdict)


def _dated(license_: License) -> Iterator[Statement]:
    """Yield when the license came out, where that is known."""
    if license_.verified and license_.released:
        text = f"{with_article(license_.name)} was published {spell_date(license_.released)}."
        yield Statement(text, "", license_.sources[0] if license_.sources else None, True, "released")


def _kind(license_: License) -> Iterator[Statement]:
    """Yield what is known of a license whose terms are not."""
    name = with_article(license_.name)
    filed = (
        f'{name} is filed under "{license_.category}" in ScanCode\'s license data, with {license_.owner} as its owner.'
    )
    yield Statement(filed, "", license_.sources[-1])
    unread = f"osai knows {_within(name)} by name and text alone, not its terms: read the text before you rely on it."
    yield Statement(unread, "", license_.sources[-1])


def _within(name: str) -> str:
    return f"the {name[4:]}" if name.startswith("The ") else name


def _term(license_: License, term: Term) -> Statement:
    place = f", section {term.section}" if term.section and term.section[0].isdigit() else ""
    place = place or (f", {term.section}" if term.section else "")
    source = Source(f"{license_.name}{place}", license_.url)
    # The cell of a table says it without the license's name, as questions do.
    asks = (*term.asks, term.value, *shared_asks(term.statement))
    return Statement(term.statement, term.section, source, term.verified, term.topic, term.verdict, asks)
