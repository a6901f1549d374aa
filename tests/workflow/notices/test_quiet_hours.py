"""When a notice may go out: the digest, the quiet hours over midnight, and the two nights a year that differ."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflow.rules.calendar.clock import at_oslo, oslo_time
from workflow.rules.names.deadlines import DeadlineCode
from workflow.rules.names.steps import MeetingStep
from workflow.rules.notices.timing import (
    STANDARD_HOURS,
    Hours,
    channel_of,
    end_of_quiet,
    first_try,
    next_digest,
)

DAY = date(2026, 3, 11)
NEVER = Hours(quiet_from=None, quiet_until=None)


def at(hour: int, minute: int = 0, day: date = DAY) -> datetime:
    return at_oslo(day, time(hour, minute))


@pytest.mark.parametrize(
    ("now", "end"),
    [
        (at(19, 59), at(19, 59)),
        (at(20), at(7, day=date(2026, 3, 12))),
        (at(23, 30), at(7, day=date(2026, 3, 12))),
        (at(0), at(7)),
        (at(6, 59), at(7)),
        (at(7), at(7)),
    ],
)
def test_quiet_hours_are_half_open_over_midnight(now: datetime, end: datetime) -> None:
    assert end_of_quiet(now) == end


def test_quiet_hours_within_one_day() -> None:
    nap = Hours(quiet_from=time(13), quiet_until=time(15))
    assert end_of_quiet(at(14), nap) == at(15)
    assert end_of_quiet(at(15), nap) == at(15)
    assert end_of_quiet(at(3), nap) == at(3)


def test_equal_hours_mean_none() -> None:
    never = STANDARD_HOURS.with_choice("", "00:00", "00:00")
    assert end_of_quiet(at(3), never) == at(3)


def test_an_empty_choice_is_the_municipalitys() -> None:
    assert STANDARD_HOURS.with_choice("", "", "") == STANDARD_HOURS
    assert STANDARD_HOURS.with_choice("15:30", "22:00", "") == Hours(digest_at=time(15, 30))


def test_a_call_in_the_evening_waits_for_the_morning_and_a_reminder_for_the_digest() -> None:
    assert first_try(MeetingStep.CALL, at(21)) == at(7, day=date(2026, 3, 12))
    assert first_try(MeetingStep.CALL, at(12)) == at(12)
    assert first_try(DeadlineCode.REVIEW, at(12)) == at(8, day=date(2026, 3, 12))
    assert first_try(DeadlineCode.REVIEW, at(0, 5)) == at(8)


def test_a_digest_hour_in_the_quiet_hours_waits_for_their_end() -> None:
    late = Hours(digest_at=time(22))
    assert next_digest(at(6, 30), late) == at(7)
    assert next_digest(at(7, 1), late) == at(7, day=date(2026, 3, 12))


def test_the_night_in_spring_that_leaves_an_hour_out() -> None:
    hours = Hours(quiet_from=time(22), quiet_until=time(2, 30))
    end = end_of_quiet(datetime(2026, 3, 28, 23, 45, tzinfo=UTC), hours)
    assert end == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
    assert next_digest(at(12, day=date(2026, 3, 28))) == datetime(2026, 3, 29, 6, tzinfo=UTC)


def test_the_night_in_autumn_that_has_an_hour_twice() -> None:
    hours = Hours(quiet_from=time(22), quiet_until=time(2, 30))
    second_time = datetime(2026, 10, 25, 1, 10, tzinfo=UTC)  # 02.10 again
    assert end_of_quiet(second_time, hours) == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    assert next_digest(at(12, day=date(2026, 10, 24))) == datetime(2026, 10, 25, 7, tzinfo=UTC)


MOMENTS = st.integers(0, 3 * 365 * 24 * 60).map(lambda minutes: at(0) + timedelta(minutes=minutes))
TIMES = st.times().map(lambda moment: moment.replace(second=0, microsecond=0, fold=0))


@given(MOMENTS, TIMES, st.none() | TIMES, TIMES)
def test_nothing_is_ever_sent_in_the_quiet_hours_nor_later_than_two_days(
    now: datetime, digest: time, quiet_from: time | None, quiet_until: time
) -> None:
    hours = Hours(digest, quiet_from, quiet_until)
    for moment in (end_of_quiet(now, hours), next_digest(now, hours)):
        assert not hours.is_quiet(moment)
        assert now <= moment <= now + timedelta(hours=49)
    if quiet_from is None:
        assert oslo_time(next_digest(now, hours)).time().minute == digest.minute


@pytest.mark.parametrize(
    ("chosen", "person", "allowed", "channel"),
    [
        ("email", False, ("email",), "email"),
        ("sms", False, ("email", "sms"), "sms"),
        ("sms", False, ("email",), "email"),
        ("coordinator", True, ("email", "coordinator"), "coordinator"),
        ("coordinator", False, ("email", "coordinator"), "email"),
        ("coordinator", True, (), "coordinator"),  # never unseen, whatever is allowed
        ("email", True, ("sms",), "sms"),
        ("none", True, ("email", "sms", "coordinator"), "none"),
    ],
)
def test_the_channel_is_the_chosen_one_where_it_is_allowed(
    chosen: str, person: bool, allowed: tuple[str, ...], channel: str
) -> None:
    assert channel_of(chosen, True, True, person, allowed) == channel


def test_what_has_no_way_goes_the_next_one_and_the_person_is_never_without() -> None:
    """E-mail, text message, word of mouth or letter; who is not the plan's person has the app."""
    assert channel_of("email", False, True, True, ("email", "sms")) == "sms"
    assert channel_of("email", False, True, True, ("email",)) == "coordinator"
    assert channel_of("sms", False, False, True, ("email", "sms")) == "coordinator"
    assert channel_of("sms", False, False, False, ("email", "sms")) == "none"
    assert channel_of("none", False, False, True, ("email", "sms")) == "none"


AT_WORK = Hours(workdays=True)
FRIDAY, SATURDAY, MONDAY = date(2026, 3, 13), date(2026, 3, 14), date(2026, 3, 16)


@pytest.mark.parametrize(
    ("now", "digest"),
    [
        (at(7, day=FRIDAY), at(8, day=FRIDAY)),
        (at(9, day=FRIDAY), at(8, day=MONDAY)),
        (at(12, day=SATURDAY), at(8, day=MONDAY)),
        (at(9, day=date(2026, 4, 1)), at(8, day=date(2026, 4, 7))),  # over Easter
        (at(9, day=date(2026, 5, 13)), at(8, day=date(2026, 5, 15))),  # over Ascension Day
    ],
)
def test_who_works_here_gets_digests_on_working_days(now: datetime, digest: datetime) -> None:
    assert next_digest(now, AT_WORK) == digest


@pytest.mark.parametrize(
    ("now", "first"),
    [
        (at(12, day=FRIDAY), at(12, day=FRIDAY)),
        (at(21, day=FRIDAY), at(7, day=MONDAY)),
        (at(12, day=SATURDAY), at(7, day=MONDAY)),
    ],
)
def test_what_cannot_wait_reaches_who_works_here_in_working_hours(
    now: datetime, first: datetime
) -> None:
    assert first_try(MeetingStep.CALL, now, AT_WORK) == first
    assert first_try(MeetingStep.CALL, now) == end_of_quiet(now)  # the person, on any day


def test_an_alarm_waits_for_no_working_day() -> None:
    assert first_try("O.sweep", at(3, day=SATURDAY), AT_WORK) == at(3, day=SATURDAY)
