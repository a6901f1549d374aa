"""The manager's acts on a plan known by its number only: ask, a new date, a coordinator, a substitute."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from web.both.conversation import own_conversation
from web.both.own_data import KINDS
from web.both.step_controller import Answer, StepRequest, receipt_of, respond_to_post
from web.forms import model_forms, pickers
from web.forms.model_forms import WebForm
from web.hints.catalogue import hints_of
from web.request import access_guards
from web.request.actor import current_actor
from web.request.clock import now, today
from web.request.database import db_session, open_unit
from web.request.translate import gettext
from web.staff.blueprint import pages
from workflow.acts.base.context import StepResult
from workflow.acts.base.registry import ACTS
from workflow.acts.people import absences
from workflow.acts.people.absences import AbsenceForm
from workflow.acts.privacy.data_requests import (
    ACCESS,
    WaitingDataRequest,
    answer_by,
    list_waiting,
    oldest_request,
)
from workflow.record.access.open_plan import OpenPlan
from workflow.record.access.role_holders import works_here
from workflow.record.models import Party, StaffRole
from workflow.rules.engine.denials import NotThere
from workflow.rules.names.steps import PlanStep
from workflow.words.steps.catalogue import step_words


@dataclass(frozen=True)
class Request:
    """What was asked: when (UTC), in which words, by which day the law wants it answered."""

    kind: str
    sent_at: datetime
    words: str
    by: date
    first: bool


WITHOUT_CONTENT = frozenset({"leader", "coordinating_unit"})
QUESTION = PlanStep.ASK_COORDINATOR
ANSWER = PlanStep.ANSWER_ACCESS
ANSWER_REQUEST = PlanStep.ANSWER_DATA_REQUEST
MORE_TIME = PlanStep.TAKE_MORE_TIME
PRIVACY = "privacy_officer"


@pages.get("/over-fristen/<plan_id>/<step:step_name>")
@access_guards.plan_route("read_overview", kind="step")
def manager_act(opened: OpenPlan, step_name: str) -> str:
    """The act's few questions; whose plan it is does not stand here."""
    check_act(opened, step_name)
    form = model_forms.show(
        ACTS[step_name].form,
        choices=picker_choices(opened, step_name),
        version=opened.plan.row_version,
    )
    return act_page(opened, step_name, form)


@pages.post("/over-fristen/<plan_id>/<step:step_name>")
@access_guards.plan_route("read_overview", kind="step")
def do_manager_act(opened: OpenPlan, step_name: str) -> Answer:
    """Takes the act, or says why it is not open."""
    check_act(opened, step_name)
    form = model_forms.read(
        ACTS[step_name].form, request.form, choices=picker_choices(opened, step_name)
    )
    step = StepRequest(step_name, opened.plan.id)

    def saved(done: Sequence[StepResult]) -> Response:
        flash(receipt_of(done, gettext("Lagret for plan %(number)s.", number=opened.plan.number)))
        return redirect(url_for(back(step_name)), 303)

    return respond_to_post(
        form,
        lambda value: step.take(value, form.version),
        saved,
        lambda kept, _: act_page(opened, step_name, kept),
        step=step,
    )


def check_act(opened: OpenPlan, step_name: str) -> None:
    """404 for other acts, and for those whose act it is not."""
    hints = hints_of(step_name)
    theirs = hints.by_number and bool(opened.relations & WITHOUT_CONTENT)
    if not theirs and not (hints.for_privacy and PRIVACY in opened.relations):
        abort(404)


def back(step_name: str) -> str:
    """Where the reader came from."""
    return hints_of(step_name).back


def picker_choices(opened: OpenPlan, step_name: str) -> dict[str, list[tuple[str, str]]]:
    """The answers of the pickers: those who work here, never the person."""
    where = pickers.Where(db_session(), now(), opened.plan.id, can_see=opened.visibility)
    choices = pickers.choices_of(ACTS[step_name].form, where)
    return (
        {**choices, "to_party_id": pickers.staff(where)}
        if step_name == PlanStep.OFFER_COORDINATOR
        else choices
    )


def act_page(opened: OpenPlan, step_name: str, form: WebForm[Any]) -> str:
    """The page of one act."""
    if hints_of(step_name).for_privacy or step_name == QUESTION:
        form = replace(form, fields=tuple(replace(one, required=True) for one in form.fields))
    return render_template(
        "staff/manager_act.html",
        name=gettext(step_words(step_name)),
        number=opened.plan.number,
        asked=asked_request(opened.plan.id, step_name),
        refusing=step_name == ANSWER_REQUEST,
        back=url_for(back(step_name)),
        form=form,
        said=own_conversation(opened) if step_name == QUESTION else [],
        address=url_for("staff.manager_act", plan_id=opened.plan.id, step_name=step_name),
    )


def asked_request(plan_id: str, step_name: str) -> Request | None:
    """The request that the act is about: the oldest of its kind that waits."""
    lookups: dict[str, Callable[[], Request | None]] = {
        ANSWER: lambda: asked_access(plan_id),
        ANSWER_REQUEST: lambda: of_request(oldest_request(db_session(), plan_id)),
        MORE_TIME: lambda: of_request(
            next(
                (one for one in list_waiting(db_session(), plan_id) if one.longer_at is None), None
            )
        ),
    }
    return lookups[step_name]() if step_name in lookups else None


def asked_access(plan_id: str) -> Request | None:
    """The oldest request for access."""
    return of_request(
        next((one for one in list_waiting(db_session(), plan_id) if one.kind == ACCESS), None)
    )


def of_request(one: WaitingDataRequest | None) -> Request | None:
    """A request as the page shows it: what, when, in which words, by when."""
    if one is None:
        return None
    by = answer_by(one.asked_on, one.longer_at is not None)
    return Request(gettext(KINDS[one.kind]), one.asked_at, one.words, by, one.longer_at is None)


@pages.get("/stedfortreder/<party_id>")
@access_guards.staff("step", "leader", "coordinating")
def substitute(party_id: str) -> str:
    """Who steps in, and for how long."""
    with open_unit() as session:
        name = colleague_name(session, party_id)
        given = absences.away(session, party_id, now())
        dates = {"from_on": today()}
        if given is not None:
            dates = {
                "from_on": max(today(), given.from_at.date()),
                "back_on": given.until_at.date(),
            }
        form = model_forms.show(AbsenceForm, dates, choices=others(party_id))
        return substitute_page(party_id, name, form)


@pages.post("/stedfortreder/<party_id>")
@access_guards.staff("step", "leader", "coordinating")
def set_substitute(party_id: str) -> Answer:
    """Records the absence and who steps in."""
    name = colleague_name(db_session(), party_id)
    form = model_forms.read(AbsenceForm, request.form, choices=others(party_id))

    def record(value: AbsenceForm) -> None:
        with open_unit() as session:
            absences.set_substitute(session, current_actor(), party_id, value, now())

    def saved(_: object) -> Response:
        flash(gettext("%(name)s har fått stedfortreder.", name=name))
        return redirect(url_for("staff.overdue"), 303)

    return respond_to_post(
        form, record, saved, lambda kept, _: substitute_page(party_id, name, kept)
    )


def colleague_name(session: Session, party_id: str) -> str:
    """The name of somebody who works here. Raises NotThere for anybody else."""
    works = select(StaffRole.party_id).where(works_here(StaffRole, now()))
    name = session.execute(
        select(Party.name).where(
            Party.id == party_id,
            Party.id.in_(works),
        )
    ).scalar()
    if name is None:
        raise NotThere(party_id)
    return name


def others(party_id: str) -> dict[str, list[tuple[str, str]]]:
    """Everybody who works here but the one who is away."""
    where = pickers.Where(db_session(), now())
    return {"substitute_id": [pair for pair in pickers.staff(where) if pair[0] != party_id]}


def substitute_page(party_id: str, name: str, form: WebForm[AbsenceForm]) -> str:
    """The page of a substitute."""
    return render_template(
        "staff/manager_act.html",
        name=gettext("Sett inn stedfortreder"),
        number="",
        whom=name,
        asked=None,
        refusing=False,
        said=[],
        back=url_for("staff.overdue"),
        form=form,
        address=url_for("staff.substitute", party_id=party_id),
    )
