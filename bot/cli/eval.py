"""`osai eval`: asks the question set and shows how many answers are right, supported, honest and quick."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path  # noqa: TC003 - typer reads the annotation at run time
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from bot.cli.progress import show_progress

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.app import App
    from bot.evaluation.measure import Result, Road
    from knowledge.ports import Progress

_WHOLE = "osai"


def eval_command(
    file: Annotated[
        Path | None, typer.Argument(help="A YAML file of questions of your own; none: the set of osai.")
    ] = None,
    half: Annotated[
        Literal["tune", "held-out", "all"],
        typer.Option("--set", help="Which half: tune may guide changes, held-out only measures them."),
    ] = "held-out",
    kind: Annotated[str, typer.Option("--kind", help="Only questions of this kind.")] = "",
    every: Annotated[int, typer.Option(min=1, help="Only every Nth question, where all of them take too long.")] = 1,
    ablation: Annotated[
        list[str] | None,
        typer.Option(help="Measure without one step too: no-bm25, no-verify, quotes-only ..., naive, or all."),
    ] = None,
    report: Annotated[
        Path | None, typer.Option(help="Write report.md, risk-coverage.png and results.json into this folder.")
    ] = None,
    calibrate: Annotated[
        Path | None,
        typer.Option(help="Fit the reading of intents, and the line of abstaining on the tune half, into this folder."),
    ] = None,
    failures: Annotated[bool, typer.Option("--failures", help="Show every answer that is not as expected.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print measures and answers as JSON.")] = False,
) -> None:
    """Measure answers against a question set written from the facts."""
    from bot.app import open_app
    from bot.evaluation import report as reports
    from bot.evaluation.dataset import load_cases
    from bot.evaluation.measure import run

    cases = [one for one in load_cases(file) if half in ("all", one.half) and kind in ("", one.kind)]
    cases = cases[::every]
    with open_app() as app, show_progress() as progress:
        if calibrate:
            _calibrate(app, file, calibrate, progress)
            return
        roads = _roads(app, ablation or [], progress)
        runs = {name: list(run(cases, road, app.names.subjects_in, progress)) for name, road in roads.items()}
        model = app.chat_model.card.name
    if report:
        _write(report, runs, half, model)
    if as_json:
        print(json.dumps(reports.plain(runs), ensure_ascii=False))
        return
    lines = [*reports.table(runs), "", *reports.kinds(runs[_WHOLE])]
    print("\n".join([*lines, *(reports.failures(runs[_WHOLE]) if failures else ())]))


def _roads(app: App, names: Sequence[str], progress: Progress) -> dict[str, Road]:
    """Return the whole road and those that lack a step, by name."""
    from bot.evaluation.ablation import ABLATIONS, ablated
    from bot.evaluation.naive import naive
    from prompts import load_prompt

    whole = app.answerer(progress)
    roads: dict[str, Road] = {_WHOLE: whole}
    for name in [*ABLATIONS, "naive"] if "all" in names else names:
        roads[name] = naive(whole, app.chat_model, load_prompt("naive")) if name == "naive" else ablated(whole, name)
    return roads


def _calibrate(app: App, file: Path | None, folder: Path, progress: Progress) -> None:
    """Fit, each on top of the one before: how intents are read, which statements fit, when that is enough."""
    from bot.answering.list_kinds import ListReader
    from bot.answering.meaning import Meanings
    from bot.evaluation import fitted
    from bot.evaluation.calibrate import calibrate
    from bot.evaluation.choosing import choose
    from bot.evaluation.dataset import load_cases
    from bot.evaluation.teaching import teach, teach_lists

    cases, embedder = load_cases(file), app.embedder
    probe, accuracy = teach(embedder)
    print(f"intents read rightly in cross-validation: {accuracy:.3f}")
    lists, found = teach_lists(embedder)
    print(f"lists read rightly in cross-validation: {found:.3f}")
    road = replace(
        app.answerer(progress), list_asked=ListReader(embedder, lists).read, weigh=Meanings(embedder, probe).weigh
    )
    fitness, right = choose(cases, road, progress)
    print(f"first statement right in cross-validation: {right:.3f}")
    road = replace(road, fitness=fitness)
    calibration, cost = calibrate(cases, road, app.names.subjects_in, embedder, probe, progress)
    print(f"line of abstaining: {calibration.threshold:.3f}, declines {cost:.3f} of what a search answers rightly")
    fitted.save(folder, probe, lists, fitness, calibration)


def _write(folder: Path, runs: dict[str, list[Result]], half: str, model: str) -> None:
    from bot.errors import UsageError
    from bot.evaluation.curve import draw
    from bot.evaluation.report import markdown, plain

    curve = "risk-coverage.png"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        draw(runs, folder / curve)
        (folder / "report.md").write_text(markdown(runs, half, model, curve), encoding="utf-8")
        (folder / "results.json").write_text(json.dumps(plain(runs), ensure_ascii=False), encoding="utf-8")
    except OSError as error:
        raise UsageError(f"The report cannot be written: {error}", hint="Name another folder.") from error
