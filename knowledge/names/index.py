"""Finds the record that a typed name stands for, over three tables: licenses with terms, models, all other licenses.

What is known best is asked first; the table of all other licenses is made when a name is in neither of the others.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any, Literal

from rapidfuzz import fuzz, process

from knowledge.errors import NotFoundError
from knowledge.names.forms import (
    CONCEPTS,
    canonical,
    license_names,
    model_names,
    numbers,
    reduced,
    shorter,
    unversioned,
)
from knowledge.names.mentions import find_mentions
from knowledge.names.table import NameTable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from knowledge.licenses.catalogue import LicenseCatalogue
    from knowledge.models.catalogue import ModelCatalogue
    from knowledge.names.mentions import Mention

Kind = Literal["license", "model"]

_LONGEST = 200  # characters of a typed name that are looked at
_ALIKE = 60.0  # of 100; a name less like the typed one is not worth showing
_BEGINNING = 2  # letters; a typo in the first two hides a name from the nearest, not from what is found
_REMEMBERED = 16_384  # texts whose names are kept: every bundled statement fits
_SHORTEST_PLURAL = 5  # letters
_FEWEST = 2  # words of a shortened name
_FEW = 4  # licenses that one may stand for
_WORDS = 8  # of a typed name that are looked at for near names
_SCANCODE_ID = re.compile(r"LicenseRef-scancode-(.+)", re.IGNORECASE)
_LICENSE = re.compile(r"\blicen[cs]e", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Resolution:
    """What a typed name stands for. "ambiguous" has a family's members, newest first; "unknown" only `nearest`."""

    kind: Literal["exact", "fuzzy", "ambiguous", "unknown"]
    subjects: tuple[str, ...]
    nearest: tuple[str, ...] = ()


class NameIndex:
    """Every name of every record, in one canonical form."""

    def __init__(self, licenses: LicenseCatalogue, models: ModelCatalogue) -> None:
        self._licenses, self._models = licenses, models
        # The same statements are weighed for question after question, and finding their names takes milliseconds each.
        self._remembered = lru_cache(maxsize=_REMEMBERED)(self._find_subjects)
        self._known: dict[Kind, NameTable] = {"license": NameTable(), "model": NameTable()}
        self._display: dict[str, str] = {}
        self._forms: dict[str, list[str]] = defaultdict(list)  # of each name of a record
        for license_ in licenses.all():
            subject = f"license:{license_.key}"
            self._display[subject] = license_.name
            names = tuple(license_names(license_))
            self._known["license"].add(subject, names)
            self._known["license"].add_member(canonical(license_.family), subject)
            self._forms[subject] += map(canonical, names)
        for model in models.all():
            subject = f"model:{model.key}"
            self._display[subject] = model.name
            names = tuple(model_names(model))
            self._known["model"].add(subject, names)
            self._known["model"].add_member(canonical(model.family), subject)
            self._forms[subject] += map(canonical, names)

    def display(self, subject: str) -> str:
        """Return the name of a subject as people read it."""
        key = subject.partition(":")[2]
        if subject not in self._display and subject.startswith("license:") and key in self._licenses:
            return self._licenses.get(key).name
        return self._display.get(subject, key)

    def has(self, subject: str) -> bool:
        """Return whether there is a record of the subject with terms or facts of its own."""
        return subject in self._display

    def released(self, subject: str) -> str:
        """Return when what the subject names came out, as far as known: a year, a month or a day in ISO form."""
        kind, _, key = subject.partition(":")
        return (self._licenses.get(key) if kind == "license" else self._models.get(key)).released

    def resolve(self, name: str, prefer: Kind = "model") -> Resolution:
        """Return what the name stands for; with `prefer` "license", a model's name leads to its license."""
        form = canonical(name[:_LONGEST])
        if reduced(form) in CONCEPTS | {""}:
            return Resolution("unknown", ())
        if (scancode := _SCANCODE_ID.fullmatch(name.strip())) and scancode[1].lower() in self._licenses:
            return Resolution("exact", (f"license:{scancode[1].lower()}",))
        license_asked = prefer == "license" or bool(_LICENSE.search(name[:_LONGEST]))
        for kind, subjects, fuzzy in self._candidates(form, license_asked=license_asked):
            if license_asked and kind == "model":
                subjects = self.licenses_of(subjects)  # noqa: PLW2901 - a model's name asks for its license here
            if subjects:
                single: Literal["exact", "fuzzy"] = "fuzzy" if fuzzy else "exact"
                return Resolution(single if len(subjects) == 1 else "ambiguous", self.newest_first(subjects))
        return Resolution("unknown", (), self._nearest(name))

    def resolve_one(self, name: str, kind: Kind) -> str:
        """Return the key of the one record of this kind; NotFoundError with the nearest names otherwise."""
        found = self.resolve(name, kind)
        subjects = [one for one in found.subjects if one.startswith(f"{kind}:")]
        if found.kind in ("exact", "fuzzy") and len(subjects) == 1:
            return subjects[0].partition(":")[2]
        shown = " ".join(name.split())[:60]
        if len(subjects) > 1:
            members = tuple(self.display(one) for one in subjects)
            newest = f"{members[0]} (newest)" if self.has_newest(subjects) else members[0]
            raise NotFoundError(f"{shown!r} may be any of: {'; '.join((newest, *members[1:]))}.", nearest=members)
        nearest = found.nearest or self._nearest(name)
        hint = f"Nearest: {', '.join(nearest)}." if nearest else ""
        raise NotFoundError(f"No {kind} is named {shown!r}.", nearest=nearest, hint=hint)

    def subjects_in(self, text: str) -> frozenset[str]:
        """Return what a text names: single subjects, and unknown names as they stand; a family's name is neither."""
        return self._remembered(text)

    def _find_subjects(self, text: str) -> frozenset[str]:
        mentions = self.mentions(text)
        known = {mention.subjects[0] for mention in mentions if len(mention.subjects) == 1}
        return frozenset(known | {mention.text.lower() for mention in mentions if not mention.known})

    def mentions(self, text: str) -> tuple[Mention, ...]:
        """Return the names in a text, left to right, the longest first, none overlapping."""
        return find_mentions(text, self)

    def named(self, form: str, *, license_follows: bool, spelled_out: bool, whole: bool) -> tuple[str, ...]:
        """Return the subjects of a form in running text, newest first; of the `whole` form, or also without its noise.

        `spelled_out` says that the text shows it to be a name; only then is it looked up among all licenses, whose
        names are ordinary words in places ("Ruby", "Glide").
        """
        order: tuple[Kind, ...] = ("license", "model") if license_follows else ("model", "license")
        forms = (form,) if whole else tuple(dict.fromkeys((form, reduced(form))))
        for table in (NameTable.exact, NameTable.family):
            for kind in order:
                for one in forms:
                    if subjects := table(self._known[kind], one):
                        return self.newest_first(subjects)
                if table is NameTable.family and (subjects := table(self._known[kind], _singular(form))):
                    return self.newest_first(subjects)
            if spelled_out and (found := table(self._all, form)):
                return self.newest_first(found)
        return ()

    def of_version(self, form: str, members: Iterable[str]) -> tuple[str, ...]:
        """Return those members of a family with a name that has all words of the form, and begins with its version."""
        words, version = set(form.split()), numbers(form)
        return tuple(
            one
            for one in members
            if any(words <= set(own.split()) and numbers(own)[: len(version)] == version for own in self._forms[one])
        )

    def mistyped(self, form: str, *, license_follows: bool) -> tuple[str, ...]:
        """Return the subjects of the known form that a typo in letters explains, newest first."""
        order: tuple[Kind, ...] = ("license", "model") if license_follows else ("model", "license")
        for kind in order:
            if subjects := self._known[kind].near(form):
                return self.newest_first(subjects)
        return ()

    def spelled_out(self, name: str) -> tuple[str, ...]:
        """Return the licenses that a whole name stands for."""
        return tuple(one for one in self.resolve(name, "license").subjects if one.startswith("license:"))

    def with_words(self, name: str) -> tuple[str, ...]:
        """Return the licenses with terms whose names have all words of a shortened one: "the Fair AI license"."""
        words = set(reduced(canonical(name)).split())
        found = [
            one
            for one, forms in self._forms.items()
            if one.startswith("license:") and any(words <= set(form.split()) for form in forms)
        ]
        return self.newest_first(found) if len(words) >= _FEWEST and len(found) <= _FEW else ()

    def has_word(self, word: str) -> bool:
        """Return whether the word is in any name."""
        return word.lower() in self._words

    def licenses_of(self, subjects: Iterable[str]) -> tuple[str, ...]:
        """Return the licenses that models are under."""
        models = [self._models.get(subject.partition(":")[2]) for subject in self.newest_first(subjects)]
        keys = dict.fromkeys(key for model in models for key in model.license_keys if key in self._licenses)
        return tuple(f"license:{key}" for key in keys)

    def newest_first(self, subjects: Iterable[str]) -> tuple[str, ...]:
        """Return the subjects by release, or by version where a release is not known, newest first."""
        found = tuple(subjects)
        return tuple(sorted(found, key=self._age(found), reverse=True))

    def has_newest(self, subjects: Sequence[str]) -> bool:
        """Return whether the first of ordered subjects is known to be newer than the second."""
        age = self._age(subjects)
        return len(subjects) > 1 and age(subjects[0]) > age(subjects[1])

    def _age(self, subjects: Iterable[str]) -> Callable[[str], Any]:
        return self.released if all(map(self.released, subjects)) else _version

    def _candidates(self, form: str, *, license_asked: bool) -> Iterator[tuple[Kind, tuple[str, ...], bool]]:
        """Yield what the form may stand for, best first: kind, subjects, and whether a typo had to be forgiven."""
        order: tuple[Kind, ...] = ("license", "model") if license_asked else ("model", "license")
        yield from (("license", subjects, False) for subjects in [self._in_full(form)] if subjects)
        yield from ((kind, _first(self._known[kind], shorter(form)), False) for kind in order)
        yield from ((kind, self._members(kind, reduced(form)), False) for kind in order)
        yield "license", _first(self._all, shorter(form)), False
        yield "license", self._all.family(reduced(form)), False
        yield from ((kind, self._known[kind].near(form), True) for kind in order)
        yield "license", self._all.near(form), True

    def _members(self, kind: Kind, form: str) -> tuple[str, ...]:
        """Return the members of a known family; of licenses, with the versions whose terms are not known here."""
        members = self._known[kind].family(form)
        others = self._all.family(form) if members and kind == "license" else ()
        return tuple(dict.fromkeys((*members, *others)))

    def _in_full(self, form: str) -> tuple[str, ...]:
        """Return the license that has the very form as its name, where a known one only has it shortened.

        "GPL-1.0-or-later" is a license of its own; "GPL-3.0-or-later" is known as a name of the GPL 3, and "nvidia
        license" as that of a family.
        """
        known, short = self._known["license"], reduced(form)
        if form == short or known.exact(form) or (" " not in short and known.family(short)):
            return ()
        return self._all.exact(form)

    @cached_property
    def _all(self) -> NameTable:
        """Return the names of every license of the ScanCode data; a known one keeps its record."""
        table, known = NameTable(), self._licenses.known
        named = {key: row for key, row in self._licenses.listing.items() if row["kind"] != "generic"}
        for key, row in named.items():
            stands_for = row["replaced_by"] if row["replaced_by"] in named else key
            for rank, names in enumerate(_listed_names(row)):
                table.add(f"license:{known(stands_for)}", names, rank)
            if not row["replaced_by"] and not row["kind"]:
                _add_versions(table, known(key), (key, row["spdx_id"], row["name"], row["short_name"]))
        for license_ in self._licenses.all():
            _add_versions(table, license_.key, (license_.key, license_.spdx_id, license_.name))
        return table

    @cached_property
    def _words(self) -> frozenset[str]:
        tables = (*self._known.values(), self._all)
        return frozenset(word for table in tables for form in table.forms() for word in form.split())

    @cached_property
    def _shown(self) -> dict[str, dict[str, str]]:
        """Return every name that may be shown as near, by the beginnings of its words: most are not worth comparing."""
        found: dict[str, dict[str, str]] = defaultdict(dict)
        for name in (*self._display.values(), *(row["name"] for row in self._licenses.listing.values())):
            form = reduced(canonical(name))
            for word in form.split():
                found[word[:_BEGINNING]][name] = form
        return found

    def _nearest(self, name: str) -> tuple[str, ...]:
        typed = reduced(canonical(name[:_LONGEST]))
        words = [word for word in typed.split() if not word[0].isdigit()][:_WORDS]
        worth = {shown: form for word in words for shown, form in self._shown.get(word[:_BEGINNING], {}).items()}
        found = process.extract(typed, worth, scorer=fuzz.WRatio, processor=None, limit=3, score_cutoff=_ALIKE)
        return tuple(match[2] for match in found)


def _listed_names(row: Mapping[str, str]) -> tuple[tuple[str, ...], ...]:
    """Return the names of a listed license by rank: an earlier one hides the same name of another license."""
    return (
        (row["spdx_id"],),
        (row["key"], *row["other_ids"].split()),
        (row["name"], row["spdx_name"]),
        (row["short_name"],),
    )


def _add_versions(table: NameTable, key: str, names: Iterable[str]) -> None:
    """Count a license to what is left of its names without the version: "CC-BY-3.0" to "cc by"."""
    for form in map(canonical, names):
        if "later" not in form.split():  # the same license once more
            table.add_member(reduced(unversioned(form)), f"license:{key}")


def _singular(form: str) -> str:
    """Return "falcon" for "falcons", and a form that is no such plural as it is."""
    return form[:-1] if len(form) >= _SHORTEST_PLURAL and form.endswith("s") and " " not in form else form


def _first(table: NameTable, forms: Iterable[str]) -> tuple[str, ...]:
    return next((subjects for one in forms if (subjects := table.exact(one))), ())


def _version(subject: str) -> tuple[float, ...]:
    """Return the numbers of a subject's key, so that versions compare: "3.0" before "2.1"."""
    return tuple(float(part) for number in numbers(canonical(subject)) for part in re.findall(r"\d+", number))
