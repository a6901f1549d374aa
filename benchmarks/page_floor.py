"""The floor of the page benchmarks: a bare Flask app, raw SQL, the same rows, the same trace."""

from __future__ import annotations

import sqlite3
from threading import local
from typing import Any

import psycopg
from flask import Flask, render_template_string
from sqlalchemy.engine import make_url

from workflow.record.models import new_id
from workflow.rules.calendar.clock import utc_now

LIST_SQL = """
SELECT plan.id, plan.number, party.name, plan.state, plan.last_activity_at,
  (SELECT MIN(due_at) FROM deadline WHERE deadline.plan_id = plan.id AND deadline.state = 'open') AS due
FROM tenure JOIN plan ON plan.id = tenure.plan_id LEFT JOIN party ON party.id = plan.person_id
WHERE tenure.party_id = :me AND tenure.until_at IS NULL
  AND tenure.role = 'coordinator' AND plan.state <> 'closed' ORDER BY due LIMIT 50
"""
COUNT_SQL = """
SELECT count(*) FROM tenure JOIN plan ON plan.id = tenure.plan_id
WHERE tenure.party_id = :me AND tenure.until_at IS NULL
  AND tenure.role = 'coordinator' AND plan.state <> 'closed'
"""
PARTS = {
    "plan": "SELECT * FROM plan WHERE id = :plan",
    "measures": "SELECT m.*, party.name AS who FROM measure m LEFT JOIN party "
    "ON party.id = m.accountable_id WHERE m.plan_id = :plan "
    "ORDER BY position",
    "people": "SELECT * FROM participant WHERE plan_id = :plan",
    "deadlines": "SELECT * FROM deadline WHERE plan_id = :plan AND state = 'open' ORDER BY due_at",
    "goals": "SELECT * FROM goal WHERE plan_id = :plan",
    "history": "SELECT e.seq, e.text, b.words FROM event e LEFT JOIN event_body b "
    "ON b.event_id = e.id WHERE e.plan_id = :plan "
    "ORDER BY seq DESC LIMIT 10",
}
TRACE_SQL = """
INSERT INTO access (id, plan_id, party_id, act, ground, refused, reason, plan_ids, elsewhere, at)
VALUES (:id, :plan, :me, :act, 'coordinator', :refused, '', :ids, '', :now)
"""
LIST_PAGE = """<!doctype html><html lang="nb"><title>Mine planer</title><h1>Mine planer</h1>
<table><thead><tr><th>Hvem<th>Plan<th>Tilstand<th>Neste frist<th>Sist liv</thead><tbody>
{% for row in rows %}<tr><td><a href="/plan/{{ row[0] }}">{{ row[2] }}</a><td>{{ row[1] }}
<td>{{ row[3] }}<td>{{ row[5] }}<td>{{ row[4] }}</tr>{% endfor %}</tbody></table></html>"""
PLAN_PAGE = """<!doctype html><html lang="nb"><title>Plan</title><h1>Plan</h1>
{% for name, rows in parts.items() %}<h2>{{ name }}</h2><table>{% for row in rows %}<tr>
{% for value in row %}<td>{{ value }}{% endfor %}</tr>{% endfor %}</table>{% endfor %}</html>"""


class Raw:
    """One connection a thread, in the driver's own style."""

    def __init__(self, url: str) -> None:
        self.url = make_url(url)
        self.here = local()

    def cursor(self) -> Any:
        """This thread's cursor; opened the first time."""
        if not hasattr(self.here, "conn"):
            self.here.conn = self._connect()
        return self.here.conn.cursor()

    def _connect(self) -> Any:
        if self.url.get_backend_name() == "sqlite":
            conn: Any = sqlite3.connect(self.url.database or "", isolation_level=None, timeout=10)
            # As durable as ours: else a commit waits for no disk, and the floor wins by that alone.
            conn.execute("PRAGMA synchronous=FULL")
            return conn
        address = self.url.set(drivername="postgresql").render_as_string(hide_password=False)
        return psycopg.connect(address, autocommit=True)

    def run(self, statement: str, values: dict[str, Any]) -> list[Any]:
        """One statement with the values it names, committed by itself."""
        cursor = self.cursor()
        if self.url.get_backend_name() != "sqlite":
            for name in values:
                statement = statement.replace(f":{name}", f"%({name})s")
        used = {k: v for k, v in values.items() if f":{k}" in statement or f"({k})s" in statement}
        cursor.execute(statement, used)
        return list(cursor.fetchall()) if cursor.description else []


def create_floor(url: str, party: str) -> Flask:
    """The bare app for one coordinator."""
    app, raw = Flask(__name__), Raw(url)
    who = {"me": party}

    def trace(plan: str | None, act: str, ids: str) -> None:
        now = utc_now().isoformat(sep=" ")
        raw.run(
            TRACE_SQL,
            {
                **who,
                "id": new_id(),
                "plan": plan,
                "act": act,
                "ids": ids,
                "now": now,
                "refused": False,
            },
        )

    @app.get("/planer")
    def plans() -> str:
        rows = raw.run(LIST_SQL, who)
        # Read though not shown: our list counts too, and both must do the same work.
        raw.run(COUNT_SQL, who)
        trace(None, "list", ",".join(row[0] for row in rows))
        return render_template_string(LIST_PAGE, rows=rows)

    @app.get("/plan/<plan_id>")
    def plan(plan_id: str) -> str:
        trace(plan_id, "read", "")
        parts = {name: raw.run(sql, {**who, "plan": plan_id}) for name, sql in PARTS.items()}
        return render_template_string(PLAN_PAGE, parts=parts)

    return app
