"""Every ladder walked day by day: who hears on which day, from the start until long after the date (domain 5.3)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from tests.servers.databases import Backend, copied
from tests.workflow.deadline_world import World, row
from tests.workflow.deadlines.test_sweep import daily
from workflow.record.database.engine import unit_of_work
from workflow.record.models import Decision, Delivery, Offer, new_id
from workflow.rules.calendar.clock import at_oslo
from workflow.rules.deadlines.kinds import KINDS
from workflow.rules.names.deadlines import DeadlineCode

NOW = datetime(2026, 9, 1, 9, 0, tzinfo=UTC)  # a Tuesday with no holiday near

Told = list[tuple[date, str]]
LADDERS: dict[str, Told] = {
    DeadlineCode.ACKNOWLEDGE_REPORT: [(date(2026, 9, 8), "dag")],
    DeadlineCode.DECIDE_REQUEST: [(date(2026, 9, 22), "dag"), (date(2026, 9, 30), "lea")],
    DeadlineCode.PROVISIONAL_REPLY: [(date(2026, 9, 24), "dag"), (date(2026, 9, 29), "lea")],
    DeadlineCode.DECIDE_INCOMING: [
        (date(2026, 9, 22), "dag"),
        (date(2026, 9, 30), "lea"),
        (date(2026, 10, 6), "kea"),
    ],
    DeadlineCode.APPOINT_COORDINATOR: [(date(2026, 9, 12), "kea"), (date(2026, 9, 16), "lea")],
    DeadlineCode.FIRST_GOAL: [
        (date(2026, 9, 24), "cora"),
        (date(2026, 10, 2), "cora"),
        (date(2026, 10, 15), "lea"),
    ],
    DeadlineCode.DECIDE_INFORMAL_START: [
        (date(2026, 10, 1), "cora"),
        (date(2026, 10, 31), "dag"),
        (date(2026, 11, 16), "kea"),
    ],
    DeadlineCode.VACANCY: [(date(2026, 9, 15), "kea"), (date(2026, 9, 16), "lena")],
    DeadlineCode.CONCLUDE_REVIEW: [
        (date(2026, 9, 8), "cora"),
        (date(2026, 9, 16), "cora"),
        (date(2026, 9, 22), "lea"),
        (date(2026, 10, 13), "lena"),
    ],
    DeadlineCode.ASSESS_COMPLAINT: [(date(2026, 9, 10), "dag"), (date(2026, 9, 16), "lea")],
    DeadlineCode.FORWARD_COMPLAINT: [(date(2026, 9, 24), "dag"), (date(2026, 9, 30), "lea")],
    DeadlineCode.WISH_FOR_COORDINATOR: [(date(2026, 9, 15), "kea"), (date(2026, 9, 16), "lea")],
    # Nobody is privacy officer here: the next step up hears of what the law asks.
    DeadlineCode.DATA_REQUEST: [(date(2026, 9, 24), "lea")],
    DeadlineCode.EMERGENCY_FOLLOW_UP: [(date(2026, 9, 4), "lea"), (date(2026, 9, 7), "lena")],
    DeadlineCode.ANSWER_PERSON: [(date(2026, 9, 8), "cora"), (date(2026, 9, 15), "lea")],
}


@pytest.fixture
def world(backend: Backend) -> Iterator[World]:
    with copied(backend) as database:
        yield World(database.engine).build()


def heard(world: World, last: date) -> Told:
    """Who hears on which day, from the start on."""
    return [(on, who) for on, who, _ in daily(world, NOW.date(), last)]


def test_each_step_is_told_once_on_its_day_to_whom_it_is_for(world: World) -> None:
    plan = world.plan(reported_at=NOW, last_activity_at=NOW)
    world.act(row(*LADDERS, by=()), plan, NOW)
    told: dict[str, Told] = {code: [] for code in LADDERS}
    for on, who, code in daily(world, NOW.date(), NOW.date() + timedelta(days=80)):
        told[code].append((on, who))
    assert told == LADDERS


def test_the_ladders_that_are_walked_here_or_elsewhere_are_all_there_are() -> None:
    elsewhere = {
        DeadlineCode.COORDINATOR_ANSWERS,
        DeadlineCode.REVIEW,
        DeadlineCode.TRANSFER_ANSWER,
        DeadlineCode.FIRST_APPOINTMENT,
        DeadlineCode.APPEAL_WINDOW,
        DeadlineCode.GOVERNOR_ANSWERS,
        DeadlineCode.START_PLAN,
        DeadlineCode.RESTING_PLAN,
        DeadlineCode.SETTLE_DUPLICATE,
        DeadlineCode.MEASURE_DUE,
        DeadlineCode.MEASURE_EVALUATION,
        DeadlineCode.CONSENT_ENDS,
        DeadlineCode.DISCUSS_WITH_RELATIVES,
        DeadlineCode.QUIET_PLAN,
        DeadlineCode.MEETING_PREPARED,
        DeadlineCode.MINUTES_DUE,
        DeadlineCode.TRANSITION,
        DeadlineCode.TURNS_16,
        DeadlineCode.TURNS_18,
    }
    silent = {
        DeadlineCode.CONFIRMATION_ENDS,
        DeadlineCode.PAUSE_ENDS,
        DeadlineCode.COORDINATOR_OFFER_ENDS,
        DeadlineCode.ENDS_BY_DECISION,
        DeadlineCode.MEASURE_OFFER_ENDS,
        DeadlineCode.MEASURE_STARTS,
    }
    assert set(LADDERS) | elsewhere | silent == set(KINDS)


def asked(world: World, plan: str, **columns: Any) -> None:
    """The receiver's office has been asked to take over."""
    offer = {
        "id": new_id(),
        "plan_id": plan,
        "kind": "transfer",
        "subject_kind": "plan",
        "subject_id": plan,
        "from_state": "active",
        "to_unit_id": world.unit["ordering"],
        "sent_at": NOW,
        "outcome": "",
        "expires_at": NOW + timedelta(days=14),
        **columns,
    }
    world.add(Offer(**offer))
    home = {"discharge_on": columns.get("discharge_on")}
    world.act(
        row(DeadlineCode.TRANSFER_ANSWER, DeadlineCode.COORDINATOR_ANSWERS),
        plan,
        NOW,
        offer={**offer, **home},
    )


def test_an_unanswered_transfer_reaches_the_receiver_their_leader_and_the_unit(
    world: World,
) -> None:
    asked(world, world.plan())
    told = [(on, who, code) for on, who, code in daily(world, NOW.date(), date(2026, 9, 14))]
    transfer = [(on, who) for on, who, code in told if code == DeadlineCode.TRANSFER_ANSWER]
    assert transfer == [
        (date(2026, 9, 12), "dag"),
        (date(2026, 9, 12), "liv"),
        (date(2026, 9, 14), "liv"),
    ]
    assert [(on, who) for on, who, code in told if code == DeadlineCode.COORDINATOR_ANSWERS] == [
        (date(2026, 9, 5), "kea"),
        (date(2026, 9, 9), "lea"),
    ]


def test_a_discharge_nobody_planned_reaches_everybody_the_same_day(world: World) -> None:
    asked(world, world.plan(), discharge_on=NOW.date())
    told = {
        who
        for on, who, code in daily(world, NOW.date() + timedelta(days=1), date(2026, 9, 3))
        if code == DeadlineCode.TRANSFER_ANSWER and on == date(2026, 9, 2)
    }
    assert told == {"dag", "liv", "kea"}


def test_the_end_of_the_appeal_window_is_told_the_office_a_week_after(world: World) -> None:
    plan = world.plan()
    world.add(
        Decision(
            id=new_id(),
            plan_id=plan,
            kind="deny",
            regime="health",
            made_on=NOW.date(),
            effective_from=NOW.date(),
            appeal_until=date(2026, 10, 3),
        )
    )
    world.act(row(DeadlineCode.APPEAL_WINDOW), plan, NOW)
    assert heard(world, last=date(2026, 11, 10)) == [(date(2026, 10, 12), "kea")]  # 3 Oct: Saturday


def test_minutes_are_asked_of_the_minute_taker_and_then_of_the_coordinator(world: World) -> None:
    plan = world.plan()
    meeting = world.meeting(plan, "wes", NOW)
    world.act(row(DeadlineCode.MINUTES_DUE), plan, NOW, "meeting", meeting)
    assert heard(world, last=date(2026, 10, 1)) == [
        (date(2026, 9, 9), "wes"),
        (date(2026, 9, 15), "cora"),
    ]


def test_what_is_done_waits_in_the_digest_and_is_never_over_its_date(world: World) -> None:
    plan = world.plan()
    measure = world.measure(plan, "wes", NOW.date(), completed_on=NOW.date())
    world.act(row(DeadlineCode.MEASURE_EVALUATION), plan, NOW, "measure", measure)
    assert heard(world, last=date(2026, 10, 20)) == [(date(2026, 9, 15), "cora")]
    assert not [line for line in world.told() if line[1] == "overview"]
    with unit_of_work(world.engine) as session:
        (at,) = session.execute(select(Delivery.next_try_at)).scalars()
    assert at == at_oslo(date(2026, 9, 15), time(8))
