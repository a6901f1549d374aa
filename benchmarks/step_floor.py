"""The floor of the step benchmark: the same reads and writes as `measure.done`, by hand, on the bare driver."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Engine, event

from benchmarks.bulk_plans import BenchPlans
from workflow.record.access.relations import relations_query
from workflow.record.models import new_id
from workflow.rules.names.steps import MeasureStep

NOW = datetime(2026, 3, 9, 10, 0, tzinfo=UTC)
MARK = datetime(1999, 1, 1, tzinfo=UTC)
STATEMENTS = {
    "measure": "SELECT * FROM measure WHERE id = :measure",
    "plan": "SELECT * FROM plan WHERE id = :plan",
    "done": "UPDATE measure SET state = 'active', completed_on = :today, version = version + 1 "
    "WHERE id = :measure AND version = 1",
    "swap": "UPDATE plan SET version = :seq, head = :head, last_activity_at = :now "
    "WHERE id = :plan AND version = :was",
    "event": "INSERT INTO event (id, plan_id, seq, step_name, subject_id, actor_id, "
    "recorded_at, text, hash) VALUES (:event, :plan, :seq, 'measure.done', :measure, :me, :now, :text, "
    ":head)",
    "closing": "SELECT day FROM closing_day",
    "open": "SELECT id, code, subject_id, due_version, state, due_at, started_at, paused_at "
    "FROM deadline WHERE plan_id = :plan AND state IN ('open', 'paused')",
    "met": "UPDATE deadline SET state = 'met', ended_at = :now WHERE id = :deadline",
    "steps": "UPDATE ladder_step SET done_at = :now WHERE "
    "deadline_id = :deadline AND done_at IS NULL",
    "start": "INSERT INTO deadline (id, plan_id, subject_kind, subject_id, code, "
    "basis, source, started_at, due_at, due_version, state) VALUES (:new, :plan, 'measure', "
    ":measure, 'measure_evaluation', 'local', '', :now, :due, 1, 'open')",
    "ladder": "INSERT INTO ladder_step (id, deadline_id, plan_id, due_version, n, "
    "at, role, kind) VALUES (:step, :new, :plan, 1, 1, :due, 'coordinator', 'notify')",
}


def _captured(engine: Engine) -> tuple[str, Any]:
    """The relations query as the driver gets it, with marks where values go."""
    seen: list[tuple[str, Any]] = []

    def note(conn: Any, cursor: Any, statement: str, params: Any, *_: Any) -> None:
        seen.append((statement, params))

    event.listen(engine, "before_cursor_execute", note)
    try:
        with engine.connect() as conn:
            conn.execute(
                relations_query(one_plan=True),
                {
                    "me": "?me",
                    "now": MARK,
                    "plan_id": "?plan",
                },
            )
    finally:
        event.remove(engine, "before_cursor_execute", note)
    return seen[-1]


class Floor:
    """Plain SQL on one connection, one commit a step; as fast as the database lets it be."""

    def __init__(self, engine: Engine, laid: BenchPlans) -> None:
        self.laid = laid
        self.dialect = engine.dialect.name
        self.raw = engine.raw_connection()
        self.cursor = self.raw.cursor()
        self.sql = {name: self._style(text) for name, text in STATEMENTS.items()}
        self.relations, self.fixed = _captured(engine)

    def _style(self, statement: str) -> str:
        if self.dialect == "postgresql":
            return re.sub(r":(\w+)", r"%(\1)s", statement)
        return statement

    def close(self) -> None:
        """Give the connection back."""
        self.raw.close()

    def _at(self, instant: datetime) -> Any:
        if self.dialect == "postgresql":
            return instant
        return instant.replace(tzinfo=None).isoformat(sep=" ", timespec="microseconds")

    def run(self, measures: Sequence[tuple[str, str]]) -> None:
        """Do each measure, each durable before the next."""
        for plan_id, measure_id in measures:
            if self.dialect == "sqlite":
                self.cursor.execute("BEGIN IMMEDIATE")
            self._one(plan_id, measure_id)
            # The floor stands outside the product's one transaction on purpose.
            self.cursor.execute("COMMIT")

    def _one(self, plan_id: str, measure_id: str) -> None:
        """The reads and writes of a measure that is done."""
        now = self._at(NOW)
        values: dict[str, Any] = {
            "measure": measure_id,
            "plan": plan_id,
            "me": self.laid.coordinator_id,
            "now": now,
            "today": NOW.date().isoformat(),
            "due": self._at(NOW + timedelta(days=14)),
            "event": new_id(),
            "new": new_id(),
            "step": new_id(),
        }
        measure = self._row("measure", values)
        plan = self._row("plan", values)
        self.cursor.execute(self.relations, self._placed(values))
        self.cursor.fetchall()
        values["digest"] = self._digest(
            {**measure, "state": "active", "completed_on": values["today"], "version": 2}
        )
        self._write(values, plan)

    def _row(self, name: str, values: dict[str, Any]) -> dict[str, Any]:
        """One row as column -> value."""
        self._do(name, values)
        columns = [column[0] for column in self.cursor.description]
        return dict(zip(columns, self.cursor.fetchone() or (), strict=True))

    def _digest(self, row: dict[str, Any]) -> str:
        """The salted digest of the row that the step leaves, as the chain keeps it."""
        said = [(name, row[name]) for name in sorted(row) if row[name] and name != "salt"]
        text = f"{row['salt']}\nmeasure\n{json.dumps(said, ensure_ascii=False, default=str)}"
        return hashlib.sha256(text.encode()).hexdigest()

    def _placed(self, values: dict[str, Any]) -> Any:
        """The relations query's parameters, the marks replaced by this step's values."""
        marks = {
            "?me": values["me"],
            "?plan": values["plan"],
            self._at(MARK): values["now"],
        }
        if isinstance(self.fixed, dict):
            return {key: marks.get(value, value) for key, value in self.fixed.items()}
        return tuple(marks.get(value, value) for value in self.fixed)

    def _do(self, name: str, values: dict[str, Any]) -> None:
        """One statement with just the values it names."""
        names = re.findall(r"(?:%\(|:)(\w+)", self.sql[name])
        self.cursor.execute(self.sql[name], {key: values[key] for key in names})

    def _write(self, values: dict[str, Any], plan: dict[str, Any]) -> None:
        """Measure, plan, event, deadlines."""
        text = json.dumps(
            {
                "measure": values["measure"],
                "step": MeasureStep.DONE,
                "at": NOW.isoformat(),
                "rows": [["measure", values["measure"], values["digest"]]],
            }
        )
        values.update(
            was=plan["version"],
            seq=plan["version"] + 1,
            text=text,
            head=hashlib.sha256((plan["head"] + text).encode()).hexdigest(),
        )
        for name in ("done", "swap", "event", "closing", "open"):
            self._do(name, values)
        for deadline in [row for row in self.cursor.fetchall() if row[2] == values["measure"]]:
            values["deadline"] = deadline[0]
            self._do("met", values)
            self._do("steps", values)
        self._do("start", values)
        self._do("ladder", values)
