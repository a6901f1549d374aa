"""The ordering unit's inbox: what came in, what is mine, complaints and plans coming home, each with its next act."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from web.both.step_controller import StepRequest
from web.page.formats import day
from web.page.view_models import StepButton
from web.request import access_guards
from web.request.actor import current_actor
from web.request.clock import now, today
from web.request.database import open_unit
from web.request.reader import current_reader
from web.request.translate import N_, gettext
from web.staff.blueprint import pages
from web.staff.lists import crossing
from web.staff.lists.crossing import FromElsewhere
from web.staff.lists.my_plans import address_with, page_number, step_address
from workflow.record.access.open_plan import OpenPlan, trace_list
from workflow.record.lists import intake
from workflow.record.lists.intake import IN_USE, Case, CaseDeadline
from workflow.rules.calendar.clock import oslo_date
from workflow.rules.engine.vocabulary import FORWARDED, REQUESTED
from workflow.rules.names.deadlines import DeadlineCode
from workflow.rules.names.steps import PlanStep
from workflow.words.steps.catalogue import step_words

TABS = {
    "": "incoming",
    "mine": "mine",
    "klager": "complaints",
    "hjem": "home",
    "dobbelt": "twice",
}
NAMES = {
    "": N_("Innkomne"),
    "mine": N_("Mine"),
    "klager": N_("Klager"),
    "hjem": N_("Hjem fra behandling"),
    "dobbelt": N_("Meldt to ganger"),
}
ABOUT = {
    "denial": N_("svaret ble nei"),
    "content": N_("innholdet i planen"),
    "coordinator": N_("koordinatoren"),
    "delay": N_("at det tar lang tid"),
    "ending": N_("at planen blir avsluttet"),
}
DUE_NAMES: Mapping[str, str] = {
    DeadlineCode.ACKNOWLEDGE_REPORT: N_("kvittering"),
    DeadlineCode.PROVISIONAL_REPLY: N_("svar"),
    DeadlineCode.DECIDE_REQUEST: N_("vedtak"),
    DeadlineCode.DECIDE_INCOMING: N_("svar"),
    DeadlineCode.DECIDE_INFORMAL_START: N_("vedtak"),
    DeadlineCode.ASSESS_COMPLAINT: N_("vurdering"),
    DeadlineCode.FORWARD_COMPLAINT: N_("videre til statsforvalteren"),
    DeadlineCode.GOVERNOR_ANSWERS: N_("svar fra statsforvalteren"),
}
SOON_DAYS = 7


@dataclass(frozen=True)
class InboxRow:
    """One row of the inbox; every text is ready to read."""

    case: Case
    address: str
    source: str
    knows: str
    dues: tuple[tuple[str, CaseDeadline], ...]
    main: StepButton | None
    more: tuple[StepButton, ...]


@pages.get("/innkomne")
@access_guards.staff("inbox", "decider", "coordinating", "leader")
def inbox() -> str:
    """The tabs with their counts, and the rows of one."""
    seen, number = request.args.get("fane", ""), page_number()
    tab = TABS.get(seen, "incoming")
    with open_unit() as session:
        many = intake.counts(session, current_actor(), now())
        cases, more = intake.cases(session, current_actor(), now(), tab, number)
        # In the transaction that read them: whom it concerns leaves with its trace or not at all.
        trace_list(session, current_actor(), "list", [case.id for case in cases], now())
        elsewhere = open_questions(session) if tab == "incoming" else []
    many = {**many, "incoming": many["incoming"] + len(elsewhere)} if elsewhere else many
    return render_template(
        "staff/inbox.html",
        entries=[entry_of(case) for case in cases],
        elsewhere=elsewhere,
        tab=tab,
        tabs=tabs(seen, many),
        before=address(seen, number - 1) if number > 1 else "",
        after=address(seen, number + 1) if more else "",
    )


def open_questions(session: Session) -> list[FromElsewhere]:
    """Plans that other municipalities ask about and nobody has answered yet."""
    if "coordinating" not in current_reader().roles:
        return []
    return [one for one in crossing.list_questions(session) if one.is_open]


def address(seen: str, number: int) -> str:
    """A page of a tab; defaults are left out of the address."""
    return address_with("staff.inbox", fane=seen, side=number)


def tabs(seen: str, many: dict[str, int]) -> list[tuple[str, str, int | None, bool]]:
    """The tabs; second reports of the same person are for the coordinating unit only."""
    shown = [key for key in TABS if key != "dobbelt" or "coordinating" in current_reader().roles]
    here = seen if seen in TABS else ""
    return [(address(key, 1), gettext(NAMES[key]), many[TABS[key]], key == here) for key in shown]


@pages.post("/innkomne/<plan_id>/ta")
@access_guards.plan_route("read", kind="case")
def take_case(opened: OpenPlan) -> Response:
    """The reader takes the case, and goes on to it."""
    StepRequest(PlanStep.TAKE_CASE, opened.plan.id).take()
    flash(gettext("Du har tatt saken."))
    return redirect(url_for("staff.case", plan_id=opened.plan.id), 303)


def entry_of(case: Case) -> InboxRow:
    """One row of the inbox with its words and its acts."""
    main, *more = acts_of(case)
    return InboxRow(
        case,
        address_of_case(case),
        source_of(case),
        knows(case),
        dues_of(case),
        main,
        tuple(more),
    )


def address_of_case(case: Case) -> str:
    """Where it is read: the case while it is asked for, the plan once it has begun."""
    if case.about:
        return url_for("staff.case", plan_id=case.id)
    if case.duplicate_of or not (case.state == REQUESTED or has_begun(case)):
        return ""
    return url_for("staff.plan" if has_begun(case) else "staff.case", plan_id=case.id)


def source_of(case: Case) -> str:
    """Where it comes from: the person, a place, or who reported and from where."""
    if case.about:
        return gettext("Klage på %(what)s", what=gettext(ABOUT.get(case.about, case.about)))
    if case.by_person:
        return gettext("personen selv")
    place = case.source_name or case.reporter_from
    who = ", ".join(part for part in (case.reporter, place) if part)
    if case.transition_on:
        return gettext("%(who)s, hjem %(day)s", who=who, day=day(case.transition_on))
    if has_begun(case):
        return gettext("%(who)s, alt i gang", who=who)
    return who


def has_begun(case: Case) -> bool:
    """Whether the work began before the decision (3.10)."""
    return case.state in IN_USE and not case.about


def knows(case: Case) -> str:
    """Whether the person knows of it, and since when there is a yes."""
    if case.person_knows == "no":
        return gettext("nei – ring først")
    if case.consented_at:
        return gettext("ja, sa ja %(day)s", day=day(case.consented_at))
    return gettext("ja")


def dues_of(case: Case) -> tuple[tuple[str, CaseDeadline], ...]:
    """The dates to keep, the nearest first: the law's and our own."""
    dues = sorted(case.dues, key=lambda due: due.at)
    return tuple(
        (gettext(DUE_NAMES[due.code]), due)
        for due in dues
        if due.code != DeadlineCode.ACKNOWLEDGE_REPORT
    )[:2]


def acts_of(case: Case) -> list[StepButton]:
    """What to do with it as buttons; the first one is what it waits for."""
    return [case_button(case, name) for name in wanted_steps(case)]


def wanted_steps(case: Case) -> list[str]:
    """What to do with it; the first one is what it waits for, and `open` is the case's own page."""
    if case.duplicate_of:
        return [PlanStep.ENTERED_IN_ERROR]
    if case.about:
        above = case.outcome == FORWARDED
        return [PlanStep.GOVERNOR_ANSWERED if above else PlanStep.ASSESS_COMPLAINT]
    reply = [PlanStep.PROVISIONAL_REPLY] if case.due(DeadlineCode.PROVISIONAL_REPLY) else []
    if has_begun(case):
        return [*reply, PlanStep.DECIDE_RETROACTIVELY, PlanStep.DENY_AFTER_INFORMAL_START]
    wanted = ["open", PlanStep.PROVISIONAL_REPLY, PlanStep.TOLD_PERSON, PlanStep.FORWARD]
    if not case.taken_by:
        wanted[0] = PlanStep.TAKE_CASE
    first = waits_for(case)
    if first in wanted:
        wanted.remove(first)
        wanted.insert(0, first)
    if case.person_knows == "yes" and case.consented_at:
        wanted.remove(PlanStep.TOLD_PERSON)
    return [name for name in wanted if name != PlanStep.PROVISIONAL_REPLY or reply]


def waits_for(case: Case) -> str:
    """The one act that cannot wait: ring first, a reply the law asks for, else nothing special."""
    if case.person_knows == "no":
        return PlanStep.TOLD_PERSON
    reply = case.due(DeadlineCode.PROVISIONAL_REPLY)
    if reply and (oslo_date(reply.at) - today()).days <= SOON_DAYS:
        return PlanStep.PROVISIONAL_REPLY
    return ""


def case_button(case: Case, name: str) -> StepButton:
    """One act as a button, told apart by the person's name for those who hear the page."""
    if name == "open":
        where = url_for("staff.case", plan_id=case.id)
        return StepButton(gettext("Svar på saken"), where, about=case.name)
    label = gettext(step_words(name))
    if name == PlanStep.TAKE_CASE:
        where = url_for("staff.take_case", plan_id=case.id)
        return StepButton(label, where, post=True, about=case.name)
    return StepButton(label, step_address(case.id, name) or "#innhold", about=case.name)
