"""People in the register: adding one, with or without a national id, and who may be the same."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from workflow.acts.base.form_fields import Email, Form, Line, PersonName, Phone, ask
from workflow.record.access.protected_addresses import STRICT
from workflow.record.history.municipal_chain import note_objects
from workflow.record.in_force import has_account
from workflow.record.models import (
    Participant,
    Party,
    Plan,
    Representation,
    new_id,
)
from workflow.record.same_party import has_name, has_national_id, has_phone
from workflow.rules.calendar.clock import oslo_date
from workflow.rules.engine.denials import BadInput
from workflow.rules.text.name_order import sort_key
from workflow.words.text.translatable import N_

FIRST = (3, 7, 6, 1, 8, 9, 4, 5, 2, 1)
SECOND = (5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1)
SYNTHETIC = range(81, 93)  # the month of an invented national id is 80 too high
OLDEST_YEARS = 120


class NewParty(Form):
    """Who somebody is; only the name is needed (a person without national id must work)."""

    name: PersonName = ask(N_("Navn"), "line")
    phone: Phone = ask(N_("Telefon"), "tel", "")
    email: Email = ask(N_("E-post"), "email", "", folded=True)
    born_on: date | None = ask(N_("Født"), "date", None)
    national_id: Line = ask(
        N_("Fødselsnummer"),
        "line",
        "",
        folded=True,
        help=N_("Bare hvis du har det. Vi lagrer ikke selve nummeret."),
    )


@dataclass(frozen=True, slots=True)
class LookAlike:
    """Somebody in the register who may be the one described; says nothing of plans."""

    party_id: str
    name: str
    born_on: date | None


def digest_national_id(key: str, national_id: str) -> str:
    """What is stored of a national id: a keyed digest (HMAC-SHA256), of use to nobody else."""
    return hmac.new(key.encode(), national_id.encode(), hashlib.sha256).hexdigest()


def check_national_id(text: str, synthetic_only: bool) -> str:
    """The eleven digits, their control digits counted. Raises BadInput naming national_id."""
    digits = "".join(sign for sign in text if not sign.isspace())
    if not digits:
        return ""
    numbers = [int(sign) for sign in digits] if digits.isascii() and digits.isdigit() else []
    right = len(numbers) == 11 and all(
        sum(weight * number for weight, number in zip(weights, numbers, strict=False)) % 11 == 0
        for weights in (FIRST, SECOND)
    )
    if not right:
        raise BadInput([("national_id", "national_id_wrong", {})])
    if synthetic_only and int(digits[2:4]) not in SYNTHETIC:
        raise BadInput([("national_id", "national_id_real", {})])
    return digits


def fits_birthday(national_id: str, born_on: date | None) -> bool:
    """Whether an id names that day; its day is 40 higher for who has none of their own (D-number), the
    month of an invented one 80 higher. Without a known day any fits."""
    if born_on is None:
        return True
    day, month, year = (int(national_id[at : at + 2]) for at in (0, 2, 4))
    return (day % 40, month % 40, year) == (born_on.day, born_on.month, born_on.year % 100)


def find_by_national_id(session: Session, digest: str) -> str | None:
    """The party that has this national id already."""
    if not digest:
        return None
    return session.execute(select(Party.id).where(has_national_id(Party, digest))).scalar()


def look_alikes(session: Session, form: NewParty) -> Sequence[LookAlike]:
    """Who may be the same: the same name, and the same day of birth or telephone besides.

    A name alone offers nobody, so that the register cannot be searched by guessing.
    """
    also = []
    if form.born_on is not None:
        also.append(Party.born_on == form.born_on)
    if form.phone:
        also.append(has_phone(Party, form.phone))
    if not also:
        return ()
    rows = session.execute(
        select(Party.id, Party.name, Party.born_on)
        .where(
            has_name(Party, form.name),
            has_account(Party),
            Party.protection != STRICT,
            or_(*also),
        )
        .order_by(Party.created_at)
        # A few to choose among; more would be a search of the register.
        .limit(5)
    )
    return [LookAlike(*row) for row in rows]


def create(session: Session, form: NewParty, digest: str, now: datetime) -> str:
    """Add somebody to the register. Returns the key. Raises BadInput for a day that cannot be."""
    check_birthday(form.born_on, oslo_date(now))
    party = Party(
        id=new_id(),
        name=form.name,
        sort_key=sort_key(form.name),
        national_id_hmac=digest,
        born_on=form.born_on,
        phone=form.phone,
        email=form.email,
        created_at=now,
    )
    session.add(party)
    note_objects(session, party)
    return party.id


def check_birthday(born_on: date | None, today: date) -> None:
    """Nobody is born tomorrow, or older than people get. Raises BadInput naming born_on."""
    if born_on and not (today.year - OLDEST_YEARS < born_on.year and born_on <= today):
        raise BadInput([("born_on", "born_on_wrong", {})])


def is_private(session: Session, party: Party) -> bool:
    """The same human has a plan, acts for a person, or is a relative: they sign in as that still."""
    queries = (
        select(Plan.id).where(Plan.person_id == party.id),
        select(Representation.id).where(Representation.representative_id == party.id),
        select(Participant.id).where(
            Participant.party_id == party.id,
            Participant.kind != "professional",
        ),
    )
    return any(session.execute(query.limit(1)).first() for query in queries)
