"""The person's rights in plain words, with the button that uses each."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from web.both.own_data import ANSWERS, KINDS
from web.page.formats import day
from web.person.base.blueprint import pages, render_person_page, view_of
from web.person.base.promises import promised_answer
from web.person.steps.step_links import ask_link, press_button
from web.request import access_guards
from web.request.clock import now
from web.request.database import db_session
from web.request.translate import gettext
from workflow.acts.privacy.data_requests import AnsweredDataRequest, list_requests
from workflow.record.access.open_plan import OpenPlan
from workflow.record.access.protected_addresses import Mask, mask_of
from workflow.record.models import Complaint
from workflow.rules.names.steps import PlanStep


@dataclass(frozen=True)
class RequestLine:
    """One request about one's data: what, when, by when or with what answer."""

    words: str
    status: str
    said: str


def requests(opened: OpenPlan) -> list[RequestLine]:
    """What was asked about the data of this plan, the newest first."""
    mask = mask_of(db_session(), opened.plan.id, now())
    return [line(one, mask) for one in list_requests(db_session(), opened.plan.id)]


def line(one: AnsweredDataRequest, mask: Mask) -> RequestLine:
    """A request in the person's words."""
    words = gettext("%(what)s, %(day)s", what=gettext(KINDS[one.kind]), day=day(one.asked_on))
    if one.answered_on:
        answer = gettext(ANSWERS[one.outcome]) if one.outcome else gettext("Besvart")
        status = gettext("%(answer)s, %(day)s", answer=answer, day=day(one.answered_on))
        return RequestLine(words, status, mask(one.answer))
    status = promised_answer(one.answer_by)
    return RequestLine(words, status, mask(one.longer_because))


@pages.get("/min/<plan_id>/rettigheter")
@access_guards.plan_route("own_pages", kind="person-papers")
def rights(opened: OpenPlan) -> str:
    """What the person can ask for and say no to, and who helps."""
    view = view_of(opened)
    plan = opened.plan
    complaints = (
        db_session()
        .scalars(
            select(Complaint)
            .where(Complaint.plan_id == plan.id)
            .order_by(Complaint.received_on.desc())
        )
        .all()
    )
    return render_person_page(
        "rights.html",
        opened,
        view,
        title=gettext("Rettighetene mine"),
        complaints=complaints,
        complain=ask_link(PlanStep.COMPLAIN),
        wish=ask_link(PlanStep.ASK_FOR_STEP),
        object_=ask_link(PlanStep.OBJECT),
        access=ask_link(PlanStep.ASK_FOR_ACCESS),
        change=ask_link(PlanStep.WISH_COORDINATOR),
        pause=None if plan.paused_until else ask_link(PlanStep.PAUSE),
        resume=press_button(PlanStep.RESUME),
        correct=ask_link(PlanStep.ASK_FOR_CORRECTION),
        erase=ask_link(PlanStep.ASK_FOR_ERASURE),
        requests=requests(opened),
        withdraw=ask_link(PlanStep.WITHDRAW_REQUEST),
    )
