"""Somebody is away and another steps in: absences with a substitute, half-open in time; no plan changes by it."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Select, exists, or_, select, update
from sqlalchemy.orm import Session

from workflow.acts.forms import Form, Id, ask
from workflow.record.access import Actor
from workflow.record.models import Absence, StaffRole, Unit, new_id
from workflow.rules.clock import at_oslo, oslo_date
from workflow.rules.denials import BadInput, Denial, NotThere, Refused
from workflow.words.marking import N_

LONGEST_DAYS = 366


class Away(Form):
    """Who steps in, from when, and the day the other is back (half-open: that day is not away)."""

    substitute_id: Id = ask(N_("Hvem er stedfortreder?"), "staff")
    from_on: date = ask(N_("Fra"), "date")
    back_on: date = ask(N_("Tilbake"), "date")


def set_substitute(session: Session, actor: Actor, party_id: str, form: Away, now: datetime) -> str:
    """Record that a party is away from from_on until back_on and who steps in. Returns the key.

    Norwegian days, from 00.00. The newest word counts: what was recorded of the same days before
    is cut to what is left of it. By the party, their leader or the coordinating unit. Raises
    NotThere, Refused, BadInput.
    """
    _may(session, actor, party_id)
    _days(form, oslo_date(now))
    start, end = at_oslo(form.from_on, time(0)), at_oslo(form.back_on, time(0))
    _substitute(session, actor, party_id, form.substitute_id, start, end)
    _give_way(session, actor.municipality_id, party_id, start, end)
    absence = Absence(
        id=new_id(),
        municipality_id=actor.municipality_id,
        party_id=party_id,
        substitute_id=form.substitute_id,
        from_at=start,
        until_at=end,
        recorded_by=actor.party_id,
    )
    session.add(absence)
    session.flush()
    return absence.id


def away(session: Session, municipality_id: str, party_id: str, now: datetime) -> Absence | None:
    """The absence that holds now or comes first, if any."""
    return (
        session.execute(
            select(Absence)
            .where(
                Absence.municipality_id == municipality_id,
                Absence.party_id == party_id,
                Absence.until_at > now,
                Absence.until_at > Absence.from_at,
            )
            .order_by(Absence.from_at)
            .limit(1)
        )
        .scalars()
        .first()
    )


def _held(actor: Actor, party_id: str | None, *roles: str) -> Select[Any]:
    """The units in which a party holds a role now, or one of these."""
    wanted = select(StaffRole.unit_id).where(
        StaffRole.municipality_id == actor.municipality_id,
        StaffRole.party_id == party_id,
        StaffRole.until_at.is_(None),
    )
    return wanted.where(StaffRole.role.in_(roles)) if roles else wanted


def _may(session: Session, actor: Actor, party_id: str) -> None:
    """Raises NotThere for somebody who does not work here, Refused for whom it does not concern."""
    units = set(session.execute(_held(actor, party_id)).scalars())
    if not units:
        raise NotThere(party_id)
    if actor.party_id == party_id or actor.kind == "operator":
        return
    if session.execute(_held(actor, actor.party_id, "coordinating")).first() is not None:
        return
    led = _held(actor, actor.party_id, "leader")
    below = select(Unit.id).where(or_(Unit.id.in_(led), Unit.parent_id.in_(led)))
    if not units & set(session.execute(below).scalars()):
        raise Refused([Denial("not_yours_to_decide", {}, ("leader", "coordinating_unit"))])


def _days(form: Away, today: date) -> None:
    """Raises BadInput for days in the wrong order, a period that is over or one too long."""
    if form.back_on <= form.from_on or form.back_on <= today:
        raise BadInput([("back_on", "back_before_away", {})])
    if form.back_on - form.from_on > timedelta(days=LONGEST_DAYS):
        raise BadInput([("back_on", "away_too_long", {})])


def _substitute(
    session: Session, actor: Actor, party_id: str, other: str, start: datetime, end: datetime
) -> None:
    """Raises BadInput unless the other works here and is there: so nobody steps in in a circle."""
    if other == party_id:
        raise BadInput([("substitute_id", "substitute_self", {})])
    if session.execute(_held(actor, other)).first() is None:
        raise BadInput([("substitute_id", "unknown_party", {})])
    gone = exists().where(
        Absence.municipality_id == actor.municipality_id,
        Absence.party_id == other,
        Absence.from_at < end,
        Absence.until_at > start,
    )
    if session.execute(select(gone)).scalar():
        raise BadInput([("substitute_id", "substitute_away", {})])
    # Whoever goes away must not be the one somebody else counts on meanwhile.
    counted_on = exists().where(
        Absence.municipality_id == actor.municipality_id,
        Absence.substitute_id == party_id,
        Absence.from_at < end,
        Absence.until_at > start,
    )
    if session.execute(select(counted_on)).scalar():
        raise BadInput([("from_on", "is_substitute", {})])


def _give_way(
    session: Session, municipality_id: str, party_id: str, start: datetime, end: datetime
) -> None:
    """Cut older absences of the same days: the part before stays, else the part after."""
    same = (Absence.municipality_id == municipality_id, Absence.party_id == party_id)
    clash = (Absence.from_at < end, Absence.until_at > start)
    inside = (Absence.from_at >= start, Absence.until_at <= end)
    session.execute(
        update(Absence).where(*same, *inside).values(until_at=Absence.from_at),
        execution_options={"synchronize_session": False},
    )
    session.execute(
        update(Absence).where(*same, *clash, Absence.from_at < start).values(until_at=start),
        execution_options={"synchronize_session": False},
    )
    session.execute(
        update(Absence).where(*same, *clash, Absence.from_at >= start).values(from_at=end),
        execution_options={"synchronize_session": False},
    )
