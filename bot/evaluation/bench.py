"""Measures the parts of the road against their raw counterparts, within one run, because machines differ and are busy.

A figure of one machine says little; a ratio of two figures of the same minute, or a curve over sizes, says much.
Reports and judges nothing.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import psutil

from knowledge.chunking import split_into_passages
from knowledge.ingest import Index
from knowledge.retrieval import LexicalIndex
from knowledge.store import VectorStore

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from bot.answering.pipeline import Answerer
    from bot.llm.in_process import InProcessChatModel
    from bot.ports import ChatModel, ModelCard, Prompt
    from knowledge.embedding import MiniLmEmbedder
    from knowledge.ports import Progress
    from knowledge.records import Document

QUESTIONS = (
    "Is Llama 3 open source?",
    "Can I use Codestral in production?",
    "What is the Open Source AI Definition?",
    "May I train other models on the outputs of Llama 2?",
    "Does the MIT License grant patent rights?",
    "Who announced OPEA?",
)
SIZES = (1_000, 10_000, 100_000)
_QUERIES = 40
_WORDS = 60  # a synthetic passage


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the report: what was measured, the value, its unit, and what it is to be held against."""

    name: str
    value: float
    unit: str
    note: str = ""


class Recorder:
    """A ChatModel that passes calls on and keeps the prompts and how many pieces of text were taken of each reply."""

    def __init__(self, model: ChatModel) -> None:
        self._model = model
        self.calls: list[tuple[Prompt, int]] = []

    @property
    def card(self) -> ModelCard:
        """Describe the model."""
        return self._model.card

    def count_tokens(self, text: str) -> int:
        """Return how many tokens the text takes."""
        return self._model.count_tokens(text)

    def stream(self, prompt: Prompt) -> Iterator[str]:
        """Yield what the model yields, and keep count."""
        pieces = 0
        try:
            for piece in self._model.stream(prompt):
                pieces += 1
                yield piece
        finally:
            self.calls.append((prompt, pieces))


def road(answerer: Answerer, recorder: Recorder, model: InProcessChatModel, progress: Progress) -> list[Figure]:
    """Return what the whole road costs over llama.cpp alone, called directly with the same prompts and token counts.

    Both run twice, alternating, and the better time of each question counts: a shared machine only ever adds time.
    """
    answers: list[float] = []
    ratios_road, ratios_raw, firsts = 0.0, 0.0, []
    answerer.answer(QUESTIONS[0])  # loads what is loaded on first use
    for number, question in enumerate(QUESTIONS):
        progress("The road against llama.cpp", number, len(QUESTIONS))
        best_road = best_raw = float("inf")
        for _ in range(2):
            recorder.calls.clear()
            start = time.perf_counter()
            turn = answerer.answer(question)
            best_road = min(best_road, time.perf_counter() - start)
            best_raw = min(best_raw, sum(model.raw_seconds(prompt, pieces) for prompt, pieces in recorder.calls))
        if recorder.calls:
            ratios_road += best_road
            ratios_raw += best_raw
        answers.append(best_road)
        firsts.append(turn.answer.timings.first_token_ms / 1000)
    progress("The road against llama.cpp", len(QUESTIONS), len(QUESTIONS))
    return [
        Figure("answer, median", statistics.median(answers), "s"),
        Figure("first text, median", statistics.median(firsts), "s"),
        Figure("road over raw llama.cpp", ratios_road / ratios_raw, "ratio", "same prompts, same tokens"),
    ]


def retrieval(embedder: MiniLmEmbedder, progress: Progress, sizes: Sequence[int] = SIZES) -> list[Figure]:
    """Return the curve of search times over synthetic indexes: query embedding, Chroma and BM25, p50 and p95."""
    figures = []
    for number, size in enumerate(sizes):
        progress("Search by size of the index", number, len(sizes))
        with tempfile.TemporaryDirectory() as folder:
            times = _search_times(embedder, Path(folder), size)
        for name, share in (("p50", 50), ("p95", 95)):
            value = float(np.percentile(times, share)) * 1000
            figures.append(Figure(f"search, {size:,} passages, {name}", value, "ms"))
    progress("Search by size of the index", len(sizes), len(sizes))
    base = next(one.value for one in figures if one.name.endswith("p50"))
    last = next(one.value for one in reversed(figures) if one.name.endswith("p50"))
    return [*figures, Figure(f"search, {sizes[-1] // sizes[0]} times the passages", last / base, "times the time")]


def _search_times(embedder: MiniLmEmbedder, folder: Path, size: int) -> list[float]:
    random = np.random.default_rng(0)
    vectors = random.standard_normal((size, 384), dtype=np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    vocabulary = np.array([f"word{number}" for number in range(20_000)])
    ranks = np.minimum(random.zipf(1.3, (size, _WORDS)), len(vocabulary)) - 1
    ids = [f"p{number}" for number in range(size)]
    store = VectorStore(folder / "chroma", "bench")
    store.write([(ids, vectors)], anew=True)
    lexical = LexicalIndex(folder / "words")
    lexical.write(ids, (" ".join(vocabulary[row]) for row in ranks))
    asked = [" ".join(vocabulary[np.minimum(random.zipf(1.3, 8), 20_000) - 1]) for _ in range(_QUERIES)]
    times = [_timed(lambda text=text: _search(embedder, store, lexical, text)) for text in asked]  # type: ignore[misc]
    store.close()
    return times[2:]  # the first opens files


def _search(embedder: MiniLmEmbedder, store: VectorStore, lexical: LexicalIndex, text: str) -> None:
    store.query(embedder.embed([text])[0], 40)
    lexical.query(text, 40)


def ingest(embedder: MiniLmEmbedder, weights: Path, tokenizer: Path, documents: Sequence[Document]) -> list[Figure]:
    """Return what a whole ingest costs over onnxruntime alone, run directly on the same passages without padding."""
    texts = [one.indexed_text for document in documents for one in split_into_passages(document)]
    raw = _timed(lambda: _raw_embed(weights, tokenizer, texts))
    with tempfile.TemporaryDirectory() as folder:
        index = Index(Path(folder), embedder)
        ours = _timed(lambda: index.ingest(documents, prune=True))
        again = _timed(lambda: index.ingest(documents, prune=True))
        index.store.close()
    return [
        Figure("ingest", len(texts) / ours, "passages/s", f"{len(texts)} passages: texts, vectors, words"),
        Figure("ingest over raw onnxruntime", ours / raw, "ratio", "the same passages, one a run"),
        Figure("ingest again, nothing changed", again / ours, "ratio", "of the first time"),
    ]


def _raw_embed(weights: Path, tokenizer: Path, texts: Sequence[str]) -> None:
    import onnxruntime
    from tokenizers import Tokenizer

    session = onnxruntime.InferenceSession(str(weights), providers=["CPUExecutionProvider"])
    wanted = {one.name for one in session.get_inputs()}
    reader = Tokenizer.from_file(str(tokenizer))
    reader.no_padding()
    reader.enable_truncation(256)
    for text in texts:
        ids = np.array([reader.encode(text).ids], dtype=np.int64)
        feed = {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": np.zeros_like(ids)}
        session.run(None, {name: value for name, value in feed.items() if name in wanted})


def cold_start(commands: Sequence[Sequence[str]]) -> list[Figure]:
    """Return the seconds that whole processes take, the better of three, over those of a bare Python."""
    bare = min(_timed(lambda: _process(["-c", "pass"])) for _ in range(3))
    figures = []
    for command in commands:
        seconds = min(_timed(lambda command=command: _process(["-m", "bot", *command])) for _ in range(3))  # type: ignore[misc]
        name = f"osai {' '.join(command)}"
        figures += [
            Figure(name, seconds, "s", "whole process"),
            Figure(f"{name} over bare Python", seconds / bare, "ratio"),
        ]
    return figures


def _process(arguments: Sequence[str]) -> None:
    subprocess.run([sys.executable, *arguments], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)


def memory() -> list[Figure]:
    """Return the peak memory of this process."""
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    return [
        Figure("memory, peak", peak / 1e6, "MB"),
        Figure("memory, now", psutil.Process().memory_info().rss / 1e6, "MB"),
    ]


def _timed(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start
