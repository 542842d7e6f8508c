"""Understands a question: cleans it, finds the licenses and models it names, what it asks, and what a follow-up means.

All by rule and catalogue: a model that rewrites questions invents subjects.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Protocol

from bot.answering.abbreviations import spell_out_abbreviations
from bot.answering.intents import OTHER, OVERVIEW, asks_what_it_is, is_polar, opens_polar, read_intents, read_loosely
from bot.answering.language import foreign_intents, is_foreign
from bot.answering.listing import lists
from bot.answering.meaning import Reading
from bot.answering.narrowing import narrowed, sibling, spell_out_sizes, spell_out_versions, without_versions
from bot.answering.parts import fragments, take_apart
from bot.answering.words import REQUESTS, content_stems, proper_names
from bot.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bot.answering.intents import Intent
    from knowledge.names import Mention, NameIndex


class Weigh(Protocol):
    """Adds, by its meaning, to the intents that the wordings of a question tell."""

    def __call__(self, bare: str, found: Sequence[Intent], *, named: bool) -> Reading:
        """Return the intents of a question whose names are blanked; `named` says that it has one."""


LONGEST = 2000  # characters; a question that needs more is a document
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_MARKER = re.compile(r"\[\d+\]")
_LICENCE = re.compile(r"\b([Ll])icence(s|d)?\b")
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
_NAME_OR_SIZE = re.compile(r"(?:the |that |a )?(?:\w+ )?X|\d[\w.]*", re.IGNORECASE)
_NAME_ALONE = re.compile(r"^\W*(?:and|what about|how about|or)?\W*(?:for |of |the )*X\W*$", re.IGNORECASE)
_NAMED_LICENSE = re.compile(r"\blicen[sc]es?$", re.IGNORECASE)
_MODELS_LICENSE = re.compile(r"(?P<model>.+?)(?P<possessive>['’]s)?[.,:]?\s+licen[sc]e", re.IGNORECASE)
_PLAINLY = 0.5  # chance by which a fragment asks something
_ANEW = 0.5  # chance from which on a follow-up asks something of its own that no record settles
_MOST = 3  # things asked of one name
_SHORT = 5  # words; "what about commercial use?" has no subject of its own


@dataclass(frozen=True, slots=True)
class Query:
    """A question that stands alone. `subjects` are named in it or carried over; `unknown` are names no record has.

    `bare` is its text with every name blanked; a `premise` is not asked, but taken for granted by what is. `context`
    is what was asked before, where this one names nothing; one that `refers` to it cannot stand alone. `chances` tells
    how likely each intent is meant, where a name is asked about; an `overview` asks what the name stands for.
    """

    text: str
    bare: str
    mentions: tuple[Mention, ...]
    subjects: tuple[str, ...]
    groups: tuple[tuple[str, ...], ...]
    unknown: tuple[str, ...]
    intents: tuple[Intent, ...]
    polar: bool
    defines: bool
    premise: bool = False
    foreign: bool = False
    context: str = ""
    refers: bool = False
    chances: Mapping[Intent, float] = field(default_factory=dict)
    overview: bool = False

    @property
    def in_context(self) -> str:
        """Return the question with what was asked before it, where it names nothing itself."""
        return f"{self.context} {self.text}".strip()


def by_wordings(bare: str, found: Sequence[Intent], *, named: bool) -> Reading:
    """Weigh nothing: the wordings decide alone."""
    del bare, named
    return Reading(tuple(found))


def understand(
    question: str,
    names: NameIndex,
    previous: Query | None = None,
    weigh: Weigh = by_wordings,
) -> tuple[Query, ...]:
    """Return the parts of a question, each as a Query that stands alone; UsageError if it is empty or too long.

    `previous` is what a follow-up follows; a later part of one question follows the earlier ones in the same way.
    `weigh` adds, by its meaning, to the intents that the wordings of a question on a name tell.
    """
    queries: list[Query] = []
    text = clean(question)
    if is_foreign(text):
        return (_foreign(text, names),)
    for part in take_apart(text):
        before = _carried(queries[-1]) if queries else previous
        query = _understand(part.text, names, before, weigh, carries=bool(queries))
        queries.append(replace(query, premise=part.premise))
    return tuple(queries)


def _understand(text: str, names: NameIndex, previous: Query | None, weigh: Weigh, *, carries: bool) -> Query:
    """Return one part as a Query.

    `groups` has one entry a mention: several subjects where a name is a family's ("Llama"). `defines` says that the
    question asks what something is. A part that `carries` takes over the subject of the one before if it has none.
    """
    mentions = names.mentions(text := spell_out_sizes(spell_out_versions(text, names), names))
    mentions = _of_models(mentions, text, names)
    known = tuple(mention for mention in mentions if mention.known)
    unknown = tuple(mention.text for mention in mentions if not mention.known)
    groups = tuple(dict.fromkeys(narrowed(mention.subjects, text, names) for mention in known))
    bare = _without(text, mentions)
    if previous is not None and not mentions and (found := _sibling_of(previous, text, names)):
        bare = without_versions(bare).replace(found[1].split()[-1], "X")  # "and the 3B?" asks for no number
    intents, polar = read_intents(bare), is_polar(text)
    of_models = any(one.subjects[0].startswith("model:") for one in known)
    if not intents and of_models:
        intents = read_loosely(bare)
    if any(_NAMED_LICENSE.search(one.text) and one.subjects[0].startswith("model:") for one in known):
        intents = tuple(dict.fromkeys(("license_of", *intents)))  # "Falcon 7B license, and who made it?"
    named = bool(groups or (previous is not None and previous.groups)) or lists(text)
    reading = weigh(bare, intents, named=named)
    if len(groups) == 1 and (several := _of_fragments(bare, weigh)):
        reading = replace(reading, intents=tuple(dict.fromkeys((*several, *reading.intents)))[:_MOST])
    overview = OVERVIEW in reading.intents
    intents = tuple(intent for intent in reading.intents if intent != OVERVIEW)
    if previous is not None and len(known) == 1 and _is_family_of(known[0], previous, names):
        groups = previous.groups  # "... and do they count only the users of Llama?", asked of Llama 3.2
    refers = _follows(text) or carries
    if carries and previous is not None and not groups and not unknown and previous.unknown and not previous.groups:
        unknown = previous.unknown
        text, bare = f"{previous.text} {text}", f"{previous.bare} {bare}"
    elif previous is not None and not groups and not unknown and refers:
        groups, text = _carry(text, names, previous)
        passing = not content_stems(bare) - _SAID_IN_PASSING
        anew = _asks_anew(text, bare) or reading.chances.get(OTHER, 0.0) >= _ANEW
        if passing or not (intents or anew):
            intents, polar, bare = previous.intents, previous.polar, previous.bare
    elif carries and previous is not None and _asks_which_of(groups, previous, text):
        groups, intents = previous.groups, ("license_of",)  # "... and which Creative Commons flavor is on it?"
    elif previous is not None and len(groups) == 1 and _AGAINST.search(text):
        groups = tuple(dict.fromkeys((*previous.groups, *groups)))  # "how is that different from Kimi K2's?"
    elif previous is not None and groups and not intents and not carries and _asks_the_same(text, bare):
        intents, polar, bare = previous.intents, previous.polar, previous.bare
    subjects = tuple(dict.fromkeys(subject for group in groups for subject in group))
    context = _context(previous) if previous is not None and not groups and not unknown else ""
    defines = asks_what_it_is(text)
    text, bare = spell_out_abbreviations(text), spell_out_abbreviations(bare, keep=False)
    query = Query(
        text,
        bare,
        mentions,
        subjects,
        groups,
        unknown,
        intents,
        polar,
        defines,
        context=context,
        refers=refers and bool(context),
        chances=reading.chances,
    )
    if intents:
        return query
    return replace(query, overview=overview, defines=defines or overview)


def _of_models(mentions: tuple[Mention, ...], text: str, names: NameIndex) -> tuple[Mention, ...]:
    """Return the mentions with the model for "Codestral's license", where nothing but that license is asked for.

    A license that has the model's name as its own ("the Qwen License") stays what is asked about.
    """
    held = tuple(_holder(mention, names) for mention in mentions)
    if held == mentions or read_intents(_without(text, held)) not in ((), ("license_of",)):
        return mentions
    return held


def _holder(mention: Mention, names: NameIndex) -> Mention:
    """Return the mention of the model alone, for a mention of a model's license that has a name of its own."""
    found = _MODELS_LICENSE.fullmatch(mention.text)
    if found is None or not mention.known or not mention.subjects[0].startswith("license:"):
        return mention
    inner = names.mentions(found["model"])
    if len(inner) != 1 or inner[0].text != found["model"] or not inner[0].known:
        return mention
    models = tuple(one for one in inner[0].subjects if one.startswith("model:"))
    own = found["model"].split()[0].lower() in names.display(mention.subjects[0]).lower()
    if not models or (own and not found["possessive"]):
        return mention
    return replace(mention, end=mention.start + found.end("model"), text=found["model"], subjects=models)


def clean(question: str) -> str:
    """Return the question on one line, in composed characters, without control characters and stray markers."""
    if len(question) > LONGEST:
        raise UsageError(
            f"The question has {len(question):,} characters; at most {LONGEST:,} are read.",
            hint="Ask a shorter question, or add a long text with `osai ingest`.",
        )
    text = _COMMENT.sub(" ", unicodedata.normalize("NFKC", question))
    text = "".join(" " if unicodedata.category(char) in ("Cc", "Zl", "Zp") else char for char in text)
    text = "".join(char for char in text if unicodedata.category(char) != "Cf")
    text = " ".join(_MARKER.sub(" ", text).split())
    if not any(char.isalnum() for char in text):
        raise UsageError("There is no question in this.", hint='Ask one, such as: osai ask "Is Llama 3 open source?"')
    return _LICENCE.sub(r"\1icense\2", text)


def _asks_the_same(text: str, bare: str) -> bool:
    """Return whether a follow-up names a subject and asks of it what was asked before: "and for 3.2?", "BUSL?"."""
    alone = _NAME_ALONE.match(bare) is not None or not content_stems(bare) - _SAID_IN_PASSING
    return alone or (_follows(text) and not _asks_anew(text, bare))


def _asks_anew(text: str, bare: str) -> bool:
    """Return whether a follow-up is a question of its own, beyond "and is 3.1?" and "no, I meant 3.1"."""
    said = content_stems(bare) - _SAID_IN_PASSING
    if not said:
        return False
    return (opens_polar(text) and len(text.split()) > _SHORT) or (_OPENS.match(bare) is not None and len(said) > 1)


def _foreign(text: str, names: NameIndex) -> Query:
    """Return what is understood of a question in another language: its names, and a few words."""
    mentions = names.mentions(text)
    groups = tuple(dict.fromkeys(mention.subjects for mention in mentions if mention.known))
    unknown = tuple(mention.text for mention in mentions if not mention.known)
    subjects = tuple(dict.fromkeys(subject for group in groups for subject in group))
    bare = _without(text, mentions)
    return Query(text, bare, mentions, subjects, groups, unknown, foreign_intents(bare), False, False, foreign=True)


def _is_family_of(mention: Mention, previous: Query, names: NameIndex) -> bool:
    """Return whether a name is the family's of what the question before is about: "Llama", of Llama 3.2."""
    if len(mention.subjects) == 1 or len(previous.subjects) != 1:
        return False
    return names.display(previous.subjects[0]).split()[0].lower() == mention.text.lower()


def _of_fragments(bare: str, weigh: Weigh) -> tuple[Intent, ...]:
    """Return what the parts of a short row of things ask, in their order; empty where they do not ask several."""
    found: list[Intent] = []
    for text in fragments(bare):
        if not any(map(str.isalpha, content_stems(text) - REQUESTS)) or _NAME_OR_SIZE.fullmatch(text):
            continue
        chances = weigh(text, (), named=True).chances
        likely = (one for one, chance in chances.items() if chance >= _PLAINLY and one not in (OTHER, OVERVIEW))
        found += read_intents(text) or read_loosely(text) or likely
    several = tuple(dict.fromkeys(found))
    return several if len(several) > 1 else ()


def _asks_which_of(groups: Sequence[Sequence[str]], previous: Query, text: str) -> bool:
    """Return whether a family of licenses is named only to ask which of them a model of the part before is under."""
    family = len(groups) == 1 and len(groups[0]) > 1 and all(one.startswith("license:") for one in groups[0])
    models = bool(previous.subjects) and all(one.startswith("model:") for one in previous.subjects)
    return family and models and _FOLLOWS.search(text) is not None and not is_polar(text)


def _context(previous: Query) -> str:
    """Return what was asked before, and what that referred to: "what is OPEA? who runs it?"."""
    return previous.in_context if previous.refers else previous.text


def _carried(query: Query) -> Query:
    """Return what the next part may take over: of a model said to be under a license, the model alone."""
    models = tuple(group for group in query.groups if group[0].startswith("model:"))
    return replace(query, groups=models) if query.premise and models else query


def _without(text: str, mentions: tuple[Mention, ...]) -> str:
    """Return the text with every name blanked, so that "Open RAIL-M" does not read as a question on openness."""
    for mention in reversed(mentions):
        text = f"{text[: mention.start]}X{text[mention.end :]}"
    return text


def _follows(text: str) -> bool:
    anew = asks_what_it_is(text) and not read_intents(text) and not read_loosely(text)  # "What is openwashing?"
    short = len(text.split()) <= _SHORT and not proper_names(text) and not anew
    of_the_asker = _ASKER.search(text) is not None and not asks_what_it_is(text) and not proper_names(text)
    return short or of_the_asker or _FOLLOWS.search(text) is not None


def _carry(text: str, names: NameIndex, previous: Query) -> tuple[tuple[tuple[str, ...], ...], str]:
    """Return the subjects a follow-up takes over: the previous ones, or their sibling if it names only what differs."""
    if found := _sibling_of(previous, text, names):
        subjects, name = found
        return (subjects,), f"{text} ({name})"
    groups = tuple(narrowed(group, text, names) for group in previous.groups)
    named = ", ".join(names.display(group[0]) for group in groups if group)
    return groups, f"{text} ({named})" if named else text


def _sibling_of(previous: Query, text: str, names: NameIndex) -> tuple[tuple[str, ...], str] | None:
    """Return what a text names only in part, of the names in the question before it."""
    single = [group[0] for group in previous.groups if len(group) == 1] or list(previous.subjects[:1])
    return next((found for one in single if (found := sibling(text, names, one))), None)
