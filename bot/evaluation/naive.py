"""The baseline that people start from: the nearest chunks in a prompt that says "cite [n]"; same model, same index."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bot.answering.answer import Answer, Citation
from bot.answering.clock import Clock
from bot.answering.compose import disarm
from bot.answering.pipeline import Turn
from bot.answering.question import understand
from bot.ports import Prompt

if TYPE_CHECKING:
    from bot.answering.pipeline import Answerer
    from bot.ports import ChatModel
    from knowledge.names import NameIndex
    from knowledge.retrieval import Hit, Retriever
    from prompts import PromptTemplate

_CHUNKS = 5
_LONGEST = 600  # characters of a chunk; five must fit the window beside the reply
_MARKER = re.compile(r"\[(\d+)\]")
_REFUSAL = re.compile(
    r"\b(?:don't|do not|cannot|can't) (?:know|answer)|\bno information|not (?:mention|provid|contain|stat)ed",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class NaiveAnswerer:
    """Answers by putting chunks and question into one prompt. What it says and cites is shown as it comes."""

    names: NameIndex
    retriever: Retriever
    model: ChatModel
    template: PromptTemplate

    def answer(self, question: str, previous: Turn | None = None) -> Turn:
        """Return the model's reply; a turn before is not read, as such systems do not."""
        del previous
        clock = Clock(None)
        query = understand(question, self.names)[-1]
        hits = self.retriever.retrieve(question, k=_CHUNKS)
        clock.retrieved()
        passages = "\n\n".join(
            f"[{n}] {hit.passage.title}: {hit.passage.text[:_LONGEST]}" for n, hit in enumerate(hits, 1)
        )
        user = self.template.fill({"passages": disarm(passages), "question": disarm(question)})
        text = "".join(self.model.stream(Prompt(self.template.system, user, self.template.max_tokens))).strip()
        clock.show(text)
        abstained = not text or _REFUSAL.search(text) is not None
        citations = () if abstained else _citations(text, hits)
        answer = Answer(question, text, abstained, "model", self.model.card.name, citations, clock.timings())
        return Turn(answer, query)


def naive(road: Answerer, model: ChatModel, template: PromptTemplate) -> NaiveAnswerer:
    """Return the baseline over the road's index: dense search alone."""
    return NaiveAnswerer(road.names, replace(road.retriever, use_lexical=False, use_subjects=False), model, template)


def _citations(text: str, hits: tuple[Hit, ...]) -> tuple[Citation, ...]:
    cited = sorted({int(number) for number in _MARKER.findall(text)})
    found = [(number, hits[number - 1].passage) for number in cited if 1 <= number <= len(hits)]
    return tuple(Citation(number, one.title, one.url, one.document, one.section, one.text) for number, one in found)
