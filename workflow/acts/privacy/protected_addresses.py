"""Home addresses and their protection: setting both, and reading one with a reason that leaves a trace."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from pydantic import AfterValidator, StringConstraints
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from workflow.acts.base.form_fields import Form, Line, Short, ask, clean_text
from workflow.record.access.open_plan import ROLE_RELATION, Actor, resolve_access, write_trace
from workflow.record.access.protected_addresses import CONFIDENTIAL, STRICT
from workflow.record.access.role_holders import roles_of
from workflow.record.history.municipal_chain import change_rows, insert_rows
from workflow.record.in_force import takes_part
from workflow.record.models import (
    HomeAddress,
    Meeting,
    Participant,
    Party,
    Plan,
    Representation,
    new_id,
)
from workflow.rules.engine.denials import BadInput, NotThere
from workflow.rules.engine.vocabulary import RELATIONS
from workflow.words.text.translatable import N_

READ, PROTECT, WRITE = "address", "protect", "write_address"
VISIT, TRANSPORT, EMERGENCY, LETTER = "visit", "transport", "emergency", "letter"
_GO_THERE = frozenset({"coordinator", "acting_coordinator", "accountable"})
# Reason -> the relations that need the address for it (domain 2.3).
READERS: Mapping[str, frozenset[str]] = {
    VISIT: _GO_THERE,
    TRANSPORT: _GO_THERE,
    EMERGENCY: _GO_THERE | {"emergency"},
    LETTER: frozenset({"coordinator", "acting_coordinator", "deciding_unit"}),
}
WHY: tuple[tuple[str, str], ...] = (
    (VISIT, N_("Besøk")),
    (TRANSPORT, N_("Skyss")),
    (EMERGENCY, N_("Fare for liv eller helse")),
    (LETTER, N_("Brev som skal sendes")),
)
SETTERS = ("coordinating", "administrator")
LEVEL_WORDS: tuple[tuple[str, str], ...] = (
    (CONFIDENTIAL, N_("Fortrolig adresse (kode 7)")),
    (STRICT, N_("Strengt fortrolig adresse (kode 6)")),
    ("none", N_("Ikke beskyttet")),
)
GROUNDS: tuple[tuple[str, str], ...] = (
    ("register", N_("Folkeregisteret sier det")),
    ("asked", N_("Personen har bedt om det")),
    ("threat", N_("Politiet eller barnevernet har sagt fra")),
    ("ended", N_("Det er slutt")),
)
Postcode = Annotated[
    str, StringConstraints(strip_whitespace=True, max_length=10), AfterValidator(clean_text)
]


class Protect(Form):
    """Who is protected, how, and how we know."""

    protection: str = ask(N_("Hvordan?"), "choice", "", choices=LEVEL_WORDS)
    reason: str = ask(N_("Hvordan vet vi det?"), "choice", "", choices=GROUNDS)


class AddressForm(Form):
    """Where somebody lives."""

    street: Line = ask(N_("Gate og nummer"), "line", "")
    postcode: Postcode = ask(N_("Postnummer"), "line", "")
    place: Short = ask(N_("Poststed"), "line", "")


class AddressReason(Form):
    """Why the address is read."""

    reason: str = ask(N_("Hvorfor trenger du adressen?"), "choice", "", choices=WHY)


@dataclass(frozen=True, slots=True)
class AddressView:
    """What the one page shows: address, telephone, e-mail, and where meetings ahead are held (UTC)."""

    name: str
    street: str
    postcode: str
    place: str
    phone: str
    email: str
    organisation: str
    meetings: tuple[tuple[datetime, str], ...]


def may_set(session: Session, actor: Actor, now: datetime) -> str:
    """The ground on which an actor sets a protection or an address; raises NotThere for others."""
    if actor.kind == "operator":
        return actor.kind
    held = roles_of(session, actor.party_id, now, *SETTERS)
    if not held:
        raise NotThere("")
    return ROLE_RELATION[min(held)]


def protect(session: Session, actor: Actor, party_id: str, form: Protect, now: datetime) -> None:
    """Marks a party, or ends the marker; the trace says who, when and how it is known.

    Raises NotThere for others than the coordinating unit and the administrator, and BadInput.
    """
    ground = may_set(session, actor, now)
    missing = [name for name in ("protection", "reason") if not getattr(form, name)]
    if missing:
        raise BadInput([(name, "missing", {}) for name in missing])
    level = "" if form.protection == "none" else form.protection
    _of_here(session, actor, party_id)
    change_rows(session, update(Party).where(Party.id == party_id).values(protection=level))
    _traced(session, actor, party_id, PROTECT, ground, form.reason, now)


def write_address(
    session: Session, actor: Actor, party_id: str, form: AddressForm, now: datetime
) -> None:
    """Stores where a party lives. Raises NotThere as `protect` does, BadInput without a street."""
    ground = may_set(session, actor, now)
    if not form.street:
        raise BadInput([("street", "missing", {})])
    _of_here(session, actor, party_id)
    keep_address(session, party_id, form, actor.party_id, now)
    _traced(session, actor, party_id, WRITE, ground, "", now)


def keep_address(
    session: Session,
    party_id: str,
    form: AddressForm,
    by: str | None,
    now: datetime,
) -> None:
    """The row of an address, new or changed; who may write it is asked before."""
    mine = (HomeAddress.party_id == party_id,)
    values = {**form.model_dump(), "recorded_at": now, "recorded_by": by}
    if change_rows(session, update(HomeAddress).where(*mine).values(values)):
        return
    own = {"id": new_id(), "party_id": party_id}
    insert_rows(session, HomeAddress, {**own, **values})


def _of_here(session: Session, actor: Actor, party_id: str) -> None:
    here = (Party.id == party_id,)
    if session.execute(select(Party.id).where(*here)).first() is None:
        raise NotThere(party_id)


def plans_of(session: Session, party_id: str) -> list[str]:
    """The plans that a party's marker counts for, her own first."""
    own = select(Plan.id).where(Plan.person_id == party_id)
    acts = select(Plan.id).join(Representation, Representation.person_id == Plan.person_id)
    around = select(Participant.plan_id).where(
        Participant.party_id == party_id, takes_part(Participant)
    )
    plan_ids = [
        *session.execute(own).scalars(),
        *session.execute(acts.where(Representation.representative_id == party_id)).scalars(),
        *session.execute(around).scalars(),
    ]
    return list(dict.fromkeys(plan_ids))


def _traced(
    session: Session, actor: Actor, party_id: str, act: str, ground: str, reason: str, now: datetime
) -> None:
    """One row for each plan she sees the traces of, or one without a plan."""
    plan_ids: list[str | None] = [*plans_of(session, party_id)]
    for plan_id in plan_ids or [None]:
        write_trace(session, actor, act, ground, now, plan_id=plan_id, reason=reason)


def reasons_for(
    session: Session, actor: Actor, plan_id: str, now: datetime
) -> tuple[tuple[str, str], ...]:
    """The reasons with which an actor may read an address on a plan; none for most."""
    held = resolve_access(session, actor, plan_id, now).relations
    return tuple((code, words) for code, words in WHY if _readers(session, plan_id, code) & held)


def _readers(session: Session, plan_id: str, reason: str) -> frozenset[str]:
    """Who may have the address for that reason; code 6 stays hidden in an emergency too."""
    owner = select(Party.protection).join(Plan, Plan.person_id == Party.id)
    strict = session.scalar(owner.where(Plan.id == plan_id)) == STRICT
    return READERS.get(reason, frozenset()) - ({"emergency"} if strict else frozenset())


def read_address(
    session: Session,
    actor: Actor,
    party_id: str,
    reason: str,
    now: datetime,
    plan_id: str | None = None,
) -> AddressView | None:
    """The address of a party for who must have it; None for others. Both leave a trace with the reason.

    The caller commits before anything is shown. `plan_id` narrows to one plan she is on.
    """
    plans = [one for one in plans_of(session, party_id) if plan_id in (None, one)]
    for one in plans:
        stands = resolve_access(session, actor, one, now)
        held = _readers(session, one, reason) & stands.relations
        if held:
            ground = next(name for name in RELATIONS if name in held)
            instead = stands.stand_ins.get(ground)
            write_trace(
                session,
                actor,
                READ,
                ground,
                now,
                plan_id=one,
                reason=reason,
                substitute_for=instead,
            )
            return _shown(session, party_id, one, now)
    refused = plans[0] if plans else None
    write_trace(
        session, actor, READ, "none", now, plan_id=refused, reason=reason[:40], refused=True
    )
    return None


def _shown(session: Session, party_id: str, plan_id: str, now: datetime) -> AddressView:
    party = session.execute(
        select(Party.name, Party.phone, Party.email, Party.organisation).where(Party.id == party_id)
    ).one()
    lives = session.execute(
        select(HomeAddress.street, HomeAddress.postcode, HomeAddress.place).where(
            HomeAddress.party_id == party_id
        )
    ).first()
    ahead = session.execute(
        select(Meeting.starts_at, Meeting.place)
        .where(Meeting.plan_id == plan_id, Meeting.state.in_(("planned", "called")))
        .where(Meeting.starts_at >= now, Meeting.place != "")
        .order_by(Meeting.starts_at)
    )
    street, postcode, place = lives or ("", "", "")
    meetings = tuple((row.starts_at, row.place) for row in ahead)
    return AddressView(
        party.name, street, postcode, place, party.phone, party.email, party.organisation, meetings
    )
