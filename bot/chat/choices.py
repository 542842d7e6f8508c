"""Offers the names of licenses and models while a command is typed: at most 25, the one that the text stands for first.

Pure and quick enough for the event loop. Refuses to be asked for more than Discord shows, and holds every limit of a
choice: 1 to 100 characters of name, 1 to 100 of value.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.chat.completion import Completion, Entry

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from knowledge.facts import Facts
    from knowledge.names import Kind
    from knowledge.records import License, Model

MOST = 25
LONGEST = 100  # characters of a choice's name, and of its value
_RESOLVED = 60  # characters; what is longer is no name, and looking for what it stands for takes time
_CUT = "\N{HORIZONTAL ELLIPSIS}"


@dataclass(frozen=True, slots=True)
class Choice:
    """One line of the list: what is read, and what the command receives."""

    name: str
    value: str


class Choices:
    """What can be named, indexed once; a choice's value is a subject such as "license:mit"."""

    def __init__(self, facts: Facts) -> None:
        licenses, models = list(_license_entries(facts)), list(_model_entries(facts.models.all()))
        self._facts = facts
        self._licenses, self._models = Completion(licenses), Completion(models)
        self._either = Completion([*licenses, *models])

    def licenses(self, text: str) -> list[Choice]:
        """Return the licenses that a text may be the beginning of; a model's name offers its license."""
        return self._choices(text, self._licenses, "license", only="license:")

    def models(self, text: str) -> list[Choice]:
        """Return the models that a text may be the beginning of."""
        return self._choices(text, self._models, "model", only="model:")

    def either(self, text: str) -> list[Choice]:
        """Return the licenses and models that a text may be the beginning of."""
        return self._choices(text, self._either, "license", only="")

    def _choices(self, text: str, completion: Completion, prefer: Kind, only: str) -> list[Choice]:
        typed = " ".join(text[:LONGEST].split())
        meant = self._facts.meant(typed, prefer).subjects if typed and len(typed) <= _RESOLVED else ()
        first = [one for one in meant if one.startswith(only)]
        subjects = dict.fromkeys((*first, *completion.near(typed, MOST)))
        return [Choice(_label(self._facts, subject), subject) for subject in list(subjects)[:MOST]]


def told(message: str, text: str) -> list[Choice]:
    """Return the one choice that says why there are none; picking it sends what was typed."""
    return [Choice(_shortened(message, LONGEST), text.strip()[:LONGEST].strip() or "?")]


def _license_entries(facts: Facts) -> Iterator[Entry]:
    """Yield every license under all its names; those of a replaced one lead to what replaced it."""
    catalogue = facts.licenses
    names: dict[str, list[str]] = defaultdict(list)
    for license_ in catalogue.all():
        names[license_.key] += (license_.name, license_.spdx_id, license_.key, *license_.aliases)
    for key, row in catalogue.listing.items():
        stands_for = row["replaced_by"] if row["replaced_by"] in catalogue.listing else key
        listed = (row["name"], row["spdx_name"], row["short_name"], row["spdx_id"], key, *row["other_ids"].split())
        names[catalogue.known(stands_for)] += listed
    models = Counter(key for model in facts.models.all() for key in model.license_keys)
    known = {license_.key for license_ in catalogue.all()}
    for key, called in names.items():
        yield Entry(f"license:{key}", tuple(called), models[key] + (key in known))


def _model_entries(models: Iterable[Model]) -> Iterator[Entry]:
    """Yield every model; the newest weigh most, and none as much as a license whose terms are known."""
    by_age = sorted(models, key=lambda model: model.released)
    for age, model in enumerate(by_age):
        names = (model.name, model.key, *model.aliases, f"{model.name} {model.developer}")
        yield Entry(f"model:{model.key}", names, age / (len(by_age) + 1))


def _label(facts: Facts, subject: str) -> str:
    kind, _, key = subject.partition(":")
    if kind == "model":
        model = facts.models.get(key)
        return _suffixed(model.name, f"model by {model.developer}")
    license_ = facts.licenses.get(key)
    return _suffixed(license_.name, _id(license_))


def _id(license_: License) -> str:
    """Return the SPDX id, unless it is no more than the name, or one that ScanCode made up."""
    made_up = license_.spdx_id.startswith("LicenseRef-")
    return "" if made_up or license_.spdx_id == license_.name else license_.spdx_id


def _suffixed(name: str, more: str) -> str:
    suffix = f" ({more})" if more else ""
    return f"{_shortened(name, LONGEST - len(suffix))}{suffix}" if len(suffix) < LONGEST // 2 else name[:LONGEST]


def _shortened(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}{_CUT}"
