"""One step under way: what an act reads, changes, says and makes; the engine settles it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, Text, Update, insert, select, update
from sqlalchemy.sql.dml import Delete

from workflow.acts.base.form_fields import split_answers
from workflow.acts.base.masked_fields import shows_mask, unmask
from workflow.record.access.kept_from_parents import is_heard
from workflow.record.access.open_plan import Actor, PlanAccess
from workflow.record.history.hash_chain import digest_row
from workflow.record.history.municipal_chain import note_rows
from workflow.record.history.row_digests import (
    COLUMNS,
    DEFAULTS,
    GONE,
    IN_EVENTS,
    TABLES,
    AnyRow,
)
from workflow.record.models import Base, new_id, new_salt
from workflow.record.plan.fact_sources import StoredFacts
from workflow.rules.engine.denials import BadInput, Denial, Refused, Stale
from workflow.rules.engine.transition import Transition
from workflow.rules.names.steps import PlanStep
from workflow.rules.sharing.scopes import CONSENTED, MEASURES
from workflow.rules.tables.scope_map import scopes_of_words

PERSONS = ("person", "representative")
# The column that says whom a row under the plan is about.
ABOUT_WHOM = ("party_id", "receiver_id", "accountable_id")
# Names of people and places are words too: they are erased with the event's body.
LONGEST_CODE = 40


def is_words(table: Table, column: str) -> bool:
    """True for columns that hold what people wrote; those never stand in an event's text."""
    kind = table.c[column].type
    if isinstance(kind, Text):
        return True
    length = getattr(kind, "length", None)
    return length is not None and length > LONGEST_CODE


@dataclass
class StepContext:
    """What an act may touch. `set` changes the subject, `set_plan` the plan above it."""

    conn: Connection
    actor: Actor
    row: Transition
    form: Any
    now: datetime
    today: date
    facts: StoredFacts
    access: PlanAccess
    ground: str
    on_behalf: bool
    plan: dict[str, Any]
    subject: dict[str, Any]
    creates: bool
    table: Table
    state: str = ""
    event_id: str = field(default_factory=new_id)
    changes: dict[str, Any] = field(default_factory=dict)
    plan_changes: dict[str, Any] = field(default_factory=dict)
    words: dict[str, str] = field(default_factory=dict)
    codes: dict[str, Any] = field(default_factory=dict)
    made: list[tuple[str, str]] = field(default_factory=list)
    # Every row that the step wrote as it stands afterwards, None where it is gone: for the event.
    rows: dict[tuple[str, str], AnyRow | None] = field(default_factory=dict)
    notified: dict[str, str] = field(default_factory=dict)
    deadline_subject: tuple[str, str, Mapping[str, Any]] | None = None
    offered: Mapping[str, Any] | None = None
    effective_from: date | None = None
    recorded_at: datetime | None = None  # the true instant, where `now` is one that a file tells of

    @cached_property
    def answers(self) -> tuple[dict[str, Any], dict[str, str]]:
        """What the form says, as codes and as words."""
        return split_answers(self.form)

    @property
    def plan_id(self) -> str:
        """The plan's key."""
        key: str = self.plan["id"]
        return key

    @property
    def offer(self) -> Mapping[str, Any]:
        """The open offer this act answers. Raises Refused where there is none."""
        if self.facts.offer is None:
            raise Refused([Denial("no_open_offer")])
        return self.facts.offer

    def set(self, **columns: Any) -> None:
        """Change columns of the subject. Raises BadInput where hidden words would be lost."""
        self.changes.update(self._unmasked(self.subject, columns))

    def set_plan(self, **columns: Any) -> None:
        """Change columns of the plan. Raises BadInput where hidden words would be lost."""
        changes = self.changes if self.row.machine == "plan" else self.plan_changes
        changes.update(self._unmasked(self.plan, columns))

    def _unmasked(self, stored: Mapping[str, Any], columns: dict[str, Any]) -> dict[str, Any]:
        if self.creates or not shows_mask(columns):
            return columns
        return unmask(self.conn, self.plan_id, stored, columns, self.now)

    def leaves(self, name: str, value: object) -> bool:
        """Whether words stay as they are: the actor did not see them, and says nothing of them.

        Raises Refused where new words would be written over what is not shared with the actor.
        """
        tied = {subject for _, subject in self.access.by_subject}
        hidden = [
            scope
            for scope in scopes_of_words(name)
            if not (
                scope in self.access.scopes or (scope == MEASURES and self.subject["id"] in tied)
            )
        ]
        if hidden and value and self.ground in CONSENTED:
            raise Refused(
                [Denial("not_shared", {"scope": hidden[0]}, PERSONS, PlanStep.GIVE_CONSENT)]
            )
        return bool(hidden and not value)

    def say(self, **words: str | None) -> None:
        """Keep words with the event, erasable on their own."""
        self.words.update({k: v for k, v in words.items() if v})

    def note(self, **codes: Any) -> None:
        """Keep codes and ids with the event, for the sentence in the history."""
        self.codes.update({k: v for k, v in codes.items() if v not in (None, "")})

    def add_recipient(self, party_id: str | None, role: str) -> None:
        """This party must hear of the step; nobody hears of their own."""
        if party_id is not None and party_id != self.actor.party_id:
            self.notified.setdefault(party_id, role)

    def insert(self, model: type[Base], **values: Any) -> str:
        """Insert a row under the plan; its words go to the event's body. Returns its key."""
        table: Table = model.__table__  # type: ignore[assignment]
        key: str = values.setdefault("id", new_id())
        values.setdefault("plan_id", self.plan_id)
        self.add_row(table, values)
        self.made.append((table.name, key))
        for column, value in values.items():
            if isinstance(value, str) and value and is_words(table, column):
                self.words[f"{table.name}.{column}"] = value
        return key

    def update(self, model: type[Base], key: str, **values: Any) -> None:
        """Change a row under the plan. Raises BadInput for a row of another plan."""
        table: Table = model.__table__  # type: ignore[assignment]
        if shows_mask(values):
            row = self.conn.execute(select(table).where(table.c.id == key)).mappings().first()
            values = self._unmasked(dict(row or {}), values)
        mine = update(table).where(*self._here(table, key))
        if self.change_rows(mine.values(**values)) != 1:
            raise BadInput([(f"{table.name}_id", "not_on_this_plan", {})])
        self.codes.setdefault("touched", []).append([table.name, key])
        for column, value in values.items():
            if isinstance(value, str) and value and is_words(table, column):
                self.words[f"{table.name}.{column}"] = value

    def _here(self, table: Table, key: str | None) -> list[ColumnElement[bool]]:
        """A row of this plan, and about nobody whom a child keeps from the actor.

        The answer must not tell a parent that it is there: it is answered as a row of another plan.
        """
        here = [table.c.id == key, table.c.plan_id == self.plan_id]
        about = next((table.c[name] for name in ABOUT_WHOM if name in table.c), None)
        if about is not None and self.access.unheard:
            here.append(is_heard(about, self.access.unheard))
        return here

    def add_row(self, table: Table, values: Mapping[str, Any]) -> None:
        """Insert a row with its key, and keep it for the digests of the event."""
        values = {**values, "salt": new_salt()}
        self.conn.execute(insert(table), values)
        self._keep(table, values["id"], values)

    def change_rows(self, statement: Update | Delete) -> int:
        """Run an UPDATE or DELETE and keep every row it touches for the event. Returns how many.

        A row changed in any other way would stand beside the chain, and `verify` would name it.
        """
        table = TABLES[statement.table.name]  # type: ignore[union-attr]
        gone = isinstance(statement, Delete)
        # One statement: what was touched comes back with the change.
        touched = self.conn.execute(statement.returning(table)).mappings().all()
        for row in touched:
            self._keep(table, row["id"], None if gone else row)
        return len(touched)

    def _keep(self, table: Table, key: str, row: AnyRow | None) -> None:
        if table.name in IN_EVENTS:
            self.rows[table.name, key] = row
        else:
            note_rows(self.conn, table, [key])

    def digests(self) -> list[list[str]]:
        """Table, key and digest of every row that the step wrote."""
        return [[*at, _digest(at[0], row)] for at, row in self.rows.items()]

    def on_plan(self, model: type[Base], key: str | None, field: str) -> None:
        """What the form points at stands under this plan. Raises BadInput naming the field."""
        table: Table = model.__table__  # type: ignore[assignment]
        known = select(table.c.id).where(*self._here(table, key))
        if key and self.conn.execute(known).first() is None:
            raise BadInput([(field, "not_on_this_plan", {})])

    def after(self) -> dict[str, Any]:
        """The plan's row as it is once the step is settled."""
        own = self.changes if self.row.machine == "plan" else {}
        return {**self.plan, **self.plan_changes, **own}

    def require(self, **fields: Any) -> None:
        """Fields that this act cannot do without. Raises BadInput, naming each."""
        empty: list[tuple[str, str, Mapping[str, object]]] = [
            (name, "missing", {}) for name, value in fields.items() if value in (None, "")
        ]
        if empty:
            raise BadInput(empty)


@dataclass(frozen=True, slots=True)
class StepResult:
    """What a settled step left: the event, the plan, the subject and its new state."""

    event_id: str
    plan_id: str
    subject_id: str
    state: str
    step_name: str


def check_version(step: StepContext, version: int | None) -> None:
    """The form was written on the row as it is now. Raises Stale."""
    if version is None or step.creates:
        return
    now_at = step.subject["row_version" if step.row.machine == "plan" else "version"]
    if version != now_at:
        raise Stale(step.row.name)


def _digest(table: str, row: AnyRow | None) -> str:
    """The digest of a row as a step left it, with what the columns hold of themselves."""
    if row is None:
        return GONE
    return digest_row(table, COLUMNS[table], {**DEFAULTS[table], **row})
