"""«Hvem har sett i planen min»: every look by others, month by month, and the list to keep; rules live in workflow."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from flask import Response, jsonify, request

from web.http import csv_download
from web.page.formats import iso
from web.page.kept_from_parents import hidden_from_reader
from web.person.base.blueprint import page, pages, view_of
from web.request import access_guards
from web.request.clock import today
from web.request.database import db_session
from web.request.language import language
from web.request.translate import gettext
from workflow.acts.privacy.emergency_report import bounds, is_month
from workflow.record.access import emergencies
from workflow.record.access.access_log import months_of, who_looked
from workflow.record.access.open_plan import Opened
from workflow.words.labels.emergency import outcome_words, reason_words
from workflow.words.labels.relations import GROUNDS, look_words
from workflow.words.steps.history import in_place_of

MOST = 200


@dataclass(frozen=True)
class Look:
    """One look at the plan: who, from where, when, what they did, on what ground and why."""

    who: str
    title: str
    where: str
    at: datetime
    did: str
    ground: str
    reason: str = ""
    emergency: bool = False


@pages.get("/min/<plan_id>/hvem-har-sett")
@access_guards.plan_route("see_who_looked", kind="person-sharing")
def looked(opened: Opened) -> str:
    """Hvem har sett i planen min: name, title, unit, when, what and on what ground; a month at a time."""
    view = view_of(opened)
    month = asked_month()
    months = months_of(db_session(), opened.plan)
    listed = once_a_minute(looks_of(opened, month))
    shown = listed if month else listed[:MOST]
    return page(
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
class Urgent:
    """An emergency access: who, when and why, and what was found when it was looked into."""

    who: str
    where: str
    at: datetime
    reason: str
    outcome: str
    answer: str


def urgent(opened: Opened) -> list[Urgent]:
    """Every emergency access to the plan, the newest first."""
    found = emergencies.of_plan(db_session(), opened.plan.id)
    spoken = language()
    return [
        Urgent(
            one.who,
            " · ".join(part for part in (one.title, one.unit) if part),
            one.opened_at,
            reason_words(one.reason, spoken),
            outcome_words(one.outcome, spoken),
            one.answer,
        )
        for one in found
    ]


def asked_month() -> str:
    """The month asked for as YYYY-MM; nothing means the newest looks, whatever the month."""
    said = request.args.get("maned", "")
    return said if is_month(said) else ""


def looks_of(opened: Opened, month: str = "") -> list[Look]:
    """The looks of one month, or all, the newest first."""
    since, until = bounds(month) if month else (None, None)
    but = hidden_from_reader(opened)
    return [look(row) for row in who_looked(db_session(), opened.plan, since, until, but)]


@pages.get("/min/<plan_id>/hvem-har-sett.csv")
@access_guards.plan_route("take_who_looked", kind="person-sharing")
def looked_csv(opened: Opened) -> Response:
    """The whole list as a table to keep, for the person, who acts for her and the privacy officer."""
    return as_csv(looks_of(opened, asked_month()))


@pages.get("/min/<plan_id>/hvem-har-sett.json")
@access_guards.plan_route("take_who_looked", kind="person-sharing")
def looked_json(opened: Opened) -> Response:
    """The same for machines."""
    rows = [{**asdict(one), "at": iso(one.at)} for one in looks_of(opened, asked_month())]
    answer = jsonify({"plan": opened.plan.number, "taken_out_on": iso(today()), "looks": rows})
    answer.headers["Content-Disposition"] = 'attachment; filename="hvem-har-sett.json"'
    return answer


def as_csv(looks: Sequence[Look]) -> Response:
    """The table: codes are written out, and nothing that people wrote stands in it."""
    header = (
        gettext("Når"),
        gettext("Hvem"),
        gettext("Stilling"),
        gettext("Hvor"),
        gettext("Hva"),
        gettext("På hvilket grunnlag"),
        gettext("Hvorfor"),
    )
    rows = [
        (iso(one.at), one.who, one.title, one.where, one.did, one.ground, one.reason)
        for one in looks
    ]
    return csv_download.answer("hvem-har-sett", header, rows)


def once_a_minute(looks: Iterable[Look]) -> list[Look]:
    """Pages that one reader turns within a minute are one look to the person; the record keeps each."""
    kept: dict[Look, Look] = {}
    for one in looks:
        kept.setdefault(replace(one, at=one.at.replace(second=0, microsecond=0)), one)
    return list(kept.values())


def look(row: Any) -> Look:
    """One access row in everyday words; a plain office name where a party has no unit."""
    ground = gettext(GROUNDS[row.ground]) if row.ground in GROUNDS else ""
    who = row.name or (gettext("Drift") if row.ground == "operator" else gettext("Av seg selv"))
    who = in_place_of(who, row.away, language())
    did = look_words(row.act, row.refused, language())
    emergency = row.ground == "emergency" or row.act == "emergency"
    reason = reason_words(row.reason, language())
    return Look(who, row.title or "", row.unit or "", row.at, did, ground, reason, emergency)
