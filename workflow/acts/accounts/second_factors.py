"""What a local account has beside its password: which, whether it must, and whether a proof is good."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from workflow.acts.accounts import mail, passwords, recovery_codes, throttle, totp
from workflow.acts.accounts.sessions import Reader
from workflow.record.history.municipal_chain import change_rows
from workflow.record.models import Authenticator, Party

STRONG = ("totp", "passkey")
WEAK_METHODS = frozenset({"password", "invitation"})


class TooManyTries(Exception):
    """Too many wrong codes: the account must wait a while."""


@dataclass(frozen=True, slots=True)
class OwnAuthenticator:
    """One authenticator as its owner sees it: kind totp or passkey, her own name for it."""

    id: str
    kind: str
    name: str
    since: datetime
    used_at: datetime | None


@dataclass(frozen=True, slots=True)
class Factors:
    """All that a party has beside a password."""

    held: Sequence[OwnAuthenticator]
    codes_left: int

    @property
    def any(self) -> bool:
        """Whether there is a second step at sign-in; recovery codes alone are none."""
        return bool(self.held)

    @property
    def app(self) -> bool:
        """Whether an app makes codes."""
        return any(one.kind == "totp" for one in self.held)

    @property
    def passkey(self) -> bool:
        """Whether there is a passkey."""
        return any(one.kind == "passkey" for one in self.held)


def of(session: Session, party_id: str) -> Factors:
    """What a party has, the oldest first."""
    rows = session.execute(
        select(Authenticator)
        .where(
            Authenticator.party_id == party_id,
            Authenticator.kind.in_(STRONG),
            Authenticator.confirmed_at.is_not(None),
        )
        .order_by(Authenticator.created_at, Authenticator.id)
    ).scalars()
    held = [
        OwnAuthenticator(row.id, row.kind, row.name, row.created_at, row.used_at) for row in rows
    ]
    return Factors(held, recovery_codes.count_left(session, party_id))


def must_set_up(reader: Reader, required: bool) -> bool:
    """Whether staff came in by a password alone where the installation asks for more."""
    return required and reader.is_staff and reader.method in WEAK_METHODS


def by_code(session: Session, party_id: str, code: str, secret: str, now: datetime) -> str:
    """How a code proves who somebody is, «totp» or «recovery», or nothing. Raises TooManyTries.

    The try is noted first; commit it whatever the answer.
    """
    tried = throttle.key(secret, "second", party_id, throttle.SECOND_STEP)
    if throttle.take(session, (tried,), now):
        raise TooManyTries
    method = ""
    if totp.check(session, party_id, code, secret, now):
        method = "totp"
    elif recovery_codes.spend(session, party_id, code, now):
        method = "recovery"
    if method:
        throttle.clear(session, tried, (), now)
    return method


def check(
    session: Session, party: Party, form: Mapping[str, str], *, secret: str, now: datetime
) -> bool:
    """Whether a form with `code` or `password` proves that the party sits there. Raises TooManyTries.

    With a second factor it is the code that counts, else the password. The try is noted:
    commit whatever the answer.
    """
    if of(session, party.id).any:
        return bool(by_code(session, party.id, form.get("code", ""), secret, now))
    tried = throttle.key(secret, "account", party.email, throttle.ACCOUNT)
    if throttle.take(session, (tried,), now):
        raise TooManyTries
    account = passwords.account(session, party.id)
    right = account is not None and passwords.fits(account.hashed, form.get("password", ""))
    if right:
        throttle.clear(session, tried, (), now)
    return right


def first_codes(session: Session, party: Party, now: datetime) -> list[str]:
    """Codes for paper, made with the first second factor; none where there are any left."""
    if recovery_codes.count_left(session, party.id):
        return []
    return recovery_codes.renew(session, party, now)


def take_away(session: Session, party: Party, authenticator_id: str, now: datetime) -> bool:
    """Takes one of the party's authenticators away and says so by e-mail; whether there was one.

    With the last of them the recovery codes go too.
    """
    named = delete(Authenticator).where(
        Authenticator.id == authenticator_id,
        Authenticator.party_id == party.id,
        Authenticator.kind.in_(STRONG),
    )
    if not change_rows(session, named):
        return False
    if not of(session, party.id).any:
        forget_all(session, party.id)
    tell_change(session, party, now)
    return True


def forget_all(session: Session, party_id: str) -> int:
    """Takes everything beside the password away; returns how many authenticators that were."""
    return change_rows(session, delete(Authenticator).where(Authenticator.party_id == party_id))


def tell_change(session: Session, party: Party, now: datetime) -> None:
    """Tells the account's e-mail that the sign-in was changed, without saying what."""
    mail.notify_account(session.connection(), party, now)
