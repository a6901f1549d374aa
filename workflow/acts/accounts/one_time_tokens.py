"""Tokens that may be used once: the digest is kept until the token would be too old anyway."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from workflow.acts.accounts.sessions import digest_token
from workflow.record.models import SpentToken


def spend_token(session: Session, kind: str, token: str, now: datetime, lasts: timedelta) -> bool:
    """Uses a token up; False where somebody did before, be it in this very instant."""
    row = {"digest": digest_token(f"{kind}:{token}"), "kind": kind, "expires_at": now + lasts}
    try:
        with session.begin_nested():
            session.execute(insert(SpentToken), row)
    except IntegrityError:
        return False
    return True
