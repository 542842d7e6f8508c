"""A switch that llama.cpp looks at between two operations of a computation, and that any thread may throw.

llama.cpp asks a thousand times a token: too often for a Python function, which would take the interpreter's lock each
time and slow the work it is there to stop. So it is given one that is in every C library.
"""

from __future__ import annotations

import ctypes
from typing import Any


class AbortSwitch:
    """Keep it for as long as llama.cpp may look. `callback` has the given C type; `data` is what it is called with."""

    def __init__(self, callback_type: Any) -> None:
        self._text = ctypes.create_string_buffer(2)
        # strlen() has the right shape: it reads our text and returns 0, "go on", while that is empty.
        self._strlen = ctypes.CDLL(None).strlen
        self.callback = ctypes.cast(self._strlen, callback_type)
        self.data = ctypes.addressof(self._text)

    def throw(self) -> None:
        """Stop the computation that runs, and every later one."""
        self._text.value = b"!"

    def reset(self) -> None:
        """Let computations run."""
        self._text.value = b""
