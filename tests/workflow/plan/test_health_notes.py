"""Notes on the person's health: who writes and strikes out, and that no word of them goes elsewhere."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.servers.databases import Database
from tests.workflow.proofs import proves, rows, text, words
from tests.world import AGREED, World, make_world
from workflow.record.database.engine import unit_of_work
from workflow.record.models import HealthNote, Notice
from workflow.record.plan.view import plan_view
from workflow.rules.engine.denials import BadInput, Refused
from workflow.rules.names.steps import PlanStep
from workflow.rules.sharing.scopes import WHOLE


@pytest.fixture
def world(fresh_database: Database) -> World:
    return make_world(fresh_database.engine)


def notes(world: World, plan: str) -> list[str]:
    """What stands about health, the newest first."""
    with Session(world.engine) as session:
        view = plan_view(session, world.plan(plan), world.now, sees=WHOLE)
        return [one.words for one in view.health]


@proves(PlanStep.WRITE_HEALTH, PlanStep.END_HEALTH)
def test_the_person_writes_and_strikes_out(world: World) -> None:
    plan = world.active()
    done = world.take("kim", PlanStep.WRITE_HEALTH, plan, words="Tåler ikke penicillin")
    world.later(hours=1)
    world.take("mona", PlanStep.WRITE_HEALTH, plan, words="Sover lite", **AGREED)
    assert notes(world, plan) == ["Sover lite", "Tåler ikke penicillin"]
    assert words(world, done)["health_note.words"] == "Tåler ikke penicillin"
    assert "penicillin" not in str(text(world, done))
    first = rows(world, HealthNote, plan)[0]
    world.take("kim", PlanStep.END_HEALTH, plan, note_id=first.id)
    assert notes(world, plan) == ["Sover lite"]
    with pytest.raises(BadInput):
        world.take("kim", PlanStep.END_HEALTH, plan, note_id=first.id)
    with pytest.raises(BadInput):
        world.take("kim", PlanStep.WRITE_HEALTH, plan)
    with unit_of_work(world.engine) as session:
        told = session.execute(
            select(Notice).where(Notice.code.in_((PlanStep.WRITE_HEALTH, PlanStep.END_HEALTH)))
        ).scalars()
        assert {one.recipient_id for one in told} == {world.party["kim"]}


@proves(PlanStep.WRITE_HEALTH)
def test_an_accountable_writes_only_where_health_is_shared(world: World) -> None:
    plan = world.active()
    world.measured(plan, "per")
    with pytest.raises(Refused, match="not_shared"):
        world.take("per", PlanStep.WRITE_HEALTH, plan, words="Bruker briller")
    everything = ["goals", "measures", "calendar", "messages", "documents", "health"]
    world.take("kim", PlanStep.GIVE_CONSENT, plan, party_id=world.party["per"], scopes=everything)
    world.take("per", PlanStep.WRITE_HEALTH, plan, words="Bruker briller")
    assert notes(world, plan) == ["Bruker briller"]
    with pytest.raises(Refused):
        world.take("mona", PlanStep.WRITE_HEALTH, plan, words="Uten et ja")
