"""What people have asked about their own data and waits for an answer: the list; the answers are steps."""

from __future__ import annotations

from dataclasses import dataclass

from flask import render_template, url_for

from web.both.own_data import KINDS
from web.page.formats import day
from web.request import access_guards
from web.request.clock import today
from web.request.database import db_session
from web.request.translate import gettext
from web.staff.blueprint import pages
from workflow.acts.privacy.data_requests import OpenDataRequest, open_in
from workflow.rules.names.steps import PlanStep


@dataclass(frozen=True)
class DataRequestRow:
    """One request: whose plan by number, what, how long it has, and where it is answered."""

    number: str
    what: str
    asked: str
    left: str
    law: str
    late: bool
    answer: str
    longer: str


@pages.get("/foresporsler")
@access_guards.staff("waiting", "privacy_officer")
def data_requests() -> str:
    """Every request without an answer, the one that must be answered first at the top."""
    requests = open_in(db_session())
    return render_template("staff/data_requests.html", lines=[line(one) for one in requests])


def line(one: OpenDataRequest) -> DataRequestRow:
    """A request as the table shows it."""
    left = (one.answer_by - today()).days
    row = PlanStep.ANSWER_ACCESS if one.kind == "access" else PlanStep.ANSWER_DATA_REQUEST
    return DataRequestRow(
        one.number,
        gettext(KINDS[one.kind]),
        day(one.asked_on),
        days_left(left),
        day(one.answer_by),
        left < 0,
        url_for("staff.manager_act", plan_id=one.plan_id, step_name=row),
        ""
        if one.longer
        else url_for("staff.manager_act", plan_id=one.plan_id, step_name=PlanStep.TAKE_MORE_TIME),
    )


def days_left(left: int) -> str:
    """How many calendar days are left, or how many it is over."""
    if left < 0:
        return gettext("%(count)s d over", count=-left)
    return gettext("%(count)s d igjen", count=left)
