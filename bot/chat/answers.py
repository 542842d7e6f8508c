"""Shows an answer as cards: its text with clickable markers, then its sources, whole and last. Pure.

A long text is split at the ends of sentences, one card a message. Nothing in it is read as markup, so no code fence and
no list can be cut in two; what documents say passes the safeguards of every text that goes out.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.chat.card import Card, Field
from bot.chat.markup import escaped, linked, shortened, web_address
from bot.chat.safety import safe
from knowledge.sentences import take_sentences

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from bot.answering.answer import Answer, Citation
    from bot.feedback import Cited

_TEXT = 3500  # characters of one card's text
_FIELD = 1000  # characters of source lines in one field
_TOTAL = 5500  # characters of a card, with room for its footer
_FIELDS = 20
_TITLE, _SECTION = 120, 80  # characters
_LINK = 400  # characters of an address; a longer one is shown by its title alone
_QUOTE = 900
_MARKER = re.compile(r"\[(\d{1,3})\]")
_COLORS = {"answered": 0x2E7D32, "abstained": 0x757575}
_NOT_ADVICE = "Not legal advice."
_NAMELESS = "\N{ZERO WIDTH SPACE}"


def waiting_card(position: int) -> Card:
    """Return what is shown to somebody whose turn has not come, or has just come."""
    if not position:
        return Card(description="Looking for sources ...", color=_COLORS["abstained"])
    return Card(description=f"Your question is number {position} in line.", color=_COLORS["abstained"])


def partial_card(pieces: Sequence[str]) -> Card:
    """Return what stands so far; only verified sentences come here."""
    return Card(description=shortened(_text(" ".join(pieces), ()), _TEXT), color=_COLORS["answered"])


def answer_cards(answer: Answer) -> tuple[Card, ...]:
    """Return the cards of a whole answer, one a message, its sources in the last ones."""
    color = _COLORS["abstained" if answer.abstained else "answered"]
    cards = [Card(description=_text(part, answer.citations), color=color) for part in _parts(answer.text)]
    fields = [Field(_NAMELESS, value) for value in _filled(map(_source_line, answer.citations))]
    while fields:
        room = _TOTAL - len(cards[-1].description)
        taken = [field for place, field in enumerate(fields) if place < _FIELDS and (room := room - _size(field)) >= 0]
        cards[-1] = Card(description=cards[-1].description, fields=_headed(taken), color=color)
        if fields := fields[len(taken) :]:
            cards.append(Card(color=color))
    last = cards[-1]
    cards[-1] = Card(description=last.description, fields=last.fields, footer=_footer(answer), color=color)
    return tuple(cards)


def quotes_card(citations: Sequence[Cited | Citation]) -> Card:
    """Return what each source says word for word, as far as it fits."""
    fields = tuple(
        Field(
            shortened(f"[{one.n}] {safe(one.title)}", 250),
            f"{_place(one)}> {escaped(safe(shortened(one.quote, _QUOTE - 100)))}"[:_QUOTE],
        )
        for one in citations
    )
    room = _TOTAL
    kept = [field for field in fields if (room := room - _size(field)) >= 0]
    more = len(fields) - len(kept)
    return Card(
        title="Sources", fields=tuple(kept[:25]), footer=f"and {more} more" if more else "", color=_COLORS["answered"]
    )


def _parts(text: str) -> list[str]:
    """Return a text in parts that fit a card, split at the ends of sentences where those are short enough."""
    done, rest = take_sentences(text)
    parts = [""]
    for sentence in filter(None, (*done, rest.strip())):
        for piece in _cut(sentence):
            if parts[-1] and len(parts[-1]) + len(piece) >= _TEXT // 2:  # markup can double what is shown
                parts.append(piece)
            else:
                parts[-1] = f"{parts[-1]} {piece}".strip()
    return parts


def _cut(sentence: str) -> Iterator[str]:
    most = _TEXT // 2
    while len(sentence) > most:
        end = sentence.rfind(" ", most // 2, most)
        end = end if end > 0 else most
        yield sentence[:end]
        sentence = sentence[end:].strip()
    yield sentence


def _text(text: str, citations: Sequence[Citation]) -> str:
    """Return a text as it is read on Discord, each marker leading to its source."""
    links = {str(one.n): web_address(one.url) for one in citations}
    shown, end = [], 0
    for marker in _MARKER.finditer(text):
        shown.append(escaped(safe(text[end : marker.start()])))
        url = links.get(marker[1], "")
        plain = f"\\[{marker[1]}\\]"
        room = url and sum(map(len, shown)) + len(url) < _TEXT
        shown.append(f"[{plain}]({_bare(url)})" if room and len(url) <= _LINK // 2 else plain)
        end = marker.end()
    return "".join((*shown, escaped(safe(text[end:]))))


def _source_line(citation: Citation) -> str:
    url = citation.url if len(citation.url) <= _LINK else ""
    section = citation.section if citation.section not in citation.title else ""
    place = f", {escaped(safe(shortened(section, _SECTION)))}" if section else ""
    return f"\\[{citation.n}\\] {linked(safe(shortened(citation.title, _TITLE)), url)}{place}"


def _place(citation: Cited | Citation) -> str:
    where = escaped(safe(shortened(citation.section, _SECTION)))
    return f"*{where}*\n" if where else ""


def _filled(lines: Iterable[str]) -> Iterator[str]:
    """Yield the lines joined into values that a field holds."""
    value = ""
    for line in lines:
        if value and len(value) + len(line) + 1 > _FIELD:
            yield value
            value = ""
        value = f"{value}\n{line}" if value else line
    if value:
        yield value


def _headed(fields: Sequence[Field]) -> tuple[Field, ...]:
    return tuple(Field("Sources" if not place else _NAMELESS, one.value) for place, one in enumerate(fields))


def _footer(answer: Answer) -> str:
    seconds = f"{answer.timings.total_ms / 1000:.1f} s"
    if answer.abstained:
        return seconds
    by = f"{answer.model}, checked against its sources" if answer.written_by == "model" else "Quoted from its sources"
    return f"{by} | {seconds} | {_NOT_ADVICE}"


def _size(field: Field) -> int:
    return len(field.name) + len(field.value)


def _bare(url: str) -> str:
    return url.replace("(", "%28").replace(")", "%29")
