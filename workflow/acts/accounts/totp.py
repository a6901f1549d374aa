"""Codes from an authenticator app (TOTP, RFC 6238): set up, confirmed and checked, each step used once."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from datetime import datetime

import pyotp
import segno
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from workflow.acts.accounts.sealing import SealBroken, seal_text, unseal_text
from workflow.record.history.municipal_chain import change_rows, insert_rows
from workflow.record.models import Authenticator, Party, new_id

KIND, PURPOSE = "totp", "totp"
STEP = 30  # seconds
LONGEST_NAME = 80
DRIFT = (-1, 0, 1)  # steps that a telephone's clock may be off


class CodeRefused(Exception):
    """The code is wrong, too old or already used."""


@dataclass(frozen=True, slots=True)
class AppSetup:
    """An app about to be set up: its row, its key for typing and its key as an address."""

    id: str
    key: str
    address: str

    @property
    def typed(self) -> str:
        """The key in groups of four, as one types it."""
        return " ".join(self.key[at : at + 4] for at in range(0, len(self.key), 4))

    def picture(self, title: str) -> str:
        """The address as a QR code: an inline SVG that needs no style."""
        return segno.make(self.address, error="m").svg_inline(
            scale=5, border=4, dark="#000", light="#fff", title=title, svgclass="qr", lineclass=None
        )


def begin(session: Session, party: Party, name: str, secret: str, now: datetime) -> AppSetup:
    """A new app with a fresh 160-bit key; it opens nothing until it is confirmed.

    An app begun before and not confirmed goes away.
    """
    left = Authenticator.party_id == party.id, Authenticator.kind == KIND
    unconfirmed = Authenticator.confirmed_at.is_(None)
    change_rows(session, delete(Authenticator).where(*left, unconfirmed))
    key, row = pyotp.random_base32(), new_id()
    values = {
        "id": row,
        "party_id": party.id,
        "kind": KIND,
        "name": name[:LONGEST_NAME],
        "secret": seal_text(secret, PURPOSE, key, row),
        "created_at": now,
    }
    insert_rows(session, Authenticator, values)
    return _begun(party, row, key)


def app_in_setup(session: Session, party: Party, secret: str) -> AppSetup | None:
    """The app that the party is setting up, or None."""
    row = session.execute(
        select(Authenticator).where(
            Authenticator.party_id == party.id,
            Authenticator.kind == KIND,
            Authenticator.confirmed_at.is_(None),
        )
    ).scalar_one_or_none()
    return _begun(party, row.id, _key(row, secret)) if row is not None else None


def _begun(party: Party, row: str, key: str) -> AppSetup:
    address = pyotp.TOTP(key).provisioning_uri(
        name=party.email or party.name, issuer_name="Planløp"
    )
    return AppSetup(row, key, address)


def _key(row: Authenticator, secret: str) -> str:
    return unseal_text(secret, PURPOSE, row.secret, row.id)


def confirm(session: Session, party: Party, code: str, secret: str, now: datetime) -> None:
    """The app begun is taken into use with its first code. Raises CodeRefused."""
    authenticator = app_in_setup(session, party, secret)
    if authenticator is None or not _spend(session, authenticator.id, authenticator.key, code, now):
        raise CodeRefused
    begun = update(Authenticator).where(Authenticator.id == authenticator.id)
    change_rows(session, begun.values(confirmed_at=now))


def check(session: Session, party_id: str, code: str, secret: str, now: datetime) -> bool:
    """Whether a code is right for one of the party's apps; it is used up thereby."""
    rows = (
        session.execute(
            select(Authenticator).where(
                Authenticator.party_id == party_id,
                Authenticator.kind == KIND,
                Authenticator.confirmed_at.is_not(None),
            )
        )
        .scalars()
        .all()
    )
    return any(_opens(session, row, code, secret, now) for row in rows)


def _opens(session: Session, row: Authenticator, code: str, secret: str, now: datetime) -> bool:
    try:
        return _spend(session, row.id, _key(row, secret), code, now)
    except SealBroken:  # the installation's secret was changed: this app must be set up again
        return False


def _spend(session: Session, row: str, key: str, code: str, now: datetime) -> bool:
    """Whether the code fits a step that is newer than any used before; two at once: one wins."""
    typed = "".join(code.split())
    app = pyotp.TOTP(key, interval=STEP)
    at = int(now.timestamp()) // STEP
    fits = [at + off for off in DRIFT if hmac.compare_digest(app.generate_otp(at + off), typed)]
    if not fits:
        return False
    # Seen over a shoulder, a code is good for nobody once it has been used.
    newer = Authenticator.id == row, Authenticator.counter < fits[0]
    used = session.execute(
        update(Authenticator)
        .where(*newer)
        .values(counter=fits[0], used_at=now)
        .execution_options(synchronize_session=False)
    )
    return bool(getattr(used, "rowcount", 0))
