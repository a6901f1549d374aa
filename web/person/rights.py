"""The person's rights in plain words, with the button for each; the law's text lives in the letters."""

from __future__ import annotations

from sqlalchemy import select

from web import guards
from web.database import db_session
from web.person.buttons import ask, press
from web.person.door import page, pages, view_of
from web.words import gettext
from workflow.record.access import Opened
from workflow.record.models import Complaint


@pages.get("/min/<plan_id>/rettigheter")
@guards.plan_route("own_pages", kind="person-papers")
def rights(opened: Opened) -> str:
    """What the person can ask for and say no to, and who helps."""
    view = view_of(opened)
    plan = opened.plan
    in_use = plan.state in ("active", "reviewed") and not plan.resting
    complaints = db_session().scalars(
        select(Complaint)
        .where(Complaint.municipality_id == plan.municipality_id, Complaint.plan_id == plan.id)
        .order_by(Complaint.received_on.desc())
    ).all()  # fmt: skip
    return page(
        "rights.html", opened, view, title=gettext("Rettighetene mine"), complaints=complaints,
        complain=ask("P23"), wish=ask("A13"), object_=ask("A18"), access=ask("A31"),
        change=ask("A13c") if plan.state != "closed" else None,
        pause=ask("P12a") if in_use and not plan.paused_until else None,
        resume=press("P12b") if in_use and plan.paused_until else None,
        withdraw=ask("P6") if plan.state in ("requested", "decided") else None,
    )  # fmt: skip
