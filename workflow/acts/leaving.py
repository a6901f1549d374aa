"""Somebody leaves: what they hold goes to named humans first, then the account ends; rows stand in leaving_steps."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from workflow.acts import absences, people
from workflow.acts.engine import fire
from workflow.acts.forms import Form, Id, ask
from workflow.acts.leaving_steps import StaffLeaves
from workflow.acts.registry import ACTS
from workflow.acts.signin import sign_out_everywhere
from workflow.record.access import Actor
from workflow.record.holding import KINDS, Held, holdings, plans_around, roles_of
from workflow.record.models import (
    Absence,
    Consent,
    Delivery,
    Invitation,
    Notice,
    Participant,
    Party,
    Plan,
    Representation,
    StaffRole,
    Tenure,
    Unit,
)
from workflow.rules.denials import BadInput, Denial, NotThere, Refused, StillHolds
from workflow.words.marking import N_

LEFT = "left"
COORDINATING, ADMINISTRATOR, LEADER = "coordinating", "administrator", "leader"
PLANS = frozenset({"coordinator", "acting", "contact"})
# Which kinds each staff role may hand on; a leader on the plans and people of their units.
MAY: Mapping[str, frozenset[str]] = {
    COORDINATING: frozenset(KINDS) - {"duty"},
    ADMINISTRATOR: frozenset({"duty"}),
    LEADER: frozenset(KINDS) - PLANS - {"duty", "offer.coordinator"},
}


class HandOver(Form):
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
    "coordinator": "acting_id", "acting": "acting_id", "contact": "acting_id",
    "substitute": "stand_in_id", "duty": "duty_id",
}  # fmt: skip


@dataclass
class Handing:
    """One hand-over under way: who leaves, who takes what, and what was moved so far."""

    session: Session
    actor: Actor
    party_id: str
    form: HandOver
    now: datetime
    moved: Counter[str] = field(default_factory=Counter)

    def step(self, row_id: str, held: Held, **fields: Any) -> None:
        """Take a row on what is held; the subject is the plan where the row is the plan's."""
        about = held.detail if held.kind == "offer.measure" else held.key
        subject = None if row_id[0] in "PA" else about
        fire(
            self.session, self.actor, row_id, plan_id=held.plan_id, subject_id=subject,
            form=ACTS[row_id].form(**fields), now=self.now,
        )  # fmt: skip


def held(session: Session, municipality_id: str, party_id: str, now: datetime) -> list[Held]:
    """Everything a party still holds that must pass to somebody before they can go.

    Raises NotThere for somebody who does not work here.
    """
    _works_here(session, municipality_id, party_id)
    return holdings(session, municipality_id, party_id, now)


def mine_to_move(
    session: Session, actor: Actor, found: Sequence[Held], now: datetime
) -> list[Held]:
    """Those that the actor may hand on: by role, and a leader only where they lead."""
    if actor.kind == "operator":
        return list(found)
    roles = _roles(session, actor)
    kinds = frozenset().union(*(MAY[role] for role in roles if role in MAY))
    led = _led(session, actor)
    return [
        one
        for one in found
        if one.kind in kinds
        and (_everywhere(roles, one.kind) or one.plan_id is None or one.plan_id in led)
    ]


def hand_over(
    session: Session, actor: Actor, party_id: str, form: HandOver, now: datetime
) -> Counter[str]:
    """Pass on everything the actor may, in the caller's transaction; returns how many of each kind.

    1. Plans: a human of the coordinating unit acts from the same second (P14, T7 starts). 2. What
    they were asked is taken back. 3. Measures, meetings, questions, helping. 4. Absences in which
    they step in. 5. Duties. Raises NotThere, Refused, BadInput; then nothing is moved.
    """
    _works_here(session, actor.municipality_id, party_id)
    reach(session, actor, party_id)
    everything = mine_to_move(
        session, actor, held(session, actor.municipality_id, party_id, now), now
    )
    _complete(session, actor, party_id, form, everything)
    handing = Handing(session, actor, party_id, form, now)
    let_go: set[str | None] = set()
    for one in everything:
        if one.clears == "A40" and one.plan_id in let_go:
            handing.moved[one.kind] += 1
            continue
        PASSING[one.kind](handing, one)
        handing.moved[one.kind] += 1
        let_go |= {one.plan_id} if one.clears == "A40" else set()
    return handing.moved


def deactivate(session: Session, actor: Actor, party_id: str, now: datetime) -> None:
    """End somebody's work here, in the caller's transaction. Refused while anything is held.

    1. Places around plans end, each with its event. 2. Roles end. 3. Sign-ins and invitations end.
    4. What waits to be sent is dropped. 5. Own absences end. 6. The account closes, unless the
    same human has a plan, or stands by somebody, as a private person. Raises NotThere, Refused,
    StillHolds.
    """
    party = _works_here(session, actor.municipality_id, party_id)
    _may_end(session, actor)
    found = held(session, actor.municipality_id, party_id, now)
    if found:
        who = tuple(dict.fromkeys(name for one in found for name in one.who_can))
        raise StillHolds(party.name, found, who)
    clock = Actor.clock(actor.municipality_id)
    for plan_id in plans_around(session, actor.municipality_id, party_id):
        form = StaffLeaves(party_id=party_id)
        fire(session, clock, "A40", plan_id=plan_id, form=form, now=now)
    _end_roles(session, party, now)
    sign_out_everywhere(session, party_id, now)
    _end_invitations(session, party_id, now)
    private = is_private(session, party)
    _drop_deliveries(session, party, private, now)
    _end_absences(session, party, now)
    if not private:
        session.execute(update(Party).where(Party.id == party_id).values(deactivated_at=now))
    session.expire_all()


def is_private(session: Session, party: Party) -> bool:
    """The same human has a plan, acts for a person, or is a relative: they sign in as that still."""
    here = party.municipality_id
    queries = (
        select(Plan.id).where(Plan.municipality_id == here, Plan.person_id == party.id),
        select(Representation.id).where(
            Representation.municipality_id == here, Representation.representative_id == party.id
        ),
        select(Participant.id).where(
            Participant.municipality_id == here,
            Participant.party_id == party.id,
            Participant.kind != "professional",
        ),
    )
    return any(session.execute(query.limit(1)).first() for query in queries)


def reach(session: Session, actor: Actor, party_id: str) -> None:
    """Administrator, coordinating unit, or a leader of the unit. Raises NotThere for others."""
    roles = _roles(session, actor)
    if actor.kind == "operator" or roles & {ADMINISTRATOR, COORDINATING}:
        return
    works = {role.unit_id for role in roles_of(session, actor.municipality_id, party_id)}
    if not works & set(led_units(session, actor)):
        raise NotThere(party_id)


def may_end(session: Session, actor: Actor) -> bool:
    """Whether the actor may close an account: administrator or coordinating unit."""
    return actor.kind == "operator" or bool(_roles(session, actor) & {ADMINISTRATOR, COORDINATING})


def led_units(session: Session, actor: Actor) -> list[str]:
    """The units the actor leads, with those below."""
    led = select(StaffRole.unit_id).where(
        StaffRole.municipality_id == actor.municipality_id,
        StaffRole.party_id == actor.party_id,
        StaffRole.role == LEADER,
        StaffRole.until_at.is_(None),
    )
    below = select(Unit.id).where(or_(Unit.id.in_(led), Unit.parent_id.in_(led)))
    return list(session.execute(below).scalars())


def _may_end(session: Session, actor: Actor) -> None:
    if not may_end(session, actor):
        who = ("administrator", "coordinating_unit")
        raise Refused([Denial("not_yours_to_decide", {}, who)])


def _roles(session: Session, actor: Actor) -> frozenset[str]:
    found = select(StaffRole.role).where(
        StaffRole.municipality_id == actor.municipality_id,
        StaffRole.party_id == actor.party_id,
        StaffRole.until_at.is_(None),
    )
    return frozenset(session.execute(found).scalars())


def _everywhere(roles: frozenset[str], kind: str) -> bool:
    """Whether another role than a leader's lets the actor hand on that kind."""
    return any(kind in MAY[role] for role in roles & {COORDINATING, ADMINISTRATOR})


def _led(session: Session, actor: Actor) -> set[str]:
    """The plans of the units the actor leads."""
    units = led_units(session, actor)
    found = select(Plan.id).where(
        Plan.municipality_id == actor.municipality_id,
        or_(
            Plan.service_unit_id.in_(units),
            Plan.service_unit_id.is_(None) & Plan.unit_id.in_(units),
        ),
    )
    return set(session.execute(found).scalars()) if units else set()


def _works_here(session: Session, municipality_id: str, party_id: str) -> Party:
    """Raises NotThere for anybody who holds no staff role here now."""
    party = session.get(Party, party_id) if "\x00" not in party_id else None
    if party is None or party.municipality_id != municipality_id:
        raise NotThere(party_id)
    if not roles_of(session, municipality_id, party_id):
        raise NotThere(party_id)
    return party


def _complete(
    session: Session, actor: Actor, leaver: str, form: HandOver, everything: Sequence[Held]
) -> None:
    """Every kind that needs a name has one: here, present, not the leaver. Raises BadInput."""
    needed = {FIELD[one.kind] for one in everything if one.kind in FIELD}
    wrong: list[tuple[str, str, Mapping[str, object]]] = []
    for name in HandOver.model_fields:
        key = getattr(form, name)
        if key is None:
            wrong += [(name, "missing", {})] if name in needed else []
        elif key == leaver or not roles_of(session, actor.municipality_id, key):
            wrong.append((name, "unknown_party", {}))
    if wrong:
        raise BadInput(wrong)


def _plan(handing: Handing, one: Held) -> None:
    row_id = one.clears
    handing.step(row_id, one, acting_id=handing.form.acting_id)


def _offer(handing: Handing, one: Held) -> None:
    handing.step(one.clears, one)


def _measure(handing: Handing, one: Held) -> None:
    to = _heir(handing, one, handing.form.measures_id)
    if to is None:
        raise BadInput([("measures_id", "missing", {})])
    handing.step("M19", one, to_party_id=to)


def _meeting(handing: Handing, one: Held) -> None:
    to = _heir(handing, one, handing.form.meetings_id)
    if to is None:
        raise BadInput([("meetings_id", "missing", {})])
    handing.step("V11", one, to_party_id=to, what=one.detail)


def _let_go(handing: Handing, one: Held) -> None:
    handing.step("A40", one, party_id=handing.party_id)


def _substitute(handing: Handing, one: Held) -> None:
    absences.replace_substitute(
        handing.session, handing.actor, one.key, handing.form.stand_in_id or "", handing.now
    )


def _duty(handing: Handing, one: Held) -> None:
    people.give_role(
        handing.session, handing.actor.municipality_id, handing.form.duty_id or "",
        one.unit_id or "", one.detail, handing.now,
    )  # fmt: skip


def _heir(handing: Handing, one: Held, wanted: str | None) -> str | None:
    """The one who was named, where the person lets them see the plan; else who has the plan now."""
    holders = _holders(handing, one)
    others = [key for key in holders if key != handing.party_id]
    if wanted and (wanted in others or _shared(handing, one, wanted) or not others):
        return wanted
    return others[0] if others else None


def _holders(handing: Handing, one: Held) -> list[str]:
    """Coordinator, acting, contact of a plan now, without the person."""
    found = handing.session.execute(
        select(Tenure.role, Tenure.party_id)
        .join(Plan, Plan.id == Tenure.plan_id)
        .where(
            Tenure.plan_id == one.plan_id,
            Tenure.until_at.is_(None),
            Tenure.role.in_(tuple(PLANS)),
            Tenure.party_id.is_distinct_from(Plan.person_id),
        )
        .order_by(Tenure.role.desc())
    )
    return [key for _, key in found if key]


def _shared(handing: Handing, one: Held, party_id: str) -> bool:
    found = select(Consent.id).where(
        Consent.plan_id == one.plan_id,
        Consent.receiver_id == party_id,
        Consent.withdrawn_at.is_(None),
        or_(Consent.until_at.is_(None), Consent.until_at > handing.now),
    )
    return handing.session.execute(found.limit(1)).first() is not None


PASSING: Mapping[str, Callable[[Handing, Held], None]] = {
    "coordinator": _plan, "acting": _plan, "contact": _plan,
    "offer.coordinator": _offer, "offer.measure": _offer, "offer": _let_go,
    "accountable": _measure, "meeting": _meeting,
    "helper": _let_go, "question": _let_go, "case": _let_go,
    "substitute": _substitute, "duty": _duty,
}  # fmt: skip


def _end_roles(session: Session, party: Party, now: datetime) -> None:
    session.execute(
        update(StaffRole)
        .where(
            StaffRole.municipality_id == party.municipality_id,
            StaffRole.party_id == party.id,
            or_(StaffRole.until_at.is_(None), StaffRole.until_at > now),
        )
        .values(until_at=now)
    )


def _end_invitations(session: Session, party_id: str, now: datetime) -> None:
    session.execute(
        update(Invitation)
        .where(
            Invitation.party_id == party_id,
            Invitation.used_at.is_(None),
            Invitation.expires_at > now,
        )
        .values(expires_at=now)
    )


def _drop_deliveries(session: Session, party: Party, private: bool, now: datetime) -> None:
    """Nothing more is sent to them; of a private person's own matters it still is."""
    query = update(Delivery).where(
        Delivery.municipality_id == party.municipality_id,
        Delivery.recipient_id == party.id,
        Delivery.state == "waiting",
    )
    if private:
        own = select(Plan.id).where(
            Plan.municipality_id == party.municipality_id, Plan.person_id == party.id
        )
        told = select(Notice.id).where(Notice.recipient_id == party.id, Notice.plan_id.in_(own))
        query = query.where(Delivery.notice_id.not_in(told))
    session.execute(query.values(state="dropped", reason=LEFT, ended_at=now))


def _end_absences(session: Session, party: Party, now: datetime) -> None:
    mine = (Absence.municipality_id == party.municipality_id, Absence.party_id == party.id)
    running = update(Absence).where(*mine, Absence.until_at > now, Absence.from_at <= now)
    coming = update(Absence).where(*mine, Absence.from_at > now)
    session.execute(running.values(until_at=now))
    session.execute(coming.values(until_at=Absence.from_at))
