"""Which list a question asks for is read from how it is put; its members come from the records, narrowed by names."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from bot.answering.gathering import members_of
from bot.answering.list_kinds import list_vectors, load_list_kinds, load_list_probe
from bot.answering.question import understand
from bot.errors import OsaiError

if TYPE_CHECKING:
    from bot.answering.list_kinds import ListKind
    from bot.answering.listed import Listing
    from bot.answering.pipeline import Answerer
    from bot.app import App

KINDS = {kind.name: kind for kind in load_list_kinds()}


def _members(app: App, kind: str, question: str = "which ones?") -> Listing | None:
    query = understand(question, app.names)[0]
    return members_of(KINDS[kind], query, app.licenses, app.models)


def _names(listing: Listing | None) -> str:
    assert listing is not None
    return " | ".join(name for name, _ in listing.members)


@pytest.mark.parametrize("kind", [one for one in KINDS.values() if not one.needs], ids=lambda one: one.name)
def test_every_list_has_members_that_each_stand_on_a_statement(app: App, kind: ListKind) -> None:
    listing = _members(app, kind.name)
    assert listing is not None
    assert len(listing.members) > 1
    assert all(evidence.statement.text for _, evidence in listing.members)


@pytest.mark.parametrize(
    ("kind", "question", "member", "stranger"),
    [
        ("commercial-no", "Which Creative Commons variants are off the table?", "NonCommercial", "CC0"),
        ("change-no", "name the CC licenses without remixes", "NoDerivatives", "ShareAlike"),
        ("network", "which of them reach a web service?", "AGPL", "MIT"),
        ("copyleft", "share-alike licenses for data sets?", "Open Database", "GNU GPL"),
        ("patents", "OSI-approved permissive ones with patents, apart from Apache", "Blue Oak", "Apache License 2.0"),
        ("delayed", "which open up later?", "Business Source", "MIT License"),
        ("at-will", "which can be ended any time?", "EXAONE", "MIT License"),
        ("law", "which are under Korean law?", "EXAONE", "Mistral"),
        ("line", 'which demand "Powered by"?', "Stability", "Llama 2"),
        ("models-of-maker", "everything by Moonshot AI", "Kimi", "Qwen"),
        ("models-under", "what models sit under OpenMDW 1.0", "", "Llama"),
        ("models-noncommercial", "which Cohere models may not be sold?", "Command R", "FLUX"),
        ("models-on-base", "which finetunes of others carry it?", "Hermes", "Llama 3.1 ("),
        ("models-osaid-yes", "which passed?", "OLMo", "Llama 2"),
    ],
)
def test_a_list_is_narrowed_by_what_is_named(app: App, kind: str, question: str, member: str, stranger: str) -> None:
    names = _names(_members(app, kind, question))
    assert member in names
    assert stranger not in names


@pytest.mark.parametrize(
    ("kind", "question"),
    [
        ("commercial-no", "is the MIT License one of them?"),  # one license alone is no list
        ("models-commercial", "which image models may be sold?"),  # no record tells what a model is for
        ("sue", "list of companies Meta has sued so far"),
        ("models-of-maker", "which models are there?"),  # by whom?
    ],
)
def test_what_records_cannot_narrow_is_no_list(app: App, kind: str, question: str) -> None:
    assert _members(app, kind, question) is None


@pytest.mark.parametrize(
    ("question", "member", "never"),
    [
        ("Which CC licenses are off the table as soon as we sell something?", "NonCommercial", "Universal"),
        ("Which licenses forbid training my own model on the outputs?", "EXAONE", "MIT License"),
        ("Which models did OSI say meet the OSAID?", "Pythia", "Llama 2"),
        ("Which models failed the OSI validation?", "Phi-2", "OLMo"),
        ("Which models would meet the OSAID if their license changed?", "BLOOM", "Grok-1"),
        ("Which models have open training data?", "Dolly 2.0", "Qwen"),
        ("OSI's validation: who failed only because of the license?", "BLOOM", "OLMo"),
        ("Weak copyleft, which licenses are that?", "Mozilla", "MIT License"),
        ("Which licenses turn into open source after some years?", "Business Source", "Llama"),
    ],
)
def test_the_road_tells_the_list_that_is_asked_for(answerer: Answerer, question: str, member: str, never: str) -> None:
    answer = answerer.answer(question).answer
    assert member in answer.text
    assert never not in answer.text
    assert len(answer.citations) > 1


def test_the_kept_probe_is_that_of_the_lists(app: App) -> None:
    """A change of lists.toml without `osai eval --calibrate` would leave the old reading in place."""
    probe = load_list_probe(app.embedder.fingerprint)
    known = [(ask, kind.name) for kind in KINDS.values() for ask in kind.asks[:5]]
    read = [probe.read(row) for row in list_vectors([ask for ask, _ in known], app.embedder)]
    assert np.mean([name == kind for (name, _, _), (_, kind) in zip(read, known, strict=True)]) > 0.9
    assert np.mean([listed for _, _, listed in read]) > 0.7


def test_other_embeddings_need_a_fit_of_their_own() -> None:
    with pytest.raises(OsaiError, match="lists") as error:
        load_list_probe("other-embeddings")
    assert "--calibrate" in error.value.hint


def test_without_the_records_no_list_is_told(answerer: Answerer) -> None:
    bare = replace(answerer, use_records=False, composer=replace(answerer.composer, model=None))
    assert "These" not in bare.answer("Which licenses turn into open source after some years?").answer.text[:6]
