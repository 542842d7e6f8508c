"""Puts runs of the evaluation side by side: a table for the terminal, Markdown, plain values. Measures nothing."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from bot.evaluation.measure import by_kind, latencies, summary

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from bot.evaluation.measure import Result, Share

    Runs = Mapping[str, Sequence[Result]]


def table(runs: Runs) -> Iterator[str]:
    """Yield the lines of a table: a measure a line, a run a column; intervals where there is one run."""
    names = list(runs)
    shares = {name: summary(results) for name, results in runs.items()}
    width = max(12, *(len(name) + 2 for name in names))
    if len(names) > 1:
        yield " " * 24 + "".join(f"{name:>{width}}" for name in names)
    for measure in shares[names[0]]:
        row = [shares[name][measure] for name in names]
        if len(names) == 1:
            yield f"{measure:<24} {row[0].value:6.3f}   [{row[0].low:.3f}, {row[0].high:.3f}]  of {row[0].count}"
        else:
            yield f"{measure:<24}" + "".join(f"{share.value:>{width}.3f}" for share in row)
    times = [latencies(results) for results in runs.values()]
    yield f"{'seconds, median':<24}" + "".join(f"{median:>{width}.2f}" for median, _ in times)
    yield f"{'seconds, p95':<24}" + "".join(f"{slow:>{width}.2f}" for _, slow in times)


def kinds(results: Sequence[Result]) -> Iterator[str]:
    """Yield a line for every kind of question: how many were answered as expected."""
    for kind, (right, of) in by_kind(results).items():
        yield f"  {kind:<20} {right:>3} of {of}"


def failures(results: Sequence[Result]) -> Iterator[str]:
    """Yield what is shown of every answer that is not as expected."""
    for result in results:
        one = result.judgement
        if one.correct and not one.wrong_polarity and not one.unsupported:
            continue
        flags = ["wrong"] * one.wrong_polarity + ["unsupported"] * bool(one.unsupported)
        yield f"\n[{one.case.kind}] {one.case.id} {' '.join(flags)}{'' if one.correct else ' NOT AS EXPECTED'}"
        yield f"  Q {' / '.join(one.case.asked)}"
        yield f"  A {one.answer.text}"
        yield f"  expected: {one.case.expect} {one.case.direct or ''} {one.case.facts} never {one.case.never}"
        yield from (f"  unsupported: {text}" for text in one.unsupported)


def markdown(runs: Runs, half: str, model: str, curve: str) -> str:
    """Return the report: the measures of all runs, the kinds of the first, and what it answered otherwise."""
    names = list(runs)
    first = runs[names[0]]
    shares = {name: summary(results) for name, results in runs.items()}
    lines = [
        f"# Evaluation: {half} half, {len(first)} questions, {model}",
        "",
        "Shares from 0 to 1 with their 95 % bootstrap interval.",
        "",
        f"| measure | {' | '.join(names)} |",
        f"|---|{'---|' * len(names)}",
        *(
            f"| {measure} | {' | '.join(_cell(shares[name][measure]) for name in names)} |"
            for measure in shares[names[0]]
        ),
        f"| seconds, median / p95 | {' | '.join('{:.2f} / {:.2f}'.format(*latencies(runs[name])) for name in names)} |",
        "",
        f"![Risk and coverage]({curve})",
        "",
        "| kind | as expected |",
        "|---|---|",
        *(f"| {kind} | {right} of {of} |" for kind, (right, of) in by_kind(first).items()),
        "",
        "## Not as expected",
        "```",
        *failures(first),
        "```",
    ]
    return "\n".join(lines) + "\n"


def _cell(share: Share) -> str:
    return f"{share.value:.3f} [{share.low:.3f}, {share.high:.3f}]"


def plain(runs: Runs) -> dict[str, object]:
    """Return measures and answers of every run as plain values."""
    return {name: _run(results) for name, results in runs.items()}


def _run(results: Sequence[Result]) -> dict[str, object]:
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
                "confidence": one.confidence,
                **one.judgement.answer.to_json(),
            }
            for one in results
        ],
    }
