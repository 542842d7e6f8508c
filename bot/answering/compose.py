"""Has the model put the evidence into a sentence or two, lets through what verification passes, and sets the markers.

The model's text is never shown before it is checked. Where nothing of it stands, the evidence itself is the answer.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bot.answering.verify import Finding, covers, verify
from bot.ports import Prompt
from knowledge.sentences import take_sentences

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from bot.answering.answer import WrittenBy
    from bot.answering.evidence import Evidence
    from bot.answering.verify import SubjectsIn
    from bot.ports import ChatModel
    from prompts import PromptTemplate

# Control tokens of chat templates: text from documents and questions must not be able to end its own turn.
_CONTROL = re.compile(r"<\|[^|>]{0,40}\|>|</?s>|\[/?INST\]|<<?/?SYS>>?|<(?:start|end)_of_turn>", re.IGNORECASE)
_PATIENCE = 2  # sentences refused before the evidence is quoted: what began wrong seldom comes right
_LEAD = re.compile(r"^(?:yes|no|it depends)\b[,.:;]?\s*", re.IGNORECASE)


@dataclass(slots=True)
class Draft:
    """The body of an answer as it comes to stand: sentences, each with the index of the evidence it stands on.

    `rejected` keeps what verification refused and why, for evaluation; it is never shown.
    """

    sentences: list[tuple[str, int]] = field(default_factory=list)
    written_by: WrittenBy = "quotes"
    rejected: list[tuple[str, str]] = field(default_factory=list)

    def tells(self, index: int) -> bool:
        """Return whether a sentence on this evidence stands already."""
        return any(stands_on == index for _, stands_on in self.sentences)


@dataclass(frozen=True, slots=True)
class Composer:
    """Writes answers with one model. `one_note_a_time` is for models so small that two notes confuse them."""

    model: ChatModel | None
    template: PromptTemplate
    subjects_in: SubjectsIn
    one_note_a_time: bool

    def compose(self, question: str, evidence: Sequence[Evidence], show: Callable[[str, int], None]) -> Draft:
        """Return the answer's body; `show` hears each sentence, with its evidence's index, once it is certain.

        Evidence that the model does not tell, or tells wrongly, is quoted.
        """
        draft = Draft()
        every = list(range(len(evidence)))
        quoted = False
        for batch in [[index] for index in every] if self.one_note_a_time else [every]:
            for sentence, index in self._written(question, evidence, batch, draft):
                _add(draft, sentence, index, show)
            for index in batch:
                if not draft.tells(index):
                    quoted = True
                    _add(draft, evidence[index].statement.text, index, show)
        draft.written_by = "quotes" if quoted else "model"
        return draft

    def _written(
        self, question: str, evidence: Sequence[Evidence], batch: Sequence[int], draft: Draft
    ) -> Iterator[tuple[str, int]]:
        """Yield the model's sentences that tell a note of the batch, until all are told or it has no more to say."""
        if self.model is None:
            return
        items = [evidence[index] for index in batch]
        refused = 0
        for sentence in _sentences(self.model.stream(self._prompt(question, items))):
            told = _LEAD.sub("", sentence)
            told = told[:1].upper() + told[1:]
            finding = verify(told, items, self.subjects_in)
            if finding.supported and not covers([told], items[finding.evidence]):
                finding = Finding(supported=False, reason="tells too little")
            if not finding.supported:
                draft.rejected.append((sentence, finding.reason))
                refused += 1
            elif not draft.tells(batch[finding.evidence]):
                yield told, batch[finding.evidence]
            if refused == _PATIENCE or all(draft.tells(index) for index in batch):
                return

    def _prompt(self, question: str, items: Sequence[Evidence]) -> Prompt:
        notes = items[0].statement.text if len(items) == 1 else _bullets(items)
        user = self.template.fill({"notes": disarm(notes), "question": disarm(question)})
        return Prompt(self.template.system, user, self.template.max_tokens)


def _bullets(items: Sequence[Evidence]) -> str:
    return "\n".join(f"- {item.statement.text}" for item in items)


def disarm(text: str) -> str:
    """Return the text with control tokens broken: no document and no question may end its turn of the prompt."""
    return _CONTROL.sub(" ", text)


def _add(draft: Draft, sentence: str, index: int, show: Callable[[str, int], None]) -> None:
    draft.sentences.append((sentence, index))
    show(sentence, index)


def _sentences(pieces: Iterator[str]) -> Iterator[str]:
    """Yield the sentences of a reply as they are completed; a last one cut off by the token limit is dropped."""
    rest = ""
    for piece in pieces:
        done, rest = take_sentences(rest + piece)
        yield from done
    if rest.rstrip("\"')”’").endswith((".", "!", "?")):
        yield rest.strip()
