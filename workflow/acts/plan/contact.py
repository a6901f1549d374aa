"""Signs of life: talks, tries, messages, wishes, answers, copies, objections."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import select, update

from workflow.acts.base import references
from workflow.acts.base.context import StepContext
from workflow.acts.base.form_fields import (
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
from workflow.acts.sharing import consent_rows
from workflow.record.models import Agreement, Measure, Wish
from workflow.rules.engine.denials import BadInput
from workflow.rules.names.steps import PlanStep
from workflow.rules.tables import TRANSITIONS
from workflow.words.text.translatable import N_

QUESTION = "question"  # of a leader or the coordinating unit, to the coordinator


class RecordTalk(WithAgreement):
    """One tap is enough; a few words are welcome."""

    words: Text = ask(N_("Noen få ord"), "line", "", folded=True)


@act(PlanStep.TALKED, RecordTalk)
def record_talk(step: StepContext) -> None:
    """«Vi snakket sammen» counts as life (1.9)."""
    step.say(words=step.form.words)


class RecordTry(Form):
    """How we tried to reach the person."""

    how: str = ask_answer(
        N_("Hvordan prøvde dere?"),
        "phone",
        choices=(
            ("phone", N_("Ringte")),
            ("message", N_("Sendte melding")),
            ("visit", N_("Var innom")),
            ("letter", N_("Brev")),
        ),
    )
    words: Text = ask(N_("Noen få ord"), "line", "", folded=True)


@act(PlanStep.TRIED_TO_REACH, RecordTry)
def record_try(step: StepContext) -> None:
    """A try, counted towards `plan.let_rest`; nobody is blamed."""
    step.note(how=step.form.how)
    step.say(words=step.form.words)


class Write(WithAgreement):
    """A message to the coordinator, or from the coordinator to the person."""

    words: Text = ask(N_("Hva vil du si?"), "textarea", "")
    to_party_id: Id | None = ask(N_("Til hvem?"), "around", None, folded=True)


@act(PlanStep.WRITE, Write)
def write(step: StepContext) -> None:
    """A message; the person's own must be answered within 5 working days."""
    form: Write = step.form
    step.require(words=form.words)
    own = step.ground in ("person", "representative") or step.on_behalf
    default = step.plan["responsible_party_id"] if own else step.plan["person_id"]
    to = form.to_party_id or default
    if form.to_party_id:
        references.party(step, form.to_party_id, "to_party_id")
    key = step.insert(
        Wish,
        kind="message",
        from_party_id=step.actor.party_id,
        to_party_id=to,
        words=form.words,
        sent_at=step.now,
    )
    step.note(to=to, wish=key)
    step.deadline_subject = ("wish", key, {"id": key, "own": own})


class AnswerWish(Form):
    """The answer to a wish, message or proposal."""

    wish_id: Id = ask(N_("Hva svarer du på?"), "wish")
    answer: Text = ask(N_("Svar"), "textarea", "")


@act(PlanStep.ANSWER, AnswerWish)
def answer(step: StepContext) -> None:
    """The person hears the answer."""
    form: AnswerWish = step.form
    step.require(answer=form.answer)
    asked = _asked(step, form.wish_id)
    if asked["kind"] == QUESTION:
        step.note(of=QUESTION)
        step.add_recipient(asked["from_party_id"], "leader")
    elif asked["from_party_id"] != step.plan["person_id"]:
        step.add_recipient(asked["from_party_id"], "addressee")
    step.update(
        Wish,
        form.wish_id,
        answered_at=step.now,
        answered_by=step.actor.party_id,
        answer=form.answer,
    )
    step.deadline_subject = ("wish", form.wish_id, {"id": form.wish_id})


def _asked(step: StepContext, wish_id: str) -> Mapping[str, Any]:
    """What is answered. Raises BadInput for a request for access, which has its own answer."""
    query = select(Wish.kind, Wish.from_party_id).where(
        Wish.id == wish_id, Wish.plan_id == step.plan_id
    )
    wish = step.conn.execute(query).mappings().first()
    if wish is None or wish["kind"] == "access":
        raise BadInput([("wish_id", "not_on_this_plan", {})])
    return dict(wish)


class AskForStep(WithAgreement):
    """The person asks for a step that somebody else must take (0.2)."""

    step: Short = ask(N_("Hva vil du at noen skal gjøre?"), "line", "")
    words: Text = ask(N_("Si det med dine egne ord"), "textarea", "")
    subject_id: Id | None = ask(N_("Hvilket tiltak?"), "measure", None, folded=True)


@act(PlanStep.ASK_FOR_STEP, AskForStep)
def ask_for_step(step: StepContext) -> None:
    """The wish stands until it is answered."""
    form: AskForStep = step.form
    step.on_plan(Measure, form.subject_id, "subject_id")
    # A step's name comes from a link and is no word that anybody reads; anything else is her own.
    asked = form.step if form.step in TRANSITIONS else ""
    words = form.words or ("" if asked else form.step)
    step.require(words=words)
    key = step.insert(
        Wish,
        kind="step",
        step=asked,
        words=words,
        subject_id=form.subject_id,
        from_party_id=step.actor.party_id,
        to_party_id=step.plan["responsible_party_id"],
        sent_at=step.now,
    )
    step.note(wish=key, step=asked)
    step.deadline_subject = ("wish", key, {"id": key, "own": True})


class WishCoordinator(WithAgreement):
    """Whom the person would like instead; no reason is asked."""

    wish_coordinator: Text = ask(N_("Hvem vil du heller ha?"), "line", "")


@act(PlanStep.WISH_COORDINATOR, WishCoordinator)
def wish_coordinator(step: StepContext) -> None:
    """A wish to change coordinator is answered within 10 working days."""
    words = step.form.wish_coordinator
    key = step.insert(
        Wish,
        kind="change_coordinator",
        words=words,
        sent_at=step.now,
        from_party_id=step.actor.party_id,
    )
    step.set(wish_coordinator=words, wish_asked_at=step.now)
    step.note(wish=key)
    step.deadline_subject = ("wish", key, {"id": key})


class GiveCopy(WithAgreement):
    """How the person got the plan on paper."""

    large: bool = ask(N_("Stor skrift"), "check", False)


@act(PlanStep.COPY_GIVEN, GiveCopy)
def give_copy(step: StepContext) -> None:
    """The person has the plan on paper (4.11)."""
    step.note(large=step.form.large)


class ProvisionalReply(Form):
    """Why it takes time, and when the answer comes (fvl § 11 a)."""

    reason: Text = ask(N_("Hvorfor tar det tid?"), "textarea", "")
    expected_on: date | None = ask(N_("Når kommer svaret?"), "date", None)


@act(PlanStep.PROVISIONAL_REPLY, ProvisionalReply)
def provisional_reply(step: StepContext) -> None:
    """The reply the law asks for within a month; says if the work has already begun."""
    form: ProvisionalReply = step.form
    step.require(reason=form.reason, expected_on=form.expected_on)
    step.say(reason=form.reason)
    step.note(
        expected_on=form.expected_on.isoformat() if form.expected_on else None,
        begun=step.plan["informal"],
    )


@act(PlanStep.CONFIRM_RECEIPT, NoFields)
def confirm_receipt(step: StepContext) -> None:
    """The reporter hears that the report has come; nothing else."""


class TellPerson(WithAgreement):
    """We rang or met the person, who said yes or no."""

    said: str = ask_answer(
        N_("Hva sa personen?"),
        "yes",
        choices=(("yes", N_("Ja til en plan")), ("think", N_("Vil tenke på det"))),
    )
    words: Text = ask(N_("Noen få ord"), "line", "", folded=True)


@act(PlanStep.TOLD_PERSON, TellPerson)
def tell_person(step: StepContext) -> None:
    """Now the person knows; from here letters may follow."""
    form: TellPerson = step.form
    step.set(person_knows="yes")
    if form.said == "yes" and not step.facts.consent_to_plan:
        consent_rows.consent_to_plan(step, form.agreed_how or "spoken")
    step.note(said=form.said)
    step.say(words=form.words)


class Objection(WithAgreement):
    """The person did not say that (domain 5.0)."""

    agreement_id: Id | None = ask(N_("Hva gjelder det?"), "agreement", None)
    words: Text = ask(N_("Hva er riktig?"), "textarea", "")


@act(PlanStep.OBJECT, Objection)
def object_to_agreement(step: StepContext) -> None:
    """The objection stands beside the agreement it concerns."""
    step.on_plan(Agreement, step.form.agreement_id, "agreement_id")
    key = (
        step.form.agreement_id
        or step.conn.execute(
            select(Agreement.id)
            .where(
                Agreement.plan_id == step.plan_id,
                Agreement.how != "app",
            )
            .order_by(Agreement.id.desc())
            .limit(1)
        ).scalar()
    )
    if key is None:
        raise BadInput([("agreement_id", "missing", {})])
    mine = update(Agreement).where(Agreement.id == key, Agreement.plan_id == step.plan_id)
    step.change_rows(mine.values(objected_at=step.now))
    step.note(agreement=key)
    step.say(words=step.form.words)


class AskCoordinator(Form):
    """The manager asks how it goes; no content is shown."""

    words: Text = ask(
        N_("Hva lurer du på?"),
        "line",
        "",
        help=N_("Koordinatoren svarer deg her. Svaret skal ikke fortelle hva som står i planen."),
    )


@act(PlanStep.ASK_COORDINATOR, AskCoordinator)
def ask_coordinator(step: StepContext) -> None:
    """A question to the coordinator, who answers it in words; who asked stands with it."""
    step.require(words=step.form.words)
    to = step.plan["responsible_party_id"]
    key = step.insert(
        Wish,
        kind=QUESTION,
        from_party_id=step.actor.party_id,
        to_party_id=to,
        words=step.form.words,
        sent_at=step.now,
    )
    step.note(to=to, wish=key, asked_as=step.ground)


class ProposeCoordinator(Form):
    """Whom the manager proposes to the coordinating unit."""

    party_id: Id | None = ask(N_("Hvem foreslår du?"), "staff", None)


@act(PlanStep.PROPOSE_COORDINATOR, ProposeCoordinator)
def propose_coordinator(step: StepContext) -> None:
    """The coordinating unit still asks, and the person still wishes."""
    references.party(step, step.form.party_id or "")
    step.note(proposed=step.form.party_id)
