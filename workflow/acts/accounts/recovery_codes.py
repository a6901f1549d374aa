"""Codes on paper for whoever has lost the telephone: ten at a time, shown once, each used once."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from workflow.record.history.municipal_chain import change_rows, insert_rows
from workflow.record.models import Authenticator, Party, new_id

KIND = "recovery"
HOW_MANY = 10
SIGNS = "abcdefghjkmnpqrstvwxyz23456789"  # none that look alike on paper
LENGTH, GROUP = 16, 4  # 78 bits: too many to guess, so that a plain digest is enough


def renew(session: Session, party: Party, now: datetime) -> list[str]:
    """Ten new codes to be shown once; the older ones are dead."""
    _forget(session, party.id)
    codes = [_new() for _ in range(HOW_MANY)]
    fixed = {"party_id": party.id, "kind": KIND, "created_at": now, "confirmed_at": now}
    rows = [{"id": new_id(), "secret": _digest(party.id, code), **fixed} for code in codes]
    insert_rows(session, Authenticator, rows)
    return codes


def _forget(session: Session, party_id: str) -> None:
    mine = Authenticator.party_id == party_id, Authenticator.kind == KIND
    change_rows(session, delete(Authenticator).where(*mine))


def _new() -> str:
    signs = "".join(secrets.choice(SIGNS) for _ in range(LENGTH))
    return "-".join(signs[at : at + GROUP] for at in range(0, LENGTH, GROUP))


def _digest(party_id: str, code: str) -> str:
    plain = "".join(sign for sign in code.casefold() if sign.isalnum())
    return hashlib.sha256(f"{party_id}:{plain}".encode()).hexdigest()


def spend(session: Session, party_id: str, code: str, now: datetime) -> bool:
    """Whether the code is one of the party's that was not used; it is used now, by one alone."""
    fits = update(Authenticator).where(
        Authenticator.party_id == party_id,
        Authenticator.kind == KIND,
        Authenticator.secret == _digest(party_id, code),
        Authenticator.used_at.is_(None),
    )
    # The hour of use is in no digest, so what could be typed again goes: nobody revives it by hand.
    once = fits.values(used_at=now, secret="")
    return bool(change_rows(session, once.execution_options(synchronize_session=False)))


def count_left(session: Session, party_id: str) -> int:
    """How many codes the party has left."""
    return session.execute(
        select(func.count()).where(
            Authenticator.party_id == party_id,
            Authenticator.kind == KIND,
            Authenticator.used_at.is_(None),
        )
    ).scalar_one()
