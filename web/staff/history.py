"""The whole history of a plan in sentences, and who has looked at it, for those who may see that."""

from __future__ import annotations

from typing import Any

from flask import render_template, request, url_for

from web import guards
from web.clock import now
from web.database import db_session
from web.language import language
from web.staff import labels
from web.staff.blueprint import pages
from workflow.record.access import Opened, who_looked
from workflow.record.plan_view import opened_view
from workflow.words.history import in_place_of
from workflow.words.relations import look_words

PAGE = 50
MOST_PAGES = 400


@pages.get("/plan/<plan_id>/historie")
@guards.plan_route("read_history", kind="trace")
def history(opened: Opened) -> str:
    """Every event, the newest first, fifty at a time."""
    number = page_number()
    # What is not shared is left out after the reading: then all is read, so that pages are whole.
    wanted = opened.stored.version if opened.sight.hidden else number * PAGE + 1
    view = opened_view(db_session(), opened, now(), events=wanted)
    shown = view.events[(number - 1) * PAGE : number * PAGE]
    return render_template(
        "staff/history.html",
        plan=opened.plan,
        lines=labels.told(view, shown),
        back=url_for("staff.plan", plan_id=opened.plan.id),
        before=there(opened, number - 1) if number > 1 else "",
        after=there(opened, number + 1) if len(view.events) > number * PAGE else "",
    )


def page_number() -> int:
    """Which page of the history is asked for; the first where the address says something else."""
    said = request.args.get("side", "1")
    return min(int(said), MOST_PAGES) if said.isdecimal() and 0 < len(said) < 4 and int(said) else 1


def there(opened: Opened, number: int) -> str:
    """The address of another page of the history."""
    return url_for("staff.history", plan_id=opened.plan.id, side=number)


@pages.get("/plan/<plan_id>/innsyn")
@guards.plan_route("see_who_looked", kind="trace")
def looked(opened: Opened) -> str:
    """Who has looked: when, name, unit, what and on what ground; refused tries too."""
    found = who_looked(db_session(), opened.plan)
    return render_template(
        "staff/looked.html",
        plan=opened.plan,
        listed=[look(row) for row in found],
        back=url_for("staff.plan", plan_id=opened.plan.id),
    )


def look(row: Any) -> dict[str, Any]:
    """One look as the table shows it."""
    return {
        "at": row.at,
        "name": in_place_of(row.name or "", row.away, language())
        or labels.code("relation", row.ground),
        "unit": row.unit or "",
        "what": look_words(row.act, row.refused, language()),
        "ground": labels.code("ground", row.ground),
    }
