"""Loads every module of acts, so that the registry is whole; the registry itself asks for it."""

from __future__ import annotations

from workflow.acts import (
    access_request,
    appeal,
    around,
    break_glass,
    contact,
    content,
    coordinator,
    data_requests,
    ending,
    health,
    leaving_steps,
    measure_changes,
    measures,
    meetings,
    planfile_bring,
    request,
    sharing,
    transfer,
    use,
)
from workflow.acts.registry import ACTS
from workflow.rules.tables import ROWS

MODULES = (
    request,
    planfile_bring,
    use,
    coordinator,
    transfer,
    ending,
    appeal,
    content,
    around,
    sharing,
    health,
    contact,
    access_request,
    break_glass,
    data_requests,
    measures,
    measure_changes,
    meetings,
    leaving_steps,
)


class RowWithoutAct(LookupError):
    """A table's row has no use case."""


def check() -> None:
    """Every row has its act and every act its row. Raises RowWithoutAct."""
    odd = set(ROWS) ^ set(ACTS.registered)
    if odd:
        raise RowWithoutAct(", ".join(sorted(odd)))


check()
ACTS.whole = True
