"""A notice answered by its reader: seen, or put off once to a day; the sweep reads it, the ladder of others goes on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, cast

from sqlalchemy import Table, func, insert, or_, select, update
from sqlalchemy.orm import Session

from workflow.acts.base.form_fields import Form, ask
from workflow.record.access.open_plan import Actor
from workflow.record.models import Deadline, DeadlineRung, Notice, new_id
from workflow.rules.calendar.clock import at_oslo, oslo_date
from workflow.rules.deadlines.kinds import LAW, NOTIFY
from workflow.rules.engine.denials import BadInput, NotThere
from workflow.words.text.translatable import N_

NOTICE, DEADLINE, STEP = (cast(Table, m.__table__) for m in (Notice, Deadline, DeadlineRung))
LONGEST_DAYS = 14
SNOOZED = 1000  # n of the step that tells again: this much above the notice's own
OWN_REASON = "own"
REASONS = (
    ("day_agreed", N_("Det er avtalt en dag")),
    ("waits_for_answer", N_("Jeg venter på svar fra noen")),
    ("person_wishes", N_("Personen ønsker å vente")),
    ("away", N_("Jeg er borte noen dager")),
    ("other", N_("Noe annet")),
)


class SnoozeForm(Form):
    """Until which Norwegian day a notice is put off, and why; the reason is a code, never words."""

    until_on: date = ask(N_("Minn meg på det"), "date")
    reason: str = ask(
        N_("Hvorfor"), "select", choices=(*REASONS, (OWN_REASON, N_("Det passer meg")))
    )


@dataclass(frozen=True, slots=True)
class Reminder:
    """A notice about a deadline with what decides whether it may be put off."""

    id: str
    code: str
    deadline_id: str
    plan_id: str
    role: str
    n: int
    due_version: int
    substitute_for: str | None
    due_on: date
    basis: str
    still_stands: bool
    snoozed_before: bool
    acknowledged: bool

    def latest(self, today: date) -> date | None:
        """The last day it may be put off to; None where it cannot be put off (any more)."""
        if not self.still_stands or self.snoozed_before or self.acknowledged:
            return None
        last = today + timedelta(days=LONGEST_DAYS)
        # What the law sets is not for the reader to move.
        if self.basis == LAW:
            last = min(last, self.due_on)
        return last if last > today else None

    def why_not(self, today: date) -> str:
        """The code of the reason that it cannot be put off, or nothing."""
        if not self.still_stands:
            return "snooze_over"
        if self.snoozed_before:
            return "snooze_once"
        if self.acknowledged:
            return "snooze_seen"
        return "" if self.latest(today) else "snooze_law"


def acknowledge(session: Session, actor: Actor, notice_id: str, now: datetime) -> bool:
    """The reader has seen it: no further rung of the same deadline, version and role reaches them.

    Other roles and other people are told as before; a new date begins anew; the Monday overview
    still counts it. Marks it as read too. Once is enough: whether this was the first time.
    Raises NotThere where the notice is not the reader's own.
    """
    notice = session.execute(
        select(NOTICE.c.acknowledged_at).where(*_own(actor, notice_id))
    ).one_or_none()
    if notice is None:
        raise NotThere(notice_id)
    if notice.acknowledged_at is not None:
        return False
    seen = {"acknowledged_at": now, "read_at": func.coalesce(NOTICE.c.read_at, now)}
    session.execute(update(NOTICE).where(*_own(actor, notice_id)).values(**seen))
    return True


def snooze(session: Session, actor: Actor, notice_id: str, form: SnoozeForm, now: datetime) -> None:
    """The reader is told again on a later day, and not before: once per deadline, version and party.

    1. The notice is the reader's own and its deadline still stands in the same version.
    2. until_on lies ahead, within 14 calendar days, and for a legal deadline not past its day.
    3. Rungs of the same role are held back for the reader till then.
    4. From 00:00 Europe/Oslo of that day a step of their own tells them again, unless met.
    Raises NotThere, and BadInput with the reason where it may not be put off.
    """
    today = oslo_date(now)
    reminder = reminders(session, actor, now, [notice_id]).get(notice_id)
    if reminder is None:
        raise NotThere(notice_id)
    latest = reminder.latest(today)
    if latest is None:
        raise BadInput([("until_on", reminder.why_not(today), {})])
    if not today < form.until_on <= latest:
        code = (
            "snooze_law"
            if reminder.basis == LAW and form.until_on > reminder.due_on
            else "snooze_days"
        )
        raise BadInput([("until_on", code, {"latest": latest})])
    again = at_oslo(form.until_on, time(0))
    session.execute(
        update(NOTICE)
        .where(*_own(actor, notice_id))
        .values(
            snoozed_until=again,
            snooze_reason=form.reason,
            read_at=func.coalesce(NOTICE.c.read_at, now),
        )
    )
    session.execute(insert(STEP), _again(reminder, actor.party_id or "", again))


def _again(reminder: Reminder, party_id: str, at: datetime) -> dict[str, Any]:
    """The step that tells one party again: whose work it is, so that a substitute hears while away."""
    return {
        "id": new_id(),
        "deadline_id": reminder.deadline_id,
        "plan_id": reminder.plan_id,
        "due_version": reminder.due_version,
        "n": SNOOZED + reminder.n,
        "at": at,
        "role": reminder.role,
        "kind": NOTIFY,
        "party_id": reminder.substitute_for or party_id,
    }


def _own(actor: Actor, notice_id: str) -> tuple[Any, ...]:
    return (
        NOTICE.c.id == notice_id,
        NOTICE.c.recipient_id == actor.party_id,
    )


def reminders(
    session: Session, actor: Actor, now: datetime, notice_ids: list[str]
) -> Mapping[str, Reminder]:
    """Those of the reader's notices that are about a deadline, by id; two statements."""
    rows = (
        session.execute(
            select(
                NOTICE.c.id,
                NOTICE.c.code,
                NOTICE.c.deadline_id,
                NOTICE.c.role,
                NOTICE.c.cause,
                NOTICE.c.due_version,
                NOTICE.c.substitute_for,
                NOTICE.c.acknowledged_at,
                DEADLINE.c.plan_id,
                DEADLINE.c.due_at,
                DEADLINE.c.basis,
                DEADLINE.c.state,
                DEADLINE.c.due_version.label("current"),
            )
            .join(DEADLINE, DEADLINE.c.id == NOTICE.c.deadline_id)
            .where(
                NOTICE.c.id.in_(notice_ids),
                NOTICE.c.recipient_id == actor.party_id,
            )
        )
        .mappings()
        .all()
    )
    before = _put_off(session, actor, {row["deadline_id"] for row in rows})
    return {row["id"]: _reminder(dict(row), before) for row in rows}


def _put_off(session: Session, actor: Actor, deadline_ids: set[str]) -> set[tuple[str | None, int]]:
    """(deadline, version) of what the reader has put off already."""
    rows = session.execute(
        select(NOTICE.c.deadline_id, NOTICE.c.due_version).where(
            NOTICE.c.deadline_id.in_(deadline_ids),
            NOTICE.c.recipient_id == actor.party_id,
            or_(NOTICE.c.acknowledged_at.is_not(None), NOTICE.c.snoozed_until.is_not(None)),
            NOTICE.c.snoozed_until.is_not(None),
        )
    )
    return {(key, version) for key, version in rows}


def _reminder(row: Mapping[str, Any], before: set[tuple[str | None, int]]) -> Reminder:
    return Reminder(
        row["id"],
        row["code"],
        row["deadline_id"],
        row["plan_id"],
        row["role"],
        int(row["cause"].rpartition(":")[2]),
        row["due_version"],
        row["substitute_for"],
        oslo_date(row["due_at"]),
        row["basis"],
        row["state"] == "open" and row["due_version"] == row["current"],
        (row["deadline_id"], row["due_version"]) in before,
        row["acknowledged_at"] is not None,
    )
