"""Server-side sessions: opened, found, renewed and ended, so that an end holds at once on every device."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Row, and_, case, exists, or_, select, true, update
from sqlalchemy.orm import Session, aliased

from workflow import security_log
from workflow.record.in_force import has_account, holds_role
from workflow.record.models import MunicipalityRow, Party, SignIn, StaffRole, Unit
from workflow.settings import Settings

# A page that is read would else be a write, and on SQLite wait for every other.
SEEN_EVERY = timedelta(minutes=5)
PROOF_LASTS = 5  # minutes
LONGEST_DEVICE = 120
ROLE = aliased(StaffRole)


@dataclass(frozen=True, slots=True)
class Limits:
    """How long a session lives: unused, and however much it is used; a guest's lives shorter."""

    idle: timedelta = timedelta(hours=2)
    lasts: timedelta = timedelta(hours=10)
    guest_idle: timedelta = timedelta(minutes=30)
    guest_lasts: timedelta = timedelta(hours=4)

    @classmethod
    def of(cls, settings: Settings) -> Limits:
        """The limits that the settings give."""
        return cls(
            timedelta(minutes=settings.session_idle_minutes),
            timedelta(hours=settings.session_hours),
            timedelta(minutes=settings.guest_idle_minutes),
            timedelta(hours=settings.guest_hours),
        )


USUAL = Limits()


@dataclass(frozen=True)
class Reader:
    """Who is signed in: the party, the roles in force now and the session's own facts.

    plan_id: a guest's one plan, None for everybody else. proved_at: the last proof of who they are.
    private: she came in by a door for persons; what she has as staff stays closed.
    """

    sign_in_id: str
    party_id: str
    municipality: str
    name: str
    language: str
    phone: str
    seen_at: datetime
    beside_plan_id: str | None
    roles: frozenset[str]
    units: tuple[tuple[str, str], ...]
    plan_id: str | None = None
    method: str = ""
    proved_at: datetime | None = None
    provider: str = ""
    private: bool = False

    @property
    def is_staff(self) -> bool:
        """Whether the party holds any role in a unit today."""
        return bool(self.roles)


@dataclass(frozen=True, slots=True)
class OwnSession:
    """One of a party's open sessions, as the party sees it."""

    sign_in_id: str
    device: str
    method: str
    provider: str
    since: datetime
    seen_at: datetime


def digest_token(token: str) -> str:
    """What is stored of a secret token."""
    return hashlib.sha256(token.encode()).hexdigest()


def open_session(
    session: Session,
    party: Party,
    now: datetime,
    *,
    method: str,
    device: str = "",
    acr: str = "",
    provider: str = "",
    provider_subject: str = "",
    provider_session: str = "",
    plan_id: str | None = None,
    replaces: str | None = None,
) -> str:
    """Opens a session and returns the token for the cookie; only its digest is stored.

    `replaces` is the session that the same browser had before: it ends. Signing in is a proof of
    who one is, but a guest's link is not.
    """
    if replaces:
        end_one(session, replaces, now, "replaced")
    token = secrets.token_urlsafe(32)
    session.add(
        SignIn(
            party_id=party.id,
            token_hash=digest_token(token),
            created_at=now,
            seen_at=now,
            method=method,
            device=device[:LONGEST_DEVICE],
            acr=acr,
            provider=provider,
            provider_subject=provider_subject,
            provider_session=provider_session,
            plan_id=plan_id,
            # A link says who was meant and not who opened it.
            proved_at=None if plan_id else now,
        )
    )
    session.flush()
    return token


def renew(session: Session, sign_in_id: str, now: datetime) -> str:
    """A new token for a session whose reader has just proved who they are; the old one is dead.

    The session's beginning stays, so that proving again does not make it live longer.
    """
    token = secrets.token_urlsafe(32)
    session.execute(
        update(SignIn)
        .where(SignIn.id == sign_in_id)
        .values(token_hash=digest_token(token), proved_at=now, seen_at=now)
    )
    return token


def has_proved_lately(reader: Reader, now: datetime, minutes: int = PROOF_LASTS) -> bool:
    """Whether the reader proved who they are within the last minutes; a guest never has."""
    proved = reader.proved_at
    return proved is not None and now - proved <= timedelta(minutes=minutes)


def end_one(session: Session, sign_in_id: str, now: datetime, because: str) -> None:
    """Ends one session at once."""
    _end(session, now, because, SignIn.id == sign_in_id)


def end_mine(session: Session, party_id: str, sign_in_id: str, now: datetime) -> bool:
    """Ends one of the party's own sessions; says whether there was such a one."""
    # PostgreSQL takes no NUL in a text and would fail, where there simply is no such session.
    if not sign_in_id.isprintable():
        return False
    return _end(session, now, "revoked", SignIn.id == sign_in_id, SignIn.party_id == party_id) > 0


def end_all(
    session: Session, party_id: str, now: datetime, because: str, but: str | None = None
) -> int:
    """Ends every session of a party at once, all `but` one where it is named; returns how many."""
    kept = () if but is None else (SignIn.id != but,)
    return _end(session, now, because, SignIn.party_id == party_id, *kept)


def end_at_provider(
    session: Session, provider: str, now: datetime, *, subject: str = "", sid: str = ""
) -> int:
    """Ends what a provider says is over: its session `sid`, else all of its `subject`."""
    known = SignIn.provider_session == sid if sid else SignIn.provider_subject == subject
    both = (known, SignIn.provider_subject == subject) if sid and subject else (known,)
    return _end(session, now, "provider", SignIn.provider == provider, *both)


def end_old_sessions(session: Session, party_id: str, at: datetime) -> int:
    """Ends a party's sessions at the instant from which they hold another role than before.

    Whoever writes a staff role calls this in the same transaction (tests/workflow/test_sessions).
    """
    security_log.note("role_changed", subject=party_id)
    return end_all(session, party_id, at, "role_changed")


def _end(session: Session, at: datetime, because: str, *which: ColumnElement[bool]) -> int:
    ended = session.execute(
        update(SignIn).where(*which, _not_ended(at)).values(ended_at=at, ended_because=because)
    )
    return int(getattr(ended, "rowcount", 0))


def touch(session: Session, sign_in_id: str, now: datetime) -> None:
    """Notes that the session is still in use; called at most every five minutes."""
    session.execute(update(SignIn).where(SignIn.id == sign_in_id).values(seen_at=now))


def in_force(now: datetime) -> ColumnElement[bool]:
    """The roles that a party holds at the instant."""
    return holds_role(StaffRole, now)


def _not_ended(now: datetime) -> ColumnElement[bool]:
    return or_(SignIn.ended_at.is_(None), SignIn.ended_at > now)


def alive(now: datetime, limits: Limits) -> tuple[ColumnElement[bool], ...]:
    """What holds of a session that opens pages at the instant.

    A role that began or ended after the session was opened ends it too, so that a role given for
    a day to come takes effect on that day.
    """
    guest = SignIn.plan_id.is_not(None)
    changed = exists().where(
        ROLE.party_id == SignIn.party_id,
        or_(
            and_(ROLE.from_at > SignIn.created_at, ROLE.from_at <= now),
            and_(ROLE.until_at > SignIn.created_at, ROLE.until_at <= now),
        ),
    )
    return (
        _not_ended(now),
        SignIn.created_at > case((guest, now - limits.guest_lasts), else_=now - limits.lasts),
        SignIn.seen_at > case((guest, now - limits.guest_idle), else_=now - limits.idle),
        ~changed,
    )


def reader_of(session: Session, token: str, now: datetime, limits: Limits = USUAL) -> Reader | None:
    """The reader behind a cookie's token, or None once the session is ended, idle or too old."""
    rows = session.execute(
        select(SignIn, Party, MunicipalityRow.name, StaffRole.role, Unit.id, Unit.name)
        .join(Party, Party.id == SignIn.party_id)
        .join(MunicipalityRow, true())
        .outerjoin(StaffRole, and_(StaffRole.party_id == Party.id, in_force(now)))
        .outerjoin(Unit, Unit.id == StaffRole.unit_id)
        .where(
            SignIn.token_hash == digest_token(token),
            has_account(Party),
            *alive(now, limits),
        )
    ).all()
    return _reader(rows) if rows else None


def _reader(rows: Sequence[Row[SignIn, Party, str, str, str, str]]) -> Reader:
    """A guest's session holds no role: it opens one plan, whoever the guest is elsewhere."""
    opened, party, municipality = rows[0][:3]
    roles = [] if opened.plan_id else rows
    held = [(role, unit, name) for *_, role, unit, name in roles if role]
    return Reader(
        sign_in_id=opened.id,
        party_id=party.id,
        municipality=municipality,
        name=party.name,
        language=party.language,
        phone=party.phone,
        seen_at=opened.seen_at,
        beside_plan_id=opened.beside_plan_id,
        roles=frozenset(role for role, *_ in held),
        units=tuple(sorted({(unit, name) for _, unit, name in held})),
        plan_id=opened.plan_id,
        method=opened.method,
        proved_at=opened.proved_at,
        provider=opened.provider,
    )


def mine(
    session: Session, party_id: str, now: datetime, limits: Limits = USUAL
) -> Sequence[OwnSession]:
    """A party's open sessions, the one used last first."""
    rows = session.execute(
        select(SignIn)
        .where(SignIn.party_id == party_id, *alive(now, limits))
        .order_by(SignIn.seen_at.desc(), SignIn.id)
    ).scalars()
    return [
        OwnSession(row.id, row.device, row.method, row.provider, row.created_at, row.seen_at)
        for row in rows
    ]
