"""The coordinator's plan page: what matters most on top, the table, people, steps, dates and history."""

from __future__ import annotations

from typing import Any

from flask import render_template
from sqlalchemy import select

from web.auth import guest_links
from web.both import hand_over
from web.both.past_review import last_review
from web.hints.step_hints import FIVE_QUESTIONS
from web.page.confirmation import asked_lines
from web.page.header import address_of
from web.page.view_models import StepButton
from web.request import access_guards
from web.request.database import db_session
from web.request.language import current_language
from web.request.translate import gettext
from web.staff.blueprint import pages
from web.staff.plan import measure_table, next_steps, now_card, people, sharing
from web.staff.plan.health_notes import health_section
from web.staff.steps import labels
from web.staff.steps.step_buttons import READS, Buttons, buttons_of
from workflow.acts.privacy.protected_addresses import READERS
from workflow.record.access.open_plan import OpenPlan
from workflow.record.models import Document
from workflow.record.plan.view import PlanView
from workflow.record.shapes.plan import ComplaintView, OfferView
from workflow.rules.engine.policy import may_read
from workflow.rules.names.steps import MeasureStep, PlanStep
from workflow.rules.sharing.scopes import CALENDAR, GOALS, MEASURES
from workflow.rules.tables.scope_map import scopes_of_document
from workflow.words.labels.plan_contents import PlanContents, checklist_lead, make_checklist

HISTORY_SHOWN = 8
COUNTED = frozenset({GOALS, MEASURES, CALENDAR})
TEMPLATES = {"read": "staff/plan.html", "read_summary": "staff/summary.html"}


@pages.get("/plan/<plan_id>")
@access_guards.plan_route(*READS, kind="plan")
def plan(opened: OpenPlan) -> str:
    """The whole plan, the summary for somebody who is asked, or no content for leaders."""
    buttons = buttons_of(opened)
    template = TEMPLATES.get(opened.act, "staff/overview.html")
    shared = common(opened, buttons)
    if opened.act == "read":
        shared |= content(buttons)
    return render_template(template, **shared)


def common(opened: OpenPlan, buttons: Buttons) -> dict[str, Any]:
    """What all three pages show: number, state, who to ring, steps, dates."""
    view = buttons.view
    return {
        "view": view,
        "plan": view.plan,
        "state_words": labels.plan_state(view),
        "card": next_steps.card(buttons),
        "deadlines": [(labels.deadline_name(view, due), due) for due in view.deadlines],
        "coordinator": view.contact,
        "handed_over": hand_over.for_staff(view, opened.act == "read"),
        "offers": [asked_measure(buttons, offer) for offer in offers_to_reader(buttons)],
        "confirms": confirms(buttons),
        "links": links(opened, view),
        "may": {act: may_read(act, opened.relations) for act in ("print", "see_who_looked")},
    }


def content(buttons: Buttons) -> dict[str, Any]:
    """What only those see who may read the plan."""
    view = buttons.view
    allows = buttons.of_plan.allows
    return {
        "title_words": labels.title_of(view),
        "first_name": labels.call_person(view),
        "warnings": list(now_card.warnings(buttons)),
        "lines": now_card.lines(buttons),
        "parts": measure_table.goal_parts(buttons),
        "ended": measure_table.ended_parts(buttons),
        "away": measure_table.put_away(buttons),
        "talked": buttons.step(PlanStep.TALKED, label="+ " + labels.step_title(PlanStep.TALKED))
        if allows(PlanStep.TALKED)
        else None,
        "matters": buttons.step(PlanStep.SET_WHAT_MATTERS)
        if allows(PlanStep.SET_WHAT_MATTERS)
        else None,
        "adds": adds(buttons),
        "contacts": people.contacts(view),
        "guests": guest_links.offers(view, "staff") if buttons.coordinates else [],
        "shared": sharing.lines(buttons),
        "health": health_section(buttons),
        "left": people.people_who_left(view),
        "volunteer": volunteer(buttons),
        "history": labels.event_lines(view, view.events[:HISTORY_SHOWN]),
        # Of a plan that she sees a part of, nobody can say what is not covered.
        "points": []
        if view.hidden & COUNTED
        else make_checklist(plan_contents(view), current_language()),
        "points_lead": checklist_lead("staff", current_language()),
        "lend": lending(buttons),
    }


def offers_to_reader(buttons: Buttons) -> list[OfferView]:
    """The open offers about the plan that the reader is asked in."""
    asked = {
        subject for relation, subject in buttons.asked.access.by_subject if relation == "receiver"
    }
    return [offer for offer in buttons.view.offers if offer.id in asked]


def confirms(buttons: Buttons) -> dict[str, list[tuple[str, str]]]:
    """What the reader is asked to confirm, in words, by the question's key."""
    asked = offers_to_reader(buttons)
    return {one.id: asked_lines(one.asked_step, one.asked_form) for one in asked}


def asked_measure(buttons: Buttons, offer: OfferView) -> tuple[OfferView, str, list[StepButton]]:
    """An offer, the measure it is about, and the two answers where they stand on a measure."""
    measure = next((m for m in buttons.view.measures if m.id == offer.subject_id), None)
    if measure is None:
        return offer, "", []
    options = buttons.asked.of_measure(measure)
    answers = [one for one in (MeasureStep.ACCEPT, MeasureStep.DECLINE) if options.allows(one)]
    return (
        offer,
        measure.text,
        [buttons.step(one, measure, main=one == MeasureStep.ACCEPT) for one in answers],
    )


def adds(buttons: Buttons) -> list[StepButton]:
    """What can be added below the goals."""
    additions = []
    if buttons.of_plan.allows(PlanStep.ADD_GOAL):
        additions.append(buttons.step(PlanStep.ADD_GOAL, label=gettext("+ Mål")))
    if buttons.coordinates and buttons.of_plan.allows(PlanStep.SET_WHAT_MATTERS):
        additions.append(buttons.step(FIVE_QUESTIONS))
    return additions


def volunteer(buttons: Buttons) -> StepButton | None:
    """«Frivillig – Spør» where nobody is (need 0.10)."""
    there = any(one.kind == "volunteer" for one in buttons.view.participants)
    if there or not buttons.of_plan.allows(PlanStep.VOLUNTEER_WITH_COMPANION):
        return None
    return buttons.step(
        PlanStep.VOLUNTEER_WITH_COMPANION, label=gettext("Spør"), about=gettext("en frivillig")
    )


def lending(buttons: Buttons) -> str:
    """Where the coordinator lends the screen to the person, if there is a person."""
    if not buttons.coordinates or not buttons.view.person.id:
        return ""
    return address_of("person.lend", plan_id=buttons.view.plan.id)


def links(opened: OpenPlan, view: PlanView) -> dict[str, str]:
    """Addresses of the pages around this one that the reader may open."""
    addresses = {}
    if may_read("print", opened.relations):
        addresses["print"] = address_of("printing.plan", plan_id=view.plan.id)
    if may_read("see_who_looked", opened.relations):
        addresses["looked"] = address_of("staff.looked", plan_id=view.plan.id)
    if may_read("read_history", opened.relations):
        addresses["history"] = address_of("staff.history", plan_id=view.plan.id)
    if may_read("read_history", opened.relations) and (review := last_review(opened)):
        addresses["review"] = address_of(
            "staff.reviewed_page", plan_id=view.plan.id, event_id=review
        )
    if may_read("read", opened.relations):
        addresses["messages"] = address_of("staff.conversation_page", plan_id=view.plan.id)
    if view.hides_places and opened.relations & frozenset().union(*READERS.values()):
        addresses["address"] = address_of("staff.address", plan_id=view.plan.id)
    document = view.decision.document_id if view.decision else None
    if document and may_read("read_letters", opened.relations):
        addresses["letter"] = address_of(
            "printing.letter", plan_id=view.plan.id, document_id=document
        )
    complaint = next((one.id for one in view.parts[ComplaintView]), None)
    if complaint and may_read("read_letters", opened.relations):
        addresses["complaint"] = address_of(
            "printing.complaint", plan_id=view.plan.id, complaint_id=complaint
        )
    before = arrival_plan(opened)
    if before and may_read("read_letters", opened.relations):
        addresses["before"] = address_of(
            "printing.letter", plan_id=view.plan.id, document_id=before
        )
    return addresses


def arrival_plan(opened: OpenPlan) -> str | None:
    """The plan that somebody had with her from elsewhere, where all its parts may be read."""
    if not opened.plan.source_name or not scopes_of_document("incoming") <= opened.scopes:
        return None
    query = (
        select(Document.id)
        .where(
            Document.plan_id == opened.plan.id,
            Document.kind == "incoming",
            Document.mime.startswith("text/plain"),
        )
        .order_by(Document.created_at.desc())
        .limit(1)
    )
    return db_session().execute(query).scalar()


def plan_contents(view: PlanView) -> PlanContents:
    """What the plan holds, for the nine points of the regulation."""
    measures = [m for m in view.measures if m.close_reason in ("", "done")]
    here = view.participants
    return PlanContents(
        goals=len(view.goals),
        most_important=bool(view.plan.most_important),
        participants=len(here),
        coordinator=bool(view.coordinator.id),
        contributions=sum(bool(one.can_do) for one in here),
        measures=len(measures),
        measures_with_accountable=sum(bool(m.accountable_id) for m in measures),
        measures_with_date=sum(bool(m.due_on or m.look_again_on) for m in measures),
        next_review=view.plan.next_review_on is not None,
        consent=any(one.receiver_id is None for one in view.sharing),
        outside_partners=sum(one.level != "municipal" for one in here),
    )
