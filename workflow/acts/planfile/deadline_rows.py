"""The deadlines of a plan that is brought in: each counted from the day the file gives, not from today."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import select

from workflow.acts.base.context import StepContext
from workflow.acts.planfile import check, schema
from workflow.record.deadlines import deadlines, policies
from workflow.record.deadlines.anchors import Subject
from workflow.record.models import Base, Consent, Measure, Meeting, Offer
from workflow.rules.calendar.clock import at_oslo
from workflow.rules.names.deadlines import DeadlineCode

NOON = time(12, 0)
TRANSITIONS = (DeadlineCode.TRANSITION, DeadlineCode.TURNS_16, DeadlineCode.TURNS_18)


@dataclass(frozen=True, slots=True)
class DeadlineRun:
    """Some kinds of deadline, the day they run from, and the offer they wait for."""

    codes: tuple[str, ...]
    since: date
    offer: Mapping[str, Any] | None = None


def noon_of(day: date, now: datetime) -> datetime:
    """The instant of a day that the file names: noon in Oslo, and never later than now."""
    return min(at_oslo(day, NOON), now)


def past_days(form: check.PlanAsItStood, today: date) -> list[date]:
    """The days on which the plan has lived: a quiet plan is counted from the last of them."""
    return [day for _, day in check.past_days(form) if day <= today]


def state_before_offer(plan: schema.FileContent, kind: str) -> str:
    """The state that a plan goes back to if nobody takes it over."""
    if kind == "coordinator":
        return plan.state
    if kind == "authority" or (plan.answer is None and plan.started_on is None):
        return "requested"
    if plan.started_on is None:
        return "decided"
    return "reviewed" if plan.review and not plan.review.continued_on else "active"


def start(step: StepContext) -> None:
    """Starts what runs for the plan, its measures, meetings and consents, and stops it where it rests."""
    plan: schema.FileContent = step.form.plan
    if plan.closed:
        return
    at = _subject(step)
    stops = _stops(step)
    for running in _of_plan(step):
        _start(step, replace(at, offer=running.offer), running, stops)
    for subject, running in (*_of_measures(step, at), *_of_meetings(step, at)):
        _start(step, subject, running, stops)
    for subject in _periods(step, at):
        _start(step, subject, DeadlineRun((DeadlineCode.CONSENT_ENDS,), step.today), stops)
    if stops:
        deadlines.pause_all(step.conn, at, stops)
    if plan.resting:  # after the others have stopped: somebody looks at a plan that rests
        rests = DeadlineRun((DeadlineCode.RESTING_PLAN,), plan.rested_on or step.today)
        _start(step, at, rests, None)


def _stops(step: StepContext) -> datetime | None:
    """Since when the plan's clocks stand still."""
    plan: schema.FileContent = step.form.plan
    rests = (plan.rested_on or step.today) if plan.resting else None
    day = plan.pause.from_on if plan.pause else rests
    return None if day is None else noon_of(day, step.now)


def _start(step: StepContext, at: Subject, running: DeadlineRun, stops: datetime | None) -> None:
    """A clock that has stood still since has told nobody of what lay after."""
    now = min(stops, step.now) if stops else step.now
    since = noon_of(running.since, step.now)
    deadlines.start(step.conn, running.codes, at, (), now, since=since)


def _subject(step: StepContext) -> Subject:
    """The plan as what deadlines hang on."""
    calendar = policies.read_calendar(step.conn)
    plan = {**step.after(), "state": step.state}
    return Subject(
        plan_id=step.plan_id,
        plan=plan,
        kind="plan",
        subject_id=step.plan_id,
        values=plan,
        closing_days=calendar.closing,
        calendar=calendar,
        policy=calendar.policy(plan.get("service_unit_id") or plan["unit_id"], step.today),
    )


def _of_plan(step: StepContext) -> Iterator[DeadlineRun]:
    """What runs for the plan itself, by where it stands."""
    plan: schema.FileContent = step.form.plan
    yield DeadlineRun((DeadlineCode.QUIET_PLAN,), max(past_days(step.form, step.today)))
    state = state_before_offer(plan, plan.offer.kind) if plan.offer else plan.state
    if state == "requested":
        yield from _unanswered(plan)
    elif state == "decided" and plan.answer is not None:
        yield from _answered(step, plan, plan.answer)
    else:
        yield from _in_use(step, plan)
    if plan.offer:
        codes = (
            (DeadlineCode.COORDINATOR_ANSWERS, DeadlineCode.COORDINATOR_OFFER_ENDS)
            if plan.offer.kind == "coordinator"
            else (DeadlineCode.TRANSFER_ANSWER, DeadlineCode.FIRST_APPOINTMENT)
        )
        yield DeadlineRun(codes, plan.offer.on, _offer_of(step, step.plan_id))
    if plan.pause:
        yield DeadlineRun((DeadlineCode.PAUSE_ENDS,), plan.pause.from_on)


def _unanswered(plan: schema.FileContent) -> Iterator[DeadlineRun]:
    """A need waits for its receipt and its answer, a plan from elsewhere for its decision."""
    if plan.from_elsewhere:
        yield DeadlineRun(
            (DeadlineCode.DECIDE_INCOMING, DeadlineCode.FIRST_APPOINTMENT), plan.reported_on
        )
        return
    yield DeadlineRun(
        (DeadlineCode.ACKNOWLEDGE_REPORT, DeadlineCode.DECIDE_REQUEST), plan.reported_on
    )
    if plan.person_knows == "yes":
        yield DeadlineRun((DeadlineCode.PROVISIONAL_REPLY,), plan.reported_on)


def _answered(
    step: StepContext, plan: schema.FileContent, answer: schema.FileAnswer
) -> Iterator[DeadlineRun]:
    """A yes waits for a coordinator, a no for a complaint."""
    if not answer.granted:
        yield DeadlineRun((DeadlineCode.APPEAL_WINDOW,), answer.on)
    elif plan.coordinator is None:
        yield DeadlineRun((DeadlineCode.APPOINT_COORDINATOR,), answer.on)
    elif not plan.acting:
        yield DeadlineRun((DeadlineCode.START_PLAN,), step.today)
    if plan.acting:
        yield DeadlineRun((DeadlineCode.VACANCY,), step.today)


def _in_use(step: StepContext, plan: schema.FileContent) -> Iterator[DeadlineRun]:
    """The review, what is not yet in place, and the transitions ahead."""
    begun = plan.started_on or plan.reported_on
    review = plan.review
    yield DeadlineRun((*TRANSITIONS, DeadlineCode.DISCUSS_WITH_RELATIVES), begun)
    if review and not review.continued_on:
        yield DeadlineRun((DeadlineCode.CONCLUDE_REVIEW,), review.on)
    elif plan.next_review_on:
        yield DeadlineRun((DeadlineCode.REVIEW,), begun)
    if plan.informal:
        yield DeadlineRun((DeadlineCode.DECIDE_INFORMAL_START,), begun)
        if plan.person_knows == "yes" and not plan.from_elsewhere:
            yield DeadlineRun((DeadlineCode.PROVISIONAL_REPLY,), plan.reported_on)
    elif not (step.form.goals or review):
        yield DeadlineRun((DeadlineCode.FIRST_GOAL,), begun)
    if plan.acting:
        yield DeadlineRun(
            (DeadlineCode.VACANCY,), step.today
        )  # since when nobody coordinates, the file does not say
    if plan.ending:
        yield DeadlineRun(
            (DeadlineCode.APPEAL_WINDOW, DeadlineCode.ENDS_BY_DECISION), plan.ending.on
        )


def _rows(step: StepContext, model: type[Base]) -> list[dict[str, Any]]:
    """Rows under the plan, in the order they were laid."""
    table: Any = model.__table__
    query = select(table).where(table.c.plan_id == step.plan_id).order_by(table.c.id)
    return [dict(row) for row in step.conn.execute(query).mappings()]


def _offer_of(step: StepContext, subject_id: str) -> Mapping[str, Any]:
    """The question about a subject that waits for its answer."""
    offers = (one for one in _rows(step, Offer) if one["subject_id"] == subject_id)
    return next(one for one in offers if not one["outcome"])


def _pairs(step: StepContext, model: type[Base], parts: Iterable[Any]) -> Iterator[tuple[Any, Any]]:
    """Each row with the part of the file it was made of."""
    made = [key for name, key in step.made if name == model.__tablename__]
    rows = {one["id"]: one for one in _rows(step, model)}
    yield from ((rows[key], part) for key, part in zip(made, parts, strict=True))


def _of_measures(step: StepContext, at: Subject) -> Iterator[tuple[Subject, DeadlineRun]]:
    """The date of what is agreed, and the look back at what is done."""
    review = step.form.plan.review
    for row, one in _pairs(step, Measure, step.form.measures):
        subject = replace(at, kind="measure", subject_id=row["id"], values=row)
        if (
            one.state in ("decided", "active", "transferred")
            and one.agreed_on
            and not one.completed_on
        ):
            codes = (
                (DeadlineCode.MEASURE_DUE, DeadlineCode.MEASURE_STARTS)
                if one.state == "decided"
                else (DeadlineCode.MEASURE_DUE,)
            )
            yield subject, DeadlineRun(codes, one.agreed_on)
        looked = one.evaluated_on or (review and one.completed_on and one.completed_on <= review.on)
        if one.state in ("active", "transferred") and one.completed_on and not looked:
            yield subject, DeadlineRun((DeadlineCode.MEASURE_EVALUATION,), one.completed_on)
        if one.state == "transferred":
            asked = replace(subject, offer=_offer_of(step, row["id"]))
            yield asked, DeadlineRun((DeadlineCode.MEASURE_OFFER_ENDS,), one.asked_on)


def _of_meetings(step: StepContext, at: Subject) -> Iterator[tuple[Subject, DeadlineRun]]:
    """What is planned is prepared, what was held gets its minutes."""
    for row, one in _pairs(step, Meeting, step.form.meetings):
        subject = replace(at, kind="meeting", subject_id=row["id"], values=row)
        if one.state == "planned":
            yield subject, DeadlineRun((DeadlineCode.MEETING_PREPARED,), one.on)
        elif one.state == "held":
            yield subject, DeadlineRun((DeadlineCode.MINUTES_DUE,), one.held_on)


def _periods(step: StepContext, at: Subject) -> Iterator[Subject]:
    """The consents that end by themselves."""
    for row in _rows(step, Consent):
        if row["until_at"] is not None and row["withdrawn_at"] is None:
            yield replace(at, kind="consent", subject_id=row["id"], values=row)
