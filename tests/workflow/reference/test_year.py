"""A year of forty plans, with outages, holidays, leaves and leavers: no plan falls silent unseen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any

import pytest
from sqlalchemy import Engine, func, insert, select, update

from tests.servers.databases import Backend, Database, copied
from tests.workflow.calendar.reference_days import works
from workflow.acts.base.registry import ACTS
from workflow.acts.deadlines.sweep import sweep
from workflow.acts.engine.fire import perform
from workflow.acts.entry import catalogue
from workflow.demo import town as towns
from workflow.record.access.open_plan import Actor
from workflow.record.database.engine import unit_of_work
from workflow.record.models import (
    Absence,
    Deadline,
    DeadlineRung,
    Measure,
    Notice,
    Party,
    Plan,
    new_id,
)
from workflow.rules.calendar.clock import at_oslo, oslo_date
from workflow.rules.engine.denials import BadInput, NotThere, Refused
from workflow.rules.names.deadlines import DeadlineCode
from workflow.rules.names.steps import MeasureStep, PlanStep

assert catalogue.MODULES
BEGIN, END = date(2025, 12, 8), date(2027, 1, 6)
SHORT_END = date(2026, 7, 15)  # PostgreSQL: Easter, both long leaves, the silent ones past 120 days
MOST_SILENT = 120
SAID = {"agreed_how": "spoken"}
COORDINATORS = ("mona", "per", "siv", "liv")
OPEN_STATES = ("requested", "decided", "active", "reviewed", "transferred")
COUNTED_DATES = (
    DeadlineCode.FIRST_GOAL,
    DeadlineCode.DECIDE_INFORMAL_START,
    DeadlineCode.VACANCY,
    DeadlineCode.REVIEW,
    DeadlineCode.CONCLUDE_REVIEW,
    DeadlineCode.MEASURE_EVALUATION,
    DeadlineCode.QUIET_PLAN,
)
# What becomes of a plan: tended, late, nothing at all, put on hold, unanswered, never begun …
TEMPERS = (
    "tended",
    "late",
    "nothing",
    "paused",
    "late",
    "rescued",
    "nothing",
    "own",
    "undecided",
    "unstarted",
    "informal",
    "tended",
    "nothing",
    "offered",
    "rests",
    "late",
)
# No sweep from the first day until before the second: Easter, the DST nights, the turn of the year.
OUTAGES = (
    (date(2026, 1, 19), date(2026, 1, 22)),
    (date(2026, 3, 28), date(2026, 4, 5)),
    (date(2026, 5, 13), date(2026, 5, 20)),
    (date(2026, 7, 6), date(2026, 7, 14)),
    (date(2026, 9, 2), date(2026, 9, 3)),
    (date(2026, 10, 24), date(2026, 10, 27)),
    (date(2026, 12, 28), date(2027, 1, 4)),
)
# Who is away, from when, until when, who steps in.
LEAVES = (
    ("siv", date(2026, 2, 2), date(2026, 4, 20), None),
    ("liv", date(2026, 3, 30), date(2026, 4, 8), "leif"),
    ("lars", date(2026, 6, 1), date(2026, 8, 17), "berit"),
    ("mona", date(2026, 7, 1), date(2026, 7, 29), "per"),
)
HANDS_OVER, JUST_GOES, OFFICE_GOES = date(2026, 5, 4), date(2026, 9, 14), date(2026, 11, 2)


@dataclass
class Tended:
    """One plan and what becomes of it."""

    key: str
    person: str
    temper: str
    coordinator: str
    number: int


@dataclass
class Year:
    """The municipality through the year; people act at ten, the sweep runs at ten past midnight."""

    engine: Engine
    people: dict[str, str]
    plans: list[Tended] = field(default_factory=list)
    chance: Random = field(default_factory=lambda: Random(2026))
    counts: Counter[str] = field(default_factory=Counter)
    gone: dict[str, datetime] = field(default_factory=dict)
    longest: int = 0

    def take(self, on: date, name: str, row: str, plan: str | None, /, **fields: Any) -> str | None:
        """A step at ten o'clock, or nothing where it is refused; returns the plan or the subject."""
        subject = fields.pop("subject", None)
        form = ACTS[row].form(**fields)
        who = Actor(self.people[name])
        rest: dict[str, Any] = {"plan_id": plan, "subject_id": subject, "form": form}
        self.counts["tried"] += 1
        now = at_oslo(on, time(10, 0)) + timedelta(seconds=self.counts["tried"] % 3000)
        try:
            done = perform(self.engine, who, row, now=now, **rest)
        except (Refused, BadInput, NotThere):
            return None
        self.counts["steps"] += 1
        return done.plan_id if plan is None else done.subject_id

    def begin(self, on: date, number: int, person: str) -> None:
        """A plan as far as its temper lets it come."""
        temper, helper = TEMPERS[number % len(TEMPERS)], COORDINATORS[number % len(COORDINATORS)]
        key = self.take(
            on,
            "oda",
            PlanStep.REPORT_NEED,
            None,
            person_id=self.people[person],
            why="Huset",
            **SAID,
        )
        assert key
        self.plans.append(Tended(key, person, temper, helper, number))
        if temper == "informal":
            self.take(
                on,
                "liv",
                PlanStep.START_INFORMALLY,
                key,
                coordinator_id=self.people[helper],
                most_important="Hus",
                confirmer_id=self.people["lars"],
            )
            self.take(on, "lars", PlanStep.CONFIRM, key)
        if temper in ("informal", "undecided"):
            return
        self.take(
            on,
            "oda",
            PlanStep.GRANT,
            key,
            why_long="År",
            why_coordinated="Nav",
            wish_coordinator="–",
            to_party_id=self.people[helper],
        )
        assert self.take(on, helper, PlanStep.ACCEPT_COORDINATOR, key)
        if temper != "unstarted":
            review = on + timedelta(days=40 + number)
            assert self.take(
                on, helper, PlanStep.START, key, next_review_on=review, most_important="Hus"
            )
            self.measure(on, self.plans[-1])

    def measure(self, on: date, plan: Tended) -> None:
        """Something agreed with the person or a service."""
        who = (plan.person, "naima", plan.coordinator)[plan.number % 3]
        key = self.take(on, plan.coordinator, MeasureStep.PROPOSE, plan.key, text="Ringe")
        self.take(
            on,
            plan.coordinator,
            MeasureStep.AGREE,
            plan.key,
            subject=key,
            accountable_said_yes=True,
            accountable_id=self.people[who],
            due_on=on + timedelta(days=14),
            **SAID,
        )

    def live(self, on: date) -> None:
        """What people do on a day: nothing where offices are closed."""
        if works(on):
            for plan in self.plans:
                getattr(self, f"_{plan.temper}", self._nothing)(on, plan)

    def _nothing(self, on: date, plan: Tended) -> None:
        """Nobody does anything."""

    def _tended(self, on: date, plan: Tended) -> None:
        """A talk now and then, the review on time, measures done."""
        day = on.toordinal() + plan.number
        if day % 26 == 0:
            self.take(on, plan.coordinator, PlanStep.TALKED, plan.key)
        if day % 45 == 0:
            self.measure(on, plan)
        if day % 80 == 0:
            self._review(on, plan)

    def _late(self, on: date, plan: Tended) -> None:
        """Whoever was told does something about it some days later, if at all."""
        if self.chance.random() < 0.05 and self._told_lately(on, plan):
            self.take(on, plan.coordinator, PlanStep.TALKED, plan.key)
            self._review(on, plan)

    def _rescued(self, on: date, plan: Tended) -> None:
        """The coordinator never acts; the coordinating unit puts somebody else there."""
        if self._told_lately(on, plan, DeadlineCode.QUIET_PLAN) and self.chance.random() < 0.1:
            other = self.chance.choice(COORDINATORS)
            gone = {"acting_id": self.people["leif"], "reason": "Slutter"}
            second = self.people["lars"]
            self.take(on, "liv", PlanStep.VACATE, plan.key, confirmer_id=second, **gone)
            self.take(on, "lars", PlanStep.CONFIRM, plan.key)
            self.take(
                on,
                "leif",
                PlanStep.OFFER_COORDINATOR,
                plan.key,
                to_party_id=self.people[other],
                wish_coordinator="–",
            )
            self.take(on, other, PlanStep.ACCEPT_COORDINATOR, plan.key)

    def _paused(self, on: date, plan: Tended) -> None:
        """The person takes a long pause in spring and one in autumn."""
        if (on.month, on.day) in ((2, 16), (9, 21)):
            until = on + timedelta(days=85)
            self.take(on, plan.person, PlanStep.PAUSE, plan.key, reason="Ro", until_on=until)

    def _rests(self, on: date, plan: Tended) -> None:
        """The person stops sharing for a time, then opens again."""
        if (on.month, on.day) in ((3, 3), (8, 4)):
            self.take(
                on,
                plan.person,
                PlanStep.STOP_SHARING if on.month == 3 else PlanStep.SHARE_AGAIN,
                plan.key,
            )

    def _own(self, on: date, plan: Tended) -> None:
        """The person coordinates, then does nothing more."""
        if on == date(2026, 1, 12):
            self.take(
                on,
                plan.person,
                PlanStep.OFFER_COORDINATOR,
                plan.key,
                to_party_id=self.people[plan.person],
                wish_coordinator="Jeg",
            )
            self.take(on, plan.person, PlanStep.ACCEPT_COORDINATOR, plan.key)

    def _offered(self, on: date, plan: Tended) -> None:
        """Offered to another place, which never answers."""
        if on == date(2026, 2, 10):
            self.take(
                on,
                plan.coordinator,
                PlanStep.OFFER_TRANSFER,
                plan.key,
                to_name="Klinikken",
                reason="Flytter",
                **SAID,
            )

    def _review(self, on: date, plan: Tended) -> None:
        with unit_of_work(self.engine) as session:
            carried = session.execute(
                select(Measure.id).where(Measure.plan_id == plan.key, Measure.state != "closed")
            ).scalars()
            left = list(carried)
        self.take(
            on,
            plan.coordinator,
            PlanStep.REVIEW,
            plan.key,
            rating="good",
            carried=left,
            relatives_discussed=True,
            **SAID,
        )
        self.take(
            on,
            plan.coordinator,
            PlanStep.CONTINUE,
            plan.key,
            next_review_on=on + timedelta(days=90),
            **SAID,
        )

    def _told_lately(self, on: date, plan: Tended, *codes: str) -> bool:
        since = at_oslo(on - timedelta(days=40))
        query = select(Notice.id).where(
            Notice.plan_id == plan.key, Notice.created_at > since, Notice.deadline_id.is_not(None)
        )
        query = query.where(Notice.code.in_(codes)) if codes else query
        with unit_of_work(self.engine) as session:
            return session.execute(query.limit(1)).first() is not None

    def change_staff(self, on: date) -> None:
        """One hands over before leaving, one is just gone, one of the coordinating unit leaves."""
        if on == HANDS_OVER:
            for number, plan in enumerate(p for p in self.plans if p.coordinator == "per"):
                gone = {"acting_id": self.people["leif"], "reason": "Slutter"}
                second = self.people["lars"]
                self.take(on, "liv", PlanStep.VACATE, plan.key, confirmer_id=second, **gone)
                self.take(on, "lars", PlanStep.CONFIRM, plan.key)
                if number % 2:
                    self.take(
                        on,
                        "leif",
                        PlanStep.OFFER_COORDINATOR,
                        plan.key,
                        to_party_id=self.people["mona"],
                        wish_coordinator="–",
                    )
                    if self.take(on, "mona", PlanStep.ACCEPT_COORDINATOR, plan.key):
                        plan.coordinator = "mona"
            self.leave("per", on)
        if on == JUST_GOES:
            self.leave("siv", on)
        if on == OFFICE_GOES:
            self.leave("liv", on)

    def leave(self, name: str, on: date) -> None:
        """Gone from this day on, whatever is still in their hands."""
        self.gone[self.people[name]] = at_oslo(on, time(12, 0))
        with unit_of_work(self.engine) as session:
            party = update(Party).where(Party.id == self.people[name])
            session.execute(party.values(deactivated_at=self.gone[self.people[name]]))

    def check(self, now: datetime) -> None:
        """No open plan that does not rest is silent for more than 120 days without somebody asked."""
        with unit_of_work(self.engine) as session:
            plans = session.execute(
                select(Plan.id, Plan.state, Plan.last_activity_at).where(
                    Plan.state.in_(OPEN_STATES),
                    Plan.paused_until.is_(None),
                    Plan.resting == "",
                    Plan.last_activity_at < now - timedelta(days=MOST_SILENT),
                )
            ).all()
            for plan in plans:
                silent = (oslo_date(now) - oslo_date(plan.last_activity_at)).days
                self.longest = max(self.longest, silent)
                self.counts["days silent beyond 120"] += 1
                asked = session.execute(
                    select(Notice.recipient_id)
                    .join(Party, Party.id == Notice.recipient_id)
                    .where(
                        Notice.plan_id == plan.id,
                        Notice.created_at > plan.last_activity_at,
                        Notice.deadline_id.is_not(None),
                        Party.deactivated_at.is_(None),
                        Party.id
                        != select(Plan.person_id).where(Plan.id == plan.id).scalar_subquery(),
                    )
                ).scalars()
                ahead = (
                    select(func.count())
                    .select_from(DeadlineRung)
                    .where(
                        DeadlineRung.plan_id == plan.id,
                        DeadlineRung.done_at.is_(None),
                        DeadlineRung.at > now,
                    )
                )
                temper = next(p.temper for p in self.plans if p.key == plan.id)
                where = (now, temper, plan.state, plan.last_activity_at)
                assert set(asked), ("nobody was asked", *where)
                assert session.execute(ahead).scalar_one(), ("no next step stands", *where)


def municipality(engine: Engine) -> Year:
    """The town with its people and their leaves, no plan yet."""
    with unit_of_work(engine) as session:
        town = towns.build(session, at_oslo(BEGIN))
        session.execute(
            insert(Absence),
            [
                {
                    "id": new_id(),
                    "party_id": town.party[who],
                    "from_at": at_oslo(first, time(0)),
                    "until_at": at_oslo(back, time(0)),
                    "substitute_id": town.party[instead] if instead else None,
                }
                for who, first, back, instead in LEAVES
            ],
        )
        return Year(engine, town.party)


def run(engine: Engine, end: date) -> Year:
    """Day by day: midnight's sweep where it runs at all, the check, then the day's work."""
    year, day = municipality(engine), BEGIN
    persons = list(towns.PERSONS)
    while day < end:
        now = at_oslo(day, time(0, 10))
        if any(first <= day < until for first, until in OUTAGES):
            year.counts["days without a sweep"] += 1
        else:
            sweep(engine, now)
            year.counts["sweeps"] += 1
            year.check(now)
        for _ in range(2 if persons else 0):
            year.begin(day, len(year.plans), persons.pop(0))
        year.change_staff(day)
        year.live(day)
        day += timedelta(days=1)
    return year


@pytest.fixture(scope="module")
def lived(backend: Backend) -> Iterator[tuple[Database, Year]]:
    """The year, once per database; the tests read what it left."""
    with copied(backend) as database:
        yield database, run(database.engine, SHORT_END if database.is_postgresql else END)


@pytest.mark.every_database
def test_no_plan_is_silent_without_somebody_asked(
    lived: tuple[Database, Year], record_property: Any
) -> None:
    database, year = lived
    assert len(year.plans) == 40
    assert year.counts["days silent beyond 120"] > 500
    with unit_of_work(database.engine) as session:
        notices = session.execute(
            select(func.count()).where(Notice.deadline_id.is_not(None))
        ).scalar_one()
    record_property(
        "measured",
        f"year of 40 plans, {database.engine.dialect.name}: {dict(year.counts)}, "
        f"{notices} notices of deadlines, longest silence {year.longest} days",
    )


def test_nobody_who_left_is_told_afterwards(lived: tuple[Database, Year]) -> None:
    database, year = lived
    for party, at in year.gone.items():
        with unit_of_work(database.engine) as session:
            late = select(Notice.cause).where(Notice.recipient_id == party, Notice.created_at > at)
            assert session.execute(late).all() == []


def test_nobody_is_told_the_same_thing_twice(lived: tuple[Database, Year]) -> None:
    """One notice for each deadline, version, rung and human; never two of one deadline at once."""
    database, _ = lived
    twice = (
        select(Notice.recipient_id)
        .where(Notice.deadline_id.is_not(None))
        .group_by(Notice.recipient_id, Notice.deadline_id, Notice.created_at)
        .having(func.count() > 1)
    )
    with unit_of_work(database.engine) as session:
        assert session.execute(twice).all() == []


def test_counted_dates_fall_on_working_days(lived: tuple[Database, Year]) -> None:
    database, _ = lived
    with unit_of_work(database.engine) as session:
        rows = session.execute(
            select(Deadline.code, Deadline.due_at).where(Deadline.code.in_(COUNTED_DATES))
        ).all()
    assert rows
    assert [(code, at) for code, at in rows if not works(oslo_date(at))] == []
