"""`osai bench`: measures the road on this machine, as ratios and curves within one run."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.progress import show_progress

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.app import App
    from bot.evaluation.bench import Figure
    from knowledge.ports import Progress

_COLD = (["license", "mit"], ["model", "codestral"], ["ask", "--json", "Is Llama 3 open source?"])


def bench_command(
    as_json: Annotated[bool, typer.Option("--json", help="Print the figures as JSON.")] = False,
    quick: Annotated[bool, typer.Option("--quick", help="Leave out the index of 100,000 passages.")] = False,
) -> None:
    """Measure the road against llama.cpp and onnxruntime, search by size, cold start and memory."""
    from bot.app import open_app

    with open_app() as app, show_progress() as progress:
        figures = list(_figures(app, progress, quick))
    if as_json:
        print(json.dumps([asdict(one) for one in figures]))
        return
    for one in figures:
        print(f"{one.name:<44} {one.value:>10.2f} {one.unit:<16} {one.note}".rstrip())


def _figures(app: App, progress: Progress, quick: bool) -> Iterator[Figure]:
    from bot.evaluation import bench
    from knowledge.bundled import articles

    answerer = app.answerer(progress)
    recorder = bench.Recorder(app.chat_model)
    recorded = replace(answerer, composer=replace(answerer.composer, model=recorder))
    yield from bench.road(recorded, recorder, app.chat_model, progress)
    yield from bench.memory()
    weights, tokenizer = app.assets.path("minilm-l6-v2-int8.onnx"), app.assets.path("minilm-l6-v2-tokenizer.json")
    yield from bench.ingest(app.embedder, weights, tokenizer, list(articles())[:12])
    yield from bench.retrieval(app.embedder, progress, bench.SIZES[:2] if quick else bench.SIZES)
    yield from bench.cold_start(_COLD)
