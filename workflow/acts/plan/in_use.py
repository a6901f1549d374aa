"""The plan in use: start, informal start and its decision, review, continue, pause."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import select, update

from workflow.acts.base import references
from workflow.acts.base.context import StepContext
from workflow.acts.base.form_fields import (
    Id,
    Short,
    Text,
    WithAgreement,
    ask,
    ask_answer,
    ask_second,
)
from workflow.acts.base.registry import act
from workflow.acts.plan import letters, offers, tenures
from workflow.acts.plan.request import NOTIFIED, REGIMES, Deny, why_not
from workflow.acts.sharing import consent_rows
from workflow.record.in_force import not_withdrawn
from workflow.record.models import Consent, Document, Goal, Measure, Participant, Pause
from workflow.rules.names.steps import PlanStep
from workflow.words.text.translatable import N_

RATINGS = (
    ("good", N_("Bra")),
    ("so_so", N_("Sånn passe")),
    ("bad", N_("Ikke bra")),
    ("no_answer", N_("Ønsket ikke å svare")),
    ("not_reached", N_("Ikke nådd")),
)


class Start(WithAgreement):
    """When we look at the plan together next; what matters most if nothing is written."""

    next_review_on: date | None = ask(
        N_("Når ser dere på planen igjen?"), "date", None, suggest_days=90
    )
    most_important: Text = ask(N_("Det viktigste for personen"), "textarea", "", folded=True)


@act(PlanStep.START, Start)
def start(step: StepContext) -> None:
    """The plan is in use; the coordinator has accepted."""
    step.set(started_on=step.today, next_review_on=step.form.next_review_on, reviewed_on=None)
    if step.form.most_important:
        step.set(most_important=step.form.most_important)


class StartInformally(WithAgreement):
    """Who coordinates, and the leader who confirms it: outside model C, or where it is oneself."""

    coordinator_id: Id | None = ask(N_("Hvem koordinerer?"), "staff", None)
    confirmer_id: Id | None = ask_second(
        N_("Hvilken leder skal bekrefte?"),
        folded=True,
        help=N_("Koordinerer du selv, må en leder bekrefte før dere er i gang."),
    )
    most_important: Text = ask(N_("Hva er viktigst nå?"), "textarea", "")


@act(PlanStep.START_INFORMALLY, StartInformally)
def start_informally(step: StepContext) -> None:
    """Work begins; the papers follow. Full start all the same (3.10, 4.4)."""
    form: StartInformally = step.form
    if not step.facts.consent_to_plan and form.agreed_how:
        consent_rows.consent_to_plan(step, form.agreed_how)
    step.set(informal=True, started_on=step.today, effective_from=step.today)
    if form.most_important:
        step.set(most_important=form.most_important)
    if form.coordinator_id:
        references.party(step, form.coordinator_id, "coordinator_id")
        tenures.make_coordinator(step, form.coordinator_id)


class DecideRetroactively(WithAgreement):
    """The decision for what is already under way; true dates."""

    why_long: Text = ask(N_("Hvorfor varer behovet lenge?"), "textarea", "")
    why_coordinated: Text = ask(N_("Hvilke tjenester må samarbeide?"), "textarea", "")
    effective_from: date | None = ask(N_("Vedtaket gjelder fra"), "date", None)
    made_on: date | None = ask(N_("Vedtaket er fattet"), "date", None, folded=True)
    regime: str = ask_answer(N_("Hvilket regelverk?"), "health", choices=REGIMES)
    next_review_on: date | None = ask(
        N_("Når ser dere på planen igjen?"), "date", None, suggest_days=90
    )
    notified_how: str = ask_answer(
        N_("Hvordan får personen brevet?"), "handed_over", choices=NOTIFIED
    )
    archive_case: Short = ask(N_("Saksnummer i arkivet"), "line", "", folded=True)


@act(PlanStep.DECIDE_RETROACTIVELY, DecideRetroactively)
def decide_retroactively(step: StepContext) -> None:
    """The informal plan is decided; the recorded times stay true."""
    form: DecideRetroactively = step.form
    step.set(
        informal=False, retroactive=True, outcome="granted", effective_from=form.effective_from
    )
    if form.next_review_on:
        step.set(next_review_on=form.next_review_on)
    letters.decide(
        step,
        "retroactive",
        form.regime,
        why_long=form.why_long,
        why_coordinated=form.why_coordinated,
        effective_from=form.effective_from,
        made_on=form.made_on,
    )


@act(PlanStep.DENY_AFTER_INFORMAL_START, Deny)
def deny_after_informal_start(step: StepContext) -> None:
    """No plan, but the help goes on outside it; access is cut to each one's own service."""
    step.set(outcome="denied", informal=False)
    letters.decide(step, "deny_informal", step.form.regime, **why_not(step.form))
    consent_rows.end_sharing(step)
    for role in ("coordinator", "acting", "contact"):
        tenures.close_tenure(step, role)
    tenures.responsible(step, None, step.plan["unit_id"])
    offers.end_offers(step, step.plan_id)


class ReviewPlan(WithAgreement):
    """Every measure answered, the person's own rating and words, relatives discussed."""

    carried: list[Id] = ask(N_("Fortsetter som før"), "measures", [])
    rating: str = ask(N_("Hvordan synes personen det går?"), "choice", "", choices=RATINGS)
    person_words: Text = ask(N_("Med personens egne ord"), "textarea", "")
    worker_words: Text = ask(N_("Koordinators oppsummering"), "textarea", "", folded=True)
    wished: Text = ask(
        N_("Hva ønsket personen, hva ble bestemt, og hvorfor?"), "textarea", "", folded=True
    )
    relatives_discussed: bool = ask(N_("Vi har snakket om hva pårørende får se"), "check", False)
    relatives_why_not: Text = ask(N_("Hvis ikke nå: hvorfor?"), "line", "", folded=True)
    relatives_again_on: date | None = ask(N_("Vi tar det opp igjen"), "date", None, folded=True)


@act(PlanStep.REVIEW, ReviewPlan)
def review(step: StepContext) -> None:
    """We looked at the plan together; minutes and snapshot are kept."""
    form: ReviewPlan = step.form
    step.set(reviewed_on=step.today)
    step.note(rating=form.rating, carried=list(form.carried))
    step.say(person_words=form.person_words, worker_words=form.worker_words, wished=form.wished)
    _discuss_relatives(step, form)
    step.insert(
        Document,
        event_id=step.event_id,
        kind="snapshot",
        code="A02-2",
        title=step.plan["number"],
        created_at=step.now,
        **letters.document_columns(snapshot(step)),
    )


def _discuss_relatives(step: StepContext, form: ReviewPlan) -> None:
    """Mark each relative's consent as discussed, or put off with reason and date (2.6)."""
    if not form.relatives_discussed and form.relatives_again_on is None:
        return
    relatives = select(Participant.party_id).where(
        Participant.plan_id == step.plan_id,
        Participant.kind == "relative",
    )
    values: dict[str, Any] = {"last_discussed_on": step.today, "discuss_again_on": None}
    if not form.relatives_discussed:
        values = {"discuss_again_on": form.relatives_again_on}
    shared = update(Consent).where(
        Consent.plan_id == step.plan_id,
        Consent.receiver_id.in_(relatives),
        not_withdrawn(Consent),
    )
    step.change_rows(shared.values(**values))
    step.say(relatives_why_not=form.relatives_why_not)


def snapshot(step: StepContext) -> str:
    """The plan's goals and measures as text, as they stand at this moment."""
    goals = step.conn.execute(
        select(Goal.own_words, Goal.clarified, Goal.status)
        .where(Goal.plan_id == step.plan_id)
        .order_by(Goal.position)
    ).all()
    measures = step.conn.execute(
        select(Measure.text, Measure.state, Measure.completed_on, Measure.evaluated_on)
        .where(Measure.plan_id == step.plan_id)
        .order_by(Measure.position)
    ).all()
    lines = [step.plan["number"], step.plan["most_important"]]
    lines += [f"- {own or clear} [{status}]" for own, clear, status in goals]
    lines += [
        f"* {text} [{state}] {done or ''} {seen or ''}" for text, state, done, seen in measures
    ]
    return "\n".join(lines)


class Continue(WithAgreement):
    """When we look at it again, and what was changed."""

    next_review_on: date | None = ask(
        N_("Når ser dere på planen igjen?"), "date", None, suggest_days=180
    )
    changed: Text = ask(N_("Hva endrer vi?"), "textarea", "", folded=True)


@act(PlanStep.CONTINUE, Continue)
def go_on(step: StepContext) -> None:
    """The plan goes on, adjusted where agreed."""
    step.set(next_review_on=step.form.next_review_on)
    step.say(changed=step.form.changed)


class TakePause(WithAgreement):
    """Why and until when."""

    reason: Text = ask(N_("Hvorfor pause?"), "textarea", "")
    until_on: date | None = ask(N_("Til når?"), "date", None, suggest_days=30)


@act(PlanStep.PAUSE, TakePause)
def pause(step: StepContext) -> None:
    """Local clocks stop, legal ones run; renewable in one click."""
    step.set(paused_until=step.form.until_on)
    step.insert(Pause, from_on=step.today, until_on=step.form.until_on, reason=step.form.reason)


@act(PlanStep.RESUME, WithAgreement)
def resume(step: StepContext) -> None:
    """The plan is in use again; unsent ladders go on."""
    step.set(paused_until=None, resting="", rested_at=None)
    running = update(Pause).where(Pause.plan_id == step.plan_id, Pause.ended_on.is_(None))
    step.change_rows(running.values(ended_on=step.today))
