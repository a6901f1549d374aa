"""«Hvem har sett i planen min»: every look by others, month by month, and the list to keep."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from datetime import datetime

from flask import Response, jsonify

from web.both.access_log import AccessLogLine, as_csv, asked_month, looks_of
from web.page.formats import iso
from web.person.base.blueprint import pages, render_person_page, view_of
from web.request import access_guards
from web.request.clock import today
from web.request.database import db_session
from web.request.language import current_language
from web.request.translate import gettext
from workflow.record.access import emergencies
from workflow.record.access.access_log import months_of
from workflow.record.access.open_plan import OpenPlan
from workflow.words.labels.emergency import outcome_words, reason_words

MOST = 200


@pages.get("/min/<plan_id>/hvem-har-sett")
@access_guards.plan_route("see_who_looked", kind="person-sharing")
def looked(opened: OpenPlan) -> str:
    """Hvem har sett i planen min: name, title, unit, when, what and on what ground; a month at a time."""
    view = view_of(opened)
    month = asked_month()
    months = months_of(db_session(), opened.plan)
    listed = once_a_minute(looks_of(opened, month))
    shown = listed if month else listed[:MOST]
    return render_person_page(
        "looked.html",
        opened,
        view,
        title=gettext("Hvem har sett i planen min"),
        looks=shown,
        month=month,
        months=months,
        more=len(listed) > len(shown),
        urgent=urgent(opened),
    )


@dataclass(frozen=True)
class EmergencyLine:
    """An emergency access: who, when and why, and what was found when it was looked into."""

    who: str
    where: str
    at: datetime
    reason: str
    outcome: str
    answer: str


def urgent(opened: OpenPlan) -> list[EmergencyLine]:
    """Every emergency access to the plan, the newest first."""
    accesses = emergencies.of_plan(db_session(), opened.plan.id)
    spoken = current_language()
    return [
        EmergencyLine(
            one.who,
            " · ".join(part for part in (one.title, one.unit) if part),
            one.opened_at,
            reason_words(one.reason, spoken),
            outcome_words(one.outcome, spoken),
            one.answer,
        )
        for one in accesses
    ]


@pages.get("/min/<plan_id>/hvem-har-sett.csv")
@access_guards.plan_route("take_who_looked", kind="person-sharing")
def looked_csv(opened: OpenPlan) -> Response:
    """The whole list as a table to keep, for the person, who acts for her and the privacy officer."""
    return as_csv(looks_of(opened, asked_month()))


@pages.get("/min/<plan_id>/hvem-har-sett.json")
@access_guards.plan_route("take_who_looked", kind="person-sharing")
def looked_json(opened: OpenPlan) -> Response:
    """The same for machines."""
    rows = [{**asdict(one), "at": iso(one.at)} for one in looks_of(opened, asked_month())]
    answer = jsonify({"plan": opened.plan.number, "taken_out_on": iso(today()), "looks": rows})
    answer.headers["Content-Disposition"] = 'attachment; filename="hvem-har-sett.json"'
    return answer


def once_a_minute(looks: Iterable[AccessLogLine]) -> list[AccessLogLine]:
    """Pages that one reader turns within a minute are one look to the person; the record keeps each."""
    kept: dict[AccessLogLine, AccessLogLine] = {}
    for one in looks:
        kept.setdefault(replace(one, at=one.at.replace(second=0, microsecond=0)), one)
    return list(kept.values())
