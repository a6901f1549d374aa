"""Complaints, reversals, lapse, reopening and what was entered in error."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import select, update

from workflow.acts.base.context import StepContext
from workflow.acts.base.form_fields import ByTwo, Form, Id, Text, WithAgreement, ask, ask_answer
from workflow.acts.base.registry import act
from workflow.acts.plan import close_effects, letters, offers, tenures
from workflow.acts.plan.request import NOTIFIED, REGIMES, ask_coordinator
from workflow.acts.sharing import consent_rows
from workflow.record.models import Complaint, Document
from workflow.rules.engine.vocabulary import COMPLAINT_WAITS, FORWARDED, NEW_COMPLAINT
from workflow.rules.names.steps import PlanStep
from workflow.words.text.translatable import N_

ABOUT = (
    ("denial", N_("At svaret ble nei")),
    ("content", N_("Hva som står i planen")),
    ("coordinator", N_("Koordinatoren")),
    ("delay", N_("At det tar lang tid")),
    ("ending", N_("At planen blir avsluttet")),
)


class Complain(WithAgreement):
    """About what, in the person's own words; late is received and marked."""

    about: str = ask_answer(N_("Hva vil du klage på?"), "denial", choices=ABOUT)
    words: Text = ask(N_("Skriv med dine egne ord"), "textarea", "")
    received_on: date | None = ask(N_("Når kom klagen?"), "date", None, voice="staff", folded=True)


@act(PlanStep.COMPLAIN, Complain)
def complain(step: StepContext) -> None:
    """Received, never refused; closing by the clock stands still meanwhile."""
    form: Complain = step.form
    received = form.received_on or step.today
    until = step.facts.appeal_until
    key = step.insert(
        Complaint,
        about=form.about,
        words=form.words,
        received_on=received,
        late=until is not None and received > until,
        outcome="",
        answer="",
    )
    step.set(frozen=True)
    step.note(about=form.about, complaint=key)
    step.deadline_subject = ("complaint", key, {"received_on": received, "id": key})


class Assess(Form):
    """The office looks at it again; reversed by `plan.reverse`, else forwarded."""

    outcome: str = ask_answer(
        N_("Hva ble det til?"),
        "forwarded",
        choices=(
            ("forwarded", N_("Sendt til statsforvalteren")),
            ("reversed", N_("Vi gjør om svaret")),
            ("withdrawn", N_("Personen trakk klagen")),
        ),
    )
    words: Text = ask(N_("Hva svarer vi personen?"), "textarea", "")


@act(PlanStep.ASSESS_COMPLAINT, Assess)
def assess_complaint(step: StepContext) -> None:
    """Own assessment done; forwarded complaints stay open at the county governor."""
    form: Assess = step.form
    _answer_complaint(
        step,
        NEW_COMPLAINT,
        form.outcome,
        form.words,
        assessed_on=step.today,
        assessed_by=step.actor.party_id,
        forwarded_on=step.today if form.outcome == FORWARDED else None,
    )


def _answer_complaint(
    step: StepContext, was: str, outcome: str, words: str, **columns: Any
) -> None:
    """The oldest complaint that stands so gets its outcome. Raises BadInput where there is none.

    Closing stands still while any of them waits; an ending that is taken back has no day any more.
    """
    complaint = step.conn.execute(
        select(Complaint.id, Complaint.about, Complaint.answer)
        .where(Complaint.plan_id == step.plan_id, Complaint.outcome == was)
        .order_by(Complaint.received_on, Complaint.id)
        .limit(1)
    ).first()
    step.require(complaint=complaint and complaint.id)
    assert complaint is not None  # required above
    # What the office has answered stays beside what is answered after the county governor.
    answer = "\n\n".join(filter(None, (complaint.answer, words)))
    step.update(Complaint, complaint.id, outcome=outcome, answer=answer, **columns)
    step.set(frozen=_still_waits(step))
    if complaint.about == "ending" and outcome in ("reversed", "upheld"):
        step.set(ends_on=None)
    step.note(outcome=outcome)
    step.deadline_subject = ("complaint", complaint.id, {"outcome": outcome})


def _still_waits(step: StepContext) -> bool:
    """Whether a complaint on the plan waits for the office or for the county governor."""
    waits = select(Complaint.id).where(
        Complaint.plan_id == step.plan_id, Complaint.outcome.in_(COMPLAINT_WAITS)
    )
    return step.conn.execute(waits.limit(1)).first() is not None


class GovernorAnswered(Form):
    """What the county governor came to, with the letter as text."""

    outcome: str = ask(
        N_("Hva kom statsforvalteren til?"),
        "choice",
        choices=(
            ("rejected", N_("Svaret vårt står")),
            ("upheld", N_("Personen fikk medhold")),
            ("withdrawn", N_("Personen trakk klagen")),
        ),
    )
    words: Text = ask(N_("Hva svarer vi personen?"), "textarea", "")
    document_text: Text = ask(N_("Brevet fra statsforvalteren"), "textarea", "", folded=True)


@act(PlanStep.GOVERNOR_ANSWERED, GovernorAnswered)
def note_governors_answer(step: StepContext) -> None:
    """The complaint has its answer; what it stopped goes on, or does not come at all."""
    form: GovernorAnswered = step.form
    _answer_complaint(step, FORWARDED, form.outcome, form.words)
    if form.document_text:
        _keep_letter(step, form.document_text)


def _keep_letter(step: StepContext, text: str) -> None:
    """The county governor's letter among the plan's documents."""
    step.insert(
        Document,
        event_id=step.event_id,
        kind="complaint",
        title=step.plan["number"],
        created_at=step.now,
        **letters.document_columns(text),
    )


# A case that is answered anew has neither begun nor an end.
BEGUN_ANEW = {"close_reason": "", "closed_at": None, "started_on": None, "ends_on": None}


class Reverse(ByTwo):
    """Why, who confirms it where the maker of the denial reverses it, who is asked to coordinate."""

    reason: Text = ask(N_("Hvorfor blir svaret ja nå?"), "textarea", "")
    to_party_id: Id | None = ask(N_("Hvem spør vi om å være koordinator?"), "staff", None)
    regime: str = ask_answer(N_("Hvilket regelverk?"), "health", choices=REGIMES)
    notified_how: str = ask_answer(
        N_("Hvordan får personen brevet?"), "handed_over", choices=NOTIFIED
    )


@act(PlanStep.REVERSE, Reverse)
def reverse(step: StepContext) -> None:
    """We looked again: the answer is yes."""
    form: Reverse = step.form
    step.set(outcome="granted", frozen=False, **BEGUN_ANEW)
    _settle_complaints(step, "reversed")
    ask_coordinator(step, form.to_party_id)
    letters.decide(step, "reverse", form.regime, reasons=form.reason)


def _settle_complaints(step: StepContext, outcome: str) -> None:
    """Open and forwarded complaints get their outcome."""
    unsettled = update(Complaint).where(
        Complaint.plan_id == step.plan_id,
        Complaint.outcome.in_(COMPLAINT_WAITS),
    )
    step.change_rows(unsettled.values(outcome=outcome))


class UpholdAppeal(Form):
    """The county governor's document and what it says."""

    reason: Text = ask(N_("Hva sier statsforvalteren?"), "textarea", "")
    document_text: Text = ask(N_("Brevet fra statsforvalteren"), "textarea", "", folded=True)


@act(PlanStep.APPEAL_UPHELD, UpholdAppeal)
def appeal_upheld(step: StepContext) -> None:
    """Back to the office, to be decided again."""
    step.set(outcome="", frozen=False, **BEGUN_ANEW)
    _settle_complaints(step, "upheld")
    _keep_letter(step, step.form.document_text or step.form.reason)


@act(PlanStep.LAPSE, Form)
def lapse(step: StepContext) -> None:
    """Nobody complained; the person can ask again any time."""
    close_effects.close_plan(step, "denied")


class ReopenPlan(WithAgreement):
    """Why; and within 90 days when we look at it again."""

    reason: Text = ask(N_("Hvorfor åpner dere planen igjen?"), "textarea", "")
    next_review_on: date | None = ask(
        N_("Når ser dere på planen igjen?"), "date", None, suggest_days=90
    )


@act(PlanStep.REOPEN, ReopenPlan)
def reopen(step: StepContext) -> None:
    """In use again on the same decision; a named human acts until a coordinator says yes."""
    step.set(
        close_reason="",
        shadow=0,
        closed_at=None,
        next_review_on=step.form.next_review_on,
        started_on=step.plan["started_on"] or step.today,
        ends_on=None,
    )
    step.say(reason=step.form.reason)
    offers.end_offers(step, step.plan_id, "undo")
    consent_rows.consent_to_plan(step, step.form.agreed_how or "app")
    tenures.make_acting(step, tenures.a_coordinating_human(step))


@act(PlanStep.REOPEN_AS_NEED, ReopenPlan)
def reopen_as_need(step: StepContext) -> None:
    """A new look at the need, with a new answer to come."""
    step.set(
        close_reason="",
        closed_at=None,
        outcome="",
        informal=False,
        retroactive=False,
        shadow=0,
        started_on=None,
        ends_on=None,
        reviewed_on=None,
    )
    step.say(reason=step.form.reason)
    offers.end_offers(step, step.plan_id, "undo")
    consent_rows.consent_to_plan(step, step.form.agreed_how or "app")


class EnteredInError(ByTwo):
    """What was wrong; a second human confirms it."""

    reason: Text = ask(N_("Hva ble ført feil?"), "textarea", "")


@act(PlanStep.ENTERED_IN_ERROR, EnteredInError)
def mark_entered_in_error(step: StepContext) -> None:
    """Hidden from lists, kept in the log."""
    step.say(reason=step.form.reason)
    close_effects.close_plan(step, "error")
