"""The one query that says how a party stands to a plan; every reading, list, count and notice asks it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    CTE,
    BindParameter,
    ColumnElement,
    CompoundSelect,
    Select,
    String,
    and_,
    case,
    exists,
    literal_column,
    or_,
    select,
    true,
    union_all,
)
from sqlalchemy.sql.visitors import replacement_traverse

from workflow.record.access import role_holders as who
from workflow.record.access.emergency_relation import emergency_branch
from workflow.record.access.relation_columns import (
    ME,
    NOBODY,
    NOW,
    PLAN,
    acting_as,
    acting_as_rows,
    branch_columns,
    literal_word,
    of_consent,
)
from workflow.record.access.scope_sql import can_be_notified, scope_to_notify
from workflow.record.in_force import represents, takes_part
from workflow.record.models import (
    Consent,
    Measure,
    MeasureHelper,
    MunicipalityRow,
    Offer,
    Participant,
    Plan,
    Representation,
    StaffRole,
    Tenure,
    Unit,
)
from workflow.record.models.base import KEY
from workflow.rules.engine.policy import READING

Branch = Callable[[Any], "Select[Any]"]

TENURE_RELATION = {
    "coordinator": "coordinator",
    "acting": "acting_coordinator",
    "contact": "acting_coordinator",
}

# A second report of the same person is the coordinating unit's to see, and nobody else's.
NOT_A_DUPLICATE = Plan.shadow == 0


def _person(me: CTE) -> Select[Any]:
    return select(*branch_columns(Plan.id, "person")).where(Plan.person_id == ME, NOT_A_DUPLICATE)


def _representative(me: CTE) -> Select[Any]:
    return (
        select(*branch_columns(Plan.id, "representative"))
        .select_from(Plan)
        .join(Representation, Representation.person_id == Plan.person_id)
        .where(
            NOT_A_DUPLICATE,
            Representation.representative_id == ME,
            represents(Representation, NOW),
        )
    )


def _tenure(me: CTE) -> Select[Any]:
    relation = case(
        {literal_word(role): literal_word(name) for role, name in TENURE_RELATION.items()},
        value=Tenure.role,
    )
    shared = or_(
        who.has_in_hand(Tenure, "acting", "contact"),
        Tenure.party_id == Plan.person_id,  # her own coordinator
        Consent.id.is_not(None),
    )
    return (
        select(*branch_columns(Plan.id, relation, None, me.c.substitute_for, Consent.scopes))
        .select_from(Plan)
        .join(Tenure, Tenure.plan_id == Plan.id)
        .join(me, me.c.party_id == Tenure.party_id)
        .outerjoin(Consent, of_consent(Plan.id, Tenure.party_id))
        .where(
            who.has_in_hand(Tenure),
            Plan.resting != literal_word("stopped"),
            shared,
            _own_or_work(me, Tenure.party_id),
        )
    )


def _own_or_work(me: CTE, party_id: Any) -> ColumnElement[bool]:
    """The actor's own, or the work of somebody the actor stands in for."""
    return or_(me.c.substitute_for.is_(None), who.is_work(party_id, Plan.person_id))


def _participant(me: CTE) -> Select[Any]:
    relation = case(
        (Participant.kind == literal_word("relative"), literal_word("relative")),
        else_=literal_word("participant"),
    )
    return (
        select(*branch_columns(Plan.id, relation, scopes=Consent.scopes))
        .select_from(Plan)
        .join(Participant, Participant.plan_id == Plan.id)
        .join(Consent, of_consent(Plan.id, Participant.party_id))
        .where(
            Participant.party_id == ME, takes_part(Participant), Plan.resting == literal_word("")
        )
    )


def _accountable(me: CTE) -> Select[Any]:
    shared = or_(
        Measure.accountable_id == Plan.person_id,
        and_(Plan.resting == literal_word(""), Consent.id.is_not(None)),
    )
    return (
        select(
            *branch_columns(Plan.id, "accountable", Measure.id, me.c.substitute_for, Consent.scopes)
        )
        .select_from(Plan)
        .join(Measure, Measure.plan_id == Plan.id)
        .join(me, me.c.party_id == Measure.accountable_id)
        .outerjoin(Consent, of_consent(Plan.id, Measure.accountable_id))
        .where(
            Measure.state != literal_word("closed"),
            shared,
            _own_or_work(me, Measure.accountable_id),
        )
    )


def _helper(me: CTE) -> Select[Any]:
    return (
        select(
            *branch_columns(
                *(Plan.id, "helper", MeasureHelper.measure_id),
                *(me.c.substitute_for, Consent.scopes),
            )
        )
        .select_from(Plan)
        .join(MeasureHelper, MeasureHelper.plan_id == Plan.id)
        .join(me, me.c.party_id == MeasureHelper.party_id)
        .join(Consent, of_consent(Plan.id, MeasureHelper.party_id))
        .where(Plan.resting == literal_word(""))
    )


def _receiver(me: CTE) -> Select[Any]:
    # Who is asked by name may be away: then the substitute answers in their place.
    stand_in = case((Offer.to_party_id != ME, Offer.to_party_id), else_=NOBODY)
    return (
        select(*branch_columns(Plan.id, "receiver", Offer.id, stand_in))
        .select_from(Plan)
        .join(Offer, Offer.plan_id == Plan.id)
        .where(
            Offer.outcome == literal_word(""),
            waits_for(me),
            Plan.resting != literal_word("stopped"),
        )
    )


def waits_for(me: CTE) -> ColumnElement[bool]:
    """An offer waits for the actor, or for somebody the actor stands in for; Plan stands beside it."""
    units = (
        select(StaffRole.unit_id)
        .join(me, me.c.party_id == StaffRole.party_id)
        .where(who.answers(StaffRole, NOW))
    )
    work = or_(Offer.to_party_id == ME, who.is_work(Offer.to_party_id, Plan.person_id))
    return or_(
        and_(Offer.to_party_id.in_(select(me.c.party_id)), work),
        and_(Offer.to_party_id.is_(None), Offer.to_unit_id.in_(units)),
    )


def _held(me: CTE, role: str) -> tuple[ColumnElement[bool], ...]:
    """A staff role that the actor, or the one they stand in for, holds now."""
    return (who.in_role(StaffRole, NOW, role), StaffRole.party_id.in_(select(me.c.party_id)))


def _deciding(me: CTE) -> Select[Any]:
    return (
        select(*branch_columns(Plan.id, "deciding_unit", None, me.c.substitute_for))
        .select_from(Plan)
        .join(MunicipalityRow, true())
        .join(StaffRole, who.decides(StaffRole, Plan.unit_id, NOW))
        .join(me, me.c.party_id == StaffRole.party_id)
        .where(Plan.resting != literal_word("stopped"), NOT_A_DUPLICATE)
    )


def _leader(me: CTE) -> Select[Any]:
    below = (
        select(Unit.id)
        .join(StaffRole, or_(StaffRole.unit_id == Unit.id, StaffRole.unit_id == Unit.parent_id))
        .where(*_held(me, "leader"))
    )
    return select(*branch_columns(Plan.id, "leader")).where(
        who.serving_unit(Plan).in_(below), NOT_A_DUPLICATE
    )


def _whole(relation: str, role: str) -> Branch:
    def branch(me: CTE) -> Select[Any]:
        holds = exists(select(literal_column("1")).where(*_held(me, role)))
        return select(*branch_columns(Plan.id, relation)).where(holds)

    return branch


def _office(me: CTE) -> Select[Any]:
    """Leader and the municipality-wide roles in one look, for a single plan."""
    unit_id = who.serving_unit(Plan)
    relation = case(
        {literal_word("coordinating"): literal_word("coordinating_unit")},
        value=StaffRole.role,
        else_=StaffRole.role,
    )
    wide = who.in_role(StaffRole, NOW, "coordinating", "administrator", "privacy_officer")
    leads = and_(who.leads_unit(StaffRole, unit_id, who.unit_above(unit_id), NOW), NOT_A_DUPLICATE)
    return (
        select(*branch_columns(Plan.id, relation, None, me.c.substitute_for))
        .select_from(Plan)
        .join(StaffRole, or_(wide, leads))
        .join(me, me.c.party_id == StaffRole.party_id)
    )


BRANCHES: Mapping[str, Branch] = {
    "person": _person,
    "representative": _representative,
    "coordinator": _tenure,
    "participant": _participant,
    "accountable": _accountable,
    "helper": _helper,
    "emergency": emergency_branch,
    "receiver": _receiver,
    "deciding_unit": _deciding,
    "leader": _leader,
    "coordinating_unit": _whole("coordinating_unit", "coordinating"),
    "administrator": _whole("administrator", "administrator"),
    "privacy_officer": _whole("privacy_officer", "privacy_officer"),
}


# One look at the roles instead of four: every step and page of a plan asks this.
OFFICE = ("leader", "coordinating_unit", "administrator", "privacy_officer")


@lru_cache(maxsize=64)
def relations_query(branches: tuple[str, ...] = (), one_plan: bool = False) -> Select[Any]:
    """plan_id, relation, subject_id, substitute_for, scopes of a party: all branches, or those named.

    A party with two consents in force has each relation twice; one whose account has ended has none.

    Binds: me, now, and plan_id where `one_plan`.
    """
    me = acting_as()
    named = [BRANCHES[name] for name in branches or tuple(BRANCHES)]
    if one_plan and not branches:
        return _of_one_plan(me)
    made: Iterable[Select[Any]] = (branch(me) for branch in named)
    if one_plan:
        made = (branch.where(Plan.id == PLAN) for branch in made)
    return _with_account(union_all(*made))


def _of_one_plan(me: Any) -> Select[Any]:
    """All branches for a single plan, the offices in one look."""
    named = [branch for name, branch in BRANCHES.items() if name not in OFFICE] + [_office]
    return _with_account(union_all(*(branch(me).where(Plan.id == PLAN) for branch in named)))


def _with_account(made: CompoundSelect[Any]) -> Select[Any]:
    """The relations of somebody whose account has not ended.

    As a comparison with one value, which the database works out once, before it looks at any branch.
    """
    rows = made.subquery("related")
    return select(rows).where(who.account_of(ME) == ME)


def stands_to(me: str, plan_id: str, told: str = "") -> ColumnElement[bool]:
    """The same query asked for each row of an outer statement: whether there is any relation.

    The three are columns of the outer statement, written as they stand there; no table of the
    outer one may bear the plain name of a table that is read here. told: the outer statement's
    name of a notice; then a relation counts that sees what the notice tells of. Bind: now.
    """
    outer = {"me": me, "plan_id": plan_id}

    def instead(element: Any, **_: Any) -> Any:
        named = isinstance(element, BindParameter) and element.key in outer
        return literal_column(outer[element.key], KEY) if named else None

    rows = _of_one_plan(acting_as_rows().subquery("acting_as"))
    asked: Any = replacement_traverse(rows, {}, instead)
    relation = asked.subquery("standing")
    query: Select[Any] = select(literal_column("1")).select_from(relation)
    return exists(query.where(_sees_notice(relation, told)) if told else query)


def _sees_notice(relation: Any, told: str) -> ColumnElement[bool]:
    """The relation sees what the outer statement's notice tells of."""
    code, role, subject, deadline = (
        literal_column(f"{told}.{name}", String)
        for name in ("code", "role", "subject_id", "deadline_id")
    )
    scope = scope_to_notify(code, role, deadline.is_not(None))
    seen: ColumnElement[bool] = can_be_notified(relation, scope, subject, sorted(READING["read"]))
    return seen
