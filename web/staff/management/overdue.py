"""The manager's page over what is past its date: numbers, dates and coordinators, no person's name and no content."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Response, abort, render_template, request, url_for

from web.http import csv_download
from web.page.formats import day
from web.page.view_models import StepButton
from web.request import access_guards
from web.request.actor import current_actor
from web.request.clock import now
from web.request.database import db_session
from web.request.reader import current_reader
from web.request.translate import N_, gettext, ngettext
from web.staff.blueprint import pages
from web.staff.lists.my_plans import Filter, address_with, deadline_name, page_number
from workflow.acts.management.overdue import Figures, OverDate, read_figures
from workflow.record.access.role_holders import units_led
from workflow.record.lists.incomplete_plans import IncompletePlan, list_incomplete_plans
from workflow.record.lists.plans import PAGE
from workflow.rules.names.deadlines import DeadlineCode
from workflow.rules.names.steps import PlanStep
from workflow.words.steps.catalogue import step_words

KINDS = {
    "evaluering": (N_("Evaluering"), (DeadlineCode.REVIEW, DeadlineCode.CONCLUDE_REVIEW)),
    "moter": (
        N_("Møter ikke forberedt"),
        (DeadlineCode.MEETING_PREPARED, DeadlineCode.MINUTES_DUE),
    ),
    "vedtak": (
        N_("Vedtak"),
        (
            DeadlineCode.ACKNOWLEDGE_REPORT,
            DeadlineCode.DECIDE_REQUEST,
            DeadlineCode.PROVISIONAL_REPLY,
            DeadlineCode.DECIDE_INCOMING,
            DeadlineCode.DECIDE_INFORMAL_START,
            DeadlineCode.SETTLE_DUPLICATE,
        ),
    ),
    "uten": (
        N_("Uten koordinator"),
        (
            DeadlineCode.APPOINT_COORDINATOR,
            DeadlineCode.COORDINATOR_ANSWERS,
            DeadlineCode.VACANCY,
            DeadlineCode.WISH_FOR_COORDINATOR,
        ),
    ),
    "stille": (N_("Stille planer"), (DeadlineCode.QUIET_PLAN, DeadlineCode.RESTING_PLAN)),
    "tiltak": (N_("Tiltak"), (DeadlineCode.MEASURE_DUE,)),
    "oppstart": (N_("Oppstart"), (DeadlineCode.START_PLAN, DeadlineCode.FIRST_GOAL)),
    "svar": (
        N_("Svar"),
        (
            DeadlineCode.TRANSFER_ANSWER,
            DeadlineCode.FIRST_APPOINTMENT,
            DeadlineCode.ASSESS_COMPLAINT,
            DeadlineCode.FORWARD_COMPLAINT,
            DeadlineCode.GOVERNOR_ANSWERS,
            DeadlineCode.DATA_REQUEST,
            DeadlineCode.ANSWER_PERSON,
        ),
    ),
    "overgang": (
        N_("Overganger"),
        (DeadlineCode.TRANSITION, DeadlineCode.TURNS_16, DeadlineCode.TURNS_18),
    ),
    "deling": (N_("Deling"), (DeadlineCode.DISCUSS_WITH_RELATIVES,)),
}
REVIEWS, VACANT = KINDS["evaluering"][1], KINDS["uten"][1]


@dataclass(frozen=True)
class OverdueRow:
    """One row: what is past its date, and what the manager can do."""

    line: OverDate
    what: str
    steps: tuple[StepButton, ...]


@dataclass(frozen=True)
class VacantPlan:
    """A plan without coordinator, and what the reader can do."""

    line: IncompletePlan
    steps: tuple[StepButton, ...]


@pages.get("/over-fristen")
@access_guards.staff("overdue", "leader", "coordinating")
def overdue() -> str:
    """What is past its date in the reader's units, by kind."""
    units, kind, number = visible_units(), request.args.get("hva", ""), page_number()
    report = read_figures(db_session(), units, now())
    shown = of_kind(report.rows, kind)
    here = shown[(number - 1) * PAGE : number * PAGE]
    listed = {row.plan_id for row in of_kind(report.rows, "uten")}
    lines, _ = list_incomplete_plans(db_session(), current_actor(), now(), "vacant", units)
    vacant = [line for line in lines if line.plan_id not in listed]
    return render_template(
        "staff/overdue.html",
        report=report,
        rows=[row_of(line) for line in here],
        kinds=kinds(report, kind),
        vacant=[VacantPlan(line, vacant_steps(line)) for line in vacant],
        lead=lead(report, units is None),
        before=address(kind, number - 1) if number > 1 else "",
        after=address(kind, number + 1) if len(shown) > number * PAGE else "",
    )


@pages.get("/over-fristen/last-ned")
@access_guards.staff("overdue", "leader", "coordinating")
def download() -> Response:
    """The same rows as a file for a spreadsheet."""
    report = read_figures(db_session(), visible_units(), now())
    head = [
        gettext("Plan"),
        gettext("Hva"),
        gettext("Frist"),
        gettext("Dager over"),
        gettext("Sist liv"),
        gettext("Koordinator"),
        gettext("Telefon"),
    ]
    lines = [cells(line) for line in of_kind(report.rows, request.args.get("hva", ""))]
    return csv_download.answer("over-fristen", head, lines)


@pages.get("/mangler")
@access_guards.staff("overdue", "leader", "coordinating")
def without() -> str:
    """Plans in use without a decision, and plans without a coordinator (worked scenario 3)."""
    seen = "vedtak" if request.args.get("hva") == "vedtak" else "koordinator"
    what = {"vedtak": "informal", "koordinator": "vacant"}[seen]
    number = page_number()
    lines, more = list_incomplete_plans(
        db_session(), current_actor(), now(), what, visible_units(), number
    )
    choices = {"koordinator": N_("Uten koordinator"), "vedtak": N_("I bruk uten vedtak")}
    return render_template(
        "staff/without.html",
        rows=[VacantPlan(line, vacant_steps(line) if what == "vacant" else ()) for line in lines],
        tabs=[
            (url_for("staff.without", hva=key), gettext(name), None, key == seen)
            for key, name in choices.items()
        ],
        what=what,
        before=url_for("staff.without", hva=seen, side=number - 1) if number > 1 else "",
        after=url_for("staff.without", hva=seen, side=number + 1) if more else "",
    )


def visible_units() -> Sequence[str] | None:
    """The units that the reader leads, with those below; None for the coordinating unit: all."""
    if "coordinating" in current_reader().roles:
        return None
    unit_ids = db_session().execute(units_led(current_reader().party_id, now())).scalars().all()
    if not unit_ids:
        abort(404)
    return unit_ids


def of_kind(rows: Sequence[OverDate], kind: str) -> Sequence[OverDate]:
    """The rows of one kind, or all."""
    if kind not in KINDS:
        return rows
    return [row for row in rows if row.code in KINDS[kind][1]]


def address(kind: str, number: int = 1) -> str:
    """A page of a kind; defaults are left out of the address."""
    return address_with("staff.overdue", hva=kind, side=number)


def kinds(report: Figures, seen: str) -> list[Filter]:
    """The kinds that have anything, with how many."""
    entries: list[Filter] = [(address(""), gettext("Alt"), len(report.rows), seen not in KINDS)]
    for key, (name, codes) in KINDS.items():
        many = sum(report.by_code.get(code, 0) for code in codes)
        if many or key == seen:
            entries.append((address(key), gettext(name), many, key == seen))
    return entries


def lead(report: Figures, everywhere: bool) -> str:
    """Where, which week, and whether it has become better: «Rus og psykisk helse · uke 11 · …»."""
    names = dict.fromkeys(name for _, name in current_reader().units)
    place = gettext("Hele kommunen") if everywhere else ", ".join(names)
    week = gettext("uke %(week)s", week=report.week.rpartition("W")[2].lstrip("0"))
    change = report.fewer_than_last_week
    if not change:
        return f"{place} · {week}"
    fewer = ngettext("%(num)d færre enn forrige uke", "%(num)d færre enn forrige uke", change)
    more = ngettext("%(num)d flere enn forrige uke", "%(num)d flere enn forrige uke", -change)
    return f"{place} · {week} · {fewer if change > 0 else more}"


def row_of(line: OverDate) -> OverdueRow:
    """One row with its acts; the first two stand open, the one that helps most here first."""
    return OverdueRow(line, deadline_name(line.code), tuple(acts_on(line)))


def acts_on(line: OverDate) -> list[StepButton]:
    """Ask, a substitute, a new date, a coordinator: those that the reader may take on this row."""
    leads = "leader" in current_reader().roles
    propose = (
        [manager_button(line.plan_id, PlanStep.PROPOSE_COORDINATOR, line.number)]
        if leads and line.code != DeadlineCode.WISH_FOR_COORDINATOR
        else []
    )
    if not line.coordinator_id:
        return propose if line.code in VACANT else []
    ask = manager_button(line.plan_id, PlanStep.ASK_COORDINATOR, line.number, gettext("Spør"))
    if line.code in VACANT:
        return [*propose, ask]
    date = (
        [manager_button(line.plan_id, PlanStep.ACCEPT_NEW_REVIEW_DATE, line.number)]
        if leads and line.code in REVIEWS
        else []
    )
    instead = substitute_step(line)
    if line.coordinator_away:
        return [instead, ask, *date, *propose]
    return [ask, *date, instead, *propose]


def substitute_step(line: OverDate) -> StepButton:
    """Somebody steps in for the coordinator who is away."""
    where = url_for("staff.substitute", party_id=line.coordinator_id)
    return StepButton(gettext("Sett inn stedfortreder"), where, about=line.coordinator_name)


def manager_button(plan_id: str, step_name: str, number: str, label: str = "") -> StepButton:
    """One of the manager's acts on a plan that is known to her by its number only."""
    where = url_for("staff.manager_act", plan_id=plan_id, step_name=step_name)
    return StepButton(label or gettext(step_words(step_name)), where, about=number)


def is_asked(line: IncompletePlan) -> bool:
    """Whether somebody has been asked to coordinate and has not answered yet."""
    return bool(line.asked) or line.asked_person


def vacant_steps(line: IncompletePlan) -> tuple[StepButton, ...]:
    """A leader proposes, the coordinating unit asks."""
    rows = (PlanStep.PROPOSE_COORDINATOR,) if "leader" in current_reader().roles else ()
    asks = (
        (PlanStep.OFFER_COORDINATOR,)
        if "coordinating" in current_reader().roles and not is_asked(line)
        else ()
    )
    label = gettext(step_words(PlanStep.OFFER_COORDINATOR, first=True))
    return tuple(
        manager_button(
            line.plan_id,
            step_name,
            line.number,
            label if step_name == PlanStep.OFFER_COORDINATOR else "",
        )
        for step_name in (*asks, *rows)
    )


def cells(line: OverDate) -> list[str]:
    """One row of the file."""
    return [
        line.number,
        deadline_name(line.code),
        day(line.due_at),
        str(line.days_over),
        day(line.last_activity_at),
        line.coordinator_name,
        line.coordinator_phone,
    ]
