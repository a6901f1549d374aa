"""Local passwords and one-time links; sessions live in `sessions`, and no act on a plan lives here."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from sqlalchemy import ColumnElement, and_, func, select, update
from sqlalchemy.orm import Session

from workflow.acts.sessions import digest, end_all, open_session
from workflow.record.models import Credential, Invitation, Party

INVITATION_LASTS = timedelta(days=7)
SHORTEST_PASSWORD = 12
LONGEST_PASSWORD = 200
HASHER = PasswordHasher()


class LinkSpent(Exception):
    """The one-time link is unknown, used or too old."""


def sign_in(session: Session, party: Party, now: datetime, method: str = "password") -> str:
    """Opens a session for whoever has just proved who they are; returns the cookie's token."""
    return open_session(session, party, now, method=method)


def by_password(session: Session, email: str, password: str) -> Party | None:
    """The party whose e-mail and password these are; takes as long when there is none."""
    found = session.execute(
        select(Party, Credential)
        .join(Credential, Credential.party_id == Party.id)
        .where(func.lower(Party.email) == email.strip().lower(), Party.deactivated_at.is_(None))
        .limit(1)
    ).first()
    fits = _fits(found[1].password_hash if found else _nobodys(), password)
    return found[0] if found and fits else None


@cache
def _nobodys() -> str:
    """A hash that no password fits, so that an unknown e-mail takes as long as a known one."""
    return HASHER.hash(secrets.token_urlsafe(32))


def _fits(hashed: str, password: str) -> bool:
    try:
        return HASHER.verify(hashed, password[:LONGEST_PASSWORD])
    except (VerifyMismatchError, InvalidHashError):
        return False


def invite(session: Session, party: Party, now: datetime) -> str:
    """Makes a one-time link's token, good for seven calendar days; the older links of the party end."""
    old = and_(Invitation.party_id == party.id, Invitation.used_at.is_(None))
    session.execute(update(Invitation).where(old).values(used_at=now))
    token = secrets.token_urlsafe(32)
    session.add(
        Invitation(
            municipality_id=party.municipality_id,
            party_id=party.id,
            token_hash=digest(token),
            created_at=now,
            expires_at=now + INVITATION_LASTS,
        )
    )
    return token


def invited(session: Session, token: str, now: datetime) -> Party:
    """The party whom a one-time link is for; raises LinkSpent."""
    found = session.execute(
        select(Party)
        .join(Invitation, Invitation.party_id == Party.id)
        .where(*_unspent(token, now), Party.deactivated_at.is_(None))
    ).scalar_one_or_none()
    if found is None:
        raise LinkSpent
    return found


def _unspent(token: str, now: datetime) -> tuple[ColumnElement[bool], ...]:
    fresh = Invitation.expires_at > now
    return Invitation.token_hash == digest(token), Invitation.used_at.is_(None), fresh


def choose_password(session: Session, token: str, password: str, now: datetime) -> Party:
    """Spends a one-time link on a new password and ends every older session; raises LinkSpent."""
    party = invited(session, token, now)
    spent = session.execute(update(Invitation).where(*_unspent(token, now)).values(used_at=now))
    if not getattr(spent, "rowcount", 0):
        raise LinkSpent
    _store_password(session, party, HASHER.hash(password), now)
    end_all(session, party.id, now, "revoked")
    return party


def _store_password(session: Session, party: Party, hashed: str, now: datetime) -> None:
    mine = and_(
        Credential.municipality_id == party.municipality_id, Credential.party_id == party.id
    )
    kept = session.execute(select(Credential).where(mine)).scalar_one_or_none()
    if kept is None:
        kept = Credential(municipality_id=party.municipality_id, party_id=party.id)
        session.add(kept)
    kept.password_hash, kept.changed_at = hashed, now


def speak(session: Session, party_id: str, language: str) -> None:
    """Keeps the reader's choice of language form."""
    session.execute(update(Party).where(Party.id == party_id).values(language=language))
