"""Messages of hand-overs that do not get through: what waits to be carried, what nobody can make sense of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from workflow.acts.neighbours.inbox import PUZZLING
from workflow.acts.neighbours.outbox import WAITING
from workflow.record.models import Crossing, Inbox, Outbox
from workflow.rules.crossing.hand_over import ACCEPTED, RECEIVER, RELEASED, SENDER


@dataclass(frozen=True, slots=True)
class Border:
    """waiting, waiting_since: messages not carried yet, and when the oldest was written (UTC).

    puzzling: messages that contradict the record here, or failed again and again. between_since:
    since when the oldest plan stands between the two: released and not begun there, or taken over by
    us and not released to us.
    """

    waiting: int = 0
    waiting_since: datetime | None = None
    puzzling: int = 0
    between_since: datetime | None = None


def look_at_border(session: Session) -> Border:
    """How messages to and from neighbours stand."""
    out = select(func.count(), func.min(Outbox.made_at)).where(Outbox.state == WAITING)
    waiting, since = session.execute(out).one()
    heard = select(func.count(Inbox.id)).where(Inbox.state == PUZZLING)
    let_go = select(func.min(Crossing.released_at)).where(
        Crossing.side == SENDER, Crossing.state == RELEASED, Crossing.received_at.is_(None)
    )
    bound = select(func.min(Crossing.answered_at)).where(
        Crossing.side == RECEIVER, Crossing.state == ACCEPTED
    )
    between = [session.execute(query).scalar() for query in (let_go, bound)]
    oldest = min((one for one in between if one is not None), default=None)
    return Border(waiting, since, session.execute(heard).scalar_one(), oldest)
