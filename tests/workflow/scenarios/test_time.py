"""The worked scenarios 3 and 5 (domain 7) day by day: what falls due, who hears of it, and what is sent."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.servers.databases import Backend, Database, copied
from tests.servers.mail import Inbox, mail_server, post_to
from tests.workflow.proofs import holders, rows, text, told, whole
from tests.world import AGREED, World, make_world
from workflow.acts.deadlines.sweep import SweepResult, sweep
from workflow.acts.delivery.send_batch import deliver
from workflow.acts.offboarding.account_end import deactivate
from workflow.acts.people import absences
from workflow.acts.people.absences import AbsenceForm
from workflow.record.database.engine import unit_of_work
from workflow.record.lists.incomplete_plans import list_incomplete_plans
from workflow.record.models import Deadline, Delivery, Message, Notice
from workflow.rules.calendar.clock import at_oslo, oslo_date
from workflow.rules.engine.denials import StillHolds
from workflow.rules.names.deadlines import DeadlineCode
from workflow.rules.names.steps import MeasureStep, PlanStep

MORNING = time(8, 5)


@dataclass
class Days:
    """A municipality whose machinery runs each day: the sweep after midnight, the mails after eight."""

    world: World
    inbox: Inbox
    port: int

    def night(self, on: date) -> SweepResult:
        """The sweep at ten past midnight."""
        return self.sweep(at_oslo(on, time(0, 10)))

    def sweep(self, at: datetime) -> SweepResult:
        self.world.now = at
        return sweep(self.world.engine, at)

    def post(self, on: date) -> None:
        """The mails of the morning, until none is left."""
        self.world.now = at_oslo(on, MORNING)
        with post_to(self.port) as post:
            while deliver(self.world.engine, post, self.world.now, address="http://x").mails:
                pass

    def through(self, first: date, last: date) -> None:
        """Day after day."""
        while first <= last:
            self.night(first)
            self.post(first)
            first += timedelta(days=1)

    def at(self, on: date) -> None:
        """Ten in the morning of a day."""
        self.world.now = at_oslo(on, time(10))

    def notices(self, code: str) -> list[tuple[date, str, str]]:
        """Every notice of a deadline's code: the day, who, and as what; oldest first."""
        names = {key: name for name, key in self.world.party.items()}
        query = (
            select(Notice.created_at, Notice.recipient_id, Notice.role)
            .where(
                Notice.code == code,
                Notice.cause.like("d:%"),
            )
            .order_by(Notice.created_at, Notice.role)
        )
        with unit_of_work(self.world.engine) as session:
            lines = session.execute(query).all()
        return [(oslo_date(at), names[who], role) for at, who, role in lines]

    def mails(self, name: str) -> int:
        """How many mails somebody has got."""
        return self.inbox.to().count(f"{name}@example.test")


@pytest.fixture
def days(backend: Backend) -> Iterator[Days]:
    with copied(backend) as database, mail_server() as (inbox, port):
        yield Days(make_world(database.engine), inbox, port)


def deadline(world: World, plan: str, code: str) -> Deadline:
    (row,) = [
        one for one in rows(world, Deadline, plan) if one.code == code and one.state == "open"
    ]
    return row


THURSDAY, TUESDAY = date(2026, 4, 2), date(2026, 4, 7)


def agreed(days: Days, accountable: str) -> tuple[str, str]:
    """A plan in use with one measure due on Maundy Thursday."""
    world = days.world
    plan = world.active()
    made = world.take("mona", MeasureStep.PROPOSE, plan, text="Ringe Nav").subject_id
    world.take(
        "mona",
        MeasureStep.AGREE,
        plan,
        made,
        accountable_id=world.party[accountable],
        accountable_said_yes=True,
        due_on=THURSDAY,
        **AGREED,
    )
    return plan, made


def on_leave(days: Days) -> None:
    """Per is away from the Monday before Easter for three weeks; Ali steps in."""
    world = days.world
    away = AbsenceForm(
        substitute_id=world.party["ali"], from_on=date(2026, 3, 30), back_on=date(2026, 4, 27)
    )
    with unit_of_work(world.engine) as session:
        absences.set_substitute(session, world.actor("lars"), world.party["per"], away, world.now)


def test_scenario_5_easter_doubles_and_leave(days: Days) -> None:
    world = days.world
    plan, measure = agreed(days, "per")
    on_leave(days)
    assert (
        oslo_date(deadline(world, plan, DeadlineCode.MEASURE_DUE).due_at) == TUESDAY
    )  # Saturday is no working day

    days.at(date(2026, 3, 27))
    world.take(
        "kim", PlanStep.WRITE, plan, words="Ring meg"
    )  # answered by 8 April: Easter lies between

    # The reminder of the accountable reaches the substitute; then the machinery stands for 8 days.
    days.through(date(2026, 3, 27), date(2026, 4, 6))
    assert days.notices(DeadlineCode.MEASURE_DUE) == [(date(2026, 4, 4), "ali", "accountable")]
    mona_before, ali_before = days.mails("mona"), days.mails("ali")
    first = days.night(date(2026, 4, 14))
    second = days.night(date(2026, 4, 14))
    assert second.notices == second.due == 0 < first.notices
    assert days.notices(DeadlineCode.MEASURE_DUE)[1:] == [
        (date(2026, 4, 14), "ali", "accountable"),
        (date(2026, 4, 14), "mona", "coordinator"),
    ]
    # One digest for the coordinator, with the measure and Kim's message in it.
    days.post(date(2026, 4, 14))
    assert (days.mails("mona") - mona_before, days.mails("ali") - ali_before) == (1, 1)
    digest = [str(mail.get_content()) for to, mail in days.inbox.mails if "mona" in to][-1]
    assert "Datoen for et tiltak" in digest and "Personen venter på svar" in digest

    # Moved by a fortnight: the old steps are void, the new ones begin, and nobody is told twice.
    days.at(date(2026, 4, 14))
    world.take(
        "mona", MeasureStep.MOVE_DATE, plan, measure, due_on=date(2026, 4, 21), reason="Påske"
    )
    moved = deadline(world, plan, DeadlineCode.MEASURE_DUE)
    assert (moved.due_version, oslo_date(moved.due_at)) == (2, date(2026, 4, 21))
    assert world.measure(measure).original_due_on == THURSDAY
    days.through(date(2026, 4, 15), date(2026, 5, 6))
    assert days.notices(DeadlineCode.MEASURE_DUE)[3:] == [
        (date(2026, 4, 18), "ali", "accountable"),
        (date(2026, 4, 22), "ali", "accountable"),
        (date(2026, 4, 28), "mona", "coordinator"),
        (date(2026, 5, 5), "lars", "accountable_leader"),  # Per is back since the 27th
    ]
    one_digest_a_day(days)
    whole(world)


def one_digest_a_day(days: Days) -> None:
    """Nobody gets two digests on one day (a letter or an offer does not wait for it)."""
    per_day = Counter[tuple[str, date]]()
    with unit_of_work(days.world.engine) as session:
        carried = (
            select(Message.id, Message.recipient_id, Message.sent_at)
            .join(Delivery, Delivery.message_id == Message.id)
            .join(Notice, Notice.id == Delivery.notice_id)
            .where(Notice.cause.like("d:%"), Message.sent_at.is_not(None))
            .distinct()
        )
        for _, who, at in session.execute(carried):
            assert at is not None
            per_day[(who, oslo_date(at))] += 1
    assert per_day and set(per_day.values()) == {1}


def test_scenario_5_what_was_not_sent_of_the_old_date_is_dropped(days: Days) -> None:
    world = days.world
    plan, measure = agreed(days, "per")
    on_leave(days)
    days.through(date(2026, 4, 3), date(2026, 4, 7))  # over Easter
    days.night(date(2026, 4, 14))
    world.now = at_oslo(date(2026, 4, 14), time(7, 30))
    world.take(
        "mona", MeasureStep.MOVE_DATE, plan, measure, due_on=date(2026, 4, 21), reason="Påske"
    )
    days.post(date(2026, 4, 14))
    with unit_of_work(world.engine) as session:
        states = session.execute(
            select(Delivery.state, Delivery.reason)
            .join(Notice, Notice.id == Delivery.notice_id)
            .where(Notice.code == DeadlineCode.MEASURE_DUE)
            .order_by(Notice.created_at)
        ).all()
    assert [state for state, _ in states] == ["sent", "dropped", "dropped"]
    assert {reason for state, reason in states if state == "dropped"} == {"moved"}


def test_scenario_5_the_substitute_acts_and_both_names_stand_in_the_log(days: Days) -> None:
    world = days.world
    plan, measure = agreed(days, "per")
    on_leave(days)
    days.at(date(2026, 4, 1))
    done = world.take("ali", MeasureStep.DONE, plan, measure)
    kept = text(world, done)
    assert (kept["actor"], kept["substitute_for"]) == (world.party["ali"], world.party["per"])
    days.through(date(2026, 4, 2), date(2026, 4, 10))
    assert days.notices(DeadlineCode.MEASURE_DUE) == []


def test_scenario_5_where_the_person_is_accountable_no_manager_ever_hears(days: Days) -> None:
    world = days.world
    agreed(days, "kim")
    days.through(date(2026, 3, 27), date(2026, 4, 6))
    for _ in range(2):
        days.night(date(2026, 4, 14))
    days.through(date(2026, 4, 15), date(2026, 5, 31))
    assert [(on, who) for on, who, _ in days.notices(DeadlineCode.MEASURE_DUE)] == [
        (date(2026, 4, 14), "kim"),
        (date(2026, 4, 14), "mona"),
    ]
    assert days.mails("kim") == sum(
        1 for to, mail in days.inbox.mails if "kim" in to and "Ringe" not in str(mail)
    )
    whole(world)


def test_scenario_3_nothing_of_it_is_silent(fresh_database: Database) -> None:
    """Denied; in use all the same with no written decision; after a year the coordinator leaves."""
    world = make_world(fresh_database.engine)
    first = world.requested()
    world.take("oda", PlanStep.DENY, first, reasons="Ikke langvarig")
    world.later(days=40)
    world.take("liv", PlanStep.LAPSE, first)
    world.later(days=80)
    plan = world.take(
        "ali", PlanStep.REPORT_NEED, person_id=world.party["kim"], why="Hus", **AGREED
    ).plan_id
    world.by_two(
        "ali",
        "lars",
        PlanStep.START_INFORMALLY,
        plan,
        coordinator_id=world.party["mona"],
    )
    start = world.today
    heard: dict[str, list[tuple[int, str]]] = {
        DeadlineCode.DECIDE_INFORMAL_START: [],
        DeadlineCode.VACANCY: [],
    }
    walk(world, heard, start, 80)
    formal = (
        oslo_date(deadline(world, plan, DeadlineCode.DECIDE_INFORMAL_START).due_at) - start
    ).days + 14
    assert heard[DeadlineCode.DECIDE_INFORMAL_START] == [
        (30, "mona"),
        (60, "oda"),
        (60, "ove"),
        (formal, "leif"),
        (formal, "liv"),
    ]

    # Mona cannot be let go while the plan is hers; then it is vacant with a name the same second.
    adam = world.actor("adam")
    with pytest.raises(StillHolds), unit_of_work(world.engine) as session:
        deactivate(session, adam, world.party["mona"], world.now)
    done = world.by_two(
        "liv", "lars", PlanStep.VACATE, plan, acting_id=world.party["leif"], reason="Mona slutter"
    )
    assert holders(world, plan) == {"responsible": "leif", "acting": "leif"}
    assert {"kim", "mona"} <= told(world, done)
    left = world.today
    with unit_of_work(world.engine) as session:
        deactivate(session, adam, world.party["mona"], world.now)
    assert oslo_date(deadline(world, plan, DeadlineCode.VACANCY).due_at) >= left + timedelta(
        days=14
    )
    walk(world, heard, left, 20)
    fills = (oslo_date(deadline(world, plan, DeadlineCode.VACANCY).due_at) - left).days
    assert heard[DeadlineCode.VACANCY] == [(fills, "leif"), (fills, "liv"), (fills + 1, "lise")]
    assert not [who for _, who in heard[DeadlineCode.DECIDE_INFORMAL_START] if who == "mona"][1:]
    with Session(world.engine) as session:
        for what in ("informal", "vacant"):
            listed, _ = list_incomplete_plans(session, world.actor("liv"), world.now, what, None)
            assert plan in {line.plan_id for line in listed}
    whole(world)


def walk(world: World, heard: dict[str, list[tuple[int, str]]], start: date, count: int) -> None:
    """So many days with a sweep each; who hears of what on which day is added to `heard`."""
    names = {key: name for name, key in world.party.items()}
    known = set[str]()
    for day in range(count + 1):
        world.now = at_oslo(start + timedelta(days=day), time(10, 30))
        sweep(world.engine, world.now)
        with unit_of_work(world.engine) as session:
            query = select(Notice.id, Notice.code, Notice.recipient_id).where(
                Notice.code.in_(list(heard)),
                Notice.created_at == world.now,
            )
            for key, code, who in session.execute(query):
                if key not in known:
                    known.add(key)
                    heard[code].append((day, names[who]))
    for told_ in heard.values():
        told_.sort()
