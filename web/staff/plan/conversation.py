"""Everything that has been written about one plan, with the answers, the newest first."""

from __future__ import annotations

from flask import render_template, url_for

from web.both.conversation import read_conversation
from web.request import access_guards
from web.request.actor import current_actor
from web.request.clock import now
from web.request.database import db_session
from web.staff.blueprint import pages
from web.staff.steps import labels
from web.staff.steps.step_buttons import Buttons
from workflow.acts.engine.availability import prepare_steps
from workflow.record.access.open_plan import OpenPlan
from workflow.record.plan.view import read_opened_view
from workflow.rules.names.steps import PlanStep


@pages.get("/plan/<plan_id>/meldinger")
@access_guards.plan_route("read", kind="plan")
def conversation_page(opened: OpenPlan) -> str:
    """Messages, wishes and answers, the newest first; and a way to write."""
    view = read_opened_view(db_session(), opened, now(), 0)
    asked = prepare_steps(view, current_actor(), opened.access)
    buttons = Buttons(asked, asked.of_plan())
    return render_template(
        "staff/conversation.html",
        plan=opened.plan,
        name=labels.title_of(view),
        said=read_conversation(opened),
        write=buttons.step(PlanStep.WRITE) if buttons.of_plan.allows(PlanStep.WRITE) else None,
        back=url_for("staff.plan", plan_id=opened.plan.id),
    )
