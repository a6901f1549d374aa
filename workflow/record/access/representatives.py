"""Who may say yes for a person now, how old she is, and when sharing was stopped."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from sqlalchemy import Connection, select
from sqlalchemy.orm import Session

from workflow.record.in_force import represents
from workflow.record.models import Event, Party, Representation
from workflow.rules.calendar.clock import at_oslo
from workflow.rules.calendar.workdays import birthday_on
from workflow.rules.names.steps import PlanStep
from workflow.rules.sharing.ages import DECIDES_FROM, age_on

Open = Connection | Session


@dataclass(frozen=True, slots=True)
class ActingRepresentative:
    """One who acts for the person now: on what ground, what is left out, until when (aware UTC)."""

    party_id: str
    name: str
    ground: str
    acts: str
    until_at: datetime | None


def age_of(conn: Open, person_id: str | None, today: date) -> int | None:
    """Full years on a Norwegian day, or None where nobody has told the birthday."""
    born = conn.execute(select(Party.born_on).where(Party.id == person_id)).scalar()
    return None if born is None else age_on(born, today)


def decides_alone_at(conn: Open, person_id: str | None) -> datetime | None:
    """When the person turns 16 and nobody's yes counts in her place any more; None without a birthday.

    Midnight, Norwegian time (pbrl § 4-3).
    """
    born = conn.execute(select(Party.born_on).where(Party.id == person_id)).scalar()
    return None if born is None else at_oslo(birthday_on(born, DECIDES_FROM), time(0, 0))


def list_representatives(
    conn: Open, person_id: str | None, now: datetime
) -> Sequence[ActingRepresentative]:
    """Those who represent the person at `now`, the first of them first."""
    r = Representation
    rows = conn.execute(
        select(r.representative_id, Party.name, r.ground, r.acts, r.until_at)
        .join(Party, Party.id == r.representative_id)
        .where(
            r.person_id == person_id,
            represents(r, now),
        )
        .order_by(r.from_at, r.id)
    )
    return [ActingRepresentative(*row) for row in rows]


def stops_of(conn: Open, plan_id: str) -> Mapping[str, tuple[datetime, str | None]]:
    """When sharing was last stopped with each receiver, and by whom."""
    rows = conn.execute(
        select(Event.text, Event.recorded_at, Event.actor_id)
        .where(Event.plan_id == plan_id, Event.step_name == PlanStep.STOP_SHARING_WITH)
        .order_by(Event.seq)
    )
    return {
        json.loads(text)["codes"].get("receiver", ""): (at, actor_id) for text, at, actor_id in rows
    }
