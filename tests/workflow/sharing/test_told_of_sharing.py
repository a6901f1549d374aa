"""Who hears whom the person lets in and leaves out again, and who reads what was written for a meeting."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from tests.servers.databases import Database
from tests.world import AGREED, World, make_world
from workflow.record.access.open_plan import open_plan
from workflow.record.database.engine import unit_of_work
from workflow.record.models import Meeting
from workflow.record.plan.view import PlanView, read_opened_view
from workflow.rules.names.steps import MeetingStep, PlanStep
from workflow.rules.tables import TRANSITIONS

OF_SHARING = {row.name for row in TRANSITIONS.values() if row.of_sharing}


@pytest.fixture
def world(fresh_database: Database) -> World:
    return make_world(fresh_database.engine)


def read(world: World, plan: str, name: str) -> PlanView:
    """The plan as somebody reads it, with its whole history."""
    with unit_of_work(world.engine) as session:
        opened = open_plan(session, world.actor(name), plan, "read", now=world.now)
        assert opened is not None
        return read_opened_view(session, opened, world.now, events=500)


def shared_with(world: World, plan: str, *names: str) -> None:
    for name in names:
        world.take(
            "kim", PlanStep.ADD_PARTICIPANT, plan, party_id=world.party[name], kind="relative"
        )
        world.take("kim", PlanStep.GIVE_CONSENT, plan, party_id=world.party[name])


def test_who_is_let_in_or_out_is_read_by_the_person_and_the_coordinator_alone(world: World) -> None:
    plan = world.active()
    shared_with(world, plan, "frida", "ali")
    world.later(hours=1)
    world.take("kim", PlanStep.STOP_SHARING_WITH, plan, party_id=world.party["frida"])
    world.later(hours=1)
    world.take("kim", PlanStep.GIVE_CONSENT, plan, party_id=world.party["frida"])
    for name in ("kim", "mona"):
        told = {one.step_name for one in read(world, plan, name).events}
        assert told >= {PlanStep.STOP_SHARING_WITH, PlanStep.GIVE_CONSENT}, name
    for name in ("ali", "frida"):
        told = {one.step_name for one in read(world, plan, name).events}
        assert told and not told & OF_SHARING, name


def test_what_was_written_for_a_meeting_is_read_by_those_who_are_called(world: World) -> None:
    plan = world.active()
    shared_with(world, plan, "frida", "ali")
    called = [world.party["ali"]]
    meeting = world.take(
        "mona", MeetingStep.PLAN, plan, starts_on=world.days(20), party_ids=called, **AGREED
    ).subject_id
    words = "Jeg tør ikke si det høyt"
    world.take("kim", MeetingStep.PREPARE, plan, meeting, written_view=words)
    with Session(world.engine) as session:
        assert session.get_one(Meeting, meeting).written_view == words
    read_by = {
        name
        for name in ("kim", "mona", "ali", "frida")
        if any(one.written_view for one in read(world, plan, name).meetings)
    }
    assert read_by == {"kim", "mona", "ali"}
    told = {
        name
        for name in ("kim", "mona", "ali", "frida")
        if any(words in one.words.values() for one in read(world, plan, name).events)
    }
    assert told <= {"kim", "mona", "ali"}
