"""The person asks for access to what stands about her (innsyn), and the privacy officer's answer (A31, A32)."""

from __future__ import annotations

from sqlalchemy import select

from workflow.acts.forms import Agreed, Form, Text, ask
from workflow.acts.registry import act
from workflow.acts.step import Step
from workflow.record.models import Wish
from workflow.words.marking import N_

ACCESS = "access"


class AskForAccess(Agreed):
    """A31: everything, or what the person says in her own words."""

    words: Text = ask(N_("Hva vil du se? Kan stå åpent"), "textarea", "")


@act("A31", AskForAccess)
def ask_for_access(step: Step) -> None:
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


class AnswerAccess(Form):
    """A32: what the person got, or why not and whom to complain to."""

    answer: Text = ask(N_("Hva fikk personen, og hvordan?"), "textarea", "")


@act("A32", AnswerAccess)
def answer_access(step: Step) -> None:
    """The oldest request that waits is answered; the person hears it and reads the words."""
    step.require(answer=step.form.answer)
    key = step.conn.execute(
        select(Wish.id)
        .where(
            Wish.municipality_id == step.municipality_id,
            Wish.plan_id == step.plan_id,
            Wish.kind == ACCESS,
            Wish.answered_at.is_(None),
        )
        .order_by(Wish.sent_at)
        .limit(1)
    ).scalar_one()
    step.update(
        Wish,
        key,
        answered_at=step.now,
        answered_by=step.actor.party_id,
        answer=step.form.answer,
    )
    step.deadline_subject = ("wish", key, {"id": key})
