"""Writing what a step changed: rows, event, deadlines, notices."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Table, bindparam, insert, update

from workflow.acts.base.context import StepContext, StepResult, is_words
from workflow.acts.base.registry import Act
from workflow.acts.engine.load import PLAN, SUBJECTS
from workflow.acts.notices import recipients
from workflow.record.database.header import first_link
from workflow.record.database.prepared import PreparedStatement
from workflow.record.deadlines import deadlines, policies
from workflow.record.deadlines.anchors import Subject
from workflow.record.history.hash_chain import digest_words, link_hash, to_canonical
from workflow.record.models import Agreement, Event, EventBody, new_id, new_salt
from workflow.rules.engine.denials import PlanMoved
from workflow.rules.engine.vocabulary import REQUESTED

ADD_EVENT, ADD_BODY = (
    PreparedStatement(insert(Event), True),
    PreparedStatement(insert(EventBody), True),
)
# Every event moves these, and `verify` counts them from the events themselves.
MOVED_ALWAYS = frozenset({"last_activity_at"})
SWAP = {
    name: PreparedStatement(
        update(table).where(table.c.id == bindparam("key"), table.c.version == bindparam("was")),
        True,
    )
    for name, table in SUBJECTS.items()
}


def prepare_new(step: StepContext) -> None:
    """Give what is created its key before the act fills it."""
    key = new_id()
    if step.row.machine == "plan":
        step.plan.update(id=key, version=0, head=first_link(step.conn))
    step.subject["id"] = key


def persist_step(step: StepContext, act: Act) -> StepResult:
    """Write everything the step changed, in the order that keeps foreign keys true."""
    before = dict(step.subject)
    _write_subject(step)
    if act.follow is not None:
        act.follow(step)
    _agreement(step)
    _write_event(step, before)
    deadlines.apply(step.conn, step.row, _deadline_subject(step), step.now)
    recipients.notify_recipients(step)
    return StepResult(step.event_id, step.plan_id, step.subject["id"], step.state, step.row.name)


def _write_subject(step: StepContext) -> None:
    """Insert what is new, or swap the subject's row against its own version."""
    values = {**step.changes, "state": step.state}
    if step.creates:
        _insert_new(step, values)
        return
    if step.row.machine == "plan":
        return
    was = step.subject["version"]
    values["version"] = was + 1
    touched = SWAP[step.row.machine].change(
        step.conn, {"key": step.subject["id"], "was": was, **values}
    )
    step.rows[step.row.machine, step.subject["id"]] = {**step.subject, **values}
    if touched != 1:
        # Moved between the reading and here: read again; the form's version decides then.
        raise PlanMoved(step.plan_id)


def _insert_new(step: StepContext, values: dict[str, Any]) -> None:
    """A new plan, measure or meeting."""
    fixed = {"id": step.subject["id"]}
    if step.row.machine == "plan":
        step.plan.update(values)
    else:
        fixed["plan_id"] = step.plan_id
    step.add_row(SUBJECTS[step.row.machine], {**values, **fixed})


def _plan_values(step: StepContext) -> dict[str, Any]:
    """What changes in the plan's own row besides version and head."""
    values = dict(step.plan_changes)
    if step.row.machine == "plan" and not step.creates:
        values.update(step.changes)
        if step.changes or step.state != step.subject["state"]:
            values["row_version"] = step.plan["row_version"] + 1
        values["state"] = step.state
    if _is_activity(step):
        values["last_activity_at"] = step.now
    return values


def _is_activity(step: StepContext) -> bool:
    """Whether the step is a sign of life.

    The clock is nobody's: its own steps would keep a quiet plan from being seen.
    """
    return step.row.counts_as_activity and step.actor.kind != "clock"


def _keep_plan(step: StepContext, values: Mapping[str, Any]) -> None:
    """The plan's row for the event, where more of it moved than what the chain proves by itself."""
    own = ("plan", step.plan_id)
    if own in step.rows:  # made by this step
        step.rows[own] = {**(step.rows[own] or {}), **values}
    elif set(values) - MOVED_ALWAYS:
        step.rows[own] = {**step.plan, **values}


def _write_event(step: StepContext, before: Mapping[str, Any]) -> None:
    """Swap the plan's version and head, then append the event and its words."""
    seq = step.plan["version"] + 1
    values = _plan_values(step)
    _keep_plan(step, values)
    told = _words(step)
    salt, words = new_salt(), to_canonical(told) if told else ""
    text = to_canonical(_content(step, before, seq, digest_words(salt, words) if words else ""))
    head = link_hash(step.plan["head"], text)
    where = {"key": step.plan_id, "was": step.plan["version"]}
    new = {**values, "version": seq, "head": head}
    # Of two steps that read the same head one moves it; the other reads all again and retries.
    if SWAP["plan"].change(step.conn, {**where, **new}) != 1:
        raise PlanMoved(step.plan_id)
    ADD_EVENT.change(step.conn, _event_row(step, seq, text, head))
    if words:
        body = {
            "event_id": step.event_id,
            "plan_id": step.plan_id,
        }
        ADD_BODY.change(step.conn, {**body, "salt": salt, "words": words})


def _event_row(step: StepContext, seq: int, text: str, head: str) -> dict[str, Any]:
    """The event's columns; all but text and hash repeat what the text says."""
    return {
        "id": step.event_id,
        "plan_id": step.plan_id,
        "seq": seq,
        "step_name": step.row.name,
        "subject_id": step.subject["id"],
        "actor_id": step.actor.party_id,
        "recorded_at": step.recorded_at or step.now,
        "text": text,
        "hash": head,
    }


def _words(step: StepContext) -> dict[str, str]:
    """All words of the step: said, inserted, and changed in columns that hold words."""
    changed = {**step.changes}
    tables = ((step.table, changed), (PLAN, step.plan_changes))
    own = {
        f"{table.name}.{column}": value
        for table, values in tables
        for column, value in values.items()
        if value and isinstance(value, str) and is_words(table, column)
    }
    return {**own, **step.words, **{f"form.{k}": v for k, v in step.answers[1].items()}}


def _codes(table: Table, before: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """Changed columns that hold codes, keys, days or numbers: [old, new]."""
    return {
        column: [before.get(column), value]
        for column, value in changes.items()
        if not is_words(table, column) and before.get(column) != value
    }


def _content(
    step: StepContext, before: Mapping[str, Any], seq: int, words_digest: str
) -> dict[str, Any]:
    """What the hash covers."""
    optional = {
        "form": step.answers[0],
        "told_at": step.now if step.recorded_at else None,
        "confirmed_by": step.actor.confirmed_by,
        "by_operator": step.actor.by_operator,
        "active": _is_activity(step),
    }
    return {
        **{key: value for key, value in optional.items() if value},
        "id": step.event_id,
        "plan": step.plan_id,
        "seq": seq,
        "step": step.row.name,
        "machine": step.row.machine,
        "subject": step.subject["id"],
        "from": step.facts.state,
        "to": step.state,
        "actor": step.actor.party_id,
        "kind": step.actor.kind,
        "ground": step.ground,
        "on_behalf_of": step.plan.get("person_id") if step.on_behalf else None,
        "substitute_for": step.access.stand_ins.get(step.ground),
        "lender": step.actor.lender_id,
        "at": step.recorded_at or step.now,
        "effective_from": step.effective_from or step.today,
        "set": _codes(step.table, {} if step.creates else before, step.changes),
        "plan_set": _codes(PLAN, step.plan, step.plan_changes),
        "made": step.made,
        "codes": step.codes,
        "rows": step.digests(),
        "digest": words_digest,
    }


def _agreement(step: StepContext) -> None:
    """Keep the agreement the act carried, and let the person hear of one not given in the app."""
    how = getattr(step.form, "agreed_how", "")
    own = step.ground in ("person", "representative")
    in_app = own and not step.actor.by_operator
    if not how and not (own and step.row.agreed):
        return
    step.insert(
        Agreement,
        event_id=step.event_id,
        by=step.ground if own else getattr(step.form, "agreed_by", "") or "person",
        how="app" if in_app else how or "spoken",
        agreed_on=getattr(step.form, "agreed_on", None) or step.today,
        recorded_by=None if step.actor.by_operator else step.actor.party_id,
    )
    if not in_app:
        step.add_recipient(step.plan.get("person_id"), "person")


def _calendar(step: StepContext) -> policies.Calendar:
    """Closing days and policies, where the row sets a date or lets the clocks run again."""
    if not (step.row.starts or step.row.deadline_clock == "resume"):
        return policies.BARE
    known: policies.Calendar | None = step.facts.__dict__.get("calendar")
    return known or policies.read_calendar(step.conn)


def _deadline_subject(step: StepContext) -> Subject:
    """What the deadlines of the step hang on."""
    kind, key, values = step.deadline_subject or (
        step.row.machine,
        step.subject["id"],
        {**step.subject, **step.changes, "state": step.state},
    )
    plan = {
        **step.after(),
        "state": step.state if step.row.machine == "plan" else step.plan["state"],
    }
    if step.row.machine == "plan" and step.state == REQUESTED != step.facts.state:
        plan["reported_at"] = step.now  # asked anew: the law and our own rule count from now
    calendar = _calendar(step)
    return Subject(
        plan_id=step.plan_id,
        plan=plan,
        kind=kind,
        subject_id=key,
        values=values,
        offer=step.offered or step.facts.__dict__.get("offer"),
        answered=step.facts.__dict__.get("offer"),
        closing_days=calendar.closing,
        policy=calendar.policy(plan.get("service_unit_id") or plan.get("unit_id"), step.today),
        calendar=calendar,
    )
