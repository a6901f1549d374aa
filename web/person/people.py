"""The people around the person: who helps, how to ring them, who comes in and who leaves."""

from __future__ import annotations

from dataclasses import dataclass

from web.auth import guest_links
from web.both import hand_over
from web.page.formats import day
from web.page.view_models import StepButton
from web.person.base.blueprint import pages, render_person_page, view_of
from web.person.steps.step_links import ask_link, only_open, press_button
from web.request import access_guards
from web.request.translate import gettext
from workflow.record.access.open_plan import OpenPlan
from workflow.record.plan.view import PlanView
from workflow.record.shapes.plan import Human, ParticipantView
from workflow.rules.names.steps import PlanStep
from workflow.words.labels.relations import PARTICIPANTS


@dataclass(frozen=True)
class NearPerson:
    """Somebody around the person, as the page shows them."""

    name: str
    what: str
    phone: str
    away: str = ""
    instead: tuple[str, str] | None = None
    can_do: str = ""
    steps: tuple[StepButton, ...] = ()


@pages.get("/min/<plan_id>/folk")
@access_guards.plan_route("own_pages", kind="person-people")
def people(opened: OpenPlan) -> str:
    """Folk rundt meg."""
    view = view_of(opened)
    coordinates = view.coordinator.id == view.plan.person_id and bool(view.coordinator.id)
    return render_person_page(
        "people.html",
        opened,
        view,
        title=gettext("Folk rundt meg"),
        first=holders(view),
        others=[near(one) for one in others(view)],
        coordinates=coordinates,
        asked=waiting(view),
        take_back=press_button(
            PlanStep.WITHDRAW_COORDINATOR_OFFER, label=gettext("Trekk spørsmålet")
        ),
        lay_down=press_button(PlanStep.LAY_DOWN),
        wish=ask_link(PlanStep.WISH_COORDINATOR),
        choose=ask_link(PlanStep.OFFER_COORDINATOR, label=gettext("Spør en bestemt person")),
        add=ask_link(PlanStep.ADD_PARTICIPANT),
        guests=guest_links.offers(view, "person"),
    )


def waiting(view: PlanView) -> str:
    """Who is asked to coordinate and has not answered, or nothing."""
    return next((one.to_name for one in view.offers if one.kind == "coordinator"), "")


def holders(view: PlanView) -> list[NearPerson]:
    """Who coordinates, and who acts or is the contact in the municipality."""
    contacts = []
    if view.coordinator.id and view.coordinator.id != view.plan.person_id:
        contacts.append(holder(view.coordinator, gettext("koordinator")))
    if view.acting.id:
        contacts.append(holder(view.acting, gettext("passer på planen nå")))
    if left := hand_over.find_departure(view):
        what = gettext("koordinator i %(place)s", place=left.place)
        return [NearPerson(left.coordinator, what, left.phone)] if left.coordinator else []
    if not contacts and view.unit_name(view.plan.responsible_unit_id):
        unit = view.plan.responsible_unit_id
        contacts.append(
            NearPerson(view.unit_name(unit), gettext("har ansvaret nå"), view.unit_phone(unit))
        )
    return contacts


def holder(human: Human, what: str) -> NearPerson:
    """One who holds a role, and who stands in while they are away."""
    away = ""
    if human.away_until:
        away = gettext("borte til %(day)s", day=day(human.away_until))
    instead = (human.substitute_name, human.substitute_phone) if human.substitute_name else None
    return NearPerson(human.name, what, human.phone, away, instead)


def others(view: PlanView) -> list[ParticipantView]:
    """Everybody else around the person; who holds a role stands above already."""
    held = {view.coordinator.id, view.acting.id} - {""}
    return [one for one in view.participants if one.party_id not in held]


def near(one: ParticipantView) -> NearPerson:
    """A participant, with the way out in one press of a link."""
    what = ", ".join(
        filter(None, (one.role or gettext(PARTICIPANTS.get(one.kind, "")), one.organisation))
    )
    steps = only_open(
        ask_link(
            PlanStep.PARTICIPANT_LEAVES,
            label=gettext("Ikke med lenger"),
            about=one.name,
            participant_id=one.id,
        ),
    )
    return NearPerson(one.name, what, one.phone, can_do=one.can_do, steps=steps)
