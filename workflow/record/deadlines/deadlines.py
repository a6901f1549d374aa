"""Stores deadlines and their ladders as a step says: start, meet, move, pause, resume, void."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any, cast

from sqlalchemy import Connection, Table, and_, bindparam, insert, or_, select, update

from workflow.record.database.prepared import PreparedStatement
from workflow.record.deadlines.anchors import Subject, find_anchors, is_left_alone
from workflow.record.deadlines.policies import read_calendar
from workflow.record.deadlines.recount import slept_through
from workflow.record.deadlines.rungs import (
    ADD_ONE_RUNG,
    DEADLINE,
    STEP,
    carry_rungs,
    close_rungs,
    move_deadlines,
    rungs_of,
)
from workflow.record.in_force import takes_part
from workflow.record.models import Participant, new_id
from workflow.rules.calendar.clock import at_oslo, oslo_date, oslo_time
from workflow.rules.calendar.workdays import next_workday
from workflow.rules.deadlines.kinds import (
    FIXED_IN_TIME,
    KINDS,
    PAUSED_WITH_PLAN,
    SURVIVES_CLOSING,
    TRANSITIONS,
    DeadlineKind,
)
from workflow.rules.deadlines.ladders import (
    SOFT_KINDS,
    CountedRung,
    DueDate,
    count_rungs,
    due_date,
    tells_managers,
)
from workflow.rules.deadlines.recount import base_day
from workflow.rules.engine.transition import Transition
from workflow.rules.engine.vocabulary import (
    ACTIVE,
    CLOSED,
    DECIDED,
    FORWARDED,
    REQUESTED,
    REVIEWED,
    STATE_BEFORE,
)
from workflow.rules.names.deadlines import DeadlineCode

PARTICIPANT = cast(Table, Participant.__table__)

OPEN, PAUSED, MET, VOID = "open", "paused", "met", "void"
ANY_SUBJECT = "any"
AFTER_ASKING = (
    DeadlineCode.VACANCY,
    DeadlineCode.COORDINATOR_ANSWERS,
    DeadlineCode.COORDINATOR_OFFER_ENDS,
)
# What a plan waits for where it comes back as it was, from having been closed.
WAITED_FOR: Mapping[str, Callable[[Mapping[str, Any]], bool]] = {
    DeadlineCode.DECIDE_REQUEST: lambda plan: plan["state"] == REQUESTED,
    DeadlineCode.PROVISIONAL_REPLY: lambda plan: (
        plan["person_knows"] == "yes" and (plan["state"] == REQUESTED or plan["informal"])
    ),
    DeadlineCode.APPEAL_WINDOW: lambda plan: (
        plan["ends_on"] is not None or (plan["state"], plan["outcome"]) == (DECIDED, "denied")
    ),
    DeadlineCode.VACANCY: lambda plan: plan["state"] != REQUESTED,
    DeadlineCode.DECIDE_INFORMAL_START: lambda plan: bool(plan["informal"]),
    DeadlineCode.REVIEW: lambda plan: plan["state"] == ACTIVE,
    DeadlineCode.CONCLUDE_REVIEW: lambda plan: plan["state"] == REVIEWED,
}

Values = Mapping[str, Any]


STANDING = PreparedStatement(
    select(
        DEADLINE.c.id,
        DEADLINE.c.code,
        DEADLINE.c.subject_id,
        DEADLINE.c.due_version,
        DEADLINE.c.state,
        DEADLINE.c.due_at,
        DEADLINE.c.started_at,
        DEADLINE.c.paused_at,
        DEADLINE.c.base_on,
    ).where(
        DEADLINE.c.plan_id == bindparam("b_plan"),
        or_(DEADLINE.c.state == OPEN, DEADLINE.c.state == PAUSED),
    )
)
END = (
    update(DEADLINE)
    .where(DEADLINE.c.id.in_(bindparam("b_ids", expanding=True)))
    .values(state=bindparam("b_state"), ended_at=bindparam("b_now"))
)
PAUSE = (
    update(DEADLINE)
    .where(DEADLINE.c.id.in_(bindparam("b_ids", expanding=True)))
    .values(state=PAUSED, paused_at=bindparam("b_now"))
)
ADD = PreparedStatement(insert(DEADLINE), changes=True)
STOPPED_BY_PAUSE = (
    select(STEP.c.id, STEP.c.deadline_id, STEP.c.at)
    .join(
        DEADLINE,
        and_(
            DEADLINE.c.id == STEP.c.deadline_id,
            DEADLINE.c.due_version == STEP.c.due_version,
            DEADLINE.c.paused_at == STEP.c.done_at,
        ),
    )
    .where(
        STEP.c.deadline_id.in_(bindparam("b_ids", expanding=True)),
    )
)
COME_BACK = (
    update(STEP).where(STEP.c.id == bindparam("b_id")).values(at=bindparam("b_at"), done_at=None)
)
SOFT_PARTICIPANT = select(PARTICIPANT.c.id).where(
    PARTICIPANT.c.plan_id == bindparam("b_plan"),
    PARTICIPANT.c.party_id == bindparam("b_party"),
    takes_part(PARTICIPANT),
    PARTICIPANT.c.kind.in_(SOFT_KINDS),
)


def apply(conn: Connection, row: Transition, at: Subject, now: datetime) -> None:
    """Does what a fired row says of deadlines, after the engine's own writes, in its transaction.

    Meets row.meets, then pauses, resumes or closes the plan's clocks, then starts row.starts.
    A row that says nothing of deadlines costs no statement.
    """
    if not (row.starts or row.meets or row.deadline_clock):
        return
    standing = _standing(conn, at)
    met = [
        deadline for deadline in standing if deadline["code"] in row.meets and _is_of(deadline, at)
    ]
    met = [deadline for deadline in _nearest_transition(met) if _late_enough(deadline, at)]
    end(conn, [deadline["id"] for deadline in met], MET, now)
    left = [deadline for deadline in standing if deadline not in met]
    if row.deadline_clock:
        _set_clock(conn, row.deadline_clock, at, left, now)
        left = [] if row.deadline_clock == "close" else left
    start(conn, [code for code in row.starts if _begins(code, row, at)], at, left, now)


def _standing(conn: Connection, at: Subject) -> Sequence[Values]:
    ids = {"b_plan": at.plan_id}
    return STANDING.all(conn, ids)


def _set_clock(
    conn: Connection, clock: str, at: Subject, standing: Sequence[Values], now: datetime
) -> None:
    if clock == "pause":
        pause(conn, standing, now)
    elif clock == "resume":
        resume(conn, at, standing, now)
    else:
        ended = [
            deadline["id"] for deadline in standing if deadline["code"] not in SURVIVES_CLOSING
        ]
        end(conn, ended, VOID, now)


def _nearest_transition(met: list[Values]) -> list[Values]:
    """Of several transitions that stand, an act prepares the nearest one only."""
    several = [deadline for deadline in met if deadline["code"] in TRANSITIONS]
    later = sorted(several, key=lambda deadline: deadline["due_at"])[1:]
    return [deadline for deadline in met if deadline not in later]


def _late_enough(deadline: Values, at: Subject) -> bool:
    """The first appointment after a discharge lies on its day or later."""
    home = at.plan["transition_on"]
    if deadline["code"] != DeadlineCode.FIRST_APPOINTMENT or at.kind == "plan" or home is None:
        return True
    starts = at.values.get("starts_at")
    day = at.values.get("due_on") if starts is None else oslo_date(starts)
    return day is not None and day >= home


def _subject_of(kind: DeadlineKind, at: Subject) -> str | None:
    """The id that a kind's deadline hangs on, seen from this act; None where the act has none."""
    if kind.subject in (at.kind, ANY_SUBJECT):
        return at.subject_id
    if kind.subject == "offer" and at.offer is not None:
        return str(at.offer["id"])
    return at.plan_id if kind.subject == "plan" else None


def _is_of(deadline: Values, at: Subject) -> bool:
    """Whether an act meets this deadline: its own subject's, or the whole plan's (`measure_evaluation` at a review)."""
    kind = KINDS[deadline["code"]]
    subject = _subject_of(kind, replace(at, offer=at.answered or at.offer))
    if at.kind == "plan" and (subject is None or kind.subject == ANY_SUBJECT):
        return True
    return deadline["subject_id"] in (subject, at.subject_id)


def _begins(code: str, row: Transition, at: Subject) -> bool:
    """Whether a code the row names really starts here: some hang on who acted (domain 5.1, 5.3)."""
    # A second report has no answer of its own to wait for: it is to be settled, and no more.
    if at.plan["shadow"] or code == DeadlineCode.SETTLE_DUPLICATE:
        return bool(at.plan["shadow"]) and code == DeadlineCode.SETTLE_DUPLICATE
    if row.sources == (CLOSED,) and row.dest == STATE_BEFORE and code in WAITED_FOR:
        return WAITED_FOR[code](at.plan)
    if code == DeadlineCode.START_PLAN:
        return bool((at.plan["state"], at.plan["outcome"]) == (DECIDED, "granted"))
    if code == DeadlineCode.PROVISIONAL_REPLY:
        return bool(at.plan["person_knows"] == "yes")
    if row.accepts and code in AFTER_ASKING:
        return at.offer is not at.answered  # where somebody else is asked to coordinate
    if code == DeadlineCode.COORDINATOR_ANSWERS:
        return at.offer is not None
    if code == DeadlineCode.GOVERNOR_ANSWERS:
        return bool(at.values["outcome"] == FORWARDED)
    if code == DeadlineCode.ENDS_BY_DECISION and at.kind == "complaint":
        return at.plan["ends_on"] is None  # taken back: its day goes; else nothing is counted anew
    if code == DeadlineCode.MEASURE_DUE and at.values.get("completed_on"):
        return False  # done: a step taken back after that starts no date anew
    if code == DeadlineCode.MEETING_PREPARED:
        return bool(at.values["state"] == "planned")
    if code == DeadlineCode.ANSWER_PERSON and "own" in at.values:
        return bool(at.values["own"])
    if code == DeadlineCode.ANSWER_PERSON:
        asked_by = at.values.get("proposed_by") or at.values.get("from_party_id")
        return not row.relations or (asked_by is not None and asked_by == at.plan["person_id"])
    return True


def start(
    conn: Connection,
    codes: Iterable[str],
    at: Subject,
    standing: Sequence[Values],
    now: datetime,
    *,
    since: datetime | None = None,
) -> None:
    """Starts a deadline of each code with its whole ladder; one already open is moved instead.

    since: when it began to run, where that was before now (a plan that had its life elsewhere).
    """
    begun = since or now
    added: list[dict[str, Any]] = []
    steps: list[dict[str, Any]] = []
    for code in codes:
        kind = at.policy.kinds[code]
        subject_id = _subject_of(kind, at) or at.plan_id
        before = [d for d in standing if (d["code"], d["subject_id"]) == (code, subject_id)]
        facts = find_anchors(conn, kind, at, begun)
        falls, base = due_date(kind, facts), base_day(kind, facts)
        if kind.within and is_left_alone(conn, at, code, before, falls, now):
            continue
        if falls is None:
            end(conn, [d["id"] for d in before], VOID, now)
        elif before:
            steps += _moved(conn, kind, at, before[0], falls, base, now)
        else:
            added.append(_new(kind, at, subject_id, falls, base, begun))
            ladder = _ladder(conn, kind, at, falls, begun, now, late=since is not None)
            steps += rungs_of(at, str(added[-1]["id"]), 1, ladder)
    if added:
        ADD.add(conn, added)
    if steps:
        ADD_ONE_RUNG.add(conn, steps)


def _ladder(
    conn: Connection,
    kind: DeadlineKind,
    at: Subject,
    falls: DueDate,
    started: datetime,
    now: datetime,
    late: bool = False,
) -> list[CountedRung]:
    soft = tells_managers(kind) and _is_soft(conn, at)
    closing = at.closing_days
    return count_rungs(kind, falls, now, started_at=started, closing=closing, soft=soft, late=late)


def _is_soft(conn: Connection, at: Subject) -> bool:
    """Whether the accountable is the person, a relative or a volunteer: no manager is told."""
    accountable = at.values.get("accountable_id")
    if accountable is None or accountable == at.plan["person_id"]:
        return True
    ids = {"b_plan": at.plan_id, "b_party": accountable}
    return conn.execute(SOFT_PARTICIPANT, ids).first() is not None


def _new(
    kind: DeadlineKind,
    at: Subject,
    subject_id: str,
    falls: DueDate,
    base: date | None,
    now: datetime,
) -> dict[str, Any]:
    """The row of a new deadline."""
    return {
        "id": new_id(),
        "plan_id": at.plan_id,
        "subject_kind": at.kind if subject_id == at.subject_id else kind.subject,
        "subject_id": subject_id,
        "code": kind.code,
        "basis": kind.basis,
        "source": kind.source,
        "base_on": base,
        "started_at": now,
        "due_at": falls.at,
        "due_version": 1,
        "state": OPEN,
    }


def _moved(
    conn: Connection,
    kind: DeadlineKind,
    at: Subject,
    deadline: Values,
    falls: DueDate,
    base: date | None,
    now: datetime,
) -> list[dict[str, Any]]:
    version = deadline["due_version"] + 1
    move_deadlines(conn, [(deadline["id"], falls.at, version, base)], now)
    ladder = _ladder(conn, kind, at, falls, deadline["started_at"], now)
    return rungs_of(at, deadline["id"], version, ladder)


def end(conn: Connection, ids: Sequence[str], state: str, now: datetime) -> None:
    """Ends deadlines as met or void, with their standing steps; nothing at all for no ids."""
    if ids:
        conn.execute(END, {"b_ids": ids, "b_state": state, "b_now": now})
        close_rungs(conn, ids, now)


def pause(conn: Connection, standing: Sequence[Values], now: datetime) -> None:
    """Stops the plan's local clocks; legal ones run on."""
    ids = [d["id"] for d in standing if d["state"] == OPEN and d["code"] in PAUSED_WITH_PLAN]
    if ids:
        conn.execute(PAUSE, {"b_ids": ids, "b_now": now})
        close_rungs(conn, ids, now)


def pause_all(conn: Connection, at: Subject, now: datetime) -> None:
    """Stops what runs for a plan that rests when it is brought in."""
    pause(conn, _standing(conn, at), now)


def resume(conn: Connection, at: Subject, standing: Sequence[Values], now: datetime) -> None:
    """Lets stopped clocks run again, later by the calendar days that the pause took.

    Only steps that the pause stopped come back: nobody hears the same thing twice. What a
    policy changed meanwhile is counted afterwards, from the day moved along.
    """
    paused = {d["id"]: d for d in standing if d["state"] == PAUSED}
    if not paused:
        return
    ids = {"b_ids": list(paused)}
    stopped = conn.execute(STOPPED_BY_PAUSE, ids).all()
    carry_rungs(conn, [(key, d["due_version"]) for key, d in paused.items()])
    later = {key: _later(d, at.closing_days, now) for key, d in paused.items()}
    moved = [
        (key, _shifted(d["due_at"], later[key]), d["due_version"] + 1, _base_moved(d, now))
        for key, d in paused.items()
    ]
    move_deadlines(conn, moved, now)
    back = [{"b_id": key, "b_at": _shifted(instant, later[of])} for key, of, instant in stopped]
    if back:
        conn.execute(COME_BACK, back)
    if at.calendar is not None:
        # The earliest: a policy that came into force while any of them slept must reach that one.
        since = min(d["paused_at"] for d in paused.values())
        slept_through(conn, at.calendar, since, list(paused), now)


def _base_moved(deadline: Values, now: datetime) -> date | None:
    """The day counted from, moved along by the calendar days that the pause took."""
    base: date | None = deadline["base_on"]
    if base is None or deadline["code"] in FIXED_IN_TIME:
        return base
    return base + (oslo_date(now) - oslo_date(deadline["paused_at"]))


def _later(deadline: Values, closing: frozenset[date], now: datetime) -> timedelta:
    """How many whole days a pause carries a deadline; a meeting's date stays."""
    if deadline["code"] in FIXED_IN_TIME:
        return timedelta(0)
    day = oslo_date(deadline["due_at"])
    paused = oslo_date(now) - oslo_date(deadline["paused_at"])
    return next_workday(day + paused, closing) - day if paused else paused


def _shifted(instant: datetime, later: timedelta) -> datetime:
    """The same Norwegian wall-clock hour, whole days later."""
    local = oslo_time(instant)
    return at_oslo(local.date() + later, local.time())


def closing_days(conn: Connection) -> frozenset[date]:
    """The days on which the municipality's own offices are closed: no working days there."""
    return read_calendar(conn).closing
