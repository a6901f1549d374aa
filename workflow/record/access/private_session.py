"""What is left of somebody's relations in a session that was opened by a door for persons.

Such a door proves who a human is, and not that she is at work: at home, on a machine that nobody looks after,
she has what is hers as a person. Whoever holds no staff role here has nothing else, and loses nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import Connection, select
from sqlalchemy.orm import Session

from workflow.record.access.relation_columns import one_of
from workflow.record.access.role_holders import holds_any
from workflow.record.in_force import takes_part
from workflow.record.models import Participant

# Hers whatever she works as.
OWN = frozenset({"person", "representative", "relative"})
# Somebody around a person in private life, and not for an employer.
PRIVATE_KINDS = ("relative", "volunteer", "user_organisation")
# Hers too on a plan that she stands to in private: what she has taken on there, or is asked to.
TAKEN_ON = frozenset({"participant", "accountable", "helper", "receiver"})


class Opener(Protocol):
    """Who acts, and whether by a door for persons."""

    @property
    def party_id(self) -> str | None:
        """Whose session it is."""

    @property
    def private(self) -> bool:
        """Whether it was opened by a door for persons."""


def rows_of_session(
    conn: Connection | Session, opener: Opener, rows: Iterable[Sequence[Any]], now: datetime
) -> list[Sequence[Any]]:
    """The rows of the relations query (plan, relation, subject, substitute for …) that count in a session."""
    listed = list(rows)
    if not (listed and opener.private and holds_any(conn, opener.party_id, now)):
        return listed
    near = {row[0] for row in listed if row[1] in OWN and not row[3]}
    near |= _plans_nearby(conn, opener.party_id, now)
    return [row for row in listed if not row[3] and _is_hers(row, near)]


def _is_hers(row: Sequence[Any], near: set[str]) -> bool:
    """Whether a relation is hers in private, given the plans that she stands to in private."""
    plan_id, relation = row[:2]
    coordinates_herself = relation == "coordinator" and row[4] is None
    return relation in OWN or (plan_id in near and (relation in TAKEN_ON or coordinates_herself))


def _plans_nearby(conn: Connection | Session, party_id: str | None, now: datetime) -> set[str]:
    """The plans in which a party takes part in private life."""
    query = select(Participant.plan_id).where(
        Participant.party_id == party_id,
        one_of(Participant.kind, *PRIVATE_KINDS),
        takes_part(Participant),
    )
    return set(conn.execute(query).scalars())
