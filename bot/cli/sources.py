"""`osai sources` and `osai forget`: what the index holds, and taking a document out of it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated

import typer

from knowledge.errors import NotFoundError

if TYPE_CHECKING:
    from knowledge.records import Document


def sources_command(
    document: Annotated[str, typer.Argument(help="A document's id: print its text.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print the documents as JSON.")] = False,
) -> None:
    """List the documents of the index, or print the text of one."""
    from bot.app import open_app

    with open_app() as app:
        if document:
            _show(app.library.document(document), document, as_json)
            return
        held = app.holdings()
    if as_json:
        known = {"licenses": held.licenses, "licenses_by_name": held.licenses_by_name, "models": held.models}
        rows = [{"id": one.id, "kind": one.kind, "title": one.title, "url": one.url} for one in held.documents]
        print(json.dumps({"counts": held.counts, "known": known, "documents": rows}, ensure_ascii=False))
        return
    for one in held.documents:
        print(f"{one.id:<48} {one.title}")
    print("\n" + ", ".join(f"{number} {kind}" for kind, number in held.counts.items()))


def forget_command(
    document: Annotated[str, typer.Argument(help="The document's id, as `osai sources` lists it, or its address.")],
) -> None:
    """Take a document of your own out of the index."""
    from bot.app import open_app

    with open_app() as app:
        found = app.learning.forget(document)
    print(f"Forgot {found.id}.")


def _show(found: Document | None, name: str, as_json: bool) -> None:
    if found is None:
        raise NotFoundError(f"No document {name!r}.", hint="`osai sources` lists them.")
    if as_json:
        rows = [{"section": one.section, "text": one.text} for one in found.statements]
        print(
            json.dumps({"id": found.id, "title": found.title, "url": found.url, "statements": rows}, ensure_ascii=False)
        )
        return
    print(f"{found.title}\n{found.url}\n")
    for statement in found.statements:
        print(f"{statement.section:<10} {statement.text}" if statement.section else statement.text)
