"""Who holds a role: the one place where the name of a role becomes people.

Who may, who is told of a step and who is told of a deadline mean the same people by the same word; spelled
apart they had drifted. So all three build on the pieces here: conditions and joins over columns that the
caller gives, for one plan or for everything that is due, and small queries for those who ask about one human.
Whether something holds at an instant is asked of `in_force`. The pieces add nothing of a use's own: consent,
a plan that rests, substitutes and what is told where nobody holds the role stay with the uses.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, cast

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    Table,
    and_,
    exists,
    func,
    literal_column,
    or_,
    select,
    true,
)
from sqlalchemy.orm import Session

from workflow.record.access.relation_columns import literal_word, one_of
from workflow.record.in_force import At, has_account, holds_role, is_held
from workflow.record.models import MunicipalityRow, Party, StaffRole, Tenure, Unit

Open = Connection | Session
STAFF, TENURE = (cast(Table, m.__table__) for m in (StaffRole, Tenure))
UNIT, MUNICIPALITY = (cast(Table, m.__table__) for m in (Unit, MunicipalityRow))
# Another name than the table's own: an outer statement may read parties too.
ACCOUNT = Party.__table__.alias("account")

# Who decides under each decision model (domain 3.8-3.10): a staff role, in the deciding unit but for B,
# where the system coordinator decides for the whole municipality.
DECIDERS = {"A": "decider", "B": "coordinating", "C": "leader"}
WHOLE_MUNICIPALITY = ("B",)
# Who answers where a unit was asked: whoever leads it, decides or coordinates there.
ANSWER_FOR_UNIT = ("leader", "decider", "coordinating", "coordinator")
# Who has a plan in hand, in the order in which one is sought.
IN_CHARGE = ("coordinator", "contact", "acting")


def _columns(held: Any) -> Any:
    """A table's or an alias's columns; a model's attributes are its own."""
    return getattr(held, "c", held)


# Staff roles


def in_role(held: Any, now: At, *roles: str) -> ColumnElement[bool]:
    """A row of staff roles that is one of these, and holds."""
    return and_(one_of(_columns(held).role, *roles), holds_role(held, now))


def in_other_role(held: Any, now: At, role: str) -> ColumnElement[bool]:
    """A row of staff roles that is anything but this, and holds."""
    return and_(_columns(held).role != literal_word(role), holds_role(held, now))


def works_here(held: Any, now: At) -> ColumnElement[bool]:
    """A row of staff roles that holds, whichever it is: its party works here."""
    return holds_role(held, now)


def same_role(held: Any, other: Any, now: At) -> ColumnElement[bool]:
    """A row of staff roles that is the same role as another row's, and holds."""
    return and_(_columns(held).role == _columns(other).role, holds_role(held, now))


def of_unit(held: Any, unit_id: Any, now: At, *roles: str) -> ColumnElement[bool]:
    """A row of staff roles in one unit that is one of these, and holds."""
    here: ColumnElement[bool] = _columns(held).unit_id == unit_id
    return and_(here, in_role(held, now, *roles))


def answers(held: Any, now: At) -> ColumnElement[bool]:
    """A row of staff roles whose party answers where its unit was asked."""
    return in_role(held, now, *ANSWER_FOR_UNIT)


def answers_for(held: Any, unit_id: Any, now: At) -> ColumnElement[bool]:
    """A row of staff roles whose party answers where this unit was asked."""
    return of_unit(held, unit_id, now, *ANSWER_FOR_UNIT)


def decides(held: Any, unit_id: Any, now: At, town: Any = MunicipalityRow) -> ColumnElement[bool]:
    """A row of staff roles whose party decides for a unit, by the municipality's decision model.

    The municipality's row stands in the statement as `town`.
    """
    columns, model = _columns(held), _columns(town).decision_model
    here = columns.unit_id == unit_id
    ways = (
        and_(
            model == literal_word(name),
            columns.role == literal_word(role),
            true() if name in WHOLE_MUNICIPALITY else here,
        )
        for name, role in DECIDERS.items()
    )
    return and_(or_(*ways), holds_role(held, now))


def serving_unit(plan: Any) -> ColumnElement[Any]:
    """The unit that a plan's leader leads: where it is coordinated, else where it is decided."""
    columns = _columns(plan)
    unit: ColumnElement[Any] = func.coalesce(columns.service_unit_id, columns.unit_id)
    return unit


def unit_above(unit_id: Any) -> ColumnElement[Any]:
    """The unit above one that the outer statement names."""
    return select(Unit.parent_id).where(Unit.id == unit_id).scalar_subquery()


def leads_unit(held: Any, unit_id: Any, above: Any, now: At) -> ColumnElement[bool]:
    """A row of staff roles whose party leads a unit or the one above it."""
    columns = _columns(held)
    there = or_(columns.unit_id == unit_id, columns.unit_id == above)
    return and_(there, in_role(held, now, "leader"))


# One human's staff roles: of somebody whose account has ended, none


def _of(party_id: Any, now: At, *roles: str) -> tuple[ColumnElement[bool], ...]:
    held = in_role(StaffRole, now, *roles) if roles else works_here(StaffRole, now)
    return (StaffRole.party_id == party_id, held, is_here(StaffRole.party_id))


def holds_any(conn: Open, party_id: str | None, now: datetime, *roles: str) -> bool:
    """Whether a party holds one of these staff roles, or any at all where none is named."""
    query = select(StaffRole.id).where(*_of(party_id, now, *roles))
    return party_id is not None and conn.execute(query.limit(1)).first() is not None


def holds_other(conn: Open, party_id: str | None, now: datetime, role: str) -> bool:
    """Whether a party holds a staff role other than this one."""
    other = (*_of(party_id, now), in_other_role(StaffRole, now, role))
    query = select(StaffRole.id).where(*other)
    return party_id is not None and conn.execute(query.limit(1)).first() is not None


def roles_of(conn: Open, party_id: str | None, now: datetime, *among: str) -> frozenset[str]:
    """The staff roles that a party holds, or those of these."""
    query = select(StaffRole.role).where(*_of(party_id, now, *among))
    return frozenset(conn.execute(query).scalars())


def units_of(party_id: Any, now: At, *roles: str) -> Select[Any]:
    """The units where a party works, or holds one of these roles."""
    return select(StaffRole.unit_id).where(*_of(party_id, now, *roles))


def units_led(party_id: Any, now: At) -> Select[Any]:
    """The units that a party leads, with those below."""
    led = units_of(party_id, now, "leader")
    return select(Unit.id).where(or_(Unit.id.in_(led), Unit.parent_id.in_(led)))


# Everybody in a staff role


def is_here(party_id: Any) -> ColumnElement[bool]:
    """The account of a party that the outer statement names has not ended."""
    account = ACCOUNT.c
    return exists(select(literal_column("1")).where(account.id == party_id, has_account(ACCOUNT)))


def account_of(party_id: Any) -> ColumnElement[Any]:
    """The key of a party whose account has not ended; nothing of another."""
    query = select(ACCOUNT.c.id).where(ACCOUNT.c.id == party_id, has_account(ACCOUNT))
    return query.scalar_subquery()


def people_in(now: At, *roles: str) -> Select[Any]:
    """Everybody who holds one of these staff roles and has an account."""
    return select(StaffRole.party_id).where(
        in_role(StaffRole, now, *roles), is_here(StaffRole.party_id)
    )


def vacant_offices(conn: Open, now: datetime) -> list[str]:
    """The staff roles that every municipality needs and that nobody with an account holds."""
    model: str = conn.execute(select(MunicipalityRow.decision_model)).scalar_one()
    held = select(StaffRole.role).where(works_here(StaffRole, now), is_here(StaffRole.party_id))
    needed = {"coordinating", "administrator", DECIDERS[model]}
    return sorted(needed - set(conn.execute(held).scalars()))


def people_who_decide(unit_id: Any, now: At) -> Select[Any]:
    """Everybody who decides for a unit and has an account."""
    query = select(StaffRole.party_id).join(MunicipalityRow, true())
    return query.where(decides(StaffRole, unit_id, now), is_here(StaffRole.party_id))


def people_who_answer_for(unit_id: Any, now: At) -> Select[Any]:
    """Everybody who answers where the unit was asked and has an account."""
    return select(StaffRole.party_id).where(
        answers_for(StaffRole, unit_id, now), is_here(StaffRole.party_id)
    )


# Tenures: who has a plan in hand


def has_in_hand(held: Any, *roles: str) -> ColumnElement[bool]:
    """A row of tenures that is one of these, and that nobody has ended."""
    return and_(one_of(_columns(held).role, *(roles or IN_CHARGE)), is_held(held))


def on_plan(held: Any, plan_id: Any, *roles: str) -> ColumnElement[bool]:
    """A row of tenures on one plan that is one of these, and that nobody has ended."""
    there: ColumnElement[bool] = _columns(held).plan_id == plan_id
    return and_(there, has_in_hand(held, *roles))


def holder_on(plan_id: Any, *roles: str) -> Select[Any]:
    """Who holds one of these on a plan."""
    return select(Tenure.party_id).where(on_plan(Tenure, plan_id, *roles))


def with_coordinator(start: Any, plan_id: Any, person_id: Any) -> tuple[Any, Any]:
    """What stands joined to its plan's coordinator, and who that is to the municipality.

    Never the person: where she coordinates her own plan, the municipality's contact stands here, and
    where nobody does, who acts.
    """
    parties = []
    for role in IN_CHARGE:
        held = TENURE.alias(f"held_{role}")
        start = start.outerjoin(held, on_plan(held, plan_id, role))
        parties.append(held.c.party_id)
    own, *others = parties
    return start, func.coalesce(func.nullif(own, person_id), *others)


# Who steps in


def is_work(party_id: Any, person_id: Any) -> ColumnElement[bool]:
    """What somebody has to do with a plan is their work: nobody steps in for the person in her own."""
    return cast(ColumnElement[bool], party_id.is_distinct_from(person_id))
