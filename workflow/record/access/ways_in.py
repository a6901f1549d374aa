"""Whether somebody has come in before: then nobody else may choose how she does."""

from __future__ import annotations

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session

from workflow.record.in_force import has_account
from workflow.record.models import Authenticator, Credential, Identity, Party
from workflow.record.same_party import has_email


def has_way_in(session: Session, party_id: str) -> bool:
    """Whether a party has a password, an app, a passkey, codes on paper, or is known by a provider."""
    held = [
        exists().where(table.party_id == party_id)
        for table in (Credential, Authenticator, Identity)
    ]
    return bool(session.execute(select(or_(*held))).scalar_one())


def is_email_taken(session: Session, party_id: str, email: str) -> bool:
    """Whether another signs in with that e-mail and a password: a second one would lock her out."""
    other = (
        select(Credential.id)
        .join(Party, Party.id == Credential.party_id)
        .where(has_email(Party, email), has_account(Party), Party.id != party_id)
    )
    return session.execute(other.limit(1)).first() is not None
