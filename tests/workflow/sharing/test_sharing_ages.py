"""Who says yes to sharing at each age, and what a child may keep to herself (domain 2.3, L6; pbrl ch. 3 and 4)."""

from __future__ import annotations

from datetime import date, time, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from tests.servers.databases import Database
from tests.workflow.proofs import proves, rows, words
from tests.workflow.sharing.sharing_world import (
    FEW,
    born,
    give,
    parent,
    refused,
    relations,
    seen,
    shared,
    years,
)
from tests.world import AGREED, World, make_world
from workflow.acts.deadlines.sweep import sweep
from workflow.record.access.kept_from_parents import kept_receivers
from workflow.record.access.representatives import age_of, list_representatives
from workflow.record.database.engine import unit_of_work
from workflow.record.in_force import covers
from workflow.record.models import Consent, Notice, Representation
from workflow.rules.calendar.clock import at_oslo
from workflow.rules.engine.denials import NotThere, Refused
from workflow.rules.guards.sharing import NOT_SHARING
from workflow.rules.names.steps import PlanStep
from workflow.rules.sharing.ages import age_on
from workflow.rules.sharing.scopes import FIRST_SHARED


@pytest.fixture
def world(fresh_database: Database) -> World:
    return make_world(fresh_database.engine)


@pytest.mark.parametrize(
    ("birthday", "day", "age"),
    [
        (date(2010, 3, 9), date(2026, 3, 8), 15),
        (date(2010, 3, 9), date(2026, 3, 9), 16),
        (date(2010, 3, 9), date(2026, 3, 10), 16),
        (date(2012, 2, 29), date(2024, 2, 28), 11),
        (date(2012, 2, 29), date(2024, 2, 29), 12),
        (date(2008, 2, 29), date(2026, 2, 27), 17),
        (date(2008, 2, 29), date(2026, 2, 28), 18),
        (date(2014, 2, 29 - 1), date(2026, 2, 28), 12),
        (date(2026, 3, 9), date(2026, 3, 9), 0),
        (date(2010, 12, 31), date(2026, 12, 30), 15),
    ],
)
def test_ages_before_on_and_after_the_day(birthday: date, day: date, age: int) -> None:
    assert age_on(birthday, day) == age


# Days from the birthday, who says yes, and the code with which it is refused (nothing: it is taken).
TURNS: list[tuple[int, int, str, dict[str, Any], str]] = [
    (12, -1, "kim", {}, "parents_give"),
    (12, -1, "kim", {"kept_from_parents": True}, "parents_give kept_from_parents_wrong"),
    (12, -1, "mor", {}, ""),
    (12, 0, "mor", {}, "child_not_heard"),
    (12, 0, "mor", {"child_said": "Ja, gjerne"}, ""),
    (12, 0, "kim", {}, "parents_give"),
    (12, 0, "kim", {"kept_from_parents": True}, ""),
    (12, 1, "mona", {**AGREED, "given_as": "parent"}, "child_not_heard"),
    (12, 1, "mona", {**AGREED, "child_said": "Vil ikke snakke om det"}, ""),
    (12, 1, "mor", {"child_said": "Ja", "kept_from_parents": True}, "kept_from_parents_wrong"),
    (16, -1, "mor", {"child_said": "Ja"}, ""),
    (
        16,
        -1,
        "mona",
        {**AGREED, "given_as": "guardian", "child_said": "Ja"},
        "giver_not_representing",
    ),
    (
        16,
        -1,
        "mona",
        {**AGREED, "given_as": "both_parents", "child_said": "Ja"},
        "giver_not_representing",
    ),
    (16, 0, "mona", {**AGREED, "given_as": "parent"}, "person_gives"),
    (16, 0, "kim", {}, ""),
    (16, 1, "mona", AGREED, ""),
    (16, 1, "kim", {"kept_from_parents": True}, "kept_from_parents_wrong"),
    (18, 0, "mona", {**AGREED, "given_as": "both_parents"}, "person_gives"),
    (18, 0, "kim", {}, ""),
]


@pytest.mark.parametrize(("turns", "days", "who", "said", "codes"), TURNS)
def test_who_says_yes_at_each_age(
    world: World, turns: int, days: int, who: str, said: dict[str, Any], codes: str
) -> None:
    plan = world.active()
    born(world, years(world, turns) - timedelta(days=days))
    if turns < 16 or days < 0:
        parent(world, plan)
    if codes:
        assert refused(world, who, plan, **said) == codes.split()
        return
    done = give(world, who, plan, **said)
    (row,) = shared(world, plan, "ali")
    expected = "person" if who == "kim" or (turns >= 16 and days >= 0) else "parent"
    assert row.given_as == expected and row.kept_from_parents == ("kept_from_parents" in said)
    if "child_said" in said:
        assert words(world, done)["form.child_said"] == said["child_said"]


@pytest.mark.parametrize("birthday", [date(2010, 6, 15), date(2008, 2, 29), date(2010, 10, 25)])
def test_a_parents_part_is_over_at_midnight_of_the_day_in_oslo(
    world: World, birthday: date
) -> None:
    sixteen = birthday.replace(
        year=birthday.year + 16, day=28 if birthday.day == 29 else birthday.day
    )
    sixteen = date(2024, 2, 29) if birthday == date(2008, 2, 29) else sixteen
    world.now = at_oslo(sixteen - timedelta(days=40), time(12, 0))
    plan = world.active()
    born(world, birthday)
    parent(world, plan)
    midnight = at_oslo(sixteen, time(0, 0))
    assert relations(world, plan, "mor", midnight - timedelta(seconds=1)) == {"representative"}
    assert relations(world, plan, "mor", midnight) == set()
    world.now = midnight - timedelta(seconds=1)
    give(world, "mor", plan, child_said="Ja")
    world.now = midnight
    with pytest.raises(NotThere):
        give(world, "mor", plan, child_said="Ja")
    give(world, "kim", plan, scopes=FEW)
    assert shared(world, plan, "ali")[-1].given_as == "person"
    with unit_of_work(world.engine) as session:
        kim = world.party["kim"]
        assert age_of(session, kim, sixteen) == 16
        assert list_representatives(session, kim, world.now) == []


@proves(PlanStep.GIVE_CONSENT, PlanStep.ADD_REPRESENTATION)
def test_both_parents_are_two_and_a_guardian_acts_within_the_papers(world: World) -> None:
    plan = world.active()
    born(world, years(world, 8))
    parent(world, plan)
    assert refused(world, "mona", plan, given_as="both_parents", **AGREED) == [
        "giver_not_representing"
    ]
    parent(world, plan, "frida")
    give(world, "mona", plan, given_as="both_parents", **AGREED)
    born(world, years(world, 50))
    with unit_of_work(world.engine) as session:
        session.execute(update(Representation).values(until_at=world.now))
    world.take(
        "liv",
        PlanStep.ADD_REPRESENTATION,
        plan,
        representative_id=world.party["hege"],
        ground="guardian",
        acts=NOT_SHARING,
    )
    assert "beyond_representation" in refused(world, "hege", plan)
    for step, fields in (
        (PlanStep.STOP_SHARING_WITH, {"party_id": world.party["ali"]}),
        (PlanStep.STOP_SHARING, {}),
        (PlanStep.WITHDRAW_CONSENT, {}),
    ):
        with pytest.raises(Refused, match="beyond_representation"):
            world.take("hege", step, plan, **fields)
    world.take("hege", PlanStep.SET_WHAT_MATTERS, plan, most_important="Ro")
    with unit_of_work(world.engine) as session:
        session.execute(update(Representation).values(acts=""))
    give(world, "hege", plan, scopes=FEW)
    assert shared(world, plan, "ali")[-1].given_as == "guardian"
    assert shared(world, plan, "ali")[0].given_as == "both_parents"


@proves(PlanStep.ADD_PARTICIPANT)
def test_a_child_alone_brings_nobody_in(world: World) -> None:
    plan = world.active()
    born(world, years(world, 9))
    ali = world.party["ali"]
    with pytest.raises(Refused, match="parents_give"):
        world.take("kim", PlanStep.ADD_PARTICIPANT, plan, party_id=ali)
    with pytest.raises(Refused, match="parents_give"):
        world.take("mona", PlanStep.ADD_PARTICIPANT, plan, party_id=ali, **AGREED)
    world.take("kim", PlanStep.ADD_PARTICIPANT, plan, name="Besta", kind="relative")
    parent(world, plan)
    world.take("mona", PlanStep.ADD_PARTICIPANT, plan, party_id=ali, **AGREED)
    assert shared(world, plan, "ali")[0].given_as == "parent"


@proves(PlanStep.GIVE_CONSENT, PlanStep.STOP_SHARING_WITH)
def test_what_a_child_keeps_from_the_parents_stays_so(world: World) -> None:
    plan = world.active()
    born(world, years(world, 14))
    parent(world, plan)
    give(world, "kim", plan, scopes=FEW, kept_from_parents=True)
    ali = world.party["ali"]
    with unit_of_work(world.engine) as session:
        assert kept_receivers(session, plan) == {ali}
    world.later(hours=1)
    world.take("mor", PlanStep.STOP_SHARING_WITH, plan, party_id=ali)
    assert seen(world, plan, "ali") == set(FEW)  # a parent cannot end what she is not told of
    give(world, "mor", plan, scopes=["measures"], child_said="Ja")
    assert seen(world, plan, "ali") == {*FEW, "measures"}
    with unit_of_work(world.engine) as session:
        assert kept_receivers(session, plan) == set()  # shared openly too, it is no secret
    world.take("kim", PlanStep.STOP_SHARING_WITH, plan, party_id=ali)
    assert seen(world, plan, "ali") == set()


@proves(PlanStep.STOP_SHARING_WITH, PlanStep.GIVE_CONSENT)
def test_a_child_undoes_her_own_stop_and_not_a_parents(world: World) -> None:
    plan = world.active()
    born(world, years(world, 13))
    parent(world, plan)
    give(world, "mor", plan, child_said="Greit")
    for who, undone in (("kim", True), ("mor", False)):
        world.later(hours=1)
        world.take(who, PlanStep.STOP_SHARING_WITH, plan, party_id=world.party["ali"])
        world.later(hours=1)
        if undone:
            give(world, "kim", plan, again=True)
        else:
            assert refused(world, "kim", plan, again=True) == ["parents_give"]
    give(world, "mor", plan, again=True)
    assert seen(world, plan, "ali") == FIRST_SHARED["professional"]


@proves(PlanStep.GIVE_CONSENT, PlanStep.SHARING_LAPSED)
@pytest.mark.parametrize("step_name", [PlanStep.ADD_PARTICIPANT, PlanStep.GIVE_CONSENT])
def test_a_parents_yes_ends_when_the_child_turns_16_and_the_child_is_told(
    world: World, step_name: str
) -> None:
    plan = world.active()
    born(world, years(world, 16) + timedelta(days=40))
    parent(world, plan)
    said = {"party_id": world.party["ali"], "child_said": "Greit"}
    if step_name == PlanStep.ADD_PARTICIPANT:
        del said["child_said"]
    world.take("mor", step_name, plan, **said)
    (row,) = shared(world, plan, "ali")
    own = at_oslo(world.days(40), time(0, 0))
    assert (row.given_as, row.until_at) == ("parent", own)
    world.now = own - timedelta(seconds=1)
    assert allowed(world, plan, "ali")
    world.now = own
    assert not allowed(world, plan, "ali")
    sweep(world.engine, world.now + timedelta(hours=30))
    with unit_of_work(world.engine) as session:
        told = select(Notice.recipient_id).where(Notice.code == PlanStep.SHARING_LAPSED)
        assert world.party["kim"] in set(session.execute(told).scalars())
    give(world, "kim", plan)
    assert shared(world, plan, "ali")[-1].until_at is None  # her own yes has no such end


def allowed(world: World, plan: str, name: str) -> bool:
    """Whether a consent of a receiver holds at this instant."""
    return any(covers(one, world.now) for one in shared(world, plan, name) if not one.withdrawn_at)


@pytest.mark.parametrize("age", [8, 12, 15])
@proves(PlanStep.REPORT_NEED, PlanStep.GRANT)
def test_a_child_does_not_say_yes_to_a_plan_alone(world: World, age: int) -> None:
    born(world, years(world, age))
    kim = world.party["kim"]
    with pytest.raises(Refused, match="parents_give"):
        world.take("mona", PlanStep.REPORT_NEED, person_id=kim, **AGREED)
    plan = world.requested()  # asking is free, and is nobody's yes
    asked: dict[str, Any] = {
        "why_long": "Varer",
        "why_coordinated": "To tjenester",
        "wish_coordinator": "Mona",
    }
    with pytest.raises(Refused, match="consent_missing"):
        world.take("oda", PlanStep.GRANT, plan, **asked)
    with pytest.raises(Refused, match="parents_give"):
        world.take("oda", PlanStep.GRANT, plan, **asked, **AGREED)
    parent(world, plan)
    world.take("oda", PlanStep.GRANT, plan, **asked, **AGREED)
    (row,) = [one for one in rows(world, Consent, plan) if one.receiver_id is None]
    assert (row.given_as, row.source) == ("parent", "spoken") and row.until_at is not None
