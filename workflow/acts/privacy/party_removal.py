"""Taking a party out of the register when nothing is kept on her any more; the plans' words go in erase."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session
from sqlalchemy.sql.dml import Delete

from workflow.record.history.municipal_chain import change_rows
from workflow.record.history.row_digests import EXCEPTED
from workflow.record.models import (
    Absence,
    Authenticator,
    Consent,
    Correction,
    Credential,
    Delivery,
    HomeAddress,
    Identity,
    Invitation,
    Message,
    Notice,
    Participant,
    Party,
    Plan,
    Representation,
    SignIn,
    StaffRole,
    new_salt,
)

GONE = "–"
# In this order: what points at another row goes before it.
ROWS_OF = (
    (Delivery, Delivery.recipient_id),
    (Notice, Notice.recipient_id),
    (Message, Message.recipient_id),
    (SignIn, SignIn.party_id),
    (Invitation, Invitation.party_id),
    (Credential, Credential.party_id),
    (Identity, Identity.party_id),
    (Authenticator, Authenticator.party_id),
    (HomeAddress, HomeAddress.party_id),
    (Correction, Correction.party_id),
    (Absence, Absence.party_id),
)


def people_of_plan(session: Session, plan_id: str) -> list[str]:
    """The person of a plan, who acted for her, and those around her: who may be forgotten with it."""
    person = select(Plan.person_id).where(Plan.id == plan_id)
    acted = select(Representation.representative_id).where(
        Representation.person_id.in_(person.scalar_subquery())
    )
    near = select(Participant.party_id).where(Participant.plan_id == plan_id)
    party_ids: list[str | None] = []
    for query in (person, acted, near):
        party_ids += session.execute(query).scalars().all()
    return list(dict.fromkeys(key for key in party_ids if key))


def is_needed(session: Session, party_id: str, erased: Iterable[str]) -> bool:
    """Whether a party works or worked here, or stands to a plan whose words are kept."""
    kept = Plan.id.not_in(list(erased))
    acts_for = select(Representation.person_id).where(Representation.representative_id == party_id)
    plans = select(Plan.id).where(
        kept,
        or_(
            Plan.person_id == party_id,
            Plan.reporter_id == party_id,
            Plan.person_id.in_(acts_for),
            Plan.id.in_(select(Participant.plan_id).where(Participant.party_id == party_id)),
            Plan.id.in_(select(Consent.plan_id).where(Consent.receiver_id == party_id)),
        ),
    )
    works = select(StaffRole.id).where(StaffRole.party_id == party_id)
    return any(session.execute(query.limit(1)).first() for query in (works, plans))


def close_doors(session: Session, plan_id: str) -> None:
    """Links and guests' sessions that open this one plan go with its words."""
    change_rows(session, delete(Invitation).where(Invitation.plan_id == plan_id))
    session.execute(delete(SignIn).where(SignIn.plan_id == plan_id))


def remove_party(session: Session, party_ids: Sequence[str], now: datetime) -> None:
    """Takes names, ways to reach, address, sign-in, links and messages away; the key stays."""
    for model, column in ROWS_OF:
        _delete(session, delete(model).where(column.in_(party_ids)))
    change_rows(
        session,
        update(Representation)
        .where(
            or_(
                Representation.person_id.in_(party_ids),
                Representation.representative_id.in_(party_ids),
            )
        )
        .values(acts="", salt=new_salt()),
    )
    change_rows(
        session,
        update(Party)
        .where(Party.id.in_(party_ids))
        .values(
            name=GONE,
            sort_key="",
            national_id_hmac="",
            born_on=None,
            phone="",
            email="",
            title="",
            organisation="",
            protection="",
            channel="none",
            quiet_from="",
            quiet_until="",
            digest_at="",
            deactivated_at=now,
            salt=new_salt(),  # what was said of her before fits nothing any more
        ),
    )


def _delete(session: Session, statement: Delete) -> None:
    """Deletes rows, of which the municipality's chain keeps that they are gone where it covers them."""
    if getattr(statement.table, "name", "") in EXCEPTED:
        session.execute(statement)
    else:
        change_rows(session, statement)
