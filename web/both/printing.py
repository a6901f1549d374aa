"""Pages meant for paper, for staff and the person alike: the plan, a stored letter, a complaint to sign."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, abort, render_template, request, url_for
from sqlalchemy import select

from web.both.brought_plan import brought_plan
from web.both.past_review import view_review
from web.page.formats import day
from web.page.header import address_of
from web.page.measure_notes import NO_LONGER, notes
from web.request import access_guards
from web.request.clock import now
from web.request.database import db_session
from web.request.language import current_language
from web.request.reader import current_reader
from web.request.translate import gettext
from workflow.acts.plan.appeal import ABOUT
from workflow.record.access.open_plan import OpenPlan
from workflow.record.access.protected_addresses import mask_of
from workflow.record.models import Complaint, Document, Measure
from workflow.record.plan.view import PlanView, read_opened_view
from workflow.record.shapes.plan import GoalView, Human
from workflow.rules.sharing.scopes import DOCUMENTS
from workflow.rules.tables.scope_map import scopes_of_document
from workflow.words.labels.relations import PARTICIPANTS

pages = Blueprint("printing", __name__)
LARGE = "stor"


@dataclass(frozen=True)
class PrintedRow:
    """A row of the table: Tiltak | Ansvarlig | Fullført | Evaluert."""

    text: str
    notes: tuple[str, ...]
    accountable: str
    completed: str
    evaluated: str


@dataclass(frozen=True)
class PrintedGoal:
    """A goal with its rows; no goal: what hangs on what matters most."""

    goal: GoalView | None
    rows: tuple[PrintedRow, ...]


@dataclass(frozen=True)
class PrintedContact:
    """Somebody to ring: the name, what they are, the number."""

    name: str
    what: str
    phone: str


@pages.get("/papir/<plan_id>")
@access_guards.plan_route("print", kind="print")
def plan(opened: OpenPlan) -> str:
    """The plan on paper, in normal or large type; the opening leaves the trace "print"."""
    view = read_opened_view(db_session(), opened, now(), 0)
    large = request.args.get("skrift") == LARGE
    other = url_for("printing.plan", plan_id=opened.plan.id, skrift=None if large else LARGE)
    return render_template(
        "print/plan.html",
        plan=opened.plan,
        view=view,
        parts=parts(view),
        people=people(view),
        large=large,
        other_size=other,
        back=way_back(opened.plan.id),
        contact=ringable(view.contact),
        title=gettext("Individuell plan"),
    )


def way_back(plan_id: str) -> str:
    """Where the reader came from: the person to her page, staff to the plan's."""
    own = url_for("person.home", plan_id=plan_id)
    return (address_of("staff.plan", plan_id=plan_id) if current_reader().is_staff else own) or own


def ringable(human: Human) -> dict[str, str] | None:
    """Whom the foot of the page names, if there is a number."""
    return {"name": human.name, "phone": human.phone} if human.phone else None


def parts(view: PlanView) -> list[PrintedGoal]:
    """Goals in order with their rows; rows without a goal come last."""
    made = [
        PrintedGoal(goal, rows(view, view.of_goal(goal.id)))
        for goal in view.goals
        if goal.status != "dropped"
    ]
    loose = rows(view, view.of_goal(None))
    return [*made, PrintedGoal(None, loose)] if loose else made


def rows(view: PlanView, measures: Sequence[Measure]) -> tuple[PrintedRow, ...]:
    """What is agreed; proposals and what was put away stay off the paper."""
    shown = (m for m in measures if m.state != "requested" and m.close_reason not in NO_LONGER)
    return tuple(
        PrintedRow(
            m.text,
            notes(m),
            accountable(view, m),
            completion(m),
            day(m.evaluated_on) if m.evaluated_on else "",
        )
        for m in shown
    )


def accountable(view: PlanView, measure: Measure) -> str:
    """«Kim sammen med Mona»."""
    name, helpers = view.responsible_names(measure)
    if not helpers:
        return name
    return gettext("%(name)s sammen med %(others)s", name=name, others=", ".join(helpers))


def completion(measure: Measure) -> str:
    """The day it was done, else until when it is agreed."""
    if measure.completed_on:
        return day(measure.completed_on)
    until = measure.due_on or measure.look_again_on
    return gettext("avtalt til %(day)s", day=day(until)) if until else ""


def people(view: PlanView) -> list[PrintedContact]:
    """Who helps, with telephone: the coordinator first, each once."""
    contacts = {}
    if view.coordinator.id:
        contacts[view.coordinator.id] = contact(view.coordinator, gettext("koordinator"))
    if view.acting.id:
        contacts[view.acting.id] = contact(view.acting, gettext("passer på planen nå"))
    for one in view.participants:
        what = one.role or gettext(PARTICIPANTS.get(one.kind, ""))
        where = ", ".join(filter(None, (what, one.organisation)))
        contacts.setdefault(one.party_id or one.id, PrintedContact(one.name, where, one.phone))
    return list(contacts.values())


def contact(human: Human, what: str) -> PrintedContact:
    """One who holds a role."""
    return PrintedContact(human.name, what, human.phone)


@pages.get("/papir/<plan_id>/brev/<document_id>")
@access_guards.plan_route("read_letters", kind="print")
def letter(opened: OpenPlan, document_id: str) -> str:
    """A letter, minutes, call or older plan as it was sent."""
    document = (
        db_session()
        .execute(
            select(Document).where(Document.id == document_id, Document.plan_id == opened.plan.id)
        )
        .scalar_one_or_none()
    )
    if document is None or not document.mime.startswith("text/plain"):
        abort(404)
    if not scopes_of_document(document.kind) <= opened.scopes:
        abort(404)
    large = request.args.get("skrift") == LARGE
    other = url_for(
        "printing.letter",
        plan_id=opened.plan.id,
        document_id=document.id,
        skrift=None if large else LARGE,
    )
    mask = mask_of(db_session(), opened.plan.id, now())
    return render_template(
        "print/letter.html",
        title=title_of(document),
        text=mask(document.content.decode()),
        at=document.created_at,
        brought=brought_plan(document, mask),
        language_of_text=document.language,
        headed=document.kind == "letter",
        large=large,
        other_size=other,
        back=way_back(opened.plan.id),
        contact=None,
    )


def title_of(document: Document) -> str:
    """What a stored paper is called."""
    return gettext("Planen som kom med") if document.kind == "incoming" else gettext("Brev")


@pages.get("/papir/<plan_id>/evaluert/<event_id>")
@access_guards.plan_route("print", kind="print")
def review(opened: OpenPlan, event_id: str) -> str:
    """A review on paper: what was said and decided."""
    pair = view_review(opened, event_id, current_language())
    if pair is None:
        abort(404)
    view, told = pair
    large = request.args.get("skrift") == LARGE
    other = url_for(
        "printing.review",
        plan_id=opened.plan.id,
        event_id=event_id,
        skrift=None if large else LARGE,
    )
    return render_template(
        "print/reviewed.html",
        plan=opened.plan,
        view=view,
        review=told,
        title=told.title,
        large=large,
        other_size=other,
        back=way_back(opened.plan.id),
        contact=ringable(view.contact),
    )


@pages.get("/papir/<plan_id>/klage/<complaint_id>")
@access_guards.plan_route("read_letters", kind="print")
def complaint(opened: OpenPlan, complaint_id: str) -> str:
    """The complaint that was written together, to read through and sign."""
    complaint = (
        db_session()
        .execute(
            select(Complaint).where(
                Complaint.id == complaint_id, Complaint.plan_id == opened.plan.id
            )
        )
        .scalar_one_or_none()
    )
    if complaint is None or DOCUMENTS not in opened.scopes:
        abort(404)
    view = read_opened_view(db_session(), opened, now(), 0)
    mask = mask_of(db_session(), opened.plan.id, now())
    return render_template(
        "print/complaint.html",
        title=gettext("Klage"),
        complaint=complaint,
        words=mask(complaint.words),
        answer=mask(complaint.answer),
        plan=opened.plan,
        about=gettext(dict(ABOUT)[complaint.about]),
        name=view.person.name,
        large=False,
        other_size="",
        to=view.unit_name(opened.plan.unit_id),
        back=way_back(opened.plan.id),
        contact=None,
    )
