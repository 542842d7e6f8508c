"""Fetches what a person names by address, and nothing that the machine alone may see."""

from knowledge.fetching.client import Fetched, Fetcher, GoneError, Limits, Unchanged

__all__ = ["Fetched", "Fetcher", "GoneError", "Limits", "Unchanged"]
