"""Signing in and out: sessions, local passwords and one-time links; no act on a plan lives here."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from sqlalchemy import ColumnElement, Row, and_, func, or_, select, update
from sqlalchemy.orm import Session

from workflow.record.models import (
    Credential,
    Invitation,
    MunicipalityRow,
    Party,
    SignIn,
    StaffRole,
    Unit,
)

INVITATION_LASTS = timedelta(days=7)
IDLE_LIMIT = timedelta(hours=2)
SEEN_EVERY = timedelta(minutes=5)
SHORTEST_PASSWORD = 12
LONGEST_PASSWORD = 200
HASHER = PasswordHasher()


class LinkSpent(Exception):
    """The one-time link is unknown, used or too old."""


@dataclass(frozen=True)
class Reader:
    """Who is signed in: the party, the roles in force now and the session's own facts."""

    sign_in_id: str
    party_id: str
    municipality_id: str
    municipality: str
    name: str
    language: str
    phone: str
    seen_at: datetime
    beside_plan_id: str | None
    roles: frozenset[str]
    units: tuple[tuple[str, str], ...]

    @property
    def is_staff(self) -> bool:
        """Whether the party holds any role in a unit today."""
        return bool(self.roles)


def digest(token: str) -> str:
    """What is stored of a secret token."""
    return hashlib.sha256(token.encode()).hexdigest()


def sign_in(session: Session, party: Party, now: datetime) -> str:
    """Opens a session and returns the token for the cookie; only its digest is stored."""
    token = secrets.token_urlsafe(32)
    session.add(
        SignIn(
            municipality_id=party.municipality_id,
            party_id=party.id,
            token_hash=digest(token),
            created_at=now,
            seen_at=now,
        )
    )
    return token


def sign_out(session: Session, sign_in_id: str, now: datetime) -> None:
    """Ends one session at once."""
    session.execute(update(SignIn).where(SignIn.id == sign_in_id).values(ended_at=now))


def sign_out_everywhere(session: Session, party_id: str, now: datetime) -> None:
    """Ends every session of a party at once."""
    mine = and_(SignIn.party_id == party_id, SignIn.ended_at.is_(None))
    session.execute(update(SignIn).where(mine).values(ended_at=now))


def touch(session: Session, sign_in_id: str, now: datetime) -> None:
    """Notes that the session is still in use; called at most every five minutes."""
    session.execute(update(SignIn).where(SignIn.id == sign_in_id).values(seen_at=now))


def in_force(now: datetime) -> ColumnElement[bool]:
    """The roles that a party holds at the instant."""
    until = or_(StaffRole.until_at.is_(None), StaffRole.until_at > now)
    return and_(StaffRole.from_at <= now, until)


def reader_of(session: Session, token: str, now: datetime, lasts: timedelta) -> Reader | None:
    """The reader behind a cookie's token, or None once the session is ended, idle or too old."""
    rows = session.execute(
        select(SignIn, Party, MunicipalityRow.name, StaffRole.role, Unit.id, Unit.name)
        .join(Party, Party.id == SignIn.party_id)
        .join(MunicipalityRow, MunicipalityRow.id == SignIn.municipality_id)
        .outerjoin(StaffRole, and_(StaffRole.party_id == Party.id, in_force(now)))
        .outerjoin(Unit, Unit.id == StaffRole.unit_id)
        .where(
            SignIn.token_hash == digest(token),
            SignIn.ended_at.is_(None),
            SignIn.created_at > now - lasts,
            SignIn.seen_at > now - IDLE_LIMIT,
            Party.deactivated_at.is_(None),
        )
    ).all()
    return _reader(rows) if rows else None


def _reader(rows: Sequence[Row[SignIn, Party, str, str, str, str]]) -> Reader:
    opened, party, municipality = rows[0][:3]
    held = [(role, unit, name) for *_, role, unit, name in rows if role]
    return Reader(
        sign_in_id=opened.id,
        party_id=party.id,
        municipality_id=party.municipality_id,
        municipality=municipality,
        name=party.name,
        language=party.language,
        phone=party.phone,
        seen_at=opened.seen_at,
        beside_plan_id=opened.beside_plan_id,
        roles=frozenset(role for role, *_ in held),
        units=tuple(sorted({(unit, name) for _, unit, name in held})),
    )


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
    sign_out_everywhere(session, party.id, now)
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
