"""The person asks for access to what stands about her (innsyn), and the privacy officer's answer."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Row, Select, select
from sqlalchemy.orm import Session

from workflow.acts.base.context import StepContext
from workflow.acts.base.form_fields import Form, Text, WithAgreement, ask
from workflow.acts.base.registry import act
from workflow.record.models import Wish
from workflow.rules.names.steps import PlanStep
from workflow.words.text.translatable import N_

ACCESS = "access"


class AskForAccess(WithAgreement):
    """Everything, or what the person says in her own words."""

    words: Text = ask(N_("Hva vil personen se?"), "textarea", "")


@act(PlanStep.ASK_FOR_ACCESS, AskForAccess)
def ask_for_access(step: StepContext) -> None:
    """Answered within a calendar month of this day (GDPR art. 12 no. 3), in every state of the plan."""
    key = step.insert(
        Wish,
        kind=ACCESS,
        from_party_id=step.plan["person_id"],
        words=step.form.words,
        sent_at=step.now,
    )
    step.note(wish=key)
    step.deadline_subject = ("wish", key, {"id": key})


def _waiting(plan_id: str) -> Select[str, str, datetime]:
    """The oldest request of a plan that has no answer yet."""
    columns = (Wish.id, Wish.words, Wish.sent_at)
    query = select(*columns).where(
        Wish.plan_id == plan_id, Wish.kind == ACCESS, Wish.answered_at.is_(None)
    )
    return query.order_by(Wish.sent_at).limit(1)


def find_access_request(session: Session, plan_id: str) -> Row[str, str, datetime] | None:
    """What was asked for and when, for whoever answers; None where nobody waits."""
    return session.execute(_waiting(plan_id)).first()


class AnswerAccess(Form):
    """What the person got, or why not and whom to complain to."""

    answer: Text = ask(N_("Hva fikk personen, og hvordan?"), "textarea", "")


@act(PlanStep.ANSWER_ACCESS, AnswerAccess)
def answer_access(step: StepContext) -> None:
    """The oldest request that waits is answered; the person hears it and reads the words."""
    step.require(answer=step.form.answer)
    asked = step.conn.execute(_waiting(step.plan_id)).first()
    assert asked is not None  # the guard has seen one in this transaction
    key = asked.id
    step.update(
        Wish,
        key,
        answered_at=step.now,
        answered_by=step.actor.party_id,
        answer=step.form.answer,
    )
    step.deadline_subject = ("wish", key, {"id": key})
