"""The demo's list of invented people, to sign in as with one click, those that the demo proposes first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from web.request.clock import now
from web.request.database import db_session
from web.request.language import current_language
from workflow.acts.accounts.sessions import in_force
from workflow.record.in_force import has_account
from workflow.record.models import Participant, Party, Plan, Representation, StaffRole, Unit
from workflow.rules.deadlines.ladders import SOFT_KINDS
from workflow.rules.text.name_order import sort_key
from workflow.words.labels.relations import label_of


@dataclass(frozen=True)
class InventedPerson:
    """One invented person on the demo's list: who she is and what she does."""

    party_id: str
    name: str
    what: str


def invented_staff() -> list[InventedPerson]:
    """Everybody with a role today, by unit and name."""
    rows = db_session().execute(
        select(Party.id, Party.name, StaffRole.role, Unit.name, Unit.kind)
        .join(StaffRole, StaffRole.party_id == Party.id)
        .join(Unit, Unit.id == StaffRole.unit_id)
        .where(in_force(now()), has_account(Party))
        .order_by(Party.sort_key)
    )
    people: dict[str, InventedPerson] = {}
    for party_id, name, role, unit_name, _ in sorted(
        rows, key=lambda row: (row.kind, sort_key(row[3]))
    ):
        what = ", ".join(dict.fromkeys((label_of("role", role, current_language()), unit_name)))
        people.setdefault(party_id, InventedPerson(party_id, name, what))
    return list(invented_first(list(people.values())))


def invented_persons() -> Sequence[InventedPerson]:
    """Who has a plan, acts for somebody or is a relative or volunteer; those the demo proposes first."""
    owners = select(Plan.person_id).where(Plan.person_id.is_not(None))
    acting = select(Representation.representative_id)
    beside = select(Participant.party_id).where(
        Participant.kind.in_(SOFT_KINDS), Participant.party_id.is_not(None)
    )
    rows = db_session().execute(
        select(Party.id, Party.name)
        .where(Party.id.in_(owners.union(acting, beside)), has_account(Party))
        .order_by(Party.sort_key)
    )
    people = [InventedPerson(row.id, row.name, "") for row in rows]
    return sorted(people, key=lambda who: place(who.name))


def invented_first(staff: Sequence[InventedPerson]) -> Sequence[InventedPerson]:
    """The staff in the order the demo proposes them; the rest as they were."""
    return sorted(staff, key=lambda who: place(who.name))


def place(name: str) -> int:
    """Where the demo puts a name; whoever it does not propose comes after."""
    # The invented municipality is loaded for the demo only, not at every start.
    from workflow.demo.load import demo_sign_ins

    proposed = [proposal for proposal, _ in demo_sign_ins()]
    return proposed.index(name) if name in proposed else len(proposed)
