"""The person's blueprint: whose plan an address means and what every page of hers is given."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, current_app, g, render_template, request

from web.person.base.plan_choice import my_plans
from web.request.actor import current_actor
from web.request.clock import now
from web.request.database import db_session
from web.request.reader import Reader
from web.request.template_globals import current_settings
from web.request.translate import gettext
from workflow.acts.engine.availability import Steps, prepare_steps
from workflow.record.access.open_plan import OpenPlan
from workflow.record.plan.view import PlanView, read_opened_view
from workflow.record.shapes.plan import Human
from workflow.rules.engine.vocabulary import PERSON_SIDE

pages = Blueprint("person", __name__)

# What somebody around the plan, who is not the person, may be led to.
SHARED = frozenset(
    {"person.home", "person.step", "person.take", "person.read", "person.telling_me"}
)
MANY_EVENTS = 200


@pages.app_url_defaults
def same_plan(endpoint: str, values: dict[str, Any]) -> None:
    """Addresses of the person's pages stay with the plan of the page that names them."""
    if not endpoint.startswith("person.") or "plan_id" in values:
        return
    if current_app.url_map.is_endpoint_expecting(endpoint, "plan_id"):
        plan_id, own = find_plan()
        if plan_id and (own or endpoint in SHARED):
            values["plan_id"] = plan_id


def find_plan() -> tuple[str, bool]:
    """The plan of this page, else the reader's first, and whether the reader is on the person's side."""
    if "plan_meant" in g:
        meant: tuple[str, bool] = g.plan_meant
        return meant
    who: Reader | None = g.get("reader")
    asked = (request.view_args or {}).get("plan_id", "")
    listed = my_plans(who) if who is not None else []
    fits = [one for one in listed if one.plan_id == asked] or listed[:1]
    return (fits[0].plan_id, fits[0].own_side) if fits else ("", False)


def view_of(opened: OpenPlan, events: int = 0) -> PlanView:
    """Everything a page shows of the plan just opened; its addresses stay with that plan from now on.

    So do its steps: `may_take` answers for it.
    """
    g.plan_meant = (opened.plan.id, on_persons_side(opened))
    view = read_opened_view(db_session(), opened, now(), events)
    g.steps_of_page = prepare_steps(view, current_actor(), opened.access)
    return view


def may_take(step_name: str, of: str = "") -> bool:
    """Whether a step is open for the reader now, asked of the engine's own rules over the page read.

    of: the measure or meeting that it is about. The page must have been read by `view_of`.
    """
    asked: Steps = g.steps_of_page
    return asked.allows(step_name, of)


def render_person_page(template: str, opened: OpenPlan, view: PlanView, **more: Any) -> str:
    """A page of the person's: with whom she rings, and whether the reader is the person herself."""
    g.plan_meant = (opened.plan.id, on_persons_side(opened))
    return render_template(
        f"person/{template}",
        plan=opened.plan,
        view=view,
        is_person="person" in opened.relations,
        own_side=on_persons_side(opened),
        contact=ringable(view),
        lent=g.get("lender"),
        **more,
    )


def tab_of(number: str) -> str:
    """What a plan is called in the browser's tab and history: whoever borrows the machine reads no name."""
    return gettext("Plan %(number)s", number=number)


def on_persons_side(opened: OpenPlan) -> bool:
    """Whether the reader is the person, or acts for her."""
    return bool(opened.relations & PERSON_SIDE)


def ringable(view: PlanView) -> dict[str, str]:
    """Whom the person rings: the coordinator, who stands in for her, else the office."""
    human = find_helper(view)
    if human.id and human.phone:
        return {"name": human.name, "phone": human.phone}
    unit = view.plan.responsible_unit_id
    if view.unit_phone(unit):
        return {"name": view.unit_name(unit), "phone": view.unit_phone(unit)}
    return {"name": current_settings().unit_name, "phone": current_settings().unit_telephone}


def find_helper(view: PlanView) -> Human:
    """The human who helps with the plan today: the substitute while the coordinator is away."""
    human = view.contact
    if not human.id:
        human = view.human(view.plan.responsible_party_id)
    if human.substitute_id:
        return Human(human.substitute_id, human.substitute_name, human.substitute_phone)
    return human
