"""Who has looked in the invented municipality: an ordinary month, an odd night, two emergencies; no plan's story."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from sqlalchemy import select

from workflow.acts.engine import fire
from workflow.acts.privacy import access_log_review, emergency_access
from workflow.acts.privacy.emergency_access import FollowUp, SeekPlan
from workflow.acts.privacy.emergency_report import first_day
from workflow.demo.town import PERSONS, Town
from workflow.record.access.open_plan import resolve_access, write_trace
from workflow.record.models import EmergencyAccess, Party, Plan
from workflow.rules.calendar.clock import at_oslo
from workflow.rules.calendar.workdays import next_workday
from workflow.rules.engine.policy import opening_relation
from workflow.rules.names.steps import PlanStep

NIGHT, MORNING = time(23, 40), time(10, 15)
READERS = (("mona", "kim"), ("mona", "bodil"), ("siv", "karin"), ("per", "amir"), ("mona", "silje"))
URGENT = "karin"
NO_KEY = "-"  # the invented people are found by name and day of birth
FOUND_OUT = "Aslak fant Karin hjemme. Hun hadde falt og trengte hjelp. Det var rett å se i planen."


def oversee(town: Town) -> None:
    """Last month's looks and their review, an emergency then that is followed up, and one that waits."""
    month = access_log_review.last_month(town.now)
    first = first_day(month)
    for number, (who, whose) in enumerate(READERS):
        day = next_workday(first + timedelta(days=2 + 3 * number))
        look(town, who, whose, at_oslo(day, MORNING))
    look(town, "per", "amir", at_oslo(first + timedelta(days=9), NIGHT))
    then = at_oslo(next_workday(first + timedelta(days=11)), MORNING)
    emergency(town, "aslak", "life", then)
    follow_up(town, then + timedelta(hours=26))
    emergency(town, "lars", "nobody_there", town.ago(1))
    access_log_review.make(town.session, month, town.now)


def plan_of(town: Town, whose: str) -> str:
    """The newest plan of a person."""
    query = select(Plan.id).where(Plan.person_id == town.party[whose]).order_by(Plan.id.desc())
    return town.session.scalars(query.limit(1)).one()


def look(town: Town, who: str, whose: str, at: datetime) -> None:
    """Somebody opened a plan, on the ground that they have."""
    plan, actor = plan_of(town, whose), town.actor(who)
    ground = opening_relation("read", resolve_access(town.session, actor, plan, town.now).relations)
    if ground:
        write_trace(town.session, actor, "read", ground, at, plan_id=plan)


def emergency(town: Town, who: str, reason: str, at: datetime) -> None:
    """Somebody who works here opened a plan and read it for twenty minutes."""
    person = town.session.get_one(Party, town.party[URGENT])
    form = SeekPlan(reason=reason, name=PERSONS[URGENT][0], born_on=person.born_on)
    actor = town.actor(who)
    outcome = emergency_access.open_in_emergency(town.session, actor, form, NO_KEY, at)
    if outcome.what != emergency_access.OPENED or outcome.plan_id is None:
        return
    rest = {"plan_id": outcome.plan_id, "reason": reason}
    for act, minutes in (("read", 1), ("read_history", 6)):
        write_trace(town.session, actor, act, "emergency", at + timedelta(minutes=minutes), **rest)
    emergency_access.end_now(town.session, actor, outcome.plan_id, at + timedelta(minutes=20))


def follow_up(town: Town, at: datetime) -> None:
    """The privacy officer looks into it the day after."""
    plan = plan_of(town, URGENT)
    waits = select(EmergencyAccess.id).where(EmergencyAccess.plan_id == plan)
    if town.session.scalars(waits.limit(1)).first() is not None:
        form = FollowUp(outcome="justified", answer=FOUND_OUT)
        fire.fire(
            town.session,
            town.actor("pia"),
            PlanStep.FOLLOW_UP_EMERGENCY,
            plan_id=plan,
            form=form,
            now=at,
        )
