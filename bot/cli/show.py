"""Shows an answer to a person: the text as it comes to stand, then each source with its section, quote and address."""

from __future__ import annotations

import sys
import textwrap
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.answering.answer import Answer, Citation

_WIDTH = 100
_QUOTE = 320  # characters of a quote on a terminal; --json has it whole


def stream_text() -> Callable[[str], None]:
    """Return a listener that writes each piece of an answer to stdout as it comes."""
    first = True

    def show(text: str) -> None:
        nonlocal first
        sys.stdout.write(text if first else f" {text}")
        sys.stdout.flush()
        first = False

    return show


def show_sources(answer: Answer) -> None:
    """Write the sources under an answer, and who wrote it in how long."""
    print()
    if answer.citations:
        print("\nSources")
    for citation in answer.citations:
        _show_source(citation)
    if not answer.abstained:
        by_model = answer.written_by == "model"
        writer = f"Written by {answer.model}, checked against its sources" if by_model else "Quoted from its sources"
        print(f"\n{_dim(f'{writer}; {answer.timings.total_ms / 1000:.1f} s. Not legal advice.')}")


def _show_source(citation: Citation) -> None:
    place = f", {citation.section}" if citation.section and citation.section not in citation.title else ""
    print(f" [{citation.n}] {citation.title}{place}")
    quote = textwrap.shorten(citation.quote, _QUOTE, placeholder=" ...")
    print(textwrap.fill(f"“{quote}”", _WIDTH, initial_indent="     ", subsequent_indent="     "))
    if citation.url:
        print(f"     {_link(citation.url)}")


def _link(url: str) -> str:
    """Return the address, clickable on a terminal (OSC 8)."""
    return f"\033]8;;{url}\033\\{url}\033]8;;\033\\" if sys.stdout.isatty() else url


def _dim(text: str) -> str:
    return f"\033[2m{text}\033[0m" if sys.stdout.isatty() else text
