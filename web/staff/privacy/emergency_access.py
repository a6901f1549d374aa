"""Nødinnsyn: asking for a plan in an emergency, the banner while it is open, and the follow-up."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from math import ceil
from typing import Any

from flask import abort, flash, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from web.both.step_controller import Answer, StepRequest, respond_to_post
from web.forms import model_forms
from web.forms.model_forms import WebForm, make_required
from web.request import access_guards, security_log
from web.request.actor import current_actor
from web.request.clock import now, today
from web.request.database import db_session, open_unit
from web.request.doorbell import ring_workers
from web.request.language import current_language
from web.request.reader import current_reader
from web.request.template_globals import current_settings
from web.request.translate import gettext
from web.staff.blueprint import pages
from workflow.acts.privacy import emergency_access
from workflow.acts.privacy.emergency_access import NOTHING, OPENED, FollowUp, SeekPlan
from workflow.acts.privacy.emergency_access import EmergencyOutcome as Outcome
from workflow.acts.privacy.emergency_report import is_month, month_report
from workflow.record.access import emergencies
from workflow.record.access.emergencies import Emergency
from workflow.record.access.open_plan import OpenPlan, write_trace
from workflow.rules.engine.vocabulary import STAFF_ROLES
from workflow.rules.names.steps import PlanStep
from workflow.words.labels.emergency import outcome_words, reason_words

WHO = ("national_id", "name", "born_on")  # one way or the other
WORKERS = tuple(role for role in STAFF_ROLES if role != "administrator")


@pages.get("/nodinnsyn")
@access_guards.staff("trace", *WORKERS)
@access_guards.proved
def emergency() -> str:
    """Asks why and whom it is about; nothing is said of anybody here."""
    return asking(model_forms.show(SeekPlan))


@pages.post("/nodinnsyn")
@access_guards.staff("", *WORKERS)
@access_guards.proved
def open_emergency() -> Answer:
    """Opens the plan, says that the reader sees it already, or that none was found."""
    form = model_forms.read(SeekPlan, request.form)
    return respond_to_post(form, open_for, lead_on, lambda kept, _: asking(kept))


def open_for(value: SeekPlan) -> Outcome:
    """Opens the plan in a transaction of its own. Raises BadInput, Refused."""
    with open_unit() as session:
        return emergency_access.open_in_emergency(
            session,
            current_actor(),
            value,
            current_settings().identity_key.get_secret_value(),
            now(),
            current_reader().sign_in_id,
        )


def lead_on(outcome: Outcome) -> Response:
    """To the plan, or to the page that says that none was found."""
    security_log.note("break_glass", plan=outcome.plan_id or None, reason=outcome.what)
    ring_workers()
    if outcome.what == NOTHING:
        return redirect(url_for("staff.emergency_nothing"), 303)
    if outcome.what != OPENED:
        flash(gettext("Du ser planen allerede."))
    return redirect(url_for("staff.plan", plan_id=outcome.plan_id), 303)


def asking(form: WebForm[SeekPlan]) -> str:
    """The page of questions."""
    return render_template("staff/emergency.html", form=make_required(form, WHO))


@pages.get("/nodinnsyn/ingen")
@access_guards.staff("trace", *WORKERS)
def emergency_nothing() -> str:
    """No plan was found; the try is kept."""
    return render_template("staff/emergency_nothing.html")


@pages.post("/nodinnsyn/<plan_id>/avslutt")
@access_guards.plan_route("read_overview")
def end_emergency(opened: OpenPlan) -> Response:
    """«Avslutt nå»."""
    with open_unit() as session:
        ended = emergency_access.end_now(session, current_actor(), opened.plan.id, now())
    if ended:
        flash(gettext("Nødinnsynet er avsluttet."))
    return redirect(url_for("staff.home"), 303)


@dataclass(frozen=True)
class Banner:
    """What stands on every page of a plan that is open in an emergency."""

    minutes: int
    reason: str
    address: str


@pages.app_context_processor
def frame() -> dict[str, Callable[[], Banner | None]]:
    """Gives templates `emergency_banner`."""
    return {"emergency_banner": banner}


def banner() -> Banner | None:
    """The banner of the plan on this page, where the reader reads it on no other ground."""
    opened: OpenPlan | None = g.get("opened")
    if opened is None or "emergency" not in opened.relations or opened.ground != "emergency":
        return None
    who, plan = current_reader(), opened.plan
    row = emergencies.open_now(db_session(), who.party_id, plan.id, now())
    if row is None:
        return None
    left = ceil((row.until_at - now()).total_seconds() / 60)
    address = url_for("staff.end_emergency", plan_id=plan.id)
    return Banner(left, reason_words(row.reason, current_language()), address)


@pages.get("/nodinnsyn/oppfolging/<emergency_id>")
@access_guards.staff("trace", "privacy_officer")
def emergency_follow_up(emergency_id: str) -> str:
    """The facts of one emergency access, and what the privacy officer finds."""
    with open_unit() as session:
        access = find_emergency(session, emergency_id)
        trace_of(session, [access])
        return follow_up_page(access, require_answers(model_forms.show(FollowUp)))


@pages.post("/nodinnsyn/oppfolging/<emergency_id>")
@access_guards.staff("", "privacy_officer")
def follow_up_emergency(emergency_id: str) -> Answer:
    """Keeps the outcome; the person hears of it."""
    access = find_emergency(db_session(), emergency_id)

    def keep(value: FollowUp) -> None:
        take_follow_up(access, value.model_copy(update={"emergency_id": access.id}))

    def saved(_: object) -> Response:
        flash(gettext("Oppfølgingen er lagret."))
        return redirect(url_for("staff.emergency_report"), 303)

    return respond_to_post(
        model_forms.read(FollowUp, request.form),
        keep,
        saved,
        lambda kept, _: follow_up_page(access, require_answers(kept)),
    )


def take_follow_up(access: Emergency, given: FollowUp) -> None:
    """Takes `plan.follow_up_emergency`, or closes a try that found no plan. Raises Refused, BadInput, Stale."""
    if access.plan_id is not None:
        StepRequest(PlanStep.FOLLOW_UP_EMERGENCY, access.plan_id).take(given)
        return
    with open_unit() as session:
        emergency_access.answer_try(session, current_actor(), access.id, given, now())


def find_emergency(session: Any, emergency_id: str) -> Emergency:
    """One of the reader's own municipality, else 404."""
    access = emergencies.one(session, emergency_id)
    if access is None:
        abort(404)
    return access


def require_answers(form: WebForm[FollowUp]) -> WebForm[FollowUp]:
    """Both questions must be answered; which one it is about stands in the address."""
    fields = tuple(replace(f, required=True) for f in form.fields if f.name != "emergency_id")
    return replace(form, fields=fields)


def follow_up_page(access: Emergency, form: WebForm[FollowUp]) -> str:
    """The page of one."""
    return render_template("staff/emergency_follow_up.html", one=in_words(access), form=form)


@dataclass(frozen=True)
class EmergencyRow:
    """An emergency access with its codes in words."""

    row: Emergency
    reason: str
    outcome: str


def in_words(row: Emergency) -> EmergencyRow:
    """The reason and the outcome in the reader's language."""
    return EmergencyRow(
        row,
        reason_words(row.reason, current_language()),
        outcome_words(row.outcome, current_language()),
    )


@pages.get("/nodinnsyn/rapport")
@access_guards.staff("trace", "privacy_officer")
def emergency_report() -> str:
    """A month of emergency access by unit, and what waits for follow-up."""
    month = asked_month()
    with open_unit() as session:
        report = month_report(session, month)
        waits = emergencies.waiting(session)
        trace_of(session, [*report.rows, *waits])
        return render_template(
            "staff/emergency_report.html",
            report=report,
            reasons=[(reason_words(code, current_language()), n) for code, n in report.reasons],
            listed=[in_words(row) for row in report.rows],
            waits=[in_words(row) for row in waits],
            before=report.before,
            after=report.after if report.after <= f"{today():%Y-%m}" else "",
        )


def asked_month() -> str:
    """The month asked for as YYYY-MM; this month where the address says something else."""
    said = request.args.get("maned", "")
    return said if is_month(said) else f"{today():%Y-%m}"


def trace_of(session: Any, rows: list[Emergency]) -> None:
    """The privacy officer has seen which plans were opened: one row."""
    shown_ids = ",".join(sorted({row.plan_id for row in rows if row.plan_id}))
    if shown_ids:
        write_trace(
            session, current_actor(), "log_review", "privacy_officer", now(), plan_ids=shown_ids
        )
