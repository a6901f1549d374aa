"""Tests of the commands that make an installation ready."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.servers.databases import Backend, Database, copied
from tests.workflow.commands import Line, line_on
from workflow.acts.accounts import passwords
from workflow.acts.accounts.invitations import LinkSpent, choose_password, invited_party
from workflow.record.database.engine import unit_of_work
from workflow.record.models import Access, Authenticator, Identity, Party

WORDS = ("setup", "--name", "Fjordvik", "--admin", "Ada Vik", "--email", "ada@example.test")


@pytest.fixture
def place(backend: Backend) -> Iterator[Database]:
    """A database that holds no municipality yet."""
    with copied(backend) as database:
        yield database


@pytest.fixture
def line(place: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Line:
    return line_on(place.url, str(tmp_path), monkeypatch)


def test_setup_prints_a_link_that_works_once(line: Line, place: Database) -> None:
    first = line.json(*WORDS, "--number", "9101")
    made = line.json("invite", "ada@example.test")
    assert made["link"] != first["link"]
    token = made["link"].rsplit("/", 1)[1]
    with unit_of_work(place.engine) as session:
        party = choose_password(session, token, "et langt passord", datetime.now(UTC))
        assert party.name == "Ada Vik"
    assert line.json("doctor", code=1)["checks"][0]["ok"] is True
    with Session(place.engine) as session, pytest.raises(LinkSpent):
        invited_party(session, first["link"].rsplit("/", 1)[1], datetime.now(UTC))


def came_in_by(session: Session, way: str, party_id: str) -> None:
    """Somebody has come in once, in one of the ways."""
    now = datetime.now(UTC)
    own = {"party_id": party_id, "created_at": now}
    party = session.get_one(Party, party_id)
    if way == "password":
        passwords.store(session, party, passwords.hash_password("et langt passord"), now)
    elif way == "provider":
        session.add(Identity(provider="entra", subject=party_id, **own))
    else:
        session.add(Authenticator(kind=way, secret="x", confirmed_at=now, **own))


@pytest.mark.parametrize("way", ["password", "totp", "passkey", "recovery", "provider"])
def test_an_account_in_use_is_taken_over_by_no_link(line: Line, place: Database, way: str) -> None:
    """Neither by a new link nor by one made before; who made one is traced."""
    earlier = line.json(*WORDS, "--number", "9101")["link"].rsplit("/", 1)[1]
    with unit_of_work(place.engine) as session:
        key = session.scalars(select(Party.id).where(Party.name == "Ada Vik")).one()
        came_in_by(session, way, key)
    assert line.json("invite", key, code=1)["error"] == "account_in_use"
    with Session(place.engine) as session:
        with pytest.raises(LinkSpent):
            choose_password(session, earlier, "et annet langt passord", datetime.now(UTC))
        traces = session.execute(select(Access.act, Access.ground, Access.plan_ids)).all()
        assert traces == [("invite", "operator", key)]


def test_setup_takes_units_and_is_complete_then(line: Line) -> None:
    line.json(
        *WORDS[:-1],
        "bea@example.test",
        "--number",
        "9102",
        "--model",
        "B",
        "--unit",
        "coordinating=Koordinerende enhet",
        "--unit",
        "service=MAT",
    )
    checks = {one["check"]: one for one in line.json("doctor", code=1)["checks"]}
    assert checks["people"]["ok"] is True
    assert checks["migrations"]["ok"] is True


def test_a_database_holds_one_municipality(line: Line) -> None:
    assert line.json(*WORDS, "--number", "12", code=2)["fields"][0]["code"] == "four_digits"
    line.json(*WORDS[:-1], "cia@example.test", "--number", "9103")
    for number in ("9103", "9105"):
        answer = line.json(*WORDS[:-1], "dag@example.test", "--number", number, code=2)
        assert [(one["field"], one["code"]) for one in answer["fields"]] == [("number", "taken")]


def test_an_unknown_kind_of_unit_is_refused(line: Line) -> None:
    answer = line.json(*WORDS, "--number", "9104", "--unit", "shop=Butikken", code=1)
    assert answer["error"] == "unit_kind"


def test_migrate_says_where_it_came(
    backend: Backend, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = f"sqlite:///{tmp_path / 'new.sqlite'}"
    line = line_on(url, str(tmp_path), monkeypatch)
    assert line.json("migrate")["head"]
    answer = line.json("doctor", code=1)
    assert {"check": "municipality", "ok": False, "text": "none yet: run planlop setup"} in answer[
        "checks"
    ]


def test_a_database_that_is_down_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    line = line_on(f"sqlite:///{tmp_path}/no/such/folder/x.sqlite", str(tmp_path), monkeypatch)
    assert line.json("show", "9999-ABCDEF", code=1)["error"] == "database"
    assert line.json("doctor", code=1)["ok"] is False
