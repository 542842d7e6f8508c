"""Has the model put the evidence into a sentence or two, lets through what verification passes, and sets the markers.

The model's text is never shown before it is checked. Where nothing of it stands, the evidence itself is the answer.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bot.answering.verify import OF_THE_TASK, Finding, covers, verify
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
_MOST = 4  # sentences looked at, with those that only speak of the task
_LEAD = re.compile(r"^(?:yes|no|it depends)\b[,.:;]?\s*", re.IGNORECASE)
# What small models say of the task before they do it.
_PREAMBLE = re.compile(
    r"^(?:rewrite this note[^:]*:|correct the grammar[^:]*:|(?:the |an? )?(?:\w+ )?(?:note|sentence|version)"
    r"(?: is| was| reads)(?: corrected to| rewritten(?: as)?| as follows)?:|here is [^:]{0,60}:)",
    re.IGNORECASE,
)


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
    """Writes answers with one model. `one_note_a_time` is for models so small that two notes confuse them.

    A note that the model does not put rightly with `first` is given to it alone with `again`, to keep to its words.
    `checks` and `quotes` are for ablation: without checks every sentence passes, without quotes nothing stands in for
    what the model fails at.
    """

    model: ChatModel | None
    first: PromptTemplate
    again: PromptTemplate
    subjects_in: SubjectsIn
    one_note_a_time: bool
    checks: bool = True
    quotes: bool = True

    def compose(self, question: str, evidence: Sequence[Evidence], show: Callable[[str, int], None]) -> Draft:
        """Return the answer's body; `show` hears each sentence, with its evidence's index, once it is certain.

        Evidence that the model does not tell, or tells wrongly, is quoted.
        """
        draft = Draft()
        every = list(range(len(evidence)))
        quoted = False
        for batch in [[index] for index in every] if self.one_note_a_time else [every]:
            for sentence, index in self._tries(question, evidence, batch, draft):
                _add(draft, sentence, index, show)
            for index in batch:
                if not draft.tells(index) and self.quotes:
                    quoted = True
                    _add(draft, evidence[index].statement.text, index, show)
        draft.written_by = "quotes" if quoted else "model"
        return draft

    def _tries(
        self, question: str, evidence: Sequence[Evidence], batch: Sequence[int], draft: Draft
    ) -> Iterator[tuple[str, int]]:
        """Yield what stands of the model's first reply, and of a second one to each note that is still untold."""
        yield from self._written(self._prompt(self.first, question, evidence, batch), evidence, batch, draft)
        for index in batch:
            if not draft.tells(index):
                yield from self._written(
                    self._prompt(self.again, question, evidence, [index]), evidence, [index], draft
                )

    def _written(
        self, prompt: Prompt, evidence: Sequence[Evidence], batch: Sequence[int], draft: Draft
    ) -> Iterator[tuple[str, int]]:
        """Yield the model's sentences that tell a note of the batch, until all are told or it has no more to say."""
        if self.model is None:
            return
        refused = 0
        for place, sentence in enumerate(_sentences(self.model.stream(prompt))):
            told = _LEAD.sub("", _PREAMBLE.sub("", sentence).lstrip(" :\n"))
            told = told[:1].upper() + told[1:]
            finding = self._checked(told, [evidence[index] for index in batch])
            if not finding.supported:
                draft.rejected.append((sentence, finding.reason))
                refused += finding.reason != OF_THE_TASK
            elif not draft.tells(batch[finding.evidence]):
                yield told, batch[finding.evidence]
            if refused == _PATIENCE or place + 1 == _MOST or all(draft.tells(index) for index in batch):
                return

    def _checked(self, sentence: str, items: Sequence[Evidence]) -> Finding:
        if not self.checks:
            return Finding(supported=True, evidence=0)
        finding = verify(sentence, items, self.subjects_in)
        if finding.supported and not covers([sentence], items[finding.evidence]):
            return Finding(supported=False, reason="tells too little")
        return finding

    def _prompt(
        self, template: PromptTemplate, question: str, evidence: Sequence[Evidence], batch: Sequence[int]
    ) -> Prompt:
        notes = [evidence[index].statement.text for index in batch]
        values = {"notes": disarm(notes[0] if len(notes) == 1 else _bullets(notes)), "question": disarm(question)}
        user = template.fill({name: values[name] for name in template.variables})
        kept = values["notes"] if template is self.again else ""
        return Prompt(template.system, user, template.max_tokens, keeps_to=kept)


def _bullets(notes: Sequence[str]) -> str:
    return "\n".join(f"- {note}" for note in notes)


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
