"""Puts a model record into sentences that stand alone: each names the model and says the negative outright.

What is not verified is not told, or told as unknown.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from knowledge.dates import spell_date
from knowledge.records import Document, Source, Statement

if TYPE_CHECKING:
    from collections.abc import Iterator

    from knowledge.licenses.catalogue import LicenseCatalogue
    from knowledge.records import License, Model, Verdict

_ONE_SIZE = re.compile(r"[\d.]+[MBT]")
_MIXTURE = re.compile(r"(?P<total>[\d.]+[MBT])(?: total)? / (?P<active>[\d.]+[MBT]) active(?: (?P<more>\(.+\)))?")
_OSAID = "the Open Source AI Definition"
_OSI = Source(
    "Open Source Initiative, on its 2024 validation of the Open Source AI Definition", "https://opensource.org/ai"
)


def model_document(model: Model, licenses: LicenseCatalogue) -> Document:
    """Return the record as a document; every statement carries its source and the question it settles."""
    statements = (
        *_openness(model, licenses),
        *_release(model),
        *_license(model),
        *_parts(model),
        *_validation(model),
        *model.statements,
    )
    return Document(
        id=f"models/{model.key}",
        kind="model",
        title=model.name,
        url=next((one.url for one in model.sources if one.url), ""),
        statements=tuple(dict.fromkeys(statements)),
        subjects=(f"model:{model.key}",),
        date=model.released,
    )


def openness_verdict(model: Model, licenses: LicenseCatalogue) -> Verdict:
    """Return whether the model is open source AI: only OSI's validation says yes; a license it did not approve, no.

    An approved license on the weights alone is "conditional": open weights, without what the definition asks beyond.
    """
    if model.osaid.startswith("meets"):
        return "yes"
    if model.osaid.startswith(("does not meet", "would meet")):
        return "no"
    held = _held(model, licenses)
    if not held or len(held) != len(model.license_keys):
        return "unknown"
    approved = [one.osi_approved for one in held]
    if not any(approved):
        return "no"
    return "conditional"


def _openness(model: Model, licenses: LicenseCatalogue) -> Iterator[Statement]:
    verdict = openness_verdict(model, licenses)
    name, held = model.name, _held(model, licenses)
    terms = " and ".join(_the(one.name) for one in held) or model.license
    if verdict == "yes":
        text = f"{name} is open source AI: the Open Source Initiative (OSI) found that it meets {_OSAID}."
    elif model.osaid.startswith("would meet"):
        text = (
            f"{name} is not open source AI by the OSI's 2024 validation: it would meet {_OSAID} if its license changed."
        )
    elif model.osaid.startswith("does not meet"):
        text = f"{name} is not open source AI: the Open Source Initiative (OSI) found that it does not meet {_OSAID}."
    elif verdict == "no":
        are = "are" if len(held) > 1 else "is"
        text = (
            f"{name} is not open source: its license, {terms}, {are} not approved by the Open Source Initiative (OSI)."
        )
    elif verdict == "conditional":
        text = f"{name} has open weights under {terms}, approved by the Open Source Initiative (OSI){_lacking(model)}."
    else:
        return
    validated = not model.osaid.startswith("not assessed")
    yield _say(model, text, "open_source", verdict, _OSI if validated else None)


def _lacking(model: Model) -> str:
    """Return what keeps open weights from being open source AI, as far as the record knows."""
    if model.data == "closed":
        return f", but its training data is closed, so it is not open source AI by {_OSAID}"
    if model.data == model.code == "open":
        return f", and its training data and code are open, but the OSI has not validated it against {_OSAID}"
    return f", but the OSI has not validated it against {_OSAID}, which also asks for data information and code"


def _release(model: Model) -> Iterator[Statement]:
    if model.released and "released" not in model.unverified and " " not in model.released:
        yield _say(model, f"{model.developer} released {model.name} {spell_date(model.released)}.", "released")
    yield _say(model, f"{model.name} is developed by {model.developer}.", "developer")
    if model.parameters and "parameters" not in model.unverified:
        yield _say(model, f"{model.name} {_size(model.parameters)}.", "parameters")


def _size(parameters: str) -> str:
    """Return "46.7B total / 12.9B active" in words; what is put in another way is quoted as it stands."""
    if mixture := _MIXTURE.fullmatch(parameters):
        more = f" {mixture['more']}" if mixture["more"] else ""
        return f"has {mixture['total']} parameters in total, {mixture['active']} of them active{more}"
    if _ONE_SIZE.fullmatch(parameters):
        return f"has {parameters} parameters"
    return f"{'comes in these sizes' if ',' in parameters else 'has this size'}: {parameters}"


def _license(model: Model) -> Iterator[Statement]:
    if "license" not in model.unverified:
        yield _say(model, f"The license of {model.name} is {_the(model.license)}.", "license_of")


def _parts(model: Model) -> Iterator[Statement]:
    for part, state, note in (("data", model.data, model.data_note), ("code", model.code, model.code_note)):
        if state == "unknown" or part in model.unverified:
            continue
        of = f": {note}" if note else ""
        be = "is" if state in ("open", "closed") else "is only partly open"
        what = f"The training {part} of {model.name} {be}{f' {state}' if be == 'is' else ''}{of}."
        yield _say(model, what, "training_data", source=_source(model, note))


def _validation(model: Model) -> Iterator[Statement]:
    if model.osaid.startswith("not assessed"):
        text = f"The Open Source Initiative (OSI) has not said whether {model.name} meets {_OSAID}."
        yield _say(model, text, "", source=_OSI)
    if model.mof_class:
        reached = model.mof_class.removesuffix(" reached").replace("no class reached", "no class")
        yield _say(
            model,
            f"In the Model Openness Framework, {model.name} reaches {reached}.",
            "",
            source=_source(model, "Model Openness Tool"),
        )


def _held(model: Model, licenses: LicenseCatalogue) -> list[License]:
    return [licenses.get(key) for key in model.license_keys if key in licenses]


def _the(name: str) -> str:
    """Return a license's name inside a sentence, with its article where it takes one."""
    return (
        f"the {name}"
        if name.endswith(("License", "Agreement", "Terms", "Use")) and not name.startswith("the ")
        else name
    )


def _source(model: Model, note: str) -> Source | None:
    """Return the model's own source that a note names: a grade is its grader's word, not the developer's."""
    graders = ("European Open Source AI Index", "Model Openness Tool")
    named = next((grader for grader in graders if grader in note), None)
    return next((source for source in model.sources if named and named in source.title), None)


def _say(model: Model, text: str, topic: str, verdict: Verdict = "unknown", source: Source | None = None) -> Statement:
    first = model.sources[0] if model.sources else Source(model.name, "")
    return Statement(text, "", source or first, True, topic, verdict)
