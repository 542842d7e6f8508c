"""Finds the record that a typed name or a pressed button means, or the reply that asks which of several.

Refuses to choose: a family's name offers its members, an unknown one the names nearest to it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.chat.records import several_card, unknown_card, unrecorded_card
from bot.chat.replies import Offer, Reply
from knowledge.errors import KnowledgeError
from knowledge.names import canonical

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from bot.chat.asks import Ask
    from bot.chat.choices import Choices
    from knowledge.facts import Facts
    from knowledge.names import Expression, Kind

    Again = Callable[[str], Ask]  # the same ask, of a record that is picked

_OFFERED = 25  # records in a list to pick from
_NEAREST = 5  # records offered for a name that is unknown


class UnclearError(Exception):
    """A name is none, or that of several records; `reply` asks which."""

    def __init__(self, reply: Reply) -> None:
        super().__init__(reply.card.title)
        self.reply = reply


class Naming:
    """The names of all records, for people."""

    def __init__(self, facts: Facts, choices: Choices) -> None:
        self._facts, self._choices = facts, choices

    def expression(self, text: str) -> Expression | None:
        """Return the SPDX expression that a text is; one that cannot be read is taken for a name."""
        try:
            return self._facts.expression(text)
        except (KnowledgeError, RecursionError):  # the second from a thousand parentheses
            return None

    def license_key(self, name: str, again: Again) -> str:
        """Return the key of the one license meant; UnclearError asks which, with `again` of each that may be."""
        keys = self.license_keys(name, again)
        if len(keys) > 1:
            raise UnclearError(self._several(name, [f"license:{key}" for key in keys], again))
        return keys[0]

    def license_keys(self, name: str, again: Again) -> tuple[str, ...]:
        """Return the key of the license meant, or the keys of all licenses of the one model meant."""
        found = self._facts.meant(name, "license").subjects
        if not all(one.startswith("license:") for one in found):
            found = self._facts.names.licenses_of(found)
        if len(found) == 1 or (found and self.model(name)):
            return tuple(map(_key, found))
        if found:
            raise UnclearError(self._several(name, found, again))
        if model := self.model(name):
            raise UnclearError(Reply(unrecorded_card(self._facts.models.get(model)), private=True))
        raise UnclearError(self._unknown(name, "license", again))

    def model_key(self, name: str, again: Again) -> str:
        """Return the key of the one model meant; UnclearError asks which, with `again` of each that may be."""
        if model := self.model(name):
            return model
        found = [one for one in self._facts.meant(name, "model").subjects if one.startswith("model:")]
        raise UnclearError(self._several(name, found, again) if found else self._unknown(name, "model", again))

    def model(self, name: str) -> str:
        """Return the key of the one model that a name stands for, or an empty string."""
        found = self._facts.meant(name, "model").subjects
        return _key(found[0]) if len(found) == 1 and found[0].startswith("model:") else ""

    def offers(self, subjects: Iterable[str], again: Again) -> tuple[Offer, ...]:
        """Return what to press or pick for each subject; what no button can hold is left out."""
        offers = (Offer(self._facts.names.display(one), again(one)) for one in dict.fromkeys(subjects))
        return tuple(offer for offer in offers if offer.ask.custom_id)[:_OFFERED]

    def _several(self, name: str, subjects: Iterable[str], again: Again) -> Reply:
        picks = self.offers(subjects, again)
        return Reply(several_card(name, [one.label for one in picks]), picks=picks, private=True)

    def _unknown(self, name: str, kind: Kind, again: Again) -> Reply:
        """Return the reply to a name that is none: what is nearest to it in letters, then what it may begin."""
        nearest = [self._facts.meant(one, kind).subjects for one in self._facts.meant(name, kind).nearest]
        offered = self._choices.licenses if kind == "license" else self._choices.models
        begun = offered(name) if canonical(name) else []
        subjects = [*(found[0] for found in nearest if len(found) == 1), *(choice.value for choice in begun)]
        picks = self.offers([one for one in subjects if one.startswith(f"{kind}:")][:_NEAREST], again)
        return Reply(unknown_card(name, kind, [one.label for one in picks]), picks=picks, private=True)


def _key(subject: str) -> str:
    return subject.partition(":")[2]
