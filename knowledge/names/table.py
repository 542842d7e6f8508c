"""One table of names: forms to subjects, families to members, typos to the nearest form."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

from knowledge.names.forms import CONCEPTS, canonical, letters, numbers, reduced

if TYPE_CHECKING:
    from collections.abc import Iterable

CLOSE = 88.0  # of 100; below, a typo is not told from another name
_SIX, _ONE_OF_SIX = 6, 83.0  # of six letters and more one may be wrong: "falcom"
_EQUAL = 2.0  # two names this near to a typo are equally near
_REDUCED = 10  # ranks that a name without its noise stands behind any full name
_SHORTEST = 4  # letters; of three letters, one wrong makes another name


class NameTable:
    """The names of one kind of record. Names of an earlier rank hide the same names of a later one."""

    def __init__(self) -> None:
        self._forms: dict[str, tuple[int, list[str]]] = {}
        self._families: dict[str, list[str]] = defaultdict(list)
        self._by_numbers: dict[tuple[str, ...], dict[str, str]] | None = None

    def add(self, subject: str, names: Iterable[str], rank: int = 0) -> None:
        """Let the names stand for the subject, unless an earlier rank has them."""
        for name in names:
            form = canonical(name)
            self._put(form, subject, rank)
            self._put(reduced(form), subject, rank + _REDUCED)

    def add_member(self, family: str, subject: str) -> None:
        """Count the subject to a family, whose name is a canonical form."""
        if family and family not in CONCEPTS and subject not in self._families[family]:
            self._families[family].append(subject)

    def exact(self, form: str) -> tuple[str, ...]:
        """Return the subjects of a form."""
        return tuple(self._forms[form][1]) if form in self._forms else ()

    def forms(self) -> Iterable[str]:
        """Return every form."""
        return self._forms

    def family(self, form: str) -> tuple[str, ...]:
        """Return the members of a family."""
        return tuple(self._families.get(form, ()))

    def near(self, form: str) -> tuple[str, ...]:
        """Return the subjects of the nearest form with the very same numbers, if a typo explains the rest."""
        typed = letters(form)
        if len(typed) < _SHORTEST:
            return ()
        candidates = self._lettered().get(numbers(form), {})
        found = process.extract(typed, candidates, scorer=fuzz.ratio, score_cutoff=_ONE_OF_SIX, limit=4)
        alike = [
            (match[0], match[1], match[2])
            for match in found
            if (match[1] >= CLOSE or (len(typed) >= _SIX and OSA.distance(typed, match[0]) == 1))
            and _alike(reduced(form), reduced(match[2]))
        ]
        near = [match[2] for match in alike if match[1] > alike[0][1] - _EQUAL]
        return tuple(dict.fromkeys(subject for one in near for subject in self._forms[one][1]))

    def _put(self, form: str, subject: str, rank: int) -> None:
        if not form or form in CONCEPTS:
            return
        held, subjects = self._forms.get(form, (rank + 1, []))
        if rank < held:
            self._forms[form] = (rank, [subject])
        elif rank == held and subject not in subjects:
            subjects.append(subject)

    def _lettered(self) -> dict[tuple[str, ...], dict[str, str]]:
        """Return the letters of every form by its numbers, made when the first typo asks for them."""
        if self._by_numbers is None:
            self._by_numbers = defaultdict(dict)
            for form in self._forms:
                self._by_numbers[numbers(form)][form] = letters(form)
        return self._by_numbers


def _alike(typed: str, form: str) -> bool:
    """Return whether every word may be a typo of its counterpart."""
    if len(typed.split()) != len(form.split()):
        return True  # a space too many or too few: only the letters can be compared
    return all(map(_may_be_typo, typed.split(), form.split()))


def _may_be_typo(one: str, other: str) -> bool:
    """Return whether a word is another mistyped; of a short one only a letter too few or too many: "nasa", "ncsa"."""
    if one == other or min(len(one), len(other)) > _SHORTEST:
        return True
    return len(one) != len(other) and min(len(one), len(other)) == _SHORTEST and OSA.distance(one, other) == 1
