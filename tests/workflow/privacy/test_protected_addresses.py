"""Who may read an address and why, who may mark one, and what comes in with a file."""

from __future__ import annotations

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tests.servers.databases import Database
from tests.world import World, make_world
from workflow.acts.people import register
from workflow.acts.people.register import NewParty
from workflow.acts.planfile.importer import import_plan
from workflow.acts.privacy import protected_addresses
from workflow.acts.privacy.protected_addresses import AddressForm, Protect
from workflow.record.access.protected_addresses import MASKED, Mask, is_protected, mask_of
from workflow.record.database.engine import unit_of_work
from workflow.record.models import Access, Goal, HomeAddress, Party
from workflow.rules.engine.denials import BadInput, NotThere
from workflow.rules.names.steps import PlanStep

FILE = """
planlop: 1
people:
  siri:
    name: Siri Skjult
    phone: "40 55 66 77"
    protection: strict
    address: {street: Kanarigata 1, postcode: "8500", place: Narvik}
plan: {person: siri, state: requested, reported_on: 2026-03-02, unit: ordering, person_knows: "yes"}
"""


@pytest.fixture(scope="module")
def world(fresh_database: Database) -> World:
    return make_world(fresh_database.engine)


@pytest.fixture(scope="module")
def plan(world: World) -> str:
    """Kim's plan: strictly protected, with a measure that Ali answers for."""
    plan = world.active()
    world.measured(plan, "ali")
    kim = world.party["kim"]
    with unit_of_work(world.engine) as session:
        where = AddressForm(street="Kanarigata 1", postcode="8500", place="Narvik")
        protected_addresses.write_address(session, world.actor("liv"), kim, where, world.now)
        marker = Protect(protection="strict", reason="register")
        protected_addresses.protect(session, world.actor("adam"), kim, marker, world.now)
    return plan


MAY = {
    "mona": ("visit", "transport", "emergency", "letter"),
    "ali": ("visit", "transport", "emergency"),
    "oda": ("letter",),
}


@pytest.mark.parametrize(
    "name", ["mona", "ali", "oda", "kim", "mor", "lars", "liv", "adam", "pia", "nosy"]
)
def test_the_address_is_for_those_who_must(world: World, plan: str, name: str) -> None:
    for reason in ("visit", "transport", "emergency", "letter", "", "curious"):
        with unit_of_work(world.engine) as session:
            address = protected_addresses.read_address(
                session, world.actor(name), world.party["kim"], reason, world.now
            )
        assert (address is not None) == (reason in MAY.get(name, ())), reason
        with Session(world.engine) as session:
            last = select(Access.refused, Access.reason, Access.plan_id).where(
                Access.party_id == world.party[name], Access.act == "address"
            )
            row = session.execute(last.order_by(Access.id.desc()).limit(1)).one()
        assert row == (address is None, reason, plan)


def test_marking_is_for_two_roles_and_needs_a_reason(world: World, plan: str) -> None:
    form = Protect(protection="none", reason="ended")
    for name in ("mona", "oda", "lars", "pia", "kim", "nosy"):
        with pytest.raises(NotThere), unit_of_work(world.engine) as session:
            protected_addresses.protect(
                session, world.actor(name), world.party["kim"], form, world.now
            )
    with pytest.raises(BadInput, match="reason"), unit_of_work(world.engine) as session:
        empty = Protect(protection="strict")
        protected_addresses.protect(
            session, world.actor("liv"), world.party["kim"], empty, world.now
        )
    with Session(world.engine) as session:
        assert session.get_one(Party, world.party["kim"]).protection == "strict"
        kept = select(Access.act, Access.reason, Access.ground).where(
            Access.plan_id == plan, Access.act.in_(("protect", "write_address"))
        )
        assert set(session.execute(kept).all()) == {
            ("write_address", "", "coordinating_unit"),
            ("protect", "register", "administrator"),
        }


def test_a_strictly_protected_person_is_no_look_alike(world: World, plan: str) -> None:
    form = NewParty(name="Kim", phone="900 00 000")
    other = NewParty(name="Sara", phone="900 00 000")
    both = Party.id.in_([world.party["kim"], world.party["sara"]])
    with unit_of_work(world.engine) as session:
        session.execute(update(Party).where(both).values(phone="90000000"))
    with Session(world.engine) as session:
        assert not register.look_alikes(session, form)
        assert register.look_alikes(session, other)


def test_a_file_brings_the_marker_and_the_address(world: World) -> None:
    made = import_plan(world.engine, world.actor("operator"), FILE.encode(), world.now)
    with Session(world.engine) as session:
        siri = session.execute(select(Party).where(Party.name == "Siri Skjult")).scalar_one()
        lives = select(HomeAddress.street).where(HomeAddress.party_id == siri.id)
        assert (siri.protection, session.execute(lives).scalar()) == ("strict", "Kanarigata 1")
        assert is_protected(session, made.plan_id, world.now)


def test_words_are_masked_however_they_are_written(world: World, plan: str) -> None:
    with Session(world.engine) as session:
        mask = mask_of(session, plan, world.now)
    for words in (
        "KANARIGATA  1",
        "kanarigata\n1",
        "90000000",
        "900 00 000",
        "90 00 00 00",
        "+47 900-00-000",
    ):
        assert "[…]" in mask(f"Bor i {words} nå"), words
    assert mask("Kanarifugl 900") == "Kanarifugl 900"
    assert not Mask() and Mask()("Kanarigata 1") == "Kanarigata 1"


def test_what_is_masked_is_not_stored_over_the_words(world: World, plan: str) -> None:
    """A form shows the mask; sent back as it stood, the words below it stay as they were."""
    words = "Hjelp hjem til Kanarigata 1 etter skolen"
    world.take("kim", PlanStep.SET_WHAT_MATTERS, plan, most_important=words, limits="Ikke før 11")
    shown = words.replace("Kanarigata 1", MASKED)
    world.take(
        "mona",
        PlanStep.SET_WHAT_MATTERS,
        plan,
        most_important=shown,
        limits="Ikke før 12",
        agreed_how="spoken",
    )
    kept = world.plan(plan)
    assert (kept.most_important, kept.limits) == (words, "Ikke før 12")
    world.take("kim", PlanStep.ADD_GOAL, plan, own_words=words)
    with Session(world.engine) as session:
        goal = session.execute(select(Goal.id).where(Goal.plan_id == plan)).scalar_one()
    world.take(
        "mona",
        PlanStep.CHANGE_GOAL,
        plan,
        goal_id=goal,
        own_words=shown,
        clarified="Trygg vei",
        agreed_how="spoken",
    )
    with Session(world.engine) as session:
        stored = session.get_one(Goal, goal)
        assert (stored.own_words, stored.clarified) == (words, "Trygg vei")


def test_new_words_around_a_mask_are_asked_for_again(world: World, plan: str) -> None:
    with pytest.raises(BadInput) as refused:
        world.take(
            "mona",
            PlanStep.SET_WHAT_MATTERS,
            plan,
            most_important=f"Flytte fra {MASKED} nå",
            agreed_how="spoken",
        )
    assert [(field, code) for field, code, _ in refused.value.problems] == [
        ("most_important", "masked_words")
    ]


def test_a_plan_that_is_not_protected_may_hold_such_a_sign(world: World) -> None:
    plan = world.take("hege", PlanStep.REPORT_NEED, person_id=world.party["hege"], why="Bo").plan_id
    world.take("hege", PlanStep.SET_WHAT_MATTERS, plan, most_important=f"Sitat {MASKED} slutt")
    assert world.plan(plan).most_important == f"Sitat {MASKED} slutt"
