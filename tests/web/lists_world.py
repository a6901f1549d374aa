"""What the tests of the lists share: more people, requests for plans, and counted statements."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from flask import Flask
from sqlalchemy import event, insert

from tests.world import World
from web.request.database import db
from workflow.record.database.engine import unit_of_work
from workflow.record.models import Party, new_id
from workflow.rules.names.steps import PlanStep


def person(world: World, name: str, now: datetime) -> str:
    """One more invented person in the municipality."""
    key = new_id()
    with unit_of_work(world.engine) as session:
        session.execute(
            insert(Party),
            {"id": key, "name": name, "sort_key": name.lower(), "created_at": now},
        )
    world.party[name] = key
    return key


def requests(world: World, many: int, **fields: Any) -> list[str]:
    """So many people ask for a plan."""
    plans = []
    for number in range(many):
        name = f"Person{len(world.party)}-{number}"
        key = person(world, name, world.now)
        plans.append(
            world.take(name, PlanStep.REPORT_NEED, person_id=key, why="Noe", **fields).plan_id
        )
    return plans


@contextmanager
def counted(app: Flask) -> Iterator[list[str]]:
    """The statements that are sent while it is open."""
    sent: list[str] = []

    def note(_conn: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.startswith("BEGIN"):
            sent.append(statement)

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(engine, "before_cursor_execute", note)
