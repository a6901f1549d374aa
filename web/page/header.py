"""What stands in the page's head: places to go and how much waits at each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Flask, current_app, g, request, url_for
from sqlalchemy import bindparam, func, select
from werkzeug.routing import BuildError

from web.request.clock import now
from web.request.database import db_session
from web.request.reader import Reader
from web.request.translate import N_, gettext
from workflow.acts.notices.inbox import UNREAD
from workflow.record.database.prepared import PreparedStatement
from workflow.record.models import Plan
from workflow.record.models.base import KEY
from workflow.rules.engine.vocabulary import CLOSED
from workflow.settings import Settings


@dataclass(frozen=True)
class MenuPlace:
    """One entry of a menu: its endpoint, its name, which count it shows and who sees it.

    rare: not for every day, so it stands below the reader's name, not in the row.
    """

    endpoint: str
    name: str
    count: str = ""
    roles: frozenset[str] = frozenset()
    rare: bool = False


STAFF_PLACES = (
    MenuPlace("staff.home", N_("Mine planer"), "plans"),
    MenuPlace(
        "staff.inbox", N_("Innkomne"), roles=frozenset({"decider", "coordinating", "leader"})
    ),
    MenuPlace("staff.overdue", N_("Over fristen"), roles=frozenset({"leader", "coordinating"})),
    MenuPlace(
        "staff.forecast_page",
        N_("Prognose"),
        roles=frozenset({"leader", "coordinating", "coordinator"}),
    ),
    MenuPlace("staff.calendar", N_("Kalender")),
    MenuPlace("staff.messages", N_("Meldinger"), "messages"),
    MenuPlace(
        "staff.people",
        N_("Folk"),
        roles=frozenset({"leader", "coordinating", "administrator"}),
        rare=True,
    ),
    MenuPlace("staff.log_reviews", N_("Loggkontroll"), roles=frozenset({"privacy_officer"})),
    MenuPlace(
        "staff.data_requests",
        N_("Egne opplysninger"),
        roles=frozenset({"privacy_officer"}),
        rare=True,
    ),
    MenuPlace(
        "staff.retention_page", N_("Oppbevaring"), roles=frozenset({"administrator"}), rare=True
    ),
    MenuPlace("staff.operations_page", N_("Drift"), roles=frozenset({"administrator"}), rare=True),
    MenuPlace(
        "staff.protection",
        N_("Beskyttet adresse"),
        roles=frozenset({"coordinating", "administrator"}),
        rare=True,
    ),
    MenuPlace(
        "staff.correction",
        N_("Rett opplysninger"),
        roles=frozenset({"coordinating", "administrator"}),
        rare=True,
    ),
    MenuPlace("staff.policies", N_("Frister"), roles=frozenset({"coordinating"}), rare=True),
)
# A professional from elsewhere works on plans that are shared, and has no list or office here.
OUTSIDE_PLACES = (MenuPlace("person.start", N_("Planer")),)
PERSON_PLACES = (
    MenuPlace("person.home", N_("Planen min")),
    MenuPlace("person.messages", N_("Meldinger"), "messages"),
    MenuPlace("person.people", N_("Folk rundt meg")),
    MenuPlace("person.meeting", N_("Be om møte")),
    MenuPlace("person.sharing", N_("Hva jeg deler")),
    MenuPlace("person.looked", N_("Hvem har sett i planen min")),
    MenuPlace("person.paper", N_("Få planen på papir")),
    MenuPlace("person.rights", N_("Rettigheter")),
    MenuPlace("person.telling", N_("Hvordan jeg får beskjed")),
    MenuPlace("authenticators.mine", N_("Hvordan jeg logger inn")),
)


RESPONSIBLE = select(func.count()).where(
    Plan.responsible_party_id == bindparam("b_party", type_=KEY),
    Plan.state != CLOSED,
)
COUNTS = PreparedStatement(
    select(RESPONSIBLE.scalar_subquery().label("plans"), UNREAD.scalar_subquery().label("unread"))
)


@dataclass(frozen=True)
class MenuEntry:
    """A place as the menu draws it."""

    address: str
    name: str
    count: int
    here: bool


def install(app: Flask, settings: Settings) -> None:
    """Gives templates `places` (the menu) and `address_of` (an address, if there is such a page)."""
    app.jinja_env.globals.update(places=places, address_of=address_of)


def places(voice: str, rare: bool = False) -> list[MenuEntry]:
    """The menu of the signed-in reader: pages that exist and that her roles lead to."""
    who: Reader | None = g.get("reader")
    if who is None:
        return []
    working = STAFF_PLACES if who.is_staff else OUTSIDE_PLACES
    listed = working if voice == "staff" else PERSON_PLACES
    seen = [
        place
        for place in listed
        if place.rare == rare and (not place.roles or place.roles & who.roles)
    ]
    return [entry for place in seen if (entry := _entry(place, who))]


def _entry(place: MenuPlace, who: Reader) -> MenuEntry | None:
    address = address_of(place.endpoint)
    of_a_plan = place.endpoint.startswith("person.")  # all that a guest may open
    if not address or (who.plan_id is not None and not of_a_plan):
        return None
    number = counts(who)[place.count] if place.count else 0
    return MenuEntry(address, gettext(place.name), number, request.endpoint == place.endpoint)


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
        known = {
            "b_party": who.party_id,
            "now": now(),
        }
        plans, unread = COUNTS.rows(db_session().connection(), known)[0]
        g.counts = {"plans": int(plans), "messages": int(unread)}
    numbers: dict[str, int] = g.counts
    return numbers
