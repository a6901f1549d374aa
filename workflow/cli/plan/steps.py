"""The commands `step`, `why` and `show`: one plan, one actor, traced."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

import click

from workflow.cli.base.answer import json_option, print_answer, terminal_words

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from workflow.record.access.open_plan import Actor
    from workflow.record.models import Plan
    from workflow.record.plan.view import PlanView

Command = TypeVar("Command", bound=Callable[..., Any])
NEW = "new"


def register(group: click.Group) -> None:
    """Adds the commands to the group `planlop`."""
    for command in (step, why, show):
        group.add_command(command)


def as_option(command: Command) -> Command:
    """Gives a command --as: in whose name the operator acts. Either way the person sees that it was the operator."""
    words = "In whose name you act: id, e-mail or name."
    return click.option("--as", "name", metavar="PARTY", help=words)(command)


def step_options(command: Command) -> Command:
    """What says which step of which thing, and how its form is filled."""
    for option in (
        click.option("--subject", metavar="ID", help="The measure or meeting the step is about."),
        click.option("--field", "given", multiple=True, metavar="NAME=VALUE", help="Form field."),
    ):
        command = option(command)
    return as_option(command)


@click.command()
@click.argument("plan")
@click.argument("step_name", metavar="STEP")
@step_options
@click.option("--version", type=int, help="The version the step was thought on; refused if moved.")
@json_option
def step(
    plan: str,
    step_name: str,
    name: str | None,
    given: tuple[str, ...],
    subject: str | None,
    version: int | None,
) -> None:
    """Takes STEP (its name, or its verb where one thing has it) on PLAN; PLAN is `new` for steps that make one.

    Ids of measures, meetings and goals stand in `planlop show PLAN`.
    """
    from workflow.acts.entry.composites import perform_any
    from workflow.cli.base.refusals import explain_errors
    from workflow.cli.base.target import open_database
    from workflow.rules.calendar.clock import utc_now

    with open_database() as engine, explain_errors():
        now = utc_now()
        asked = prepare(engine, plan, step_name, subject, name)
        trace_outsider(engine, asked, now)
        form = filled_form(engine, asked.step_name, given, whole=True)
        done = perform_any(
            engine,
            asked.actor,
            asked.step_name,
            plan_id=asked.plan_id,
            subject_id=subject,
            form=form,
            version=version,
            now=now,
        )
        print_answer(result_data(engine, done))


@dataclass(frozen=True)
class AskedStep:
    """Who asks for which step of which plan."""

    actor: Actor
    plan_id: str | None
    step_name: str


def prepare(
    engine: Any, plan: str, step_name: str, subject: str | None, name: str | None
) -> AskedStep:
    """Who acts on which plan, by which step; raises CommandError or WrongUse."""
    from sqlalchemy.orm import Session

    from workflow.cli.base.target import find_actor, find_plan
    from workflow.rules.tables import full_name

    with Session(engine) as session:
        plan_row = None if plan == NEW else find_plan(session, plan)
        actor = find_actor(session, name)
        known = full_name(step_name, machine_of_subject(session, subject))
    refuse_wrong_thing(known, plan, subject)
    return AskedStep(actor, plan_row.id if plan_row else None, known)


def refuse_wrong_thing(step_name: str, plan: str, subject: str | None) -> None:
    """Raises WrongUse where the step needs a plan, a measure or none of them, and was given another."""
    from workflow.acts.entry.composites import rows_of
    from workflow.cli.base.refusals import WrongUse
    from workflow.rules.tables import find_transition

    first = find_transition(rows_of(step_name)[0])
    if first.makes_plan and plan != NEW:
        words = f"{step_name} makes a plan and is taken on none that is there: write `{NEW}`."
        raise WrongUse("plan_given", words)
    if plan == NEW and not first.makes_plan:
        words = f"{step_name} is taken on a plan: write its number where `{NEW}` stands."
        raise WrongUse("plan_missing", words)
    if subject is None and first.has_subject:
        words = f"Say which {first.machine} it is about: --subject ID. `planlop show {plan}` has the ids."
        raise WrongUse("subject_missing", words)


def filled_form(engine: Any, step_name: str, given: Sequence[str], *, whole: bool = False) -> Any:
    """The step's form with what was given, all its questions answered where it is whole; raises WrongUse."""
    from sqlalchemy.orm import Session

    from workflow.acts.base.form_fields import missing_answers
    from workflow.acts.entry.composites import form_of
    from workflow.cli.base.fields import read_form
    from workflow.cli.base.refusals import wrong_fields
    from workflow.rules.engine.denials import BadInput

    with Session(engine) as session:
        form = read_form(session, form_of(step_name), given)
    left = missing_answers(type(form), form.model_fields_set) if whole else []
    if left:
        raise wrong_fields(BadInput([(name, "missing", {}) for name in left]))
    return form


def machine_of_subject(session: Session, subject: str | None) -> str:
    """The machine that the subject says: of a measure or a meeting; nothing where none was given."""
    from workflow.record.models import Measure, Meeting

    for machine, model in (("measure", Measure), ("meeting", Meeting)):
        if subject and session.get(model, subject) is not None:
            return machine
    return ""


def result_data(engine: Any, done: Sequence[Any]) -> dict[str, Any]:
    """What the step left, as scripts read it."""
    from sqlalchemy.orm import Session

    from workflow.record.models import Plan

    with Session(engine) as session:
        plan = session.get(Plan, done[-1].plan_id)
    assert plan is not None
    steps = [
        {
            "step": one.step_name,
            "event": one.event_id,
            "subject": one.subject_id,
            "state": one.state,
        }
        for one in done
    ]
    return {
        "plan": plan.number,
        "plan_id": plan.id,
        "version": plan.version,
        "subject": done[-1].subject_id,
        "state": done[-1].state,
        "steps": steps,
    }


@click.command()
@click.argument("plan")
@click.argument("step_name", metavar="STEP")
@step_options
@json_option
def why(
    plan: str,
    step_name: str,
    name: str | None,
    given: tuple[str, ...],
    subject: str | None,
) -> None:
    """Says whether STEP on PLAN is allowed now (0), and if not, every reason and who can clear it (1).

    PLAN is `new` for steps that make one. Without --field what only the form can answer is not asked.
    """
    from workflow.acts.entry.composites import why_not_any
    from workflow.cli.base.answer import REFUSED
    from workflow.cli.base.refusals import explain_errors, list_reasons
    from workflow.cli.base.target import open_database
    from workflow.record.database.engine import unit_of_work
    from workflow.rules.calendar.clock import utc_now

    with open_database() as engine, explain_errors():
        asked, now = prepare(engine, plan, step_name, subject, name), utc_now()
        trace_question(engine, asked, now)
        form = filled_form(engine, asked.step_name, given) if given else None
        with unit_of_work(engine) as session:
            denials = why_not_any(
                session,
                asked.actor,
                asked.step_name,
                plan_id=asked.plan_id,
                subject_id=subject,
                form=form,
                now=now,
            )
        told = list_reasons(denials)
    words = "\n".join(f"{one['code']}: {one['text']}" for one in told) or "allowed"
    print_answer({"step": asked.step_name, "allowed": not told, "reasons": told}, words)
    if told:
        raise SystemExit(REFUSED)


def trace_question(engine: Any, asked: AskedStep, now: datetime) -> None:
    """Leaves the trace of a question about a plan.

    It is kept before the question is asked: who may not ask is refused, and that undoes all that
    was written beside it.
    """
    if asked.plan_id is not None:
        write_refusable(engine, asked, "why", relations_of(engine, asked, now), now)


def trace_outsider(engine: Any, asked: AskedStep, now: datetime) -> None:
    """Leaves the trace of a step tried by somebody who stands in no relation; others leave the event."""
    if asked.plan_id is not None and not relations_of(engine, asked, now):
        write_refusable(engine, asked, "step", frozenset(), now)


def relations_of(engine: Any, asked: AskedStep, now: datetime) -> frozenset[str]:
    """How the actor stands to the plan; in no way where there is none."""
    from sqlalchemy.orm import Session

    from workflow.record.access.open_plan import resolve_access

    if asked.plan_id is None:
        return frozenset()
    with Session(engine) as session:
        return frozenset(resolve_access(session, asked.actor, asked.plan_id, now).relations)


def write_refusable(
    engine: Any, asked: AskedStep, act: str, relations: frozenset[str], now: datetime
) -> None:
    """Writes the trace in a transaction of its own, as refused where there is no relation."""
    from workflow.record.access.open_plan import write_trace
    from workflow.record.database.engine import unit_of_work

    ground = next(iter(sorted(relations)), "none")
    about = {"plan_id": asked.plan_id, "refused": not relations}
    with unit_of_work(engine) as session:
        write_trace(session, asked.actor, act, ground, now, **about)


@click.command()
@click.argument("plan")
@as_option
@json_option
def show(plan: str, name: str | None) -> None:
    """Shows PLAN as it stands: state, people, goals, measures with their two dates, deadlines."""
    from workflow.cli.base.refusals import explain_errors
    from workflow.cli.base.target import find_actor, find_plan, open_database
    from workflow.record.access.open_plan import open_for_reading
    from workflow.record.database.engine import unit_of_work
    from workflow.record.plan.view import read_opened_view
    from workflow.rules.calendar.clock import utc_now

    now = utc_now()
    with open_database() as engine, explain_errors():
        with unit_of_work(engine) as session:
            plan_row = find_plan(session, plan)
            actor = find_actor(session, name)
        opened = open_for_reading(engine, actor, plan_row.id, "read", now)
        with unit_of_work(engine) as session:
            data = plan_data(read_opened_view(session, opened, now))
    print_answer(data, "\n".join(lines(data)))


def plan_data(view: PlanView) -> dict[str, Any]:
    """The plan as one object; days are Norwegian days."""
    plan: Plan = view.plan
    return {
        "plan": plan.number,
        "id": plan.id,
        "state": plan.state,
        "outcome": plan.outcome,
        "informal": plan.informal,
        "version": plan.version,
        "row_version": plan.row_version,
        "for": view.person.name or plan.problem,
        "coordinator": view.coordinator.name,
        "acting": view.acting.name,
        "unit": view.unit_name(plan.responsible_unit_id),
        "next_review_on": plan.next_review_on,
        "paused_until": plan.paused_until,
        "close_reason": plan.close_reason,
        "most_important": plan.most_important,
        "not_shared": sorted(view.hidden),
        "goals": [{"id": g.id, "goal": g.text, "status": g.status} for g in view.goals],
        "measures": [measure(view, one) for one in view.measures],
        "meetings": [
            {"id": m.id, "starts_at": m.starts_at, "state": m.state} for m in view.meetings
        ],
        "deadlines": [
            {"code": d.code, "due_at": d.due_at, "basis": d.basis} for d in view.deadlines
        ],
    }


def measure(view: PlanView, one: Any) -> dict[str, Any]:
    """One row of the table: tiltak, ansvarlig, fullført, evaluert."""
    accountable, with_whom = view.responsible_names(one)
    return {
        "id": one.id,
        "measure": one.text,
        "accountable": accountable,
        "with": list(with_whom),
        "state": one.state,
        "due_on": one.due_on,
        "original_due_on": one.original_due_on,
        "completed_on": one.completed_on,
        "evaluated_on": one.evaluated_on,
        "outcome": one.outcome,
        "version": one.version,
    }


def lines(data: dict[str, Any]) -> list[str]:
    """The plan for a terminal; what is empty is left out."""
    made = [
        f"{key}: {terminal_words(value)}"
        for key, value in data.items()
        if value and not isinstance(value, list)
    ]
    made += [f"not shared: {scope}" for scope in data["not_shared"]]
    for key in ("goals", "measures", "meetings", "deadlines"):
        for one in data[key]:
            made.append(f"{key[:-1]}: " + " | ".join(terminal_words(v) for v in one.values() if v))
    return made
