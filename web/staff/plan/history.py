"""The whole history of a plan in sentences, and who has looked at it, for those who may see that."""

from __future__ import annotations

from typing import Any

from flask import Response, render_template, request, url_for

from web.both.access_log import AccessLogLine, as_csv, asked_month, looks_of
from web.request import access_guards
from web.request.clock import now
from web.request.database import db_session
from web.staff.blueprint import pages
from web.staff.steps import labels
from workflow.record.access.access_log import months_of
from workflow.record.access.open_plan import OpenPlan
from workflow.record.plan.view import read_opened_view
from workflow.rules.engine.policy import may_read

PAGE = 50
MOST_PAGES = 400


@pages.get("/plan/<plan_id>/historie")
@access_guards.plan_route("read_history", kind="trace")
def history(opened: OpenPlan) -> str:
    """Every event, the newest first, fifty at a time."""
    number = page_number()
    # What is not shared is left out after the reading: then all is read, so that pages are whole.
    wanted = opened.stored.version if opened.visibility.hidden else number * PAGE + 1
    view = read_opened_view(db_session(), opened, now(), events=wanted)
    shown = view.events[(number - 1) * PAGE : number * PAGE]
    return render_template(
        "staff/history.html",
        plan=opened.plan,
        hidden=view.hidden,
        lines=labels.event_lines(view, shown),
        back=url_for("staff.plan", plan_id=opened.plan.id),
        before=there(opened, number - 1) if number > 1 else "",
        after=there(opened, number + 1) if len(view.events) > number * PAGE else "",
    )


def page_number() -> int:
    """Which page of the history is asked for; the first where the address says something else."""
    said = request.args.get("side", "1")
    return min(int(said), MOST_PAGES) if said.isdecimal() and 0 < len(said) < 4 and int(said) else 1


def there(opened: OpenPlan, number: int) -> str:
    """The address of another page of the history."""
    return url_for("staff.history", plan_id=opened.plan.id, side=number)


@pages.get("/plan/<plan_id>/innsyn")
@access_guards.plan_route("see_who_looked", kind="trace")
def looked(opened: OpenPlan) -> str:
    """Who has looked: when, name, unit, what, on what ground and why; refused tries too."""
    month = asked_month()
    return render_template(
        "staff/looked.html",
        plan=opened.plan,
        listed=[line(one) for one in looks_of(opened, month)],
        month=month,
        months=months_of(db_session(), opened.plan)[:12],
        takes=may_read("take_who_looked", opened.relations),
        back=url_for("staff.plan", plan_id=opened.plan.id),
    )


@pages.get("/plan/<plan_id>/innsyn.csv")
@access_guards.plan_route("take_who_looked", kind="trace")
def looked_csv(opened: OpenPlan) -> Response:
    """The same as a table to keep."""
    return as_csv(looks_of(opened, asked_month()))


def line(one: AccessLogLine) -> dict[str, Any]:
    """One look as the table shows it."""
    where = " · ".join(part for part in (one.title, one.where) if part)
    return {
        "at": one.at,
        "name": one.who,
        "unit": where,
        "what": one.did,
        "ground": one.ground,
        "reason": one.reason,
        "emergency": one.emergency,
    }
