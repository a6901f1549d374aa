"""Loads every module of acts, so that the registry is whole; the registry itself asks for it."""

from __future__ import annotations

from workflow.acts.base.registry import ACTS
from workflow.acts.offboarding import steps
from workflow.acts.plan import (
    appeal,
    confirmation,
    contact,
    content,
    coordinator,
    ending,
    health_notes,
    in_use,
    measure_changes,
    measures,
    meetings,
    request,
    transfer,
)
from workflow.acts.planfile import bring
from workflow.acts.privacy import access_requests, data_requests, emergency_access
from workflow.acts.sharing import consents, participants
from workflow.rules.tables import TRANSITIONS

MODULES = (
    request,
    bring,
    in_use,
    coordinator,
    transfer,
    ending,
    appeal,
    confirmation,
    content,
    participants,
    consents,
    health_notes,
    contact,
    access_requests,
    emergency_access,
    data_requests,
    measures,
    measure_changes,
    meetings,
    steps,
)


class RowWithoutAct(LookupError):
    """A table's row has no use case."""


def check() -> None:
    """Every row has its act and every act its row. Raises RowWithoutAct."""
    odd = set(TRANSITIONS) ^ set(ACTS.registered)
    if odd:
        raise RowWithoutAct(", ".join(sorted(odd)))


check()
ACTS.whole = True
