"""What the invented municipality has chosen about its deadlines, and who goes on leave; no plan stands here."""

from __future__ import annotations

from datetime import date, time, timedelta

from workflow.acts.accounts import staff_roles
from workflow.acts.deadlines.policy_versions import set_policy
from workflow.demo.town import Town
from workflow.rules.calendar.clock import at_oslo, oslo_date
from workflow.rules.deadlines.policy import Choices
from workflow.rules.names.deadlines import DeadlineCode

LEAVE = (20, 34)  # days from the loading: Siv is away, Mona steps in
SMALL_TOWN = Choices(lengths={DeadlineCode.MINUTES_DUE: 3}, most_plans=8, most_due_a_week=2)
SOONER = Choices(lengths={DeadlineCode.FIRST_GOAL: 21})


def choose(town: Town) -> None:
    """The municipality's choices from today, one unit's from next month, two closing days and a leave.

    The limits are low, for a town of forty plans: so the forecast has somebody to warn of.
    """
    actor, today = town.actor("liv"), oslo_date(town.now)
    set_policy(town.session, actor, None, today, SMALL_TOWN, closing_days(today), now=town.now)
    set_policy(town.session, actor, town.unit["mat"], next_month(today), SOONER, None, now=town.now)
    first, back = (at_oslo(today + timedelta(days=days), time(0)) for days in LEAVE)
    away = (town.party["siv"], first, back, town.party["mona"])
    staff_roles.note_absence(town.session, *away)


def closing_days(today: date) -> list[date]:
    """Christmas Eve and New Year's Eve to come: the town's offices are closed."""
    days = [date(year, 12, day) for year in (today.year, today.year + 1) for day in (24, 31)]
    return [day for day in days if day >= today][:2]


def next_month(today: date) -> date:
    """The first day of the next month."""
    return (today.replace(day=1) + timedelta(days=32)).replace(day=1)
