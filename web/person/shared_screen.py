"""«Sammen med Kim»: the coordinator lends the screen; while lent, the reader is the person and sees her plan only."""

from __future__ import annotations

from dataclasses import replace

from flask import abort, flash, g, redirect, request, url_for
from sqlalchemy import select, update
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from web.person.base.blueprint import pages
from web.request import access_guards, security_log
from web.request.clock import now
from web.request.database import db_session, open_unit
from web.request.reader import Reader, current_reader, forget_cookie
from web.request.translate import gettext
from workflow.acts.accounts import sessions
from workflow.record.access.open_plan import Actor, OpenPlan, resolve_access
from workflow.record.models import Party, Plan, SignIn
from workflow.rules.engine.vocabulary import COORDINATORS

# What whoever lends the screen may not read, and so does not see over a shoulder.
ALONE = frozenset({"person.looked", "person.looked_csv", "person.looked_json"})
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
    """The screen is nobody's until the coordinator signs in again: whoever sits there has proved nothing."""
    return sign_out(current_reader().sign_in_id, url_for("staff.plan", plan_id=opened.plan.id))


def sign_out(sign_in_id: str, after: str) -> Response:
    """Ends the lender's session, and leads to the sign-in page and from there to a page."""
    with open_unit() as session:
        sessions.end_one(session, sign_in_id, now(), "given_back")
    security_log.note("session_ended", reason="given_back")
    answer = forget_cookie(redirect(url_for("signin.choose", next=after), 303))
    flash(gettext("Skjermen er gitt tilbake. Logg inn for å gå videre."))
    return answer


def set_beside(session: Session, sign_in_id: str, plan_id: str) -> None:
    """Ties the sign-in to the plan whose person sits there, until it ends."""
    session.execute(update(SignIn).where(SignIn.id == sign_in_id).values(beside_plan_id=plan_id))


@pages.before_app_request
def sit_beside() -> Response | None:
    """While the screen is lent, the person is the reader; it ends at once with the coordinator's access."""
    who: Reader | None = g.get("reader")
    if who is None or who.beside_plan_id is None:
        return None
    person = person_at_screen(who)
    if person is None:
        # The plan is not the lender's any more, and who sits there may be anybody.
        return sign_out(who.sign_in_id, url_for("home.front"))
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


def keep_inside(plan_id: str) -> Response | None:
    """Pages of this plan only; everything else is closed meanwhile."""
    endpoint = request.endpoint or ""
    of_plan = (request.view_args or {}).get("plan_id") == plan_id
    inside = of_plan and endpoint.startswith(("person.", "printing."))
    if inside and endpoint in ALONE:
        flash(gettext("Dette ser du bare når du er logget inn selv."))
        return redirect(url_for("person.home", plan_id=plan_id), 303)
    if inside or endpoint in OPEN_MEANWHILE:
        return None
    if request.method != "GET":
        abort(404)
    return redirect(url_for("person.home", plan_id=plan_id))
