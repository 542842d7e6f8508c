"""Names as people type them, to licenses and models: "llama3.1", "gpl v3 or later", "codestral licence".

Careful before clever: every number of a name must be the record's own, typos are forgiven in letters alone, and a name
that looks like a model's but belongs to no record is reported as unknown.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from rapidfuzz import fuzz, process
from rapidfuzz.utils import default_process

from knowledge.errors import NotFoundError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from knowledge.licenses.catalogue import LicenseCatalogue
    from knowledge.models.catalogue import ModelCatalogue
    from knowledge.records import License, Model

Kind = Literal["license", "model"]

_LONGEST_NAME = 200  # characters of a typed name that are looked at
_LONGEST_SPAN = 9  # tokens of the longest name looked for in a text
_CLOSE = 88.0  # of 100; below, a typo is not told from another name
_TOKEN = re.compile(r"\d+(?:\.\d+)*[bm](?![a-z])|\d+(?:\.\d+)*|[^\W\d_]+", re.IGNORECASE)
_PLUS = re.compile(r"\+*")
_JOINED = re.compile(r"^[\s_./:-]?$")
# What publishers and people add to a name without naming another record.
_NOISE = frozenset(
    """instruct chat base it hf gguf ggml awq gptq fp int bf model models license licenses agreement text terms
    the a an of or later only and one version family""".split()
)
# What the field calls things: never a name by itself, whatever record has it as a part of its own.
_CONCEPTS = frozenset(
    (
        "open|open weights|open weight|open source|open model|open data|open ai|source available|modified mit|community"
        "|free software|research|public domain|non commercial|noncommercial|fair source|ethical source|business source"
        "|share alike|no derivatives|attribution|data|source|commercial|free|custom|other|copyleft"
    ).split("|")
)
# Noise that a sentence has of its own: no name ends with it.
_GLUE = frozenset({"the", "a", "an", "of", "or", "and", "it", "one", "plus"})
# Names that are also ordinary words: they count where they are written as names.
_WORDS = frozenset(
    """amber apache arctic artistic attribution aya bark bloom chameleon comma command crystal falcon flux granite isc
    jamba koala lucie magistral mamba nc noncommercial opt orca persimmon phi postgres seed solar stable
    viking zephyr oracle perl boost eclipse wikipedia""".split()
)
# Words before a number that name no model: "Section 2", "Article 53", "May 2024".
_COUNTED = frozenset(
    """section article clause chapter part version level class phase step title annex appendix attachment point number
    top january february march april may june july august september october november december python cuda
    recital page item figure table line day month year about over under than least most only last first next
    every all some and or the in on of to for with from is are was has have version versions v license licenses
    licence gpu gpus rtx act osd rule""".split()
)
_LOOKS_LIKE_MODEL = re.compile(
    r"\b(?P<name>[A-Z][A-Za-z]{2,})[ -]?(?P<number>\d{1,2}(?:\.\d{1,2})?)(?![\w%]|\.\d)"
    r"|\b(?P<sized>[A-Za-z]{3,}(?:[-_. ]?\d{1,2}(?:\.\d{1,2})?)?[-_]\d{1,4}(?:\.\d)?[bB])\b"
)


@dataclass(frozen=True, slots=True)
class Resolution:
    """What a typed name stands for. "ambiguous" has a family's members, newest first; "unknown" only `nearest`."""

    kind: Literal["exact", "fuzzy", "ambiguous", "unknown"]
    subjects: tuple[str, ...]
    nearest: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Mention:
    """A name in a text, from `start` to `end`; several subjects where the name is a family's, none where unknown."""

    start: int
    end: int
    text: str
    subjects: tuple[str, ...]
    known: bool


class NameIndex:
    """Every name of every record, in one canonical form."""

    def __init__(self, licenses: LicenseCatalogue, models: ModelCatalogue) -> None:
        self._licenses, self._models = licenses, models
        self._display: dict[str, str] = {}
        self._forms: dict[Kind, dict[str, list[str]]] = {"license": {}, "model": {}}
        self._families: dict[Kind, dict[str, list[str]]] = {"license": {}, "model": {}}
        for license_ in licenses.all():
            self._add("license", license_, _license_names(license_))
        for model in models.all():
            self._add("model", model, _model_names(model))

    def display(self, subject: str) -> str:
        """Return the name of a subject as people read it."""
        return self._display.get(subject, subject.partition(":")[2])

    def resolve(self, name: str, prefer: Kind = "model") -> Resolution:
        """Return what the name stands for; with `prefer` "license", a model's name leads to its license."""
        form = canonical(name[:_LONGEST_NAME])
        if not form:
            return Resolution("unknown", ())
        license_asked = prefer == "license" or re.search(r"\blicen[cs]e", name[:_LONGEST_NAME], re.IGNORECASE)
        order: tuple[Kind, ...] = ("license", "model") if license_asked else ("model", "license")
        for look_up in (self._exact, self._family, self._fuzzy):
            for kind in order:
                found = look_up(form, kind)
                if found is not None:
                    return self._as_license(found) if license_asked and kind == "model" else found
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
            newest = f"{members[0]} (newest)"
            raise NotFoundError(f"{shown!r} may be any of: {'; '.join((newest, *members[1:]))}.", nearest=members)
        nearest = found.nearest or self._nearest(name)
        hint = f"Nearest: {', '.join(nearest)}." if nearest else ""
        raise NotFoundError(f"No {kind} is named {shown!r}.", nearest=nearest, hint=hint)

    def subjects_in(self, text: str) -> frozenset[str]:
        """Return what a text names: single subjects, and unknown names as they stand; a family's name is neither."""
        mentions = self.mentions(text)
        known = {mention.subjects[0] for mention in mentions if len(mention.subjects) == 1}
        return frozenset(known | {mention.text.lower() for mention in mentions if not mention.known})

    def mentions(self, text: str) -> tuple[Mention, ...]:
        """Return the names in a text, left to right, the longest first, none overlapping."""
        tokens = list(_TOKEN.finditer(text))
        found: list[Mention] = []
        place = 0
        while place < len(tokens):
            mention, used = self._mention_at(text, tokens, place)
            if mention is not None:
                found.append(mention)
            place += used
        found += self._strangers(text, found)
        return tuple(sorted(_without_families(found), key=lambda mention: mention.start))

    def _add(self, kind: Kind, record: License | Model, names: Iterable[str]) -> None:
        subject = f"{kind}:{record.key}"
        self._display[subject] = record.name
        for name in names:
            for form in {canonical(name), reduced(canonical(name))} - _CONCEPTS - {""}:
                subjects = self._forms[kind].setdefault(form, [])
                if subject not in subjects:
                    subjects.append(subject)
        members = self._families[kind].setdefault(canonical(record.family), [])
        members.append(subject)

    def _exact(self, form: str, kind: Kind) -> Resolution | None:
        for one in _shorter(form):
            subjects = self._forms[kind].get(one)
            if subjects:
                return Resolution("exact" if len(subjects) == 1 else "ambiguous", self._newest_first(subjects))
        return None

    def _family(self, form: str, kind: Kind) -> Resolution | None:
        members = self._families[kind].get(reduced(form))
        if not members:
            return None
        return Resolution("ambiguous" if len(members) > 1 else "exact", self._newest_first(members))

    def _fuzzy(self, form: str, kind: Kind) -> Resolution | None:
        """Return the nearest name that has the very same numbers, if a typo explains the rest."""
        numbers, letters = _numbers(form), _letters(form)
        if len(letters) < 4:  # noqa: PLR2004 - of three letters, one wrong makes another name
            return None
        candidates = {one: _letters(one) for one in self._forms[kind] if _numbers(one) == numbers}
        best = process.extractOne(letters, candidates, scorer=fuzz.ratio, score_cutoff=_CLOSE)
        if best is None or not best[0]:
            return None
        subjects = self._forms[kind][best[2]]
        return Resolution("fuzzy" if len(subjects) == 1 else "ambiguous", self._newest_first(subjects))

    def _as_license(self, found: Resolution) -> Resolution:
        """Return the licenses of the models found."""
        keys = dict.fromkeys(
            key
            for subject in found.subjects
            for key in self._models.get(subject.partition(":")[2]).license_keys
            if key in self._licenses
        )
        subjects = tuple(f"license:{key}" for key in keys)
        if not subjects:
            return Resolution("unknown", (), ())
        return Resolution(found.kind if len(subjects) == 1 else "ambiguous", subjects)

    def _newest_first(self, subjects: Sequence[str]) -> tuple[str, ...]:
        return tuple(sorted(subjects, key=self._released, reverse=True))

    def _released(self, subject: str) -> str:
        kind, _, key = subject.partition(":")
        return (self._licenses.get(key) if kind == "license" else self._models.get(key)).released

    def _nearest(self, name: str) -> tuple[str, ...]:
        shown = process.extract(
            name[:_LONGEST_NAME], self._display, scorer=fuzz.WRatio, processor=default_process, limit=3, score_cutoff=45
        )
        return tuple(dict.fromkeys(match[0] for match in shown))

    def _mention_at(self, text: str, tokens: Sequence[re.Match[str]], place: int) -> tuple[Mention | None, int]:
        """Return the longest name that begins at a token, and how many tokens were read."""
        spans = list(_spans(text, tokens, place))
        for end in reversed(spans):
            span = tokens[place:end]
            stop = span[-1].end() + len(_PLUS.match(text, span[-1].end())[0])  # type: ignore[index] # matches nothing too
            raw = text[span[0].start() : stop]
            found = self._named(canonical(raw), tokens, place, end)
            if found is None:
                continue
            unversioned = not any(token.group()[0].isdigit() for token in span)
            if unversioned and (version := self._stray_version(text, tokens, end)):
                # "Llama 7": a name with a number that no record has
                stop = tokens[version - 1].end()
                stray = text[span[0].start() : stop]
                return Mention(span[0].start(), stop, stray, (), known=False), version - place
            return Mention(span[0].start(), stop, raw, found, known=True), end - place
        return None, 1

    def _named(self, form: str, tokens: Sequence[re.Match[str]], place: int, end: int) -> tuple[str, ...] | None:
        word = tokens[place].group()
        last = tokens[end - 1].group().lower()
        if reduced(form) == "" or word.lower() in _NOISE or last in _GLUE:
            return None
        license_follows = last.startswith(("license", "licence"))
        if end - place == 1 and word.lower() in _WORDS and word.islower() and not license_follows:
            return None
        if end - place == 1 and len(word) < 3 and not word.isupper():  # noqa: PLR2004 - "it", "nc", "r"
            return None
        order: tuple[Kind, ...] = ("license", "model") if license_follows else ("model", "license")
        for look_up in (self._forms, self._families):
            for kind in order:
                for one in (form, reduced(form)):
                    if subjects := look_up[kind].get(one):
                        return self._of_kind(kind, subjects, license_follows)
        return None

    def _of_kind(self, kind: Kind, subjects: Sequence[str], license_follows: bool) -> tuple[str, ...] | None:
        ordered = self._newest_first(subjects)
        if kind == "model" and license_follows:
            return self._as_license(Resolution("exact", ordered)).subjects or ordered
        return ordered

    def _stray_version(self, text: str, tokens: Sequence[re.Match[str]], end: int) -> int:
        """Return the end of a version right behind a name, 0 where there is none; years and sizes are none."""
        if end >= len(tokens) or not _JOINED.match(text[tokens[end - 1].end() : tokens[end].start()]):
            return 0
        number = tokens[end].group().lower()
        if not re.fullmatch(r"\d{1,2}(?:\.\d+)*", number):
            return 0  # a word, a year or a size
        return end + 1

    def _strangers(self, text: str, found: Sequence[Mention]) -> Iterator[Mention]:
        """Yield what looks like a model's name and belongs to no record."""
        taken = [(mention.start, mention.end) for mention in found]
        for match in _LOOKS_LIKE_MODEL.finditer(text):
            start, end = match.span()
            if any(start < other_end and other_start < end for other_start, other_end in taken):
                continue
            word = (match["name"] or re.split(r"[-_. \d]", match["sized"])[0]).lower()
            if word not in _COUNTED:
                yield Mention(start, end, match.group(), (), known=False)


def _without_families(mentions: Sequence[Mention]) -> Iterator[Mention]:
    """Yield the mentions without a family's name beside one of its members: "Mistral's Codestral" is Codestral."""
    single = {mention.subjects[0] for mention in mentions if len(mention.subjects) == 1}
    for mention in mentions:
        if len(mention.subjects) < 2 or not single & set(mention.subjects):  # noqa: PLR2004 - two make a family
            yield mention


def canonical(name: str) -> str:
    """Return a name in the form that all its spellings share: "Llama-3.1-8B", "llama3.1 8b" are "llama 3.1 8b"."""
    text = unicodedata.normalize("NFKC", name).lower().replace("licence", "license").replace("’s", "").replace("'s", "")
    text = re.sub(r"^[\w.-]+/(?=[\w.-]+$)", "", text.strip())  # the publisher of a hub name: meta-llama/...
    text = text.replace("licenseref-scancode-", "").replace("+", " plus ")
    tokens = _TOKEN.findall(text)
    kept = [
        token
        for place, token in enumerate(tokens)
        if not (token == "v" and place + 1 < len(tokens) and tokens[place + 1][0].isdigit())  # noqa: S105 - a letter, no secret
    ]
    return " ".join(_plain_number(_unversioned(token)) for token in kept)


def reduced(form: str) -> str:
    """Return a canonical form without what publishers and people add to a name."""
    return " ".join(token for token in form.split() if token not in _NOISE)


def _unversioned(token: str) -> str:
    """Return "gplv" as "gpl": the v of "gplv3" belongs to the number."""
    return token[:-1] if token in ("gplv", "lgplv", "agplv", "mplv", "euplv", "apachev") else token


def _plain_number(token: str) -> str:
    return re.sub(r"(?:\.0)+$", "", token) if token[0].isdigit() else token


def _shorter(form: str) -> Iterator[str]:
    """Yield a form and ever shorter ones that name the same: without noise, then without sizes."""
    yield form
    yield reduced(form)
    without_sizes = " ".join(token for token in reduced(form).split() if not re.fullmatch(r"\d+(?:\.\d+)?[bm]", token))
    if without_sizes and not without_sizes.replace(" ", "").isdigit():
        yield without_sizes


def _spans(text: str, tokens: Sequence[re.Match[str]], place: int) -> Iterator[int]:
    """Yield the ends of the runs of tokens from `place` on that are joined closely enough to be one name."""
    for end in range(place + 1, min(len(tokens), place + _LONGEST_SPAN) + 1):
        if end > place + 1 and not _JOINED.match(text[tokens[end - 2].end() : tokens[end - 1].start()]):
            return
        yield end


def _numbers(form: str) -> tuple[str, ...]:
    """Return the versions and sizes of a form: "7b" is another number than "7"."""
    return tuple(token for token in form.split() if token[0].isdigit())


def _letters(form: str) -> str:
    return "".join(token for token in reduced(form).split() if not token[0].isdigit())


def _license_names(license_: License) -> Iterator[str]:
    yield from (license_.name, license_.key, license_.spdx_id, *license_.aliases)
    if license_.spdx_id.endswith("-only"):
        yield license_.spdx_id.removesuffix("-only")
        yield f"{license_.spdx_id.removesuffix('-only')}-or-later"
        yield f"{license_.spdx_id.removesuffix('-only')}+"


def _model_names(model: Model) -> Iterator[str]:
    yield from (model.name, model.key, *model.aliases)
    if " / " in model.name:
        yield from model.name.split(" / ")
