"""«Sammen med Kim»: the coordinator lends the screen; while lent, the reader is the person and sees her plan only."""

from __future__ import annotations

from dataclasses import replace

from flask import abort, flash, g, redirect, request, url_for
from sqlalchemy import select, update
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from web.page.header import address_of
from web.person.base.blueprint import pages
from web.request import access_guards
from web.request.clock import now
from web.request.database import db_session, open_unit
from web.request.reader import Reader, current_reader
from web.request.translate import gettext
from workflow.record.access.open_plan import Actor, OpenPlan, resolve_access
from workflow.record.models import Party, Plan, SignIn
from workflow.rules.engine.vocabulary import COORDINATORS

OPEN_MEANWHILE = frozenset({"home.front", "home.speak", "home.type_size", "signin.leave", "static"})


@pages.post("/min/<plan_id>/sammen")
@access_guards.plan_route("beside")
def lend(opened: OpenPlan) -> Response:
    """The coordinator hands the screen over; the trace says so."""
    if opened.plan.person_id is None:
        abort(404)
    with open_unit() as session:
        set_beside(session, current_reader().sign_in_id, opened.plan.id)
    return redirect(url_for("person.home", plan_id=opened.plan.id), 303)


@pages.post("/min/<plan_id>/gi-tilbake")
@access_guards.plan_route("own_pages")
def give_back(opened: OpenPlan) -> Response:
    """The screen is the coordinator's again; other pages open."""
    with open_unit() as session:
        set_beside(session, current_reader().sign_in_id, None)
    back = address_of("staff.plan", plan_id=opened.plan.id)
    return redirect(back or url_for("home.front"), 303)


def set_beside(session: Session, sign_in_id: str, plan_id: str | None) -> None:
    """Ties the sign-in to the plan whose person sits there, or frees it."""
    session.execute(update(SignIn).where(SignIn.id == sign_in_id).values(beside_plan_id=plan_id))


@pages.before_app_request
def sit_beside() -> Response | None:
    """While the screen is lent, the person is the reader; it ends at once with the coordinator's access."""
    who: Reader | None = g.get("reader")
    if who is None or who.beside_plan_id is None:
        return None
    person = person_at_screen(who)
    if person is None:
        return end(who)
    g.lender = who
    g.reader = replace(
        who,
        party_id=person.id,
        name=person.name,
        language=person.language,
        phone=person.phone,
        roles=frozenset(),
        units=(),
    )
    return keep_inside(who.beside_plan_id)


def person_at_screen(who: Reader) -> Party | None:
    """The person whose plan the screen is lent for, while the lender still coordinates it."""
    session = db_session()
    lender = Actor(who.party_id, private=who.private)
    held = resolve_access(session, lender, who.beside_plan_id or "", now()).relations
    if not held & set(COORDINATORS):
        return None
    person: Party | None = session.execute(
        select(Party).join(Plan, Plan.person_id == Party.id).where(Plan.id == who.beside_plan_id)
    ).scalar_one_or_none()
    return person


def end(who: Reader) -> Response:
    """The plan is not the lender's any more: nothing of it is shown."""
    with open_unit() as session:
        set_beside(session, who.sign_in_id, None)
    flash(gettext("Skjermen er gitt tilbake."))
    return redirect(url_for("home.front"), 303)


def keep_inside(plan_id: str) -> Response | None:
    """Pages of this plan only; everything else is closed meanwhile."""
    endpoint = request.endpoint or ""
    inside = endpoint.startswith(("person.", "printing."))
    if inside and (request.view_args or {}).get("plan_id", plan_id) == plan_id:
        return None
    if endpoint in OPEN_MEANWHILE:
        return None
    if request.method != "GET":
        abort(404)
    return redirect(url_for("person.home", plan_id=plan_id))
