"""A card: what becomes an embed, as plain values that keep every limit of Discord's. Knows no Discord."""

from __future__ import annotations

from dataclasses import dataclass, replace

TITLE, DESCRIPTION, FOOTER, NAME, VALUE, FIELDS, TOTAL = 256, 4096, 2048, 256, 1024, 25, 6000
_NOTHING = "\N{ZERO WIDTH SPACE}"  # Discord takes no empty field
_CUT = "\N{HORIZONTAL ELLIPSIS}"


@dataclass(frozen=True, slots=True)
class Field:
    """A name with a value below it; inline ones stand beside each other where there is room."""

    name: str
    value: str
    inline: bool = False


@dataclass(frozen=True, slots=True)
class Card:
    """One embed. `color` is 0xRRGGBB, None for none; `url` is where the title leads."""

    title: str = ""
    description: str = ""
    url: str = ""
    fields: tuple[Field, ...] = ()
    footer: str = ""
    color: int | None = None


def fitted(card: Card) -> Card:
    """Return the card within every limit: parts are cut, then the description gives way, then the last fields."""
    card = replace(
        card,
        title=_cut(card.title, TITLE),
        description=_cut(card.description, DESCRIPTION),
        fields=tuple(map(_fitted, card.fields[:FIELDS])),
        footer=_cut(card.footer, FOOTER),
    )
    if (over := _size(card) - TOTAL) > 0:
        card = replace(card, description=_cut(card.description, max(len(card.description) - over, 0)))
    while card.fields and _size(card) > TOTAL:
        card = replace(card, fields=card.fields[:-1])
    return card


def _fitted(field: Field) -> Field:
    name, value = (part if part.strip() else _NOTHING for part in (field.name, field.value))
    return replace(field, name=_cut(name, NAME), value=_cut(value, VALUE))


def _size(card: Card) -> int:
    texts = sum(len(one.name) + len(one.value) for one in card.fields)
    return len(card.title) + len(card.description) + len(card.footer) + texts


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: max(most - 1, 0)] + _CUT[:most]
