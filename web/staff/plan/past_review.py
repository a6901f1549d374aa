"""A review's own page for staff: «Slik evaluerte vi 12. mars»."""

from __future__ import annotations

from flask import abort, render_template, url_for

from web.both.past_review import view_review
from web.request import access_guards
from web.request.language import current_language
from web.staff.blueprint import pages
from workflow.record.access.open_plan import OpenPlan
from workflow.rules.engine.policy import may_read


@pages.get("/plan/<plan_id>/evaluert/<event_id>")
@access_guards.plan_route("read_history", kind="review")
def reviewed_page(opened: OpenPlan, event_id: str) -> str:
    """What was said and decided, as far as it is shared with the reader."""
    pair = view_review(opened, event_id, current_language())
    if pair is None:
        abort(404)
    view, review = pair
    paper = url_for("printing.review", plan_id=opened.plan.id, event_id=event_id)
    return render_template(
        "staff/reviewed.html",
        plan=opened.plan,
        view=view,
        review=review,
        back=url_for("staff.plan", plan_id=opened.plan.id),
        paper=paper if may_read("print", opened.relations) else "",
    )
