"""Whether somebody has come in before: then nobody else may choose how she does."""

from __future__ import annotations

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session

from workflow.record.models import Authenticator, Credential, Identity


def has_way_in(session: Session, party_id: str) -> bool:
    """Whether a party has a password, an app, a passkey, codes on paper, or is known by a provider."""
    held = [
        exists().where(table.party_id == party_id)
        for table in (Credential, Authenticator, Identity)
    ]
    return bool(session.execute(select(or_(*held))).scalar_one())
