"""Tests of erasing the words of a plan that was entered on the wrong person."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from tests.servers.databases import Database
from tests.workflow.commands import Line, line_on
from tests.world import AGREED, World, make_world
from workflow.acts.privacy.erasure import erase_words
from workflow.record.access.open_plan import open_plan
from workflow.record.history.verify import verify
from workflow.record.models import Document, Erasure, EventBody, Goal, Measure, Participant
from workflow.rules.engine.denials import BadInput, NotThere, Refused
from workflow.rules.names.steps import PlanStep


@pytest.fixture(scope="module")
def world(fresh_database: Database) -> World:
    return make_world(fresh_database.engine)


@pytest.fixture
def plan(world: World) -> str:
    """A plan full of words, closed as entered in error."""
    plan = world.active()
    world.take("mona", PlanStep.ADD_GOAL, plan, own_words="Sove bedre", **AGREED)
    frida = world.party["frida"]
    world.take(
        "mona",
        PlanStep.ADD_PARTICIPANT,
        plan,
        party_id=frida,
        kind="relative",
        role="Tante Berit",
        **AGREED,
    )
    world.measured(plan)
    world.by_two("liv", "leif", PlanStep.ENTERED_IN_ERROR, plan, reason="Feil person")
    return plan


def erase(world: World, plan: str, asked: str = "liv", confirmed: str = "leif", **more: str) -> str:
    said = {"reason": "Ført på feil person", "basis": "GDPR 17", **more}
    return erase_words(
        world.engine,
        plan,
        said["reason"],
        said["basis"],
        world.party[asked],
        world.party[confirmed],
        world.now,
    )


def all_words(world: World, plan: str) -> str:
    """Everything people wrote under the plan."""
    with Session(world.engine) as session:
        bodies = select(EventBody.words).where(EventBody.plan_id == plan)
        texts = list(session.execute(bodies).scalars())
        for column in (Goal.own_words, Measure.text, Participant.role):
            texts += session.execute(select(column).where(column.class_.plan_id == plan)).scalars()
        texts += [
            content.decode()
            for content in session.execute(
                select(Document.content).where(Document.plan_id == plan)
            ).scalars()
        ]
        return " ".join(texts)


def test_words_go_and_the_chain_holds(world: World, plan: str) -> None:
    assert "Tante Berit" in all_words(world, plan)
    receipt = erase(world, plan)
    assert all_words(world, plan).strip() == ""
    report = verify(world.engine, plan)
    assert report.ok, report.broken
    assert {one.what for one in report.erased} == {"words_erased"}
    with Session(world.engine) as session:
        row = session.execute(select(Erasure).where(Erasure.plan_id == plan)).scalar_one()
    assert (row.receipt, row.until_seq) == (receipt, world.plan(plan).version)
    assert world.plan(plan).most_important == ""


def test_codes_and_dates_stay(world: World, plan: str) -> None:
    before = world.plan(plan)
    erase(world, plan)
    after = world.plan(plan)
    kept = ("number", "state", "close_reason", "reported_at", "version", "head", "person_id")
    assert [getattr(before, name) for name in kept] == [getattr(after, name) for name in kept]


def test_two_people_are_needed(world: World, plan: str) -> None:
    with pytest.raises(Refused) as refused:
        erase(world, plan, "liv", "liv")
    assert refused.value.denials[0].code == "second_human_missing"
    assert "Tante Berit" in all_words(world, plan)


@pytest.mark.parametrize("empty", ["reason", "basis"])
def test_a_reason_and_a_basis_are_needed(world: World, plan: str, empty: str) -> None:
    with pytest.raises(BadInput) as bad:
        erase(world, plan, **{empty: "  "})
    assert bad.value.problems[0][0] == empty


def test_an_unknown_plan_is_not_there(world: World) -> None:
    with pytest.raises(NotThere):
        erase(world, "no-such-plan")


def test_the_receipt_is_written_once(world: World, plan: str) -> None:
    erase(world, plan)
    for statement in (
        "UPDATE erasure SET receipt = 'other' WHERE plan_id = :plan",
        "UPDATE erasure SET reason = 'other' WHERE plan_id = :plan",
        "DELETE FROM erasure WHERE plan_id = :plan",
    ):
        with pytest.raises(DBAPIError), world.engine.begin() as conn:
            conn.execute(text(statement), {"plan": plan})


def test_bodies_stay_without_an_open_erasure(world: World, plan: str) -> None:
    with pytest.raises(DBAPIError), world.engine.begin() as conn:
        conn.execute(text("DELETE FROM event_body WHERE plan_id = :plan"), {"plan": plan})
    erase(world, plan)
    with pytest.raises(DBAPIError), world.engine.begin() as conn:
        conn.execute(text("DELETE FROM event WHERE plan_id = :plan"), {"plan": plan})


def test_looks_and_events_are_append_only(world: World, plan: str) -> None:
    for statement in (
        "UPDATE access SET act = 'x' WHERE plan_id = :plan",
        "DELETE FROM access WHERE plan_id = :plan",
        "UPDATE event SET step_name = 'plan.report_need' WHERE plan_id = :plan",
        "UPDATE event_body SET words = '' WHERE plan_id = :plan",
    ):
        with Session(world.engine) as session:
            open_plan(session, world.actor("mona"), plan, "read", world.now)
            with pytest.raises(DBAPIError):
                session.execute(text(statement), {"plan": plan})


def test_words_written_later_are_not_forgiven(world: World, plan: str) -> None:
    erase(world, plan)
    world.take("kim", PlanStep.ASK_FOR_STEP, plan, words="Hva skjedde?")
    report = verify(world.engine, plan)
    assert report.ok
    assert max(one.seq for one in report.erased) < world.plan(plan).version


def test_the_command(
    world: World,
    plan: str,
    fresh_database: Database,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    line: Line = line_on(fresh_database.url, str(tmp_path), monkeypatch)
    words = (
        "erase",
        plan,
        "--reason",
        "Feil person",
        "--basis",
        "GDPR 17",
        "--asked-by",
        world.party["liv"],
        "--confirmed-by",
    )
    dry = line.json(*words, world.party["leif"], "--dry-run")
    assert dry["erased"] is False
    assert dry["bodies"] > 0
    assert line.json(*words, world.party["liv"], code=1)["error"] == "refused"
    assert line.json(*words, world.party["leif"])["receipt"].startswith("words:")
    with Session(world.engine) as session:
        count = select(func.count()).where(EventBody.plan_id == plan)
        assert session.execute(count).scalar() == 0
