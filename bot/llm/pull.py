"""Fetches a model of the catalogue: the default as an asset, the others from the Hugging Face hub."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from bot.errors import ModelError, UsageError
from bot.llm.gguf import check_gguf

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.llm.catalogue import Entry
    from knowledge.assets import Assets

_TOKEN = "Set HF_TOKEN to a token of an account that has accepted the license."  # noqa: S105 - advice, not a secret


def pull(entry: Entry, assets: Assets, models_dir: Path, acknowledge: Callable[[Entry], bool]) -> Path:
    """Return the model's file, fetched if need be; an interrupted download goes on where it stopped.

    `acknowledge` shows the license of a model that asks for it and returns whether the user accepts; without that,
    UsageError. ModelError says what stood in the way otherwise.
    """
    if entry.asset:
        return assets.path(entry.asset)
    if entry.acknowledge and not acknowledge(entry):
        raise UsageError(f"{entry.title} is only for those who accept the {entry.license}.", hint=entry.license_url)
    path = _download(entry, models_dir)
    check_gguf(path)
    return path


def _download(entry: Entry, models_dir: Path) -> Path:
    import httpx
    from huggingface_hub import hf_hub_download
    from huggingface_hub.errors import (
        EntryNotFoundError,
        GatedRepoError,
        HfHubHTTPError,
        LocalEntryNotFoundError,
        RepositoryNotFoundError,
    )

    what = f"Cannot fetch {entry.title} ({entry.repo})."
    try:
        return Path(hf_hub_download(entry.repo, entry.file, local_dir=models_dir))
    except GatedRepoError as error:
        raise ModelError(f"{what} The hub asks for a license to be accepted.", hint=_TOKEN) from error
    except LocalEntryNotFoundError as error:
        raise ModelError(
            f"{what} The Hugging Face hub cannot be reached.",
            hint="Check the network and run it again, or set OSAI_MODEL to a GGUF file that you have.",
            retryable=True,
        ) from error
    except (RepositoryNotFoundError, EntryNotFoundError) as error:
        raise ModelError(f"{what} The hub has no such file, or not for you.", hint=_TOKEN) from error
    except (HfHubHTTPError, httpx.HTTPError) as error:
        reason = " ".join(str(error).split())[:160]
        raise ModelError(
            f"{what} {reason}", hint="Run it again; it goes on where it stopped.", retryable=True
        ) from error
    except OSError as error:
        raise ModelError(f"{what} {error.strerror or error}.", hint=f"{entry.bytes // 10**6} MB are needed.") from error
