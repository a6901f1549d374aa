"""Those who work here: who is away, who steps in, who leaves and who takes over; plans by number, no person's name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from web.both.step_controller import Answer, explain_problems, perform_work, respond_to_post
from web.forms import model_forms, pickers
from web.forms.model_forms import WebForm, make_required
from web.page.refusals import status_of
from web.page.view_models import StepButton
from web.request import access_guards
from web.request.actor import current_actor
from web.request.clock import now
from web.request.database import db_session, open_unit
from web.request.language import current_language
from web.request.reader import current_reader
from web.request.translate import N_, gettext, ngettext
from web.staff.blueprint import pages
from web.staff.steps.labels import code_label
from workflow.acts.offboarding import account_end, handover
from workflow.acts.offboarding.handover import FIELD, GAINING, HandoverForm
from workflow.acts.people import absences
from workflow.acts.people.absences import AbsenceLine
from workflow.record.access.open_plan import trace_list
from workflow.record.lists.responsibilities import Responsibility
from workflow.record.lists.staff import Colleague, list_colleagues
from workflow.record.models import Party
from workflow.rules.engine.denials import PlanlopError, StillHolds
from workflow.rules.names.steps import PlanStep
from workflow.words.labels.relations import who_decides

OFFICE = ("leader", "coordinating", "administrator")
# Kind -> how many, in words.
THINGS: Mapping[str, Callable[[int], str]] = {
    "coordinator": lambda num: ngettext(
        "%(num)d plan som koordinator", "%(num)d planer som koordinator", num
    ),
    "acting": lambda num: ngettext("%(num)d plan å passe på", "%(num)d planer å passe på", num),
    "contact": lambda num: ngettext("%(num)d plan som kontakt", "%(num)d planer som kontakt", num),
    "offer.coordinator": lambda num: ngettext(
        "%(num)d spørsmål om å være koordinator", "%(num)d spørsmål om å være koordinator", num
    ),
    "offer.measure": lambda num: ngettext(
        "%(num)d spørsmål om å ta over tiltak", "%(num)d spørsmål om å ta over tiltak", num
    ),
    "offer": lambda num: ngettext(
        "%(num)d spørsmål å bekrefte", "%(num)d spørsmål å bekrefte", num
    ),
    "accountable": lambda num: ngettext("%(num)d tiltak", "%(num)d tiltak", num),
    "meeting": lambda num: ngettext("%(num)d møte", "%(num)d møter", num),
    "helper": lambda num: ngettext("%(num)d tiltak som hjelper", "%(num)d tiltak som hjelper", num),
    "question": lambda num: ngettext(
        "%(num)d spørsmål å svare på", "%(num)d spørsmål å svare på", num
    ),
    "case": lambda num: ngettext("%(num)d sak", "%(num)d saker", num),
    "substitute": lambda num: ngettext(
        "stedfortreder for %(num)d kollega", "stedfortreder for %(num)d kolleger", num
    ),
    "duty": lambda num: ngettext(
        "%(num)d verv som ingen andre har", "%(num)d verv som ingen andre har", num
    ),
}
# Kind -> what somebody is on one plan.
WHAT: Mapping[str, str] = {
    "coordinator": N_("koordinator"),
    "acting": N_("passer på planen"),
    "contact": N_("kontakt"),
    "offer.coordinator": N_("spurt om å være koordinator"),
    "offer.measure": N_("spurt om et tiltak"),
    "offer": N_("spurt"),
    "accountable": N_("ansvarlig for tiltak"),
    "meeting": N_("møte"),
    "helper": N_("hjelper"),
    "question": N_("spørsmål å svare på"),
    "case": N_("har saken"),
}
FIELDS: Mapping[str, str] = {**FIELD, "accountable": "measures_id", "meeting": "meetings_id"}


@dataclass(frozen=True)
class ColleagueRow:
    """One row of the list of colleagues."""

    who: Colleague
    roles: str
    has: str
    away: tuple[AbsenceLine, ...]
    steps: tuple[StepButton, ...]


@dataclass(frozen=True)
class HeldKind:
    """One kind of what is held: how many in words, and who can hand it on."""

    words: str
    who: str
    note: str = ""


@dataclass(frozen=True)
class HeldPlanLine:
    """One plan by number: what is held there, and what the reader can do beside the form."""

    number: str
    words: str
    step: StepButton | None


@pages.get("/folk")
@access_guards.staff("account", *OFFICE)
def people() -> str:
    """Those who work here, or in the units that the reader leads."""
    session = db_session()
    units = None if sees_all() else account_end.led_units(session, current_actor(), now())
    away: dict[str, list[AbsenceLine]] = {}
    for one in absences.coming(session, now()):
        away.setdefault(one.party_id, []).append(one)
    staff = list_colleagues(session, now(), units)
    return render_template(
        "staff/colleagues.html",
        listed=[person(one, tuple(away.get(one.party_id, ()))) for one in staff],
    )


def sees_all() -> bool:
    """The coordinating unit and the administrator see everybody; a leader their own."""
    return bool(current_reader().roles & {"coordinating", "administrator"})


def person(who: Colleague, away: tuple[AbsenceLine, ...]) -> ColleagueRow:
    """A row with its two steps."""
    step_in = url_for("staff.substitute", party_id=who.party_id)
    leaves = url_for("staff.leaves", party_id=who.party_id)
    may_set = current_reader().roles & {"leader", "coordinating"}
    steps = [StepButton(gettext("Stedfortreder"), step_in, about=who.name)] if may_set else []
    steps.append(StepButton(gettext("Slutter"), leaves, about=who.name))
    roles = ", ".join(code_label("role", role) for role in who.roles)
    return ColleagueRow(who, roles, has(who), away, tuple(steps))


def has(who: Colleague) -> str:
    """«9 planer, 1 tiltak»; nothing where there is neither."""
    plans = ngettext("%(num)d plan", "%(num)d planer", who.plans) if who.plans else ""
    measures = count_words("accountable", who.measures) if who.measures else ""
    return ", ".join(filter(None, (plans, measures)))


@pages.get("/slutter/<party_id>")
@access_guards.staff("account", *OFFICE)
def leaves(party_id: str) -> str:
    """What somebody who leaves still holds, and one form to hand it all on."""
    with open_unit() as session:
        mine = movable(session, party_id)
        form = make_required(
            model_forms.show(
                HandoverForm, choices=successor_choices(party_id), only=asked_fields(mine)
            ),
            needed_fields(mine),
        )
        return leaving_page(session, party_id, form)


@pages.post("/slutter/<party_id>")
@access_guards.staff("account", *OFFICE)
def hand_over(party_id: str) -> Answer:
    """Everything that the reader may hand on moves at once, or nothing."""
    mine = movable(db_session(), party_id)
    form = model_forms.read(
        HandoverForm, request.form, choices=successor_choices(party_id), only=asked_fields(mine)
    )

    def again(kept: WebForm[HandoverForm], _: object) -> str:
        with open_unit() as session:
            return leaving_page(session, party_id, make_required(kept, needed_fields(mine)))

    def moved(many: Mapping[str, int]) -> Response:
        flash(receipt_words(many))
        return redirect(url_for("staff.leaves", party_id=party_id), 303)

    return respond_to_post(form, lambda value: hand_all_on(party_id, value), moved, again)


def hand_all_on(party_id: str, said: HandoverForm) -> Mapping[str, int]:
    """All in one transaction, again where another step came between. Raises Refused, BadInput, Stale."""
    who, at = current_actor(), now()
    return perform_work(
        lambda session: handover.hand_over(session, who, party_id, said, at),
        PlanStep.STAFF_LEAVES,
    )


@pages.post("/slutter/<party_id>/avslutt")
@access_guards.staff("account", "administrator", "coordinating")
def end_account(party_id: str) -> Response | tuple[str, int]:
    """The account ends, unless anything is left."""
    try:
        name = end_and_name(party_id)
    except StillHolds as stopped:
        return refusal_page(party_id, stopped), status_of(stopped)
    flash(gettext("%(name)s har ikke tilgang lenger.", name=name))
    return redirect(url_for("staff.people"), 303)


def end_and_name(party_id: str) -> str:
    """The account ends; the name of whose it was. Raises Refused, StillHolds, Stale."""
    who, at = current_actor(), now()

    def end(session: Session) -> str:
        name = name_of(session, party_id)
        account_end.deactivate(session, who, party_id, at)
        return name

    return perform_work(end, PlanStep.STAFF_LEAVES)


def refusal_page(party_id: str, stopped: PlanlopError) -> str:
    """The same page, with why it is not open yet."""
    with open_unit() as session:
        mine = movable(session, party_id)
        form = model_forms.show(
            HandoverForm, choices=successor_choices(party_id), only=asked_fields(mine)
        )
        return leaving_page(session, party_id, explain_problems(form, stopped))


def movable(session: Session, party_id: str) -> list[Responsibility]:
    """What the reader may hand on. Raises NotThere for people of other units."""
    account_end.require_reach(session, current_actor(), party_id, now())
    responsibilities = account_end.responsibilities_of(session, party_id, now())
    return handover.list_movable(session, current_actor(), responsibilities, now())


def asked_fields(mine: Sequence[Responsibility]) -> list[str]:
    """The fields that what is held asks for, in the form's order."""
    wanted = {FIELDS[one.kind] for one in mine if one.kind in FIELDS}
    return [name for name in HandoverForm.model_fields if name in wanted]


def needed_fields(mine: Sequence[Responsibility]) -> set[str]:
    """The fields that cannot stand open."""
    return {FIELD[one.kind] for one in mine if one.kind in FIELD}


def successor_choices(party_id: str) -> dict[str, list[tuple[str, str]]]:
    """Who can take over: all who work here but the one who leaves; plans by the coordinating unit."""
    where = pickers.Where(db_session(), now())
    staff = [pair for pair in pickers.staff(where) if pair[0] != party_id]
    office = {
        one.party_id for one in list_colleagues(db_session(), now()) if "coordinating" in one.roles
    }
    names = dict.fromkeys(HandoverForm.model_fields, staff)
    names["acting_id"] = [pair for pair in staff if pair[0] in office]
    # Nobody lets oneself in by what somebody else leaves behind.
    me = current_reader().party_id
    return {**names, **{of: [one for one in names[of] if one[0] != me] for of in GAINING}}


def name_of(session: Session, party_id: str) -> str:
    """The name of a colleague."""
    name = session.execute(select(Party.name).where(Party.id == party_id)).scalar()
    if name is None:
        abort(404)
    return name


def leaving_page(session: Session, party_id: str, form: WebForm[Any]) -> str:
    """The page, traced: which plans it showed by number."""
    responsibilities = account_end.responsibilities_of(session, party_id, now())
    mine = handover.list_movable(session, current_actor(), responsibilities, now())
    shown = dict.fromkeys(one.plan_id for one in responsibilities if one.plan_id)
    trace_list(session, current_actor(), "read_overview", shown, now())
    return render_template(
        "staff/leaving.html",
        name=name_of(session, party_id),
        form=form,
        things=things(responsibilities),
        lines=lines(responsibilities),
        can_move=bool(mine),
        left_for_others=len(responsibilities) > len(mine),
        may_end=account_end.may_end(session, current_actor(), now()),
        address=url_for("staff.leaves", party_id=party_id),
        ending=url_for("staff.end_account", party_id=party_id),
    )


def things(responsibilities: Sequence[Responsibility]) -> list[HeldKind]:
    """What is held, counted by kind; a duty is named."""
    many = Counter(one.kind for one in responsibilities)
    who = {one.kind: one.who_can for one in responsibilities}
    duties = ", ".join(
        code_label("role", one.detail) for one in responsibilities if one.kind == "duty"
    )
    return [
        HeldKind(
            count_words(kind, many[kind]), decides(who[kind]), duties if kind == "duty" else ""
        )
        for kind in many
    ]


def count_words(kind: str, many: int) -> str:
    """«40 planer som koordinator»."""
    return THINGS[kind](many)


def decides(relations: Sequence[str]) -> str:
    """Who can hand it on, with a capital letter."""
    words = who_decides(relations, current_language())
    return words[:1].upper() + words[1:]


def lines(responsibilities: Sequence[Responsibility]) -> list[HeldPlanLine]:
    """The plans by number with all that is held there."""
    plans: dict[str, list[Responsibility]] = {}
    for one in responsibilities:
        if one.plan_id:
            plans.setdefault(one.plan_id, []).append(one)
    return [line(plan_id, listed) for plan_id, listed in plans.items()]


def line(plan_id: str, listed: Sequence[Responsibility]) -> HeldPlanLine:
    """One plan; the coordinating unit can ask a new coordinator at once."""
    kinds = dict.fromkeys(one.kind for one in listed)
    ask, number = None, listed[0].number
    if kinds.keys() & {"coordinator", "acting"} and "coordinating" in current_reader().roles:
        where = url_for("staff.manager_act", plan_id=plan_id, step_name=PlanStep.OFFER_COORDINATOR)
        ask = StepButton(gettext("Spør en ny koordinator"), where, about=number)
    words = ", ".join(gettext(WHAT[kind]) for kind in kinds)
    return HeldPlanLine(number, words[:1].upper() + words[1:], ask)


def receipt_words(moved: Mapping[str, int]) -> str:
    """What was handed on, counted."""
    if not moved:
        return gettext("Det var ingenting å overlate.")
    listed = ", ".join(count_words(kind, many) for kind, many in moved.items())
    return gettext("Overlatt: %(what)s.", what=listed)
