"""Completes names while they are typed: every typed word begins a word of the name, or is a typo of one.

Numbers are never mended: "gpl 3" completes to versions that begin with 3. Refuses to know what a finished name stands
for; that is knowledge.names.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

from knowledge.names import canonical

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

_LONGEST = 100  # characters of the typed text that are looked at
_WORDS = 8  # typed words that are looked at
_MENDED = 4  # letters of the shortest word in which a typo is looked for although other words begin with it
_SHORTEST = 3  # letters of the shortest word in which a typo is looked for at all
_LONG = 8  # letters from which on two typos are forgiven
_FEW = 5  # found names; with fewer, what only looks alike is offered behind them
_ALIKE = 75.0  # of 100; a name less like the typed one is not offered
_EXACT, _BEGUN, _TYPO = 0, 1, 20  # what a typed word costs; one typo is dearer than eight words half typed


@dataclass(frozen=True, slots=True)
class Entry:
    """Something that has names; of equally good matches the one with the higher `weight` comes first."""

    value: str
    names: tuple[str, ...]
    weight: float = 0.0


@dataclass(frozen=True, slots=True)
class _Form:
    """One name of an entry, as canonical words."""

    entry: int
    words: tuple[str, ...]


class Completion:
    """Entries, indexed once by the words of their names."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self._entries = tuple(entries)
        forms = {
            _Form(number, tuple(form.split())): None
            for number, entry in enumerate(self._entries)
            for form in map(canonical, entry.names)
            if form
        }
        self._forms = tuple(forms)
        self._glued = ["".join(form.words) for form in self._forms]
        self._holders: dict[str, set[int]] = defaultdict(set)
        for place, form in enumerate(self._forms):
            for word in form.words:
                self._holders[word].add(place)
        self._words = sorted(self._holders)
        self._beginnings: dict[int, list[str]] = {}
        ranked = sorted(self._entries, key=lambda entry: entry.weight, reverse=True)
        self._best = [entry.value for entry in ranked]

    def near(self, text: str, most: int) -> list[str]:
        """Return the values of at most `most` entries that the text may be meant to become, best first."""
        typed = list(dict.fromkeys(canonical(text[:_LONGEST]).split()))[:_WORDS]
        if not typed:
            return self._best[:most]
        found = self._completed(typed)[:most]
        if len(found) < _FEW:
            found = list(dict.fromkeys((*found, *self._alike(typed, most))))[:most]
        return [self._entries[one].value for one in found]

    def _completed(self, typed: Sequence[str]) -> list[int]:
        """Return the entries with a name that has all typed words, best first."""
        costs = [self._costs(word) for word in typed]
        best: dict[int, tuple[float, ...]] = {}
        for place in set.intersection(*(set(cost) for cost in costs)):
            form = self._forms[place]
            rank = self._rank(form, typed, sum(cost[place] for cost in costs))
            if form.entry not in best or rank < best[form.entry]:
                best[form.entry] = rank
        return sorted(best, key=lambda one: best[one])

    def _rank(self, form: _Form, typed: Sequence[str], cost: int) -> tuple[float, ...]:
        """Return what orders matches: the whole name, few typos, its beginning, what is known best, a short name."""
        whole = cost == 0 and len(form.words) == len(typed)
        begins = cost >= _TYPO or form.words[0].startswith(typed[0])
        weight = self._entries[form.entry].weight
        return (not whole, cost // _TYPO, not begins, -weight, cost, len(form.words), form.entry)

    def _costs(self, word: str) -> dict[int, int]:
        """Return the names that have the word, or one that it begins or mistypes, with what the difference costs."""
        found: dict[int, int] = {}
        for other, cost in self._readings(word):
            for place in self._holders[other]:
                if cost < found.get(place, cost + 1):
                    found[place] = cost
        return found

    def _readings(self, word: str) -> Iterator[tuple[str, int]]:
        begun = list(self._begun(word))
        yield from ((other, _EXACT if other == word else _BEGUN) for other in begun)
        known = word in self._holders
        if not known and len(word) >= (_MENDED if begun else _SHORTEST) and not word[0].isdigit():
            yield from self._mistyped(word)

    def _begun(self, word: str) -> Iterator[str]:
        for place in range(bisect_left(self._words, word), len(self._words)):
            if not self._words[place].startswith(word):
                return
            yield self._words[place]

    def _mistyped(self, word: str) -> Iterator[tuple[str, int]]:
        """Yield the words that this is with a typo or two, whole or as far as it is typed, and what that costs."""
        most = 1 if len(word) < _LONG else 2
        if len(word) not in self._beginnings:
            self._beginnings[len(word)] = [other[: len(word)] for other in self._words]
        for others in (self._words, self._beginnings[len(word)]):
            for _, typos, place in process.extract(word, others, scorer=OSA.distance, score_cutoff=most, limit=None):
                other = self._words[place]
                if typos and not other[0].isdigit():
                    yield other, _TYPO * int(typos)

    def _alike(self, typed: Sequence[str], most: int) -> Iterator[int]:
        """Yield the entries whose names look most like the typed text, spaces aside."""
        found = process.extract("".join(typed), self._glued, scorer=fuzz.ratio, score_cutoff=_ALIKE, limit=2 * most)
        return (self._forms[place].entry for _, _, place in found)
