"""Somebody is away and another steps in: absences with a substitute, half-open in time; no plan changes by it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import Select, exists, func, select, update
from sqlalchemy.orm import Session, aliased

from workflow.acts.base.form_fields import Form, Id, ask
from workflow.acts.notices import inbox
from workflow.record.access.disinterest import require_another
from workflow.record.access.open_plan import Actor
from workflow.record.access.role_holders import holds_any, people_in, units_led, units_of
from workflow.record.history.municipal_chain import change_rows, note_objects
from workflow.record.in_force import is_away_or_will_be, meets
from workflow.record.models import Absence, Party, Plan, new_id
from workflow.rules.calendar.clock import at_oslo, oslo_date
from workflow.rules.engine.denials import BadInput, Denial, NotThere, Refused
from workflow.rules.engine.vocabulary import CLOSED
from workflow.words.text.translatable import N_

LONGEST_DAYS = 366
LONG_ALONE_DAYS = 14  # away longer than this without a substitute: the coordinating unit hears


class AbsenceForm(Form):
    """Who steps in, from when, and the day the other is back (half-open: that day is not away)."""

    substitute_id: Id | None = ask(
        N_("Hvem er stedfortreder?"),
        "staff",
        None,
        help=N_("Er det ingen i mer enn to uker, får koordinerende enhet vite det."),
    )
    from_on: date = ask(N_("Fra"), "date")
    back_on: date = ask(N_("Tilbake"), "date")


def set_substitute(
    session: Session, actor: Actor, party_id: str, form: AbsenceForm, now: datetime
) -> str:
    """Record that a party is away from from_on until back_on and who steps in. Returns the key.

    Norwegian days, from 00.00. The newest word counts: what was recorded of the same days before
    is cut to what is left of it. By the party, their leader or the coordinating unit. Somebody who
    is away for more than 14 calendar days with plans and without a substitute is told to the
    coordinating unit, which may name who acts. Raises NotThere, Refused, BadInput.
    """
    _may(session, actor, party_id, now)
    _days(form, oslo_date(now))
    start, end = at_oslo(form.from_on, time(0)), at_oslo(form.back_on, time(0))
    _counted_on(session, actor, party_id, start, end)
    if form.substitute_id is not None:
        _substitute(session, actor, party_id, form.substitute_id, start, end, now)
    _give_way(session, party_id, start, end)
    absence = Absence(
        id=new_id(),
        party_id=party_id,
        substitute_id=form.substitute_id,
        from_at=start,
        until_at=end,
        recorded_by=actor.party_id,
    )
    session.add(absence)
    note_objects(session, absence)
    _tell_absent(session, actor, absence, now)
    if form.substitute_id is None and end - start > timedelta(days=LONG_ALONE_DAYS):
        _tell_coordinating(session, actor, absence, now)
    return absence.id


def replace_substitute(
    session: Session, actor: Actor, absence_id: str, substitute_id: str, now: datetime
) -> None:
    """Another steps in for the rest of an absence; who did until now stands as it was.

    Raises NotThere, Refused, BadInput.
    """
    absence = _mine_to_change(session, actor, absence_id, now)
    start = max(absence.from_at, now)
    if start >= absence.until_at:
        raise NotThere(absence_id)
    _substitute(session, actor, absence.party_id, substitute_id, start, absence.until_at, now)
    if absence.from_at >= now:
        absence.substitute_id, absence.recorded_by = substitute_id, actor.party_id
        note_objects(session, absence)
        _tell_absent(session, actor, absence, now)
        return
    rest = Absence(
        id=new_id(),
        party_id=absence.party_id,
        substitute_id=substitute_id,
        from_at=now,
        until_at=absence.until_at,
        recorded_by=actor.party_id,
    )
    absence.until_at = now
    session.add(rest)
    note_objects(session, absence, rest)
    _tell_absent(session, actor, rest, now)


def come_back(session: Session, actor: Actor, absence_id: str, now: datetime) -> None:
    """An absence ends now, or does not begin: the half-open period is cut at this instant.

    By the party, their leader or the coordinating unit. Raises NotThere, Refused.
    """
    absence = _mine_to_change(session, actor, absence_id, now)
    absence.until_at = max(absence.from_at, now)
    note_objects(session, absence)


@dataclass(frozen=True, slots=True)
class AbsenceLine:
    """One absence, running or coming, with the name of whoever steps in."""

    id: str
    party_id: str
    from_at: datetime
    until_at: datetime
    substitute: str


def coming(session: Session, now: datetime, party_id: str | None = None) -> list[AbsenceLine]:
    """Absences that run or come, of one party or of all, the first to begin first."""
    stand_in = aliased(Party)
    query = (
        select(
            Absence.id,
            Absence.party_id,
            Absence.from_at,
            Absence.until_at,
            func.coalesce(stand_in.name, ""),
        )
        .outerjoin(stand_in, stand_in.id == Absence.substitute_id)
        .where(
            is_away_or_will_be(Absence, now),
        )
        .order_by(Absence.from_at, Absence.id)
    )
    if party_id is not None:
        query = query.where(Absence.party_id == party_id)
    return [AbsenceLine(*row) for row in session.execute(query)]


def away(session: Session, party_id: str, now: datetime) -> Absence | None:
    """The absence that holds now or comes first, if any."""
    return (
        session.execute(
            select(Absence)
            .where(
                Absence.party_id == party_id,
                is_away_or_will_be(Absence, now),
            )
            .order_by(Absence.from_at)
            .limit(1)
        )
        .scalars()
        .first()
    )


def _may(session: Session, actor: Actor, party_id: str, now: datetime) -> None:
    """Raises NotThere for somebody who does not work here, Refused for whom it does not concern."""
    units = set(session.execute(units_of(party_id, now)).scalars())
    if not units:
        raise NotThere(party_id)
    if actor.party_id == party_id or actor.kind == "operator":
        return
    if holds_any(session, actor.party_id, now, "coordinating"):
        return
    if not units & set(session.execute(units_led(actor.party_id, now)).scalars()):
        raise Refused([Denial("not_yours_to_decide", {}, ("leader", "coordinating_unit"))])


def _mine_to_change(session: Session, actor: Actor, absence_id: str, now: datetime) -> Absence:
    """An absence of somebody the actor may decide it for. Raises NotThere, Refused."""
    absence = session.get(Absence, absence_id) if "\x00" not in absence_id else None
    if absence is None:
        raise NotThere(absence_id)
    _may(session, actor, absence.party_id, now)
    return absence


def _tell_coordinating(session: Session, actor: Actor, absence: Absence, now: datetime) -> None:
    """The coordinating unit hears of somebody who is responsible for plans and away for long."""
    plans = select(func.count()).where(
        Plan.responsible_party_id == absence.party_id,
        Plan.state != CLOSED,
    )
    many = int(session.execute(plans).scalar_one())
    office = session.execute(people_in(now, "coordinating")).scalars() if many else ()
    told = sorted({*office} - {actor.party_id})
    params = json.dumps({"who": absence.party_id, "plans": many})
    inbox.notify_of_staff(session.connection(), f"a:{absence.id}", "A.away", told, params, now)


def _tell_absent(session: Session, actor: Actor, absence: Absence, now: datetime) -> None:
    """Who is away hears who steps in, and so does who steps in; nobody of what they did themselves."""
    both = {absence.party_id, absence.substitute_id} - {actor.party_id, None}
    params = json.dumps({"who": absence.party_id, "substitute": absence.substitute_id})
    cause = f"s:{absence.id}:{absence.substitute_id}"
    told = sorted(one for one in both if one)
    inbox.notify_of_staff(session.connection(), cause, "A.substitute", told, params, now)


def _days(form: AbsenceForm, today: date) -> None:
    """Raises BadInput for days in the wrong order, a period that is over or one too long."""
    if form.back_on <= form.from_on or form.back_on <= today:
        raise BadInput([("back_on", "back_before_away", {})])
    if form.back_on - form.from_on > timedelta(days=LONGEST_DAYS):
        raise BadInput([("back_on", "away_too_long", {})])


def _substitute(
    session: Session,
    actor: Actor,
    party_id: str,
    other: str,
    start: datetime,
    end: datetime,
    now: datetime,
) -> None:
    """Raises BadInput unless the other works here and is there: so nobody steps in in a circle.

    Whoever steps in reads what the other reads, so nobody but the absent one names whom they
    please: for somebody else nobody names oneself. Raises Refused.
    """
    if actor.party_id != party_id:
        require_another(session, actor, other, now)
    if other == party_id:
        raise BadInput([("substitute_id", "substitute_self", {})])
    if not holds_any(session, other, start):
        raise BadInput([("substitute_id", "unknown_party", {})])
    gone = exists().where(
        Absence.party_id == other,
        meets(Absence, start, end),
    )
    if session.execute(select(gone)).scalar():
        raise BadInput([("substitute_id", "substitute_away", {})])


def _counted_on(
    session: Session, actor: Actor, party_id: str, start: datetime, end: datetime
) -> None:
    """Raises BadInput where somebody counts on whoever goes away, in those days."""
    counted_on = exists().where(
        Absence.substitute_id == party_id,
        meets(Absence, start, end),
    )
    if session.execute(select(counted_on)).scalar():
        raise BadInput([("from_on", "is_substitute", {})])


def _keep_tails(session: Session, around: Select[Absence], end: datetime) -> None:
    """What is left after a shorter absence of a longer one around it, as an absence of its own."""
    kept = ("party_id", "substitute_id", "until_at", "recorded_by")
    for longer in session.execute(around).scalars().all():
        tail = {name: getattr(longer, name) for name in kept}
        left = Absence(id=new_id(), from_at=end, **tail)
        session.add(left)
        note_objects(session, left)


def _give_way(session: Session, party_id: str, start: datetime, end: datetime) -> None:
    """Cut older absences of the same days: the parts before and after stay, each with its substitute."""
    same = (Absence.party_id == party_id,)
    clash = (Absence.from_at < end, Absence.until_at > start)
    _keep_tails(
        session, select(Absence).where(*same, Absence.from_at < start, Absence.until_at > end), end
    )
    inside = (Absence.from_at >= start, Absence.until_at <= end)
    mine = update(Absence).execution_options(synchronize_session=False)
    change_rows(session, mine.where(*same, *inside).values(until_at=Absence.from_at))
    change_rows(session, mine.where(*same, *clash, Absence.from_at < start).values(until_at=start))
    change_rows(session, mine.where(*same, *clash, Absence.from_at >= start).values(from_at=end))
