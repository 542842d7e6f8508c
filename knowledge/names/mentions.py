"""Finds names in running text: the longest that begins at each word, and what looks like a model's and is none's."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from knowledge.names.forms import CONCEPTS, NOISE, TOKEN, canonical, reduced

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_LONGEST_SPAN = 9  # tokens of the longest name looked for in a text
_PLUS = re.compile(r"\+*")
_JOINED = re.compile(r"^(?:[\s_./:'’-]?|\s?[\[(]|[\])])$")
_SPDX_LIKE = re.compile(r"(?=\S*\d)(?=\S*-)\S+")  # "BSD-4-Clause": nothing that is written by chance
# Noise that a sentence has of its own: no name ends with it.
_GLUE = frozenset({"the", "a", "an", "of", "or", "and", "it", "one", "plus"})
# Names that are also ordinary words: they count where they are written as names.
_WORDS = frozenset(
    """amber apache arctic artistic attribution aya bark bloom chameleon comma command crystal falcon flux granite isc
    jamba koala lucie magistral mamba nc noncommercial opt orca persimmon phi postgres seed solar stable
    viking zephyr oracle perl boost eclipse wikipedia""".split()
)
# Of these, the ones that hardly occur beside licenses and models but as their names.
_SELDOM_WORDS = frozenset(
    """amber arctic aya bloom chameleon falcon flux granite jamba koala lucie magistral mamba orca persimmon phi viking
    zephyr""".split()
)
_OF_THE_FIELD = re.compile(
    r"\b(?:licen[sc]e\w*|models?|api|host\w*|server|llms?|weights|fine-?tun\w*|commercial\w*|open source|param\w*|rail"
    r"|outputs?|checkpoint)\b",
    re.IGNORECASE,
)
# Words before a number that name no model: "Section 2", "Article 53", "May 2024".
_COUNTED = frozenset(
    """section article clause chapter part version level class phase step title annex appendix attachment point number
    top january february march april may june july august september october november december python cuda
    recital page item figure table line day month year about over under than least most only last first next
    every all some and or the in on of to for with from is are was has have version versions v license licenses
    licence gpu gpus rtx act osd rule when what which who why how where since
    if so but then now does did can may our my your their his her its this that these those each no both few several
    exactly nearly almost around between within until two three team group file after before any whichever osaid
    osi odc rmb cny usd eur gbp jpy krw inr chf""".split()
)
# Behind a number they say what was counted: "hyperclova 10 million users".
_MEASURES = frozenset("k million billion trillion percent users user people employees customers euros dollars".split())
_SUMMITS = frozenset({"g7", "g20"})
_LOOKS_LIKE_MODEL = re.compile(
    r"\b(?P<name>[A-Z][A-Za-z]{2,})[ -]?(?P<number>\d{1,2}(?:\.\d{1,2})?)(?![\w%]|[.,]\d)"
    r"|\b(?P<sized>[A-Za-z]{3,}(?:[-_. ]?\d{1,2}(?:\.\d{1,2})?)?[-_]\d{1,4}(?:\.\d)?[bB])\b"
)


_LOOKS_LIKE_LICENSE = re.compile(
    r"\b(?!(?:Does|Is|Are|Can|May|Do|Did|What|Which|Who|Whose|When|The|Under|Has|How|Why|Every|Any|Each|No|Our|My|Your"
    r"|Their|His|Her|Its|This|That|Such|Some|Another|All|Whichever|Chinese|French|German|European|American|Korean|British)\b)"
    r"(?:[A-Z][\w-]*(?:\.\w[\w-]*)*\s+){1,6}(?<!-style )(?<!-like )[Ll]icen[sc]e(?:\s+Agreement)?"
    r"(?:\s+(?:v(?:ersion)?\s?)?\d+(?:\.\d+)*)?\b"
)
_SAID_OF_A_MAKER = re.compile(r"[A-Z]\w*\s+licen[sc]e")
_LONGEST_TYPO = 4  # tokens
_SHORTEST_TYPO = 4  # letters of the first word


@dataclass(frozen=True, slots=True)
class Mention:
    """A name in a text, from `start` to `end`; several subjects where the name is a family's, none where unknown."""

    start: int
    end: int
    text: str
    subjects: tuple[str, ...]
    known: bool


class Names(Protocol):
    """What tells a name from other words."""

    def named(self, form: str, *, license_follows: bool, spelled_out: bool, whole: bool) -> tuple[str, ...]:
        """Return the subjects of a form, newest first; of the `whole` form or of what is left without noise."""
        ...

    def mistyped(self, form: str, *, license_follows: bool) -> tuple[str, ...]:
        """Return the subjects of the form that a typo explains, newest first."""
        ...

    def of_version(self, form: str, members: Sequence[str]) -> tuple[str, ...]:
        """Return the members of a family whose names have all of the form."""
        ...

    def spelled_out(self, name: str) -> tuple[str, ...]:
        """Return the licenses that a whole name stands for."""
        ...

    def with_words(self, name: str) -> tuple[str, ...]:
        """Return the few licenses whose names have all words of a shortened one."""
        ...

    def has_word(self, word: str) -> bool:
        """Return whether any name has the word."""
        ...


def find_mentions(text: str, names: Names) -> tuple[Mention, ...]:
    """Return the names in a text, left to right, the longest first, none overlapping."""
    tokens = list(TOKEN.finditer(text))
    found: list[Mention] = []
    place = 0
    while place < len(tokens):
        mention, used = _mention_at(text, tokens, place, names)
        if mention is not None:
            found.append(mention)
        place += used
    found = _without_parts(found, list(_written_out(text, found, names)))
    found += _strangers(text, found)
    return tuple(sorted(_without_families(found), key=lambda mention: mention.start))


def _mention_at(text: str, tokens: Sequence[re.Match[str]], place: int, names: Names) -> tuple[Mention | None, int]:
    """Return the longest name that begins at a token, and how many tokens were read."""
    ends = list(_spans(text, tokens, place))
    for find, longest in ((_named, _LONGEST_SPAN), (_mistyped, _LONGEST_TYPO)):
        for end in reversed(ends[:longest]):
            span = tokens[place:end]
            stop = span[-1].end() + len(_PLUS.match(text, span[-1].end())[0])  # type: ignore[index] # matches nothing too
            raw = text[span[0].start() : stop]
            if not (found := find(raw, span, names)):
                continue
            unversioned = not any(token.group()[0].isdigit() for token in span)
            if unversioned and (version := _stray_version(text, tokens, end, names)):
                # "Llama 7": a name with a number that no record has
                stop = _PLUS.match(text, tokens[version - 1].end()).end()  # type: ignore[union-attr] # matches nothing too
                stray = text[span[0].start() : stop]
                meant = names.of_version(canonical(stray), found)  # "FLUX.1": several of its versions share the number
                return Mention(span[0].start(), stop, stray, meant, known=bool(meant)), version - place
            return Mention(span[0].start(), stop, raw, found, known=True), end - place
    return None, 1


def _mistyped(raw: str, span: Sequence[re.Match[str]], names: Names) -> tuple[str, ...]:
    """Return what a misspelled name stands for; only what is written as a name, with a capital or a number, is one."""
    form, word, last = canonical(raw), span[0].group(), span[-1].group().lower()
    license_follows = last.startswith("licen")
    as_name = word[0].isupper() or any(token.group()[0].isdigit() for token in span) or license_follows
    if not as_name or len(word) < _SHORTEST_TYPO or word.lower() in NOISE | _COUNTED or last in _GLUE:
        return ()
    if len(span) == 1 and word.isupper():
        return ()  # an abbreviation of something else: "GEMA" is no Gemma
    return names.mistyped(form, license_follows=license_follows)


def _named(raw: str, span: Sequence[re.Match[str]], names: Names) -> tuple[str, ...]:
    form, word, last = canonical(raw), span[0].group(), span[-1].group().lower()
    if reduced(form) == "" or word.lower() in NOISE or (last in _GLUE and not raw.endswith("+")):
        return ()
    license_follows = last.startswith(("license", "licence"))
    if len(span) == 1 and word.lower() in _WORDS and word.islower() and not license_follows and not _meant(span[0]):
        return ()
    if len(span) == 1 and len(word) < 3 and not word.isupper():  # noqa: PLR2004 - "it", "nc", "r"
        return ()
    spelled_out = license_follows or _SPDX_LIKE.fullmatch(raw) is not None or form.startswith("cc by")
    whole = any(token.group().lower() in _GLUE for token in span[1:-1])  # "the code of Llama" is not Code Llama
    return names.named(form, license_follows=license_follows, spelled_out=spelled_out, whole=whole)


def _meant(word: re.Match[str]) -> bool:
    """Return whether an ordinary word is a name all the same: in a question on licenses that has no capitals."""
    text = word.string
    return word.group() in _SELDOM_WORDS and text.islower() and _OF_THE_FIELD.search(text) is not None


def _spans(text: str, tokens: Sequence[re.Match[str]], place: int) -> Iterator[int]:
    """Yield the ends of the runs of tokens from `place` on that are joined closely enough to be one name."""
    for end in range(place + 1, min(len(tokens), place + _LONGEST_SPAN) + 1):
        if end > place + 1 and not _JOINED.match(text[tokens[end - 2].end() : tokens[end - 1].start()]):
            return
        yield end


def _stray_version(text: str, tokens: Sequence[re.Match[str]], end: int, names: Names) -> int:
    """Return the end of a version right behind a name, 0 where there is none; years, sizes and amounts are none."""
    if end >= len(tokens) or not _JOINED.match(text[tokens[end - 1].end() : tokens[end].start()]):
        return 0
    number = tokens[end].group().lower()
    follows = tokens[end + 1] if end + 1 < len(tokens) else None
    if re.fullmatch(r"[a-uw-z]", number) and follows and follows.start() == tokens[end].end() and follows[0].isdigit():
        glued = text[tokens[end].start() : follows.end()].lower()
        other = glued in _SUMMITS or names.named(canonical(glued), license_follows=False, spelled_out=False, whole=True)
        return 0 if other else end + 2  # "Kimi K9"
    if len(number) == 1 and number.isalpha() and text[tokens[end].end() : tokens[end].end() + 1] == "+":
        return end + 1  # "Command A+"
    if not re.fullmatch(r"\d{1,2}(?:\.\d+)*", number):
        return 0  # a word, a year or a size
    if follows and follows[0].lower() in _MEASURES:
        return 0  # "dolly-15k": how many rows
    return end + 1


def _strangers(text: str, found: Sequence[Mention]) -> Iterator[Mention]:
    """Yield what looks like a model's name and belongs to no record."""
    taken = [(mention.start, mention.end) for mention in found]
    for match in _LOOKS_LIKE_MODEL.finditer(text):
        start, end = match.span()
        if any(start < other_end and other_start < end for other_start, other_end in taken):
            continue
        word = (match["name"] or re.split(r"[-_. \d]", match["sized"])[0]).lower()
        if word not in _COUNTED:
            yield Mention(start, end, match.group(), (), known=False)


def _written_out(text: str, found: Sequence[Mention], names: Names) -> Iterator[Mention]:
    """Yield what is written out as a license's name: a family's, or none's, as "the CommonPeace RAIL-X license"."""
    for match in _LOOKS_LIKE_LICENSE.finditer(text):
        start, end = match.span()
        if any(mention.start <= start and mention.end >= end - len("license") for mention in found):
            continue
        if reduced(canonical(match.group())) in CONCEPTS | {""}:
            continue
        if _SAID_OF_A_MAKER.fullmatch(match.group()) and names.has_word(match.group().split()[0]):
            continue  # "does Meta license it to us?"
        meant = names.spelled_out(match.group()) or names.with_words(match.group())
        strange = [word for word in re.findall(r"[A-Za-z]{4,}", match.group()) if not names.has_word(word)]
        part = any(mention.known and start < mention.end and mention.start < end for mention in found)
        if meant:
            yield Mention(start, end, match.group(), meant, known=True)
        elif strange or not part:
            yield Mention(start, end, match.group(), (), known=False)


def _without_parts(found: Sequence[Mention], strangers: Sequence[Mention]) -> list[Mention]:
    """Return the strangers and what lies outside them."""
    outside = [one for one in found if not any(other.start < one.end and one.start < other.end for other in strangers)]
    return [*outside, *strangers]


def _without_families(mentions: Sequence[Mention]) -> Iterator[Mention]:
    """Yield the mentions without a family's name beside one of its members: "Mistral's Codestral" is Codestral."""
    single = {mention.subjects[0] for mention in mentions if len(mention.subjects) == 1}
    for mention in mentions:
        if len(mention.subjects) < 2 or not single & set(mention.subjects):  # noqa: PLR2004 - two make a family
            yield mention
