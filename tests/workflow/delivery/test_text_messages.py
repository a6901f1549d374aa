"""Tests of text messages through a gateway: neutral, once a day, and certain of what was taken."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from tests.servers.calls import Calls, http_server
from tests.servers.databases import Backend, copied
from tests.workflow.deadline_world import World
from tests.workflow.delivery.test_delivery import MORNING, Office
from workflow.acts.delivery.send_batch import DeliveryResult, deliver_by
from workflow.acts.delivery.sms import TextMessages, gateway_id, international, words
from workflow.language import LANGUAGES
from workflow.record.database.engine import unit_of_work
from workflow.record.models import Delivery, Message, Notice, Party
from workflow.rules.names.steps import MeasureStep, PlanStep
from workflow.settings import LONGEST_ADDRESS, Settings

ADDRESS = "https://plan.example.invalid"
GSM_7 = set(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)


@dataclass
class Desk:
    """A world whose people are told by text message, and a gateway."""

    office: Office
    calls: Calls
    url: str
    patience: float = 2.0

    def send(self, now: Any = MORNING, **given: Any) -> DeliveryResult:
        """One batch of text messages."""
        values = {
            "sms_url": self.url,
            "sms_token": "hush",
            "sms_sender": "Utvik",
            "sms_timeout": self.patience,
            **given,
        }
        carrier = TextMessages(Settings.model_validate(values), ADDRESS)
        return deliver_by(self.office.world.engine, carrier, now, hear=lambda *_: True)

    def one(self) -> Delivery:
        """The only delivery."""
        with unit_of_work(self.office.world.engine) as session:
            return session.execute(select(Delivery)).scalar_one()

    def tell(self, name: str = "cora", code: str = MeasureStep.DONE, now: Any = MORNING) -> None:
        """A notice whose message waits for this moment."""
        world = self.office.world
        event = self.office.tell(code, world.plan(person_id=None), name, "x", now)
        key = select(Notice.id).where(Notice.cause == f"e:{event}")
        with unit_of_work(world.engine) as session:
            session.execute(
                update(Delivery)
                .where(Delivery.notice_id.in_(key))
                .values(channel="sms", next_try_at=now)
            )


@pytest.fixture
def desk(backend: Backend) -> Iterator[Desk]:
    with copied(backend) as database, http_server() as (calls, url):
        world = World(database.engine).build()
        with unit_of_work(database.engine) as session:
            session.execute(update(Party).values(phone="480 00 001"))
        yield Desk(Office(world, None, 0), calls, url)  # type: ignore[arg-type]


def test_one_neutral_message_for_everything_that_is_new(desk: Desk) -> None:
    for _ in range(3):
        desk.tell()
    desk.calls.body = b'{"id": "gw-1"}'
    result = desk.send()
    assert (result.mails, result.sent) == (1, 3)
    (call,) = desk.calls.came
    told = json.loads(call.body)
    with unit_of_work(desk.office.world.engine) as session:
        message = session.execute(select(Message)).scalar_one()
    assert told == {
        "to": "+4748000001",
        "from": "Utvik",
        "id": message.id,
        "text": f"Du har en ny beskjed. Se her: {ADDRESS}",
    }
    assert message.gateway_id == "gw-1" and message.sent_at is not None
    assert call.headers["Authorization"] == "Bearer hush"


def test_one_digest_a_day(desk: Desk) -> None:
    desk.tell()
    assert desk.send().mails == 1
    desk.tell()
    assert desk.send(MORNING + timedelta(hours=2)).later == 1
    assert desk.send(MORNING + timedelta(days=1)).mails == 1


def test_no_telephone_rings_in_the_quiet_hours(desk: Desk) -> None:
    night = MORNING + timedelta(hours=15)
    desk.tell(code=PlanStep.OFFER_TRANSFER, now=night)
    assert desk.send(night).later == 1
    assert desk.send(night + timedelta(hours=7, minutes=55)).mails == 0
    assert desk.send(night + timedelta(hours=8)).mails == 1


@pytest.mark.parametrize("status", [429, 503, 408, 425])
def test_a_gateway_that_is_busy_is_tried_again(desk: Desk, status: int) -> None:
    desk.tell()
    desk.calls.status = status
    assert desk.send().later == 1
    desk.calls.status = 202
    assert desk.send(MORNING + timedelta(minutes=2)).mails == 1


@pytest.mark.parametrize("status", [400, 401, 404, 422])
def test_a_refusal_is_final(desk: Desk, status: int) -> None:
    desk.tell()
    desk.calls.status = status
    assert desk.send().failed == 1
    assert (desk.one().state, desk.one().reason) == ("failed", f"http {status}")


@pytest.mark.parametrize("trouble", ["slow", "gone", "broken", "elsewhere"])
def test_silence_is_unknown_and_never_tried_again(desk: Desk, trouble: str) -> None:
    desk.tell()
    desk.calls.seconds, desk.patience = (0.8, 0.3) if trouble == "slow" else (0.0, 2.0)
    desk.calls.hang_up = trouble == "gone"
    desk.calls.status = {"broken": 500, "elsewhere": 302}.get(trouble, 200)
    desk.calls.headers = {"Location": desk.url} if trouble == "elsewhere" else {}
    assert desk.send().unknown == 1
    assert desk.send(MORNING + timedelta(days=1)).mails == 0
    assert len(desk.calls.came) == 1


def test_no_connection_is_tried_again(desk: Desk) -> None:
    desk.tell()
    assert desk.send(sms_url="http://localhost:1/in").later == 1
    assert desk.one().reason == "NewConnectionError"


def test_without_a_gateway_it_fails_where_everybody_sees_it(desk: Desk) -> None:
    desk.tell()
    assert desk.send(sms_url="").failed == 1
    assert desk.one().reason == "no_gateway"


def test_a_number_that_is_none_is_dropped(desk: Desk) -> None:
    with unit_of_work(desk.office.world.engine) as session:
        session.execute(update(Party).values(phone="ring Kari"))
    desk.tell()
    assert desk.send().dropped == 1
    assert desk.one().reason == "no_address"


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_is_one_message_in_every_language(language: str) -> None:
    longest = words(language, "https://" + "p" * (LONGEST_ADDRESS - 8))
    assert len(longest) <= 160 and set(longest) <= GSM_7
    assert "plan" not in words(language, "https://x.no").lower()


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("48 00 00 01", "+4748000001"),
        ("+47 48000001", "+4748000001"),
        ("0046 70 123 45 67", "+46701234567"),
        ("113", ""),
        ("48000001; rm", ""),
        ("", ""),
        ("٤٨٠٠٠٠٠١", ""),
    ],
)
def test_numbers_as_people_write_them(typed: str, number: str) -> None:
    assert international(typed) == number


@pytest.mark.parametrize(
    ("body", "name"),
    [
        (b'{"id": 7}', "7"),
        (b'{"id": ["x"]}', ""),
        (b"[]", ""),
        (b"\xff", ""),
        (b"", ""),
        (b'{"id": "%s"}' % (b"x" * 500), "x" * 120),
    ],
)
def test_what_the_gateway_calls_it(body: bytes, name: str) -> None:
    assert gateway_id(body) == name
