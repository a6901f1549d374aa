"""Puts another policy or calendar into force for the deadlines that run."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, cast

from sqlalchemy import Connection, RowMapping, Table, and_, bindparam, delete, or_, select, update

from workflow.record.deadlines.policies import Calendar
from workflow.record.deadlines.rungs import ADD_RUNG, DEADLINE, STEP, carry_rungs, rungs_of
from workflow.record.in_force import takes_part
from workflow.record.models import Measure, Participant, Plan
from workflow.record.models.base import KEY
from workflow.rules.calendar.clock import oslo_date
from workflow.rules.deadlines.kinds import AT_DUE, FIRE, LOOK, TELLS, DeadlineKind
from workflow.rules.deadlines.ladders import SOFT_KINDS, CountedRung
from workflow.rules.deadlines.policy import Policy
from workflow.rules.deadlines.recount import (
    RecountedDeadline,
    Rules,
    Running,
    count_anew,
    standing_rungs,
)

PLAN = cast(Table, Plan.__table__)
MEASURE = cast(Table, Measure.__table__)
PARTICIPANT = cast(Table, Participant.__table__)
AT_A_TIME = 1000


@dataclass(frozen=True, slots=True)
class _DeadlinePlace:
    plan_id: str


@dataclass(frozen=True, slots=True)
class PolicyTurn:
    """One policy and calendar giving way to another, on a Norwegian day."""

    before: Calendar
    after: Calendar
    day: date

    def rules(self, unit_id: str | None, code: str) -> tuple[Rules, Rules]:
        """What a unit's deadlines of one kind were counted by, and what they are counted by now."""
        was, will = self.before.policy(unit_id, self.day), self.after.policy(unit_id, self.day)
        before = Rules(was.kinds[code], self.before.closing)
        return before, Rules(will.kinds[code], self.after.closing)

    def codes(self) -> list[str]:
        """The kinds that some unit counts differently from now on."""
        units = {None, *(v.unit_id for v in (*self.before.versions, *self.after.versions))}
        pairs = [(self.before.policy(u, self.day), self.after.policy(u, self.day)) for u in units]
        closing = self.before.closing != self.after.closing
        return sorted({code for pair in pairs for code in differing(*pair, closing)})


def differing(was: Policy, will: Policy, closing: bool) -> Iterator[str]:
    """The kinds that differ between two policies; all of them where closing days do."""
    for code, kind in will.kinds.items():
        if closing or was.kinds[code] != kind:
            yield code


SOFT = or_(
    MEASURE.c.accountable_id.is_(None),
    MEASURE.c.accountable_id == PLAN.c.person_id,
    select(PARTICIPANT.c.id)
    .where(
        PARTICIPANT.c.plan_id == DEADLINE.c.plan_id,
        PARTICIPANT.c.party_id == MEASURE.c.accountable_id,
        takes_part(PARTICIPANT),
        PARTICIPANT.c.kind.in_(SOFT_KINDS),
    )
    .exists(),
)
RUNNING = (
    select(
        DEADLINE.c.id,
        DEADLINE.c.plan_id,
        DEADLINE.c.code,
        DEADLINE.c.due_at,
        DEADLINE.c.due_version,
        DEADLINE.c.started_at,
        DEADLINE.c.base_on,
        PLAN.c.service_unit_id,
        PLAN.c.unit_id,
        PLAN.c.transition_on,
        PLAN.c.transition_kind,
        SOFT.label("soft"),
    )
    .join(PLAN, PLAN.c.id == DEADLINE.c.plan_id)
    .outerjoin(MEASURE, MEASURE.c.id == DEADLINE.c.subject_id)
    .where(
        DEADLINE.c.state == "open",
        DEADLINE.c.code.in_(bindparam("b_codes", expanding=True)),
        DEADLINE.c.id > bindparam("b_after", type_=KEY),
    )
    .order_by(DEADLINE.c.id)
    .limit(AT_A_TIME)
)
ONLY = DEADLINE.c.id.in_(bindparam("b_only", expanding=True))
RUNGS = (
    select(STEP.c.id, STEP.c.deadline_id, STEP.c.role, STEP.c.kind, STEP.c.at, STEP.c.done_at)
    .join(
        DEADLINE,
        and_(DEADLINE.c.id == STEP.c.deadline_id, DEADLINE.c.due_version == STEP.c.due_version),
    )
    .where(
        STEP.c.deadline_id.in_(bindparam("b_ids", expanding=True)),
        STEP.c.party_id.is_(None),
    )
)
# Deleted, not marked as done: what is done in the version in force has been told.
DROP = delete(STEP).where(
    STEP.c.deadline_id.in_(bindparam("b_ids", expanding=True)),
    STEP.c.done_at.is_(None),
    STEP.c.party_id.is_(None),
    STEP.c.kind.in_((*TELLS, LOOK)),
)
SET_DUE = (
    update(DEADLINE)
    .where(DEADLINE.c.id == bindparam("b_id"))
    .values(due_at=bindparam("b_due"), due_version=DEADLINE.c.due_version + 1)
)
SET_FIRE = (
    update(STEP)
    .where(STEP.c.deadline_id == bindparam("b_id"), STEP.c.kind == FIRE, STEP.c.done_at.is_(None))
    .values(at=bindparam("b_due"))
)


@dataclass(frozen=True, slots=True)
class DeadlineChange:
    """What a turn makes of one open deadline: its row, its new instant and the rungs that then stand."""

    row: RowMapping
    kind: DeadlineKind
    at: datetime
    rungs: list[CountedRung]


def find_changes(
    conn: Connection,
    turn: PolicyTurn,
    now: datetime,
    only: Sequence[str] | None = None,
    hold: bool = False,
) -> Iterator[list[DeadlineChange]]:
    """What a turn would change, in batches by key; `only` these ids, `hold` locks their rows.

    Left alone is what both sides count alike, and what stands like that already. Paused
    deadlines are left out: they are counted anew when they resume.
    """
    after, codes = "", turn.codes()
    binds: dict[str, Any] = {"b_codes": codes}
    # Held while they are counted: a step that moves one meanwhile would have its date written over.
    query = RUNNING.with_for_update(of=DEADLINE) if hold else RUNNING
    if only is not None:
        query, binds = query.where(ONLY), {**binds, "b_only": only}
    while codes:
        rows = conn.execute(query, {**binds, "b_after": after}).mappings().all()
        yield _changes(conn, turn, rows, now)
        if len(rows) < AT_A_TIME:
            return
        after = rows[-1]["id"]


def recount(
    conn: Connection,
    turn: PolicyTurn,
    now: datetime,
    only: Sequence[str] | None = None,
) -> int:
    """Counts the open deadlines of a municipality anew; returns how many changed.

    Each gets its instant and ladder under a new version; what was told stays told. No event and
    no version of the plan: nobody did anything to it.
    """
    moved = 0
    for batch in find_changes(conn, turn, now, only, hold=True):
        if batch:
            _write(conn, batch)
        moved += len(batch)
    return moved


def running_deadline(row: Any) -> Running:
    """A stored deadline, with its plan's planned discharge, as the rules see it."""
    home = row["transition_on"] if row["transition_kind"] == "discharge" else None
    return Running(row["base_on"], row["started_at"], row["due_at"], home)


def is_soft(row: Any, kind: DeadlineKind) -> bool:
    """Whether the deadline is of a measure that waits for the person, a relative or a volunteer."""
    return kind.subject == "measure" and bool(row["soft"])


def _changes(
    conn: Connection,
    turn: PolicyTurn,
    rows: Sequence[RowMapping],
    now: datetime,
) -> list[DeadlineChange]:
    candidates: list[tuple[RowMapping, DeadlineKind, RecountedDeadline]] = []
    for row in rows:
        was, will = turn.rules(row["service_unit_id"] or row["unit_id"], row["code"])
        changed = count_anew(running_deadline(row), was, will, is_soft(row, will.kind))
        if changed is not None:
            candidates.append((row, will.kind, changed))
    if not candidates:
        return []
    old = _steps(conn, [row["id"] for row, _, _ in candidates])
    made = [
        DeadlineChange(row, kind, changed.at, _fresh(old.get(row["id"], []), changed, now))
        for row, kind, changed in candidates
    ]
    return [change for change in made if not _is_same(change, old.get(change.row["id"], []))]


def _steps(conn: Connection, ids: Sequence[str]) -> dict[str, list[RowMapping]]:
    binds = {"b_ids": ids}
    steps: dict[str, list[RowMapping]] = {}
    for step in conn.execute(RUNGS, binds).mappings():
        steps.setdefault(step["deadline_id"], []).append(step)
    return steps


def _fresh(
    old: Sequence[RowMapping], changed: RecountedDeadline, now: datetime
) -> list[CountedRung]:
    """The new telling rungs; nobody who was told in this version is told again of what is past."""
    told = {step["role"] for step in old if step["done_at"] and step["kind"] in TELLS}
    return [step for step in standing_rungs(changed.steps, told, now) if step.kind != FIRE]


def _is_same(change: DeadlineChange, old: Sequence[RowMapping]) -> bool:
    """Whether it already stands like this: it began after the day the policy holds from."""
    stands = {(s["role"], s["kind"], s["at"]) for s in old if not s["done_at"]}
    wanted = {(step.role, step.kind, step.at) for step in change.rungs}
    same_steps = wanted == {step for step in stands if step[1] != FIRE}
    return same_steps and change.at == change.row["due_at"]


def _write(conn: Connection, batch: Sequence[DeadlineChange]) -> None:
    ids = [change.row["id"] for change in batch]
    conn.execute(DROP, {"b_ids": ids})
    carry_rungs(conn, [(c.row["id"], c.row["due_version"]) for c in batch])
    conn.execute(SET_DUE, [{"b_id": c.row["id"], "b_due": c.at} for c in batch])
    fires = [
        {"b_id": change.row["id"], "b_due": change.at}
        for change in batch
        if change.at != change.row["due_at"] and _fires_when_due(change.kind)
    ]
    if fires:
        conn.execute(SET_FIRE, fires)
    steps = [step for change in batch for step in _rows(change)]
    if steps:
        conn.execute(ADD_RUNG, steps)


def _rows(change: DeadlineChange) -> list[dict[str, Any]]:
    place = _DeadlinePlace(change.row["plan_id"])
    return rungs_of(place, change.row["id"], change.row["due_version"] + 1, change.rungs)


def _fires_when_due(kind: DeadlineKind) -> bool:
    return any(rung.kind == FIRE and rung.base == AT_DUE for rung in kind.ladder)


def slept_through(
    conn: Connection,
    calendar: Calendar,
    paused_at: datetime,
    ids: Sequence[str],
    now: datetime,
) -> int:
    """What took effect while deadlines were paused is put into force now that they run again."""
    known = tuple(v for v in calendar.versions if v.applied_at and v.applied_at <= paused_at)
    turn = PolicyTurn(Calendar(calendar.closing, known), calendar, oslo_date(now))
    return recount(conn, turn, now, ids) if turn.codes() else 0
