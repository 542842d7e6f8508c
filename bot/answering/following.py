"""Reads a question in what was said before it: carries over its subject, what was asked of it, or both.

By rule and catalogue: a model that rewrites questions invents subjects.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bot.answering.intents import OTHER, asks_what_it_is, is_polar, opens_polar, read_intents, read_loosely
from bot.answering.narrowing import narrowed, sibling
from bot.answering.words import REQUESTS, content_stems, proper_names

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bot.answering.intents import Intent
    from bot.answering.question import Query
    from knowledge.names import Mention, NameIndex

_FOLLOWS = re.compile(
    r"^(?:and|but|so|also|or|what about|how about|what of|then|ok|okay)\b|\b(?:it|its|it's|they|them|their|that one|"
    r"this one|that license|this license|that model|this model|same)\b"
    r"|\b(?:does|is|are|was|were|would|will|can|may|do) (?:that|this|these|those)\b",
    re.IGNORECASE,
)
_AGAINST = re.compile(
    r"\b(?:it|that|this|they|those)\b[^?]*\b(?:differ\w*|compar\w*|stricter|looser|better|worse|more \w+|less \w+)\b"
    r"|\b(?:differ\w*|compar\w*)\b[^?]*\b(?:it|that|this|they|those)\b",
    re.IGNORECASE,
)
_ASKER = re.compile(r"\b(?:i|we|us|our|my)\b", re.IGNORECASE)  # "are we exempt?" is asked of what was spoken of
_OPENS = re.compile(r"^\W*(?:and |but |so |then )?(?:who|whose|what|when|where|why|how)\b(?! about)", re.IGNORECASE)
# Stems of what corrects or carries over, and asks nothing.
_SAID_IN_PASSING = REQUESTS | content_stems(
    "sorry meant mean wait wrong actually well instead rather too also hmm oops download use used same one changes "
    "variant version model weights now case oops number typo"
)
_NAME_ALONE = re.compile(r"^\W*(?:and|what about|how about|or)?\W*(?:for |of |the )*X\W*$", re.IGNORECASE)
_ANEW = 0.5  # chance from which on a follow-up asks something of its own that no record settles
_SHORT = 5  # words; "what about commercial use?" has no subject of its own


@dataclass(frozen=True, slots=True)
class Read:
    """What one part of a question says by itself; the fields are those of a Query.

    `sibling` is what it names only in part, after the question before: its subjects and its name.
    """

    text: str
    bare: str
    mentions: tuple[Mention, ...]
    groups: tuple[tuple[str, ...], ...]
    unknown: tuple[str, ...]
    intents: tuple[Intent, ...]
    polar: bool
    chances: Mapping[Intent, float]
    sibling: tuple[tuple[str, ...], str] | None


def follow(read: Read, previous: Query, names: NameIndex, *, carries: bool) -> Read:
    """Return what a part says after `previous`; one that `carries` is a later part of the same question."""
    known = [mention for mention in read.mentions if mention.known]
    if len(known) == 1 and _is_family_of(known[0], previous, names):
        read = replace(read, groups=previous.groups)  # "... only the users of Llama?", asked of Llama 3.2
    if not read.groups and not read.unknown:
        return _without_a_name(read, previous, names, carries=carries)
    if carries and _asks_which_of(read.groups, previous, read.text):
        return replace(read, groups=previous.groups, intents=("license_of",))  # "and which CC flavor is on it?"
    if len(read.groups) == 1 and _AGAINST.search(read.text):
        return replace(read, groups=tuple(dict.fromkeys((*previous.groups, *read.groups))))
    if read.groups and not read.intents and not carries and _asks_the_same(read.text, read.bare):
        return _asked_again(read, previous)
    return read


def _without_a_name(read: Read, previous: Query, names: NameIndex, *, carries: bool) -> Read:
    """Return a part that names nothing with the subject it takes over, and what was asked if it asks nothing itself."""
    if carries and previous.unknown and not previous.groups:
        text, bare = f"{previous.text} {read.text}", f"{previous.bare} {read.bare}"
        return replace(read, text=text, bare=bare, unknown=previous.unknown)
    if not (refers(read.text) or carries):
        return read
    groups, text = _carry(read, names, previous)
    read = replace(read, groups=groups, text=text)
    passing = not content_stems(read.bare) - _SAID_IN_PASSING
    anew = _asks_anew(text, read.bare) or read.chances.get(OTHER, 0.0) >= _ANEW
    return _asked_again(read, previous) if passing or not (read.intents or anew) else read


def _asked_again(read: Read, previous: Query) -> Read:
    """Return what was asked before, asked of what is named now."""
    return replace(read, intents=previous.intents, polar=previous.polar, bare=previous.bare)


def _asks_the_same(text: str, bare: str) -> bool:
    """Return whether a follow-up names a subject and asks of it what was asked before: "and for 3.2?", "BUSL?"."""
    alone = _NAME_ALONE.match(bare) is not None or not content_stems(bare) - _SAID_IN_PASSING
    return alone or (refers(text) and not _asks_anew(text, bare))


def _asks_anew(text: str, bare: str) -> bool:
    """Return whether a follow-up is a question of its own, beyond "and is 3.1?" and "no, I meant 3.1"."""
    said = content_stems(bare) - _SAID_IN_PASSING
    if not said:
        return False
    return (opens_polar(text) and len(text.split()) > _SHORT) or (_OPENS.match(bare) is not None and len(said) > 1)


def _is_family_of(mention: Mention, previous: Query, names: NameIndex) -> bool:
    """Return whether a name is the family's of what the question before is about: "Llama", of Llama 3.2."""
    if len(mention.subjects) == 1 or len(previous.subjects) != 1:
        return False
    return names.display(previous.subjects[0]).split()[0].lower() == mention.text.lower()


def _asks_which_of(groups: Sequence[Sequence[str]], previous: Query, text: str) -> bool:
    """Return whether a family of licenses is named only to ask which of them a model of the part before is under."""
    family = len(groups) == 1 and len(groups[0]) > 1 and all(one.startswith("license:") for one in groups[0])
    models = bool(previous.subjects) and all(one.startswith("model:") for one in previous.subjects)
    return family and models and _FOLLOWS.search(text) is not None and not is_polar(text)


def refers(text: str) -> bool:
    """Return whether a text leans on what was said before: by a pronoun, an "and", or by being too short to stand."""
    anew = asks_what_it_is(text) and not read_intents(text) and not read_loosely(text)  # "What is openwashing?"
    short = len(text.split()) <= _SHORT and not proper_names(text) and not anew
    of_the_asker = _ASKER.search(text) is not None and not asks_what_it_is(text) and not proper_names(text)
    return short or of_the_asker or _FOLLOWS.search(text) is not None


def _carry(read: Read, names: NameIndex, previous: Query) -> tuple[tuple[tuple[str, ...], ...], str]:
    """Return the subjects a follow-up takes over: the previous ones, or their sibling if it names only what differs."""
    text = read.text
    if read.sibling:
        subjects, name = read.sibling
        return (subjects,), f"{text} ({name})"
    groups = tuple(narrowed(group, text, names) for group in previous.groups)
    named = ", ".join(names.display(group[0]) for group in groups if group)
    return groups, f"{text} ({named})" if named else text


def sibling_of(previous: Query, text: str, names: NameIndex) -> tuple[tuple[str, ...], str] | None:
    """Return what a text names only in part, of the names in the question before it."""
    single = [group[0] for group in previous.groups if len(group) == 1] or list(previous.subjects[:1])
    return next((found for one in single if (found := sibling(text, names, one))), None)
