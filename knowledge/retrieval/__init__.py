"""Finding passages: dense in Chroma, BM25 beside it, fused by rank."""

from knowledge.retrieval.asked import AskedQuestions
from knowledge.retrieval.lexical import LexicalIndex
from knowledge.retrieval.remembering import RememberingEmbedder
from knowledge.retrieval.retriever import Hit, Retriever

__all__ = ["AskedQuestions", "Hit", "LexicalIndex", "RememberingEmbedder", "Retriever"]
