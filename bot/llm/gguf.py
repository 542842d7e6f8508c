"""Reads the header of a GGUF file before llama.cpp does, so that a wrong file is one clear error.

llama.cpp ends the process over some broken files, and is silent about a window that does not fit the memory. Reads no
weights, and refuses what it does not understand.
"""

from __future__ import annotations

import mmap
import struct
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import psutil

from bot.errors import ModelDamagedError, ModelMissingError, ModelTooLargeError

if TYPE_CHECKING:
    from pathlib import Path

_MAGIC = b"GGUF"
_VERSIONS = (2, 3)
_SCALARS = {0: "B", 1: "b", 2: "H", 3: "h", 4: "I", 5: "i", 6: "f", 7: "?", 10: "Q", 11: "q", 12: "d"}
_TEXT, _LIST = 8, 9
# Bytes a block of so many weights, by ggml's number of the type; a test holds them against ggml itself.
_BLOCK_BYTES = {
    1: {0: 4, 1: 2, 24: 1, 25: 2, 26: 4, 27: 8, 28: 8, 30: 2},
    32: {2: 18, 3: 20, 6: 22, 7: 24, 8: 34, 9: 36, 20: 18, 39: 17},
    256: {10: 84, 11: 110, 12: 144, 13: 176, 14: 210, 15: 292, 16: 66, 17: 74, 18: 98, 19: 50, 21: 110, 22: 82}
    | {23: 136, 29: 56, 34: 54, 35: 66},
}
BLOCKS = {kind: (block, size) for block, sizes in _BLOCK_BYTES.items() for kind, size in sizes.items()}
_UNKNOWN = (1, 0)  # a type newer than this table: only where its weights begin can be checked
_BATCH = 512  # tokens evaluated at once, which the working memory grows with
_GIB = 1024**3


@dataclass(slots=True)
class Header:
    """What a file says of its model: metadata by key, lists by their length; `weights` counts, sizes are in bytes."""

    metadata: dict[str, str | int | float | bool] = field(default_factory=dict)
    lengths: dict[str, int] = field(default_factory=dict)
    weights: int = 0
    bytes: int = 0

    def text(self, key: str, otherwise: str) -> str:
        """Return a text of the metadata."""
        found = self.metadata.get(key)
        return found if isinstance(found, str) and found.strip() else otherwise

    def number(self, key: str, otherwise: int) -> int:
        """Return a whole number of the architecture's own metadata."""
        found = self.metadata.get(f"{self.metadata.get('general.architecture')}.{key}")
        return found if isinstance(found, int) else otherwise

    def memory(self, context_tokens: int) -> int:
        """Return about how many bytes llama.cpp takes: weights, KV cache in 16 bits, and the buffers of one batch."""
        heads = self.number("attention.head_count", 1)
        width = self.number("embedding_length", 0) // max(1, heads)
        keys, values = self.number("attention.key_length", width), self.number("attention.value_length", width)
        kept = self.number("block_count", 0) * self.number("attention.head_count_kv", heads) * (keys + values) * 2
        widest = max(self.lengths.get("tokenizer.ggml.tokens", 0), heads * context_tokens)
        return self.bytes + context_tokens * kept + int(1.15 * 4 * _BATCH * widest)


def read_header(path: Path) -> Header:
    """Return the header; ModelMissingError or ModelDamagedError where the file cannot be a model that writes."""
    if not path.is_file():
        what = "is a directory" if path.is_dir() else "does not exist"
        raise ModelMissingError(f"{path} {what}.", hint="OSAI_MODEL takes a GGUF file or a name of `osai models list`.")
    try:
        with path.open("rb") as file:
            _check_start(path, file.read(8))
            with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
                header = _parse(data)
    except OSError as error:
        raise ModelMissingError(f"{path} cannot be read: {error.strerror}.", hint="Check who owns it.") from error
    except (struct.error, ValueError, OverflowError, MemoryError) as error:
        raise _damaged(path, "its header ends early or makes no sense") from error
    _check_whole(path, header)
    return header


def check_memory(path: Path, header: Header, context_tokens: int) -> None:
    """Raise ModelTooLargeError where the model and its window need more memory than is free."""
    needed, free = header.memory(context_tokens), psutil.virtual_memory().available
    if needed > free:
        raise ModelTooLargeError(
            f"{path.name} with a window of {context_tokens} tokens needs about {needed / _GIB:.1f} GiB of memory; "
            f"{free / _GIB:.1f} GiB are free.",
            hint="Use a smaller model (`osai models list`) or lower OSAI_CONTEXT_TOKENS.",
        )


def _check_start(path: Path, start: bytes) -> None:
    if start[:4] != _MAGIC:
        raise ModelDamagedError(f"{path} is not a GGUF file.", hint="`osai models list` names models that work.")
    if len(start) == 8 and struct.unpack("<I", start[4:])[0] not in _VERSIONS:  # noqa: PLR2004 - magic and version
        raise ModelDamagedError(f"{path} is a GGUF file of a version that llama.cpp does not read.", hint="Convert it.")


def _check_whole(path: Path, header: Header) -> None:
    """Raise ModelDamagedError where weights are missing, or the model is not one that writes text."""
    size = path.stat().st_size
    if header.bytes > size:
        raise _damaged(path, f"it ends after {size:,} of {header.bytes:,} bytes")
    if not header.weights or "general.architecture" not in header.metadata:
        raise _damaged(path, "it holds no model")
    causal = header.metadata.get(f"{header.metadata['general.architecture']}.attention.causal", True)
    if not causal or "tokenizer.ggml.model" not in header.metadata:
        raise ModelDamagedError(f"{path} is not a model that writes text.", hint="`osai models list` names some.")


def _damaged(path: Path, how: str) -> ModelDamagedError:
    return ModelDamagedError(f"{path} is damaged: {how}.", hint="Fetch it again: `osai models pull NAME`.")


def _parse(data: mmap.mmap) -> Header:
    """Return the header; struct.error or ValueError where it cannot be one. Little-endian, as the format has it."""
    header, cursor = Header(), _Cursor(data, len(_MAGIC) + 4)
    tensors, pairs = cursor.number("Q"), cursor.number("Q")
    for _ in range(pairs):
        key = cursor.text()
        kind = cursor.number("I")
        if kind == _LIST:
            header.lengths[key] = cursor.skip_list()
        else:
            header.metadata[key] = cursor.value(kind)
    ends = [_tensor(cursor, header) for _ in range(tensors)]
    alignment = header.metadata.get("general.alignment", 32)
    if not isinstance(alignment, int) or alignment < 1:
        raise ValueError("alignment")
    header.bytes = -(-cursor.at // alignment) * alignment + max(ends, default=0)
    return header


def _tensor(cursor: _Cursor, header: Header) -> int:
    """Count a tensor's weights, and return where it ends, from where all weights begin."""
    cursor.text()
    weights = 1
    for _ in range(cursor.number("I")):
        weights *= cursor.number("Q")
    block, size = BLOCKS.get(cursor.number("I"), _UNKNOWN)
    header.weights += weights
    return cursor.number("Q") + weights // block * size


class _Cursor:
    """A place in the file that moves on with each reading; struct.error beyond the end."""

    def __init__(self, data: mmap.mmap, at: int) -> None:
        self._data, self.at = data, at

    def number(self, code: str) -> int:
        (number,) = struct.unpack_from(f"<{code}", self._data, self.at)
        self.at += struct.calcsize(code)
        return number  # type: ignore[no-any-return] # a float or a bool where the code says so

    def text(self) -> str:
        length = self.number("Q")
        self._move(length)
        return self._data[self.at - length : self.at].decode("utf-8", "replace")

    def value(self, kind: int) -> str | int:
        if kind == _TEXT:
            return self.text()
        if kind not in _SCALARS:
            raise ValueError("kind of value")
        return self.number(_SCALARS[kind])

    def skip_list(self) -> int:
        """Pass over a list and return its length. Lists of lists are in no file that llama.cpp reads."""
        kind, length = self.number("I"), self.number("Q")
        if kind == _TEXT:
            read, data, at = struct.Struct("<Q").unpack_from, self._data, self.at
            for _ in range(length):
                at += 8 + read(data, at)[0]  # a vocabulary has 300,000 of these
            self.at = at
        elif kind in _SCALARS:
            self._move(length * struct.calcsize(_SCALARS[kind]))
        else:
            raise ValueError("kind of list")
        return length

    def _move(self, count: int) -> None:
        self.at += count
        if self.at > len(self._data):
            raise struct.error("beyond the end")
