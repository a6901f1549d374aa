"""Everything a page of one plan shows, read in three statements however large the plan is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from typing import Any

from sqlalchemy import and_, bindparam, select
from sqlalchemy.orm import Session, aliased

from workflow.record.access import protected_addresses
from workflow.record.access.redaction import (
    add_asked,
    redact_measures,
    redact_parts,
    redact_plan,
)
from workflow.record.access.standing import OpenPlan
from workflow.record.in_force import is_away
from workflow.record.models import Absence, Measure, Party, Plan
from workflow.record.models.base import UtcDateTime
from workflow.record.plan.named_parties import named_parties
from workflow.record.plan.parts_query import read_parts
from workflow.record.shapes.plan import (
    NOBODY,
    OF_RULES,
    CalledView,
    DeadlineView,
    DecisionView,
    EventView,
    GoalView,
    HealthNoteView,
    HelperView,
    Human,
    MeetingView,
    OfferView,
    ParticipantView,
    PlanParts,
    Sharing,
    SubPlanView,
    TenureView,
    UnitView,
    WishView,
)
from workflow.rules.sharing.scopes import WHOLE, Visibility

EVENTS_SHOWN = 15
COMING = ("planned", "called")


@dataclass(frozen=True)
class PlanView:
    """One plan as pages, print and the rules' look-ups read it."""

    plan: Plan
    now: datetime
    parts: PlanParts
    measures: tuple[Measure, ...]
    humans: Mapping[str, Human] = field(default_factory=dict)
    visibility: Visibility = WHOLE
    whole: PlanView | None = None  # before anything was taken out; `for_rules` alone reads it

    @property
    def hides_places(self) -> bool:
        """Whether somebody of the plan has a protected address, so that places stand nowhere."""
        return any(one.protection for one in self.humans.values())

    @property
    def hidden(self) -> frozenset[str]:
        """The scopes that are not shared with the reader: their parts are empty here."""
        return self.visibility.hidden

    @property
    def for_rules(self) -> PlanView:
        """The plan as it stands, for what the rules ask of it; pages never look here."""
        return self.whole or self

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
        return next(
            (self.human(one.party_id) for one in self.parts[TenureView] if one.role == role), NOBODY
        )

    @property
    def coordinator(self) -> Human:
        """The coordinator, or nobody."""
        return self.holder("coordinator")

    @property
    def acting(self) -> Human:
        """Who acts while there is no coordinator, or the contact where the person coordinates."""
        human = self.holder("acting")
        return human if human.id else self.holder("contact")

    @property
    def contact(self) -> Human:
        """Whom people ring: the coordinator, the municipal contact, or who acts."""
        own = self.coordinator.id == (self.plan.person_id or "-")
        return self.acting if own or not self.coordinator.id else self.coordinator

    @cached_property
    def goals(self) -> tuple[GoalView, ...]:
        """Every goal, in the plan's order."""
        return tuple(sorted(self.parts[GoalView], key=lambda goal: goal.position))

    @property
    def open_measures(self) -> tuple[Measure, ...]:
        """The measures that are not closed."""
        return tuple(m for m in self.measures if m.state != "closed")

    def of_goal(self, goal_id: str | None) -> tuple[Measure, ...]:
        """The measures of a goal; of none: those on what matters most."""
        return tuple(m for m in self.measures if m.goal_id == goal_id)

    @cached_property
    def _helpers(self) -> Mapping[str, tuple[str, ...]]:
        helpers: dict[str, tuple[str, ...]] = {}
        for one in self.parts[HelperView]:
            helpers[one.measure_id] = (*helpers.get(one.measure_id, ()), one.party_id)
        return helpers

    def helpers(self, measure_id: str) -> tuple[str, ...]:
        """The ids of a measure's helpers."""
        return self._helpers.get(measure_id, ())

    def responsible_names(self, measure: Measure) -> tuple[str, tuple[str, ...]]:
        """The accountable's name and the helpers' names: «Kim sammen med MAT»."""
        return self.name(measure.accountable_id), tuple(
            self.name(party_id) for party_id in self.helpers(measure.id)
        )

    @cached_property
    def all_participants(self) -> tuple[ParticipantView, ...]:
        """Participants, those who left last."""
        ordered = sorted(
            self.parts[ParticipantView], key=lambda one: (one.left_at is not None, one.from_at)
        )
        return tuple(ordered)

    @property
    def participants(self) -> tuple[ParticipantView, ...]:
        """Participants who are here now."""
        return tuple(one for one in self.all_participants if one.left_at is None)

    @property
    def offers(self) -> tuple[OfferView, ...]:
        """Open offers under the plan."""
        return self.parts[OfferView]

    @cached_property
    def deadlines(self) -> tuple[DeadlineView, ...]:
        """Open deadlines, the nearest first."""
        return tuple(sorted(self.parts[DeadlineView], key=lambda due: due.due_at))

    @cached_property
    def wishes(self) -> tuple[WishView, ...]:
        """Unanswered wishes and messages, the oldest first."""
        return tuple(sorted(self.parts[WishView], key=lambda wish: wish.sent_at))

    @cached_property
    def meetings(self) -> tuple[MeetingView, ...]:
        """The last meetings, cancelled ones too, by their hour."""
        called: dict[str, tuple[CalledView, ...]] = {}
        for one in self.parts[CalledView]:
            called[one.meeting_id] = (*called.get(one.meeting_id, ()), one)
        whole = (replace(one, called=called.get(one.id, ())) for one in self.parts[MeetingView])
        return tuple(sorted(whole, key=lambda meeting: meeting.starts_at))

    @property
    def coming(self) -> tuple[MeetingView, ...]:
        """Meetings planned or called that are not over, the next one first."""
        return tuple(
            m for m in self.meetings if m.state in COMING and m.starts_at.date() >= self.now.date()
        )

    @cached_property
    def events(self) -> tuple[EventView, ...]:
        """The last events, the newest first."""
        return tuple(sorted(self.parts[EventView], key=lambda event: -event.seq))

    @cached_property
    def decisions(self) -> tuple[DecisionView, ...]:
        """Every decision, the newest first."""
        made = self.parts[DecisionView]
        return tuple(sorted(made, key=lambda one: (one.made_on, one.id), reverse=True))

    @property
    def decision(self) -> DecisionView | None:
        """The decision that holds now."""
        return self.decisions[0] if self.decisions else None

    @property
    def sharing(self) -> tuple[Sharing, ...]:
        """Consents in force."""
        return self.parts[Sharing]

    @cached_property
    def health(self) -> tuple[HealthNoteView, ...]:
        """What stands about the person's health, the newest first."""
        notes = self.parts[HealthNoteView]
        return tuple(sorted(notes, key=lambda note: (note.written_at, note.id), reverse=True))

    @cached_property
    def sub_plans(self) -> tuple[SubPlanView, ...]:
        """The plans that lie elsewhere, by their titles."""
        return tuple(sorted(self.parts[SubPlanView], key=lambda one: (one.title, one.id)))

    def unit_name(self, unit_id: str | None) -> str:
        """The name of one of the plan's units."""
        return next((unit.name for unit in self.parts[UnitView] if unit.id == unit_id), "")

    def unit_phone(self, unit_id: str | None) -> str:
        """The telephone of one of the plan's units."""
        return next((unit.phone for unit in self.parts[UnitView] if unit.id == unit_id), "")


# Built once: composing a statement costs more than sending it.
OTHER = aliased(Party)
AWAY = and_(
    Absence.party_id == Party.id,
    is_away(Absence, bindparam("now", type_=UtcDateTime())),
)
HUMANS = (
    select(
        *(Party.id, Party.name, Party.phone, Party.email, Party.title, Party.organisation),
        *(Absence.until_at, Absence.substitute_id, OTHER.name, OTHER.phone, Party.protection),
    )
    .outerjoin(Absence, AWAY)
    .outerjoin(OTHER, OTHER.id == Absence.substitute_id)
    .where(Party.id.in_(bindparam("ids", expanding=True)))
)
MEASURES = (
    select(Measure)
    .where(
        Measure.plan_id == bindparam("plan_id"),
    )
    .order_by(Measure.position)
)


def read_opened_view(
    session: Session, opened: OpenPlan, now: datetime, events: int = EVENTS_SHOWN
) -> PlanView:
    """Read what pages show of a plan just opened, as far as it is shared with the reader."""
    return plan_view(session, opened.stored, now, events, sees=opened.visibility)


def plan_view(
    session: Session, plan: Plan, now: datetime, events: int = EVENTS_SHOWN, *, sees: Visibility
) -> PlanView:
    """Read what pages show of a plan already opened, in three statements however large it is.

    What `sees` does not hold is taken out here, and nowhere else (promise P9).
    """
    parts = read_parts(session, plan.id, now, events)
    here = {"plan_id": plan.id}
    measures = tuple(session.execute(MEASURES, here).scalars())
    people = read_humans(session, named_parties(plan, parts, measures), now)
    if any(one.protection for one in people.values()):
        mask = protected_addresses.mask_of(session, plan.id, now)
        parts, measures, people = protected_addresses.redact_places(mask, parts, measures, people)
    return redact_view(PlanView(plan, now, parts, measures, people), sees)


def redact_view(view: PlanView, sees: Visibility) -> PlanView:
    """The plan as one reader sees it; where nothing is hidden, all but what the rules alone ask."""
    if not sees.hidden and sees.alone:
        return replace(view, parts=view.parts.replace(dict.fromkeys(OF_RULES, ())), whole=view)
    sees = add_asked(sees, view.parts)
    seen = PlanView(
        redact_plan(view.plan, sees),
        view.now,
        redact_parts(view.parts, sees),
        redact_measures(view.measures, sees),
        view.humans,
        sees,
        view,
    )
    return leave_out_unheard(seen, sees.unheard) if sees.unheard else seen


def read_humans(session: Session, party_ids: Iterable[str], now: datetime) -> dict[str, Human]:
    """Parties by id, with their absence now and who stands in."""
    rows = session.execute(HUMANS, {"now": now, "ids": sorted(party_ids)})
    return {r[0]: Human(*r[:8], r[8] or "", r[9] or "", r[10]) for r in rows}


def leave_out_unheard(view: PlanView, unheard: frozenset[str]) -> PlanView:
    """The plan without those whom the reader is not to hear of: who they are, and what tells of them."""
    parts = view.parts
    gone = {
        *unheard,
        *(one.id for one in parts[Sharing] if one.receiver_id in unheard),
        *(one.id for one in parts[ParticipantView] if one.party_id in unheard),
        *(one.id for one in view.measures if one.accountable_id in unheard),
    }
    kept: dict[type[Any], Iterable[Any]] = {
        shape: tuple(row for row in parts[shape] if not told(row) & gone)
        for shape, told in TOLD_OF.items()
    }
    return replace(
        view,
        parts=parts.replace(kept),
        measures=tuple(one for one in view.measures if one.id not in gone),
        # Whatever else points at them finds nobody.
        humans={key: human for key, human in view.humans.items() if key not in gone},
    )


def _told_by_event(event: EventView) -> set[Any]:
    """Every key that an event names: who took it, whom it is about, what it made."""
    text = event.text
    codes = {value for value in text["codes"].values() if isinstance(value, str)}
    made = {key for _, key in (*text["made"], *text["codes"].get("touched", ()))}
    asked = {value for value in (text.get("form") or {}).values() if isinstance(value, str)}
    return {str(text["actor"]), event.subject_id, *codes, *made, *asked}


# Whom each part tells of: where the reader is not to hear of one of them, it is left out whole.
TOLD_OF: Mapping[type[Any], Callable[[Any], set[Any]]] = {
    Sharing: lambda one: {one.receiver_id},
    ParticipantView: lambda one: {one.party_id},
    TenureView: lambda one: {one.party_id},
    HelperView: lambda one: {one.party_id, one.measure_id},
    CalledView: lambda one: {one.party_id},
    OfferView: lambda one: {one.from_party_id, one.to_party_id, one.subject_id},
    DeadlineView: lambda one: {one.subject_id},
    WishView: lambda one: {one.from_party_id, one.to_party_id},
    HealthNoteView: lambda one: {one.written_by},
    EventView: _told_by_event,
}
