"""What may happen to a measure on its way: moved, offered, put away, taken back."""

from __future__ import annotations

from datetime import date, time

from sqlalchemy import delete, update

from workflow.acts.base import references
from workflow.acts.base.context import StepContext
from workflow.acts.base.form_fields import (
    Form,
    Id,
    Line,
    NoFields,
    Short,
    Text,
    WithAgreement,
    WithAgreementAndReason,
    WithReason,
    ask,
)
from workflow.acts.base.registry import act
from workflow.acts.engine import undo
from workflow.acts.plan import offers
from workflow.acts.plan.measures import dates_of_form, name_helpers
from workflow.acts.sharing import duty_rows
from workflow.record.models import Goal, MeasureHelper, Offer
from workflow.rules.names.steps import MeasureStep
from workflow.words.text.translatable import N_


class CameToNothing(WithAgreement):
    """What we do next; who did not come is optional and may be a service."""

    who: Line = ask(N_("Hvem kom ikke? Kan stå åpent"), "line", "", folded=True)
    next_step: Text = ask(N_("Skal vi prøve igjen? Hva gjør vi da?"), "line", "", folded=True)


@act(MeasureStep.CAME_TO_NOTHING, CameToNothing)
def give_up_measure(step: StepContext) -> None:
    """It came to nothing; nobody takes it over, what was agreed is shown (4.12)."""
    step.say(who=step.form.who, next_step=step.form.next_step)


class MoveDate(WithAgreementAndReason):
    """The new date and why; the first date stays."""

    due_on: date | None = ask(N_("Ny dato"), "date", None)
    due_time: time | None = ask(N_("Klokka"), "time", None, folded=True)
    look_again_on: date | None = ask(
        N_("Når anledningen byr seg: se på det igjen"), "date", None, folded=True
    )


@act(MeasureStep.MOVE_DATE, MoveDate)
def move_date(step: StepContext) -> None:
    """Moved; notices not yet sent about the old date are dropped."""
    step.set(due_version=step.subject["due_version"] + 1, **dates_of_form(step.form))
    step.say(reason=step.form.reason)


class OfferMeasure(WithReason):
    """Who is asked to take it over."""

    to_party_id: Id | None = ask(N_("Hvem spør vi?"), "around", None)


@act(MeasureStep.OFFER, OfferMeasure)
def offer(step: StepContext) -> None:
    """Asked; the one who has it keeps it until they say yes."""
    party = references.party(step, step.form.to_party_id or "", "to_party_id")
    offers.offer(
        step,
        "measure",
        step.subject["id"],
        to_party_id=party["id"],
        to_name=party["name"],
        asked_because=step.form.reason,
    )
    step.say(reason=step.form.reason)


@act(MeasureStep.ACCEPT, NoFields)
def accept(step: StepContext) -> None:
    """The accountable changes at this instant."""
    question = offers.answer(step, "accepted")
    who = step.actor.party_id or question["to_party_id"]
    step.set(accountable_id=who)
    duty_rows.end_with_measure(step)
    duty_rows.share_by_role(step, who)


@act(MeasureStep.DECLINE, WithReason)
def decline(step: StepContext) -> None:
    """No; the one who had it still has it."""
    offers.answer(step, "declined", step.form.reason)


@act(MeasureStep.EXPIRE, NoFields)
def expire(step: StepContext) -> None:
    """No answer in time."""
    offers.answer(step, "expired")


@act(MeasureStep.WITHDRAW_OFFER, NoFields)
def withdraw_offer(step: StepContext) -> None:
    """The question is taken back."""
    offers.answer(step, "withdrawn")


@act(MeasureStep.CANCEL, WithAgreementAndReason)
def cancel(step: StepContext) -> None:
    """Put away, with the reason; an open question about it ends with it."""
    step.set(close_reason="cancelled")
    step.say(reason=step.form.reason)
    asked = update(Offer).where(Offer.subject_id == step.subject["id"], Offer.outcome == "")
    step.change_rows(asked.values(outcome="ended", answered_at=step.now))
    duty_rows.end_with_measure(step)


class ReopenMeasure(WithAgreement):
    """With a new date."""

    due_on: date | None = ask(N_("Avtalt til"), "date", None)
    look_again_on: date | None = ask(
        N_("Når anledningen byr seg: se på det igjen"), "date", None, folded=True
    )


@act(MeasureStep.REOPEN, ReopenMeasure)
def reopen(step: StepContext) -> None:
    """Taken up again."""
    step.set(
        close_reason="",
        completed_on=None,
        evaluated_on=None,
        outcome="",
        due_version=step.subject["due_version"] + 1,
        **dates_of_form(step.form),
    )
    duty_rows.share_by_measure(step, step.subject["accountable_id"])


@act(MeasureStep.TAKE_BACK, WithAgreementAndReason)
def undo_measure_step(step: StepContext) -> None:
    """The last step is undone by a new event; the old one stays in the chain."""
    undo.undo(step)
    duty_rows.restore_with_measure(step)


class SetCondition(Form):
    """Another party's condition, by name (4.7)."""

    condition: Text = ask(N_("Hva er vilkåret?"), "line", "")
    condition_by: Line = ask(N_("Hvem stiller vilkåret?"), "line", "")


@act(MeasureStep.SET_CONDITION, SetCondition)
def set_condition(step: StepContext) -> None:
    """A condition from somebody else stands on the measure, with their name."""
    step.require(condition=step.form.condition, condition_by=step.form.condition_by)
    step.set(condition=step.form.condition, condition_by=step.form.condition_by)


class ChangeDetails(WithAgreement):
    """The wording, the agreed consequence, helpers, codes."""

    text: Text | None = ask(N_("Hva skal gjøres?"), "line", None)
    agreed_consequence: Text | None = ask(
        N_("Hvis det ikke blir noe av: hva har vi avtalt?"), "line", None
    )
    helper_ids: list[Id] | None = ask(N_("Sammen med"), "around_many", None)
    system_code: Short | None = ask(N_("Kode i rusmiddelpolitisk plan"), "line", None, folded=True)
    service_decision_ref: Line | None = ask(N_("Vedtak om tjenesten"), "line", None, folded=True)
    goal_id: Id | None = ask(N_("Hvilket mål?"), "goal", None, folded=True)


@act(MeasureStep.CHANGE_DETAILS, ChangeDetails)
def change_details(step: StepContext) -> None:
    """The words change; state, dates and accountable do not."""
    form: ChangeDetails = step.form
    step.on_plan(Goal, form.goal_id, "goal_id")
    for name in ("text", "agreed_consequence", "system_code", "service_decision_ref", "goal_id"):
        if getattr(form, name) is not None and not step.leaves(name, getattr(form, name)):
            step.set(**{name: getattr(form, name)})
    if form.helper_ids is not None:
        helps = MeasureHelper.measure_id == step.subject["id"]
        step.change_rows(delete(MeasureHelper).where(helps))
        name_helpers(step)
        duty_rows.end_with_measure(step)
        if form.agreed_how or step.ground in ("person", "representative"):
            duty_rows.share_by_measure(step, None)
