"""How a plan ends or rests: closing, ending by decision, stop sharing, death, rest."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select, update

from workflow.acts.base.context import StepContext
from workflow.acts.base.form_fields import (
    ByTwo,
    Form,
    Id,
    NoFields,
    Short,
    Text,
    WithAgreement,
    ask,
    ask_answer,
)
from workflow.acts.base.registry import act
from workflow.acts.plan import close_effects, letters, offers, tenures
from workflow.acts.plan.request import NOTIFIED, REGIMES
from workflow.acts.sharing import consent_rows
from workflow.record.in_force import not_withdrawn
from workflow.record.models import Consent, Offer
from workflow.rules.engine.vocabulary import TRANSFERS
from workflow.rules.guards.plan import UNDO_DAYS
from workflow.rules.names.steps import PlanStep
from workflow.words.text.translatable import N_

END_REASONS = (
    ("goals_met", N_("Målene er nådd")),
    ("no_need", N_("Behovet er borte")),
    ("person_wishes", N_("Personen ønsker det")),
)


class Close(WithAgreement):
    """Why, in a code and words."""

    why: str = ask_answer(N_("Hvorfor avslutter dere?"), "goals_met", choices=END_REASONS)
    reason: Text = ask(N_("Med noen få ord"), "textarea", "")


@act(PlanStep.CLOSE, Close)
def close(step: StepContext) -> None:
    """Closed as agreed; always readable for the person."""
    step.say(reason=step.form.reason)
    close_effects.close_plan(step, step.form.why)


class EndByDecision(Form):
    """Reasons, regime, how told; the plan runs until the window has lapsed."""

    reasons: Text = ask(N_("Hvorfor vil kommunen avslutte?"), "textarea", "")
    regime: str = ask_answer(N_("Hvilket regelverk?"), "health", choices=REGIMES)
    notified_how: str = ask_answer(
        N_("Hvordan får personen brevet?"), "handed_over", choices=NOTIFIED
    )
    archive_case: Short = ask(N_("Saksnummer i arkivet"), "line", "", folded=True)


@act(PlanStep.END_BY_DECISION, EndByDecision)
def end_by_decision(step: StepContext) -> None:
    """The municipality wants to end it: a letter, a window, and the plan goes on meanwhile."""
    letters.decide(step, "end", step.form.regime, reasons=step.form.reasons)
    step.set(ends_on=step.subject["appeal_until"])
    offers.end_offers(step, step.plan_id, "transfer")


@act(PlanStep.END_WHEN_LAPSED, NoFields)
def end_when_lapsed(step: StepContext) -> None:
    """Nobody complained and the window has lapsed."""
    close_effects.close_plan(step, "ended_by_decision")


class StopSharingWith(WithAgreement):
    """With whom; no reason is asked."""

    party_id: Id = ask(N_("Hvem vil du slutte å dele med?"), "sharing", "")


@act(PlanStep.STOP_SHARING_WITH, StopSharingWith)
def stop_sharing_with(step: StepContext) -> None:
    """Their pages, feeds and queued notices end at once; the other is not told why."""
    step.require(party_id=step.form.party_id)
    consent_rows.end_consents(step, step.form.party_id)
    step.note(receiver=step.form.party_id)


@act(PlanStep.STOP_SHARING, WithAgreement)
def stop_sharing(step: StepContext) -> None:
    """Nobody else sees the plan; the person can undo for 30 days."""
    step.set(
        resting="stopped", rested_at=step.now, paused_until=step.today + timedelta(days=UNDO_DAYS)
    )


@act(PlanStep.SHARE_AGAIN, WithAgreement)
def share_again(step: StepContext) -> None:
    """The person opens the plan again."""
    step.set(resting="", rested_at=None, paused_until=None)


@act(PlanStep.WITHDRAW_CONSENT, WithAgreement)
def withdraw_consent(step: StepContext) -> None:
    """Everything ends at once; the record is kept; the person can undo for 30 days."""
    offers.offer(
        step,
        "undo",
        step.plan_id,
        to_party_id=step.plan["person_id"],
        from_state=_undone_to(step),
        expires_at=step.now + timedelta(days=UNDO_DAYS),
    )
    close_effects.close_plan(step, "consent_withdrawn")


def _undone_to(step: StepContext) -> str:
    """Where an undo leads: the state now, or the one before an offer that ends with the plan."""
    asked = select(Offer.from_state).where(
        Offer.subject_id == step.plan_id,
        Offer.kind.in_(TRANSFERS),
        Offer.outcome == "",
    )
    return step.conn.execute(asked).scalar() or step.facts.state


@act(PlanStep.UNDO_WITHDRAWAL, WithAgreement)
def undo_withdrawal(step: StepContext) -> None:
    """The plan is as it was; a named human of the coordinating unit acts until one is found."""
    offer = offers.answer(step, "accepted")
    step.set(close_reason="", closed_at=None)
    consent_rows.consent_to_plan(step, step.form.agreed_how or "app")
    if offer["from_state"] != "requested":
        tenures.make_acting(step, tenures.a_coordinating_human(step))


class EndOutside(ByTwo):
    """The person has died or moved abroad; a leader confirms it."""

    why: str = ask_answer(
        N_("Hva har skjedd?"),
        "death",
        choices=(("death", N_("Personen er død")), ("moved_abroad", N_("Flyttet til utlandet"))),
    )
    reason: Text = ask(N_("Med noen få ord"), "line", "")


@act(PlanStep.END_DEATH_OR_MOVED, EndOutside)
def end_death_or_moved(step: StepContext) -> None:
    """Closed and archived."""
    step.say(reason=step.form.reason)
    close_effects.close_plan(step, step.form.why)


class LetRest(ByTwo):
    """A leader confirms it; the tries stand in the history."""


@act(PlanStep.LET_REST, LetRest)
def let_rest(step: StepContext) -> None:
    """Out of contact: others' access ends, the person reopens in one click."""
    step.set(resting="out_of_contact", rested_at=step.now)
    others = update(Consent).where(
        Consent.plan_id == step.plan_id,
        Consent.receiver_id.is_not(None),
        not_withdrawn(Consent),
        Consent.receiver_id != step.plan["responsible_party_id"],
    )
    step.change_rows(others.values(withdrawn_at=step.now))
