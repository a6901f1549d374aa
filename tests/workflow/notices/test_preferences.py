"""A party's own choice of how to be told moves what waits, at once; nobody else's choice changes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pydantic import ValidationError
from sqlalchemy import select, update

from tests.servers.databases import Backend, copied
from tests.workflow.deadline_world import LONG_AGO, World
from tests.workflow.delivery.test_enqueue import DIGEST, NIGHT, allow, choose, queued, swept, told
from workflow.acts.notices import preferences
from workflow.acts.notices.preferences import NotificationSettings
from workflow.record.access.open_plan import Actor
from workflow.record.database.engine import unit_of_work
from workflow.record.models import Delivery, Party, Webhook, new_id
from workflow.rules.engine.denials import BadInput
from workflow.rules.names.steps import MeasureStep, PlanStep

AT = NIGHT + timedelta(minutes=1)


@pytest.fixture
def world(backend: Backend) -> Iterator[World]:
    with copied(backend) as database:
        yield World(database.engine).build()


def says(world: World, name: str, channel: str, at: datetime = AT, **more: str) -> int:
    with unit_of_work(world.engine) as session:
        actor = Actor(world.party[name])
        return preferences.choose(session, actor, NotificationSettings(channel=channel, **more), at)


def states(world: World, name: str) -> list[tuple[str, str, str]]:
    query = select(Delivery.channel, Delivery.state, Delivery.reason)
    with unit_of_work(world.engine) as session:
        rows = session.execute(query.where(Delivery.recipient_id == world.party[name]))
        return sorted((row.channel, row.state, row.reason) for row in rows)


def party(world: World, name: str) -> Party:
    with unit_of_work(world.engine) as session:
        return session.get_one(Party, world.party[name])


def test_what_waits_moves_to_the_new_hour_and_channel(world: World) -> None:
    allow(world, '{"channels": ["email", "sms"]}')
    choose(world, "wes", phone="90000001")
    swept(world, "cora", "wes")
    assert says(world, "wes", "sms", digest_at="15:00") == 1
    assert queued(world) == {
        "cora": [("email", DIGEST)],
        "wes": [("sms", datetime(2026, 5, 12, 13, 0, tzinfo=UTC))],
    }


def test_a_worker_that_holds_a_message_lets_go_of_it(world: World) -> None:
    swept(world, "wes")
    with unit_of_work(world.engine) as session:
        session.execute(update(Delivery).values(claimed_by="w", claimed_at=NIGHT))
    says(world, "wes", "email", digest_at="15:00")
    with unit_of_work(world.engine) as session:
        delivery = session.execute(select(Delivery)).scalar_one()
    assert (delivery.claimed_by, delivery.claimed_at, delivery.state) == ("", None, "waiting")


def test_here_only_drops_what_waits_and_leaves_the_webhook(world: World) -> None:
    hook = {"url": "https://example.invalid/h", "secret": "s", "made_at": LONG_AGO}
    world.add(Webhook(id=new_id(), **hook))
    swept(world, "wes")
    says(world, "wes", "none")
    assert states(world, "wes") == [
        ("email", "dropped", "not_wanted"),
        ("webhook", "waiting", ""),
    ]
    says(world, "wes", "email")
    assert states(world, "wes")[0] == ("email", "dropped", "not_wanted")


def test_an_offer_moves_to_the_end_of_the_new_quiet_hours(world: World) -> None:
    told(world, PlanStep.OFFER_TRANSFER, NIGHT, "wes")
    says(world, "wes", "email", quiet="own", quiet_from="22:00", quiet_until="10:00")
    assert queued(world) == {"wes": [("email", datetime(2026, 5, 12, 8, 0, tzinfo=UTC))]}
    says(world, "wes", "email", quiet="none")
    assert queued(world) == {"wes": [("email", AT)]}


def test_reminders_off_drops_reminders_and_keeps_what_happened(world: World) -> None:
    choose(world, "kim", reminders=True)
    plan = swept(world, "kim")
    told(world, MeasureStep.DONE, NIGHT, "kim", plan=plan)
    says(world, "kim", "email", reminders="no")
    assert states(world, "kim") == [
        ("email", "dropped", "not_wanted"),
        ("email", "waiting", ""),
    ]
    assert party(world, "kim").reminders is False


def test_the_person_chooses_the_coordinator_and_staff_cannot(world: World) -> None:
    choose(world, "kim", reminders=True)
    swept(world, "kim")
    says(world, "kim", "coordinator", reminders="yes")
    assert queued(world)["kim"] == [("coordinator", AT)]
    with pytest.raises(BadInput):
        says(world, "wes", "coordinator")
    with pytest.raises(BadInput):
        says(world, "wes", "sms")


def test_the_question_is_asked_once(world: World) -> None:
    actor = Actor(world.party["kim"])
    assert party(world, "kim").reminders_asked_at is None
    for at, yes in ((NIGHT, False), (AT, True)):
        with unit_of_work(world.engine) as session:
            preferences.answer_reminders(session, actor, yes, at)
    assert (party(world, "kim").reminders_asked_at, party(world, "kim").reminders) == (NIGHT, True)


@pytest.mark.parametrize(
    "more",
    [
        {"quiet": "own"},
        {"quiet": "own", "quiet_from": "20:00"},
        {"quiet": "own", "quiet_from": "20:00", "quiet_until": "20:00"},
        {"digest_at": "25:00"},
        {"quiet": "x"},
        {"reminders": "maybe"},
        {"unknown": "1"},
    ],
)
def test_hours_that_make_no_sense_are_refused(more: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        NotificationSettings(channel="email", **more)


@pytest.mark.parametrize(
    "said",
    [
        {"channel": "email"},
        {"channel": "none", "digest_at": "15:00", "quiet": "none"},
        {"channel": "email", "quiet": "own", "quiet_from": "21:00", "quiet_until": "06:00"},
    ],
)
def test_the_form_shows_what_was_chosen(world: World, said: dict[str, Any]) -> None:
    says(world, "wes", **said)
    values = preferences.as_it_is(party(world, "wes"))
    assert {key: values[key] for key in said} == said
