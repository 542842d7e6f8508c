"""The way from a model's name to a model that answers: find it, check it, measure it once, load it.

Fetches the default model and no other: the rest are pulled by a person who saw the license.
"""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import TypeAdapter, ValidationError

from bot.errors import ModelDamagedError, ModelError, ModelMissingError
from bot.llm.catalogue import entries, find_entry
from bot.llm.gguf import check_memory, read_header
from bot.llm.in_process import Engine, InProcessChatModel
from bot.llm.requantize import requantize
from bot.llm.tune import Threads, Tuning, busy, default_threads, machine, recall, remember, tune
from bot.ports import ModelCard

if TYPE_CHECKING:
    from bot.llm.catalogue import Entry
    from knowledge.assets import Assets
    from knowledge.ports import Progress


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
        entry, path = self._find(choice)
        header = read_header(path)
        window = min(self.context_tokens, header.number("context_length", self.context_tokens))
        check_memory(path, header, window)
        if entry is not None:
            return path, ModelCard(entry.title, entry.license, entry.parameters, window)
        name = header.text("general.name", path.stem)
        return path, ModelCard(name, header.text("general.license", "see its publisher"), header.weights, window)

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

    def _find(self, choice: str) -> tuple[Entry | None, Path]:
        path = Path(choice).expanduser()
        named = choice.strip().lower() in entries()
        if not named and (path.exists() or path.suffix == ".gguf" or "/" in choice):
            return None, path
        entry = find_entry(choice)
        return entry, self.file_of(entry)

    def _tuned(self, path: Path, card: ModelCard, progress: Progress) -> tuple[Path, Threads]:
        """Return the faster form of the weights and the best threads for it, measured once a machine and model.

        Once more on the first quiet start, where other programs had slowed what was measured.
        """
        shipped = path.name in {entry.asset for entry in entries().values()}
        fixed = Threads(self.threads, self.threads) if self.threads else None
        if fixed and not shipped:
            return path, fixed
        rewritten = self.data_dir / "models" / f"{path.stem}.requantized-q8_0.gguf"
        file, key = self.data_dir / "tuning.json", f"{machine()}, {path.name}, {path.stat().st_size} bytes"
        kept = _parse(recall(file, key))
        if kept is None or (kept.requantized and not _whole(rewritten)) or (kept.busy and not busy()):
            kept = _measure(path, rewritten if shipped else None, card, progress)
            remember(file, key, TypeAdapter(Kept).dump_python(kept))
        return rewritten if kept.requantized else path, fixed or kept.tuning.threads


@dataclass(frozen=True, slots=True)
class Kept:
    """A measurement as it is kept: whether the requantized file was faster, its tuning, and if the machine was busy."""

    requantized: bool
    tuning: Tuning
    busy: bool


def _measure(path: Path, rewritten: Path | None, card: ModelCard, progress: Progress) -> Kept:
    """Measure the file, and its requantized form where it may have one; the slower of the two is not kept."""
    others = busy()
    shipped = Kept(requantized=False, tuning=_time(path, card, progress), busy=others)
    if rewritten is None:
        return shipped
    try:
        if not _whole(rewritten):
            rewritten.unlink(missing_ok=True)
            requantize(path, rewritten)
        faster = Kept(requantized=True, tuning=_time(rewritten, card, progress), busy=others)
    except (ModelError, OSError):  # no room for it, for one: the file as it came serves too
        return shipped
    if faster.tuning.seconds < shipped.tuning.seconds:
        return faster
    rewritten.unlink(missing_ok=True)
    return shipped


def _time(path: Path, card: ModelCard, progress: Progress) -> Tuning:
    with closing(Engine(path, card.context_tokens, default_threads())) as engine:
        return tune(engine, progress)


def _whole(path: Path) -> bool:
    try:
        read_header(path)
    except (ModelMissingError, ModelDamagedError):
        return False
    return True


def _parse(value: object) -> Kept | None:
    try:
        return TypeAdapter(Kept).validate_python(value)
    except ValidationError:
        return None
