"""Saying it to the person: lines where the coordinator tells instead of a mail."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from web.both.step_controller import Answer, respond_to_post
from web.forms import model_forms
from web.forms.model_forms import WebForm
from web.request import access_guards
from web.request.actor import current_actor
from web.request.clock import now, today
from web.request.database import db_session, open_unit
from web.request.translate import gettext
from web.staff.blueprint import pages
from web.staff.lists.my_plans import step_address
from web.staff.notices.snooze import SOME_DAYS
from workflow.acts.notices import told_in_person
from workflow.acts.notices.told_in_person import Again, ToSay
from workflow.record.access.open_plan import OpenPlan
from workflow.rules.engine.denials import NotThere
from workflow.rules.names.steps import PlanStep

LONGEST_ID = 36


@pages.post("/venter/<plan_id>/sagt")
@access_guards.plan_route("read")
def said(opened: OpenPlan) -> Response:
    """«Sagt fra»: what stood on the page is told; what came since waits on."""
    with open_unit() as session:
        told_in_person.mark_told(session, current_actor(), opened.plan.id, newest(), now())
    flash(gettext("Takk. Det er notert at du sa fra."))
    return redirect(url_for("staff.offers"), 303)


@pages.get("/venter/<plan_id>/ikke-tak-i")
@access_guards.plan_route("read", kind="waiting")
def not_reached(opened: OpenPlan) -> str:
    """When to try again; and the step that says how one tried."""
    line = waiting_line(opened.plan.id)
    form = model_forms.show(Again, {"again_on": today() + SOME_DAYS})
    return again_page(line, form)


@pages.post("/venter/<plan_id>/ikke-tak-i")
@access_guards.plan_route("read", kind="waiting")
def reach_later(opened: OpenPlan) -> Answer:
    """The line stands again on the day chosen."""
    line = waiting_line(opened.plan.id)

    def keep(value: Again) -> None:
        with open_unit() as session:
            told_in_person.try_later(
                session, current_actor(), opened.plan.id, line.newest, value, now()
            )

    def saved(_: object) -> Response:
        flash(gettext("Lagret. Vi minner deg på det den dagen."))
        return redirect(url_for("staff.offers"), 303)

    form = model_forms.read(Again, request.form)
    return respond_to_post(form, keep, saved, lambda kept, _: again_page(line, kept))


def newest() -> str:
    """The newest line that the page showed."""
    return request.form.get("_newest", "")[:LONGEST_ID]


def waiting_line(plan_id: str) -> ToSay:
    """The reader's line about a plan. Raises NotThere."""
    listed = told_in_person.list_to_tell(db_session(), current_actor(), now())
    line = next((one for one in listed if one.plan_id == plan_id), None)
    if line is None:
        raise NotThere(plan_id)
    return line


def again_page(line: ToSay, form: WebForm[Again]) -> str:
    """The page that asks for a day."""
    return render_template(
        "staff/say_again.html",
        line=line,
        form=form,
        tried=step_address(line.plan_id, PlanStep.TRIED_TO_REACH),
    )
