"""What the person shares and with whom, how she stops and undoes it, and who has looked; rules live in workflow."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from web import guards
from web.clock import now
from web.database import db_session
from web.language import language
from web.person.buttons import ask, press
from web.person.door import page, pages, view_of
from web.steps import Step
from web.words import gettext
from workflow.record.access import Opened, who_looked
from workflow.record.models import Consent
from workflow.record.plan_view import PlanView, humans
from workflow.words.history import in_place_of
from workflow.words.relations import GROUNDS, PARTICIPANTS, look_words

MOST = 200


@dataclass(frozen=True)
class Receiver:
    """Somebody the person shares with, or shared with before, and the one button."""

    name: str
    what: str
    since: datetime
    step: Step | None
    until: datetime | None = None


@dataclass(frozen=True)
class Look:
    """One look at the plan: who, from where, when, what they did and on what ground."""

    who: str
    where: str
    at: datetime
    did: str
    ground: str


@pages.get("/min/<plan_id>/deler")
@guards.plan_route("own_pages", kind="person-sharing")
def sharing(opened: Opened) -> str:
    """Hva du deler, og med hvem."""
    view = view_of(opened)
    plan = opened.plan
    can_stop = plan.state in ("active", "reviewed") and not plan.resting and not plan.paused_until
    return page(
        "sharing.html", opened, view, title=gettext("Hva jeg deler"),
        now_with=receivers(view), before=before(opened, view),
        stop_all=press("P21b", label=gettext("Slutt å dele med alle")) if can_stop else None,
        again=press("P21u") if plan.resting else None,
        no_more=ask("P21c") if plan.state != "closed" else None,
        undo=next((press("P21v") for one in view.offers if one.kind == "undo"), None),
    )  # fmt: skip


def receivers(view: PlanView) -> list[Receiver]:
    """Those who see the plan now; one press ends it for each."""
    found = []
    for one in view.sharing:
        if one.receiver_id:
            name = view.name(one.receiver_id)
            stop = press(
                "P21a", label=gettext("Slutt å dele"), about=name, party_id=one.receiver_id
            )
            what = what_of(view).get(one.receiver_id, "")
            found.append(Receiver(name, what, one.from_at, stop, one.until_at))
    return found


def what_of(view: PlanView) -> Mapping[str, str]:
    """What each one around the plan is there."""
    around = {
        one.party_id: one.role or gettext(PARTICIPANTS.get(one.kind, "")) for one in view.around
    }
    named = {key: words for key, words in around.items() if key}
    return {**named, view.coordinator.id: gettext("koordinator")}


def before(opened: Opened, view: PlanView) -> list[Receiver]:
    """Those the person shared with before; one press shares again."""
    shared = {one.receiver_id for one in view.sharing}
    rows = db_session().execute(
        select(Consent.receiver_id, func.max(Consent.withdrawn_at).label("ended"))
        .where(
            Consent.municipality_id == opened.plan.municipality_id,
            Consent.plan_id == opened.plan.id,
            Consent.receiver_id.is_not(None), Consent.withdrawn_at.is_not(None),
        )
        .group_by(Consent.receiver_id)
        .order_by(func.max(Consent.withdrawn_at).desc())
    ).all()  # fmt: skip
    ended = [row for row in rows if row.receiver_id not in shared]
    names = humans(db_session(), {row.receiver_id for row in ended}, now())
    live = opened.plan.state != "closed"
    return [
        Receiver(name, "", row.ended, again(row.receiver_id, name) if live else None)
        for row in ended
        if (name := names[row.receiver_id].name)
    ]


def again(party_id: str, name: str) -> Step:
    """Sharing again with one, in one press."""
    return press("A8", label=gettext("Del igjen"), about=name, party_id=party_id)


@pages.get("/min/<plan_id>/hvem-har-sett")
@guards.plan_route("see_who_looked", kind="person-sharing")
def looked(opened: Opened) -> str:
    """Hvem har sett i planen min: name, unit, when and on what ground."""
    view = view_of(opened)
    listed = once_a_minute(look(row) for row in who_looked(db_session(), opened.plan)[:MOST])
    title = gettext("Hvem har sett i planen min")
    return page("looked.html", opened, view, title=title, looks=listed)


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
    where = row.unit or row.title or ""
    return Look(who, where, row.at, look_words(row.act, row.refused, language()), ground)
