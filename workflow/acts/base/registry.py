"""Every act by its step's name: its form and its function; filled by the modules that hold the acts.

Whoever asks gets all of them: the first question loads the catalogue, so that no entry point has to
remember to, and none can find a registry that another module happened to fill in part.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from importlib import import_module
from typing import Any

from sqlalchemy.orm import Session

from workflow.acts.base.context import StepContext, StepResult
from workflow.acts.base.form_fields import Form
from workflow.record.access.open_plan import Actor

Apply = Callable[[StepContext], None]
Then = Callable[[Session, Actor, StepResult, Any, datetime], None]


@dataclass(frozen=True, slots=True)
class Act:
    """A row's use case: the form people fill in and what it changes."""

    step_name: str
    form: type[Form]
    apply: Apply
    follow: Apply | None = None  # what hangs on a row that the act has just created
    then: Then | None = None  # steps that belong to it, each with its own event


@dataclass(slots=True)
class Acts(Mapping[str, Act]):
    """The acts that the modules register, whole at the first question."""

    registered: dict[str, Act] = field(default_factory=dict)
    whole: bool = False  # said by the catalogue, when every module has been loaded

    def __getitem__(self, step_name: str) -> Act:
        return self._loaded()[step_name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._loaded())

    def __len__(self) -> int:
        return len(self._loaded())

    def _loaded(self) -> dict[str, Act]:
        if not self.whole:  # a thread that asks meanwhile waits here for the one that loads
            import_module("workflow.acts.entry.catalogue")
        return self.registered


ACTS = Acts()


def act(
    step_name: str, form: type[Form], *, follow: Apply | None = None, then: Then | None = None
) -> Callable[[Apply], Apply]:
    """Register a function as the act of a row."""

    def register(apply: Apply) -> Apply:
        ACTS.registered[step_name] = Act(step_name, form, apply, follow, then)
        return apply

    return register
