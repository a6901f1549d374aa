"""Plans and steps taken while a storm goes on, with a ledger of its own of what is due."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.exc import OperationalError

from tests.workflow.deadline_world import LONG_AGO, World, row
from workflow.acts.engine.fire import perform
from workflow.acts.entry import catalogue
from workflow.acts.notices import inbox
from workflow.acts.plan.contact import Write
from workflow.acts.plan.coordinator import OfferCoordinator
from workflow.record.access.open_plan import Actor
from workflow.record.database.engine import unit_of_work
from workflow.record.database.header import first_link
from workflow.record.models import Consent, Party, Plan, StaffRole, Tenure, new_id
from workflow.rules.calendar.workdays import next_workday
from workflow.rules.names.deadlines import DeadlineCode
from workflow.rules.names.steps import PlanStep
from workflow.rules.tables import TRANSITIONS

assert catalogue.MODULES
OSLO = ZoneInfo("Europe/Oslo")
COORDINATORS = 10
# The ladder of `review`, written down here a second time: days from the date, and who is told.
REVIEW = (
    (0, -21, "coordinator"),
    (1, -7, "coordinator"),
    (2, 1, "coordinator"),
    (3, 7, "lea"),
    (4, 28, "lena"),
)
ONE_IN_UNSHARED = 6
FARTHEST = 24


@dataclass
class Review:
    """A plan's review as the ledger knows it: whose plan, from which version on and for which day."""

    plan: str
    coordinator: str
    shared: bool
    day: date
    changed_at: datetime
    version: int = 1
    ended: bool = False

    def told(self, now: datetime) -> dict[str, int]:
        """Who must have been told by now, and by which rung at the last.

        Of the rungs that were past when the day was set only the last one stands.
        """
        rungs = [(self.stands(days), n, who) for n, days, who in REVIEW]
        past = max((at for at, _, _ in rungs if at <= self.changed_at), default=None)
        by_name: dict[str, int] = {}
        for at, n, who in rungs:
            if at <= now and (past is None or at >= past):
                by_name[self.coordinator if who == "coordinator" else who] = n
        return {} if self.ended else by_name

    def stands(self, days: int) -> datetime:
        """Midnight in Norway, so many days from the day."""
        return datetime.combine(self.day + timedelta(days=days), datetime.min.time(), OSLO)


@dataclass
class Deeds:
    """Takes steps in a world and remembers what each must lead to."""

    world: World
    random: random.Random
    reviews: list[Review] = field(default_factory=list)
    told: list[tuple[str, str]] = field(default_factory=list)  # (cause, recipient) at once
    offers: list[str] = field(default_factory=list)
    changed: set[datetime] = field(default_factory=set)
    done: Counter[str] = field(default_factory=Counter)
    first_link: str = ""

    def settle_in(self) -> None:
        """Coordinators of the service and people of the coordinating unit, all with addresses."""
        with unit_of_work(self.world.engine) as session:
            self.first_link = first_link(session)
        for number in range(COORDINATORS):
            self.hire(f"c{number}", "coordinator", "service")
            self.hire(f"k{number}", "coordinating", "ke")

    def hire(self, name: str, role: str, unit: str) -> None:
        """Somebody with a role."""
        key = self.world.party[name] = new_id()
        self.world.add(
            Party(
                id=key,
                name=name,
                sort_key=name,
                created_at=LONG_AGO,
                email=f"{name}@example.invalid",
            ),
            StaffRole(
                id=new_id(),
                role=role,
                from_at=LONG_AGO,
                unit_id=self.world.unit[unit],
                party_id=key,
            ),
        )

    def one(self, now: datetime) -> None:
        """One deed at random; a database that is locked for too long makes it none."""
        deeds = (
            self.review,
            self.review,
            self.move,
            self.meet,
            self.ask_many,
            self.write,
            self.offer,
        )
        deed = self.random.choice(deeds)
        try:
            deed(now)
        except OperationalError:
            self.done["locked out"] += 1
        else:
            self.done[deed.__name__] += 1

    def plan(self, now: datetime, **columns: object) -> tuple[str, str, bool]:
        """A plan of a new person, its coordinator, and whether the person shares it with her."""
        person, name = new_id(), f"c{self.random.randrange(COORDINATORS)}"
        who = self.world.party[name]
        shared = self.random.randrange(ONE_IN_UNSHARED) > 0
        party = Party(id=person, name="P", sort_key="p", created_at=LONG_AGO)
        plan = Plan(
            id=(key := new_id()),
            number=f"1806-{key[-6:]}",
            state="active",
            subject_kind="person",
            person_id=person,
            origin="need",
            unit_id=self.world.unit["ordering"],
            service_unit_id=self.world.unit["service"],
            responsible_party_id=who,
            responsible_unit_id=self.world.unit["service"],
            reported_at=LONG_AGO,
            last_activity_at=now,
            created_at=LONG_AGO,
            person_knows="yes",
            head=self.first_link,
            **columns,
        )
        held = Tenure(id=new_id(), role="coordinator", from_at=LONG_AGO, party_id=who, plan_id=key)
        receivers = (None, who) if shared else ()
        shares = [
            Consent(id=new_id(), plan_id=key, receiver_id=one, from_at=LONG_AGO)
            for one in receivers
        ]
        self.world.add(party, plan, held, *shares)
        return key, name, shared

    def review(self, now: datetime) -> None:
        """A plan with a date for its review, some days past or ahead."""
        day = next_workday(now.date() + timedelta(days=self.random.randint(-40, FARTHEST)))
        plan, name, shared = self.plan(now, next_review_on=day)
        self.world.act(row(DeadlineCode.REVIEW), plan, now)
        self.reviews.append(Review(plan, name, shared, day, now))

    def move(self, now: datetime) -> None:
        """A review gets a later date: its ladder begins anew."""
        standing = [review for review in self.reviews if not review.ended]
        if not standing:
            return
        review = self.random.choice(standing)
        day = next_workday(now.date() + timedelta(days=FARTHEST))
        with unit_of_work(self.world.engine) as session:
            session.get_one(Plan, review.plan).next_review_on = day
        self.world.act(row(DeadlineCode.REVIEW), review.plan, now)
        self.changed.add(now)
        review.day, review.version, review.changed_at = day, review.version + 1, now

    def meet(self, now: datetime) -> None:
        """A review is held: nobody is told of it from now on."""
        standing = [review for review in self.reviews if not review.ended]
        if standing:
            review = self.random.choice(standing)
            self.world.act(row(meets=(DeadlineCode.REVIEW,)), review.plan, now)
            self.changed.add(now)
            review.ended, review.changed_at = True, now

    def ask_many(self, now: datetime) -> None:
        """An offer that many are told of at once."""
        plan, _, _ = self.plan(now)
        names = self.random.sample(range(COORDINATORS), 6)
        people = [self.world.party[f"k{number}"] for number in names]
        event = new_id()
        with unit_of_work(self.world.engine) as session:
            inbox.notify(
                session.connection(),
                TRANSITIONS[PlanStep.OFFER_TRANSFER],
                event,
                [(key, "receiver") for key in people],
                plan,
                plan,
                now,
            )
        self.told.extend((f"e:{event}", key) for key in people)

    def write(self, now: datetime) -> None:
        """The person writes to the coordinator: a step with its event."""
        plan, name, _ = self.shared_plan(now)
        done = perform(
            self.world.engine,
            self.person_of(plan),
            PlanStep.WRITE,
            plan_id=plan,
            form=Write(words="Ring"),
            now=now,
        )
        self.told.append((f"e:{done.event_id}", self.world.party[name]))

    def offer(self, now: datetime) -> None:
        """Somebody is asked to be coordinator; nobody answers, and the clock lets it lapse."""
        plan, _, _ = self.shared_plan(now)
        form = OfferCoordinator(to_party_id=self.world.party["wes"], wish_coordinator="Wes")
        perform(
            self.world.engine,
            self.person_of(plan),
            PlanStep.OFFER_COORDINATOR,
            plan_id=plan,
            form=form,
            now=now,
        )
        self.offers.append(plan)

    def shared_plan(self, now: datetime) -> tuple[str, str, bool]:
        """A plan whose coordinator may read it."""
        while not (plan := self.plan(now))[2]:
            pass
        return plan

    def person_of(self, plan: str) -> Actor:
        """The plan's person."""
        with unit_of_work(self.world.engine) as session:
            return Actor(session.get_one(Plan, plan).person_id)
