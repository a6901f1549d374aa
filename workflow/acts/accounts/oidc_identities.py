"""Whom an OpenID provider's word means here: an identity seen before, a national id, or a staff e-mail."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from workflow.acts.people.register import digest_national_id as national_id_digest
from workflow.acts.people.register import is_private
from workflow.record.access.role_holders import holds_any
from workflow.record.database.header import number_of
from workflow.record.history.municipal_chain import insert_rows
from workflow.record.in_force import has_account
from workflow.record.models import Identity, Party, new_id
from workflow.record.same_party import has_email, has_national_id


class NotKnown(Exception):
    """Nobody here is meant, or nobody who may come in this way. The reason is for the log alone.

    reason: unknown, several, elsewhere, left, other_person, not_staff, not_person.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class ProviderClaims:
    """What a provider said, checked, of whoever signs in.

    email: empty unless it is verified and counts. municipality: the number of the one meant, empty for any.
    who: staff, person or both, as the provider's setting says.
    """

    provider: str
    subject: str
    national_id: str = ""
    email: str = ""
    municipality: str = ""
    who: str = "both"


def party_of(session: Session, said: ProviderClaims, key: str, now: datetime) -> Party:
    """The one party that is meant; a first meeting is stored as an Identity. Raises NotKnown.

    1. The provider and its subject, where they were met before. 2. The national id's digest.
    3. The e-mail, of staff alone. 4. Nobody is ever made: who is not in the register is not known.
    Whoever opens a session goes on with must_be_private.
    """
    refuse_elsewhere(session, said)
    met = by_subject(session, said)
    candidates = met or by_national_id(session, said, key) or by_email(session, said, now)
    if len(candidates) != 1:
        raise NotKnown("several" if candidates else "unknown")
    party = candidates[0]
    may_come(session, party, said, key, now)
    note(session, party, said, bool(met), now)
    return party


def refuse_elsewhere(session: Session, said: ProviderClaims) -> None:
    """Raises NotKnown where the provider's word is for another municipality."""
    if said.municipality not in ("", number_of(session)):
        raise NotKnown("elsewhere")


def by_subject(session: Session, said: ProviderClaims) -> list[Party]:
    """Who came with this provider and subject before."""
    query = (
        select(Party)
        .join(Identity, Identity.party_id == Party.id)
        .where(
            Identity.provider == said.provider,
            Identity.subject == said.subject,
        )
    )
    return list(session.execute(query).scalars())


def by_national_id(session: Session, said: ProviderClaims, key: str) -> list[Party]:
    """Who has the national id."""
    if not said.national_id:
        return []
    same = has_national_id(Party, national_id_digest(key, said.national_id))
    return list(session.execute(select(Party).where(same)).scalars())


def by_email(session: Session, said: ProviderClaims, now: datetime) -> list[Party]:
    """Staff with the verified e-mail, whatever the size of its letters.

    A relative may share the e-mail and is not meant: of several only those who work here count.
    """
    if not said.email:
        return []
    here = (has_email(Party, said.email), has_account(Party))
    known = list(session.execute(select(Party).where(*here)).scalars())
    return known if len(known) < 2 else [one for one in known if works_here(session, one, now)]


def may_come(session: Session, party: Party, said: ProviderClaims, key: str, now: datetime) -> None:
    """Raises NotKnown for an account that ended, another human's identity, or the wrong door."""
    if party.deactivated_at is not None:
        raise NotKnown("left")
    if said.national_id and party.national_id_hmac:
        digest = national_id_digest(key, said.national_id)
        if digest != party.national_id_hmac:
            raise NotKnown("other_person")
    if said.who == "staff" and not works_here(session, party, now):
        raise NotKnown("not_staff")


def must_be_private(session: Session, party: Party, said: ProviderClaims) -> None:
    """Raises NotKnown where the provider is for persons and the party is none."""
    if said.who == "person" and not is_private(session, party):
        raise NotKnown("not_person")


def works_here(session: Session, party: Party, now: datetime) -> bool:
    """Whether the party holds a staff role at the instant."""
    return holds_any(session, party.id, now)


def note(session: Session, party: Party, said: ProviderClaims, met: bool, now: datetime) -> None:
    """Keeps the identity at the first meeting, and the hour of the last one."""
    who = {
        "provider": said.provider,
        "subject": said.subject,
    }
    if not met:
        row = {"id": new_id(), "party_id": party.id, "created_at": now, **who}
        try:
            with session.begin_nested():
                insert_rows(session, Identity, row)
        except IntegrityError:
            pass  # the same human came by two windows at once
    mine = (getattr(Identity, name) == value for name, value in who.items())
    session.execute(update(Identity).where(*mine).values(used_at=now))
