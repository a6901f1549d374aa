"""What the person asks for as data subject: correction and erasure, and their answers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, literal, select, union_all
from sqlalchemy.orm import Session

from workflow.acts.base.context import StepContext
from workflow.acts.base.form_fields import Form, Text, WithAgreement, ask
from workflow.acts.base.registry import act
from workflow.record.models import DataRequest, Plan, Wish
from workflow.rules.calendar.clock import oslo_date
from workflow.rules.calendar.workdays import add_months
from workflow.rules.deadlines.ladders import EXTENSION
from workflow.rules.engine.denials import BadInput
from workflow.rules.names.steps import PlanStep
from workflow.words.text.translatable import N_

EXPORT, CORRECTION, ERASURE, ACCESS = "export", "correction", "erasure", "access"
REFUSED = "refused"
DONE = {CORRECTION: "corrected", ERASURE: "erased"}
OUTCOMES = (
    ("corrected", N_("Ja, det er rettet")),
    ("erased", N_("Ja, det er slettet")),
    (REFUSED, N_("Nei")),
)
MODELS: dict[str, Any] = {"wish": Wish, "data_request": DataRequest}


class AskForCorrection(WithAgreement):
    """What is wrong, and what should stand there (GDPR art. 16)."""

    words: Text = ask(N_("Hva er feil, og hva skal det stå?"), "textarea", "")


@act(PlanStep.ASK_FOR_CORRECTION, AskForCorrection)
def ask_for_correction(step: StepContext) -> None:
    """Answered within a calendar month of this day; the old words are kept in the history."""
    step.require(words=step.form.words)
    _asked(step, CORRECTION)


class AskForErasure(WithAgreement):
    """What should go; empty means everything (GDPR art. 17)."""

    words: Text = ask(N_("Hva vil du ha slettet?"), "textarea", "")


@act(PlanStep.ASK_FOR_ERASURE, AskForErasure)
def ask_for_erasure(step: StepContext) -> None:
    """Answered within a calendar month of this day; a record kept by law is usually not erased."""
    _asked(step, ERASURE)


def _asked(step: StepContext, kind: str) -> None:
    key = step.insert(
        DataRequest,
        party_id=step.plan["person_id"],
        kind=kind,
        words=step.form.words,
        asked_at=step.now,
        recorded_by=step.actor.party_id,
        outcome="",
        answer="",
    )
    step.note(request=key)
    step.deadline_subject = ("data_request", key, {"asked_on": step.today})


class AnswerRequest(Form):
    """Yes or no, and the words that the person reads."""

    outcome: str = ask(N_("Hva ble svaret?"), "choice", "", choices=OUTCOMES)
    answer: Text = ask(N_("Hva er gjort, eller hvorfor ikke?"), "textarea", "")


@act(PlanStep.ANSWER_DATA_REQUEST, AnswerRequest)
def answer_request(step: StepContext) -> None:
    """The oldest request of the two kinds is answered; words that were refused stand beside the text.

    Raises BadInput for an outcome that is no answer to what was asked.
    """
    form: AnswerRequest = step.form
    step.require(outcome=form.outcome, answer=form.answer)
    asked = step.conn.execute(_open_requests(step.plan_id).limit(1)).first()
    assert asked is not None  # the guard has seen one in this transaction
    if form.outcome not in (DONE[asked.kind], REFUSED):
        raise BadInput([("outcome", "not_offered", {})])
    step.update(
        DataRequest,
        asked.id,
        answered_at=step.now,
        answered_by=step.actor.party_id,
        outcome=form.outcome,
        answer=form.answer,
    )
    step.note(request=asked.id, outcome=form.outcome)
    step.deadline_subject = ("data_request", asked.id, {})


class MoreTime(Form):
    """Two calendar months more, once, told with the reason (GDPR art. 12 no. 3)."""

    reason: Text = ask(N_("Hvorfor trengs det lengre tid? Personen leser det"), "textarea", "")


@act(PlanStep.TAKE_MORE_TIME, MoreTime)
def take_more_time(step: StepContext) -> None:
    """The oldest request that waits, for access, correction or erasure, may take three months in all."""
    step.require(reason=step.form.reason)
    asked = next(one for one in list_waiting(step.conn, step.plan_id) if one.longer_at is None)
    step.update(MODELS[asked.table], asked.id, longer_at=step.now, longer_because=step.form.reason)
    step.note(request=asked.id)
    asked_on = oslo_date(asked.asked_at)
    step.deadline_subject = (asked.table, asked.id, {"asked_on": asked_on, "longer": True})


@dataclass(frozen=True, slots=True)
class WaitingDataRequest:
    """One request: kind access, correction or erasure; longer_at where more time was taken."""

    table: str
    id: str
    kind: str
    words: str
    asked_at: datetime
    longer_at: datetime | None

    @property
    def asked_on(self) -> date:
        """The Norwegian day it came."""
        return oslo_date(self.asked_at)


def _open_requests(plan_id: str) -> Any:
    table = DataRequest
    return (
        select(
            literal("data_request").label("table"),
            table.id,
            table.kind,
            table.words,
            table.asked_at,
            table.longer_at,
        )
        .where(table.plan_id == plan_id, table.kind.in_(tuple(DONE)), table.answered_at.is_(None))
        .order_by(table.asked_at, table.id)
    )


def _open_wishes(plan_id: str) -> Any:
    return select(
        literal("wish").label("table"),
        Wish.id,
        Wish.kind,
        Wish.words,
        Wish.sent_at.label("asked_at"),
        Wish.longer_at,
    ).where(Wish.plan_id == plan_id, Wish.kind == ACCESS, Wish.answered_at.is_(None))


def list_waiting(conn: Connection | Session, plan_id: str) -> list[WaitingDataRequest]:
    """Every request about a plan's data that has no answer yet, the oldest first."""
    every = union_all(_open_requests(plan_id).order_by(None), _open_wishes(plan_id))
    requests = [WaitingDataRequest(*row) for row in conn.execute(every)]
    return sorted(requests, key=lambda one: (one.asked_at, one.id))


def oldest_request(conn: Connection | Session, plan_id: str) -> WaitingDataRequest | None:
    """The oldest request for correction or erasure that waits: the one that `plan.answer_data_request` answers."""
    row = conn.execute(_open_requests(plan_id).limit(1)).first()
    return WaitingDataRequest(*row) if row else None


@dataclass(frozen=True, slots=True)
class AnsweredDataRequest:
    """A request as its page shows it, answered or not; days are Norwegian."""

    kind: str
    words: str
    asked_on: date
    answer_by: date
    answered_on: date | None
    outcome: str
    answer: str
    longer_because: str


def answer_by(asked_on: date, longer: bool) -> date:
    """The last day of a request's answer: one calendar month, at most three (GDPR art. 12 no. 3)."""
    return add_months(add_months(asked_on, EXTENSION) if longer else asked_on, 1)


def list_requests(session: Session, plan_id: str) -> list[AnsweredDataRequest]:
    """Every request about a plan's data, answered ones too, the newest first."""
    wished = select(Wish).where(Wish.plan_id == plan_id, Wish.kind == ACCESS)
    asked = select(DataRequest).where(DataRequest.plan_id == plan_id)
    requests: list[tuple[str, datetime, Any, str]] = [
        (ACCESS, one.sent_at, one, "") for one in session.execute(wished).scalars()
    ]
    requests += [
        (one.kind, one.asked_at, one, one.outcome) for one in session.execute(asked).scalars()
    ]
    return [
        _answered(kind, at, one, outcome)
        for kind, at, one, outcome in sorted(requests, key=lambda row: row[1], reverse=True)
    ]


def _answered(kind: str, at: datetime, row: Any, outcome: str) -> AnsweredDataRequest:
    asked_on = oslo_date(at)
    done = oslo_date(row.answered_at) if row.answered_at else None
    by = answer_by(asked_on, row.longer_at is not None)
    return AnsweredDataRequest(
        kind, row.words, asked_on, by, done, outcome, row.answer, row.longer_because
    )


@dataclass(frozen=True, slots=True)
class OpenDataRequest:
    """A request that waits in a municipality, by the plan's number; days are Norwegian."""

    plan_id: str
    number: str
    kind: str
    asked_on: date
    answer_by: date
    longer: bool


def open_in(session: Session) -> list[OpenDataRequest]:
    """Everything that waits for an answer, the nearest day first."""
    wished = select(Plan.id, Plan.number, Wish.kind, Wish.sent_at, Wish.longer_at).where(
        Wish.plan_id == Plan.id,
        Wish.kind == ACCESS,
        Wish.answered_at.is_(None),
    )
    table = DataRequest
    asked = select(Plan.id, Plan.number, table.kind, table.asked_at, table.longer_at).where(
        table.plan_id == Plan.id,
        table.kind.in_(tuple(DONE)),
        table.answered_at.is_(None),
    )
    rows = [*session.execute(wished), *session.execute(asked)]
    requests = [_open(*row) for row in rows]
    return sorted(requests, key=lambda one: (one.answer_by, one.number))


def _open(
    plan_id: str, number: str, kind: str, at: datetime, longer_at: datetime | None
) -> OpenDataRequest:
    on, longer = oslo_date(at), longer_at is not None
    return OpenDataRequest(plan_id, number, kind, on, answer_by(on, longer), longer)
