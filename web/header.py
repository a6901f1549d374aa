"""What stands in the page's head: places to go and how much waits there; the pages live elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Flask, current_app, g, request, url_for
from sqlalchemy import func, select
from werkzeug.routing import BuildError

from web.database import db_session
from web.sessions import Reader
from web.words import N_, gettext
from workflow.record.models import Notice, Plan
from workflow.rules.vocabulary import CLOSED
from workflow.settings import Settings


@dataclass(frozen=True)
class Place:
    """One entry of a menu: its endpoint, its name, which count it shows and who sees it."""

    endpoint: str
    name: str
    count: str = ""
    roles: frozenset[str] = frozenset()


STAFF_PLACES = (
    Place("staff.home", N_("Mine planer"), "plans"),
    Place("staff.inbox", N_("Innkomne"), roles=frozenset({"decider", "coordinating", "leader"})),
    Place("staff.overdue", N_("Over fristen"), roles=frozenset({"leader", "coordinating"})),
    Place(
        "staff.forecast_page",
        N_("Prognose"),
        roles=frozenset({"leader", "coordinating", "coordinator"}),
    ),
    Place("staff.calendar", N_("Kalender")),
    Place("staff.messages", N_("Meldinger"), "messages"),
)
PERSON_PLACES = (
    Place("person.home", N_("Planen min")),
    Place("person.messages", N_("Meldinger"), "messages"),
    Place("person.people", N_("Folk rundt meg")),
    Place("person.meeting", N_("Be om møte")),
    Place("person.sharing", N_("Hva jeg deler")),
    Place("person.looked", N_("Hvem har sett i planen min")),
    Place("person.paper", N_("Få planen på papir")),
    Place("person.rights", N_("Rettigheter")),
)


@dataclass(frozen=True)
class Entry:
    """A place as the menu draws it."""

    address: str
    name: str
    count: int
    here: bool


def install(app: Flask, settings: Settings) -> None:
    """Gives templates `places` (the menu) and `address_of` (an address, if there is such a page)."""
    app.jinja_env.globals.update(places=places, address_of=address_of)


def places(voice: str) -> list[Entry]:
    """The menu of the signed-in reader: pages that exist and that her roles lead to."""
    who: Reader | None = g.get("reader")
    if who is None:
        return []
    listed = STAFF_PLACES if voice == "staff" else PERSON_PLACES
    seen = [place for place in listed if not place.roles or place.roles & who.roles]
    return [entry for place in seen if (entry := _entry(place, who))]


def _entry(place: Place, who: Reader) -> Entry | None:
    address = address_of(place.endpoint)
    if not address:
        return None
    number = counts(who)[place.count] if place.count else 0
    return Entry(address, gettext(place.name), number, request.endpoint == place.endpoint)


def address_of(endpoint: str, **values: Any) -> str:
    """The address of an endpoint, or nothing where there is no such page, or none for this reader."""
    if endpoint not in current_app.view_functions:
        return ""
    try:
        return url_for(endpoint, **values)
    except BuildError:
        return ""


def counts(who: Reader) -> dict[str, int]:
    """How many plans are the reader's responsibility and how many notices are unread; one query."""
    if "counts" not in g:
        here = who.municipality_id
        plans = select(func.count()).where(
            Plan.municipality_id == here,
            Plan.responsible_party_id == who.party_id,
            Plan.state != CLOSED,
        )
        unread = select(func.count()).where(
            Notice.municipality_id == here,
            Notice.recipient_id == who.party_id,
            Notice.read_at.is_(None),
        )
        row = (
            db_session()
            .execute(
                select(
                    plans.scalar_subquery().label("plans"), unread.scalar_subquery().label("unread")
                )
            )
            .one()
        )
        g.counts = {"plans": row.plans, "messages": row.unread}
    found: dict[str, int] = g.counts
    return found
