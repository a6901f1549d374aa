"""Tests that verify finds whatever was changed beside the program, and blames nothing else."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from tests.servers.databases import Database
from tests.workflow.commands import line_on
from tests.world import World, make_world
from workflow.record.database.append_only import APPEND_ONLY
from workflow.record.history.verify import AuditReport, verify
from workflow.rules.names.steps import MeasureStep, MeetingStep, PlanStep

pytestmark = pytest.mark.every_database


@pytest.fixture
def world(fresh_database: Database) -> World:
    return make_world(fresh_database.engine)


@pytest.fixture
def plan(world: World) -> str:
    """A plan with a measure taken forth and back, a meeting, and a pause."""
    plan = world.active()
    key = world.measured(plan)
    world.take("mona", MeasureStep.DONE, plan, key)
    world.take("mona", MeasureStep.TAKE_BACK, plan, key, reason="Feil tiltak")
    world.take("mona", MeetingStep.PLAN, plan, starts_on=world.days(20), place="MAT")
    world.take("kim", PlanStep.PAUSE, plan, reason="Ferie", until_on=world.days(20))
    return plan


def unlocked(conn: Connection) -> None:
    """Takes the triggers away, as somebody with the database's password could."""
    for table in APPEND_ONLY:
        if conn.dialect.name == "sqlite":
            for kind in ("update", "delete"):
                conn.execute(text(f"DROP TRIGGER IF EXISTS {table}_no_{kind}"))
        else:
            conn.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))


def tampered(world: World, plan: str, *statements: str) -> AuditReport:
    """What verify finds after somebody changed the database by hand; the change is undone."""
    with world.engine.begin() as conn:
        unlocked(conn)
        for statement in statements:
            assert conn.execute(text(statement), {"plan": plan}).rowcount >= 1
    return verify(world.engine, plan)


def faults(report: AuditReport) -> set[str]:
    return {one.what for one in report.broken}


def test_all_holds(world: World, plan: str) -> None:
    report = verify(world.engine, plan)
    assert report.broken == []
    assert (report.ok, report.plans, report.events) == (True, 1, world.plan(plan).version)


def test_plans_ended_every_way_hold(world: World) -> None:
    plan = world.active()
    key = world.measured(plan)
    world.take("mona", MeasureStep.DONE, plan, key)
    world.take("kim", PlanStep.WITHDRAW_CONSENT, plan)
    world.take("kim", PlanStep.UNDO_WITHDRAWAL, plan)
    world.take("kim", PlanStep.WITHDRAW_CONSENT, plan)
    assert verify(world.engine, plan).broken == []


@pytest.mark.parametrize(
    ("statement", "what"),
    [
        (
            "UPDATE event SET text = replace(text, '\"granted\"', '\"granteD\"') "
            "WHERE plan_id = :plan AND step_name = 'plan.grant'",
            "hash",
        ),
        (
            "UPDATE event SET hash = 'g' || substr(hash, 2) WHERE plan_id = :plan AND seq = 2",
            "hash",
        ),
        (
            "UPDATE event SET step_name = 'plan.deny' WHERE plan_id = :plan AND step_name = 'plan.grant'",
            "event_column",
        ),
        (
            "UPDATE event SET actor_id = NULL WHERE plan_id = :plan AND step_name = 'plan.grant'",
            "event_column",
        ),
        (
            "UPDATE event_body SET words = replace(words, 'Varer', 'varer') WHERE plan_id = :plan",
            "words_changed",
        ),
        ("DELETE FROM event_body WHERE plan_id = :plan", "words_gone"),
        ("DELETE FROM event WHERE plan_id = :plan AND seq = 3", "seq_gap"),
        ("DELETE FROM event WHERE plan_id = :plan AND step_name = 'plan.pause'", "tail_cut"),
        ("UPDATE plan SET state = 'reviewed' WHERE id = :plan", "column"),
        ("UPDATE plan SET next_review_on = '2030-01-01' WHERE id = :plan", "column"),
        ("UPDATE plan SET head = 'x' WHERE id = :plan", "head"),
        ("UPDATE plan SET version = version - 1 WHERE id = :plan", "tail_cut"),
        ("UPDATE measure SET state = 'closed' WHERE plan_id = :plan", "column"),
        ("UPDATE measure SET completed_on = '2026-03-01' WHERE plan_id = :plan", "column"),
        ("UPDATE meeting SET state = 'held' WHERE plan_id = :plan", "column"),
        ("DELETE FROM measure WHERE plan_id = :plan", "row_gone"),
    ],
)
def test_tampering_is_found(world: World, plan: str, statement: str, what: str) -> None:
    report = tampered(world, plan, statement)
    assert what in faults(report), report.broken
    assert not report.ok


def test_one_byte_of_each_text(world: World, plan: str) -> None:
    with world.engine.connect() as conn:
        seqs = conn.execute(
            text("SELECT seq, text FROM event WHERE plan_id = :plan ORDER BY seq"), {"plan": plan}
        ).all()
    with world.engine.begin() as conn:
        unlocked(conn)
    for seq, told in seqs:
        for changed in (told.replace('"seq"', '"seQ"'), told + " ", told[:-1]):
            with world.engine.connect() as conn, conn.begin() as trial:
                conn.execute(
                    text("UPDATE event SET text = :t WHERE plan_id = :plan AND seq = :seq"),
                    {"t": changed, "plan": plan, "seq": seq},
                )
                trial.rollback()
            changed_report = _with_text(world, plan, seq, changed)
            assert "hash" in faults(changed_report)
        _with_text(world, plan, seq, told)
    assert verify(world.engine, plan).ok


def _with_text(world: World, plan: str, seq: int, told: str) -> AuditReport:
    with world.engine.begin() as conn:
        conn.execute(
            text("UPDATE event SET text = :t WHERE plan_id = :plan AND seq = :seq"),
            {"t": told, "plan": plan, "seq": seq},
        )
    return verify(world.engine, plan)


def test_a_row_beside_the_chain(world: World, plan: str) -> None:
    with world.engine.begin() as conn:
        conn.execute(
            text(
                "INSERT INTO measure SELECT 'another', plan_id, goal_id, position, text,"
                " kind, state, outcome, close_reason, proposed_by, accountable_id, not_before, due_on,"
                " due_time, original_due_on, when_occasion, look_again_on, agreed_on,"
                " agreed_consequence, condition, condition_by, service_decision_ref, unmet_code,"
                " completed_on, evaluated_on, rating, result_words, way_of_working, system_code,"
                " after_id, cycle, due_version, version, salt FROM measure WHERE plan_id = :plan"
            ),
            {"plan": plan},
        )
    assert faults(verify(world.engine, plan)) == {"no_event"}


def test_the_command_answers(
    world: World,
    plan: str,
    fresh_database: Database,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    line = line_on(fresh_database.url, str(tmp_path), monkeypatch)
    answer = line.json("verify", plan)
    assert answer == {
        "ok": True,
        "plans": 1,
        "events": world.plan(plan).version,
        "links": 0,
        "broken": [],
        "erased": [],
    }
    tampered(world, plan, "UPDATE plan SET outcome = 'denied' WHERE id = :plan")
    result = line.run("verify", plan, "--json")
    assert result.exit_code == 1
    assert json.loads(result.stdout)["broken"][0]["what"] == "column"
