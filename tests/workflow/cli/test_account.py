"""`planlop account reset-factors`: for somebody who lost the telephone; never for oneself, traced and told."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.servers.databases import Database
from tests.workflow.commands import Line, line_on
from workflow.acts.accounts import recovery_codes, second_factors, sessions, staff_roles
from workflow.record.database.engine import unit_of_work
from workflow.record.models import Access, Delivery, Notice, Party, SignIn, Unit

NOW = datetime(2026, 3, 9, 11, 0, tzinfo=UTC)
SETUP = ("setup", "--name", "Fjordvik", "--number", "9301")


@pytest.fixture
def line(fresh_database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Line:
    return line_on(fresh_database.url, str(tmp_path), monkeypatch)


@pytest.fixture
def bea(line: Line, fresh_database: Database) -> str:
    """Somebody who works here, with codes on paper and a session."""
    with Session(fresh_database.engine) as session:
        made = session.execute(select(Party.id).where(Party.name == "Ada Vik")).first()
    if made is None:
        line.json(*SETUP, "--admin", "Ada Vik", "--email", "ada@example.test")
    with unit_of_work(fresh_database.engine) as session:
        unit = session.execute(select(Unit)).scalars().first()
        assert unit is not None
        key = staff_roles.add_party(
            session, "Bea Nes", NOW, email=f"bea{datetime.now(UTC):%f}@x.test"
        )
        staff_roles.give_role(session, key, unit.id, "worker", NOW)
        party = session.get_one(Party, key)
        recovery_codes.renew(session, party, NOW)
        sessions.open_session(session, party, NOW, method="totp")
    return key


def test_an_administrator_takes_them_away(line: Line, bea: str, fresh_database: Database) -> None:
    answer = line.json("account", "reset-factors", bea, "--as", "ada@example.test")
    assert answer["taken_away"] == 10
    with Session(fresh_database.engine) as session:
        assert second_factors.of(session, bea).codes_left == 0
        ended = session.scalars(select(SignIn.ended_because).where(SignIn.party_id == bea)).all()
        assert ended == ["revoked"]
        what = select(Access.act, Access.ground, Party.name).where(Access.plan_ids == bea)
        traced = session.execute(what.join(Party, Party.id == Access.substitute_for)).all()
        assert traced == [("reset_factors", "operator", "Ada Vik")]
        told = select(Notice.code, Delivery.channel).join(Delivery, Delivery.notice_id == Notice.id)
        assert session.execute(told.where(Notice.recipient_id == bea)).all() == [
            ("L.changed", "account")
        ]


def test_the_operator_may_too(line: Line, bea: str, fresh_database: Database) -> None:
    assert line.json("account", "reset-factors", bea)["taken_away"] == 10


def test_nobody_takes_away_their_own_nor_without_the_role(line: Line, bea: str) -> None:
    own = line.json("account", "reset-factors", "Ada Vik", "--as", "ada@example.test", code=1)
    assert own["error"] == "not_there"
    other = line.json("account", "reset-factors", "Ada Vik", "--as", bea, code=1)
    assert other["error"] == "not_there"


def test_what_stands_wrong_is_put_right(line: Line, bea: str, fresh_database: Database) -> None:
    said = ("--phone", "911 22 333", "--reason", "Ringte")
    assert line.json("account", "correct", bea, *said)["phone"] == "done"
    with Session(fresh_database.engine) as session:
        assert session.get_one(Party, bea).phone == "91122333"
    refused = line.run("account", "correct", bea, "--email", "bea@", "--reason", "Ringte")
    assert refused.exit_code == 2 and "email" in refused.stderr
