"""Local passwords: chosen, checked and changed."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from workflow.acts.accounts import password_lists
from workflow.acts.accounts.sessions import end_all
from workflow.record.access.ways_in import is_email_taken
from workflow.record.history.municipal_chain import change_rows, note_objects
from workflow.record.in_force import has_account
from workflow.record.models import Credential, MunicipalityRow, Party
from workflow.record.same_party import has_email
from workflow.rules.accounts.password_rules import find_weakness, normalise, words_of

HASHER = PasswordHasher()  # argon2id, RFC 9106's second choice: 64 MiB, three passes, four lanes

MOST_ACCOUNTS = 20


class PasswordRefused(Exception):
    """A new password is one that others would guess; the message is the code of why."""


class WrongPassword(Exception):
    """The password given is not the account's."""


@dataclass(frozen=True, slots=True)
class LocalAccount:
    """A party who may sign in with a password, and the hash that is stored."""

    party: Party
    hashed: str


def account_of(session: Session, email: str) -> LocalAccount | None:
    """The local account with that e-mail; of several, the one whose password was chosen last."""
    row = session.execute(
        select(Party, Credential.password_hash)
        .join(Credential, Credential.party_id == Party.id)
        .where(has_email(Party, email), has_account(Party))
        .order_by(Credential.changed_at.desc())
        .limit(1)
    ).first()
    return LocalAccount(row[0], row[1]) if row else None


def account(session: Session, party_id: str) -> LocalAccount | None:
    """The local account of a party, or None where they sign in another way only."""
    row = session.execute(
        select(Party, Credential.password_hash)
        .join(Credential, Credential.party_id == Party.id)
        .where(Party.id == party_id, has_account(Party))
    ).first()
    return LocalAccount(row[0], row[1]) if row else None


def by_password(session: Session, email: str, password: str) -> Party | None:
    """The party whose e-mail and password these are; one verification, also where there is none."""
    login = account_of(session, email)
    right = fits(login.hashed if login else _nobodys(), password)
    return login.party if login and right else None


@cache
def _nobodys() -> str:
    """A hash that no password fits, so that an unknown e-mail takes as long as a known one."""
    return HASHER.hash(secrets.token_urlsafe(32))


def fits(hashed: str, password: str) -> bool:
    """Whether a password is the one that was hashed."""
    try:
        return HASHER.verify(hashed, normalise(password))
    except (VerifyMismatchError, InvalidHashError):
        return False


def hash_password(password: str) -> str:
    """What is stored of a password."""
    return HASHER.hash(normalise(password))


def keep_strong(session: Session, party: Party, password: str) -> None:
    """Hashes a right password anew where the stored hash was made with weaker parameters."""
    login = account(session, party.id)
    if login is not None and HASHER.check_needs_rehash(login.hashed):
        mine = Credential.party_id == party.id, Credential.password_hash == login.hashed
        new = update(Credential).where(*mine).values(password_hash=hash_password(password))
        change_rows(session, new)


def refusal(session: Session, party: Party, password: str, breached: str = "") -> str:
    """Why the party may not choose this password, as a code, or nothing.

    Codes of `find_weakness`, and `breached` for one that stands in the file of
    leaked passwords at the path `breached`. Raises BreachedListUnreadable.
    """
    town = session.execute(select(MunicipalityRow)).scalar_one_or_none()
    own = words_of((party.name, party.email, town.name if town else ""))
    code = find_weakness(password, own, password_lists.common())
    if code:
        return code
    return "breached" if password_lists.is_breached(password, breached) else ""


def refuse_weak(session: Session, party: Party, password: str, breached: str = "") -> None:
    """Raises PasswordRefused where `refusal` says why."""
    code = refusal(session, party, password, breached)
    if code:
        raise PasswordRefused(code)


def store(session: Session, party: Party, password_hash: str, now: datetime) -> None:
    """Keeps the hash of a new password, chosen now. Raises PasswordRefused (`email_taken`)."""
    if is_email_taken(session, party.id, party.email):
        raise PasswordRefused("email_taken")
    mine = select(Credential).where(Credential.party_id == party.id)
    kept = session.execute(mine).scalar_one_or_none()
    if kept is None:
        kept = Credential(party_id=party.id)
        session.add(kept)
    kept.password_hash, kept.changed_at = password_hash, now
    note_objects(session, kept)


def change(
    session: Session,
    party: Party,
    current: str,
    new: str,
    now: datetime,
    *,
    here: str,
    breached: str = "",
) -> None:
    """A new password in place of the current one; every session but `here` ends.

    Raises WrongPassword and PasswordRefused.
    """
    login = account(session, party.id)
    if login is None or not fits(login.hashed, current):
        raise WrongPassword
    refuse_weak(session, party, new, breached)
    store(session, party, hash_password(new), now)
    end_all(session, party.id, now, "revoked", but=here)
