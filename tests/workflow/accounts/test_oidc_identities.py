"""Whom an OpenID provider's word means: by subject, national id or staff e-mail, in this municipality alone."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update

from tests.servers.databases import Backend, Database, copied
from tests.world import World, make_world
from workflow.acts.accounts import oidc_identities
from workflow.acts.accounts.oidc_identities import NotKnown, ProviderClaims
from workflow.acts.people.register import digest_national_id
from workflow.record.database.engine import unit_of_work
from workflow.record.database.header import read_header
from workflow.record.models import Identity, Party, StaffRole

KEY = "only-for-tests-only-for-tests-only"
PID = "13924312345"


@pytest.fixture
def world(fresh_database: Database) -> World:
    return make_world(fresh_database.engine)


def change(world: World, name: str, **values: Any) -> None:
    """Changes a test person."""
    with unit_of_work(world.engine) as session:
        mine = update(Party).where(Party.id == world.party[name])
        session.execute(mine.values(**values))


def number(world: World) -> str:
    """The municipality's number."""
    with unit_of_work(world.engine) as session:
        return read_header(session).number


def meant(world: World, **said: Any) -> str:
    """The party's key. Raises NotKnown."""
    said = {"provider": "idp", "subject": "s-1", "municipality": number(world), **said}
    with unit_of_work(world.engine) as session:
        return oidc_identities.party_of(session, ProviderClaims(**said), KEY, world.now).id


def reason(world: World, **said: Any) -> str:
    """Why nobody is meant."""
    with pytest.raises(NotKnown) as refused:
        meant(world, **said)
    return refused.value.reason


def known_as(world: World, name: str, national_id: str) -> None:
    """Gives a test person a national id."""
    change(world, name, national_id_hmac=digest_national_id(KEY, national_id))


def test_a_national_id_is_enough_and_the_subject_is_kept(world: World) -> None:
    known_as(world, "kim", PID)
    assert meant(world, national_id=PID) == world.party["kim"]
    assert meant(world) == world.party["kim"]  # by the subject alone, from now on
    with unit_of_work(world.engine) as session:
        mine = Identity.party_id == world.party["kim"]
        kept = session.execute(select(Identity).where(mine)).scalars().all()
    assert len(kept) == 1 and kept[0].used_at == world.now
    assert PID not in repr(vars(kept[0]))


def test_providers_do_not_share_subjects(world: World) -> None:
    known_as(world, "kim", PID)
    meant(world, national_id=PID)
    assert reason(world, provider="other") == "unknown"


def test_staff_by_e_mail_in_any_letters(world: World) -> None:
    change(world, "mona", email="mona.unik@example.invalid")
    party_id = meant(world, email="Mona.Unik@Example.invalid", who="staff")
    assert party_id == world.party["mona"]


def test_an_e_mail_that_two_have_means_nobody(world: World) -> None:
    for name in ("mona", "per"):
        change(world, name, email="felles@example.invalid")
    assert reason(world, email="felles@example.invalid", who="staff") == "several"


def test_a_relative_who_shares_the_e_mail_keeps_no_colleague_out(world: World) -> None:
    for name in ("mona", "mor"):
        change(world, name, email="delt@example.invalid")
    assert meant(world, email="delt@example.invalid", who="staff") == world.party["mona"]


def test_nobody_is_made(world: World) -> None:
    with unit_of_work(world.engine) as session:
        before = session.execute(select(func.count()).select_from(Party)).scalar_one()
    assert reason(world, national_id=PID, email="ny@example.invalid") == "unknown"
    with unit_of_work(world.engine) as session:
        assert session.execute(select(func.count()).select_from(Party)).scalar_one() == before


def test_whoever_left_stays_out(world: World) -> None:
    known_as(world, "kim", PID)
    meant(world, national_id=PID)
    change(world, "kim", deactivated_at=world.now)
    assert reason(world) == "left" and reason(world, national_id=PID) == "left"


def test_a_subject_with_another_national_id_is_another_human(world: World) -> None:
    known_as(world, "kim", PID)
    meant(world, national_id=PID)
    assert reason(world, national_id="14923412399") == "other_person"


def test_a_door_for_staff_wants_a_role_today(world: World) -> None:
    known_as(world, "kim", PID)
    assert reason(world, national_id=PID, who="staff") == "not_staff"
    known_as(world, "per", "14923412399")
    assert meant(world, subject="s-2", national_id="14923412399", who="staff")
    with unit_of_work(world.engine) as session:
        ended = update(StaffRole).where(StaffRole.party_id == world.party["per"])
        session.execute(ended.values(until_at=world.now - timedelta(minutes=1)))
    assert reason(world, subject="s-2", who="staff") == "not_staff"


def test_a_door_for_persons_wants_a_plan_or_somebody_to_stand_by(world: World) -> None:
    world.active()  # Kim's
    with unit_of_work(world.engine) as session:
        for name, comes in (("kim", True), ("mona", False)):
            party = session.get_one(Party, world.party[name])
            said = ProviderClaims("idp", "s", who="person")
            if comes:
                oidc_identities.must_be_private(session, party, said)
            else:
                with pytest.raises(NotKnown, match="not_person"):
                    oidc_identities.must_be_private(session, party, said)


def test_a_word_for_another_municipality_means_nobody_here(world: World) -> None:
    known_as(world, "kim", PID)
    assert reason(world, national_id=PID, municipality="9099") == "elsewhere"
    assert meant(world, national_id=PID, municipality="") == world.party["kim"]


def test_one_human_in_two_municipalities_has_an_account_in_each(
    world: World, backend: Backend
) -> None:
    with copied(backend) as database:
        other = make_world(database.engine, number="9099")
        for one in (world, other):
            known_as(one, "kim", PID)
        assert meant(other, subject="both", national_id=PID) == other.party["kim"]
        change(other, "kim", deactivated_at=other.now)
        assert reason(other, subject="both") == "left"
    assert meant(world, subject="both", national_id=PID) == world.party["kim"]
