"""Tests of who comes along in a hand-over: the protected, the represented, who has left and who comes home."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from tests.servers.databases import Backend
from tests.workflow.crossing.pair import IDENTITY, NATIONAL_ID, Pair, pair_of
from tests.workflow.proofs import holders, rows
from tests.world import AGREED
from workflow.acts.crossing import answer
from workflow.acts.people.register import digest_national_id
from workflow.acts.planfile.exporter import export_plan
from workflow.acts.planfile.importer import import_plan
from workflow.record.database.engine import unit_of_work
from workflow.record.models import (
    Consent,
    Document,
    Goal,
    HealthNote,
    HomeAddress,
    Measure,
    Participant,
    Party,
    Plan,
    Representation,
    StaffRole,
    new_id,
)
from workflow.rules.engine.denials import Refused
from workflow.rules.names.steps import MeasureStep, PlanStep
from workflow.rules.sharing.scopes import EVERYTHING, Visibility, scopes_of

STREET = "Hemmeliggata 5"


@pytest.fixture
def pair(sqlite_backend: Backend) -> Iterator[Pair]:
    with pair_of(sqlite_backend) as places:
        yield places


def asked(pair: Pair, **more: Any) -> tuple[str, str]:
    """Kim's plan with a goal, and the question about it that has arrived."""
    world = pair.here.world
    plan = world.active()
    world.take("mona", PlanStep.ADD_GOAL, plan, own_words="Bo trygt", **AGREED)
    world.measured(plan)
    key = pair.ask(plan, **more)
    pair.talk()
    return plan, key


def protect(pair: Pair) -> None:
    """Kim lives at a protected address (code 6)."""
    world = pair.here.world
    home = {
        "party_id": world.party["kim"],
        "street": STREET,
        "postcode": "8500",
        "place": "Skjulvik",
    }
    with unit_of_work(world.engine) as session:
        kim = session.get_one(Party, world.party["kim"])
        kim.protection, kim.phone = "strict", "41234567"
        columns = {one.name for one in HomeAddress.__table__.c}
        also = {
            "updated_at": world.now,
            "recorded_at": world.now,
            "recorded_by": world.party["liv"],
        }
        session.execute(
            insert(HomeAddress),
            {"id": new_id(), **home, **{name: also[name] for name in also if name in columns}},
        )


def test_a_protected_address_does_not_cross_in_anybodys_words(pair: Pair) -> None:
    protect(pair)
    world = pair.here.world
    plan = world.active()
    world.take("mona", PlanStep.ADD_GOAL, plan, own_words=f"Bo trygt i {STREET}", **AGREED)
    key = pair.ask(plan, reason=f"Flytter fra {STREET}", gaps="Ring 412 34 567")
    pair.talk()
    told = pair.read(key).model_dump_json()
    pair.accept(key)
    pair.talk()
    (new,) = pair.there.plans()
    told += "".join(goal.own_words for goal in rows(pair.there.world, Goal, new.id))
    assert "Hemmeliggata" not in told and "412 34 567" not in told and "Bo trygt" in told


def test_somebody_known_there_is_protected_as_strictly_as_here(pair: Pair) -> None:
    there = pair.there.world
    with unit_of_work(there.engine) as session:
        same = update(Party).where(Party.id == there.party["kim"])
        session.execute(same.values(national_id_hmac=digest_national_id(IDENTITY, NATIONAL_ID)))
    protect(pair)
    _, key = asked(pair)
    pair.accept(key, has_id="yes", national_id=NATIONAL_ID)
    pair.talk()
    with Session(there.engine) as session:
        assert session.get_one(Party, there.party["kim"]).protection == "strict"


def test_who_acts_for_a_child_does_so_there_too(pair: Pair) -> None:
    world = pair.here.world
    with unit_of_work(world.engine) as session:
        session.add(
            Representation(
                id=new_id(),
                person_id=world.party["kim"],
                representative_id=world.party["mor"],
                ground="guardian",
                acts="",
                from_at=world.now - timedelta(days=1),
                until_at=None,
            )
        )
    _, key = asked(pair)
    pair.accept(key)
    pair.talk()
    (new,) = pair.there.plans()
    with Session(pair.there.engine) as session:
        query = (
            select(Party.name, Representation.ground)
            .join(Representation, Representation.representative_id == Party.id)
            .where(Representation.person_id == new.person_id)
        )
        name = session.execute(query).one()
    assert name.ground == "guardian" and name.name


def test_a_plan_that_comes_home_is_the_same_persons(pair: Pair) -> None:
    """By this record's own word that it left from here to the very one that hands it back."""
    plan, key = asked(pair)
    pair.accept(key)
    pair.talk()
    (new,) = pair.there.plans()
    there, here = pair.there.world, pair.here.world
    pair.later(days=1)
    there.take("mona", PlanStep.START, new.id, next_review_on=there.days(90))
    there.take(
        "mona",
        PlanStep.OFFER_TRANSFER,
        new.id,
        to_neighbour=pair.here.code,
        reason="Hjem",
        **AGREED,
    )
    pair.talk()
    back = next(one for one in pair.here.crossings() if one["side"] == "receiver")
    form = answer.TakeOverForm(
        coordinator_id=here.party["mona"],
        said_yes=True,
        has_id="no",
        unit_id=here.unit["ordering"],
        rests_on_old="yes",
    )
    with unit_of_work(here.engine) as session:
        answer.accept(session, here.actor("liv"), back["id"], form, IDENTITY, here.now)
    pair.talk()
    again = [one for one in pair.here.plans() if one.id != plan]
    assert [one.person_id for one in again] == [here.party["kim"]]


def test_nobody_coordinates_who_no_longer_works_there(pair: Pair) -> None:
    _, key = asked(pair)
    there = pair.there.world
    pair.accept(key, coordinator_id=there.party["per"])
    pair.later(hours=1)
    with unit_of_work(there.engine) as session:
        mine = update(StaffRole).where(StaffRole.party_id == there.party["per"])
        session.execute(mine.values(until_at=pair.now))
    pair.later(hours=1)
    pair.talk()
    (new,) = pair.there.plans()
    assert "per" not in holders(there, new.id).values()


def test_no_more_is_shared_there_than_the_person_chose(pair: Pair) -> None:
    """Only health was ticked: the coordinator there sees that, and whoever said yes sees nothing."""
    _, key = asked(pair, scopes=["health"])
    pair.accept(key)
    pair.talk()
    (new,) = pair.there.plans()
    there = pair.there.world
    given = {
        one.receiver_id: (scopes_of(one.scopes), one.source)
        for one in rows(there, Consent, new.id)
        if one.receiver_id and one.withdrawn_at is None
    }
    assert given == {there.party["mona"]: (frozenset({"health"}), "spoken")}
    assert rows(there, Participant, new.id) == []


def test_what_mattered_comes_along_with_its_days_and_whose_idea_it_was(pair: Pair) -> None:
    world = pair.here.world
    plan = world.active()
    world.take(
        "mona",
        PlanStep.SET_WHAT_MATTERS,
        plan,
        most_important="Sove hjemme",
        limits="Ikke ring om natta",
        **AGREED,
    )
    world.take(
        "mona",
        PlanStep.ADD_GOAL,
        plan,
        own_words="Bo trygt",
        clarified="Eget rom",
        condition="Lås",
        **AGREED,
    )
    goal = rows(world, Goal, plan)[-1].id
    world.take(
        "kim", MeasureStep.PROPOSE, plan, text="Kjøpe lås", goal_id=goal, due_on=world.days(30)
    )
    world.take("mona", PlanStep.WRITE_HEALTH, plan, words="Sover lite", **AGREED)
    key = pair.ask(plan)
    pair.talk()
    pair.accept(key)
    pair.talk()
    (new,), there = pair.there.plans(), pair.there.world
    assert (new.most_important, new.limits) == ("Sove hjemme", "Ikke ring om natta")
    (brought,) = [one for one in rows(there, Goal, new.id) if one.own_words == "Bo trygt"]
    assert (brought.clarified, brought.condition) == ("Eget rom", "Lås")
    (measure,) = rows(there, Measure, new.id)
    assert (measure.goal_id, measure.due_on) == (brought.id, world.days(30))
    assert measure.proposed_by == new.person_id
    (note,) = rows(there, HealthNote, new.id)
    assert note.words == "Sover lite\n(Mona, Kommune 9101)"


def test_another_person_under_a_plan_of_ours_is_joined_to_nobody(pair: Pair) -> None:
    """The neighbour got Kim's plan once, and hands back somebody else's as if it followed it."""
    plan, key = asked(pair)
    pair.accept(key)
    pair.talk()
    (new,) = pair.there.plans()
    there, here = pair.there.world, pair.here.world
    with unit_of_work(there.engine) as session:
        session.execute(update(Party).where(Party.id == new.person_id).values(name="En annen"))
    there.take("mona", PlanStep.START, new.id, next_review_on=there.days(90))
    there.take(
        "mona",
        PlanStep.OFFER_TRANSFER,
        new.id,
        to_neighbour=pair.here.code,
        reason="Hjem",
        **AGREED,
    )
    pair.talk()
    back = next(one for one in pair.here.crossings() if one["side"] == "receiver")
    form = answer.TakeOverForm(
        coordinator_id=here.party["mona"],
        said_yes=True,
        has_id="no",
        unit_id=here.unit["ordering"],
        rests_on_old="yes",
    )
    with unit_of_work(here.engine) as session:
        answer.accept(session, here.actor("liv"), back["id"], form, IDENTITY, here.now)
    pair.talk()
    again = [one for one in pair.here.plans() if one.id != plan]
    assert [one.person_id for one in again] != [here.party["kim"]] and len(again) == 1


def test_the_named_one_reads_the_plan_though_it_is_decided_anew(pair: Pair) -> None:
    _, key = asked(pair, scopes=["goals"])
    pair.accept(key, rests_on_old="no")
    pair.talk()
    (new,), there = pair.there.plans(), pair.there.world
    assert (new.state, holders(there, new.id)["responsible"]) == ("requested", "mona")
    given = [one for one in rows(there, Consent, new.id) if one.receiver_id]
    assert [(one.receiver_id, scopes_of(one.scopes)) for one in given] == [
        (there.party["mona"], frozenset({"goals"}))
    ]


def test_a_plan_that_went_elsewhere_is_not_reopened_here(pair: Pair) -> None:
    plan, key = asked(pair)
    pair.accept(key)
    pair.talk()
    review = pair.here.world.days(60)
    with pytest.raises(Refused, match="handed_over"):
        pair.here.world.take(
            "liv", PlanStep.REOPEN, plan, reason="Feil", next_review_on=review, **AGREED
        )


def test_papers_cross_with_the_parts_they_hold(pair: Pair) -> None:
    """Minutes and calls hold goals, dates and health: the letters alone do not bring them along."""
    plan, key = asked(pair, scopes=["documents"])
    words = b"Grenser: ikke ring"
    text: dict[str, Any] = {"title": "Innkalling", "content": words, "created_at": pair.now}
    with unit_of_work(pair.here.engine) as session:
        for kind in ("letter", "call", "snapshot", "incoming"):
            digest = hashlib.sha256(words).hexdigest()
            session.add(
                Document(id=new_id(), plan_id=plan, kind=kind, code="", sha256=digest, **text)
            )
    pair.accept(key)
    pair.talk()
    (new,) = pair.there.plans()
    brought = {
        one.kind for one in rows(pair.there.world, Document, new.id) if "Kommune 9101" in one.title
    }
    assert brought == {"letter"}


def test_a_story_told_by_a_file_asks_no_neighbour(pair: Pair) -> None:
    plan, key = asked(pair)
    pair.accept(key)
    pair.talk()
    here = pair.here.world
    with Session(here.engine) as session:
        file = export_plan(
            session,
            session.get_one(Plan, plan),
            here.now,
            history=True,
            sees=Visibility(EVERYTHING),
        )
    before = len(pair.here.crossings())
    import_plan(here.engine, here.actor("operator"), file.encode(), here.now)
    assert len(pair.here.crossings()) == before


@pytest.mark.parametrize("role", ["worker", "administrator"])
def test_with_nobody_left_in_the_office_whoever_said_yes_has_the_case(
    pair: Pair, role: str
) -> None:
    _, key = asked(pair)
    there = pair.there.world
    pair.accept(key, coordinator_id=there.party["per"])
    with unit_of_work(there.engine) as session:
        session.execute(update(StaffRole).where(StaffRole.role == "coordinating").values(role=role))
        session.execute(
            update(StaffRole)
            .where(StaffRole.party_id == there.party["per"])
            .values(until_at=pair.now)
        )
    pair.later(hours=1)
    pair.talk()
    (new,) = pair.there.plans()
    assert holders(there, new.id)["responsible"] == "liv"
