"""The way from a model's name to a model that answers: find it, fetch it, check it, measure it once."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import TypeAdapter, ValidationError

from bot.errors import ModelMissingError
from bot.llm.catalogue import entries, find_entry
from bot.llm.gguf import check_gguf
from bot.llm.in_process import Engine, InProcessChatModel
from bot.llm.requantize import requantize
from bot.llm.tune import Threads, Tuning, default_threads, machine, recall, remember, tune
from bot.ports import ModelCard

if TYPE_CHECKING:
    from bot.llm.catalogue import Entry
    from knowledge.assets import Assets
    from knowledge.ports import Progress

_UNKNOWN_PARAMETERS = 7_000_000_000  # a file of one's own is taken for a standard model unless it is plainly small
_BYTES_A_PARAMETER = 0.6


@dataclass(frozen=True, slots=True)
class Opening:
    """How to open models: where they are kept, and what was set. `threads` 0 means: measure."""

    assets: Assets
    data_dir: Path
    context_tokens: int
    threads: int
    queue_size: int
    deadline: float

    def open(self, choice: str, progress: Progress) -> InProcessChatModel:
        """Return the model of a catalogue name or GGUF path, fetched, checked and tuned; or raise a ModelError."""
        path, card = self.locate(choice)
        path, threads = self._tuned(path, card, progress)
        return InProcessChatModel(path, card, threads, queue_size=self.queue_size, deadline=self.deadline)

    def locate(self, choice: str) -> tuple[Path, ModelCard]:
        """Return the checked file of a model and what to say of it; fetches the default model, and no other."""
        path = Path(choice).expanduser()
        named = choice.strip().lower() in entries()
        if not named and (path.exists() or path.suffix == ".gguf" or "/" in choice):
            check_gguf(path)
            parameters = int(path.stat().st_size / _BYTES_A_PARAMETER)
            return path, ModelCard(path.stem, "see its publisher", parameters, self.context_tokens)
        entry = find_entry(choice)
        path = self.file_of(entry)
        check_gguf(path)
        return path, ModelCard(entry.title, entry.license, entry.parameters, self.context_tokens)

    def file_of(self, entry: Entry) -> Path:
        """Return the file of a catalogue entry; ModelMissingError names the pull where it is not here."""
        if entry.asset:
            return self.assets.path(entry.asset)
        path = self.data_dir / "models" / entry.file
        if not path.exists():
            raise ModelMissingError(
                f"{entry.title} is not on this machine.", hint=f"Run `osai models pull {entry.name}`."
            )
        return path

    def _tuned(self, path: Path, card: ModelCard, progress: Progress) -> tuple[Path, Threads]:
        """Return the faster form of the weights and the best threads for it, measured once a machine and model."""
        file = self.data_dir / "tuning.json"
        key = hashlib.sha256(f"{machine()}/{path.name}/{path.stat().st_size}".encode()).hexdigest()[:16]
        kept = _parse(recall(file, key))
        if kept is None or not Path(kept.path).exists():
            kept = self._measure(path, card, progress)
            remember(file, key, TypeAdapter(Kept).dump_python(kept))
        threads = Threads(self.threads, self.threads) if self.threads else kept.tuning.threads
        return Path(kept.path), threads

    def _measure(self, path: Path, card: ModelCard, progress: Progress) -> Kept:
        shipped = _time(path, card, progress)
        asset = next((one.asset for one in entries().values() if one.asset == path.name), "")
        if not asset:
            return Kept(str(path), shipped)
        faster = self.data_dir / "models" / f"{path.stem}.requantized-q8_0.gguf"
        requantize(path, faster)
        rewritten = _time(faster, card, progress)
        if rewritten.seconds < shipped.seconds:
            return Kept(str(faster), rewritten)
        faster.unlink(missing_ok=True)
        return Kept(str(path), shipped)


@dataclass(frozen=True, slots=True)
class Kept:
    """A measurement as it is kept: the file that was faster, and its tuning."""

    path: str
    tuning: Tuning


def _time(path: Path, card: ModelCard, progress: Progress) -> Tuning:
    engine = Engine(path, card.context_tokens, default_threads())
    try:
        return tune(engine, progress)
    finally:
        engine.close()


def _parse(value: object) -> Kept | None:
    try:
        return TypeAdapter(Kept).validate_python(value)
    except ValidationError:
        return None
