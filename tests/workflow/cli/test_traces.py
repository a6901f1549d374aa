"""Every command that shows a plan leaves its trace; the others show nobody's name and no words."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.servers.databases import Database
from tests.workflow.commands import Line, line_on
from tests.world import World, make_world
from workflow.cli.commands import register
from workflow.record.models import Access
from workflow.rules.names.steps import PlanStep

TRACED = {
    "show": ("show", "{plan}"),
    "export": ("export", "{plan}"),
    "why": ("why", "{plan}", PlanStep.REVIEW),
}
QUIET = {
    "deadlines": (),
    "diagram": ("plan",),
    "doctor": (),
    "leave": ("{mona}",),
    "log-review": (),
    "plan-file-schema": (),
    "policy": (),
    "report break-glass": (),
    "verify": (),
}
# Commands that write, each with a trace or an event of its own, or that touch no plan.
WRITES = {
    "account reset-factors",
    "address",
    "bounce",
    "crossing-key",
    "erase",
    "erase-person",
    "export-person",
    "import",
    "invite",
    "migrate",
    "neighbours",
    "protect",
    "retention",
    "send-again",
    "setup",
    "step",
    "take-in",
    "take-out",
    "webhook end",
    "webhook rotate",
    "webhook set",
    "webhook test",
}


@pytest.fixture
def world(fresh_database: Database) -> World:
    return make_world(fresh_database.engine)


@pytest.fixture
def line(fresh_database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Line:
    return line_on(fresh_database.url, str(tmp_path), monkeypatch)


def names(group: click.Group, before: str = "") -> Iterator[str]:
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from names(command, f"{before}{name} ")
        else:
            yield before + name


def test_no_command_is_left_out() -> None:
    group = click.Group()
    register(group)
    commands = {name for name in names(group) if not name.startswith("bench")}
    assert commands == set(TRACED) | set(QUIET) | WRITES


def test_what_shows_a_plan_is_traced_as_the_operators_or_the_named_ones(
    world: World, line: Line
) -> None:
    plan = world.active()
    for words in TRACED.values():
        for who in (None, "mona"):
            called = [word.format(plan=plan) for word in words]
            line.run(*called, *(("--as", world.party[who]) if who else ()))
    with Session(world.engine) as session:
        rows = session.execute(
            select(Access.party_id, Access.ground).where(Access.plan_id == plan)
        ).all()
    assert sorted(ground for _, ground in rows) == ["coordinator"] * 3 + ["operator"] * 3
    assert {party for party, _ in rows} == {None, world.party["mona"]}


def test_what_is_not_traced_shows_nobodys_name(world: World, line: Line) -> None:
    world.active()
    for name, more in QUIET.items():
        words = [word.format(mona=world.party["mona"]) for word in more]
        shown = line.run(*name.split(), *words).output
        assert shown and "Usage:" not in shown, name
        for secret in ("Kim", "Beholde leiligheten"):
            assert secret not in shown, name
