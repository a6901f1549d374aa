"""Somebody leaves: what they hold goes to named humans first, then the account ends."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from workflow import security_log
from workflow.acts.accounts.sessions import end_all
from workflow.acts.engine.fire import fire
from workflow.acts.offboarding.steps import StaffLeaves
from workflow.acts.people.register import is_private
from workflow.record.access import role_holders
from workflow.record.access.open_plan import Actor
from workflow.record.history.municipal_chain import change_rows
from workflow.record.in_force import has_not_begun, holds_or_will, is_away
from workflow.record.lists.responsibilities import (
    Responsibility,
    held_roles_of,
    list_responsibilities,
    plans_around,
)
from workflow.record.models import (
    Absence,
    Delivery,
    Invitation,
    Notice,
    Party,
    Plan,
    StaffRole,
)
from workflow.rules.engine.denials import Denial, NotThere, Refused, StillHolds
from workflow.rules.names.steps import PlanStep

LEFT = "left"
COORDINATING, ADMINISTRATOR, LEADER = "coordinating", "administrator", "leader"


def responsibilities_of(session: Session, party_id: str, now: datetime) -> list[Responsibility]:
    """Everything a party still holds that must pass to somebody before they can go.

    Raises NotThere for somebody who does not work here.
    """
    _works_here(session, party_id, now)
    return list_responsibilities(session, party_id, now)


def deactivate(session: Session, actor: Actor, party_id: str, now: datetime) -> None:
    """End somebody's work here, in the caller's transaction. Refused while anything is held.

    1. Places around plans end, each with its event. 2. Roles end. 3. Sign-ins and invitations end.
    4. What waits to be sent is dropped. 5. Own absences end. 6. The account closes, unless the
    same human has a plan, or stands by somebody, as a private person. Raises NotThere, Refused,
    StillHolds.
    """
    party = _works_here(session, party_id, now)
    _may_end(session, actor, now)
    # Whoever is giving them something now is waited for; whoever comes after sees that they left.
    session.execute(select(Party.id).where(Party.id == party_id).with_for_update())
    responsibilities = responsibilities_of(session, party_id, now)
    if responsibilities:
        who = tuple(dict.fromkeys(name for one in responsibilities for name in one.who_can))
        raise StillHolds(party.name, responsibilities, who)
    clock = Actor.clock()
    for plan_id in plans_around(session, party_id):
        form = StaffLeaves(party_id=party_id)
        fire(session, clock, PlanStep.STAFF_LEAVES, plan_id=plan_id, form=form, now=now)
    _end_roles(session, party, now)
    end_all(session, party_id, now, "deactivated")
    security_log.note("deactivated", subject=party_id, party=actor.party_id)
    _end_invitations(session, party_id, now)
    private = is_private(session, party)
    _drop_deliveries(session, party, private, now)
    _end_absences(session, party, now)
    if not private:
        change_rows(session, update(Party).where(Party.id == party_id).values(deactivated_at=now))
    session.expire_all()


def require_reach(session: Session, actor: Actor, party_id: str, now: datetime) -> None:
    """Administrator, coordinating unit, or a leader of the unit. Raises NotThere for others."""
    roles = roles_now(session, actor, now)
    if actor.kind == "operator" or roles & {ADMINISTRATOR, COORDINATING}:
        return
    works = {role.unit_id for role in held_roles_of(session, party_id, now)}
    if not works & set(led_units(session, actor, now)):
        raise NotThere(party_id)


def may_end(session: Session, actor: Actor, now: datetime) -> bool:
    """Whether the actor may close an account: administrator or coordinating unit."""
    return actor.kind == "operator" or bool(
        roles_now(session, actor, now) & {ADMINISTRATOR, COORDINATING}
    )


def led_units(session: Session, actor: Actor, now: datetime) -> list[str]:
    """The units the actor leads, with those below."""
    return list(session.execute(role_holders.units_led(actor.party_id, now)).scalars())


def _may_end(session: Session, actor: Actor, now: datetime) -> None:
    if not may_end(session, actor, now):
        who = ("administrator", "coordinating_unit")
        raise Refused([Denial("not_yours_to_decide", {}, who)])


def roles_now(session: Session, actor: Actor, now: datetime) -> frozenset[str]:
    return role_holders.roles_of(session, actor.party_id, now)


def _works_here(session: Session, party_id: str, now: datetime) -> Party:
    """Raises NotThere for anybody who holds no staff role here now."""
    party = session.get(Party, party_id) if "\x00" not in party_id else None
    if party is None:
        raise NotThere(party_id)
    if not held_roles_of(session, party_id, now):
        raise NotThere(party_id)
    return party


def _end_roles(session: Session, party: Party, now: datetime) -> None:
    held = update(StaffRole).where(
        StaffRole.party_id == party.id,
        holds_or_will(StaffRole, now),
    )
    change_rows(session, held.values(until_at=now))


def _end_invitations(session: Session, party_id: str, now: datetime) -> None:
    waiting = update(Invitation).where(
        Invitation.party_id == party_id,
        Invitation.used_at.is_(None),
        Invitation.expires_at > now,
    )
    change_rows(session, waiting.values(expires_at=now))


def _drop_deliveries(session: Session, party: Party, private: bool, now: datetime) -> None:
    """Nothing more is sent to them; of a private person's own matters it still is."""
    query = update(Delivery).where(
        Delivery.recipient_id == party.id,
        Delivery.state == "waiting",
    )
    if private:
        own = select(Plan.id).where(Plan.person_id == party.id)
        told = select(Notice.id).where(Notice.recipient_id == party.id, Notice.plan_id.in_(own))
        query = query.where(Delivery.notice_id.not_in(told))
    session.execute(query.values(state="dropped", reason=LEFT, ended_at=now))


def _end_absences(session: Session, party: Party, now: datetime) -> None:
    mine = (Absence.party_id == party.id,)
    running = update(Absence).where(*mine, is_away(Absence, now))
    # Ended where it begins, it holds at no instant (half-open).
    coming = update(Absence).where(*mine, has_not_begun(Absence, now))
    change_rows(session, running.values(until_at=now))
    change_rows(session, coming.values(until_at=Absence.from_at))
