"""Who has looked at a plan, in everyday words and as a table; for the person's pages and for staff."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Response, request

from web.http import csv_download
from web.page.formats import iso
from web.request.database import db_session
from web.request.language import current_language
from web.request.translate import gettext
from workflow.acts.privacy.emergency_report import is_month, month_bounds
from workflow.record.access.access_log import read_access_log
from workflow.record.access.open_plan import OpenPlan
from workflow.words.labels.emergency import reason_words
from workflow.words.labels.relations import GROUNDS, look_words
from workflow.words.steps.history import in_place_of


@dataclass(frozen=True)
class AccessLogLine:
    """One look at the plan: who, from where, when, what they did, on what ground and why."""

    who: str
    title: str
    where: str
    at: datetime
    did: str
    ground: str
    reason: str = ""
    emergency: bool = False


def asked_month() -> str:
    """The month asked for as YYYY-MM; nothing means the newest looks, whatever the month."""
    said = request.args.get("maned", "")
    return said if is_month(said) else ""


def looks_of(opened: OpenPlan, month: str = "") -> list[AccessLogLine]:
    """The looks of one month, or all, the newest first."""
    since, until = month_bounds(month) if month else (None, None)
    return [
        look(row)
        for row in read_access_log(
            db_session(), opened.plan, since, until, opened.visibility.unheard
        )
    ]


def as_csv(looks: Sequence[AccessLogLine]) -> Response:
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


def look(row: Any) -> AccessLogLine:
    """One access row in everyday words; a plain office name where a party has no unit."""
    ground = gettext(GROUNDS[row.ground]) if row.ground in GROUNDS else ""
    who = row.name or (gettext("Drift") if row.ground == "operator" else gettext("Av seg selv"))
    who = in_place_of(who, row.away, current_language())
    did = look_words(row.act, row.refused, current_language())
    emergency = row.ground == "emergency" or row.act == "emergency"
    reason = reason_words(row.reason, current_language())
    return AccessLogLine(
        who, row.title or "", row.unit or "", row.at, did, ground, reason, emergency
    )
