"""Venter på svar: what others have asked the reader or the reader's unit, with the summary and a yes or a no."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import render_template
from sqlalchemy.orm import Session

from web.hints.catalogue import answering_steps, hints_of
from web.page.confirmation import asked_lines
from web.page.view_models import StepButton
from web.request import access_guards
from web.request.actor import current_actor
from web.request.clock import now
from web.request.database import open_unit
from web.request.translate import N_, gettext
from web.staff.blueprint import pages
from web.staff.lists import crossing
from web.staff.lists.my_plans import plan_address, step_address
from workflow.acts.notices import told_in_person
from workflow.record.access.open_plan import trace_list
from workflow.record.lists import awaiting_me
from workflow.record.lists.awaiting_me import WaitingOffer
from workflow.words.steps.catalogue import step_words

ASKS = {
    "coordinator": N_("Vil du være koordinator?"),
    "authority": N_("Hører saken til hos dere?"),
    "transfer": N_("Vil dere ta over planen?"),
    "measure": N_("Vil du ta over et tiltak?"),
    "accountable": N_("Vil du ha ansvaret for et tiltak?"),
    "confirmation": N_("Vil du bekrefte dette?"),
}


@dataclass(frozen=True)
class OfferCard:
    """One question as its card shows it."""

    asked: WaitingOffer
    words: str
    steps: tuple[StepButton, ...]
    plan: str
    confirms: Sequence[tuple[str, str]]


@pages.get("/venter")
@access_guards.staff(kind="waiting")
def offers() -> str:
    """The questions that wait, the oldest first, and the people who are to be told by the reader."""
    with open_unit() as session:
        questions = awaiting_me.offers(session, current_actor(), now())
        trace_named(session, [asked for asked in questions if asked.name])
        told_in_person.drop_untrue(session.connection(), now())
        to_say = told_in_person.list_to_tell(session, current_actor(), now())
        trace_list(session, current_actor(), "list", [one.plan_id for one in to_say], now())
        elsewhere = crossing.list_questions(session)
    return render_template(
        "staff/offers.html",
        questions=[question(one) for one in questions],
        elsewhere=elsewhere,
        to_say=[(one, plan_address(one.plan_id)) for one in to_say],
        moment=now(),
    )


def trace_named(session: Session, named: Sequence[WaitingOffer]) -> None:
    """One trace for those that are shown by name."""
    shown = [asked.plan_id for asked in named]
    trace_list(session, current_actor(), "read_summary", shown, now())


def question(asked: WaitingOffer) -> OfferCard:
    """The question in words, with the answers that may be given."""
    words = gettext(ASKS.get(asked.kind, ASKS["transfer"]))
    steps = tuple(answer(asked, step_name) for step_name in answers(asked))
    confirms = asked_lines(asked.asked_step, asked.asked_form)
    return OfferCard(asked, words, steps, plan_address(asked.plan_id), confirms)


def answers(asked: WaitingOffer) -> tuple[str, ...]:
    """The steps that answer."""
    return answering_steps(asked.kind) or answering_steps("transfer")


def answer(asked: WaitingOffer, step_name: str) -> StepButton:
    """One answer as a button that leads to its few questions."""
    subject = asked.subject_id if asked.subject_id != asked.plan_id else None
    where = step_address(asked.plan_id, step_name, subject) or "#innhold"
    yes = hints_of(step_name).main
    return StepButton(gettext(step_words(step_name)), where, main=yes, about=asked.number)
