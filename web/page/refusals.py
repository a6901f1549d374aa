"""An error of the engine as a page answers it: its status, and a denial as a reason in the reader's voice.

The sentences stand in workflow's words.
"""

from __future__ import annotations

from collections.abc import Mapping

from flask import g

from web.page.view_models import Reason, StepButton
from web.request.language import current_language
from web.request.reader import Reader
from workflow.rules.engine.denials import (
    BadInput,
    Denial,
    NotThere,
    PlanlopError,
    PlanMoved,
    ReadOnly,
    Refused,
    SecondOpenPlan,
    Stale,
)
from workflow.words.labels.relations import label_of
from workflow.words.refusals.refusals import denial_text

# What is allowed at another time is a conflict with how things stand now; what was typed is not.
STATUS: Mapping[type[PlanlopError], int] = {
    NotThere: 404,
    Refused: 409,
    Stale: 409,
    PlanMoved: 409,
    SecondOpenPlan: 409,
    BadInput: 422,
    ReadOnly: 503,
}


def status_of(error: PlanlopError) -> int:
    """The status that every page answers an error of the engine with; 400 for any other of ours."""
    return next((code for kind, code in STATUS.items() if isinstance(error, kind)), 400)


def reader_voice() -> str:
    """The voice that the reader is spoken to in: "staff" or "person"."""
    who: Reader | None = g.get("reader")
    return "staff" if who and who.is_staff else "person"


def reason_of(
    denial: Denial,
    clears: StepButton | None = None,
    names: Mapping[str, object] | None = None,
) -> Reason:
    """What the reader is told of one denial, who can clear it, and the button that does.

    `names` are those of workflow.words.refusals.refusals: p, enhet, tlf, koordinator, s, d, n, k.
    """
    spoken = current_language()
    words = denial_text(denial, spoken, reader_voice(), names)
    shown = denial.who_can if reader_voice() == "staff" else ()
    who = tuple(dict.fromkeys(label_of("relation", relation, spoken) for relation in shown))
    return Reason(words=words, who=who, step=clears)
