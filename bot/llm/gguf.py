"""Looks at a GGUF file before llama.cpp does, so that a wrong file is one clear error."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

import psutil

from bot.errors import ModelDamagedError, ModelMissingError, ModelTooLargeError

if TYPE_CHECKING:
    from pathlib import Path

_MAGIC = b"GGUF"
_VERSIONS = (2, 3)
_OVERHEAD = 1.15  # what llama.cpp takes beside the weights: KV cache of a small window, buffers
_GIB = 1024**3


def check_gguf(path: Path) -> None:
    """Raise ModelMissingError, ModelDamagedError or ModelTooLargeError where the file cannot be a model for us."""
    if not path.is_file():
        what = "is a directory" if path.is_dir() else "does not exist"
        raise ModelMissingError(f"{path} {what}.", hint="OSAI_MODEL takes a GGUF file or a name of `osai models list`.")
    try:
        with path.open("rb") as file:
            head = file.read(8)
    except OSError as error:
        raise ModelMissingError(f"{path} cannot be read: {error.strerror}.", hint="Check who owns it.") from error
    if head[:4] != _MAGIC:
        raise ModelDamagedError(f"{path} is not a GGUF file.", hint="`osai models list` names models that work.")
    if len(head) < 8 or struct.unpack("<I", head[4:])[0] not in _VERSIONS:  # noqa: PLR2004 - magic and version
        raise ModelDamagedError(f"{path} is a GGUF file of a version that llama.cpp does not read.", hint="Convert it.")
    _check_memory(path)


def _check_memory(path: Path) -> None:
    needed, free = int(path.stat().st_size * _OVERHEAD), psutil.virtual_memory().available
    if needed > free:
        raise ModelTooLargeError(
            f"{path.name} needs about {needed / _GIB:.1f} GiB of memory; {free / _GIB:.1f} GiB are free.",
            hint="Use a smaller model: `osai models list`.",
        )
