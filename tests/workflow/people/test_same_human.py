"""Who is one human and who is another, at every door: names, telephones, e-mails, birthdays, national ids."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from tests.servers.databases import Database
from tests.world import World, make_world
from workflow.acts.accounts import staff_roles
from workflow.acts.base.form_fields import Email, Phone
from workflow.acts.people import register
from workflow.acts.people.evidence import Description, Weight, weigh
from workflow.acts.people.register import NewParty, digest_national_id
from workflow.acts.planfile.importer import import_plan
from workflow.acts.planfile.yaml_text import PlanFileRefused
from workflow.acts.privacy.emergency_access import SeekPlan, open_in_emergency
from workflow.acts.sharing.participants import AddParticipant
from workflow.record.database.engine import unit_of_work
from workflow.record.models import Party
from workflow.record.same_party import has_name
from workflow.rules.engine.denials import BadInput
from workflow.rules.text.name_order import is_same_name, sort_key, tidy_name
from workflow.words.labels.emergency import REASONS

KEY = "only-for-tests-only-for-tests-only"
EVA, ANOTHER = "04858012061", "05858012181"
NAME = "Åse D’Oré-Bø"
SPELLINGS = (
    NAME,
    unicodedata.normalize("NFD", NAME),
    "Åse D'Oré-Bø",
    "Åse D`Oré-Bø",
    "  Åse   D’Oré-Bø ",
    "ÅSE D’ORÉ-BØ",
    "åse d´oré‑bø",
    "Åse\N{NO-BREAK SPACE}D’Oré–Bø",
)
FILE = """planlop: 1
people:
  eva: {name: %s}
plan: {state: requested, person: eva, reported_on: 2026-03-02}
"""


@pytest.fixture
def world(fresh_database: Database) -> World:
    return make_world(fresh_database.engine)


def known(world: World, name: str, **values: Any) -> str:
    """Somebody who is in the register."""
    with unit_of_work(world.engine) as session:
        return staff_roles.add_party(session, name, world.now, **values)


def person_of(world: World, said: str) -> str | None:
    """Whose plan a file brings in. Raises PlanFileRefused."""
    text = FILE % said
    plan = import_plan(
        world.engine, world.actor("operator"), text.encode(), world.now, identity_key=KEY
    )
    return world.plan(plan.plan_id).person_id


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_one_name_however_it_is_written(spelling: str) -> None:
    assert is_same_name(spelling, NAME)


@given(st.text(max_size=40))
def test_a_tidy_name_sorts_as_the_name_does(name: str) -> None:
    assert sort_key(tidy_name(name)) == sort_key(name)
    assert sort_key(unicodedata.normalize("NFD", name)) == sort_key(name)
    assert tidy_name(tidy_name(name)) == tidy_name(name)


@pytest.mark.parametrize("nothing", ["", " ", "’", "-"])
def test_no_name_is_nobodys(nothing: str) -> None:
    assert not is_same_name(nothing, nothing)


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_every_door_knows_the_name(world: World, spelling: str) -> None:
    born = date(1980, 5, 4)
    with unit_of_work(world.engine) as session:
        form = NewParty(name=NAME, born_on=born)
        party_id = register.create(session, form, "", world.now)
    with Session(world.engine) as session:
        alike = register.look_alikes(session, NewParty(name=spelling, born_on=born))
        assert [one.party_id for one in alike] == [party_id]
    assert (
        person_of(world, f"'{spelling.replace(chr(39), chr(39) * 2)}', born_on: {born}") == party_id
    )
    with unit_of_work(world.engine) as session:
        seek = SeekPlan(reason=next(iter(REASONS)), name=spelling, born_on=born)
        outcome = open_in_emergency(session, world.actor("ali"), seek, KEY, world.now)
        assert outcome.what == "opened"


RIGHT_PHONES = {
    "": "",
    "910 11 223": "91011223",
    "+47 910 11 223": "91011223",
    "0047 91011223": "91011223",
    "55 50 99 20": "55509920",
    "116 117": "116117",
    "02800": "02800",
    "+46 70 123 45 67": "+46701234567",
}
WRONG_PHONES = (
    "-",
    "ukjent",
    "910 00 000 / 911 11 111",
    "910 00 000, 911 11 111",
    "910 00 000 911 11 111",
    "55 50 99 20 linje 12",
    "55509920;ext=12",
    "9101122",
    "12345678",
    "112",
    "KARI1234",
)
WRONG_EMAILS = ("kari@", "@example.no", "kari@example,no", "kari", "kari@x", "a b@example.no")
PHONE, EMAIL = TypeAdapter(Phone), TypeAdapter(Email)


@pytest.mark.parametrize(("typed", "stored"), RIGHT_PHONES.items())
def test_a_telephone_is_stored_in_one_form(typed: str, stored: str) -> None:
    assert PHONE.validate_python(typed) == stored == PHONE.validate_python(stored)


def refused(form: Any, **fields: str) -> list[str]:
    """The codes of what a form does not take."""
    with pytest.raises(ValidationError) as wrong:
        form(**fields)
    return [one["type"] for one in wrong.value.errors()]


@pytest.mark.parametrize("typed", WRONG_PHONES)
def test_no_door_takes_what_is_no_telephone(world: World, typed: str) -> None:
    assert refused(NewParty, name="Kari", phone=typed) == ["phone_wrong"]
    assert refused(AddParticipant, name="Kari", phone=typed) == ["phone_wrong"]
    assert codes(world, f"Kari, phone: '{typed}'") == ["phone_wrong"]
    with unit_of_work(world.engine) as session:
        with pytest.raises(BadInput, match="phone"):
            staff_roles.add_party(session, "Kari", world.now, phone=typed)
        with pytest.raises(BadInput, match="phone"):
            staff_roles.add_unit(session, "Helse", "service", phone=typed)


@pytest.mark.parametrize("typed", WRONG_EMAILS)
def test_no_door_takes_what_is_no_e_mail(world: World, typed: str) -> None:
    assert refused(NewParty, name="Kari", email=typed) == ["email_wrong"]
    assert codes(world, f"Kari, email: '{typed}'") == ["email_wrong"]
    with pytest.raises(BadInput, match="email"), unit_of_work(world.engine) as session:
        staff_roles.add_party(session, "Kari", world.now, email=typed)


def test_an_e_mail_is_stored_in_one_form() -> None:
    assert EMAIL.validate_python(" Kari@Example.NO ") == "kari@example.no"
    assert EMAIL.validate_python("k@bærum.no") == "k@xn--brum-voa.no"


@pytest.mark.parametrize("born_on", [date(2026, 3, 10), date(1900, 3, 10)])
def test_nobody_is_born_tomorrow(world: World, born_on: date) -> None:
    with pytest.raises(BadInput, match="born_on"), unit_of_work(world.engine) as session:
        register.create(session, NewParty(name="Kari", born_on=born_on), "", world.now)
    assert codes(world, f"Kari, born_on: {born_on}") == ["born_on_wrong"]


def test_nothing_is_equal_to_nobody(world: World) -> None:
    known(world, "Kari Lie")
    with Session(world.engine) as session:
        assert not register.look_alikes(session, NewParty(name="Kari Lie"))
        assert not register.look_alikes(
            session, NewParty(name="Kari Lie", born_on=date(1980, 1, 1))
        )
        for empty in ("", " "):
            assert session.execute(select(Party).where(has_name(Party, empty))).all() == []


BORN, LATER = date(1980, 5, 4), date(1981, 5, 4)
FULL: Mapping[str, Any] = {"name": "Anne Hansen", "email": "a@example.no", "phone": "91011223"}


@pytest.mark.parametrize(
    ("said", "here", "expected"),
    [
        # Strong beats weak, both ways.
        ({**FULL, "digest": "1"}, {**FULL, "digest": "2"}, Weight.OTHER),
        ({"name": "Anne", "digest": "1"}, {"name": "Berit", "digest": "1"}, Weight.SAME),
        ({**FULL, "born_on": BORN}, {**FULL, "born_on": LATER}, Weight.OTHER),
        # Two weak ones that agree.
        (FULL, FULL, Weight.SAME),
        (
            {"name": "A", "born_on": BORN},
            {
                "name": "a",
                "born_on": BORN,
            },
            Weight.SAME,
        ),
        ({"name": "A", "organisation": "Nav"}, {"name": "A", "organisation": "NAV"}, Weight.SAME),
        # One weak one is a question; a family shares an e-mail.
        ({**FULL, "name": "Emil Hansen"}, FULL, Weight.UNCLEAR),
        ({"name": "Anne Hansen"}, FULL, Weight.UNCLEAR),
        ({"name": "A", "born_on": BORN}, {"name": "A"}, Weight.UNCLEAR),
        # Of whom nothing but the same name is known on either side.
        ({"name": "Anne Hansen"}, {"name": "Anne Hansen"}, Weight.SAME),
        ({"name": "A", "organisation": "Nav"}, {"name": "A", "organisation": "DPS"}, Weight.OTHER),
        ({"name": "A", "email": "a@x.no"}, {"name": "A", "email": "b@x.no"}, Weight.OTHER),
        ({"name": "Anne"}, {"name": "Berit"}, Weight.OTHER),
        ({"name": ""}, {"name": ""}, Weight.OTHER),
    ],
)
def test_strong_evidence_beats_weak(
    said: dict[str, Any], here: dict[str, Any], expected: Weight
) -> None:
    assert weigh(Description(**said), Description(**here)) is expected


def codes(world: World, said: str) -> list[str]:
    """Why a file is refused; it leaves nobody."""
    with Session(world.engine) as session:
        before = session.execute(select(func.count()).select_from(Party)).scalar()
    with pytest.raises(PlanFileRefused) as wrong:
        person_of(world, said)
    with Session(world.engine) as session:
        assert session.execute(select(func.count()).select_from(Party)).scalar() == before
    return [one.code for one in wrong.value.problems]


def test_a_file_gives_no_plan_to_another_human(world: World) -> None:
    eva = known(world, "Eva Skogli", email="felles@example.no")
    with unit_of_work(world.engine) as session:
        mine = update(Party).where(Party.id == eva)
        session.execute(mine.values(national_id_hmac=digest_national_id(KEY, EVA)))
    other = person_of(world, f"Eva Skogli, email: felles@example.no, national_id: '{ANOTHER}'")
    assert other != eva
    assert person_of(world, f"Eva S. Skogli, national_id: '{EVA}'") == eva
    assert codes(world, "Eva Skogli") == ["not_sure_who"]
    assert codes(world, "Emil Skogli, email: felles@example.no") == ["not_sure_who"]
