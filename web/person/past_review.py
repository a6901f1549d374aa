"""«Slik evaluerte vi 12. mars», for the person and whoever acts for her."""

from __future__ import annotations

from flask import abort, g, url_for

from web.both.past_review import view_review
from web.person.base.blueprint import on_persons_side, pages, render_person_page
from web.request import access_guards
from web.request.language import current_language
from workflow.record.access.open_plan import OpenPlan


@pages.get("/min/<plan_id>/evaluert/<event_id>")
@access_guards.plan_route("own_pages", kind="person-papers")
def review(opened: OpenPlan, event_id: str) -> str:
    """What was said and decided when the plan was looked at together."""
    g.plan_meant = (opened.plan.id, on_persons_side(opened))
    pair = view_review(opened, event_id, current_language())
    if pair is None:
        abort(404)
    view, told = pair
    return render_person_page(
        "reviewed.html",
        opened,
        view,
        title=told.title,
        review=told,
        paper=url_for("printing.review", plan_id=opened.plan.id, event_id=event_id),
    )
