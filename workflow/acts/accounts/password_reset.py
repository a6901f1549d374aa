"""A new password for whoever forgot it: a one-time link by e-mail, whether or not the e-mail is known."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import and_, update
from sqlalchemy.orm import Session

from workflow.acts.accounts import passwords, throttle
from workflow.acts.accounts.sealing import link_token
from workflow.acts.accounts.sessions import digest_token
from workflow.record.history.municipal_chain import change_rows, insert_rows
from workflow.record.models import Invitation, Party, new_id

PURPOSE = "reset"
LASTS = timedelta(minutes=30)


def ask(session: Session, email: str, secret: str, now: datetime) -> None:
    """Sends a link to the account with that e-mail; nothing is returned, whether there is one or not.

    A worker writes the e-mail. At most three times an hour; who asks more often gets no further e-mail and
    the same answer.
    """
    asked = throttle.key(secret, "reset", email, throttle.LINKS)
    if throttle.take(session, (asked,), now):
        return
    account = passwords.account_of(session, email)
    if account is not None:
        new_link(session, account.party, PURPOSE, now + LASTS, secret, now)


def new_link(
    session: Session,
    party: Party,
    purpose: str,
    until: datetime,
    secret: str,
    now: datetime,
    *,
    plan_id: str | None = None,
    made_by: str | None = None,
) -> str:
    """A one-time link's row; the party's older ones of the same purpose end. Returns its id."""
    same = and_(Invitation.plan_id.is_(None) if plan_id is None else Invitation.plan_id == plan_id)
    old = and_(
        Invitation.party_id == party.id,
        Invitation.purpose == purpose,
        Invitation.used_at.is_(None),
        same,
    )
    change_rows(session, update(Invitation).where(old).values(used_at=now))
    key = new_id()
    values = {
        "id": key,
        "party_id": party.id,
        "token_hash": digest_token(link_token(secret, key)),
        "created_at": now,
        "expires_at": until,
        "purpose": purpose,
        "plan_id": plan_id,
        "made_by": made_by,
    }
    insert_rows(session, Invitation, values)
    return key
