"""Who is called the same is told apart in every picker, and all pickers sort the Norwegian way."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import update
from sqlalchemy.orm import Session

from tests.web.plan_world import make
from tests.world import World
from web.forms import pickers
from web.forms.namesakes import Candidate, label_candidates
from workflow.acts.accounts import staff_roles
from workflow.record.database.engine import unit_of_work
from workflow.record.models import Party
from workflow.rules.names.steps import PlanStep
from workflow.rules.sharing.scopes import EVERYTHING, Visibility
from workflow.rules.text.name_order import sort_key

ORDER = ("Anne", "Ida", "Zara", "Ærlend", "Østen", "Åse")
CLOSE = Visibility(EVERYTHING, alone=True)


def labels(*people: Candidate) -> list[str]:
    return [label for _, label in label_candidates(people)]


def test_one_name_alone_says_no_more() -> None:
    assert labels(Candidate("1", "Anne Hansen", hints=("Lærer",))) == ["Anne Hansen"]


def test_namesakes_are_told_apart_by_the_first_thing_that_differs() -> None:
    assert labels(
        Candidate("1", "Anne Hansen", "Nav", ("Veileder", "910 11 223")),
        Candidate("2", "Anne  hansen", "Nav", ("Lege", "910 11 224")),
        Candidate("3", "Anne Hansen", "Skolen", ("Lege", "")),
    ) == ["Anne Hansen, Nav, Veileder", "Anne  hansen, Nav, Lege", "Anne Hansen, Skolen"]


def test_no_two_labels_are_alike() -> None:
    people = [Candidate(str(n), "Anne Hansen", "Nav", ("Lege", "")) for n in range(3)]
    assert labels(*people) == [f"Anne Hansen, Nav, Lege ({n})" for n in (1, 2, 3)]


def test_what_a_protected_address_would_be_found_by_is_hidden() -> None:
    people = [Candidate(str(n), "Anne Hansen", hints=(f"Sted {n}",)) for n in range(2)]
    hidden = label_candidates(people, lambda: lambda text: "[…]")
    assert [label for _, label in hidden] == ["Anne Hansen, […] (1)", "Anne Hansen, […] (2)"]


@pytest.fixture
def world(app: Flask) -> World:
    return make(app)


def hire(world: World, name: str, unit: str = "service", **more: Any) -> str:
    """Somebody more who works there."""
    with unit_of_work(world.engine) as session:
        key = staff_roles.add_party(session, name, world.now, **more)
        staff_roles.give_role(session, key, world.unit[unit], "worker", world.now)
        return key


def offered(app: Flask, world: World, word: str, plan: str | None = None) -> Mapping[str, str]:
    """What a picker offers, in its order."""
    with app.test_request_context(), Session(world.engine) as session:
        return dict(pickers.PICKERS[word](pickers.Where(session, world.now, plan, None, CLOSE)))


@pytest.mark.parametrize("word", ["staff", "party", "staff_or_person"])
def test_three_who_work_here_are_told_apart(app: Flask, world: World, word: str) -> None:
    keys = [
        hire(world, "Anne Hansen", title="Vernepleier"),
        hire(world, "Anne Hansen", title="Lege", phone="91011223"),
        hire(world, "Anne Hansen", title="Lege", phone="91011224"),
        hire(world, "Anne Hansen", "ordering", title="Lege"),
    ]
    said = offered(app, world, word, world.active())
    told = [said[key].replace("\N{NO-BREAK SPACE}", " ") for key in keys]
    assert len(set(said.values())) == len(said) and len(set(told)) == 4
    assert told[0].endswith(", Vernepleier")
    assert [one.rpartition(", ")[2] for one in told[1:3]] == ["910 11 223", "910 11 224"]


@pytest.mark.parametrize("word", ["participants", "around", "sharing", "party"])
def test_those_around_are_told_apart(app: Flask, world: World, word: str) -> None:
    plan = world.active()
    names = ("hege", "sara", "vik")
    with unit_of_work(world.engine) as session:
        for name, title in zip(names, ("Lege", "Søster", "Søster"), strict=True):
            mine = update(Party).where(Party.id == world.party[name])
            called = {"name": "Anne Hansen", "sort_key": sort_key("Anne Hansen")}
            session.execute(mine.values(**called, title=title))
        young = update(Party).where(Party.id == world.party["vik"])
        session.execute(young.values(born_on=date(1990, 2, 3)))
    for name, role in zip(names, ("Lege", "Søster", "Søster"), strict=True):
        fields = {"party_id": world.party[name], "role": role, "agreed_how": "spoken"}
        world.take("kim", PlanStep.ADD_PARTICIPANT, plan, **fields)
    said = offered(app, world, word, plan)
    told = [one for one in said.values() if one.startswith("Anne Hansen")]
    assert len(set(said.values())) == len(said)
    assert sorted(told) == [
        "Anne Hansen, Lege",
        "Anne Hansen, Søster",
        "Anne Hansen, Søster, født 1990",
    ]


@pytest.mark.parametrize("word", ["any_unit", "staff", "participants", "around", "sharing"])
def test_every_picker_sorts_the_norwegian_way(app: Flask, world: World, word: str) -> None:
    plan = world.active()
    for name in reversed(ORDER):
        with unit_of_work(world.engine) as session:
            staff_roles.add_unit(session, name, "service")
        key = hire(world, name)
        world.take("kim", PlanStep.ADD_PARTICIPANT, plan, party_id=key, agreed_how="spoken")
    said = [one.partition(",")[0] for one in offered(app, world, word, plan).values()]
    assert [one for one in said if one in ORDER] == list(ORDER)
