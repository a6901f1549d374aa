"""Correction and erasure as the person asks for them, their answers, and two more months."""

from __future__ import annotations

from datetime import date

import pytest

from tests.servers.databases import Database
from tests.workflow.proofs import only, proves, rows, text, told, words
from tests.workflow.scenarios.test_rights import due, reminded, until
from tests.world import AGREED, World, make_world
from workflow.acts.privacy.data_requests import list_waiting
from workflow.record.database.engine import unit_of_work
from workflow.record.models import DataRequest, Deadline, Wish
from workflow.rules.calendar.clock import oslo_date
from workflow.rules.engine.denials import BadInput, Refused
from workflow.rules.names.deadlines import DeadlineCode
from workflow.rules.names.steps import PlanStep


@pytest.fixture
def world(fresh_database: Database) -> World:
    return make_world(fresh_database.engine)


@proves(PlanStep.ASK_FOR_CORRECTION, PlanStep.ANSWER_DATA_REQUEST)
def test_a_correction_is_answered_within_the_month_of_the_law(world: World) -> None:
    plan = world.active()
    with pytest.raises(Refused, match="no_data_request"):
        world.take("pia", PlanStep.ANSWER_DATA_REQUEST, plan, outcome="corrected", answer="Ja")
    with pytest.raises(BadInput, match="words"):
        world.take("kim", PlanStep.ASK_FOR_CORRECTION, plan)
    asked = world.take("kim", PlanStep.ASK_FOR_CORRECTION, plan, words="Jeg har ikke bodd i Narvik")
    assert told(world, asked) == {"pia", "mona"}
    assert due(world, plan, DeadlineCode.DATA_REQUEST) == ("open", date(2026, 4, 9))
    with pytest.raises(BadInput, match="outcome"):
        world.take("pia", PlanStep.ANSWER_DATA_REQUEST, plan, outcome="erased", answer="Slettet")
    done = world.take(
        "mona", PlanStep.ANSWER_DATA_REQUEST, plan, outcome="corrected", answer="Rettet i dag"
    )
    assert told(world, done) == {"kim"}
    assert due(world, plan, DeadlineCode.DATA_REQUEST) == ("met", date(2026, 4, 9))
    request = only(world, DataRequest, plan)
    assert (request.outcome, request.answer) == ("corrected", "Rettet i dag")
    assert "Narvik" in words(world, asked)["data_request.words"]


@proves(PlanStep.ASK_FOR_ERASURE, PlanStep.ANSWER_DATA_REQUEST)
def test_a_refused_erasure_keeps_the_words_beside(world: World) -> None:
    plan = world.active()
    world.take("mona", PlanStep.ASK_FOR_ERASURE, plan, **AGREED)
    world.take(
        "pia",
        PlanStep.ANSWER_DATA_REQUEST,
        plan,
        outcome="refused",
        answer="Loven sier at vi må ta vare på det",
    )
    request = only(world, DataRequest, plan)
    assert (request.kind, request.outcome, request.recorded_by) == (
        "erasure",
        "refused",
        world.party["mona"],
    )


@proves(
    PlanStep.ASK_FOR_ACCESS,
    PlanStep.ASK_FOR_CORRECTION,
    PlanStep.TAKE_MORE_TIME,
    PlanStep.ANSWER_ACCESS,
)
def test_two_more_months_are_taken_once_and_told_with_the_reason(world: World) -> None:
    plan = world.active()
    with pytest.raises(Refused, match="no_more_time"):
        world.take("pia", PlanStep.TAKE_MORE_TIME, plan, reason="Mye å lese")
    world.take("kim", PlanStep.ASK_FOR_ACCESS, plan)
    world.later(days=3)
    world.take("kim", PlanStep.ASK_FOR_CORRECTION, plan, words="Feil dato")
    world.later(days=20)
    with pytest.raises(BadInput, match="reason"):
        world.take("pia", PlanStep.TAKE_MORE_TIME, plan)
    longer = world.take("pia", PlanStep.TAKE_MORE_TIME, plan, reason="Det er 400 sider")
    assert told(world, longer) == {"kim"}
    dates = {(one.subject_kind, one.state, oslo_date(one.due_at)) for one in t18(world, plan)}
    assert dates == {
        ("wish", "open", date(2026, 6, 9)),
        ("data_request", "open", date(2026, 4, 12)),
    }
    assert only(world, Wish, plan).longer_because == "Det er 400 sider"
    world.take("pia", PlanStep.TAKE_MORE_TIME, plan, reason="Det er 400 sider")
    with pytest.raises(Refused, match="no_more_time"):
        world.take("pia", PlanStep.TAKE_MORE_TIME, plan, reason="En gang til")
    with unit_of_work(world.engine) as session:
        assert [one.kind for one in list_waiting(session, plan)] == ["access", "correction"]
    until(world, date(2026, 6, 1))
    assert reminded(world, DeadlineCode.DATA_REQUEST) == []
    until(world, date(2026, 6, 2))
    assert reminded(world, DeadlineCode.DATA_REQUEST) == ["pia"]
    world.take("pia", PlanStep.ANSWER_ACCESS, plan, answer="Her er alt")
    states = {one.subject_kind: one.state for one in t18(world, plan)}
    assert states == {"wish": "met", "data_request": "open"}


def t18(world: World, plan: str) -> list[Deadline]:
    """The deadlines of what the law wants answered."""
    return [one for one in rows(world, Deadline, plan) if one.code == DeadlineCode.DATA_REQUEST]


@proves(PlanStep.ASK_FOR_CORRECTION)
def test_it_may_be_asked_after_the_plan_is_closed(world: World) -> None:
    plan = world.active()
    world.take("kim", PlanStep.ASK_FOR_CORRECTION, plan, words="Feil")
    world.take("kim", PlanStep.WITHDRAW_CONSENT, plan)
    assert due(world, plan, DeadlineCode.DATA_REQUEST) == ("open", date(2026, 4, 9))
    world.take("kim", PlanStep.ASK_FOR_CORRECTION, plan, words="Mer feil")
    done = world.take("pia", PlanStep.ANSWER_DATA_REQUEST, plan, outcome="refused", answer="Nei")
    assert text(world, done)["to"] == "closed"
    assert [one.outcome for one in rows(world, DataRequest, plan)] == ["refused", ""]
