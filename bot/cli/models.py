"""`osai models list` and `osai models pull`: the language models that osai can run."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.progress import show_progress
from bot.errors import UsageError

if TYPE_CHECKING:
    from bot.app import App
    from bot.llm.catalogue import Entry

app = typer.Typer(help="List the language models that osai runs, or fetch one.", no_args_is_help=True)


@app.command("list")
def list_command(as_json: Annotated[bool, typer.Option("--json", help="Print the models as JSON.")] = False) -> None:
    """List the models: size, memory, license, and whether each is here."""
    from bot.app import open_app
    from bot.llm.catalogue import entries

    with open_app() as osai:
        rows = [_row(entry, osai) for entry in entries().values()]
    if as_json:
        print(json.dumps(rows))
        return
    print(f"{'name':<14} {'download':>9} {'memory':>8}  {'license':<28} here")
    for row in rows:
        here = "in use" if row["in_use"] else "yes" if row["present"] else "no"
        size, memory = (f"{int(str(row[key])) / 1e9:.1f} GB" for key in ("bytes", "ram_bytes"))
        print(f"{row['name']:<14} {size:>9} {memory:>8}  {row['license']:<28} {here}")


@app.command("pull")
def pull_command(
    name: Annotated[str, typer.Argument(help="A name of `osai models list`.")],
    accept: Annotated[
        bool, typer.Option("--accept-license", help="Accept the model's license without being asked.")
    ] = False,
) -> None:
    """Fetch a model. A license that asks for it is shown and must be accepted first."""
    from bot.app import open_app
    from bot.llm.catalogue import find_entry
    from bot.llm.pull import pull

    entry = find_entry(name)
    with open_app() as osai, show_progress() as progress:
        osai.progress = progress
        path = pull(entry, osai.assets, osai.settings.data_dir / "models", lambda one: accept or _ask(one))
    print(f"{entry.title} is here: {path}\nUse it with OSAI_MODEL={entry.name}")


def _row(entry: Entry, osai: App) -> dict[str, object]:
    folder, file = ("assets", entry.asset) if entry.asset else ("models", entry.file)
    return {
        "name": entry.name,
        "title": entry.title,
        "parameters": entry.parameters,
        "bytes": entry.bytes,
        "ram_bytes": entry.ram_bytes,
        "license": entry.license,
        "license_key": entry.license_key,
        "source": entry.repo or "comes with osai",
        "present": (osai.settings.data_dir / folder / file).exists(),
        "in_use": osai.settings.model.lower() == entry.name,
    }


def _ask(entry: Entry) -> bool:
    """Show where the license stands and what it asks, and return whether the person accepts."""
    print(f"{entry.title} is under the {entry.license}: {entry.license_url}", file=sys.stderr)
    print(f"What it asks: osai license {entry.license_key}", file=sys.stderr)
    if not sys.stdin.isatty():
        raise UsageError("The license must be accepted.", hint="Read it, then add --accept-license.")
    return input("Type yes to accept it: ").strip().lower() == "yes"
