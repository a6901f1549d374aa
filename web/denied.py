"""A denial of the engine as a reason on a page; the sentences stand in workflow's words."""

from __future__ import annotations

from web.steps import Reason, Step
from workflow.rules.denials import Denial


def reason_of(denial: Denial, clears: Step | None = None) -> Reason:
    """What the reader is told of one denial, who can clear it, and the button that does."""
    return Reason(words=denial.code, who=denial.who_can, step=clears)
