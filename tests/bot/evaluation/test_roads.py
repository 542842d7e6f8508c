"""The evaluation runs on the real road, its ablations and the baseline, from the command line too."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from bot.answering.confidence import load_calibration
from bot.answering.fitness import FEATURES, load_fitness
from bot.answering.signals import SIGNALS
from bot.errors import OsaiError, UsageError
from bot.evaluation.ablation import ABLATIONS, ablated
from bot.evaluation.dataset import load_cases
from bot.evaluation.measure import run
from bot.evaluation.naive import naive
from knowledge.ports import silent
from prompts import load_prompt
from tests.bot.cli.test_commands import osai

if TYPE_CHECKING:
    from pathlib import Path

    from bot.answering.pipeline import Answerer
    from bot.app import App

QUESTIONS = """
- {id: a, kind: date, question: "When was Codestral released?", expect: answer, facts: [[29 May 2024]], source: s,
   gold: [{document: models/codestral}]}
- {id: b, kind: off_topic, question: "What is the capital of Peru?", expect: abstain, source: s}
- {id: c, kind: concept, question: "What does openwashing mean?", expect: answer, source: s,
   facts: [[presenting, claim]]}
"""


@pytest.fixture
def questions(tmp_path: Path) -> Path:
    path = tmp_path / "questions.yaml"
    path.write_text(QUESTIONS, "utf-8")
    return path


def test_the_thresholds_belong_to_the_embeddings(app: App) -> None:
    calibration = load_calibration(app.embedder.fingerprint)
    assert 0 < calibration.threshold < 1
    assert len(calibration.weights) == len(calibration.named) == len(SIGNALS) + 1
    plain, named = dict(zip(SIGNALS, calibration.weights[1:], strict=True)), calibration.named[1:]
    assert plain["beyond"] < 0
    assert plain["strange"] + dict(zip(SIGNALS, named, strict=True))["strange"] < 0
    with pytest.raises(OsaiError, match="other-embeddings"):
        load_calibration("other-embeddings")


def test_the_choice_of_statements_belongs_to_the_embeddings(app: App) -> None:
    fitness = load_fitness(app.embedder.fingerprint)
    assert set(fitness.weights) == set(FEATURES)
    assert min(fitness.weights[name] for name in ("meaning", "asked", "words", "topic", "joint")) > 0
    with pytest.raises(OsaiError, match="other-embeddings"):
        load_fitness("other-embeddings")


def test_the_whole_road_is_right_on_these(app: App, answerer: Answerer, questions: Path) -> None:
    results = list(run(load_cases(questions), answerer, app.names.subjects_in, silent))
    assert all(one.judgement.correct for one in results)
    assert results[0].ranks  # the search found the gold, at whichever rank; here a record decided
    assert 0 <= results[1].confidence < results[2].confidence <= 1


@pytest.mark.parametrize("name", ABLATIONS)
def test_every_ablation_answers(app: App, answerer: Answerer, questions: Path, name: str) -> None:
    results = list(run(load_cases(questions), ablated(answerer, name), app.names.subjects_in, silent))
    assert len(results) == 3
    assert all(one.judgement.answer.text for one in results)


def test_an_unknown_ablation_names_the_known(answerer: Answerer) -> None:
    with pytest.raises(UsageError, match="no-such"):
        ablated(answerer, "no-such")


def test_the_baseline_answers_from_chunks(app: App, answerer: Answerer, questions: Path) -> None:
    baseline = naive(answerer, app.chat_model, load_prompt("naive"))
    (first, *_) = run(load_cases(questions)[:1], baseline, app.names.subjects_in, silent)
    assert first.judgement.answer.written_by == "model"


def test_the_command_measures_a_file_of_ones_own(test_data: Path, questions: Path, tmp_path: Path) -> None:
    report = tmp_path / "report"
    done = osai("eval", str(questions), "--set", "all", "--json", "--report", str(report), data=test_data)
    assert done.returncode == 0, done.stderr
    measures = json.loads(done.stdout)["osai"]["measures"]
    assert measures["fact correct"]["value"] == 1.0
    assert measures["abstention recall"]["value"] == 1.0
    assert {one.name for one in report.iterdir()} == {"report.md", "risk-coverage.png", "results.json"}
