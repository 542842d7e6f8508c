"""`osai eval`: asks the question set and shows how many answers are right, supported, honest and quick."""

from __future__ import annotations

import json
from pathlib import Path  # noqa: TC003 - typer reads the annotation at run time
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from bot.cli.progress import show_progress

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.evaluation.measure import Result


def eval_command(
    file: Annotated[
        Path | None, typer.Argument(help="A YAML file of questions of your own; none: the set of osai.")
    ] = None,
    half: Annotated[
        Literal["tune", "held-out", "all"],
        typer.Option("--set", help="Which half: tune may guide changes, held-out only measures them."),
    ] = "held-out",
    kind: Annotated[str, typer.Option("--kind", help="Only questions of this kind.")] = "",
    failures: Annotated[bool, typer.Option("--failures", help="Show every answer that is not as expected.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print measures and answers as JSON.")] = False,
) -> None:
    """Measure answers against a question set written from the facts."""
    from bot.app import open_app
    from bot.evaluation.dataset import load_cases
    from bot.evaluation.measure import run

    cases = [one for one in load_cases(file) if half in ("all", one.half) and kind in ("", one.kind)]
    with open_app() as app, show_progress() as progress:
        answerer = app.answerer(progress)
        results = list(run(cases, answerer, app.names.subjects_in, progress))
    if as_json:
        print(json.dumps(_plain(results), ensure_ascii=False))
        return
    _table(results)
    if failures:
        _failures(results)


def _table(results: Sequence[Result]) -> None:
    from bot.evaluation.measure import by_kind, latencies, summary

    for name, share in summary(results).items():
        print(f"{name:<24} {share.value:6.3f}   [{share.low:.3f}, {share.high:.3f}]  of {share.count}")
    median, slow = latencies(results)
    print(f"{'time to the answer':<24} {median:6.2f} s median, {slow:.2f} s at p95\n")
    for kind, (right, of) in by_kind(results).items():
        print(f"  {kind:<20} {right:>3} of {of}")


def _failures(results: Sequence[Result]) -> None:
    for result in results:
        one = result.judgement
        if not one.correct or one.wrong_polarity or one.unsupported:
            flags = "wrong " * one.wrong_polarity + "unsupported " * bool(one.unsupported) + "" * one.correct
            print(f"\n[{one.case.kind}] {one.case.id} {flags}{'' if one.correct else 'NOT AS EXPECTED'}")
            print(f"  Q {' / '.join(one.case.asked)}")
            print(f"  A {one.answer.text}")
            print(f"  expected: {one.case.expect} {one.case.direct or ''} {one.case.facts} never {one.case.never}")
            for text in one.unsupported:
                print(f"  unsupported: {text}")


def _plain(results: Sequence[Result]) -> dict[str, object]:
    from dataclasses import asdict

    from bot.evaluation.measure import by_kind, latencies, summary

    median, slow = latencies(results)
    return {
        "measures": {name: asdict(share) for name, share in summary(results).items()},
        "kinds": by_kind(results),
        "seconds": {"median": median, "p95": slow},
        "cases": [
            {
                "id": one.judgement.case.id,
                "kind": one.judgement.case.kind,
                "correct": one.judgement.correct,
                "wrong_polarity": one.judgement.wrong_polarity,
                "unsupported": one.judgement.unsupported,
                "ranks": one.ranks,
                **one.judgement.answer.to_json(),
            }
            for one in results
        ],
    }
