"""What stands wrong of somebody is put right, with what stood before, and by two where it says who somebody is."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.servers.databases import Database
from tests.world import World, make_world
from workflow.acts.accounts import passwords
from workflow.acts.people import corrections
from workflow.acts.people.corrections import ConfirmCorrection, CorrectParty
from workflow.acts.people.register import digest_national_id
from workflow.record.database.engine import unit_of_work
from workflow.record.history.verify import verify
from workflow.record.models import Access, Correction, Notice, Party
from workflow.rules.engine.denials import BadInput, NotThere
from workflow.rules.text.name_order import sort_key

KEY = "only-for-tests-only-for-tests-only"
RIGHT, WRONG = (digest_national_id(KEY, one) for one in ("04858012061", "05858012181"))


@pytest.fixture
def world(fresh_database: Database) -> World:
    return make_world(fresh_database.engine)


def put_right(world: World, by: str, of: str, digest: str = "", **fields: Any) -> dict[str, str]:
    """Somebody puts right what stands of another."""
    form = CorrectParty(**{"reason": "Står slik i passet", **fields})
    with unit_of_work(world.engine) as session:
        return corrections.correct(
            session, world.actor(by), world.party[of], form, digest, world.now
        )


def answer(world: World, by: str, digest: str = "", **fields: Any) -> str:
    """The second human answers the only correction that waits."""
    with unit_of_work(world.engine) as session:
        query = select(Correction.id).where(Correction.answered_at.is_(None))
        form = ConfirmCorrection(correction_id=session.scalars(query).one(), **fields)
        return corrections.confirm(session, world.actor(by), form, digest, world.now)


def party(world: World, name: str) -> Party:
    with Session(world.engine) as session:
        return session.get_one(Party, world.party[name])


def rows(world: World) -> list[tuple[str, str, str, bool]]:
    with Session(world.engine) as session:
        query = select(Correction.field, Correction.before, Correction.after, Correction.held)
        return sorted((row[0], row[1], row[2], row[3]) for row in session.execute(query))


def signs_in(world: World, name: str, email: str) -> None:
    """Gives a test person an e-mail and a password."""
    put_right(world, "operator", name, email=email)
    with unit_of_work(world.engine) as session:
        mine = session.get_one(Party, world.party[name])
        passwords.store(session, mine, passwords.hash_password("fire blaa hester gaar"), world.now)


@pytest.mark.parametrize("by", ["liv", "adam", "operator"])
def test_what_stood_before_is_kept(world: World, by: str) -> None:
    plan = world.active()
    before = party(world, "kim")
    fields = {"name": "Kim  Ås", "phone": "910 11 223", "email": "K@Example.no"}
    done = put_right(world, by, "kim", born_on=date(1980, 5, 4), **fields)
    assert done == dict.fromkeys(("name", "phone", "email", "born_on"), "done")
    now = party(world, "kim")
    assert (now.name, now.sort_key, now.phone) == ("Kim Ås", sort_key("Kim Ås"), "91011223")
    assert (now.email, now.born_on) == ("k@example.no", date(1980, 5, 4))
    assert ("name", before.name, "Kim Ås", True) in rows(world)
    with Session(world.engine) as session:
        looks = select(Access.act).where(Access.plan_id == plan, Access.act == corrections.CORRECT)
        assert session.scalars(looks).all() == ["correct"]
    assert not verify(world.engine).broken


@pytest.mark.parametrize("by", ["mona", "oda", "lars", "kim", "pia"])
def test_it_is_for_two_roles(world: World, by: str) -> None:
    with pytest.raises(NotThere):
        put_right(world, by, "kim", name="Kim Ås")
    assert rows(world) == []


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({}, "name"),
        ({"name": "Kim Ås", "reason": ""}, "reason"),
        ({"born_on": date(2026, 3, 10)}, "born_on"),
    ],
)
def test_what_is_not_taken(world: World, fields: dict[str, Any], field: str) -> None:
    with pytest.raises(BadInput, match=field):
        put_right(world, "liv", "kim", **fields)


def test_a_national_id_takes_two(world: World) -> None:
    with pytest.raises(BadInput, match="confirmer_id"):
        put_right(world, "liv", "kim", RIGHT)
    for second in ("liv", "mona", "kim"):
        with pytest.raises(BadInput, match="confirmer_id"):
            put_right(world, "liv", "kim", RIGHT, confirmer_id=world.party[second])
    asked = put_right(world, "liv", "kim", RIGHT, confirmer_id=world.party["leif"])
    with Session(world.engine) as session:
        heard = select(Notice.recipient_id).where(Notice.code == "A.correction")
        assert session.scalars(heard).all() == [world.party["leif"]]
    assert asked == {"national_id": "waits"} and party(world, "kim").national_id_hmac == ""
    for other in ("liv", "adam", "operator"):
        with pytest.raises(NotThere):
            answer(world, other, RIGHT)
    with pytest.raises(BadInput, match="value"):
        answer(world, "leif", WRONG)
    with pytest.raises(BadInput, match="value"):
        answer(world, "leif")
    assert answer(world, "leif", RIGHT) == "done"
    assert party(world, "kim").national_id_hmac == RIGHT
    with Session(world.engine) as session:
        kept = session.execute(select(Correction)).scalar_one()
        assert (kept.before_hmac, kept.national_id_hmac, kept.after) == ("", RIGHT, "")
    assert not verify(world.engine).broken


def test_the_second_human_may_say_no(world: World) -> None:
    put_right(world, "liv", "kim", RIGHT, confirmer_id=world.party["leif"])
    assert answer(world, "leif", turn_down=True) == "turned_down"
    assert party(world, "kim").national_id_hmac == ""
    assert [row[3] for row in rows(world)] == [False]


def test_anothers_national_id_is_not_given(world: World) -> None:
    put_right(world, "liv", "kim", RIGHT, confirmer_id=world.party["leif"])
    answer(world, "leif", RIGHT)
    with pytest.raises(BadInput, match="national_id"):
        put_right(world, "liv", "sara", RIGHT, confirmer_id=world.party["leif"])


def test_the_e_mail_of_an_account_in_use_takes_two(world: World) -> None:
    signs_in(world, "mona", "mona@example.no")
    with pytest.raises(BadInput, match="confirmer_id"):
        put_right(world, "liv", "mona", email="other@example.no")
    put_right(world, "liv", "mona", email="m.lie@example.no", confirmer_id=world.party["leif"])
    assert party(world, "mona").email == "mona@example.no"
    assert answer(world, "leif", value="M.Lie@example.no") == "done"
    assert party(world, "mona").email == "m.lie@example.no"


def test_an_e_mail_that_another_signs_in_with_is_not_given(world: World) -> None:
    signs_in(world, "mona", "mona@example.no")
    with pytest.raises(BadInput, match="email"):
        put_right(world, "liv", "kim", email="MONA@example.no")
