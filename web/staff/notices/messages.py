"""Meldinger: the reader's notices, the unread ones first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from web.hints.catalogue import hints_of
from web.hints.step_hints import TO_DATA, TO_INBOX, TO_OFFERS, TO_OVERSIGHT
from web.page.view_models import NoticeItem
from web.request import access_guards
from web.request.actor import current_actor
from web.request.clock import now
from web.request.database import db_session, open_unit
from web.request.language import current_language
from web.request.reader import current_reader
from web.request.translate import gettext
from web.staff.blueprint import pages
from web.staff.lists.my_plans import plan_address
from web.staff.privacy.access_log_review import waiting_reviews
from workflow.acts.notices import inbox
from workflow.acts.notices.inbox import NoticeLine
from workflow.record.access.open_plan import trace_list
from workflow.record.crossing.hand_over import neighbours_of, new_plan_of
from workflow.record.lists.intake import has_begun
from workflow.rules.calendar.clock import oslo_date
from workflow.rules.names.deadlines import DeadlineCode
from workflow.rules.names.steps import PlanStep
from workflow.rules.notices.timing import ALARMS
from workflow.words.notices.digest import line_of
from workflow.words.notices.notices import ASKED

OVER_DATE = frozenset({"overview", DeadlineCode.VACANCY, DeadlineCode.APPOINT_COORDINATOR})

NOWHERE: Mapping[str, str] = {}
# Where deadlines and what is told of no plan lead; a step says it itself.
LEADS_TO: Mapping[str, str] = {
    **dict.fromkeys((DeadlineCode.COORDINATOR_ANSWERS, DeadlineCode.TRANSFER_ANSWER), TO_OFFERS),
    **dict.fromkeys(
        (
            DeadlineCode.ACKNOWLEDGE_REPORT,
            DeadlineCode.DECIDE_REQUEST,
            DeadlineCode.PROVISIONAL_REPLY,
            DeadlineCode.DECIDE_INCOMING,
        ),
        TO_INBOX,
    ),
    **dict.fromkeys(
        (
            DeadlineCode.EMERGENCY_FOLLOW_UP,
            "emergency_without_plan",
            "emergency_often",
            "log_review",
        ),
        TO_OVERSIGHT,
    ),
    DeadlineCode.DATA_REQUEST: TO_DATA,
}


@pages.get("/meldinger")
@access_guards.staff(kind="waiting")
def messages() -> str:
    """The notices, by name where the reader works on the plan, else by its number."""
    with open_unit() as session:
        lines = inbox.list_notices(session, current_reader().party_id, now())
        named = dict.fromkeys(str(line.plan_id) for line in lines if line.person_name)
        # In the transaction that read them: names leave with their trace or not at all.
        trace_list(session, current_actor(), "list", named, now())
    places = neighbours_of(db_session(), [str(one.params.get("crossing", "")) for one in lines])
    return render_template(
        "staff/messages.html",
        rows=[(item_of(line, places, by_name=True), line) for line in lines],
        unread=sum(1 for line in lines if line.read_at is None),
        moment=now(),
        reviews=waiting_reviews(db_session()),
    )


@pages.post("/meldinger/lest")
@access_guards.staff(kind="waiting")
def read_messages() -> Response:
    """Marks all of the reader's notices as read."""
    with open_unit() as session:
        many = inbox.mark_read(session, current_reader().party_id, now())
    if many:
        flash(gettext("Alle meldinger er merket som lest."))
    return redirect(url_for("staff.messages"), 303)


def item_of(
    line: NoticeLine, places: Mapping[str, str] = NOWHERE, by_name: bool = False
) -> NoticeItem:
    """A notice in words: what, which plan or from which municipality, until when.

    places: the neighbours' names by hand-over. by_name: where the page leaves its trace.
    """
    today = oslo_date(now())
    told = replace(inbox.line_of_notice(line), plan_number="")
    words = line_of(told, current_language(), today)
    if place := places.get(str(line.params.get("crossing", "")), ""):
        words = gettext("%(what)s · %(place)s", what=words, place=place)
    if line.plan_number:
        words = gettext("%(what)s · plan %(number)s", what=words, number=line.plan_number)
    if by_name and line.person_name:
        words = gettext("%(name)s: %(what)s", name=line.person_name, what=words)
    return NoticeItem(words, line.created_at, where(line), line.read_at is None)


def where(line: NoticeLine) -> str:
    """Where the notice leads: to what waits, else to the plan, for those who may read it."""
    to = LEADS_TO.get(line.code) or hints_of(line.code).leads_to
    if to == TO_OFFERS and line.role in ASKED:
        return url_for("staff.offers")
    if line.code in ALARMS:
        return url_for("staff.operations_page")
    if line.code in ("A.away", "A.substitute"):
        return url_for("staff.people")
    if line.code == "A.correction":
        return url_for("staff.correction")
    if "crossing" in line.params:
        return from_elsewhere(line)
    if to == TO_OVERSIGHT and "privacy_officer" in current_reader().roles:
        return privacy_address(line)
    if to == TO_INBOX and not has_begun(db_session(), line.plan_id):
        return url_for("staff.inbox")
    if line.code == PlanStep.RELEASE_ELSEWHERE and line.role == "coordinator_before":
        return url_for("staff.handed_over", notice_id=line.id)
    if line.has_left:
        return ""
    if line.role == "privacy_officer" and to == TO_DATA:
        return url_for("staff.data_requests")
    if line.role == "privacy_officer" and line.plan_id:
        return url_for("staff.manager_act", plan_id=line.plan_id, step_name=PlanStep.ANSWER_ACCESS)
    if line.role == "leader" and line.code == PlanStep.ANSWER:
        return url_for(
            "staff.manager_act", plan_id=line.plan_id, step_name=PlanStep.ASK_COORDINATOR
        )
    if line.role == "leader" or line.code in OVER_DATE:
        return (
            url_for("staff.overdue") if current_reader().roles & {"leader", "coordinating"} else ""
        )
    return plan_address(line.plan_id) if line.plan_id else ""


def from_elsewhere(line: NoticeLine) -> str:
    """The question from another municipality; the new plan, for those who only take it over."""
    crossing_id = str(line.params["crossing"])
    if "coordinating" in current_reader().roles:
        return url_for("staff.crossing", crossing_id=crossing_id)
    begun = new_plan_of(db_session(), crossing_id)
    return plan_address(begun) if begun else ""


def privacy_address(line: NoticeLine) -> str:
    """Where the privacy officer looks into an emergency, or into a month's log."""
    if line.code == "log_review":
        return url_for("staff.log_reviews")
    key = (
        line.subject_id
        if line.code == DeadlineCode.EMERGENCY_FOLLOW_UP
        else line.params.get("emergency")
    )
    if key:
        return url_for("staff.emergency_follow_up", emergency_id=key)
    return url_for("staff.emergency_report")
