"""Taking a step: read, ask the rules, compare-and-swap, event, deadlines, notices (design 2.4)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pydantic import BaseModel
from sqlalchemy import Connection, Engine, Table, bindparam, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from workflow.acts import tells
from workflow.acts.registry import ACTS, Act
from workflow.acts.step import Done, Step, check_version, is_words
from workflow.record import deadlines
from workflow.record.access import Actor, Standing, creating, standing
from workflow.record.chain import canonical, digest, link, new_salt
from workflow.record.database import unit_of_work
from workflow.record.lookups import StoredFacts, plan_facts
from workflow.record.models import Agreement, Event, EventBody, Measure, Meeting, Plan, new_id
from workflow.rules.clock import oslo_date
from workflow.rules.denials import Denial, NotThere, PlanMoved, Refused, SecondOpenPlan, Stale
from workflow.rules.machine import denials, move
from workflow.rules.policy import ground, on_behalf
from workflow.rules.row import Row
from workflow.rules.tables import row as row_of
from workflow.rules.vocabulary import START

RETRIES = 5
SUBJECTS: Mapping[str, Table] = {
    "plan": Plan.__table__,  # type: ignore[dict-item]
    "measure": Measure.__table__,  # type: ignore[dict-item]
    "meeting": Meeting.__table__,  # type: ignore[dict-item]
}
PLAN = SUBJECTS["plan"]
BY_KEY = {
    table.name: select(table).where(table.c.id == bindparam("key")) for table in SUBJECTS.values()
}
ADD_EVENT, ADD_BODY = insert(Event), insert(EventBody)
SWAP = {
    name: update(table).where(table.c.id == bindparam("key"), table.c.version == bindparam("was"))
    for name, table in SUBJECTS.items()
}


def _load(conn: Connection, table: Table, key: str) -> dict[str, Any]:
    """One row as a mapping. Raises NotThere."""
    found = conn.execute(BY_KEY[table.name], {"key": key}).mappings().first()
    if found is None:
        raise NotThere(key)
    return dict(found)


def _subject(
    conn: Connection, row: Row, plan_id: str | None, subject_id: str | None
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The plan's row and the subject's row; empty where the step creates them.

    Raises NotThere for a subject of another plan.
    """
    creates = row.sources == (START,)
    if row.machine == "plan":
        plan = {} if creates else _load(conn, PLAN, plan_id or subject_id or "")
        return plan, plan
    if creates:
        return _load(conn, PLAN, plan_id or ""), {}
    subject = _load(conn, SUBJECTS[row.machine], subject_id or "")
    if plan_id is not None and subject["plan_id"] != plan_id:
        raise NotThere(subject_id or "")
    # The plan is read first in every other path; here its version is read before the guards.
    return _load(conn, PLAN, subject["plan_id"]), subject


def _stand(
    conn: Connection, actor: Actor, plan: Mapping[str, Any], form: Any, now: datetime
) -> Standing:
    """How the actor stands. Raises NotThere for somebody who stands in no relation at all."""
    if not plan:
        return Standing(creating(conn, actor, getattr(form, "person_id", None), now), frozenset())
    found = standing(conn, actor, plan["id"], now)
    if not found.relations:
        raise NotThere(plan["id"])
    return found


def begin(
    conn: Connection,
    actor: Actor,
    row: Row,
    plan_id: str | None,
    subject_id: str | None,
    form: BaseModel | None,
    now: datetime,
) -> Step:
    """Read what the step rests on. Raises NotThere."""
    plan, subject = _subject(conn, row, plan_id, subject_id)
    creates = row.sources == (START,)
    stands = _stand(conn, actor, plan, form, now)
    today = oslo_date(now)
    facts = StoredFacts(
        conn=conn,
        row=row,
        actor=actor,
        standing=stands,
        plan=plan,
        subject=subject,
        state=START if creates else subject["state"],
        relations=stands.towards(subject.get("id")),
        actor_id=actor.party_id,
        now=now,
        today=today,
        form=form,
        municipality_id=plan["municipality_id"] if plan else actor.municipality_id,
        **(plan_facts(plan, today) if plan else {"plan_id": "", "plan_state": START}),
    )
    return Step(
        conn=conn,
        actor=actor,
        row=row,
        form=form,
        now=now,
        today=today,
        facts=facts,
        standing=stands,
        ground=ground(row, facts),
        on_behalf=on_behalf(row, facts),
        plan=plan,
        subject=subject,
        creates=creates,
        table=SUBJECTS[row.machine],
    )


def why_not(
    session: Session,
    actor: Actor,
    row_id: str,
    *,
    plan_id: str | None = None,
    subject_id: str | None = None,
    form: BaseModel | None = None,
    now: datetime,
) -> list[Denial]:
    """Every reason why the step may not be taken now, from the code that decides.

    Without a form only what the form cannot cure is asked. Raises NotThere, UnknownStep.
    """
    row = row_of(row_id)
    step = begin(session.connection(), actor, row, plan_id, subject_id, form, now)
    return denials(row, step.facts)


def fire(
    session: Session,
    actor: Actor,
    row_id: str,
    *,
    plan_id: str | None = None,
    subject_id: str | None = None,
    form: BaseModel | None = None,
    version: int | None = None,
    now: datetime,
) -> Done:
    """Take one step inside the caller's transaction.

    1. Read plan, subject and relations. 2. Refuse with every reason, or let `transitions`
    give the new state. 3. The act says what changes. 4. Swap the subject's and the plan's
    rows. 5. Write event, deadlines, notices. Raises Refused, Stale, PlanMoved, NotThere.
    """
    row = row_of(row_id)
    act = ACTS[row.id]
    form = act.form() if form is None else form
    step = begin(session.connection(), actor, row, plan_id, subject_id, form, now)
    check_version(step, version)
    found = denials(row, step.facts)
    if found:
        raise Refused(found)
    step.state = move(row, step.facts)
    if step.creates:
        _prepare_new(step)
    act.apply(step)
    done = _settle(step, act)
    if act.then is not None:
        act.then(session, actor, done, form, now)
    return done


def _prepare_new(step: Step) -> None:
    """Give what is created its key before the act fills it."""
    key = new_id()
    if step.row.machine == "plan":
        step.plan.update(id=key, municipality_id=step.actor.municipality_id, version=0, head="")
    step.subject["id"] = key


def _settle(step: Step, act: Act) -> Done:
    """Write everything the step changed, in the order that keeps foreign keys true."""
    before = dict(step.subject)
    _write_subject(step)
    if act.follow is not None:
        act.follow(step)
    _agreement(step)
    _write_event(step, before)
    deadlines.apply(step.conn, step.row, _deadline_subject(step), step.now)
    tells.tell(step)
    return Done(step.event_id, step.plan_id, step.subject["id"], step.state, step.row.id)


def _write_subject(step: Step) -> None:
    """Insert what is new, or swap the subject's row against its own version."""
    values = {**step.changes, "state": step.state}
    if step.creates:
        _insert_new(step, values)
        return
    if step.row.machine == "plan":
        return
    was = step.subject["version"]
    done = step.conn.execute(
        SWAP[step.row.machine],
        {"key": step.subject["id"], "was": was, **values, "version": was + 1},
    )
    if done.rowcount != 1:
        # Moved between the reading and here: read again; the form's version decides then.
        raise PlanMoved(step.plan_id)


def _insert_new(step: Step, values: dict[str, Any]) -> None:
    """A new plan, measure or meeting."""
    fixed = {"id": step.subject["id"], "municipality_id": step.municipality_id}
    if step.row.machine == "plan":
        model: Any = Plan
        step.plan.update(values)
    else:
        model = Measure if step.row.machine == "measure" else Meeting
        fixed["plan_id"] = step.plan_id
    step.conn.execute(insert(model), {**values, **fixed})


def _plan_values(step: Step) -> dict[str, Any]:
    """What changes in the plan's own row besides version and head."""
    values = dict(step.plan_changes)
    if step.row.machine == "plan" and not step.creates:
        values.update(step.changes)
        if step.changes or step.state != step.subject["state"]:
            values["row_version"] = step.plan["row_version"] + 1
        values["state"] = step.state
    if step.row.life and step.actor.kind != "clock":
        values["last_activity_at"] = step.now
    return values


def _write_event(step: Step, before: Mapping[str, Any]) -> None:
    """Swap the plan's version and head, then append the event and its words."""
    seq = step.plan["version"] + 1
    salt, words = new_salt(), canonical({**_words(step)}) if _words(step) else ""
    text = canonical(_content(step, before, seq, digest(salt, words) if words else ""))
    head = link(step.plan["head"], text)
    done = step.conn.execute(
        SWAP["plan"],
        {
            "key": step.plan_id,
            "was": step.plan["version"],
            **_plan_values(step),
            "version": seq,
            "head": head,
        },
    )
    if done.rowcount != 1:
        raise PlanMoved(step.plan_id)
    step.conn.execute(ADD_EVENT, _event_row(step, seq, text, head))
    if words:
        step.conn.execute(
            ADD_BODY,
            {
                "event_id": step.event_id,
                "municipality_id": step.municipality_id,
                "plan_id": step.plan_id,
                "salt": salt,
                "words": words,
            },
        )


def _event_row(step: Step, seq: int, text: str, head: str) -> dict[str, Any]:
    """The event's columns; all but text and hash repeat what the text says."""
    return {
        "id": step.event_id,
        "municipality_id": step.municipality_id,
        "plan_id": step.plan_id,
        "seq": seq,
        "row_id": step.row.id,
        "subject_id": step.subject["id"],
        "actor_id": step.actor.party_id,
        "recorded_at": step.now,
        "text": text,
        "hash": head,
    }


def _words(step: Step) -> dict[str, str]:
    """All words of the step: said, inserted, and changed in columns that hold words."""
    changed = {**step.changes}
    tables = ((step.table, changed), (PLAN, step.plan_changes))
    own = {
        f"{table.name}.{column}": value
        for table, values in tables
        for column, value in values.items()
        if value and isinstance(value, str) and is_words(table, column)
    }
    return {**own, **step.words}


def _codes(table: Table, before: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """Changed columns that hold codes, keys, days or numbers: [old, new]."""
    return {
        column: [before.get(column), value]
        for column, value in changes.items()
        if not is_words(table, column) and before.get(column) != value
    }


def _content(step: Step, before: Mapping[str, Any], seq: int, words_digest: str) -> dict[str, Any]:
    """What the hash covers."""
    return {
        "id": step.event_id,
        "municipality": step.municipality_id,
        "plan": step.plan_id,
        "seq": seq,
        "row": step.row.id,
        "machine": step.row.machine,
        "subject": step.subject["id"],
        "from": step.facts.state,
        "to": step.state,
        "actor": step.actor.party_id,
        "kind": step.actor.kind,
        "ground": step.ground,
        "on_behalf_of": step.plan.get("person_id") if step.on_behalf else None,
        "substitute_for": step.standing.substitute_for,
        "beside": step.actor.beside,
        "at": step.now,
        "effective_from": step.effective_from or step.today,
        "set": _codes(step.table, {} if step.creates else before, step.changes),
        "plan_set": _codes(PLAN, step.plan, step.plan_changes),
        "made": step.made,
        "codes": step.codes,
        "digest": words_digest,
    }


def _agreement(step: Step) -> None:
    """Keep the agreement the act carried, and let the person hear of one not given in the app."""
    how = getattr(step.form, "agreed_how", "")
    own = step.ground in ("person", "representative")
    if not how and not (own and step.row.agreed):
        return
    step.insert(
        Agreement,
        event_id=step.event_id,
        by=step.ground if own else getattr(step.form, "agreed_by", "person"),
        how="app" if own else how,
        agreed_on=getattr(step.form, "agreed_on", None) or step.today,
        recorded_by=step.actor.party_id,
    )
    if not own:
        step.hear(step.plan.get("person_id"), "person")


def _deadline_subject(step: Step) -> deadlines.Subject:
    """What the deadlines of the step hang on."""
    kind, key, values = step.deadline_subject or (
        step.row.machine,
        step.subject["id"],
        {**step.subject, **step.changes, "state": step.state},
    )
    return deadlines.Subject(
        municipality_id=step.municipality_id,
        plan_id=step.plan_id,
        plan={
            **step.after(),
            "state": step.state if step.row.machine == "plan" else step.plan["state"],
        },
        kind=kind,
        subject_id=key,
        values=values,
        offer=step.offered or step.facts.__dict__.get("offer"),
        closing_days=deadlines.closing_days(step.conn, step.municipality_id)
        if step.row.starts
        else frozenset(),
    )


def perform(engine: Engine, actor: Actor, row_id: str, **rest: Any) -> Done:
    """Take one step in a transaction of its own; retried unseen when only the head moved.

    Raises Refused, Stale, NotThere, BadInput, SecondOpenPlan.
    """
    for _ in range(RETRIES):
        try:
            with unit_of_work(engine) as session:
                return fire(session, actor, row_id, **rest)
        except PlanMoved:
            continue
        except IntegrityError as error:
            # Two reports of the same person raced: the second try sees the first's plan.
            if "uq_plan_open_person" not in str(error) and "plan.person_id" not in str(error):
                raise
    if row_of(row_id).sources == (START,):
        raise SecondOpenPlan(row_id)
    raise Stale(row_id)
