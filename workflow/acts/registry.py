"""Every act by row id: its form and its function; filled by the modules that hold the acts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from workflow.acts.forms import Form
from workflow.acts.step import Done, Step
from workflow.record.access import Actor

Apply = Callable[[Step], None]
Then = Callable[[Session, Actor, Done, Any, datetime], None]


@dataclass(frozen=True, slots=True)
class Act:
    """A row's use case: the form people fill in and what it changes."""

    row_id: str
    form: type[Form]
    apply: Apply
    follow: Apply | None = None  # what hangs on a row that the act has just created
    then: Then | None = None  # steps that belong to it, each with its own event


ACTS: dict[str, Act] = {}


def act(
    row_id: str, form: type[Form], *, follow: Apply | None = None, then: Then | None = None
) -> Callable[[Apply], Apply]:
    """Register a function as the act of a row."""

    def register(apply: Apply) -> Apply:
        ACTS[row_id] = Act(row_id, form, apply, follow, then)
        return apply

    return register
