"""Between the password and the second step: who has shown the first, for five minutes; it opens no page."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import timedelta

from flask import session as form_cookie
from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from web.request.clock import now
from workflow.acts.accounts import passwords
from workflow.acts.accounts.sessions import digest_token
from workflow.record.models import Party, SpentToken

LASTS = timedelta(minutes=5)
KEPT = "second_step"


@dataclass(frozen=True, slots=True)
class PendingSecondStep:
    """Whose second step is waited for, and where to go on to after it."""

    party_id: str
    once: str
    mark: str
    where: str


def wait_for(party: Party, hashed: str, where: str) -> None:
    """Remembers in the browser's signed cookie that the password was right."""
    form_cookie[KEPT] = {
        "party": party.id,
        "once": secrets.token_urlsafe(16),
        "mark": digest_token(hashed)[:16],
        "until": (now() + LASTS).timestamp(),
        "where": where,
    }


def pending_step() -> PendingSecondStep | None:
    """Whose second step is waited for, or None once five minutes have passed."""
    kept = form_cookie.get(KEPT)
    if not kept or kept["until"] <= now().timestamp():
        return None
    return PendingSecondStep(kept["party"], kept["once"], kept["mark"], kept["where"])


def party_of(session: Session, pending: PendingSecondStep) -> Party | None:
    """The party, unless the password was changed or the access ended meanwhile."""
    account = passwords.account(session, pending.party_id)
    same = account is not None and digest_token(account.hashed)[:16] == pending.mark
    return account.party if account is not None and same else None


def spend(session: Session, pending: PendingSecondStep) -> bool:
    """Uses the waiting up; False where it was used before, from a copy of the cookie."""
    form_cookie.pop(KEPT, None)
    row = {"digest": digest_token(pending.once), "kind": KEPT, "expires_at": now() + LASTS}
    try:
        # A savepoint: where it was used before, the try counted in this transaction must stay.
        with session.begin_nested():
            session.execute(insert(SpentToken), row)
    except IntegrityError:
        return False
    return True


def forget() -> None:
    """Begins from the start."""
    form_cookie.pop(KEPT, None)
