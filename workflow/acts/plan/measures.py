"""Measures (tiltak) through their life, from proposal to evaluation."""

from __future__ import annotations

from datetime import date, time
from typing import Any

from sqlalchemy import func, select

from workflow.acts.base import references
from workflow.acts.base.context import StepContext
from workflow.acts.base.form_fields import (
    Form,
    Id,
    Line,
    Short,
    Text,
    WithAgreement,
    ask,
    ask_answer,
)
from workflow.acts.base.registry import act
from workflow.acts.plan import offers
from workflow.acts.sharing import duty_rows
from workflow.record.models import Goal, Measure, MeasureHelper
from workflow.rules.engine.vocabulary import TRANSFERRED
from workflow.rules.names.steps import MeasureStep
from workflow.words.text.translatable import N_

OUTCOMES = (
    ("achieved", N_("Det ble som vi ville")),
    ("partly", N_("Delvis")),
    ("not_achieved", N_("Ikke denne gangen")),
)
HOW_IT_WENT = (
    ("good", N_("Bra")),
    ("so_so", N_("Sånn passe")),
    ("bad", N_("Ikke bra")),
    ("no_answer", N_("Ønsket ikke å svare")),
)


class Propose(WithAgreement):
    """What, for which goal, and whoever could do it."""

    text: Text = ask(N_("Hva skal gjøres?"), "line", "")
    goal_id: Id | None = ask(N_("Hvilket mål?"), "goal", None)
    accountable_id: Id | None = ask(N_("Ansvarlig"), "around", None)
    helper_ids: list[Id] = ask(N_("Sammen med"), "around_many", [])
    due_on: date | None = ask(N_("Avtalt til"), "date", None)
    due_time: time | None = ask(N_("Klokka"), "time", None, folded=True)
    not_before: date | None = ask(N_("Ikke før"), "date", None, folded=True)
    look_again_on: date | None = ask(
        N_("Når anledningen byr seg: se på det igjen"), "date", None, folded=True
    )
    agreed_consequence: Text = ask(
        N_("Hvis det ikke blir noe av: hva har vi avtalt?"), "line", "", folded=True
    )
    condition: Text = ask(N_("Vilkår fra en annen"), "line", "", folded=True)
    condition_by: Line = ask(N_("Hvem stiller vilkåret?"), "line", "", folded=True)
    after_id: Id | None = ask(N_("Kommer etter"), "measure", None, folded=True)
    kind: str = ask(
        N_("Slags tiltak"),
        "choice",
        "",
        folded=True,
        choices=(("", N_("Vanlig")), ("activity", N_("Aktivitet"))),
    )
    system_code: Short = ask(N_("Kode i rusmiddelpolitisk plan"), "line", "", folded=True)
    service_decision_ref: Line = ask(N_("Vedtak om tjenesten"), "line", "", folded=True)


class ProposeBroughtIn(Propose):
    """Of a plan from elsewhere: whose idea it was there, where that is known."""

    proposed_by: Id | None = ask("", "line", None)


SHARED = (
    "text",
    "goal_id",
    "kind",
    "accountable_id",
    "not_before",
    "due_on",
    "due_time",
    "look_again_on",
    "agreed_consequence",
    "condition",
    "condition_by",
    "after_id",
    "system_code",
    "service_decision_ref",
)


def name_helpers(step: StepContext) -> None:
    """Name the helpers; «Kim sammen med MAT» is an accountable with helpers."""
    for helper in dict.fromkeys(step.form.helper_ids):
        references.party(step, helper, "helper_ids")
        step.insert(MeasureHelper, measure_id=step.subject["id"], party_id=helper)


def _proposed_by(step: StepContext) -> str | None:
    """Who had the idea: of what came along from elsewhere nobody who only takes it in."""
    if step.actor.kind == "operator":
        return getattr(step.form, "proposed_by", None)
    return step.actor.party_id


@act(MeasureStep.PROPOSE, Propose, follow=name_helpers)
def propose(step: StepContext) -> None:
    """Shown to the person first; nothing is agreed yet."""
    form: Propose = step.form
    step.require(text=form.text)
    step.on_plan(Goal, form.goal_id, "goal_id")
    step.on_plan(Measure, form.after_id, "after_id")
    if form.accountable_id:
        references.party(step, form.accountable_id, "accountable_id")
    last = step.conn.execute(
        select(func.max(Measure.position)).where(Measure.plan_id == step.plan_id)
    ).scalar()
    empty: dict[str, Any] = {
        "outcome": "",
        "close_reason": "",
        "unmet_code": "",
        "rating": "",
        "result_words": "",
        "way_of_working": "",
        "when_occasion": form.look_again_on is not None,
        "cycle": 1,
        "due_version": 1,
        "version": 1,
        "position": (last or 0) + 1,
        "proposed_by": _proposed_by(step),
        "original_due_on": form.due_on,
    }
    step.set(**empty, **{name: getattr(form, name) for name in SHARED})
    own = step.ground in ("person", "representative") or step.on_behalf
    step.deadline_subject = (
        "measure",
        step.subject["id"],
        {**step.changes, "id": step.subject["id"], "own": own},
    )


class Agree(WithAgreement):
    """Who is accountable and said yes, and until when."""

    accountable_id: Id | None = ask(N_("Ansvarlig"), "around", None)
    accountable_said_yes: bool = ask(N_("Den ansvarlige var med og sa ja"), "check", False)
    due_on: date | None = ask(N_("Avtalt til"), "date", None)
    due_time: time | None = ask(N_("Klokka"), "time", None, folded=True)
    look_again_on: date | None = ask(
        N_("Når anledningen byr seg: se på det igjen"), "date", None, folded=True
    )


@act(MeasureStep.AGREE, Agree)
def agree(step: StepContext) -> None:
    """Agreed: one accountable, a date or a day to look again."""
    form: Agree = step.form
    who = form.accountable_id or step.subject["accountable_id"]
    step.require(accountable_id=who)
    references.party(step, who, "accountable_id")
    step.set(accountable_id=who, agreed_on=step.today, **dates_of_form(form))
    step.set(original_due_on=form.due_on or form.look_again_on)
    duty_rows.share_by_measure(step, who)


def dates_of_form(form: Any) -> dict[str, Any]:
    """The dates a form sets; a look-again day says «når anledningen byr seg» (4.4)."""
    return {
        "due_on": form.due_on,
        "due_time": getattr(form, "due_time", None),
        "look_again_on": form.look_again_on,
        "when_occasion": form.due_on is None and form.look_again_on is not None,
    }


class Refuse(WithAgreement):
    """No thanks; no reason is needed."""

    words: Text = ask(N_("Vil du si hvorfor?"), "line", "", folded=True)


@act(MeasureStep.REFUSE, Refuse)
def refuse(step: StepContext) -> None:
    """Kept neutrally, so that nobody offers it again by surprise (4.14)."""
    step.set(close_reason="refused")
    step.say(words=step.form.words)


UNMET = (
    ("capacity", N_("Ikke plass nå")),
    ("not_offered", N_("Finnes ikke her")),
    ("not_entitled", N_("Fikk nei på vedtak")),
    ("other", N_("Annet")),
)


class ServiceDenies(Form):
    """The service's no, its reason, its own decision and appeal (1.10, 0.14)."""

    reason: Text = ask(N_("Hvorfor?"), "line", "")
    unmet_code: str = ask_answer(N_("Hva handler det om?"), "capacity", choices=UNMET)
    service_decision_ref: Line = ask(N_("Vedtak om tjenesten"), "line", "", folded=True)


@act(MeasureStep.SERVICE_DENIES, ServiceDenies)
def service_denies(step: StepContext) -> None:
    """Recorded as an unmet need; the person can appeal the service's own decision."""
    form: ServiceDenies = step.form
    step.set(close_reason="service_denied", unmet_code=form.unmet_code)
    if form.service_decision_ref:
        step.set(service_decision_ref=form.service_decision_ref)
    step.say(reason=form.reason)


@act(MeasureStep.BEGIN, WithAgreement)
def begin(step: StepContext) -> None:
    """Under way."""


class DoneForm(WithAgreement):
    """The date it was done; today if nothing is said."""

    completed_on: date | None = ask(N_("Fullført"), "date", None)


@act(MeasureStep.DONE, DoneForm)
def complete_measure(step: StepContext) -> None:
    """Done: the first of the table's two dates (4.8)."""
    step.set(completed_on=step.form.completed_on or step.today)
    if step.facts.state == TRANSFERRED:
        offers.end_offers(step, step.subject["id"], "measure")


class Evaluate(WithAgreement):
    """The result, the person's view, and how we worked (4.10)."""

    outcome: str = ask_answer(N_("Hvordan gikk det?"), "achieved", choices=OUTCOMES)
    rating: str = ask_answer(N_("Hva syntes personen?"), "no_answer", choices=HOW_IT_WENT)
    result_words: Text = ask(N_("Med egne ord"), "line", "", folded=True)
    way_of_working: Text = ask(N_("Hvordan jobbet vi sammen?"), "line", "", folded=True)
    why_not_done: Text = ask(N_("Hvis det ikke er gjort: hvorfor?"), "line", "", folded=True)


@act(MeasureStep.EVALUATE, Evaluate)
def evaluate(step: StepContext) -> None:
    """Evaluated: the second of the two dates, shown with a tick."""
    form: Evaluate = step.form
    step.set(outcome=form.outcome, rating=form.rating, evaluated_on=step.today)
    for name in ("result_words", "way_of_working"):
        if getattr(form, name):
            step.set(**{name: getattr(form, name)})
    step.say(why_not_done=form.why_not_done)


class GoOn(WithAgreement):
    """A new date."""

    due_on: date | None = ask(N_("Avtalt til"), "date", None)
    look_again_on: date | None = ask(
        N_("Når anledningen byr seg: se på det igjen"), "date", None, folded=True
    )


@act(MeasureStep.GO_ON, GoOn)
def go_on(step: StepContext) -> None:
    """A new round; the old dates stay in the history (4.13)."""
    step.set(
        completed_on=None,
        evaluated_on=None,
        outcome="",
        rating="",
        cycle=step.subject["cycle"] + 1,
        due_version=step.subject["due_version"] + 1,
        **dates_of_form(step.form),
    )


@act(MeasureStep.CLOSE, WithAgreement)
def close(step: StepContext) -> None:
    """Done with; it stays in what we have managed."""
    step.set(close_reason="done")
    duty_rows.end_with_measure(step)
