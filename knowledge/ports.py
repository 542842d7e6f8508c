"""What the knowledge asks of the outside."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray


class Embedder(Protocol):
    """Turns texts into unit vectors."""

    @property
    def fingerprint(self) -> str:
        """Name the weights, pooling and dimension: vectors of two fingerprints cannot be compared."""

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return an array of shape (len(texts), dimension), every row of length 1."""


class Progress(Protocol):
    """Is told how far a long task has come."""

    def __call__(self, task: str, done: int, total: int) -> None:
        """Report `done` of `total` units of the task named `task`."""


def silent(task: str, done: int, total: int) -> None:
    """Report nothing."""
