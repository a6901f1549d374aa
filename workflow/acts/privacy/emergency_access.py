"""Emergency access (nødinnsyn): one plan, sixty minutes, with a reason; told at once and followed up.

Nobody is told whether there is a plan before the reason is kept; who may read what is policy's.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from pydantic import model_validator
from pydantic_core import PydanticCustomError
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from workflow.acts.base.context import StepContext
from workflow.acts.base.form_fields import Form, Id, Line, Text, ask
from workflow.acts.base.registry import act
from workflow.acts.engine.fire import fire
from workflow.acts.notices import inbox
from workflow.acts.people import register
from workflow.record.access import emergencies
from workflow.record.access.disinterest import require_others_work
from workflow.record.access.open_plan import Actor, resolve_access, write_trace
from workflow.record.access.role_holders import holds_other
from workflow.record.history.municipal_chain import change_rows, insert_rows
from workflow.record.in_force import opens_in_emergency
from workflow.record.models import Deadline, EmergencyAccess, Party, Plan, new_id
from workflow.record.same_party import has_name
from workflow.rules.engine.denials import BadInput, NotThere
from workflow.rules.engine.policy import may_read
from workflow.rules.engine.vocabulary import CLOSED
from workflow.rules.names.steps import PlanStep
from workflow.words.labels.emergency import OUTCOMES, REASONS
from workflow.words.text.translatable import N_

LASTS = timedelta(minutes=60)
DAY = timedelta(hours=24)
OFTEN = 3  # the third time within 24 hours is told one step further up
OPENED, READS_ALREADY, NOTHING = "opened", "reads_already", "nothing"


class NotForYou(NotThere):
    """Emergency access is for those who work here with people: no guest, no administrator alone."""


class SeekPlan(Form):
    """Whom it is about and why; the reason is asked before anything is looked up."""

    reason: str = ask(N_("Hvorfor haster det?"), "choice", choices=tuple(REASONS.items()))
    national_id: Line = ask(N_("Fødselsnummer"), "line", "")
    name: Line = ask(N_("Eller hele navnet"), "line", "")
    born_on: date | None = ask(N_("Og fødselsdato"), "date", None)

    @model_validator(mode="after")
    def _says_who(self) -> SeekPlan:
        if not self.national_id and not (self.name and self.born_on):
            raise PydanticCustomError(
                "who_missing", N_("Skriv fødselsnummeret, eller hele navnet og fødselsdatoen.")
            )
        return self


@dataclass(frozen=True, slots=True)
class EmergencyOutcome:
    """What came of it: opened, reads_already or nothing; plan_id where a plan is to be shown."""

    what: str
    plan_id: str | None = None
    until_at: datetime | None = None


def may_open(session: Session, actor: Actor, now: datetime) -> bool:
    """A human with a staff role in force that is more than the administrator's."""
    return holds_other(session, actor.party_id, now, "administrator")


def open_in_emergency(
    session: Session, actor: Actor, form: SeekPlan, key: str, now: datetime, sign_in_id: str = ""
) -> EmergencyOutcome:
    """Open the plan of whom the form names for sixty minutes, inside the caller's transaction.

    `key` is the secret with which national ids are kept. 1. Who asks must work here. 2. The person
    is found by an exact match only. 3. Who reads the plan already is told so, and nothing is kept
    but the refused try. 4. The row is written whether or not there is a plan. 5. `plan.open_in_emergency` tells the
    person, who acts for her and the privacy officer, and starts the follow-up. Raises NotForYou.
    """
    if not may_open(session, actor, now):
        raise NotForYou(actor.party_id or "")
    plan_id = _plan_of(session, form, key)
    if plan_id is not None:
        stands = resolve_access(session, actor, plan_id, now)
        if may_read("read", stands.relations):
            return EmergencyOutcome(READS_ALREADY, plan_id)
    emergency_id = _write(session, actor, plan_id, form.reason, now, sign_in_id)
    _tell_of_many(session, actor, emergency_id, now)
    if plan_id is None:
        write_trace(session, actor, "emergency", "none", now, refused=True, reason=form.reason)
        _tell(session, actor, emergency_id, "emergency_without_plan", now)
        return EmergencyOutcome(NOTHING)
    fire(
        session,
        actor,
        PlanStep.OPEN_IN_EMERGENCY,
        plan_id=plan_id,
        form=EmergencyOpened(emergency_id=emergency_id),
        now=now,
    )
    write_trace(session, actor, "emergency", "emergency", now, plan_id=plan_id, reason=form.reason)
    return EmergencyOutcome(OPENED, plan_id, now + LASTS)


def _plan_of(session: Session, form: SeekPlan, key: str) -> str | None:
    """The plan that is not closed, else the newest one, of exactly one person that fits."""
    people = _people(session, form, key)
    if len(people) != 1:
        return None
    query = select(Plan.id).where(Plan.person_id == people[0], Plan.shadow == 0)
    return session.execute(query.order_by(Plan.state == CLOSED, Plan.id.desc()).limit(1)).scalar()


def _people(session: Session, form: SeekPlan, key: str) -> list[str]:
    """Who fits exactly: the national id, or the whole name and the day of birth."""
    if form.national_id:
        digits = register.check_national_id(form.national_id, False)
        digest = register.digest_national_id(key, digits)
        party_id = register.find_by_national_id(session, digest)
        return [party_id] if party_id else []
    return list(
        session.execute(
            select(Party.id)
            .where(
                has_name(Party, form.name),
                Party.born_on == form.born_on,
                Party.id.in_(select(Plan.person_id)),
            )
            # Two are enough to know that it is not exactly one.
            .limit(2)
        ).scalars()
    )


def _write(
    session: Session, actor: Actor, plan_id: str | None, reason: str, now: datetime, sign_in_id: str
) -> str:
    key = new_id()
    insert_rows(
        session,
        EmergencyAccess,
        {
            "id": key,
            "party_id": actor.party_id,
            "plan_id": plan_id,
            "sign_in_id": sign_in_id or None,
            "reason": reason,
            "opened_at": now,
            "until_at": now + LASTS if plan_id else now,
            "ended_at": None if plan_id else now,
        },
    )
    return key


def _tell(
    session: Session,
    actor: Actor,
    emergency_id: str,
    code: str,
    now: datetime,
    leaders: bool = False,
) -> None:
    """The privacy officers hear, or those who lead them; who acted is found in the row."""
    conn = session.connection()
    told = [key for key in emergencies.overseers(conn, now, leaders) if key != actor.party_id]
    params = json.dumps({"emergency": emergency_id})
    inbox.notify_of_staff(conn, f"g:{emergency_id}:{code}", code, told, params, now)


def _tell_of_many(session: Session, actor: Actor, emergency_id: str, now: datetime) -> None:
    """The third time within 24 hours, and each after it, is told the privacy officer's leader too."""
    assert actor.party_id is not None
    many = emergencies.times_since(session, actor.party_id, now - DAY)
    if many >= OFTEN:
        _tell(session, actor, emergency_id, "emergency_often", now, leaders=True)


def end_now(session: Session, actor: Actor, plan_id: str, now: datetime) -> bool:
    """«Avslutt nå»: the reader's open emergency access to a plan ends; whether there was one."""
    mine = update(EmergencyAccess).where(
        EmergencyAccess.party_id == actor.party_id,
        EmergencyAccess.plan_id == plan_id,
        opens_in_emergency(EmergencyAccess, now),
    )
    return bool(change_rows(session, mine.values(ended_at=now)))


class EmergencyOpened(Form):
    """The emergency access that has just been kept."""

    emergency_id: Id = ask("", "line")


@act(PlanStep.OPEN_IN_EMERGENCY, EmergencyOpened)
def record_emergency(step: StepContext) -> None:
    """Told at once, followed up within three working days. Raises BadInput for another's."""
    emergency = step.conn.execute(
        select(EmergencyAccess.reason, EmergencyAccess.until_at).where(
            EmergencyAccess.id == step.form.emergency_id,
            EmergencyAccess.plan_id == step.plan_id,
            EmergencyAccess.party_id == step.actor.party_id,
            EmergencyAccess.ended_at.is_(None),
        )
    ).first()
    key = step.form.emergency_id
    told = select(Deadline.id).where(Deadline.plan_id == step.plan_id, Deadline.subject_id == key)
    if emergency is None or step.conn.execute(told).first() is not None:
        raise BadInput([("emergency_id", "not_on_this_plan", {})])
    step.note(emergency=key, reason=emergency.reason, who=step.actor.party_id)
    step.deadline_subject = ("emergency", key, {"id": key})


class FollowUp(Form):
    """What the privacy officer found, and what the person is told."""

    emergency_id: Id | None = ask("", "hidden", None)
    outcome: str = ask(N_("Var det grunn til det?"), "choice", "", choices=tuple(OUTCOMES.items()))
    answer: Text = ask(N_("Hva fant du ut, og hva skal personen få vite?"), "textarea", "")


@act(PlanStep.FOLLOW_UP_EMERGENCY, FollowUp)
def follow_up(step: StepContext) -> None:
    """The one named, or the oldest that waits, is looked into; the person hears of the outcome."""
    step.require(outcome=step.form.outcome, answer=step.form.answer)
    waits = select(EmergencyAccess.id).where(
        EmergencyAccess.plan_id == step.plan_id, EmergencyAccess.reviewed_at.is_(None)
    )
    if step.form.emergency_id:
        waits = waits.where(EmergencyAccess.id == step.form.emergency_id)
    key = step.conn.execute(waits.order_by(EmergencyAccess.opened_at).limit(1)).scalar()
    if key is None:
        raise BadInput([("emergency_id", "not_on_this_plan", {})])
    step.update(
        EmergencyAccess,
        key,
        reviewed_at=step.now,
        reviewed_by=step.actor.party_id,
        outcome=step.form.outcome,
        answer=step.form.answer,
    )
    step.note(emergency=key, outcome=step.form.outcome)
    step.deadline_subject = ("emergency", key, {"id": key})


def answer_try(session: Session, actor: Actor, key: str, form: FollowUp, now: datetime) -> None:
    """A try that found no plan is looked into, never by who tried; there is nobody to tell.

    Raises NotThere, BadInput, Refused.
    """
    blank: list[tuple[str, str, Mapping[str, object]]] = [
        (name, "missing", {}) for name in ("outcome", "answer") if not getattr(form, name)
    ]
    if blank:
        raise BadInput(blank)
    if actor.party_id not in emergencies.overseers(session, now):
        raise NotThere(key)
    opener = select(EmergencyAccess.party_id).where(EmergencyAccess.id == key)
    require_others_work(session, actor, session.execute(opener).scalar(), now)
    waiting = update(EmergencyAccess).where(
        EmergencyAccess.id == key,
        EmergencyAccess.plan_id.is_(None),
        EmergencyAccess.reviewed_at.is_(None),
    )
    said = {"outcome": form.outcome, "answer": form.answer}
    by = {"reviewed_at": now, "reviewed_by": actor.party_id}
    if not change_rows(session, waiting.values(**said, **by)):
        raise NotThere(key)
