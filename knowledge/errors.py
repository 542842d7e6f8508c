"""What can go wrong in the knowledge, as people are told it.

KnowledgeError
├── AssetError            a data file that comes from elsewhere is missing, damaged or cannot be fetched
├── CatalogueError        a record of our own does not parse: a defect of ours, found by tests
├── NotFoundError         no license, model or document has this name
├── BundledError          the document comes with osai and cannot be taken out
├── IndexMissingError     nothing has been ingested yet
├── IndexMismatchError    the index was made with other embeddings or another chunker
├── IndexDamagedError     the vector store cannot be read
├── IndexLockedError      another process is writing the index
└── DocumentError         a user's document cannot be read
"""

from __future__ import annotations


class KnowledgeError(Exception):
    """Base of all: what broke, the command or act that mends it, and whether trying again can help."""

    def __init__(self, message: str, *, hint: str = "", retryable: bool = False) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.retryable = retryable


class AssetError(KnowledgeError):
    """A data file is missing, damaged, or cannot be fetched."""


class CatalogueError(KnowledgeError):
    """A record of our own does not parse."""


class NotFoundError(KnowledgeError):
    """No license, model or document has this name; `nearest` holds the names closest to it."""

    def __init__(self, message: str, *, nearest: tuple[str, ...] = (), hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.nearest = nearest


class BundledError(KnowledgeError):
    """The document comes with osai and cannot be taken out."""


class IndexMissingError(KnowledgeError):
    """Nothing has been ingested yet."""


class IndexMismatchError(KnowledgeError):
    """The index was made with other embeddings or another chunker."""


class IndexDamagedError(KnowledgeError):
    """The vector store cannot be read."""


class IndexLockedError(KnowledgeError):
    """Another process is writing the index."""


class DocumentError(KnowledgeError):
    """A user's document cannot be read."""
