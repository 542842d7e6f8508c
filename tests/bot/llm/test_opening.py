"""From a name or a path to a model that answers, and every way in which that fails."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.errors import ModelDamagedError, ModelMissingError, ModelTooLargeError
from bot.llm.opening import Opening
from bot.ports import Prompt
from knowledge.assets import Assets
from knowledge.ports import silent
from tests.bot.llm.tiny_gguf import tiny_gguf

DEFAULT = "smollm2-135m-instruct-q4_1.gguf"
ASK = Prompt("Answer.", "What is open source?", max_tokens=2)


def opening(assets: Assets, folder: Path, *, context_tokens: int = 1024, threads: int = 0) -> Opening:
    return Opening(assets, folder, context_tokens=context_tokens, threads=threads, queue_size=2, deadline=30)


@pytest.fixture(scope="module", autouse=True)
def _in_haste() -> Iterator[None]:
    """Measure one round, as if nothing else ran: what is asked here is what becomes of the result."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("bot.llm.tune._BUDGET", 0.0)
        patch.setattr("psutil.cpu_percent", lambda interval: 0.0)
        yield


@pytest.fixture(scope="module")
def measured(assets: Assets, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Hand out a data directory in which the default model was opened once, over a damaged tuning file."""
    folder = tmp_path_factory.mktemp("data")
    (folder / "tuning.json").write_text("{ not json")
    heard: list[str] = []
    model = opening(assets, folder).open("smollm2-135m", lambda task, *_: heard.append(task))
    assert "".join(model.stream(ASK))
    model.close()
    assert set(heard) == {"Measuring threads, once"}
    return folder


def open_silently(assets: Assets, folder: Path, choice: str = "smollm2-135m") -> list[str]:
    """Open, ask and close; return the tasks that were reported."""
    heard: list[str] = []
    model = opening(assets, folder).open(choice, lambda task, *_: heard.append(task))
    assert "".join(model.stream(ASK))
    model.close()
    return heard


def test_a_model_is_measured_once(assets: Assets, measured: Path) -> None:
    assert open_silently(assets, measured) == []


def test_the_faster_form_of_the_weights_is_the_one_that_is_kept(measured: Path) -> None:
    (kept,) = json.loads((measured / "tuning.json").read_text()).values()
    rewritten = measured / "models" / "smollm2-135m-instruct-q4_1.requantized-q8_0.gguf"
    assert rewritten.exists() == kept["requantized"]
    assert not list(measured.glob("models/.*.part"))


def test_a_damaged_requantized_file_is_made_anew(assets: Assets, measured: Path) -> None:
    rewritten = measured / "models" / "smollm2-135m-instruct-q4_1.requantized-q8_0.gguf"
    if not rewritten.exists():
        pytest.skip("the shipped form is faster on this machine")
    rewritten.write_bytes(rewritten.read_bytes()[:1_000_000])
    assert open_silently(assets, measured)
    assert open_silently(assets, measured) == []


def test_what_a_busy_machine_measured_is_measured_again_on_a_quiet_one(
    assets: Assets, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "models").touch()  # there is no requantizing here, to be quick
    monkeypatch.setattr("psutil.cpu_percent", lambda interval: 90.0)
    assert open_silently(assets, tmp_path)
    assert open_silently(assets, tmp_path) == []
    monkeypatch.setattr("psutil.cpu_percent", lambda interval: 3.0)
    assert open_silently(assets, tmp_path)
    assert open_silently(assets, tmp_path) == []


def test_without_room_to_requantize_the_shipped_file_serves(assets: Assets, tmp_path: Path) -> None:
    (tmp_path / "models").touch()
    assert open_silently(assets, tmp_path)
    assert open_silently(assets, tmp_path) == []


def test_fixed_threads_are_not_measured(assets: Assets, tmp_path: Path) -> None:
    """Nor does a file of one's own leave a trace in the data directory then."""
    own = tmp_path / "own.gguf"
    own.symlink_to(assets.path(DEFAULT))
    heard: list[str] = []
    model = opening(assets, tmp_path / "other", threads=1).open(str(own), lambda task, *_: heard.append(task))
    model.close()
    assert not heard
    assert not (tmp_path / "other").exists()


def test_the_window_is_no_wider_than_the_model_was_trained_for(assets: Assets, tmp_path: Path) -> None:
    _, card = opening(assets, tmp_path, context_tokens=131_072).locate("smollm2-135m")
    assert card.context_tokens == 8192


def test_a_file_of_ones_own_says_what_it_is(assets: Assets, tmp_path: Path) -> None:
    path = tmp_path / "own.gguf"
    path.write_bytes(tiny_gguf())
    found, card = opening(assets, tmp_path).locate(str(path))
    assert found == path
    assert (card.name, card.license, card.parameters, card.context_tokens) == ("Tiny", "mit", 64, 1024)
    path.write_bytes(tiny_gguf(general__name=None, general__license=None))
    _, card = opening(assets, tmp_path).locate(str(path))
    assert (card.name, card.license) == ("own", "see its publisher")


def test_a_damaged_file_is_one_clear_error(assets: Assets, tmp_path: Path) -> None:
    path = tmp_path / "cut.gguf"
    path.write_bytes(tiny_gguf()[:-1])
    with pytest.raises(ModelDamagedError, match=r"cut\.gguf is damaged"):
        opening(assets, tmp_path).open(str(path), silent)


def test_a_model_that_does_not_fit_is_refused(assets: Assets, tmp_path: Path) -> None:
    path = tmp_path / "wide.gguf"
    path.write_bytes(tiny_gguf(llama__block_count=2**30, llama__context_length=2**30))
    with pytest.raises(ModelTooLargeError, match="GiB"):
        opening(assets, tmp_path).locate(str(path))


def test_missing_paths_directories_and_unknown_names_are_told_apart(assets: Assets, tmp_path: Path) -> None:
    with pytest.raises(ModelMissingError, match="does not exist"):
        opening(assets, tmp_path).locate(str(tmp_path / "none.gguf"))
    with pytest.raises(ModelMissingError, match="is a directory"):
        opening(assets, tmp_path).locate(str(tmp_path))
    with pytest.raises(ModelMissingError, match="No model is named") as caught:
        opening(assets, tmp_path).locate("llama-3.2-2b")
    assert caught.value.hint.startswith("Names: llama-3.2-")
    with pytest.raises(ModelMissingError, match="not on this machine") as caught:
        opening(assets, tmp_path).locate("llama-3.2-3b")
    assert caught.value.hint == "Run `osai models pull llama-3.2-3b`."
