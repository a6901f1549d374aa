"""Everything a page of one plan shows, read in three statements; how it looks lives in web."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from sqlalchemy import and_, bindparam, select
from sqlalchemy.orm import Session, aliased

from workflow.record.models import Absence, Measure, Party, Plan
from workflow.record.models.base import UtcDateTime
from workflow.record.plan_parts import PARTS
from workflow.record.plan_shapes import (
    NOBODY,
    Around,
    CalledView,
    DecisionView,
    Due,
    EventView,
    GoalView,
    Human,
    MeetingView,
    OfferView,
    Sharing,
    WishView,
)

EVENTS_SHOWN = 15
COMING = ("planned", "called")


@dataclass(frozen=True)
class PlanView:
    """One plan as pages, print and the rules' look-ups read it."""

    plan: Plan
    now: datetime
    parts: Mapping[str, list[Any]]
    measures: tuple[Measure, ...]
    humans: Mapping[str, Human] = field(default_factory=dict)

    def human(self, party_id: str | None) -> Human:
        """A party by id; somebody without a name for none."""
        return self.humans.get(party_id or "", NOBODY)

    def name(self, party_id: str | None) -> str:
        """A party's name, or nothing."""
        return self.human(party_id).name

    @property
    def person(self) -> Human:
        """The person the plan is for; nobody on a plan about a problem."""
        return self.human(self.plan.person_id)

    def holder(self, role: str) -> Human:
        """Who holds a role now: coordinator, acting, contact or responsible."""
        return next((self.human(t.b) for t in self.parts["tenure"] if t.a == role), NOBODY)

    @property
    def coordinator(self) -> Human:
        """The coordinator, or nobody."""
        return self.holder("coordinator")

    @property
    def acting(self) -> Human:
        """Who acts while there is no coordinator, or the contact where the person coordinates."""
        found = self.holder("acting")
        return found if found.id else self.holder("contact")

    @property
    def contact(self) -> Human:
        """Whom people ring: the coordinator, the municipal contact, or who acts."""
        own = self.coordinator.id == (self.plan.person_id or "-")
        return self.acting if own or not self.coordinator.id else self.coordinator

    @cached_property
    def goals(self) -> tuple[GoalView, ...]:
        """Every goal, in the plan's order."""
        rows = self.parts["goal"]
        made = (GoalView(r.id, r.a, r.t1, r.t2, r.t3, r.n, r.m) for r in rows)
        return tuple(sorted(made, key=lambda goal: goal.position))

    @property
    def open_measures(self) -> tuple[Measure, ...]:
        """The measures that are not closed."""
        return tuple(m for m in self.measures if m.state != "closed")

    def of_goal(self, goal_id: str | None) -> tuple[Measure, ...]:
        """The measures of a goal; of none: those on what matters most."""
        return tuple(m for m in self.measures if m.goal_id == goal_id)

    @cached_property
    def _helpers(self) -> Mapping[str, tuple[str, ...]]:
        found: dict[str, tuple[str, ...]] = {}
        for row in self.parts["helper"]:
            found[row.a] = (*found.get(row.a, ()), row.b)
        return found

    def helpers(self, measure_id: str) -> tuple[str, ...]:
        """The ids of a measure's helpers."""
        return self._helpers.get(measure_id, ())

    def responsible_names(self, measure: Measure) -> tuple[str, tuple[str, ...]]:
        """The accountable's name and the helpers' names: «Kim sammen med MAT»."""
        return self.name(measure.accountable_id), tuple(
            self.name(party_id) for party_id in self.helpers(measure.id)
        )

    @cached_property
    def around(self) -> tuple[Around, ...]:
        """Participants, those who left last."""
        made = (
            Around(r.id, r.a, r.b, r.c, r.d, r.e, r.t1, r.t2, r.t3, r.t4, r.t5, r.at1, r.at2, r.n)
            for r in self.parts["participant"]
        )
        return tuple(sorted(made, key=lambda one: (one.left_at is not None, one.from_at)))

    @property
    def participants(self) -> tuple[Around, ...]:
        """Participants who are here now."""
        return tuple(one for one in self.around if one.left_at is None)

    @cached_property
    def offers(self) -> tuple[OfferView, ...]:
        """Open offers under the plan."""
        return tuple(
            OfferView(
                *(r.id, r.a, r.b, r.c, r.d, r.e, r.f, r.g),
                *(r.t1, r.t2, r.t3, r.day1, r.at1, r.at2),
            )
            for r in self.parts["offer"]
        )

    @cached_property
    def deadlines(self) -> tuple[Due, ...]:
        """Open deadlines, the nearest first."""
        made = (Due(r.id, r.a, r.b, r.c, r.d, r.e, r.t1, r.at1) for r in self.parts["deadline"])
        return tuple(sorted(made, key=lambda due: due.due_at))

    @cached_property
    def wishes(self) -> tuple[WishView, ...]:
        """Unanswered wishes and messages, the oldest first."""
        made = (WishView(r.id, r.a, r.b, r.c, r.d, r.e, r.t1, r.at1) for r in self.parts["wish"])
        return tuple(sorted(made, key=lambda wish: wish.sent_at))

    @cached_property
    def meetings(self) -> tuple[MeetingView, ...]:
        """The last meetings, cancelled ones too, by their hour."""
        called: dict[str, tuple[CalledView, ...]] = {}
        for r in self.parts["called"]:
            called[r.a] = (*called.get(r.a, ()), CalledView(r.a, r.b, r.c, r.d, r.t1, r.t2))
        made = (
            MeetingView(
                r.id,
                r.a,
                r.b,
                r.c,
                r.d,
                r.e,
                r.t1,
                r.t2,
                r.t3,
                r.t4,
                r.t5,
                r.day1,
                r.at1,
                r.at2,
                r.n,
                called.get(r.id, ()),
            )
            for r in self.parts["meeting"]
        )
        return tuple(sorted(made, key=lambda meeting: meeting.starts_at))

    @property
    def coming(self) -> tuple[MeetingView, ...]:
        """Meetings planned or called that are not over, the next one first."""
        return tuple(
            m for m in self.meetings if m.state in COMING and m.starts_at.date() >= self.now.date()
        )

    @cached_property
    def events(self) -> tuple[EventView, ...]:
        """The last events, the newest first."""
        made = (
            EventView(
                r.id, r.n, r.a, r.b, r.c, r.at1, json.loads(r.t1), json.loads(r.t2) if r.t2 else {}
            )
            for r in self.parts["event"]
        )
        return tuple(sorted(made, key=lambda event: -event.seq))

    @cached_property
    def decisions(self) -> tuple[DecisionView, ...]:
        """Every decision, the newest first."""
        made = (
            DecisionView(
                r.id, r.a, r.b, r.c, r.d, r.e, r.t1, r.t2, r.day1, r.day2, r.day3, bool(r.n)
            )
            for r in self.parts["decision"]
        )
        return tuple(sorted(made, key=lambda one: (one.made_on, one.id), reverse=True))

    @property
    def decision(self) -> DecisionView | None:
        """The decision that holds now."""
        return self.decisions[0] if self.decisions else None

    @cached_property
    def sharing(self) -> tuple[Sharing, ...]:
        """Consents in force."""
        return tuple(
            Sharing(r.id, r.a, r.b, r.day1, r.day2, r.at1, r.at2) for r in self.parts["consent"]
        )

    def unit_name(self, unit_id: str | None) -> str:
        """The name of one of the plan's units."""
        return next((r.t1 for r in self.parts["unit"] if r.id == unit_id), "")

    def unit_phone(self, unit_id: str | None) -> str:
        """The telephone of one of the plan's units."""
        return next((r.t4 for r in self.parts["unit"] if r.id == unit_id), "")


# Built once: composing a statement costs more than sending it.
OTHER = aliased(Party)
AWAY = and_(
    Absence.party_id == Party.id,
    Absence.from_at <= bindparam("now", type_=UtcDateTime()),
    Absence.until_at > bindparam("now", type_=UtcDateTime()),
)
HUMANS = (
    select(
        *(Party.id, Party.name, Party.phone, Party.email, Party.title, Party.organisation),
        *(Absence.until_at, Absence.substitute_id, OTHER.name, OTHER.phone),
    )
    .outerjoin(Absence, AWAY)
    .outerjoin(OTHER, OTHER.id == Absence.substitute_id)
    .where(Party.id.in_(bindparam("ids", expanding=True)))
)
MEASURES = (
    select(Measure)
    .where(
        Measure.municipality_id == bindparam("municipality_id"),
        Measure.plan_id == bindparam("plan_id"),
    )
    .order_by(Measure.position)
)


def plan_view(session: Session, plan: Plan, now: datetime, events: int = EVENTS_SHOWN) -> PlanView:
    """Read what pages show of a plan already opened, in three statements however large it is."""
    parts = _parts(session, plan, now, events)
    here = {"municipality_id": plan.municipality_id, "plan_id": plan.id}
    measures = tuple(session.execute(MEASURES, here).scalars())
    wanted = _people(plan, parts, measures)
    return PlanView(plan, now, parts, measures, humans(session, wanted, now))


def _parts(session: Session, plan: Plan, now: datetime, events: int) -> dict[str, list[Any]]:
    """The small parts by kind; a kind without rows is an empty list."""
    found: dict[str, list[Any]] = {kind: [] for kind in KINDS}
    bound = {
        "plan_id": plan.id,
        "municipality_id": plan.municipality_id,
        "now": now,
        "events": events,
    }
    for row in session.execute(PARTS, bound):
        found[row.kind].append(row)
    return found


KINDS = (
    "goal",
    "participant",
    "tenure",
    "consent",
    "helper",
    "offer",
    "deadline",
    "wish",
    "meeting",
    "called",
    "event",
    "try",
    "decision",
    "complaint",
    "sub_plan",
    "representative",
    "unit",
    "municipality",
)
PARTY_CHANGES = ("responsible_party_id", "accountable_id")
PARTY_CODES = ("who", "receiver", "representative", "proposed", "to")
PARTY_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "participant": ("a",),
    "tenure": ("b",),
    "consent": ("a",),
    "helper": ("b",),
    "offer": ("c", "f"),
    "wish": ("d", "e"),
    "meeting": ("c", "d"),
    "called": ("b",),
    "event": ("c",),
    "decision": ("c",),
    "representative": ("a",),
}


def _people(plan: Plan, parts: Mapping[str, list[Any]], measures: Iterable[Measure]) -> set[str]:
    """The ids of everybody who is named on the page."""
    found = {plan.person_id, plan.responsible_party_id, plan.reporter_id}
    for kind, columns in PARTY_COLUMNS.items():
        found.update(getattr(row, column) for row in parts[kind] for column in columns)
    for measure in measures:
        found.update((measure.accountable_id, measure.proposed_by))
    for row in parts["event"]:
        found.update(_told_of(json.loads(row.t1)))
    return {party_id for party_id in found if party_id}


def _told_of(event: Mapping[str, Any]) -> list[str]:
    """The keys in an event's codes and changed columns that may be parties'."""
    changed = [event["set"].get(name, (None, None))[1] for name in PARTY_CHANGES]
    changed += [event["plan_set"].get(name, (None, None))[1] for name in PARTY_CHANGES]
    said = [event["codes"].get(name) for name in PARTY_CODES]
    return [key for key in (*changed, *said) if isinstance(key, str)]


def humans(session: Session, party_ids: Iterable[str], now: datetime) -> dict[str, Human]:
    """Parties by id, with their absence now and who stands in."""
    rows = session.execute(HUMANS, {"now": now, "ids": sorted(party_ids)})
    return {r[0]: Human(*r[:8], r[8] or "", r[9] or "") for r in rows}
