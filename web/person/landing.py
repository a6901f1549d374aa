"""Where everybody without a staff role begins: the plan, a choice between several, or asking for one."""

from __future__ import annotations

from collections.abc import Sequence

from flask import flash, g, redirect, render_template, request, url_for
from pydantic import BaseModel, ConfigDict, Field
from werkzeug.wrappers import Response

from web.both import hand_over
from web.both.step_controller import Answer, StepRequest, respond_to_post
from web.forms import model_forms
from web.forms.model_forms import WebForm
from web.page.view_models import StepButton
from web.person.base.blueprint import pages
from web.person.base.plan_choice import MyPlan, my_plans
from web.request import access_guards
from web.request.actor import current_actor
from web.request.clock import now
from web.request.database import db_session, open_unit
from web.request.reader import current_reader
from web.request.translate import N_, gettext
from workflow.acts.plan.request import ReportNeed
from workflow.record.access.open_plan import trace_list
from workflow.record.crossing.hand_over import last_of
from workflow.rules.names.steps import PlanStep

LONGEST = 5000


class Need(BaseModel):
    """What the person is asked when she asks for a plan herself."""

    model_config = ConfigDict(extra="forbid")
    why: str = Field(
        default="",
        title=N_("Hva vil du ha hjelp med?"),
        max_length=LONGEST,
        json_schema_extra={"widget": "textarea", "help": N_("Noen få ord er nok.")},
    )


@pages.get("/min")
@access_guards.signed_in(kind="person-home")
def start() -> str | Response:
    """Straight to the plan where there is one; else a choice, or the question."""
    listed = my_plans(current_reader())
    if len(listed) == 1 and (listed[0].is_open or not listed[0].own_side):
        return redirect(listed[0].address)
    return start_page(model_forms.show(Need, voice="person"), listed)


def start_page(form: WebForm[Need], listed: Sequence[MyPlan]) -> str:
    """The choice of plans, traced where others' names are shown, and the question."""
    others = [one.plan_id for one in listed if "person" not in one.relations]
    if others:
        with open_unit() as session:
            trace_list(session, current_actor(), "list", others, now())
    has_own = any("person" in one.relations and one.is_open for one in listed)
    gone = [] if has_own else moved_plans(listed)
    g.plan_meant = ("", False)
    title = gettext("Planene dine") if listed else gettext("Individuell plan")
    return render_template(
        "person/start.html",
        title=title,
        listed=listed,
        form=None if has_own else form,
        lent=g.get("lender"),
        gone=gone,
    )


def moved_plans(listed: Sequence[MyPlan]) -> list[tuple[list[str], tuple[StepButton, ...]]]:
    """Plans that went to another municipality, each with where it is now and the way there."""
    moves = []
    for one in listed:
        left = last_of(db_session(), one.plan_id) if one.moved and one.own_side else None
        if left is not None and left.released_at:
            whose = "" if "person" in one.relations else one.person_name
            moves.append((hand_over.tell_departure(left, whose), hand_over.onward(left)))
    return moves


@pages.post("/min")
@access_guards.signed_in(kind="person-home")
def request_plan() -> Answer:
    """The person asks for a plan for herself; there is at most one open."""
    form = model_forms.read(Need, request.form, voice="person")
    listed = my_plans(current_reader())
    own = next((one for one in listed if "person" in one.relations and one.is_open), None)
    if own is not None:
        return redirect(url_for("person.home", plan_id=own.plan_id), 303)

    def ask(value: Need) -> object:
        return StepRequest(PlanStep.REPORT_NEED).take(
            ReportNeed(person_id=current_reader().party_id, why=value.why)
        )

    def asked(_: object) -> Response:
        flash(gettext("Vi har fått det. Du hører fra oss."))
        return redirect(url_for("person.start"), 303)

    return respond_to_post(form, ask, asked, lambda kept, _: start_page(kept, listed))
