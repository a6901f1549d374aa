"""Sessions in the record: how long they live, what ends them, and that every writer of a staff role does."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

import jobs
import web
import workflow
from tests.servers.databases import Database
from tests.workflow.leavers import deactivate, hand_over
from tests.world import World, make_world
from workflow.acts.accounts import sessions, staff_roles
from workflow.acts.accounts.one_time_tokens import spend_token
from workflow.acts.accounts.sessions import Limits, Reader, digest_token
from workflow.record.database.engine import unit_of_work
from workflow.record.models import Party, SignIn, StaffRole, Unit

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@pytest.fixture
def world(fresh_database: Database) -> World:
    return make_world(fresh_database.engine)


def enter(world: World, name: str, **facts: Any) -> str:
    """Signs a test person in."""
    with unit_of_work(world.engine) as session:
        party = session.get_one(Party, world.party[name])
        facts.setdefault("method", "password")
        return sessions.open_session(session, party, world.now, **facts)


def reader(world: World, token: str, later: timedelta = timedelta(0)) -> Reader | None:
    """Who is behind a token."""
    with unit_of_work(world.engine) as session:
        return sessions.reader_of(session, token, world.now + later)


def stored(world: World, token: str) -> SignIn:
    """The session's row."""
    with unit_of_work(world.engine) as session:
        mine = select(SignIn).where(SignIn.token_hash == digest_token(token))
        return session.execute(mine).scalar_one()


def touched(world: World, token: str, later: timedelta) -> None:
    """The session is used."""
    with unit_of_work(world.engine) as session:
        at = world.now + later
        session.execute(
            update(SignIn).where(SignIn.token_hash == digest_token(token)).values(seen_at=at)
        )


def test_only_a_digest_is_stored_and_every_fact_of_the_sign_in(world: World) -> None:
    token = enter(
        world,
        "mona",
        method="oidc",
        device="Firefox, Linux",
        acr="high",
        provider="p",
        provider_subject="s",
        provider_session="sid",
    )
    row = stored(world, token)
    assert token not in (row.token_hash, row.id) and len(token) >= 43
    assert (row.method, row.device, row.acr) == ("oidc", "Firefox, Linux", "high")
    assert (row.provider, row.provider_subject, row.provider_session) == ("p", "s", "sid")
    who = reader(world, token)
    assert who and who.proved_at == world.now and who.method == "oidc" and who.plan_id is None


@pytest.mark.parametrize(
    ("plan_id", "idle", "lasts"),
    [(None, 2 * HOUR, 10 * HOUR), ("some-plan", 30 * MINUTE, 4 * HOUR)],
)
def test_sessions_end_when_unused_and_when_old(
    world: World, plan_id: str | None, idle: timedelta, lasts: timedelta
) -> None:
    token = enter(world, "mona", plan_id=plan_id)
    assert reader(world, token, idle - MINUTE) and not reader(world, token, idle)
    touched(world, token, lasts - MINUTE)
    assert reader(world, token, lasts - MINUTE) and not reader(world, token, lasts)


def test_a_guest_has_one_plan_no_role_and_no_proof(world: World) -> None:
    who = reader(world, enter(world, "mona", method="guest", plan_id="some-plan"))
    assert who and who.plan_id == "some-plan" and not who.is_staff and not who.units
    assert not sessions.has_proved_lately(who, world.now)


def test_a_proof_counts_for_five_minutes_and_gives_a_new_token(world: World) -> None:
    old = enter(world, "mona")
    who = reader(world, old, 6 * MINUTE)
    assert who and sessions.has_proved_lately(who, world.now + 5 * MINUTE)
    assert not sessions.has_proved_lately(who, world.now + 6 * MINUTE)
    with unit_of_work(world.engine) as session:
        new = sessions.renew(session, who.sign_in_id, world.now + 6 * MINUTE)
    assert new != old and not reader(world, old, 6 * MINUTE)
    again = reader(world, new, 6 * MINUTE)
    assert again and again.sign_in_id == who.sign_in_id
    assert again.proved_at == world.now + 6 * MINUTE
    assert stored(world, new).created_at == world.now  # lives no longer for it


def test_signing_in_again_ends_the_browsers_older_session(world: World) -> None:
    old = enter(world, "mona")
    new = enter(world, "mona", replaces=stored(world, old).id)
    assert not reader(world, old) and reader(world, new)
    assert stored(world, old).ended_because == "replaced"


def test_all_others_end_at_once(world: World) -> None:
    tokens = [enter(world, "mona") for _ in range(3)]
    other = enter(world, "per")
    kept = stored(world, tokens[0]).id
    with unit_of_work(world.engine) as session:
        count = sessions.end_all(session, world.party["mona"], world.now, "revoked", but=kept)
    assert count == 2 and [bool(reader(world, token)) for token in tokens] == [True, False, False]
    assert reader(world, other)


def test_nobody_ends_somebody_elses_session(world: World) -> None:
    token = enter(world, "per")
    with unit_of_work(world.engine) as session:
        key = stored(world, token).id
        assert not sessions.end_mine(session, world.party["mona"], key, world.now)
    assert reader(world, token)


def test_a_list_of_ones_own_open_sessions(world: World) -> None:
    tokens = [enter(world, "mona", device=f"device {n}") for n in range(3)]
    with unit_of_work(world.engine) as session:
        sessions.end_one(session, stored(world, tokens[1]).id, world.now, "signed_out")
    touched(world, tokens[2], MINUTE)
    with unit_of_work(world.engine) as session:
        listed = sessions.mine(session, world.party["mona"], world.now + MINUTE)
        none = sessions.mine(session, world.party["mona"], world.now + MINUTE, Limits(lasts=MINUTE))
    assert [one.device for one in listed] == ["device 2", "device 0"] and not none


def test_a_deactivated_account_is_out_on_every_device(world: World) -> None:
    tokens = [enter(world, "ali") for _ in range(2)]
    hand_over(world, "liv", "ali")
    deactivate(world, "liv", "ali")
    assert not any(reader(world, token) for token in tokens)
    assert {stored(world, token).ended_because for token in tokens} == {"deactivated"}


def test_a_new_role_ends_the_sessions_at_once(world: World) -> None:
    token, other = enter(world, "per"), enter(world, "mona")
    with unit_of_work(world.engine) as session:
        place = session.execute(select(Unit.id).limit(1)).scalar_one()
        staff_roles.give_role(session, world.party["per"], place, "leader", world.now)
    assert not reader(world, token) and reader(world, other)
    assert stored(world, token).ended_because == "role_changed"
    assert "leader" in (reader(world, enter(world, "per")) or pytest.fail("not in")).roles


def test_a_role_of_a_day_to_come_ends_them_that_day(world: World) -> None:
    token = enter(world, "per")
    with unit_of_work(world.engine) as session:
        place = session.execute(select(Unit.id).limit(1)).scalar_one()
        staff_roles.give_role(session, world.party["per"], place, "leader", world.now + HOUR)
    assert reader(world, token, HOUR - MINUTE) and not reader(world, token, HOUR)


@pytest.mark.parametrize("column", ["from_at", "until_at"])
def test_even_a_role_written_by_hand_ends_them(world: World, column: str) -> None:
    """A statement outside the program cannot leave somebody with rights they no longer have."""
    token = enter(world, "mona")
    held = update(StaffRole).where(StaffRole.party_id == world.party["mona"])
    with unit_of_work(world.engine) as session:
        session.execute(held.values(**{column: world.now + MINUTE}))
    assert reader(world, token) and not reader(world, token, 2 * MINUTE)


def test_a_token_is_spent_once(world: World) -> None:
    for expected in (True, False):
        with unit_of_work(world.engine) as session:
            assert spend_token(session, "test", "a token", world.now, HOUR) is expected
    with unit_of_work(world.engine) as session:
        assert spend_token(session, "other", "a token", world.now, HOUR)


def sources() -> Iterator[tuple[str, ast.Module]]:
    """Every module of the product with its path, migrations aside."""
    for package in (workflow, web, jobs):
        root = Path(package.__file__ or "").parent
        for path in sorted(root.rglob("*.py")):
            name = str(path.relative_to(root.parent))
            if "/migrations/" not in name:
                yield name, ast.parse(path.read_text(encoding="utf-8"))


def calls(tree: ast.AST) -> set[tuple[str, str]]:
    """(function, first argument's name) of every call in a tree."""
    pairs = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            named = [one.id for one in node.args if isinstance(one, ast.Name)]
            pairs |= {(name, one) for one in named} or {(name, "")}
    return pairs


WRITES = {("insert", "StaffRole"), ("update", "StaffRole"), ("delete", "StaffRole")}
MAKES = {"StaffRole", "_insert"}


def test_every_writer_of_a_staff_role_ends_sessions() -> None:
    """Whoever writes the table also calls end_old_sessions or end_all, in the same module."""
    writers = []
    for name, tree in sources():
        made = calls(tree)
        if not (made & WRITES or ("_insert", "StaffRole") in made or ("StaffRole", "") in made):
            continue
        writers.append(name)
        ends = {call for call, _ in made} & {"end_old_sessions", "end_all"}
        assert ends, f"{name} writes staff roles and ends no session"
    assert writers == [
        "workflow/acts/accounts/staff_roles.py",
        "workflow/acts/offboarding/account_end.py",
    ]


# Erasure takes the very rows of the sessions away.
TAKES_ROWS = {"workflow/acts/privacy/party_removal.py": "(SignIn, SignIn.party_id)"}


def test_every_writer_of_deactivation_ends_sessions() -> None:
    for name, tree in sources():
        for node in ast.walk(tree):
            if isinstance(node, ast.keyword) and node.arg == "deactivated_at":
                clears = isinstance(node.value, ast.Constant) and node.value.value is None
                takes = name in TAKES_ROWS and TAKES_ROWS[name] in ast.unparse(tree)
                assert clears or takes or ("end_all", "session") in calls(tree), name
