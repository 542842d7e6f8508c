"""Answers look-ups: an ask in, a reply out, without Discord.

What is in `SLOW` reads license texts and may fetch them: ask it from a thread. Refuses to say what no record says.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, get_args

from bot.chat.asks import Ask
from bot.chat.naming import Naming, UnclearError
from bot.chat.records import expression_card, license_card, model_card, models_card, text_card, textless_card
from bot.chat.replies import Offer, Reply
from bot.chat.verdicts import comparison_card, permission_card
from knowledge.comparison import compare
from knowledge.errors import KnowledgeError
from knowledge.permissions import Action, permission

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.chat.asks import Verb
    from bot.chat.choices import Choices
    from knowledge.facts import Facts
    from knowledge.licenses.texts import LicenseTexts

SLOW = frozenset[str]({"can", "text"})
_LONGEST = 200  # characters of a typed name that are looked at
_LIST = 3900  # characters of a list of models


class Lookups:
    """The records, asked in the ways of people."""

    def __init__(self, facts: Facts, choices: Choices, texts: LicenseTexts) -> None:
        self._facts, self._texts = facts, texts
        self._naming = Naming(facts, choices)
        self._answers: dict[Verb, Callable[..., Reply]] = {
            "license": self._license,
            "model": self._model,
            "compare": self._compare,
            "can": self._can,
            "under": self._under,
            "text": self._text,
        }

    def reply(self, ask: Ask) -> Reply:
        """Return what answers a complete ask; an unclear name is answered with the names it may be."""
        try:
            return self._answers[ask.verb](*(name[:_LONGEST] for name in ask.names))
        except UnclearError as unclear:
            return unclear.reply

    def _license(self, name: str) -> Reply:
        if expression := self._naming.expression(name):
            return Reply(expression_card(expression), self._license_buttons(*expression.keys))
        key = self._naming.license_key(name, partial(_ask, "license"))
        under, subject = self._facts.models.under(key), f"license:{key}"
        buttons = (
            Offer("Full text", Ask("text", (subject,))),
            Offer("Compare with\N{HORIZONTAL ELLIPSIS}", Ask("compare", (subject,))),
            Offer("Models under it", Ask("under", (subject,))),
        )
        return Reply(license_card(self._facts.licenses.get(key), under), buttons)

    def _model(self, name: str) -> Reply:
        model = self._facts.models.get(self._naming.model_key(name, partial(_ask, "model")))
        held = [key for key in model.license_keys if key in self._facts.licenses]
        return Reply(model_card(model, self._facts.licenses), self._license_buttons(*held))

    def _compare(self, first: str, second: str) -> Reply:
        one = self._naming.license_key(first, lambda picked: Ask("compare", (picked, second)))
        other = self._naming.license_key(second, lambda picked: Ask("compare", (f"license:{one}", picked)))
        found = compare(self._facts.licenses.get(one), self._facts.licenses.get(other))
        return Reply(comparison_card(found), self._license_buttons(one, other))

    def _can(self, asked: str, name: str) -> Reply:
        action = next(one for one in get_args(Action) if one == asked)
        expression = self._naming.expression(name)
        keys = expression.keys if expression else self._naming.license_keys(name, lambda one: Ask("can", (action, one)))
        licenses = [self._facts.licenses.get(key) for key in keys]
        answers = [permission(one, action, self._texts.clauses(one)) for one in licenses]
        model = "" if expression else self._naming.model(name)
        card = permission_card(answers, self._facts.models.get(model).name if model else "")
        return Reply(card, self._license_buttons(*keys))

    def _under(self, name: str) -> Reply:
        key = self._naming.license_key(name, partial(_ask, "under"))
        return Reply(models_card(self._facts.licenses.get(key), self._facts.models.under(key), _LIST), private=True)

    def _text(self, name: str) -> Reply:
        license_ = self._facts.licenses.get(self._naming.license_key(name, partial(_ask, "text")))
        try:
            text = self._texts.whole(license_)
        except KnowledgeError:
            return Reply(textless_card(license_), private=True)
        return Reply(text_card(license_, text), private=True, file_name=f"{license_.key}.txt", file_text=text)

    def _license_buttons(self, *keys: str) -> tuple[Offer, ...]:
        return self._naming.offers([f"license:{key}" for key in keys], partial(_ask, "license"))


def _ask(verb: Verb, name: str) -> Ask:
    return Ask(verb, (name,))
