"""Guests: a relative or volunteer without a sign-in of their own opens one plan by a one-time link."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, exists, func, or_, select, update
from sqlalchemy.orm import Session

from workflow.acts.accounts import throttle
from workflow.acts.accounts.password_reset import new_link
from workflow.acts.accounts.sessions import digest_token, open_session
from workflow.acts.delivery.email_text import is_sendable
from workflow.record.access.open_plan import Actor, resolve_access, write_trace
from workflow.record.access.role_holders import works_here
from workflow.record.history.municipal_chain import change_rows
from workflow.record.in_force import has_account, takes_part
from workflow.record.models import (
    Credential,
    Identity,
    Invitation,
    Participant,
    Party,
    Plan,
    StaffRole,
)
from workflow.record.same_party import has_email
from workflow.rules.engine.denials import NotThere
from workflow.rules.engine.policy import may_read
from workflow.rules.engine.vocabulary import COORDINATORS, PERSON_SIDE

PURPOSE = "guest"
LASTS = timedelta(days=7)
KINDS = ("relative", "volunteer")
SENDERS = frozenset({*COORDINATORS, *PERSON_SIDE})
MOST_PLANS = 5


class LinkOver(Exception):
    """The link is unknown, used or too old, or the plan is not shared with the guest any more."""


@dataclass(frozen=True, slots=True)
class Guest:
    """Who a link is for and the one plan that it opens."""

    invitation_id: str
    party: Party
    plan_id: str


def can_get_link(session: Session, plan: Plan, now: datetime) -> frozenset[str]:
    """The ids of the participants of a plan whom a link can be sent to.

    Relatives and volunteers, and others who come from an organisation; with an e-mail, without a
    staff role and without another way to sign in; and the plan must be shared with them.
    """
    rows = session.execute(
        select(Participant.id, Party)
        .join(Party, Party.id == Participant.party_id)
        .where(
            Participant.plan_id == plan.id,
            *_may_be_guest(now),
        )
    ).all()
    return frozenset(
        key
        for key, party in rows
        if is_sendable(party.email) and _reads(session, party, plan.id, now)
    )


def _may_be_guest(now: datetime) -> tuple[ColumnElement[bool], ...]:
    """What holds of a guest's rows at the instant."""
    works = exists().where(
        StaffRole.party_id == Party.id,
        works_here(StaffRole, now),
    )
    outside = and_(Participant.kind == "professional", Participant.organisation != "")
    return (
        takes_part(Participant),
        or_(Participant.kind.in_(KINDS), outside),
        Party.email != "",
        has_account(Party),
        ~works,
        ~exists().where(Credential.party_id == Party.id),
        ~exists().where(Identity.party_id == Party.id),
    )


def _reads(session: Session, party: Party, plan_id: str, now: datetime) -> bool:
    """Whether the plan is shared with the party at this instant."""
    access = resolve_access(session, Actor(party.id), plan_id, now)
    return may_read("read", access.relations)


def send_link(
    session: Session, actor: Actor, plan: Plan, participant_id: str, secret: str, now: datetime
) -> str:
    """Sends a participant a link that is good for seven days and once; returns the name.

    The person or who coordinates sends it. It changes nothing in the plan: the consent that lets
    the guest in is an event already. So it leaves a trace (`guest_link`), which the person reads
    under who has looked. Raises NotThere for whoever may not send, or cannot be sent to.
    """
    ground = next((one for one in sorted(_relations(session, actor, plan, now) & SENDERS)), "")
    if not ground or participant_id not in can_get_link(session, plan, now):
        raise NotThere(participant_id)
    party = session.execute(
        select(Party)
        .join(Participant, Participant.party_id == Party.id)
        .where(Participant.id == participant_id)
    ).scalar_one()
    _link(session, party, plan.id, actor.party_id, secret, now)
    write_trace(session, actor, "guest_link", ground, now, plan_id=plan.id)
    return party.name


def _relations(session: Session, actor: Actor, plan: Plan, now: datetime) -> frozenset[str]:
    return resolve_access(session, actor, plan.id, now).relations


def _link(
    session: Session, party: Party, plan_id: str, made_by: str | None, secret: str, now: datetime
) -> None:
    """The link; a worker writes the e-mail, if the plan is still shared then."""
    new_link(session, party, PURPOSE, now + LASTS, secret, now, plan_id=plan_id, made_by=made_by)


def ask_again(session: Session, email: str, secret: str, now: datetime) -> None:
    """Sends whoever was sent a link before a new one; nothing is returned, known or not.

    At most three an hour. Only for plans that are shared with the guest when the e-mail goes out.
    """
    asked = throttle.key(secret, "guest", email, throttle.LINKS)
    if throttle.take(session, (asked,), now):
        return
    for party, plan_id, made_by in _sent_before(session, email):
        _link(session, party, plan_id, made_by, secret, now)


def _sent_before(session: Session, email: str) -> Sequence[tuple[Party, str, str | None]]:
    rows = session.execute(
        select(Party, Invitation.plan_id, func.max(Invitation.made_by))
        .join(Invitation, Invitation.party_id == Party.id)
        .where(
            has_email(Party, email),
            Invitation.purpose == PURPOSE,
            has_account(Party),
        )
        .group_by(Party.id, Invitation.plan_id)
        .limit(MOST_PLANS)
    ).all()
    return [(row[0], row[1] or "", row[2]) for row in rows]


def find_guest(session: Session, token: str, now: datetime) -> Guest:
    """Who a link is for; looking spends nothing and says nothing of the plan. Raises LinkOver."""
    row = session.execute(
        select(Invitation, Party)
        .join(Party, Party.id == Invitation.party_id)
        .where(
            Invitation.token_hash == digest_token(token),
            Invitation.purpose == PURPOSE,
            Invitation.used_at.is_(None),
            Invitation.expires_at > now,
            has_account(Party),
        )
    ).first()
    if row is None:
        raise LinkOver
    return Guest(row[0].id, row[1], row[0].plan_id or "")


def enter(session: Session, token: str, now: datetime, device: str = "") -> tuple[Guest, str]:
    """Spends a link and opens the guest's session; two at once: one gets in. Raises LinkOver.

    Nothing of it stays where the plan is not shared with the guest any more: the caller's
    transaction must end with the exception.
    """
    guest = find_guest(session, token, now)
    unspent = update(Invitation).where(
        Invitation.id == guest.invitation_id, Invitation.used_at.is_(None)
    )
    once = unspent.values(used_at=now).execution_options(synchronize_session=False)
    if not change_rows(session, once):
        raise LinkOver
    opened = open_session(
        session, guest.party, now, method="guest", device=device, plan_id=guest.plan_id
    )
    if not _may_enter(session, guest, now):
        raise LinkOver
    return guest, opened


def _may_enter(session: Session, guest: Guest, now: datetime) -> bool:
    """Whether the guest is still around the plan, has no other way in, and the plan is shared."""
    around = (
        select(Participant.id)
        .join(Party, Party.id == Participant.party_id)
        .where(
            Party.id == guest.party.id, Participant.plan_id == guest.plan_id, *_may_be_guest(now)
        )
    )
    here = session.execute(around).first() is not None
    return here and _reads(session, guest.party, guest.plan_id, now)
