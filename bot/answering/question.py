"""Understands a question: cleans it, finds the licenses and models it names, what it asks, and what a follow-up means.

All by rule and catalogue: a model that rewrites questions invents subjects.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Protocol

from bot.answering.abbreviations import spell_out_abbreviations
from bot.answering.following import Read, follow, refers, sibling_of
from bot.answering.intents import OTHER, OVERVIEW, asks_what_it_is, is_polar, read_intents, read_loosely
from bot.answering.language import foreign_intents, is_foreign
from bot.answering.listing import lists
from bot.answering.meaning import Reading
from bot.answering.narrowing import narrowed, spell_out_sizes, spell_out_versions, without_versions
from bot.answering.parts import fragments, take_apart
from bot.answering.words import REQUESTS, content_stems
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
_NAME_OR_SIZE = re.compile(r"(?:the |that |a )?(?:\w+ )?X|\d[\w.]*", re.IGNORECASE)
_GIVEN = re.compile(
    r"\b(?:as|call\w*|nam(?:e|ed|es|ing)|christen\w*|dub\w*|brand\w*|titl\w*)\b[^\"'“‘?.]{0,40}"
    r"(?<!\w)[\"'“‘](?P<name>[^\"“”]{2,60}?)[\"'”’](?!\w)",
    re.IGNORECASE,
)
_NAMED_LICENSE = re.compile(r"\blicen[sc]es?$", re.IGNORECASE)
_MODELS_LICENSE = re.compile(r"(?P<model>.+?)(?P<possessive>['’]s)?[.,:]?\s+licen[sc]e", re.IGNORECASE)
_PLAINLY = 0.5  # chance by which a fragment asks something
_MOST = 3  # things asked of one name


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
    read = _read(text, names, previous, weigh)
    overview = OVERVIEW in read.intents
    read = replace(read, intents=tuple(intent for intent in read.intents if intent != OVERVIEW))
    referring = refers(read.text) or carries
    if previous is not None:
        read = follow(read, previous, names, carries=carries)
    subjects = tuple(dict.fromkeys(subject for group in read.groups for subject in group))
    context = _context(previous) if previous is not None and not read.groups and not read.unknown else ""
    defines = asks_what_it_is(read.text)
    query = Query(
        spell_out_abbreviations(read.text),
        spell_out_abbreviations(read.bare, keep=False),
        read.mentions,
        subjects,
        read.groups,
        read.unknown,
        read.intents,
        read.polar,
        defines,
        context=context,
        refers=referring and bool(context),
        chances=read.chances,
    )
    if read.intents:
        return query
    return replace(query, overview=overview, defines=defines or overview)


def _read(text: str, names: NameIndex, previous: Query | None, weigh: Weigh) -> Read:
    """Return what one part says by itself: its names, what it asks, and how likely each intent is meant."""
    mentions = names.mentions(text := spell_out_sizes(spell_out_versions(text, names), names))
    mentions = _of_models(mentions, text, names)
    known = tuple(mention for mention in mentions if mention.known)
    groups = tuple(dict.fromkeys(narrowed(mention.subjects, text, names) for mention in known))
    bare = _without(text, mentions)
    in_part = sibling_of(previous, text, names) if previous is not None and not mentions else None
    if in_part:
        bare = without_versions(bare).replace(in_part[1].split()[-1], "X")  # "and the 3B?" asks for no number
    intents = read_intents(bare)
    of_models = [mention for mention in known if _of_model(mention)]
    if not intents and of_models:
        intents = read_loosely(bare)
    if any(_NAMED_LICENSE.search(mention.text) for mention in of_models):
        intents = tuple(dict.fromkeys(("license_of", *intents)))  # "Falcon 7B license, and who made it?"
    named = bool(groups or (previous is not None and previous.groups)) or lists(text)
    reading = weigh(bare, intents, named=named)
    if len(groups) == 1 and (several := _of_fragments(bare, weigh)):
        reading = replace(reading, intents=tuple(dict.fromkeys((*several, *reading.intents)))[:_MOST])
    unknown = tuple(mention.text for mention in mentions if not mention.known)
    if known:
        unknown = tuple(name for name in unknown if not _is_given(name, text))
    return Read(text, bare, mentions, groups, unknown, reading.intents, is_polar(text), reading.chances, in_part)


def _is_given(name: str, text: str) -> bool:
    """Return whether the asker gives the name, as to a model of their own: 'may I publish it as "Thunder-70B"?'."""
    return any(name in found["name"] for found in _GIVEN.finditer(text))


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


def _foreign(text: str, names: NameIndex) -> Query:
    """Return what is understood of a question in another language: its names, and a few words."""
    mentions = names.mentions(text)
    groups = tuple(dict.fromkeys(mention.subjects for mention in mentions if mention.known))
    unknown = tuple(mention.text for mention in mentions if not mention.known)
    subjects = tuple(dict.fromkeys(subject for group in groups for subject in group))
    bare = _without(text, mentions)
    return Query(text, bare, mentions, subjects, groups, unknown, foreign_intents(bare), False, False, foreign=True)


def _of_fragments(bare: str, weigh: Weigh) -> tuple[Intent, ...]:
    """Return what the parts of a short row of things ask, in their order; empty where they do not ask several."""
    found: list[Intent] = []
    for text in fragments(bare):
        if not any(map(str.isalpha, content_stems(text) - REQUESTS)) or _NAME_OR_SIZE.fullmatch(text):
            continue
        if worded := read_intents(text) or read_loosely(text):
            found += worded
            continue
        chances = weigh(text, (), named=True).chances
        found += (one for one, chance in chances.items() if chance >= _PLAINLY and one not in (OTHER, OVERVIEW))
    several = tuple(dict.fromkeys(found))
    return several if len(several) > 1 else ()


def _context(previous: Query) -> str:
    """Return what was asked before, and what that referred to: "what is OPEA? who runs it?"."""
    return previous.in_context if previous.refers else previous.text


def _carried(query: Query) -> Query:
    """Return what the next part may take over: of a model said to be under a license, the model alone."""
    models = tuple(group for group in query.groups if group[0].startswith("model:"))
    return replace(query, groups=models) if query.premise and models else query


def _without(text: str, mentions: tuple[Mention, ...]) -> str:
    """Return the text with every name blanked, so that "Open RAIL-M" does not read as a question on openness.

    Of "SantaCoder license" the model's name is blanked alone: its license is what is asked for.
    """
    for mention in reversed(mentions):
        asked = " license" if _of_model(mention) and _NAMED_LICENSE.search(mention.text) else ""
        text = f"{text[: mention.start]}X{asked}{text[mention.end :]}"
    return text


def _of_model(mention: Mention) -> bool:
    return mention.known and mention.subjects[0].startswith("model:")
