"""All that somebody holds is handed on in one go, one named human for each kind; the account ends in leaving."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from workflow.acts.accounts import staff_roles
from workflow.acts.base.form_fields import Form, Id, ask
from workflow.acts.base.registry import ACTS
from workflow.acts.engine.fire import fire
from workflow.acts.offboarding.account_end import (
    ADMINISTRATOR,
    COORDINATING,
    LEADER,
    led_units,
    require_reach,
    responsibilities_of,
    roles_now,
)
from workflow.acts.people import absences
from workflow.acts.plan.coordinator import VacateAsLeft
from workflow.record.access.open_plan import Actor, own_parties
from workflow.record.lists.responsibilities import KINDS, Responsibility, held_roles_of
from workflow.record.models import Plan
from workflow.record.plan import successors
from workflow.rules.engine.denials import BadInput
from workflow.rules.names.steps import MeasureStep, MeetingStep, PlanStep, machine_of
from workflow.words.text.translatable import N_

PLANS = frozenset({"coordinator", "acting", "contact"})
# Which kinds each staff role may hand on; a leader on the plans and people of their units.
MAY: Mapping[str, frozenset[str]] = {
    COORDINATING: frozenset(KINDS) - {"duty"},
    ADMINISTRATOR: frozenset({"duty"}),
    LEADER: frozenset(KINDS) - PLANS - {"duty", "offer.coordinator"},
}


class HandoverForm(Form):
    """To whom: one named human for each kind; what is left open goes to each plan's own coordinator."""

    acting_id: Id | None = ask(N_("Hvem i koordinerende enhet passer på planene?"), "staff", None)
    measures_id: Id | None = ask(
        N_("Hvem tar over tiltakene?"),
        "staff",
        None,
        help=N_("Velger du ingen, får koordinatoren i hver plan dem."),
    )
    meetings_id: Id | None = ask(
        N_("Hvem tar over møtene?"),
        "staff",
        None,
        help=N_("Velger du ingen, får koordinatoren i hver plan dem."),
    )
    stand_in_id: Id | None = ask(N_("Hvem er stedfortreder i stedet?"), "staff", None)
    duty_id: Id | None = ask(N_("Hvem får vervet?"), "staff", None)


# The field that a kind cannot do without.
FIELD = {
    "coordinator": "acting_id",
    "acting": "acting_id",
    "contact": "acting_id",
    "substitute": "stand_in_id",
    "duty": "duty_id",
}


# What lets in whoever gets it: nobody names oneself.
GAINING = ("acting_id", "stand_in_id", "duty_id")


@dataclass
class Handover:
    """One hand-over under way: who leaves, who takes what, and what was moved so far."""

    session: Session
    actor: Actor
    party_id: str
    form: HandoverForm
    now: datetime
    moved: Counter[str] = field(default_factory=Counter)

    def step(self, step_name: str, held: Responsibility, **fields: Any) -> None:
        """Take a row on what is held; the subject is the plan where the row is the plan's."""
        self.take(step_name, held, ACTS[step_name].form(**fields))

    def take(self, step_name: str, held: Responsibility, form: Form) -> None:
        """Take a row with this form. Raises Refused."""
        about = held.detail if held.kind == "offer.measure" else held.key
        subject = None if machine_of(step_name) == "plan" else about
        fire(
            self.session,
            self.actor,
            step_name,
            plan_id=held.plan_id,
            subject_id=subject,
            form=form,
            now=self.now,
        )


def list_movable(
    session: Session, actor: Actor, responsibilities: Sequence[Responsibility], now: datetime
) -> list[Responsibility]:
    """Those that the actor may hand on: by role, and a leader only where they lead."""
    if actor.kind == "operator":
        return list(responsibilities)
    roles = roles_now(session, actor, now)
    kinds = frozenset().union(*(MAY[role] for role in roles if role in MAY))
    led = _led(session, actor, now)
    return [
        one
        for one in responsibilities
        if one.kind in kinds
        and (_everywhere(roles, one.kind) or one.plan_id is None or one.plan_id in led)
    ]


def hand_over(
    session: Session, actor: Actor, party_id: str, form: HandoverForm, now: datetime
) -> Counter[str]:
    """Pass on everything the actor may, in the caller's transaction; returns how many of each kind.

    1. Plans: a human of the coordinating unit acts from the same second (`vacancy` starts). 2. What
    they were asked is taken back. 3. Measures, meetings, questions, helping. 4. Absences in which
    they step in. 5. Duties. Raises NotThere, Refused, BadInput; then nothing is moved.
    """
    require_reach(session, actor, party_id, now)
    everything = list_movable(session, actor, responsibilities_of(session, party_id, now), now)
    own = own_parties(session, actor, now)
    _complete(session, party_id, form, everything, now, own)
    handing = Handover(session, actor, party_id, form, now)
    let_go: set[str | None] = set()
    for one in everything:
        if one.clears == PlanStep.STAFF_LEAVES and one.plan_id in let_go:
            handing.moved[one.kind] += 1
            continue
        PASSING[one.kind](handing, one)
        handing.moved[one.kind] += 1
        let_go |= {one.plan_id} if one.clears == PlanStep.STAFF_LEAVES else set()
    return handing.moved


def _everywhere(roles: frozenset[str], kind: str) -> bool:
    """Whether another role than a leader's lets the actor hand on that kind."""
    return any(kind in MAY[role] for role in roles & {COORDINATING, ADMINISTRATOR})


def _led(session: Session, actor: Actor, now: datetime) -> set[str]:
    """The plans of the units the actor leads."""
    units = led_units(session, actor, now)
    query = select(Plan.id).where(
        or_(
            Plan.service_unit_id.in_(units),
            Plan.service_unit_id.is_(None) & Plan.unit_id.in_(units),
        ),
    )
    return set(session.execute(query).scalars()) if units else set()


def _complete(
    session: Session,
    leaver: str,
    form: HandoverForm,
    everything: Sequence[Responsibility],
    now: datetime,
    own: frozenset[str],
) -> None:
    """Every kind that needs a name has one: here, present, not the leaver; nobody takes it oneself.

    Raises BadInput.
    """
    needed = {FIELD[one.kind] for one in everything if one.kind in FIELD}
    wrong: list[tuple[str, str, Mapping[str, object]]] = []
    wrong += [(name, "own_interest", {}) for name in GAINING if getattr(form, name) in own]
    for name in HandoverForm.model_fields:
        key = getattr(form, name)
        if key is None:
            wrong += [(name, "missing", {})] if name in needed else []
        elif key == leaver or not held_roles_of(session, key, now):
            wrong.append((name, "unknown_party", {}))
    if wrong:
        raise BadInput(wrong)


def _plan(handing: Handover, one: Responsibility) -> None:
    named = handing.form.acting_id
    if one.clears == PlanStep.VACATE:
        handing.take(PlanStep.VACATE, one, VacateAsLeft(acting_id=named))
    else:
        handing.step(one.clears, one, acting_id=named)


def _offer(handing: Handover, one: Responsibility) -> None:
    handing.step(one.clears, one)


def _measure(handing: Handover, one: Responsibility) -> None:
    to = _heir(handing, one, handing.form.measures_id)
    if to is None:
        raise BadInput([("measures_id", "missing", {})])
    handing.step(MeasureStep.ACCOUNTABLE_LEAVES, one, to_party_id=to)


def _meeting(handing: Handover, one: Responsibility) -> None:
    to = _heir(handing, one, handing.form.meetings_id)
    if to is None:
        raise BadInput([("meetings_id", "missing", {})])
    handing.step(MeetingStep.HAND_ON, one, to_party_id=to, what=one.detail)


def _let_go(handing: Handover, one: Responsibility) -> None:
    handing.step(PlanStep.STAFF_LEAVES, one, party_id=handing.party_id)


def _substitute(handing: Handover, one: Responsibility) -> None:
    absences.replace_substitute(
        handing.session, handing.actor, one.key, handing.form.stand_in_id or "", handing.now
    )


def _duty(handing: Handover, one: Responsibility) -> None:
    staff_roles.give_role(
        handing.session,
        handing.form.duty_id or "",
        one.unit_id or "",
        one.detail,
        handing.now,
    )


def _heir(handing: Handover, one: Responsibility, wanted: str | None) -> str | None:
    """The one who was named, where the person lets them see the plan; else who has the plan now."""
    plan_id = one.plan_id or ""
    others = [
        key for key in successors.successors_of(handing.session, plan_id) if key != handing.party_id
    ]
    shared = wanted and successors.is_shared_with(handing.session, plan_id, wanted, handing.now)
    if wanted and (wanted in others or shared or not others):
        return wanted
    return others[0] if others else None


PASSING: Mapping[str, Callable[[Handover, Responsibility], None]] = {
    "coordinator": _plan,
    "acting": _plan,
    "contact": _plan,
    "offer.coordinator": _offer,
    "offer.measure": _offer,
    "offer": _let_go,
    "accountable": _measure,
    "meeting": _meeting,
    "helper": _let_go,
    "question": _let_go,
    "case": _let_go,
    "substitute": _substitute,
    "duty": _duty,
}
