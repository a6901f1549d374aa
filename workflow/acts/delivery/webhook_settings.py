"""The one webhook of a municipality: set, given a new secret, ended."""

from __future__ import annotations

import secrets
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from workflow.acts.delivery.http import AddressRefused, AddressRules, place_of
from workflow.acts.delivery.webhook import WEBHOOK
from workflow.record.history.municipal_chain import change_rows, insert_rows
from workflow.record.models import new_id

LONGEST = 500
SECRET_BYTES = 32


class NoWebhook(LookupError):
    """The municipality has no webhook."""


def set_address(session: Session, url: str, door: AddressRules, now: datetime) -> str:
    """The webhook is at this address from now on, the one before has ended; returns its new secret.

    The secret is shown this once. Raises AddressRefused for an address that is never called.
    """
    place_of(url, door)
    if len(url) > LONGEST:
        raise AddressRefused("bad_url")
    end(session, now)
    secret = secrets.token_urlsafe(SECRET_BYTES)
    new = {
        "id": new_id(),
        "url": url,
        "secret": secret,
        "made_by": None,
        "made_at": now,
        "ended_at": None,
    }
    insert_rows(session, WEBHOOK, new)
    return secret


def rotate(session: Session, door: AddressRules, now: datetime) -> str:
    """The same address with a new secret, shown this once; the old one signs nothing any more.

    Raises NoWebhook.
    """
    url, _ = standing(session)
    return set_address(session, url, door, now)


def end(session: Session, now: datetime) -> bool:
    """No more calls; what waits is dropped. Whether there was a webhook."""
    change = update(WEBHOOK).where(WEBHOOK.c.ended_at.is_(None))
    return bool(change_rows(session, change.values(ended_at=now)))


def standing(session: Session) -> tuple[str, str]:
    """The address and the secret of the webhook. Raises NoWebhook."""
    query = select(WEBHOOK.c.url, WEBHOOK.c.secret).where(WEBHOOK.c.ended_at.is_(None))
    webhook = session.execute(query).first()
    if webhook is None:
        raise NoWebhook()
    return webhook.url, webhook.secret
