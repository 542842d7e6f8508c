"""What a look-up answers with, before it is Discord's: a card, what may be pressed or picked next, and a file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.chat.asks import Ask
    from bot.chat.card import Card


@dataclass(frozen=True, slots=True)
class Offer:
    """A button, or a line to pick: what is read, and what it asks."""

    label: str
    ask: Ask


@dataclass(frozen=True, slots=True)
class Reply:
    """What answers an ask: `picks` are records to choose from; `private` is for the asker's eyes alone."""

    card: Card
    buttons: tuple[Offer, ...] = ()
    picks: tuple[Offer, ...] = ()
    private: bool = False
    file_name: str = ""
    file_text: str = ""
