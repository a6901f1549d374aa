"""What somebody sees of a plan by a role: begun and ended with it, and never said to be anybody's yes."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Select, exists, select, union_all, update

from workflow.acts.base.context import StepContext
from workflow.acts.sharing import consent_rows
from workflow.record.access.representatives import stops_of
from workflow.record.access.role_holders import on_plan
from workflow.record.in_force import allows, not_withdrawn, takes_part
from workflow.record.models import Consent, Measure, MeasureHelper, Participant, Tenure
from workflow.rules.engine.vocabulary import CLOSED, REQUESTED
from workflow.rules.sharing.scopes import BY_ROLE, COORDINATORS_DUTY, DUTY, to_stored


def share_by_role(step: StepContext, receiver_id: str | None) -> None:
    """Whoever takes on a role is let see what its duty needs; nobody has said yes to that.

    Where something is shared with them already it stays as it is: what the person chose is not
    widened by a role.
    """
    if receiver_id in (None, step.plan.get("person_id")) or _is_shared_with(step, receiver_id):
        return
    _open(step, receiver_id, DUTY)


def share_as_coordinator(step: StepContext, receiver_id: str) -> None:
    """Whoever coordinates sees what that duty needs; what the person chose for them stays so."""
    if receiver_id == step.plan.get("person_id") or consent_rows.is_chosen(step, receiver_id):
        return
    end_by_role(step, receiver_id)
    _open(step, receiver_id, COORDINATORS_DUTY)


def end_by_role(step: StepContext, receiver_id: str) -> None:
    """What somebody sees by a role ends; what the person said yes to stands."""
    ending = (Consent.plan_id == step.plan_id, Consent.receiver_id == receiver_id)
    query = update(Consent).where(*ending, Consent.source == BY_ROLE, not_withdrawn(Consent))
    step.change_rows(query.values(withdrawn_at=step.now))


def _open(step: StepContext, receiver_id: str | None, scopes: frozenset[str]) -> None:
    step.insert(
        Consent,
        giver_id=None,
        receiver_id=receiver_id,
        scope="plan",
        scopes=to_stored(scopes),
        given_as="",
        from_at=step.now,
        source=BY_ROLE,
        last_discussed_on=step.today,
        recorded_by=None if step.actor.by_operator else step.actor.party_id,
    )


def share_by_measure(step: StepContext, accountable_id: str | None) -> None:
    """The one accountable for the step's measure and those who help with it see what they need."""
    share_by_role(step, accountable_id)
    helpers = select(MeasureHelper.party_id).where(MeasureHelper.measure_id == step.subject["id"])
    for helper in step.conn.execute(helpers).scalars().all():
        share_by_role(step, helper)


def end_with_tenure(step: StepContext, receiver_id: str) -> None:
    """What somebody saw as coordinator ends with the tenure; a yes to a participant stands.

    A measure that is theirs still is a duty of its own.
    """
    if receiver_id == step.plan.get("person_id"):
        return
    ending = [Consent.plan_id == step.plan_id, Consent.receiver_id == receiver_id]
    if _is_there(step, _parts_of(step, receiver_id)):
        ending.append(Consent.source == BY_ROLE)
    query = update(Consent).where(*ending, not_withdrawn(Consent))
    if not step.change_rows(query.values(withdrawn_at=step.now)):
        return
    consent_rows.end_periods(step)
    mine = _open_measures(step).where(Measure.accountable_id == receiver_id)
    helps = _helped_measures(step).where(MeasureHelper.party_id == receiver_id)
    if _is_there(step, union_all(mine, helps)):
        share_by_role(step, receiver_id)


def end_with_measure(step: StepContext) -> None:
    """Whoever has no role in the plan any more, by the measure's change, sees nothing by one.

    The measure's own row is not written yet: what it will be stands in the step.
    """
    ending: list[ColumnElement[bool]] = [~exists(one) for one in _other_duties(step)]
    keeps = {**step.subject, **step.changes}["accountable_id"]
    if keeps and step.state != CLOSED:
        ending.append(Consent.receiver_id != keeps)
    by_role = (Consent.plan_id == step.plan_id, Consent.source == BY_ROLE)
    query = update(Consent).where(*by_role, not_withdrawn(Consent), *ending)
    step.change_rows(query.values(withdrawn_at=step.now))


def restore_with_measure(step: StepContext) -> None:
    """A measure that is as it was before gives its people what they saw by it; a stop stands."""
    end_with_measure(step)
    if step.state in (REQUESTED, CLOSED):
        return
    stops = stops_of(step.conn, step.plan_id)
    accountable_id = {**step.subject, **step.changes}["accountable_id"]
    last = select(Consent.source, Consent.withdrawn_at).where(
        Consent.plan_id == step.plan_id, Consent.receiver_id == accountable_id
    )
    newest = step.conn.execute(last.order_by(Consent.from_at.desc()).limit(1)).first()
    stopped_at, _ = stops.get(accountable_id or "", (None, None))
    if newest and newest.source == BY_ROLE and newest.withdrawn_at != stopped_at:
        share_by_role(step, accountable_id)


def _other_duties(step: StepContext) -> list[Select[Any]]:
    """What else may give the receiver of a consent a role: the outer statement reads consents."""
    receiver, about = Consent.receiver_id, step.subject["id"]
    helped = _helped_measures(step).where(MeasureHelper.party_id == receiver)
    reported = _parts_of(step, receiver).where(Participant.party_id == step.plan["reporter_id"])
    return [
        select(Tenure.id).where(
            on_plan(Tenure, step.plan_id, "coordinator"), Tenure.party_id == receiver
        ),
        _open_measures(step).where(Measure.accountable_id == receiver, Measure.id != about),
        helped.where(Measure.id != about) if step.state == CLOSED else helped,
        reported,
    ]


def _open_measures(step: StepContext) -> Select[Any]:
    """Measures of the plan that are agreed and not over: somebody's duty."""
    agreed = Measure.state.not_in((REQUESTED, CLOSED))
    return select(Measure.id).where(Measure.plan_id == step.plan_id, agreed)


def _helped_measures(step: StepContext) -> Select[Any]:
    return _open_measures(step).join(MeasureHelper, MeasureHelper.measure_id == Measure.id)


def _parts_of(step: StepContext, party_id: Any) -> Select[Any]:
    """Whether somebody takes part by name, as a column or as a key."""
    here = (Participant.plan_id == step.plan_id, Participant.party_id == party_id)
    return select(Participant.id).where(*here, takes_part(Participant))


def _is_shared_with(step: StepContext, receiver_id: str | None) -> bool:
    """Whether anything is shared with a receiver now, kept from the parents or not."""
    query = select(Consent.id).where(
        Consent.plan_id == step.plan_id,
        Consent.receiver_id == receiver_id,
        allows(Consent, step.now),
    )
    return _is_there(step, query)


def _is_there(step: StepContext, query: Any) -> bool:
    return step.conn.execute(query.limit(1)).first() is not None
