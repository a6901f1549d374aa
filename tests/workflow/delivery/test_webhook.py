"""Tests of calls to a municipality's own system: signed, by ids and codes, at least once, never inwards."""

from __future__ import annotations

import ipaddress
import json
import re
import socket
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import trustme
from sqlalchemy import select, update

from tests.servers.calls import Calls, http_server
from tests.servers.databases import Backend, Database, copied
from tests.workflow.commands import Line, line_on
from tests.workflow.deadline_world import World
from tests.workflow.delivery.test_delivery import MORNING, Office
from workflow.acts.delivery import outbox, webhook_settings
from workflow.acts.delivery.channel import NotAccepted
from workflow.acts.delivery.http import AddressRefused, AddressRules, place_of, post_once
from workflow.acts.delivery.send_batch import DeliveryResult, deliver_by
from workflow.acts.delivery.webhook import Calls as Carrier
from workflow.acts.delivery.webhook import door_of, headers
from workflow.record.database.engine import unit_of_work
from workflow.record.models import Delivery, Notice
from workflow.rules.names.steps import MeasureStep
from workflow.rules.notices.timing import RETRY_AFTER_MINUTES
from workflow.settings import Settings

PAGE = Path(__file__).resolve().parents[3] / "docs" / "webhook.md"
TRIAL = AddressRules(private=True, this_machine=True, plain=True)


def verifier() -> Any:
    """The example of the documentation, as it stands there."""
    match = re.search(r"```python\n(.*?)```", PAGE.read_text(), re.DOTALL)
    assert match
    names: dict[str, Any] = {}
    exec(match[1], names)
    return names["is_genuine"]


@dataclass
class Desk:
    """A world whose municipality has a webhook, and the system that it leads to."""

    office: Office
    calls: Calls
    secret: str
    database: Database

    def send(self, now: datetime = MORNING, patience: float = 2.0) -> DeliveryResult:
        """One batch of calls."""
        settings = Settings(webhook_private=True, webhook_timeout=patience)
        return deliver_by(self.database.engine, Carrier(settings), now, hear=lambda *_: True)

    def tell(self) -> str:
        """A notice that the system is to hear of; its delivery's id."""
        world = self.office.world
        event = self.office.tell(
            MeasureStep.DONE, world.plan(person_id=None), "cora", "coordinator", MORNING
        )
        query = select(Delivery.id).join(Notice, Notice.id == Delivery.notice_id)
        with unit_of_work(world.engine) as session:
            return session.execute(
                query.where(Notice.cause == f"e:{event}", Delivery.channel == "webhook")
            ).scalar_one()

    def state(self, key: str) -> tuple[str, str]:
        """A delivery's state and reason."""
        with unit_of_work(self.database.engine) as session:
            delivery = session.get_one(Delivery, key)
            return delivery.state, delivery.reason


@pytest.fixture
def desk(backend: Backend) -> Iterator[Desk]:
    with copied(backend) as database, http_server() as (calls, url):
        world = World(database.engine).build()
        with unit_of_work(database.engine) as session:
            secret = webhook_settings.set_address(session, url, TRIAL, MORNING)
        yield Desk(Office(world, None, 0), calls, secret, database)  # type: ignore[arg-type]


def test_a_call_is_signed_and_holds_ids_and_codes_only(desk: Desk) -> None:
    key = desk.tell()
    assert desk.send().sent == 1
    (call,) = desk.calls.came
    told = json.loads(call.body)
    assert (told["delivery"], told["code"], told["role"]) == (key, MeasureStep.DONE, "coordinator")
    assert call.headers["Planlop-Delivery"] == key
    assert b"Cora" not in call.body and b"@" not in call.body
    genuine, now = verifier(), MORNING.timestamp()
    assert genuine(desk.secret, call.headers, call.body, now)
    assert not genuine(desk.secret, call.headers, call.body + b" ", now)
    assert not genuine("another", call.headers, call.body, now)
    assert not genuine(desk.secret, call.headers, call.body, now + 301)
    assert genuine(desk.secret, call.headers, call.body, now + 290)
    moved = {**call.headers, "Planlop-Timestamp": str(int(now) + 200)}
    assert not genuine(desk.secret, moved, call.body, now + 200)


@pytest.mark.parametrize("trouble", ["slow", "gone", 500, 404, 302])
def test_it_is_told_again_until_it_answers(desk: Desk, trouble: Any) -> None:
    key = desk.tell()
    desk.calls.seconds = 0.8 if trouble == "slow" else 0.0
    desk.calls.hang_up = trouble == "gone"
    desk.calls.status = trouble if isinstance(trouble, int) else 200
    desk.calls.headers = {"Location": "http://localhost:1/"}
    assert desk.send(patience=0.3).later == 1
    desk.calls.seconds, desk.calls.hang_up, desk.calls.status = 0.0, False, 204
    assert desk.send(MORNING + timedelta(minutes=2)).sent == 1
    assert desk.state(key) == ("sent", desk.state(key)[1])
    assert [call.headers["Planlop-Delivery"] for call in desk.calls.came] == [key, key]


def test_after_the_written_limit_it_has_failed(desk: Desk) -> None:
    key = desk.tell()
    desk.calls.status = 500
    now = MORNING
    for minutes in RETRY_AFTER_MINUTES:
        assert desk.send(now).later == 1
        assert desk.send(now + timedelta(minutes=minutes, seconds=-5)).later == 0
        now += timedelta(minutes=minutes, seconds=5)
    assert desk.send(now).failed == 1
    assert desk.state(key) == ("failed", "http 500")
    with unit_of_work(desk.database.engine) as session:
        codes = set(session.execute(select(Notice.code)).scalars())
    assert codes == {MeasureStep.DONE}  # the administrator sees it on the operations page


def test_a_system_that_does_not_answer_is_asked_once_a_batch(desk: Desk) -> None:
    for _ in range(5):
        desk.tell()
    desk.calls.seconds = 0.8
    assert desk.send(patience=0.3).later == 5
    assert len(desk.calls.came) == 1


def test_a_dead_workers_call_is_made_again(desk: Desk) -> None:
    key = desk.tell()
    late = MORNING + timedelta(minutes=3)
    with unit_of_work(desk.database.engine) as session:
        session.execute(
            update(Delivery)
            .where(Delivery.id == key)
            .values(state="sending", claimed_at=MORNING, claimed_by="gone")
        )
        before = late - timedelta(minutes=2)
        assert outbox.give_up_waiting(session.connection(), before, late) == 0
    assert desk.send(late).sent == 1


def test_an_ended_webhook_hears_nothing_more(desk: Desk) -> None:
    key = desk.tell()
    with unit_of_work(desk.database.engine) as session:
        assert webhook_settings.end(session, MORNING)
    assert desk.send().dropped == 1
    assert desk.state(key) == ("dropped", "ended") and desk.calls.came == []


def test_what_is_no_longer_shared_is_not_told(desk: Desk) -> None:
    desk.tell()
    carrier = Carrier(Settings(webhook_private=True))
    result = deliver_by(desk.database.engine, carrier, MORNING, hear=lambda *_: False)
    assert result.dropped == 1 and desk.calls.came == []


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "::1",
        "10.0.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "fe80::1",
        "fc00::1",
        "0.0.0.0",
        "224.0.0.1",
        "::ffff:10.0.0.1",
        "64:ff9b::a00:1",
        "100.64.0.1",
    ],
)
def test_nothing_is_posted_inwards(address: str) -> None:
    assert AddressRules().refusal(ipaddress.ip_address(address)) == "private_address"


@pytest.mark.parametrize(
    ("address", "refused"),
    [("10.0.0.1", False), ("127.0.0.1", True), ("169.254.169.254", True), ("93.184.216.34", False)],
)
def test_a_private_network_is_let_in_by_a_setting(address: str, refused: bool) -> None:
    strict = {"production": True, "webhook_private": True, "webhook_timeout": 1}
    system = type("System", (), strict)()
    door = door_of(system)
    assert bool(door.refusal(ipaddress.ip_address(address))) is refused
    assert not door.plain


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("http://x.example.invalid/", "plain_http"),
        ("ftp://x.example.invalid/", "bad_url"),
        ("https://u:p@x.example.invalid/", "with_user"),
        ("https:///x", "bad_url"),
        ("https://x.example.invalid:99999/", "bad_url"),
        ("https://x\r\nHost: y/", "bad_url"),
        ("file:///etc/passwd", "bad_url"),
        ("", "bad_url"),
    ],
)
def test_addresses_that_are_never_called(url: str, code: str) -> None:
    with pytest.raises(AddressRefused, match=code):
        place_of(url, AddressRules())


def test_the_name_is_looked_up_once_and_the_connection_goes_there(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked = []

    def first_outside_then_inside(host: str, port: int, **_: Any) -> list[Any]:
        asked.append(host)
        return [(2, 1, 6, "", ("10.0.0.1", port))]

    monkeypatch.setattr(socket, "getaddrinfo", first_outside_then_inside)
    with pytest.raises(AddressRefused, match="private_address"):
        post_once("https://x.example.invalid/", b"", {}, 0.2, AddressRules())
    assert asked == ["x.example.invalid"]


def test_the_certificate_must_be_the_named_hosts(tmp_path: Path) -> None:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    for name, accepted in (("localhost", True), ("other.example.invalid", False)):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert(name).configure_cert(context)
        with http_server(context) as (calls, url):
            try:
                post_once(url, b"{}", {}, 2.0, TRIAL, str(tmp_path / "ca.pem"))
            except NotAccepted:
                assert not accepted
            assert len(calls.came) == accepted


def test_headers_say_the_version_and_when() -> None:
    fields = headers("s", b"{}", "d-1", MORNING)
    assert fields["Planlop-Version"] == "1"
    assert fields["Planlop-Timestamp"] == str(int(MORNING.timestamp()))


@pytest.fixture
def line(desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Line:
    monkeypatch.setenv("PLANLOP_WEBHOOK_PRIVATE", "true")
    return line_on(desk.database.url, str(tmp_path), monkeypatch)


def test_the_operator_sets_tries_and_ends_it(desk: Desk, line: Line) -> None:
    secret = line.json("webhook", "rotate")["secret"]
    assert len(secret) > 40 and secret != desk.secret
    assert line.json("webhook", "test")["status"] == 200
    call = desk.calls.came[-1]
    assert json.loads(call.body)["code"] == "test"
    desk.calls.status = 401
    assert line.json("webhook", "test", code=1)["text"] == (
        "The system did not take the call: http 401."
    )
    assert line.json("webhook", "end") == {"ended": True}
    assert line.json("webhook", "test", code=1)["error"] == "no_webhook"
    refused = line.json("webhook", "set", "ftp://x.example.invalid", code=1)
    assert refused["error"] == "bad_url"
