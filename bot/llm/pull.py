"""Fetches a model of the catalogue: the default as an asset, the others from the Hugging Face hub.

A dropped connection is taken up again where it broke, within one pull; of a pull that ended the hub's library keeps
nothing. Refuses a file other than the one the catalogue names, and a license that nobody accepted.
"""

from __future__ import annotations

import errno
import hashlib
import io
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.errors import ModelDamagedError, ModelError, UsageError
from bot.llm.gguf import read_header

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.llm.catalogue import Entry
    from knowledge.assets import Assets
    from knowledge.ports import Progress

_TOKEN = "Set HF_TOKEN to a token of an account that has accepted the license."  # noqa: S105 - advice, not a secret
_FORBIDDEN = (401, 403)
_OWN_FILE = "or set OSAI_MODEL to a GGUF file that you have."


def pull(
    entry: Entry,
    assets: Assets,
    models_dir: Path,
    acknowledge: Callable[[Entry], bool],
    progress: Progress | None = None,
) -> Path:
    """Return the model's file, fetched if need be.

    `acknowledge` shows the license of a model that asks for it and returns whether the user accepts; without that,
    UsageError. ModelError says what stood in the way otherwise. Without `progress` the hub's library draws its own bar.
    """
    if entry.asset:
        return assets.path(entry.asset)
    if entry.acknowledge and not acknowledge(entry):
        raise UsageError(f"{entry.title} is only for those who accept the {entry.license}.", hint=entry.license_url)
    path = _download(entry, models_dir, progress)
    _check_digest(path, entry)
    read_header(path)
    return path


def _download(entry: Entry, models_dir: Path, progress: Progress | None) -> Path:
    from huggingface_hub import hf_hub_download

    bar = _bar(progress, f"Fetching {entry.title}") if progress else None
    try:
        _check_room(entry, models_dir)
        return Path(hf_hub_download(entry.repo, entry.file, local_dir=models_dir, tqdm_class=bar))
    except Exception as error:
        # Not one HTTP library's errors: versions of huggingface_hub differ in which one they use and raise.
        raise _explain(entry, error) from error


def _check_room(entry: Entry, models_dir: Path) -> None:
    """Raise the error of a full disk before the download rather than hours into it."""
    models_dir.mkdir(parents=True, exist_ok=True)
    if not (models_dir / entry.file).exists() and shutil.disk_usage(models_dir).free < entry.bytes:
        raise OSError(errno.ENOSPC, "The disk is full")


def _check_digest(path: Path, entry: Entry) -> None:
    if not entry.sha256:
        return
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    if digest != entry.sha256:
        path.unlink()
        raise ModelDamagedError(
            f"{entry.file} of {entry.repo} is not the file osai was made for (sha256 {digest[:12]}..., "
            f"expected {entry.sha256[:12]}...); it has been removed.",
            hint=f"Run `osai models pull {entry.name}` again, {_OWN_FILE}",
        )


def _explain(entry: Entry, error: Exception) -> ModelError:
    """Return what the error means to the person who pulls. The order is from the special to the general."""
    from huggingface_hub.errors import (
        EntryNotFoundError,
        GatedRepoError,
        HfHubHTTPError,
        LocalEntryNotFoundError,
        RepositoryNotFoundError,
    )

    what, again = f"Cannot fetch {entry.title} ({entry.repo}).", f"`osai models pull {entry.name}`"
    match error:
        case GatedRepoError():
            return ModelError(f"{what} The hub asks for a license to be accepted.", hint=_TOKEN)
        case LocalEntryNotFoundError():
            return _unreached(what, again, error)
        case RepositoryNotFoundError() | EntryNotFoundError():
            return ModelError(f"{what} The hub has no such file, or not for you.", hint=_TOKEN)
        case HfHubHTTPError() if error.response.status_code in _FORBIDDEN:
            return ModelError(f"{what} The hub does not let you have it.", hint=_TOKEN)
        case HfHubHTTPError():
            reason = f"The hub answered {error.response.status_code}."
            return ModelError(f"{what} {reason}", hint=f"Try again later: {again}, {_OWN_FILE}", retryable=True)
    return _disk(what, entry, error) or ModelError(
        f"{what} The connection broke: {' '.join(str(error).split())[:160] or type(error).__name__}",
        hint=f"Run {again} again.",
        retryable=True,
    )


def _disk(what: str, entry: Entry, error: Exception) -> ModelError | None:
    match error:
        case OSError(errno=errno.ENOSPC):
            room = f"{entry.bytes / 10**6:,.0f} MB are needed"
            return ModelError(f"{what} The disk is full: {room}.", hint="Free some, or set OSAI_DATA_DIR elsewhere.")
        case OSError(strerror=str(reason), filename=where) if where:
            return ModelError(f"{what} {where}: {reason}.", hint="Check who owns OSAI_DATA_DIR.")
    return None


def _unreached(what: str, again: str, error: Exception) -> ModelError:
    from huggingface_hub.errors import OfflineModeIsEnabled

    if isinstance(error.__cause__, OfflineModeIsEnabled):
        return ModelError(f"{what} HF_HUB_OFFLINE forbids it.", hint=f"Unset it and run {again}, {_OWN_FILE}")
    return ModelError(
        f"{what} The Hugging Face hub cannot be reached.",
        hint=f"Check the network and run {again} again, {_OWN_FILE}",
        retryable=True,
    )


def _bar(progress: Progress, task: str) -> Any:
    """Return a class of progress bar for the hub's library that draws nothing and tells `progress` the bytes."""
    from tqdm.auto import tqdm  # type: ignore[import-untyped]

    class Bar(tqdm):  # type: ignore[misc]
        def __init__(self, *args: Any, **options: Any) -> None:
            super().__init__(*args, **(options | {"file": io.StringIO(), "disable": False}))

        def display(self, *_: Any, **__: Any) -> None:
            progress(task, int(self.n), int(self.total or 0))

        def update_transfer(self, _: float) -> None:
            """Leave out the bytes on the wire: those on the disk are told."""

        def set_transfer_postfix_str(self, *_: Any, **__: Any) -> None:
            """Leave out the speed."""

    return Bar
