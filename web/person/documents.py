"""The person's papers: the plan to print, letters received, and the history in sentences."""

from __future__ import annotations

from collections.abc import Mapping

from flask import url_for
from sqlalchemy import select

from web.both.hand_over import names_elsewhere
from web.both.history_lines import HistoryLine
from web.both.past_review import REVIEW
from web.person.base.blueprint import MANY_EVENTS, pages, render_person_page, view_of
from web.person.steps.step_links import ask_link, press_button
from web.request import access_guards
from web.request.database import db_session
from web.request.language import current_language
from web.request.translate import gettext
from workflow.record.access.open_plan import OpenPlan
from workflow.record.models import Document
from workflow.record.plan.view import PlanView
from workflow.record.shapes.plan import EventView, UnitView
from workflow.rules.names.steps import PlanStep
from workflow.words.steps.history import event_actor, event_sentence
from workflow.words.steps.own_words import own_words

LETTERS = ("letter", "minutes", "call", "complaint", "incoming")


@pages.get("/min/<plan_id>/papir")
@access_guards.plan_route("own_pages", kind="person-papers")
def paper(opened: OpenPlan) -> str:
    """Få planen på papir."""
    view = view_of(opened)
    wish = ask_link(
        PlanStep.ASK_FOR_STEP,
        label=gettext("Be om å få den på papir"),
        step=PlanStep.COPY_GIVEN,
        words=gettext("Jeg vil ha planen på papir."),
    )
    return render_person_page(
        "paper.html",
        opened,
        view,
        title=gettext("Få planen på papir"),
        wish=wish,
        given=press_button(PlanStep.COPY_GIVEN, label=gettext("Jeg har fått den på papir")),
    )


@pages.get("/min/<plan_id>/brev")
@access_guards.plan_route("own_pages", kind="person-papers")
def read(opened: OpenPlan) -> str:
    """Letters and minutes, and the whole history in sentences."""
    view = view_of(opened, MANY_EVENTS)
    documents = (
        db_session()
        .execute(
            select(Document.id, Document.title, Document.kind, Document.created_at)
            .where(
                Document.plan_id == opened.plan.id,
                Document.kind.in_(LETTERS),
                Document.mime.startswith("text/plain"),
            )
            .order_by(Document.created_at.desc())
        )
        .all()
    )
    return render_person_page(
        "letters.html",
        opened,
        view,
        title=gettext("Brev og historie"),
        documents=documents,
        history=history(view),
        object_=ask_link(PlanStep.OBJECT),
    )


def history(view: PlanView) -> list[HistoryLine]:
    """Every event shown, the newest first: the sentence with who did it, and what was written."""
    known = names(view)
    lines = []
    for event in view.events:
        said = event_sentence(event.text, event.words, known, current_language(), "person")
        who = event_actor(event.text, known, current_language())
        own = event.actor_id == view.plan.person_id
        written = own_words(event.text, event.words, said, current_language())
        words = said if own or not who else f"{said} ({who})"
        lines.append(HistoryLine(event.at, words, written, page_of(view, event)))
    return lines


def page_of(view: PlanView, event: EventView) -> str:
    """The page of an event that has one of its own: a review."""
    if event.step_name != REVIEW:
        return ""
    return url_for("person.review", plan_id=view.plan.id, event_id=event.id)


def names(view: PlanView) -> Mapping[str, str]:
    """What ids are called in sentences: people, measures by their text, units."""
    people = {key: human.name for key, human in view.humans.items()}
    texts = {measure.id: measure.text for measure in view.measures}
    units = {unit.id: unit.name for unit in view.parts[UnitView]}
    return {**units, **texts, **people, **names_elsewhere(view), "person": view.person.name}
