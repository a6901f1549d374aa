"""What stood wrong of somebody in the register, put right: name, telephone, e-mail, birthday, national id.

What stood before is kept. A national id says who somebody is, and the e-mail of an account in use says
who signs in as her: these two change only when a second human has typed the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from workflow.acts.base.form_fields import (
    Email,
    Form,
    Id,
    Line,
    PersonName,
    Phone,
    Text,
    ask,
    ask_second,
)
from workflow.acts.notices import inbox
from workflow.acts.people import register
from workflow.record.access.open_plan import ROLE_RELATION, Actor, write_trace
from workflow.record.access.role_holders import holds_any, people_in, roles_of
from workflow.record.access.ways_in import has_way_in, is_email_taken
from workflow.record.history.municipal_chain import change_rows, insert_rows
from workflow.record.models import Correction, Party, Plan, new_id
from workflow.rules.calendar.clock import oslo_date
from workflow.rules.engine.denials import BadInput, NotThere
from workflow.rules.text.name_order import email_key, sort_key
from workflow.words.text.translatable import N_

SETTERS = ("coordinating", "administrator")
CORRECT = "correct"  # the trace's act
PLAIN = ("name", "phone", "email", "born_on")
NATIONAL_ID, EMAIL = "national_id", "email"


class CorrectParty(Form):
    """What is right; what is left empty stays as it is."""

    name: PersonName = ask(N_("Navn"), "line", "")
    phone: Phone = ask(N_("Telefon"), "tel", "")
    email: Email = ask(N_("E-post"), "email", "")
    born_on: date | None = ask(N_("Født"), "date", None)
    national_id: Line = ask(
        N_("Fødselsnummer"), "line", "", help=N_("Vi lagrer ikke selve nummeret.")
    )
    reason: Text = ask(N_("Hvordan vet du at det sto feil?"), "textarea", "")
    confirmer_id: Id | None = ask_second(
        help=N_("Trengs for fødselsnummer, og for e-posten til en som logger inn.")
    )


class ConfirmCorrection(Form):
    """The second human's answer: the same again, typed from the source and not from the screen."""

    correction_id: Id = ask(N_("Hva gjelder det?"), "choice")
    value: Line = ask(N_("Skriv det riktige nummeret eller e-posten"), "line", "")
    turn_down: bool = ask(N_("Det stemmer ikke. Det skal stå som før."), "check", False)


@dataclass(frozen=True, slots=True)
class WaitingCorrection:
    """A correction that waits for its second human."""

    id: str
    field: str
    name: str


def correct(
    session: Session, actor: Actor, party_id: str, form: CorrectParty, digest: str, now: datetime
) -> dict[str, str]:
    """Puts right what is filled in and differs. Returns `done` or `waits` by field.

    digest: of the national id, which whoever holds the key has made. Raises NotThere for others than the
    coordinating unit, the administrator and the operator, and BadInput.
    """
    ground = _ground(session, actor, now)
    party = session.get(Party, party_id)
    if party is None or party.deactivated_at is not None:
        raise NotThere(party_id)
    register.check_birthday(form.born_on, oslo_date(now))
    _refuse_taken(session, party_id, form.email, digest)
    changes = list(_changes(party, form, digest))
    if not changes or not form.reason:
        wrong = ("name", "nothing_new") if not changes else ("reason", "missing")
        raise BadInput([(*wrong, {})])
    outcome = {}
    for field, before, after in changes:
        second = _second(session, actor, party, form.confirmer_id, field, now)
        _keep(session, actor, party_id, (field, before, after), form.reason, second, now)
        if second is None:
            _write(session, party_id, field, after)
        outcome[field] = "done" if second is None else "waits"
    if "waits" in outcome.values() and form.confirmer_id:
        told, cause = [form.confirmer_id], f"c:{new_id()}"
        inbox.notify_of_staff(session.connection(), cause, "A.correction", told, "{}", now)
    _trace(session, actor, party_id, ground, now)
    return outcome


def confirm(
    session: Session, actor: Actor, form: ConfirmCorrection, digest: str, now: datetime
) -> str:
    """The second human says the same, or that it is not so. Returns `done` or `turned_down`.

    digest: of what was typed, for a national id. Raises NotThere for others than the one who was named,
    and BadInput naming `value` where it is not the same or is taken by now.
    """
    ground = _ground(session, actor, now)
    row = session.get(Correction, form.correction_id)
    if row is None or row.answered_at is not None or row.confirmer_id != actor.party_id:
        raise NotThere(form.correction_id)
    if not form.turn_down:
        _refuse_other(session, row, form.value, digest)
        after = row.national_id_hmac if row.field == NATIONAL_ID else row.after
        _write(session, row.party_id, row.field, after)
    mine = update(Correction).where(Correction.id == row.id, Correction.answered_at.is_(None))
    if not change_rows(session, mine.values(answered_at=now, held=not form.turn_down)):
        raise NotThere(form.correction_id)
    _trace(session, actor, row.party_id, ground, now)
    return "turned_down" if form.turn_down else "done"


def list_waiting(session: Session, party_id: str | None) -> Sequence[WaitingCorrection]:
    """What waits for this human to confirm, the oldest first."""
    query = (
        select(Correction.id, Correction.field, Party.name)
        .join(Party, Party.id == Correction.party_id)
        .where(Correction.confirmer_id == party_id, Correction.answered_at.is_(None))
        .order_by(Correction.asked_at, Correction.id)
    )
    return [WaitingCorrection(*row) for row in session.execute(query)]


def list_confirmers(session: Session, now: datetime) -> frozenset[str]:
    """Those who may confirm: whoever may put right."""
    return frozenset(session.execute(people_in(now, *SETTERS)).scalars())


def _changes(party: Party, form: CorrectParty, digest: str) -> Iterator[tuple[str, Any, Any]]:
    """Field, what stands, and what is right, of all that differs."""
    for field in PLAIN:
        after, before = getattr(form, field), getattr(party, field)
        if after and after != before:
            yield field, before, after
    if digest and digest != party.national_id_hmac:
        yield NATIONAL_ID, party.national_id_hmac, digest


def _second(
    session: Session, actor: Actor, party: Party, second: str | None, field: str, now: datetime
) -> str | None:
    """Who has to confirm a field, or nobody. Raises BadInput."""
    if field != NATIONAL_ID and not (field == EMAIL and has_way_in(session, party.id)):
        return None
    if second is None:
        raise BadInput([("confirmer_id", "missing", {})])
    if second in (actor.party_id, party.id) or not holds_any(session, second, now, *SETTERS):
        raise BadInput([("confirmer_id", "cannot_confirm_correction", {})])
    return second


def _refuse_taken(
    session: Session, party_id: str, email: str, digest: str, field: str = ""
) -> None:
    """Raises BadInput, naming a field of its own or this one, for what is another's: the e-mail of
    somebody who signs in, a national id."""
    if email and is_email_taken(session, party_id, email):
        raise BadInput([(field or EMAIL, "email_in_use", {})])
    if register.find_by_national_id(session, digest) not in (None, party_id):
        raise BadInput([(field or NATIONAL_ID, "national_id_taken", {})])


def _refuse_other(session: Session, row: Correction, value: str, digest: str) -> None:
    """Raises BadInput where the second human has typed something else, or it is taken meanwhile."""
    said, meant = email_key(value), row.after
    if row.field == NATIONAL_ID:
        said, meant = digest, row.national_id_hmac
    if not said or said != meant:
        raise BadInput([("value", "not_the_same", {})])
    email = row.after if row.field == EMAIL else ""
    _refuse_taken(session, row.party_id, email, row.national_id_hmac, "value")


def _keep(
    session: Session,
    actor: Actor,
    party_id: str,
    change: tuple[str, Any, Any],
    reason: str,
    second: str | None,
    now: datetime,
) -> None:
    """The row that says what stood before; of a national id its digests."""
    field, before, after = change
    texts = {"before": str(before or ""), "after": str(after)}
    if field == NATIONAL_ID:
        texts = {"before_hmac": before, "national_id_hmac": after}
    row = {
        "id": new_id(),
        "party_id": party_id,
        "field": field,
        "reason": reason,
        "asked_by": actor.party_id,
        "asked_at": now,
        "confirmer_id": second,
        "answered_at": None if second else now,
        "held": second is None,
        "before": "",
        "after": "",
        "before_hmac": "",
        "national_id_hmac": "",
        **texts,
    }
    insert_rows(session, Correction, row)


def _write(session: Session, party_id: str, field: str, after: Any) -> None:
    values = {"national_id_hmac" if field == NATIONAL_ID else field: after}
    if field == "name":
        values["sort_key"] = sort_key(after)
    change_rows(session, update(Party).where(Party.id == party_id).values(**values))


def _ground(session: Session, actor: Actor, now: datetime) -> str:
    """On what ground an actor puts right. Raises NotThere for others."""
    if actor.kind == "operator":
        return actor.kind
    held = roles_of(session, actor.party_id, now, *SETTERS)
    if not held:
        raise NotThere("")
    return ROLE_RELATION[min(held)]


def _trace(session: Session, actor: Actor, party_id: str, ground: str, now: datetime) -> None:
    """The person reads among those who have looked that something of her was put right."""
    own = session.execute(select(Plan.id).where(Plan.person_id == party_id)).scalars().all()
    plan_ids: list[str | None] = [*own]
    for plan_id in plan_ids or [None]:
        write_trace(session, actor, CORRECT, ground, now, plan_id=plan_id)
