"""Tests of reports about mails that did not arrive: read, marked once, told to who can ring."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from tests.servers.databases import Backend, Database, copied
from tests.servers.mail import mail_server
from tests.workflow.commands import Line, line_on
from tests.workflow.deadline_world import World
from tests.workflow.delivery.test_delivery import MORNING, Office
from workflow.acts.delivery import bounces
from workflow.acts.delivery.bounces import Bounce
from workflow.record.database.engine import unit_of_work
from workflow.record.models import Delivery, Message, Notice, Party
from workflow.rules.names.steps import PlanStep

KEY = "0195c0de-0000-7000-8000-000000000001"


def report(
    message_id: str = KEY, action: str = "failed", status: str = "5.1.1", headers_only: bool = False
) -> bytes:
    """A report as a mail server writes it."""
    kind = "text/rfc822-headers" if headers_only else "message/rfc822"
    return (
        "From: MAILER-DAEMON@example.invalid\r\nTo: back@example.invalid\r\n"
        "Subject: Undelivered\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: text/plain\r\n\r\nNo such user.\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\n"
        "Reporting-MTA: dns; mx.example.invalid\r\n\r\n"
        f"Final-Recipient: rfc822; kim@example.invalid\r\nAction: {action}\r\nStatus: {status}\r\n\r\n"
        f"--b\r\nContent-Type: {kind}\r\n\r\n"
        f"To: kim@example.invalid\r\nMessage-ID: <{message_id}@example.invalid>\r\nSubject: x\r\n\r\n"
        "--b--\r\n"
    ).encode()


@pytest.mark.parametrize("headers_only", [False, True])
def test_a_report_is_read(headers_only: bool) -> None:
    assert bounces.read(report(headers_only=headers_only)) == Bounce(KEY, "failed", "5.1.1")
    assert bounces.read(report(action="Delayed", status="4.4.1 (busy)")) == Bounce(
        KEY, "delayed", "4.4.1"
    )


def plain() -> bytes:
    mail = EmailMessage()
    mail["Subject"] = "Out of office"
    mail["Message-ID"] = f"<{KEY}@example.invalid>"
    mail.set_content("Action: failed\nStatus: 5.1.1")
    return mail.as_bytes()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x00\xff",
        plain(),
        report(action="delivered"),
        report(message_id="x"),
        report() + b"x" * bounces.LARGEST,
        b"".join(
            b'Content-Type: multipart/mixed; boundary="%d"\r\n\r\n--%d\r\n' % (n, n)
            for n in range(3000)
        ),
        report().replace(b"message/rfc822", b"message/partial"),
    ],
)
def test_what_is_no_report_of_a_mail_of_ours_is_left_alone(content: bytes) -> None:
    assert bounces.read(content) is None


@given(st.binary(max_size=400), st.integers(0, 700))
def test_a_report_full_of_nonsense_breaks_nothing(nonsense: bytes, where: int) -> None:
    bounce = bounces.read(report()[:where] + nonsense + report()[where:])
    assert bounce is None or bounce.message_id


@pytest.fixture
def office(backend: Backend) -> Iterator[tuple[Office, Database]]:
    with copied(backend) as database, mail_server() as (inbox, port):
        yield Office(World(database.engine).build(), inbox, port), database


def sent_to(office: Office, name: str) -> str:
    """The Message-ID of a mail that was sent to somebody about their plan or work."""
    plan = office.world.plan()
    office.tell(PlanStep.GRANT, plan, name, "person" if name == "kim" else "x", MORNING)
    office.deliver(hear=lambda *_: True)
    who = select(Party.id).where(Party.email == f"{name}@example.invalid")
    with unit_of_work(office.world.engine) as session:
        query = select(Message.id).where(Message.recipient_id.in_(who))
        key = session.execute(query).scalar_one()
    assert f"<{key}@" in office.inbox.mails[-1][1]["Message-ID"]
    return key


def states(office: Office) -> list[tuple[str, str]]:
    with unit_of_work(office.world.engine) as session:
        rows = session.execute(
            select(Delivery.state, Delivery.reason)
            .join(Notice, Notice.id == Delivery.notice_id)
            .where(Notice.code == PlanStep.GRANT)
        )
        return [(row.state, row.reason) for row in rows]


def failed_told(office: Office) -> list[tuple[str, str]]:
    return [(who, role) for who, code, role in office.world.told() if code == "D.failed"]


def mark(office: Office, bounce: Bounce) -> int:
    with unit_of_work(office.world.engine) as session:
        return bounces.mark(session, bounce, MORNING)


def test_a_mail_to_the_person_that_came_back_is_told_to_the_coordinator(
    office: tuple[Office, Database],
) -> None:
    place, _ = office
    key = sent_to(place, "kim")
    assert mark(place, Bounce(key, "delayed", "4.4.1")) == 1
    assert states(place) == [("sent", "delayed 4.4.1")] and failed_told(place) == []
    assert mark(place, Bounce(key, "failed", "5.1.1")) == 1
    assert mark(place, Bounce(key, "failed", "5.1.1")) == 0
    assert states(place) == [("failed", "bounced 5.1.1")]
    assert failed_told(place) == [("cora", "coordinator")]


def test_the_substitute_of_a_coordinator_who_is_away_is_told(
    office: tuple[Office, Database],
) -> None:
    place, _ = office
    place.world.away("cora", MORNING, 3, "sub")
    mark(place, Bounce(sent_to(place, "kim"), "failed", "5.1.1"))
    assert failed_told(place) == [("sub", "coordinator")]


def test_without_a_coordinator_the_coordinating_unit_is_told(
    office: tuple[Office, Database],
) -> None:
    place, _ = office
    plan = place.world.plan(coordinator=None)
    place.tell(PlanStep.GRANT, plan, "kim", "person", MORNING)
    place.deliver()
    with unit_of_work(place.world.engine) as session:
        key = session.execute(select(Message.id)).scalar_one()
    mark(place, Bounce(key, "failed", ""))
    assert failed_told(place) == [("kea", "coordinating")]


def test_a_mail_to_staff_that_came_back_is_the_administrators(
    office: tuple[Office, Database],
) -> None:
    place, _ = office
    assert mark(place, Bounce(sent_to(place, "lea"), "failed", "5.1.1")) == 1
    assert failed_told(place) == []


def test_a_mail_to_the_person_that_is_refused_for_good_is_told_to_the_coordinator(
    office: tuple[Office, Database],
) -> None:
    place, _ = office
    plan = place.world.plan()
    place.share(plan, "cora")
    place.tell(PlanStep.GRANT, plan, "kim", "person", MORNING)
    place.inbox.rcpt_answer = "550 No"
    now = MORNING
    for _ in range(6):
        place.deliver(now)
        now += timedelta(hours=5)
    assert states(place) == [("failed", "SMTPResponseException 550")]
    assert failed_told(place) == [("cora", "coordinator")]
    place.inbox.rcpt_answer = "250 Go on"
    place.deliver(MORNING + timedelta(days=3))
    words = place.inbox.text()
    assert "Meldingen til personen kom ikke fram. Ring heller." in words and "Kim" not in words


def test_the_mail_server_pipes_a_report_in(
    office: tuple[Office, Database], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place, database = office
    line = line_on(database.url, str(tmp_path), monkeypatch)
    key = sent_to(place, "kim")
    for expected in ('"marked": 1', '"marked": 0'):
        assert expected in line.run("bounce", "--json", stdin=report(key)).stdout
    assert '"report": false' in line.run("bounce", "--json", stdin=b"hello").stdout
    assert states(place) == [("failed", "bounced 5.1.1")]


def test_a_database_that_is_away_lets_the_mail_server_try_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    line: Line = line_on("postgresql+psycopg://x@localhost:1/x", str(tmp_path), monkeypatch)
    assert line.run("bounce", stdin=report()).exit_code == 75
