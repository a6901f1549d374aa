"""A hundred discharges: afterwards there is a named human and a first appointment, or an alarm came in time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import product
from typing import Any

import pytest
from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from tests.samples import WHOLE
from tests.servers.databases import Backend, copied
from tests.workflow.crossing.pair import Pair, pair_of
from tests.world import AGREED, World, make_world
from workflow.acts.accounts.staff_roles import add_party
from workflow.acts.deadlines.sweep import sweep
from workflow.record.database.engine import unit_of_work
from workflow.record.models import (
    Deadline,
    DeadlineRung,
    EventBody,
    Measure,
    Meeting,
    Notice,
    Offer,
    Party,
    Plan,
    Tenure,
)
from workflow.rules.calendar.clock import at_oslo, oslo_date
from workflow.rules.engine.denials import BadInput, NotThere, Refused, Stale
from workflow.rules.names.deadlines import DeadlineCode
from workflow.rules.names.steps import MeetingStep, PlanStep

WATCHED = 14  # days after the discharge
NOBODY = (
    DeadlineCode.DECIDE_INCOMING,
    DeadlineCode.APPOINT_COORDINATOR,
    DeadlineCode.VACANCY,
    DeadlineCode.TRANSFER_ANSWER,
    DeadlineCode.FIRST_APPOINTMENT,
)  # what says that nobody has taken it on
NO_APPOINTMENT = (
    DeadlineCode.FIRST_APPOINTMENT,
    DeadlineCode.TRANSITION,
)  # what says that there is nothing to go to
# The day the case begins, and in how many days the person comes home; 0: she stands at the door.
SPANS = (
    (date(2026, 3, 11), 21),
    (date(2026, 3, 12), 8),
    (date(2026, 3, 26), 7),
    (date(2026, 3, 27), 10),
    (date(2026, 4, 1), 5),
    (date(2026, 4, 1), 1),
    (date(2026, 4, 4), 0),
    (date(2026, 4, 7), 0),
    (date(2026, 4, 30), 3),
    (date(2026, 5, 13), 4),
)
# Where to, whether an appointment is named, and what becomes of it.
CASES = (
    ("other", True, "accepts"),
    ("other", False, "accepts"),
    ("other", False, "late"),
    ("other", True, "disputes"),
    ("other", False, "silent"),
    ("own", False, "declines"),
    ("own", True, "accepts"),
    ("incoming", False, "silent"),
    ("incoming", True, "granted"),
    ("incoming", False, "granted"),
)


@dataclass
class Discharge:
    """One person on the way home, and whose plan it is by now."""

    number: int
    begins: date
    home: date
    where: str
    named: bool
    becomes: str
    world: World
    person: str = ""
    plan: str = ""
    seen: Counter[str] = field(default_factory=Counter)

    @property
    def planned(self) -> bool:
        return self.home > self.begins

    def take(self, world: World, name: str, row: str, plan: str = "", **fields: Any) -> str:
        """A step, or nothing where it is refused; returns the plan's key."""
        try:
            return world.take(name, row, plan or None, **fields).plan_id
        except (Refused, BadInput, NotThere):
            return ""


@dataclass
class Two:
    """The municipality that sends and its neighbour, each with its own record; days pass for both."""

    pair: Pair
    reading: dict[str, Session] = field(default_factory=dict)
    cases: list[Discharge] = field(default_factory=list)

    @property
    def here(self) -> World:
        return self.pair.here.world

    @property
    def there(self) -> World:
        return self.pair.there.world

    def on(self, day: date, hour: int) -> datetime:
        self.here.now = self.there.now = at_oslo(day, time(hour))
        self.pair.talk(2)
        return self.here.now

    def sweep(self, day: date, hour: int) -> None:
        """Both municipalities' own sweeps."""
        now = self.on(day, hour)
        for side in self.pair.sides:
            sweep(side.engine, now)

    def begin(self, case: Discharge) -> None:
        """The plan as it stands when the discharge is known."""
        world = case.world
        with unit_of_work(world.engine) as session:
            case.person = add_party(session, "Kim", world.now)
        if case.where == "incoming":
            case.plan = case.take(
                world,
                "liv",
                PlanStep.REGISTER_INCOMING,
                person_id=case.person,
                source_name="Klinikken",
                **AGREED,
                discharge_on=case.home,
                first_appointment="Mandag 10, Mona" if case.named else "",
            )
            return
        plan = case.take(
            world, "oda", PlanStep.REPORT_NEED, person_id=case.person, why="Hus", **AGREED
        )
        case.take(
            world,
            "oda",
            PlanStep.GRANT,
            plan,
            why_long="År",
            why_coordinated="Nav",
            wish_coordinator="–",
            to_party_id=world.party["mona"],
        )
        case.take(world, "mona", PlanStep.ACCEPT_COORDINATOR, plan)
        case.take(
            world, "mona", PlanStep.START, plan, next_review_on=world.days(60), most_important="Hus"
        )
        to = (
            {"to_neighbour": self.pair.there.code, "reason": "Hjem"}
            if case.where == "other"
            else {"to_unit_id": world.unit["service"]}
        )
        more = {"first_appointment": "Mandag 10"} if case.named else {"gaps": "Ingen time ennå"}
        case.plan = case.take(
            world,
            "mona",
            PlanStep.OFFER_TRANSFER,
            plan,
            **to,
            discharge_on=case.home,
            **more,
            **AGREED,
        )
        assert case.plan

    def answer(self, case: Discharge, day: date) -> None:
        """What the receiver does, on its day; the next day somebody is made coordinator."""
        due = {"accepts": 1, "granted": 1, "declines": 1, "disputes": 1, "late": 5}
        passed = (day - case.begins).days
        if case.becomes == "silent" or passed < due[case.becomes]:
            return
        world = case.world
        if passed == due[case.becomes]:
            self._first_answer(case, world)
        if case.becomes == "granted" and passed == 2:
            case.take(world, "mona", PlanStep.ACCEPT_COORDINATOR, case.plan)
        if case.number % 4 == 1 and passed == due[case.becomes] + 2:
            plan, lives_in = self.lives(case)
            who = self.named(plan, lives_in)
            name = next((n for n, key in lives_in.party.items() if key == who), "mona")
            case.take(
                lives_in,
                name,
                MeetingStep.PLAN,
                plan,
                starts_on=max(case.home, day) + timedelta(days=2),
            )

    def _first_answer(self, case: Discharge, world: World) -> None:
        if case.where == "incoming":
            case.take(
                world,
                "oda",
                PlanStep.GRANT,
                case.plan,
                why_long="År",
                why_coordinated="Nav",
                wish_coordinator="–",
                to_party_id=world.party["mona"],
            )
        elif case.where == "other":
            self._answer_across(case)
        elif case.becomes == "declines":
            case.take(world, "lars", PlanStep.DECLINE_TRANSFER, case.plan, reason="Ikke her")
        else:
            case.take(
                world,
                "lars",
                PlanStep.ACCEPT_TRANSFER,
                case.plan,
                coordinator_id=world.party["lars"],
            )

    def _answer_across(self, case: Discharge) -> None:
        """The neighbour's coordinating unit answers, where the question still stands."""
        asked = next(one for one in self.pair.here.crossings() if one["plan_id"] == case.plan)
        try:
            if case.becomes == "disputes":
                self.pair.refuse(asked["id"], reason="Ikke her", residence_disputed=True)
            else:
                self.pair.accept(asked["id"])
        except (Stale, Refused, NotThere):
            return  # it fell away meanwhile
        self.pair.talk(3)

    def first(self, query: Select[Any], world: World | None = None) -> Any:
        """The first value at a municipality; many looks share one session where it is held open."""
        engine = (world or self.here).engine
        held = self.reading.get(str(engine.url))
        if held is not None:
            return held.execute(query.limit(1)).scalar()
        with unit_of_work(engine) as session:
            return session.execute(query.limit(1)).scalar()

    def lives(self, case: Discharge) -> tuple[str, World]:
        """The plan that holds now and where: the receiver's own, once it has taken over."""
        mine = select(Plan.id).where(Plan.predecessor_id == case.plan)
        plan_id: str | None = self.first(mine, self.there)
        return (plan_id, self.there) if plan_id else (case.plan, self.here)

    def named(self, plan: str, world: World) -> str | None:
        """The municipal human who is responsible for the plan now, or the person's contact."""
        held = (
            select(Tenure.party_id)
            .join(Plan, Plan.id == Tenure.plan_id)
            .join(Party, Party.id == Tenure.party_id)
            .where(
                Tenure.plan_id == plan,
                Tenure.until_at.is_(None),
                Tenure.party_id.is_not(None),
                Tenure.role.in_(("responsible", "contact")),
                Party.deactivated_at.is_(None),
                or_(Plan.person_id.is_(None), Tenure.party_id != Plan.person_id),
            )
        )
        party_id: str | None = self.first(held, world)
        return party_id

    def appointed(self, case: Discharge, plan: str, world: World) -> bool:
        """Whether anything says where the person goes on the day or after it."""
        home = at_oslo(case.home, time(0))
        looks = (
            select(Measure.id).where(
                Measure.plan_id == plan,
                Measure.due_on >= case.home,
                Measure.state.in_(("decided", "active")),
            ),
            select(Meeting.id).where(
                Meeting.plan_id == plan,
                Meeting.starts_at >= home,
                Meeting.state.in_(("planned", "called", "held")),
            ),
            select(Offer.id).where(
                Offer.plan_id == plan,
                Offer.discharge_on == case.home,
                Offer.first_appointment != "",
                Offer.outcome.in_(("", "accepted")),
            ),
            select(EventBody.event_id)
            .where(EventBody.plan_id == plan, EventBody.words.contains("form.first_appointment"))
            .where(select(Plan.id).where(Plan.id == plan, Plan.origin == "incoming").exists()),
        )
        agreed = select(Offer.id).where(
            Offer.plan_id == case.plan,
            Offer.discharge_on == case.home,
            Offer.first_appointment != "",
            Offer.outcome == "accepted",
        )
        return any(self.first(look, world) for look in looks) or bool(self.first(agreed))

    def alarmed(self, case: Discharge, *codes: str) -> bool:
        """Whether somebody who works there was told before the day; unplanned: on the day."""
        last = at_oslo(case.home, time(0)) if case.planned else at_oslo(case.begins)
        plans = {case.plan, self.lives(case)[0]}
        query = (
            select(Notice.id)
            .join(Party, Party.id == Notice.recipient_id)
            .where(
                Notice.plan_id.in_(plans),
                Notice.code.in_(codes),
                Notice.created_at <= last,
                Notice.deadline_id.is_not(None),
                Notice.recipient_id != case.person,
                Party.deactivated_at.is_(None),
            )
        )
        return any(self.first(query, one) is not None for one in (self.here, self.there))

    def check_all(self, day: date) -> int:
        """Looks at everybody who came home within the last days; returns how many."""
        home = [c for c in self.cases if c.home < day <= c.home + timedelta(days=WATCHED)]
        with ExitStack() as stack:
            for side in self.pair.sides:
                session = stack.enter_context(unit_of_work(side.engine))
                self.reading[str(side.engine.url)] = session
            for case in home:
                self.check(case, day)
        self.reading = {}
        return len(home)

    def check(self, case: Discharge, day: date) -> None:
        """The day's demand: a human and an appointment, or the alarm that says what lacks."""
        plan, world = self.lives(case)
        human, appointed = self.named(plan, world), self.appointed(case, plan, world)
        case.seen["human" if human else "no human"] += 1
        case.seen["appointment" if appointed else "no appointment"] += 1
        where = (case.number, case.where, case.becomes, case.named, case.begins, case.home, day)
        assert human or self.alarmed(case, *NOBODY), ("nobody, and no alarm", *where)
        unanswered = (
            (DeadlineCode.TRANSFER_ANSWER,) if case.named else ()
        )  # an appointment that stood in a question
        lacks = (*NO_APPOINTMENT, *unanswered)
        assert appointed or self.alarmed(case, *lacks), ("nothing to go to", *where)


def a_tenth(cases: list[Discharge]) -> list[Discharge]:
    """Each way home once, and each day once."""
    return [case for case in cases if case.number % 10 == case.number // 10]


def hundred(two: Two) -> list[Discharge]:
    """Ten ways home on ten days."""
    discharges = []
    for number, ((begins, days), (where, named, becomes)) in enumerate(product(SPANS, CASES)):
        home = begins + timedelta(days=days)
        discharges.append(Discharge(number, begins, home, where, named, becomes, two.here))
    return discharges


@pytest.fixture(scope="module")
def two(backend: Backend) -> Iterator[tuple[str, Two]]:
    with pair_of(backend) as pair:
        yield backend.name, Two(pair)


@pytest.mark.sampled
@pytest.mark.every_database
def test_after_each_discharge_somebody_is_there(two: tuple[str, Two], record_property: Any) -> None:
    """A hundred on SQLite; on PostgreSQL each way home and each day once, and all by `make soak`."""
    name, towns = two
    towns.cases = hundred(towns)
    assert len(towns.cases) == 100
    if name == "postgresql" and not WHOLE:
        towns.cases = a_tenth(towns.cases)
        assert len({(c.where, c.named, c.becomes) for c in towns.cases}) == len(CASES)
        assert len({(c.begins, c.home) for c in towns.cases}) == len(SPANS)
    day, last = min(c.begins for c in towns.cases), max(c.home for c in towns.cases)
    checked = 0
    while day <= last + timedelta(days=WATCHED):
        towns.sweep(day, 0)
        checked += towns.check_all(day)
        towns.on(day, 10)
        for case in towns.cases:
            if case.begins == day:
                towns.begin(case)
            elif case.begins < day:
                towns.answer(case, day)
        towns.sweep(day, 18)
        day += timedelta(days=1)
    seen = sum((case.seen for case in towns.cases), Counter[str]())
    assert checked == len(towns.cases) * WATCHED and seen["no human"] and seen["no appointment"]
    unplanned = sum(not case.planned for case in towns.cases)
    record_property(
        "measured",
        f"{len(towns.cases)} discharges, {unplanned} unplanned, {name}: {checked} days "
        f"looked at, {dict(seen)}; what lacked had its alarm before the day, unplanned on it",
    )


def test_the_alarm_of_a_discharge_on_monday_comes_before_the_weekend(backend: Backend) -> None:
    """Domain `plan.offer_transfer`: on discharge a first appointment after it, or an alarm before the day."""
    with copied(backend) as database:
        here = make_world(database.engine)
        plan = here.active()
        monday = date(2026, 3, 23)
        here.take(
            "mona",
            PlanStep.OFFER_TRANSFER,
            plan,
            to_unit_id=here.unit["service"],
            discharge_on=monday,
            gaps="Ingen time",
            **AGREED,
        )
        here.take("lars", PlanStep.ACCEPT_TRANSFER, plan, coordinator_id=here.party["lars"])
        sweep(database.engine, at_oslo(date(2026, 3, 20), time(0)))
        with unit_of_work(database.engine) as session:
            told = (
                select(Notice.role).where(Notice.code == DeadlineCode.FIRST_APPOINTMENT).distinct()
            )
            assert set(session.execute(told).scalars()) == {"coordinator", "coordinating"}


def test_an_appointment_after_the_day_ends_the_alarm_and_one_before_it_does_not(
    backend: Backend,
) -> None:
    with copied(backend) as database:
        here = make_world(database.engine)
        plan = here.active()
        here.take(
            "mona", PlanStep.PLANNED_TRANSITION, plan, kind="discharge", on=here.days(14), **AGREED
        )
        here.take(
            "mona",
            PlanStep.OFFER_TRANSFER,
            plan,
            to_unit_id=here.unit["service"],
            discharge_on=here.days(14),
            gaps="Ingen time",
            **AGREED,
        )
        for days, left in ((13, 2), (14, 0)):
            here.take("mona", MeetingStep.PLAN, plan, starts_on=here.days(days))
            with unit_of_work(database.engine) as session:
                assert len(open_steps(session, plan)) == left


def test_a_no_takes_the_receivers_appointment_with_it(backend: Backend) -> None:
    """Who coordinates hears in time that the appointment which was named falls with the answer."""
    with copied(backend) as database:
        here = make_world(database.engine)
        plan = here.active()
        here.take(
            "mona",
            PlanStep.OFFER_TRANSFER,
            plan,
            to_unit_id=here.unit["service"],
            discharge_on=here.days(20),
            first_appointment="Mandag 10, Lars",
            **AGREED,
        )
        with unit_of_work(database.engine) as session:
            assert open_steps(session, plan) == []
        here.take("lars", PlanStep.DECLINE_TRANSFER, plan, reason="Fullt")
        with unit_of_work(database.engine) as session:
            assert len(open_steps(session, plan)) == 2


def test_the_answer_is_due_before_the_discharge_and_a_coordinator_too(backend: Backend) -> None:
    """Domain `transfer_answer` and `appoint_coordinator`, need 0.4: nobody comes home to an open question."""
    with copied(backend) as database:
        here = make_world(database.engine)
        plan = here.active()
        home = date(2026, 4, 6)  # Easter Monday
        here.now = at_oslo(date(2026, 3, 30), time(10))
        here.take(
            "mona",
            PlanStep.OFFER_TRANSFER,
            plan,
            to_unit_id=here.unit["service"],
            discharge_on=home,
            first_appointment="Tirsdag 9",
            **AGREED,
        )
        came = here.take(
            "liv",
            PlanStep.REGISTER_INCOMING,
            person_id=here.party["sara"],
            source_name="Klinikken",
            discharge_on=home,
            **AGREED,
        ).plan_id
        here.take(
            "oda",
            PlanStep.GRANT,
            came,
            why_long="År",
            why_coordinated="Nav",
            wish_coordinator="–",
            to_party_id=None,
        )
        with unit_of_work(database.engine) as session:
            query = select(Deadline.code, Deadline.due_at).where(
                Deadline.code.in_(
                    (
                        DeadlineCode.TRANSFER_ANSWER,
                        DeadlineCode.APPOINT_COORDINATOR,
                        DeadlineCode.DECIDE_INCOMING,
                    )
                ),
                Deadline.started_at == here.now,
            )
            days = {code: oslo_date(at) for code, at in session.execute(query).all()}
    assert days == dict.fromkeys(
        (
            DeadlineCode.TRANSFER_ANSWER,
            DeadlineCode.APPOINT_COORDINATOR,
            DeadlineCode.DECIDE_INCOMING,
        ),
        date(2026, 4, 1),
    )


def open_steps(session: Any, plan: str) -> list[Any]:
    """What stands of the alarm about the first appointment."""
    query = (
        select(DeadlineRung.id)
        .join(Deadline, Deadline.id == DeadlineRung.deadline_id)
        .where(
            Deadline.code == DeadlineCode.FIRST_APPOINTMENT,
            DeadlineRung.plan_id == plan,
            DeadlineRung.done_at.is_(None),
        )
    )
    return list(session.execute(query).all())
