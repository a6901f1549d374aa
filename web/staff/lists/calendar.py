"""Kalender: the reader's meetings and dates by day, with generic titles; nobody's name stands in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from flask import render_template, url_for

from web.page.formats import clock_time, over
from web.request import access_guards
from web.request.actor import current_actor
from web.request.clock import now, today
from web.request.database import db_session
from web.request.translate import N_, gettext
from web.staff.blueprint import pages
from web.staff.lists.my_plans import deadline_name, page_number, plan_address
from workflow.record.lists import awaiting_me
from workflow.record.lists.awaiting_me import CalendarEntry
from workflow.rules.calendar.clock import oslo_date

WEEKS = 4
FIRST_PAGE = 1
MOST_PAGES = 12
MEETINGS: Mapping[str, str] = {
    "planned": N_("Møte, ikke innkalt ennå"),
    "called": N_("Møte"),
}


@dataclass(frozen=True)
class CalendarLine:
    """One line of a day; every text is ready to read."""

    words: str
    hour: str
    number: str
    address: str
    place: str
    late: bool


@dataclass(frozen=True)
class CalendarDay:
    """A day with its lines."""

    on: date
    lines: tuple[CalendarLine, ...]


@pages.get("/kalender")
@access_guards.staff(kind="waiting")
def calendar() -> str:
    """Four weeks a page; what is past its date stands first."""
    number = min(page_number(), MOST_PAGES)
    start = now() + timedelta(weeks=WEEKS * (number - 1))
    entries = awaiting_me.calendar(
        db_session(), current_actor(), now(), start + timedelta(weeks=WEEKS)
    )
    first = oslo_date(start)
    late = [line_of(entry) for entry in entries if oslo_date(entry.at) < today()]
    ahead = [entry for entry in entries if oslo_date(entry.at) >= first]
    return render_template(
        "staff/calendar.html",
        late=late if number == FIRST_PAGE else [],
        days=days(ahead),
        before=url_for("staff.calendar", side=number - 1) if number > FIRST_PAGE else "",
        after=url_for("staff.calendar", side=number + 1) if number < MOST_PAGES else "",
        until=first + timedelta(weeks=WEEKS),
    )


def days(entries: list[CalendarEntry]) -> list[CalendarDay]:
    """The entries by Norwegian day."""
    by_day = groupby(entries, key=lambda entry: oslo_date(entry.at))
    return [CalendarDay(on, tuple(line_of(entry) for entry in group)) for on, group in by_day]


def line_of(entry: CalendarEntry) -> CalendarLine:
    """A generic title, the hour of a meeting, and the plan's number."""
    meeting = entry.kind == "meeting"
    words = gettext(MEETINGS[entry.state]) if meeting else deadline_name(entry.kind)
    past = oslo_date(entry.at) < today()
    return CalendarLine(
        words,
        over(entry.at) if past else clock_time(entry.at) if meeting else "",
        entry.number,
        plan_address(entry.plan_id),
        entry.place if meeting else "",
        past,
    )
