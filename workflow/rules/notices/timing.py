"""When a notice may go out, on which channel, and how much one message holds, so that nobody is woken or flooded."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from workflow.rules.calendar.clock import at_oslo, oslo_date, oslo_time
from workflow.rules.calendar.workdays import is_workday, next_workday
from workflow.rules.tables import TRANSITIONS

DIGEST_HOUR = time(8, 0)
QUIET_FROM, QUIET_UNTIL = time(20, 0), time(7, 0)
OVERVIEW_HOUR = time(7, 30)
MOST_LINES = 5
RETRY_AFTER_MINUTES = (1, 5, 15, 60, 240)
ONE_DAY = timedelta(days=1)

EMAIL, SMS, WEBHOOK, COORDINATOR, NONE = "email", "sms", "webhook", "coordinator", "none"
BY_WIRE = (EMAIL, SMS)

FROM_ELSEWHERE = frozenset({"X.offer"})  # another municipality's question, of no plan here yet
ALARMS = frozenset({"O.sweep"})  # for who keeps the program running: at night too
URGENT = frozenset(row.name for row in TRANSITIONS.values() if row.urgency)
# That a plan has ended or gone elsewhere, to who had it until then: they stand to it no more and
# must know it all the same.
FAREWELLS = frozenset(row.name for row in TRANSITIONS.values() if row.farewell)
AT_ONCE = URGENT | FROM_ELSEWHERE | ALARMS


@dataclass(frozen=True, slots=True)
class Hours:
    """When one party is told, on a Norwegian wall clock: the digest, and the quiet hours.

    Quiet hours are half-open, [quiet_from, quiet_until), and may pass midnight; two equal hours,
    or none, mean that there are no quiet hours. workdays: who works here is told on Norwegian
    working days alone.
    """

    digest_at: time = DIGEST_HOUR
    quiet_from: time | None = QUIET_FROM
    quiet_until: time | None = QUIET_UNTIL
    workdays: bool = False

    def with_choice(self, digest_at: str, quiet_from: str, quiet_until: str) -> Hours:
        """These hours with a party's own ones ("HH:MM"); empty = as before."""
        quiet = (self.quiet_from, self.quiet_until)
        if quiet_from and quiet_until:
            quiet = (time.fromisoformat(quiet_from), time.fromisoformat(quiet_until))
        digest = time.fromisoformat(digest_at) if digest_at else self.digest_at
        return Hours(digest, *quiet, self.workdays)

    def is_quiet(self, instant: datetime) -> bool:
        """Whether nobody is to be disturbed at this instant (aware)."""
        start, end = self.quiet_from, self.quiet_until
        if start is None or end is None or start == end:
            return False
        hour = oslo_time(instant).time()
        return start <= hour < end if start < end else hour >= start or hour < end


STANDARD_HOURS = Hours()


def end_of_quiet(instant: datetime, hours: Hours = STANDARD_HOURS) -> datetime:
    """The instant itself, or the end of the quiet hours that it lies in (UTC).

    An hour that a night in spring leaves out ends an hour later, one that a night in autumn has
    twice ends at the next of the two.
    """
    if not hours.is_quiet(instant) or hours.quiet_until is None:
        return instant
    today = oslo_date(instant)
    twice = (hours.quiet_until, hours.quiet_until.replace(fold=1))
    ends = [at_oslo(day, hour) for day in (today, today + ONE_DAY) for hour in twice]
    return min(end for end in ends if end > instant and not hours.is_quiet(end))


def next_hour(instant: datetime, hours: Hours = STANDARD_HOURS) -> datetime:
    """The instant itself, or the first one after it at which nobody is disturbed and, at work, it is a working day."""
    while True:
        day = oslo_date(instant)
        if hours.workdays and not is_workday(day):
            instant = at_oslo(next_workday(day), time(0))
        later = end_of_quiet(instant, hours)
        if later == instant:
            return instant
        instant = later


def next_digest(now: datetime, hours: Hours = STANDARD_HOURS) -> datetime:
    """The next digest at or after now (UTC): one a day, never in the quiet hours, at work on working days."""
    today = oslo_date(now)
    days = [today - ONE_DAY, today, today + ONE_DAY]
    if hours.workdays:
        days = [next_workday(day) for day in days]
    times = [end_of_quiet(at_oslo(day, hours.digest_at), hours) for day in days]
    return min(at for at in times if at >= now)


def first_try(code: str, now: datetime, hours: Hours = STANDARD_HOURS) -> datetime:
    """When a notice may first be sent: offers, calls and letters at once, the rest in the digest.

    At once means after the quiet hours, for a call to a meeting the next morning too: nobody's
    telephone rings at night for us, nor on a day off. Who calls so late rings.
    """
    if code in ALARMS:
        return now
    return next_hour(now, hours) if code in AT_ONCE else next_digest(now, hours)


def channel_of(
    chosen: str, has_email: bool, has_phone: bool, is_person: bool, allowed: Collection[str]
) -> str:
    """The channel of one notice, from what the party chose and what the municipality allows.

    What cannot be sent as chosen goes by e-mail, else as a text message, else the plan's person is
    told by whoever has the plan in hand, by word of mouth or by letter: that is not for a
    municipality to switch off, for else nobody would know that she heard nothing. Only she is told
    so; none = in the app alone, as chosen, or because there is no way to anybody else.
    """
    if chosen == NONE:
        return NONE
    if chosen == SMS and has_phone and SMS in allowed:
        return SMS
    if chosen == COORDINATOR and is_person and COORDINATOR in allowed:
        return COORDINATOR
    if has_email and EMAIL in allowed:
        return EMAIL
    if has_phone and SMS in allowed:
        return SMS
    return COORDINATOR if is_person else NONE


def retry_at(attempts: int, now: datetime) -> datetime | None:
    """When to try again after so many refused attempts; None when it has failed for good."""
    if attempts > len(RETRY_AFTER_MINUTES):
        return None
    return now + timedelta(minutes=RETRY_AFTER_MINUTES[attempts - 1])


def iso_week(now: datetime) -> str:
    """The ISO week of a moment in Norway, as 2026-W11."""
    year, week, _ = oslo_time(now).isocalendar()
    return f"{year}-W{week:02d}"


def overview_opens(now: datetime) -> datetime:
    """Monday 07:30 Europe/Oslo of the week of a moment: the managers' overview is written from then."""
    local = oslo_time(now)
    return at_oslo(local.date() - timedelta(days=local.weekday()), OVERVIEW_HOUR)
