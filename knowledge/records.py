"""The records that the knowledge is made of: frozen values, no behavior beyond reading themselves.

Three ids appear everywhere. A *document id* names a text that can be cited (`licenses/mit`, `articles/dbrx`). A
*subject* names what a text is about (`license:mit`, `model:llama-3`). A *section* names a place in a document
(`1.b.i`, a heading, `p. 3`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Verdict = Literal["yes", "no", "conditional", "unknown"]
Topic = Literal[
    "commercial",
    "threshold",
    "attribution",
    "use_policy",
    "outputs",
    "redistribution",
    "host",
    "derivatives",
    "patents",
    "territory",
    "termination",
    "law",
]
DocumentKind = Literal["license-text", "license", "model", "article", "user"]
Openness = Literal["open", "partial", "restricted", "closed", "unknown"]


@dataclass(frozen=True, slots=True)
class Source:
    """Who says so: a title a person can read and an address a person can open."""

    title: str
    url: str


@dataclass(frozen=True, slots=True)
class Statement:
    """The smallest thing that can be cited: one or two sentences that stand verbatim in their document.

    `topic` says which question of a record it settles ("commercial", "open_source", "license_of"; empty elsewhere),
    `verdict` how it settles it where the question is a yes-or-no one. `asks` are questions that it answers, as people
    put them: a search compares them with the question, and never shows them. Those of a record have "it" for its name.
    """

    text: str
    section: str = ""
    source: Source | None = None
    verified: bool = True
    topic: str = ""
    verdict: Verdict = "unknown"
    asks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Document:
    """A text that can be cited, as statements in reading order."""

    id: str
    kind: DocumentKind
    title: str
    url: str
    statements: tuple[Statement, ...]
    subjects: tuple[str, ...] = ()
    date: str = ""

    @property
    def text(self) -> str:
        """Return the whole text; every quote of this document is a substring of it."""
        return "\n".join(statement.text for statement in self.statements)


@dataclass(frozen=True, slots=True)
class Heading:
    """What a list of documents shows of one: everything but its text."""

    id: str
    kind: DocumentKind
    title: str
    url: str
    date: str = ""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a document came from and how to ask for it again; times in ISO form, UTC."""

    document: str
    url: str
    etag: str
    modified: str
    fetched_at: str
    text_hash: str


@dataclass(frozen=True, slots=True)
class Passage:
    """The unit of retrieval: neighboring statements of one document under a header that names where they stand."""

    id: str
    document: str
    kind: DocumentKind
    title: str
    url: str
    section: str
    statements: tuple[Statement, ...]
    subjects: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """Return the statements as one text."""
        return " ".join(statement.text for statement in self.statements)

    @property
    def indexed_text(self) -> str:
        """Return what is embedded and searched: title and section first, so that a clause names its license."""
        header = f"{self.title}, {self.section}" if self.section else self.title
        return f"{header}. {self.text}"

    @property
    def words(self) -> str:
        """Return what is searched by words: the indexed text, and the questions that its statements answer."""
        return " ".join((self.indexed_text, *(ask for statement in self.statements for ask in statement.asks)))


@dataclass(frozen=True, slots=True)
class Term:
    """What a license says on one topic: the verdict, a short cell for tables, a sentence to quote, and the clause.

    `asks` are questions that the sentence answers, with "it" for the license.
    """

    topic: Topic
    verdict: Verdict
    value: str
    statement: str
    section: str = ""
    verified: bool = True
    asks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class License:
    """One license as facts. `key` is ScanCode's where ScanCode has the text, else a slug in the same style.

    `osi_approved` is None where no data says whether the Open Source Initiative approved it; `terms` is empty where
    osai knows the license by name alone.
    """

    key: str
    name: str
    family: str
    owner: str
    category: str
    osi_approved: bool | None
    url: str
    sources: tuple[Source, ...]
    terms: tuple[Term, ...]
    spdx_id: str = ""
    scancode_key: str = ""
    aliases: tuple[str, ...] = ()
    released: str = ""
    osi_note: str = ""
    statements: tuple[Statement, ...] = ()
    verified: bool = True

    def term(self, topic: Topic) -> Term | None:
        """Return what this license says on a topic, or None where the facts are silent."""
        return next((term for term in self.terms if term.topic == topic), None)


@dataclass(frozen=True, slots=True)
class Model:
    """One model, or one set of sizes released together under the same terms, as facts."""

    key: str
    name: str
    family: str
    developer: str
    license: str
    license_keys: tuple[str, ...]
    weights: Openness
    data: Openness
    code: Openness
    osaid: str
    sources: tuple[Source, ...]
    aliases: tuple[str, ...] = ()
    released: str = ""
    parameters: str = ""
    weights_note: str = ""
    data_note: str = ""
    code_note: str = ""
    mof_class: str = ""
    statements: tuple[Statement, ...] = ()
    unverified: tuple[str, ...] = field(default=())
