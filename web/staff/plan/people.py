"""The people around a plan as contact cards: who they are, their telephone, who is away and who stands in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from web.page.consent_fields import seen_words
from web.page.formats import day
from web.request.translate import gettext
from web.staff.steps.labels import code_label
from workflow.record.plan.view import PlanView
from workflow.record.shapes.plan import Human, ParticipantView
from workflow.rules.calendar.clock import oslo_date


@dataclass(frozen=True)
class ContactCard:
    """One card; `instead` is the substitute's name and telephone while somebody is away."""

    name: str
    what: str
    phone: str = ""
    away: str = ""
    instead: tuple[str, str] | None = None
    note: str = ""


def contacts(view: PlanView) -> list[ContactCard]:
    """The person, who coordinates, then everybody around who is here now."""
    people = list(holders(view))
    shown = {view.coordinator.id, view.acting.id, view.plan.person_id}
    for one in view.participants:
        if one.party_id is None or one.party_id not in shown:
            people.append(participant(view, one))
    return people


def holders(view: PlanView) -> Iterator[ContactCard]:
    """The person, the coordinator and whoever acts or is the contact."""
    if view.person.id:
        yield card(view.person, "")
    if view.coordinator.id:
        yield card(view.coordinator, gettext("Koordinator"))
    if view.acting.id:
        role = "acting" if view.holder("acting").id else "contact"
        yield card(view.acting, code_label("tenure", role))


def card(human: Human, what: str) -> ContactCard:
    """A party's card, with the absence and the substitute."""
    away, instead = "", None
    if human.away_until:
        away = gettext("borte til %(day)s", day=day(oslo_date(human.away_until)))
        if human.substitute_id:
            instead = (human.substitute_name, human.substitute_phone)
    return ContactCard(human.name, what, human.phone, away, instead)


def participant(view: PlanView, one: ParticipantView) -> ContactCard:
    """A participant's card; a relative's says that they see the plan."""
    what = ", ".join(
        filter(None, (one.role or code_label("participant", one.kind), one.organisation))
    )
    human = view.human(one.party_id)
    shared = [each for each in view.sharing if one.party_id and each.receiver_id == one.party_id]
    note = seen_words(shared[0].scopes) if shared else gettext("Ser ikke planen")
    contact = card(human, what)
    phone = one.phone or human.phone
    return ContactCard(
        one.name, what, phone, contact.away, contact.instead, note if one.kind == "relative" else ""
    )


def people_who_left(view: PlanView) -> list[tuple[str, str]]:
    """(name, why) of those who are no longer here; phased out is a success (need 0.9)."""
    return [
        (
            one.name,
            gettext("trengs ikke lenger")
            if one.leave_code == "phased_out"
            else gettext("har sluttet"),
        )
        for one in view.all_participants
        if one.left_at is not None
    ]
