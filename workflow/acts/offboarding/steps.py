"""The steps by which somebody who leaves lets go of one plan, measure or meeting."""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete, select, update

from workflow.acts.base import references
from workflow.acts.base.context import StepContext
from workflow.acts.base.form_fields import Form, Id, WithAgreement, ask
from workflow.acts.base.registry import act
from workflow.acts.plan import tenures
from workflow.acts.plan.coordinator import Vacate
from workflow.acts.sharing import consent_rows, duty_rows
from workflow.record.in_force import not_withdrawn, takes_part
from workflow.record.models import (
    Consent,
    MeasureHelper,
    Meeting,
    MeetingParty,
    Offer,
    Participant,
    Wish,
)
from workflow.rules.engine.denials import BadInput
from workflow.rules.names.steps import MeasureStep, MeetingStep, PlanStep
from workflow.words.text.translatable import N_

LEFT = "left"  # why: the code that stands in the events of somebody who leaves
WHAT = (
    ("both", N_("Møtet og referatet")),
    ("chair", N_("Å lede møtet")),
    ("minutes", N_("Å skrive referat")),
)


@act(PlanStep.CHANGE_ACTING, Vacate)
def change_acting(step: StepContext) -> None:
    """Another human of the coordinating unit acts, or is the contact; `vacancy` runs on as it was."""
    tenures.may_act(step, step.form.acting_id)
    tenures.change_acting(step, step.form.acting_id)
    step.note(who=step.form.acting_id)
    step.say(reason=step.form.reason)
    step.add_recipient(step.form.acting_id, "acting")


class StaffLeaves(Form):
    """Who leaves."""

    party_id: Id = ask(N_("Hvem slutter?"), "party")


@act(PlanStep.STAFF_LEAVES, StaffLeaves)
def staff_leaves(step: StepContext) -> None:
    """Helper, participant and called one no more; questions go to whoever has the plan now.

    A case taken in hand goes back to its office. Raises BadInput for somebody who is nothing here.
    """
    who = step.form.party_id
    let_go = [
        duty(step, who)
        for duty in (
            _helps,
            _takes_part,
            _is_called,
            _is_asked,
            _is_to_confirm,
            _has_case,
            _is_shared_with,
        )
    ]
    if not sum(let_go):
        raise BadInput([("party_id", "not_on_this_plan", {})])
    step.note(who=who, why=LEFT)


def _under(step: StepContext, model: Any) -> tuple[Any, ...]:
    return (model.plan_id == step.plan_id,)


def _helps(step: StepContext, who: str) -> int:
    helps = (*_under(step, MeasureHelper), MeasureHelper.party_id == who)
    return step.change_rows(delete(MeasureHelper).where(*helps))


def _takes_part(step: StepContext, who: str) -> int:
    """Relatives and volunteers stay: they are here for their own sake."""
    takes = (Participant.party_id == who, Participant.kind == "professional")
    gone = {"left_at": step.now, "leave_code": LEFT, "version": Participant.version + 1}
    query = update(Participant).where(*_under(step, Participant), *takes, takes_part(Participant))
    return step.change_rows(query.values(**gone))


def _is_called(step: StepContext, who: str) -> int:
    coming = select(Meeting.id).where(
        *_under(step, Meeting), Meeting.state.in_(("planned", "called"))
    )
    called = (*_under(step, MeetingParty), MeetingParty.party_id == who)
    return step.change_rows(
        delete(MeetingParty).where(*called, MeetingParty.meeting_id.in_(coming))
    )


def _is_asked(step: StepContext, who: str) -> int:
    asked = (*_under(step, Wish), Wish.to_party_id == who, Wish.answered_at.is_(None))
    to = step.plan["responsible_party_id"]
    return step.change_rows(
        update(Wish).where(*asked).values(to_party_id=None if to == who else to)
    )


def _is_to_confirm(step: StepContext, who: str) -> int:
    asked = (Offer.to_party_id == who, Offer.kind == "confirmation", Offer.outcome == "")
    ended = {"outcome": "ended", "answered_at": step.now}
    return step.change_rows(update(Offer).where(*_under(step, Offer), *asked).values(**ended))


def _has_case(step: StepContext, who: str) -> int:
    """A human of the office had taken it: the office has it again."""
    if step.plan["responsible_party_id"] != who or tenures.holds_plan(step, who):
        return 0
    tenures.responsible(step, None, step.plan["responsible_unit_id"])
    return 1


def _is_shared_with(step: StepContext, who: str) -> int:
    """Nothing is shared with somebody who no longer works here; who still has the plan keeps it."""
    shared = (*_under(step, Consent), Consent.receiver_id == who, not_withdrawn(Consent))
    if tenures.holds_plan(step, who):
        return 0
    many = len(step.conn.execute(select(Consent.id).where(*shared)).all())
    consent_rows.end_consents(step, who)
    return many


class AccountableLeaves(WithAgreement):
    """Who is accountable from this instant."""

    to_party_id: Id | None = ask(N_("Hvem tar over ansvaret?"), "staff", None)


@act(MeasureStep.ACCOUNTABLE_LEAVES, AccountableLeaves)
def accountable_leaves(step: StepContext) -> None:
    """The accountable changes at once: whoever leaves cannot wait for an answer. Dates stand."""
    party = references.party(step, step.form.to_party_id or "", "to_party_id")
    _come_in(step, party["id"])
    step.note(who=party["id"], before=step.subject["accountable_id"], why=LEFT)
    step.set(accountable_id=party["id"])
    duty_rows.end_with_measure(step)
    step.add_recipient(step.subject["accountable_id"], "accountable")


class HandOnMeeting(WithAgreement):
    """Who leads the meeting, or writes its minutes, from now on."""

    to_party_id: Id | None = ask(N_("Hvem tar over?"), "staff", None)
    what: str = ask(N_("Hva?"), "choice", "both", choices=WHAT)


@act(MeetingStep.HAND_ON, HandOnMeeting)
def hand_on_meeting(step: StepContext) -> None:
    """Another leads or writes; who is newly in charge is called too."""
    party = references.party(step, step.form.to_party_id or "", "to_party_id")
    _come_in(step, party["id"])
    if step.form.what != "minutes":
        step.set(chair_id=party["id"])
    if step.form.what != "chair":
        step.set(minute_taker_id=party["id"])
    step.note(who=party["id"], why=LEFT)
    step.add_recipient(party["id"], "chair")
    called = (MeetingParty.meeting_id == step.subject["id"], MeetingParty.party_id == party["id"])
    if step.conn.execute(select(MeetingParty.id).where(*called)).first() is None:
        step.insert(
            MeetingParty,
            meeting_id=step.subject["id"],
            party_id=party["id"],
            reply="",
            reason="",
            stand_in="",
            came="",
            called_at=step.now,
        )


def _come_in(step: StepContext, party_id: str) -> None:
    """Where the person agreed to who takes over, they see what the work needs."""
    if step.form.agreed_how:
        duty_rows.share_by_role(step, party_id)
