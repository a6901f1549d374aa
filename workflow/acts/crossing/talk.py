"""What both sides need to act on a message: the message itself, what is known of the hand-over, and a voice."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from workflow.acts.neighbours import outbox
from workflow.acts.neighbours.ask import CROSSING
from workflow.acts.neighbours.keys import Keyring
from workflow.acts.neighbours.messages import CrossingMessage, SummaryReader
from workflow.acts.notices import inbox
from workflow.record.access.role_holders import holds_any, people_in
from workflow.record.history.municipal_chain import change_rows
from workflow.record.in_force import has_account, is_away
from workflow.record.models import Absence, Access, Party, Unit
from workflow.rules.engine.denials import PlanlopError


class ClockBehind(Exception):
    """The message speaks of an instant that this side's clock has not reached."""

    def __init__(self, until: datetime) -> None:
        super().__init__(until.isoformat())
        self.until = until


class NobodyHere(PlanlopError):
    """Nobody of the coordinating unit works here any more, nor whoever said yes."""

    code = "nobody_here"


@dataclass(frozen=True, slots=True)
class IncomingMessage:
    """A message that changes something here; `crossing` is None where it is the first we hear."""

    session: Session
    message: CrossingMessage
    crossing: Mapping[str, Any] | None
    keyring: Keyring
    now: datetime

    @property
    def body(self) -> Any:
        """What the message says."""
        return self.message.body

    @property
    def known(self) -> Mapping[str, Any]:
        """The hand-over as it stands here."""
        assert self.crossing is not None
        return self.crossing

    def change(self, **values: Any) -> None:
        """What this side knows from now on."""
        change_crossing(self.session, self.message.crossing, **values)

    def envelope(self) -> dict[str, Any]:
        """How an answer to this neighbour begins."""
        conn = self.session.connection()
        return outbox.envelope(conn, self.message.crossing, self.message.sender, self.now)

    def say(self, message: CrossingMessage) -> None:
        """Lays an answer down, in the same transaction."""
        outbox.put(self.session.connection(), message, self.now)


def change_crossing(session: Session, crossing_id: str, **values: Any) -> None:
    """Changes a hand-over's row, whoever has the turn."""
    change = update(CROSSING).where(CROSSING.c.id == crossing_id)
    change_rows(session, change.values(version=CROSSING.c.version + 1, **values))


def who_answers(session: Session, now: datetime) -> list[str]:
    """Those of the coordinating unit, who answer to other municipalities, and who stands in for them."""
    office = people_in(now, "coordinating")
    stand_in = (
        select(Absence.substitute_id)
        .join(Party, Party.id == Absence.substitute_id)
        .where(
            Absence.party_id.in_(office),
            is_away(Absence, now),
            has_account(Party),
        )
    )
    return sorted({*session.scalars(office), *session.scalars(stand_in)})


def works_here(session: Session, party_id: str | None, now: datetime) -> bool:
    """Whether somebody has an account and a staff role at an instant."""
    return holds_any(session, party_id, now)


def notify_coordinating_unit(
    session: Session,
    crossing_id: str,
    code: str,
    now: datetime,
    also: Sequence[str | None] = (),
    round_: str = "",
) -> None:
    """The coordinating unit hears, and whoever else is named; by ids and a code only.

    round_: which of several times, where the same is told again.
    """
    parties = sorted({*who_answers(session, now), *filter(None, also)})
    params = json.dumps({"crossing": crossing_id})
    inbox.notify_of_staff(
        session.connection(), f"c:{crossing_id}:{code}{round_}", code, parties, params, now
    )


def readers_of(session: Session, crossing_id: str) -> tuple[SummaryReader, ...]:
    """Who has read the summary here: the sender's person may see it."""
    query = (
        select(Party.name, Unit.name.label("unit"), Access.at)
        .join(Party, Party.id == Access.party_id)
        .outerjoin(Unit, Unit.id == Access.unit_id)
        .where(Access.crossing_id == crossing_id, Access.refused.is_(False))
        .order_by(Access.at)
    )
    return tuple(
        SummaryReader(name=row.name or "–", unit=row.unit or "", at=row.at)
        for row in session.execute(query)
    )
