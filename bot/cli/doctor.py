"""`osai doctor`: looks at everything an answer needs and names the command that mends what is wrong."""

from __future__ import annotations

import json
import os
import platform
import shutil
import sys
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from bot.errors import OsaiError
from knowledge.errors import KnowledgeError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.app import App

_NEEDED = 1024**3  # bytes: downloads, requantized weights, index, and some room
_FETCH = 'Run `osai ask "Is Llama 3 open source?"`: it is fetched on first use.'
_INDEX = "Run `osai ingest`."


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at, what was found, and the command that mends it where `ok` is False."""

    name: str
    ok: bool
    found: str
    mend: str = ""


def doctor_command(as_json: Annotated[bool, typer.Option("--json", help="Print the checks as JSON.")] = False) -> int:
    """Check Python, disk, assets, model, index, threads and settings, and say what mends each.

    Changes nothing and fetches nothing. Exit code 1 where something must be mended.
    """
    from bot.app import open_app

    with open_app() as app:
        checks = list(_checks(app))
    well = all(check.ok for check in checks)
    if as_json:
        print(json.dumps({"ok": well, "checks": [asdict(one) for one in checks]}, indent=2))
    else:
        for check in checks:
            print(f"{'ok  ' if check.ok else 'FAIL'}  {check.name:<12}  {check.found}")
            if check.mend:
                print(f"      {'':<12}  -> {check.mend}")
    return 0 if well else 1


def _checks(app: App) -> Iterator[Check]:
    yield Check("python", sys.version_info >= (3, 11), f"{platform.python_version()} on {platform.platform()}")
    yield _disk(app)
    yield from _assets(app)
    yield _model(app)
    yield from _index(app)
    yield _threads(app)
    yield _facts(app)
    token = app.settings.discord_token
    set_ = token is not None and bool(token.get_secret_value())
    yield Check("discord", True, "token set" if set_ else "no token (only `osai run` needs OSAI_DISCORD_TOKEN)")


def _disk(app: App) -> Check:
    folder = app.settings.data_dir
    home = next(one for one in (folder, *folder.parents) if one.exists())
    free = shutil.disk_usage(home).free
    found = f"{free / 1024**3:.1f} GiB free for {folder}"
    if not os.access(home, os.W_OK):
        return Check("disk", False, f"{home} cannot be written", "Check who owns it, or set OSAI_DATA_DIR.")
    mend = "" if free >= _NEEDED else "Free some space, or set OSAI_DATA_DIR to another disk."
    return Check("disk", free >= _NEEDED, found, mend)


def _assets(app: App) -> Iterator[Check]:
    for status in app.assets.status():
        asset = status.asset
        name = f"{asset.description} ({asset.license}, {asset.wheel})"
        if not status.present:
            yield Check("asset", False, f"{name}: not here", _FETCH)
        elif not status.checked:
            yield Check("asset", False, f"{name}: damaged", f"Remove {status.path} and ask again.")
        else:
            yield Check("asset", True, f"{name}: sha256 {asset.sha256[:12]}")


def _model(app: App) -> Check:
    from bot.llm.catalogue import entries

    choice = app.settings.model
    entry = entries().get(choice.lower())
    if entry is not None and entry.asset:
        return Check("model", True, f"{entry.title}, {entry.license}")
    try:
        path, card = app.opening.locate(choice)
    except OsaiError as error:
        return Check("model", False, error.message, error.hint)
    return Check("model", True, f"{card.name}, {path}")


def _index(app: App) -> Iterator[Check]:
    if not all(status.checked for status in app.assets.status() if status.asset.name.startswith("minilm")):
        yield Check("index", False, "not looked at: the embeddings are not here", _INDEX)
        return
    try:
        complete = app.index.complete()
        library = app.library
        passages, vectors = len(library.passage_ids()), len(app.index.store.ids())
    except KnowledgeError as error:
        yield Check("index", False, error.message, error.hint)
        return
    found = f"{len(library.hashes()):,} documents, {passages:,} passages, {vectors:,} vectors"
    whole = complete and passages == vectors
    yield Check("index", whole, found if whole else f"{found}: unfinished", "" if whole else _INDEX)
    yield Check("fingerprint", True, app.index.fingerprint)


def _threads(app: App) -> Check:
    if app.settings.threads:
        return Check("threads", True, f"{app.settings.threads} (OSAI_THREADS)")
    measured = (app.settings.data_dir / "tuning.json").exists()
    return Check("threads", True, "measured" if measured else "measured on first use")


def _facts(app: App) -> Check:
    return Check("facts", True, f"{len(app.licenses.all())} licenses, {len(app.models.all())} models")
