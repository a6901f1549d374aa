"""Every command that shows a plan leaves its trace; the others show nobody's name and no words."""

from __future__ import annotations

import json
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
from workflow.record.models import Access, Agreement, Consent, Event
from workflow.rules.names.steps import PlanStep
from workflow.words.steps.history import event_actor

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
    "account correct",
    "account reset-factors",
    "address",
    "bounce",
    "crossing-key",
    "erase",
    "erase-person",
    "export-person",
    "head",
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


@pytest.mark.parametrize("who", [None, "mona", "kim", "liv"])
@pytest.mark.parametrize("command", TRACED)
def test_what_shows_a_plan_is_traced_as_the_operators_whoever_is_named(
    world: World, line: Line, command: str, who: str | None
) -> None:
    """The person herself too: it was not she who looked."""
    plan = world.active()
    called = [word.format(plan=plan) for word in TRACED[command]]
    line.run(*called, *(("--as", world.party[who]) if who else ()))
    with Session(world.engine) as session:
        told = select(Access.party_id, Access.ground, Access.substitute_for, Access.unit_id)
        rows = session.execute(told.where(Access.plan_id == plan)).all()
    assert rows == [(None, "operator", world.party[who] if who else None, None)]


def test_what_is_written_in_somebodys_name_bears_the_operators_mark(
    world: World, line: Line
) -> None:
    """In the chain and in the history."""
    plan = world.active()
    goal = ("step", plan, PlanStep.ADD_GOAL, "--field", "own_words=Sove om natta")
    for who in ("kim", "mona"):
        more = ("--field", "agreed_how=spoken") if who == "mona" else ()
        line.json(*goal, *more, "--as", world.party[who])
    world.take("kim", PlanStep.ADD_GOAL, plan, own_words="Det hun selv skrev")
    with Session(world.engine) as session:
        written = select(Event.id, Event.text, Event.actor_id).where(Event.plan_id == plan)
        *_, by_kim, by_mona, herself = session.execute(written.order_by(Event.seq)).all()
    assert [json.loads(one.text).get("by_operator") for one in (by_kim, by_mona, herself)] == [
        True,
        True,
        None,
    ]
    assert by_kim.actor_id == world.party["kim"]
    names = {world.party["kim"]: "Kim", world.party["mona"]: "Mona"}
    said = [event_actor(json.loads(one.text), names, "nb") for one in (by_kim, by_mona, herself)]
    assert said == ["Drift, i navnet til Kim", "Drift, i navnet til Mona", "Kim"]


def test_a_yes_that_the_operator_writes_was_not_given_in_the_app(world: World, line: Line) -> None:
    plan = world.active()
    words = ("--field", f"party_id={world.party['frida']}", "--field", "kind=relative")
    line.json("step", plan, PlanStep.ADD_PARTICIPANT, *words, "--as", world.party["kim"])
    with Session(world.engine) as session:
        mine = select(Consent.source, Consent.recorded_by).where(
            Consent.receiver_id == world.party["frida"]
        )
        assert session.execute(mine).all() == [("spoken", None)]
        yes = select(Agreement.how, Agreement.recorded_by).join(
            Event, Event.id == Agreement.event_id
        )
        asked = yes.where(Event.step_name == PlanStep.ADD_PARTICIPANT)
        assert session.execute(asked).all() == [("spoken", None)]


def test_what_is_not_traced_shows_nobodys_name(world: World, line: Line) -> None:
    world.active()
    for name, more in QUIET.items():
        words = [word.format(mona=world.party["mona"]) for word in more]
        shown = line.run(*name.split(), *words).output
        assert shown and "Usage:" not in shown, name
        for secret in ("Kim", "Beholde leiligheten"):
            assert secret not in shown, name
