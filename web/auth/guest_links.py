"""«Send lenke»: the person or who coordinates sends a relative or volunteer a way in to this one plan."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, url_for
from werkzeug.wrappers import Response

from web.request import access_guards, security_log
from web.request.actor import current_actor
from web.request.clock import now
from web.request.database import db_session, open_unit
from web.request.doorbell import ring_workers
from web.request.template_globals import current_settings
from web.request.translate import gettext
from workflow.acts.accounts import guest_links
from workflow.record.access.open_plan import OpenPlan
from workflow.record.plan.view import PlanView

pages = Blueprint("guest_links", __name__)


def offers(view: PlanView, voice: str) -> list[tuple[str, str]]:
    """(name, address of the button) of each participant whom a link can be sent to now."""
    if view.plan.state == "closed":
        return []
    may = guest_links.can_get_link(db_session(), view.plan, now())
    endpoint = f"guest_links.send_{voice}"
    return [
        (one.name, url_for(endpoint, plan_id=view.plan.id, participant_id=one.id))
        for one in view.participants
        if one.id in may
    ]


@pages.post("/plan/<plan_id>/lenke/<participant_id>")
@access_guards.plan_route("read")
def send_staff(opened: OpenPlan, participant_id: str) -> Response:
    """The coordinator sends it."""
    return make_link(opened, participant_id, url_for("staff.plan", plan_id=opened.plan.id))


@pages.post("/min/<plan_id>/lenke/<participant_id>")
@access_guards.plan_route("own_pages")
def send_person(opened: OpenPlan, participant_id: str) -> Response:
    """The person, or who acts for her, sends it."""
    return make_link(opened, participant_id, url_for("person.people", plan_id=opened.plan.id))


def make_link(opened: OpenPlan, participant_id: str, back: str) -> Response:
    """The link is made and its e-mail asked for. Raises NotThere."""
    with open_unit() as session:
        secret = current_settings().secret_key.get_secret_value()
        name = guest_links.send_link(
            session, current_actor(), opened.plan, participant_id, secret, now()
        )
    ring_workers()
    security_log.note("guest_link", reason="sent", plan=opened.plan.id)
    flash(gettext("Lenken er på vei til %(name)s. Den virker én gang, i sju dager.", name=name))
    return redirect(back, 303)
