"""What is given out of everything that is held on one: hers whole, others' content not at all."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from tests.servers.databases import Database
from tests.workflow.commands import line_on
from tests.world import AGREED, World, make_world
from workflow.acts.privacy import protected_addresses
from workflow.acts.privacy.data_export import as_text, everything, export_data
from workflow.acts.privacy.data_export_tables import HELD, LEFT_OUT, tables_naming
from workflow.record.database.engine import unit_of_work
from workflow.record.models import Access, Base, DataRequest, Participant, Party, SignIn, new_id
from workflow.rules.engine.denials import NotThere
from workflow.rules.names.steps import PlanStep


@pytest.fixture(scope="module")
def world(fresh_database: Database) -> World:
    return make_world(fresh_database.engine)


@pytest.fixture(scope="module")
def plan(world: World) -> str:
    """A plan with words of several people in it."""
    plan = world.active()
    world.take("kim", PlanStep.ADD_GOAL, plan, own_words="Sove bedre")
    world.take(
        "mona",
        PlanStep.ADD_PARTICIPANT,
        plan,
        party_id=world.party["mor"],
        kind="relative",
        role="mor",
        **AGREED,
    )
    world.take(
        "mona",
        PlanStep.ADD_PARTICIPANT,
        plan,
        party_id=world.party["frida"],
        kind="relative",
        role="tante",
        **AGREED,
    )
    world.measured(plan, "ali")
    world.take("frida", PlanStep.WRITE, plan, words="Jeg kan komme på søndag")
    world.take("mona", PlanStep.WRITE, plan, words="Hemmelig beskjed fra Mona til Kim")
    with unit_of_work(world.engine) as session:
        session.execute(
            insert(SignIn),
            {
                "id": new_id(),
                "party_id": world.party["kim"],
                "token_hash": "hemmelig-sum",
                "created_at": world.now,
                "seen_at": world.now,
                "device": "Firefox",
                "method": "demo",
            },
        )
    return plan


def held(world: World, name: str, **more: Any) -> dict[str, Any]:
    with Session(world.engine) as session:
        return everything(session, world.party[name], world.now, "nb", **more)


def test_every_table_that_names_somebody_is_given_or_left_out_for_a_reason() -> None:
    naming_a_plan = {t.name for t in Base.metadata.sorted_tables if "plan_id" in t.c}
    assert (set(tables_naming()) | naming_a_plan) - set(HELD) - set(LEFT_OUT) == set()
    assert set(HELD) & set(LEFT_OUT) == set()
    assert all(reason.endswith(".") for reason in LEFT_OUT.values())
    for name, rule in HELD.items():
        columns = Base.metadata.tables[name].c
        assert {*rule.mine, *rule.said} <= set(columns.keys()), name
        assert not rule.whole or "plan_id" in columns, name


def test_the_person_gets_all_of_her_plan(world: World, plan: str) -> None:
    given = held(world, "kim")
    (mine,) = given["plans"]
    assert mine["number"] == world.plan(plan).number
    assert [one["own_words"] for one in mine["goal"]] == ["Sove bedre"]
    assert {one["words"] for one in mine["wish"]} >= {"Jeg kan komme på søndag"}
    assert len(mine["history"]) == world.plan(plan).version
    assert mine["history"][-1]["told"] and mine["history"][-1]["by"] == "Mona"
    assert {one["receiver_id"] for one in mine["consent"]} >= {"Mona", "Mor", "Frida"}
    letters = [one for one in mine["document"] if one["kind"] == "letter"]
    assert "Kim" in base64.b64decode(letters[0]["content"]).decode()
    assert given["elsewhere"]["sign_in"][0]["device"] == "Firefox"
    assert given["elsewhere"]["party"][0]["email"] == "kim@example.test"
    assert [one["code"] for one in given["elsewhere"]["notice"]]
    text = as_text(given)
    assert json.loads(text)["planlop_own_data"] == 1
    assert "hemmelig-sum" not in text


@pytest.mark.parametrize("name", ["frida", "ali", "mona", "oda"])
def test_others_get_their_own_and_no_content_of_the_plan(
    world: World, plan: str, name: str
) -> None:
    given = held(world, name)
    assert given["plans"] == []
    text = as_text(given)
    for words in ("Sove bedre", "Ringe Nav", "Beholde leiligheten", "Hemmelig", "Kim", plan):
        assert words not in text, words
    assert ("Jeg kan komme på søndag" in text) == (name == "frida")
    part = {"frida": "participant", "ali": "measure", "mona": "tenure", "oda": "decision"}[name]
    assert given["elsewhere"][part]
    assert given["elsewhere"].get("event") is not None or name == "ali"


def test_protected_data_of_others_is_left_out(world: World, plan: str) -> None:
    kim, mor = world.party["kim"], world.party["mor"]
    with unit_of_work(world.engine) as session:
        session.execute(
            update(Party).where(Party.id == mor).values(protection="strict", phone="40998877")
        )
        session.execute(
            update(Participant).where(Participant.party_id == mor).values(phone="40998877")
        )
        for who, street in ((mor, "Morsgata 9"), (kim, "Kimsgata 4")):
            form = protected_addresses.AddressForm(street=street)
            protected_addresses.write_address(session, world.actor("adam"), who, form, world.now)
    world.take(
        "kim", PlanStep.WRITE, plan, words="Ring mor på 40 99 88 77 i Morsgata 9, ikke i Kimsgata 4"
    )
    text = as_text(held(world, "kim"))
    assert "Kimsgata 4" in text
    for secret in ("40998877", "40 99 88 77", "Morsgata"):
        assert secret not in text
    with unit_of_work(world.engine) as session:
        session.execute(
            update(Party).where(Party.id == kim).values(protection="strict", phone="40112233")
        )
    text = as_text(held(world, "kim", by_self=False))
    assert "Kimsgata" not in text and "40112233" not in text
    assert "Kimsgata 4" in as_text(held(world, "kim"))


def test_who_may_have_it_and_what_is_left_behind(world: World, plan: str) -> None:
    kim = world.party["kim"]
    for name in ("nosy", "mona", "oda", "liv", "lars", "frida"):
        with pytest.raises(NotThere), unit_of_work(world.engine) as session:
            export_data(session, world.actor(name), kim, world.now, "nb")
    for name in ("kim", "pia", "operator"):
        with unit_of_work(world.engine) as session:
            assert export_data(session, world.actor(name), kim, world.now, "nb")["plans"]
    with Session(world.engine) as session:
        traced = select(Access.ground).where(Access.act == "own_data").order_by(Access.id)
        assert session.execute(traced).scalars().all() == ["privacy_officer", "operator"]
        kept = select(DataRequest.outcome).where(DataRequest.party_id == kim)
        assert session.execute(kept).scalars().all() == ["given"] * 3


def test_the_command(
    world: World,
    plan: str,
    fresh_database: Database,
    tmp_path: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    line = line_on(fresh_database.url, str(tmp_path), monkeypatch)
    given = line.json("export-person", world.party["kim"], "--as", world.party["pia"])
    assert given["about"] == "Kim" and given["plans"][0]["goal"]
    assert line.run("export-person", world.party["kim"], "--as", world.party["nosy"]).exit_code == 1
