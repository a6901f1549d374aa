"""What the tests of the lists share: a municipality at the application's hour, browsers, and counted statements."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, insert

from tests.web.conftest import NOW, SignedIn
from tests.world import World, make_world
from web.database import db
from workflow.record.database import unit_of_work
from workflow.record.models import Party, new_id

Enter = Callable[[str], FlaskClient]


def world_of(app: Flask) -> World:
    """A municipality of its own, five minutes before the application's hour."""
    with app.app_context():
        world = make_world(db.engine)
    world.now = NOW - timedelta(minutes=5)
    return world


def entering(world: World, signed_in: SignedIn) -> Enter:
    """A function: the browser of a test person."""
    return lambda name: signed_in(world.party[name])


def person(world: World, name: str, now: datetime) -> str:
    """One more invented person in the municipality."""
    key = new_id()
    with unit_of_work(world.engine) as session:
        session.execute(
            insert(Party),
            {"id": key, "municipality_id": world.municipality_id, "name": name,
             "sort_key": name.lower(), "created_at": now},
        )  # fmt: skip
    world.party[name] = key
    return key


def requests(world: World, many: int, **fields: Any) -> list[str]:
    """So many people ask for a plan."""
    found = []
    for number in range(many):
        name = f"Person{len(world.party)}-{number}"
        key = person(world, name, world.now)
        found.append(world.take(name, "P1", person_id=key, why="Noe", **fields).plan_id)
    return found


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
