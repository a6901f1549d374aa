"""One-time links that set up a local account, or a new password for it."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, select, update
from sqlalchemy.orm import Session

from workflow.acts.accounts import password_reset, passwords
from workflow.acts.accounts.sessions import digest_token, end_all
from workflow.record.access.open_plan import Actor, write_trace
from workflow.record.access.ways_in import has_way_in
from workflow.record.history.municipal_chain import change_rows, insert_rows
from workflow.record.in_force import has_account
from workflow.record.models import Invitation, Party, new_id

INVITATION_LASTS = timedelta(days=7)
OF_ACCOUNTS_IN_USE = (password_reset.PURPOSE,)
PURPOSES = ("", *OF_ACCOUNTS_IN_USE)


class LinkSpent(Exception):
    """The one-time link is unknown, used or too old."""


class AccountInUse(Exception):
    """The account has a way in already: a link would hand it to whoever holds the link."""


def make_invitation(session: Session, party: Party, now: datetime) -> str:
    """Makes a one-time link's token, good for seven calendar days; the older links of the party end.

    Only for somebody who has never come in: of an account in use the holder alone chooses how, and whoever
    has lost a password asks for a link by e-mail. A trace says that the operator made it (`invite`; plan_ids
    holds the party). Raises AccountInUse.
    """
    if has_way_in(session, party.id):
        raise AccountInUse(party.id)
    write_trace(session, Actor.operator(), "invite", "operator", now, plan_ids=party.id)
    spend_others(session, party.id, now)
    token = secrets.token_urlsafe(32)
    values = {
        "id": new_id(),
        "party_id": party.id,
        "token_hash": digest_token(token),
        "created_at": now,
        "expires_at": now + INVITATION_LASTS,
    }
    insert_rows(session, Invitation, values)
    return token


def invited_party(session: Session, token: str, now: datetime) -> Party:
    """The party whom a one-time link is for; raises LinkSpent."""
    row = session.execute(
        select(Party, Invitation.purpose)
        .join(Invitation, Invitation.party_id == Party.id)
        .where(*_unspent(token, now), has_account(Party))
    ).one_or_none()
    if row is None:
        raise LinkSpent
    party, purpose = row
    # A first link outlives its use where she has come in another way meanwhile.
    if purpose not in OF_ACCOUNTS_IN_USE and has_way_in(session, party.id):
        raise LinkSpent
    return party


def _unspent(token: str, now: datetime) -> tuple[ColumnElement[bool], ...]:
    fresh = Invitation.expires_at > now
    mine = Invitation.token_hash == digest_token(token), Invitation.purpose.in_(PURPOSES)
    return *mine, Invitation.used_at.is_(None), fresh


def choose_password(
    session: Session, token: str, password: str, now: datetime, breached: str = ""
) -> Party:
    """Spends a one-time link on a new password and ends every older session.

    `breached` is the path of the file of leaked passwords, or nothing. Raises LinkSpent, and
    PasswordRefused, which leaves the link as it was.
    """
    party = invited_party(session, token, now)
    # Before the link is spent: who chose a weak one may try another with the same link.
    passwords.refuse_weak(session, party, password, breached)
    unspent = update(Invitation).where(*_unspent(token, now))
    # Two may have opened the link at once: one of them chooses the password.
    if not change_rows(session, unspent.values(used_at=now)):
        raise LinkSpent
    spend_others(session, party.id, now)
    passwords.store(session, party, passwords.hash_password(password), now)
    end_all(session, party.id, now, "revoked")
    return party


def spend_others(session: Session, party_id: str, now: datetime) -> None:
    """Ends every link by which a password of the party could be chosen once more."""
    left = and_(
        Invitation.party_id == party_id,
        Invitation.purpose.in_(PURPOSES),
        Invitation.used_at.is_(None),
    )
    change_rows(session, update(Invitation).where(left).values(used_at=now))


def speak(session: Session, party_id: str, language: str) -> None:
    """Keeps the reader's choice of language form."""
    change_rows(session, update(Party).where(Party.id == party_id).values(language=language))
