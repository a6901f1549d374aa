"""The rows of the queue: on the channel that was chosen, at the hour of each reader, with the webhook's beside."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from itertools import product
from typing import Any

import pytest
from sqlalchemy import select, update

from tests.servers.databases import Backend, copied
from tests.workflow.deadline_world import LONG_AGO, World, row
from workflow.acts.deadlines.sweep import sweep
from workflow.acts.notices import inbox
from workflow.record.database.engine import unit_of_work
from workflow.record.models import (
    DeadlinePolicy,
    DeadlineRung,
    Delivery,
    Notice,
    Party,
    Webhook,
    new_id,
)
from workflow.rules.calendar.clock import at_oslo
from workflow.rules.names.deadlines import DeadlineCode
from workflow.rules.names.steps import MeasureStep, PlanStep
from workflow.rules.notices.timing import channel_of
from workflow.rules.tables import TRANSITIONS

NIGHT = datetime(2026, 5, 11, 22, 5, tzinfo=UTC)
DIGEST = datetime(2026, 5, 12, 6, 0, tzinfo=UTC)
CHANNELS = ("email", "sms", "coordinator", "none")


@pytest.fixture
def world(backend: Backend) -> Iterator[World]:
    with copied(backend) as database:
        yield World(database.engine).build()


def choose(world: World, name: str, **values: Any) -> None:
    with unit_of_work(world.engine) as session:
        session.execute(update(Party).where(Party.id == world.party[name]).values(**values))


def allow(world: World, choices: str) -> None:
    version = {"valid_from": date(2026, 1, 1), "choices": choices, "made_at": LONG_AGO}
    world.add(DeadlinePolicy(id=new_id(), **version))


def swept(world: World, *accountable: str) -> str:
    """A measure of each, due in three days and swept in the night."""
    plan = world.plan()
    for name in accountable:
        measure = world.measure(plan, name, date(2026, 5, 16))
        world.act(row(DeadlineCode.MEASURE_DUE), plan, LONG_AGO, "measure", measure)
    with unit_of_work(world.engine) as session:
        session.execute(update(DeadlineRung).where(DeadlineRung.n == 1).values(at=NIGHT))
    sweep(world.engine, NIGHT)
    return plan


def told(world: World, step_name: str, now: datetime, *names: str, plan: str | None = None) -> None:
    plan = plan or world.plan()
    with unit_of_work(world.engine) as session:
        inbox.notify(
            session.connection(),
            TRANSITIONS[step_name],
            new_id(),
            [(world.party[name], "person" if name == "kim" else "coordinator") for name in names],
            plan,
            plan,
            now,
        )


def queued(world: World) -> dict[str, list[tuple[str, datetime]]]:
    """(channel, hour) of everybody's deliveries."""
    names = {key: name for name, key in world.party.items()}
    query = (
        select(Delivery.recipient_id, Delivery.channel, Delivery.next_try_at)
        .join(Notice, Notice.id == Delivery.notice_id)
        .where(Notice.code != "overview")
        .order_by(Delivery.channel)
    )
    by_name: dict[str, list[tuple[str, datetime]]] = {}
    with unit_of_work(world.engine) as session:
        for who, channel, at in session.execute(query):
            by_name.setdefault(names[who], []).append((channel, at))
    return by_name


def test_a_sweep_writes_each_reader_at_their_own_hour(world: World) -> None:
    choose(world, "wes", digest_at="15:30")
    choose(world, "sub", quiet_from="18:00", quiet_until="10:00")
    choose(world, "dag", channel="none")
    choose(world, "lea", email="")
    swept(world, "cora", "wes", "sub", "dag", "lea")
    assert queued(world) == {
        "cora": [("email", DIGEST)],
        "wes": [("email", datetime(2026, 5, 12, 13, 30, tzinfo=UTC))],
        "sub": [("email", datetime(2026, 5, 12, 8, 0, tzinfo=UTC))],
    }


def test_the_municipalitys_own_hours_and_channels_hold(world: World) -> None:
    allow(world, '{"channels": ["sms"], "digest_at": "09:15"}')
    choose(world, "wes", channel="sms", phone="90000001")
    swept(world, "cora", "wes")
    assert queued(world) == {"wes": [("sms", datetime(2026, 5, 12, 7, 15, tzinfo=UTC))]}


def test_the_person_may_be_told_by_the_coordinator_and_nobody_else(world: World) -> None:
    for name in ("kim", "wes"):
        choose(world, name, channel="coordinator", reminders=True)
    swept(world, "kim", "wes")
    assert queued(world) == {"kim": [("coordinator", NIGHT)], "wes": [("email", DIGEST)]}


def test_without_an_address_the_person_is_still_told_by_the_coordinator(world: World) -> None:
    choose(world, "kim", channel="coordinator", reminders=True, email="")
    choose(world, "wes", channel="none")
    swept(world, "kim", "wes")
    assert queued(world) == {"kim": [("coordinator", NIGHT)]}


def test_reminders_to_the_person_are_asked_for_events_are_told(world: World) -> None:
    plan = swept(world, "kim")
    assert "kim" not in queued(world)
    told(world, MeasureStep.DONE, NIGHT, "kim", plan=plan)
    assert queued(world)["kim"] == [("email", DIGEST)]


def test_an_offer_in_the_night_waits_for_the_morning(world: World) -> None:
    choose(world, "cora", quiet_from="00:00", quiet_until="00:00")
    told(world, PlanStep.OFFER_TRANSFER, NIGHT, "cora", "wes")
    assert queued(world) == {
        "cora": [("email", NIGHT)],
        "wes": [("email", datetime(2026, 5, 12, 5, 0, tzinfo=UTC))],
    }


@pytest.mark.parametrize("by_sweep", [True, False])
def test_a_webhook_hears_of_every_notice_about_its_plans_at_once(
    world: World, by_sweep: bool
) -> None:
    hook = {"url": "https://example.invalid/h", "secret": "s", "made_at": LONG_AGO}
    world.add(Webhook(id=new_id(), **hook))
    world.add(Webhook(id=new_id(), ended_at=LONG_AGO, **hook))
    choose(world, "wes", channel="none")
    if by_sweep:
        swept(world, "cora", "wes")
    else:
        told(world, MeasureStep.DONE, NIGHT, "cora", "wes")
    assert queued(world) == {
        "cora": [("email", DIGEST), ("webhook", NIGHT)],
        "wes": [("webhook", NIGHT)],
    }


def test_a_webhook_that_has_ended_hears_nothing(world: World) -> None:
    hook = {"url": "https://example.invalid/h", "secret": "s", "made_at": LONG_AGO}
    world.add(Webhook(id=new_id(), ended_at=LONG_AGO, **hook))
    plan = swept(world, "cora")
    told(world, MeasureStep.DONE, NIGHT, "cora", plan=plan)
    assert [way for way, _ in queued(world)["cora"]] == ["email", "email"]


def test_the_set_based_rows_agree_with_the_rule_for_every_choice(world: World) -> None:
    """Each combination of choice, address and telephone, for the person and for staff."""
    allow(world, '{"channels": ["email", "sms", "coordinator"]}')
    combos = list(product(CHANNELS, ("a@example.invalid", ""), ("90000001", "")))
    expected: dict[str, str] = {}
    for number, (channel, email, phone) in enumerate(combos):
        for is_person in (True, False):
            name = f"{'person' if is_person else 'staff'}{number}"
            world.hire(name)
            choose(world, name, channel=channel, email=email, phone=phone, reminders=True)
            plan = world.plan(person_id=world.party[name] if is_person else None)
            measure = world.measure(plan, name, date(2026, 5, 15))
            world.act(row(DeadlineCode.MEASURE_DUE), plan, LONG_AGO, "measure", measure)
            way = channel_of(
                channel, bool(email), bool(phone), is_person, ("email", "sms", "coordinator")
            )
            if way != "none":
                expected[name] = way
    sweep(world.engine, at_oslo(date(2026, 5, 14)))
    by_name = {name: ways[0][0] for name, ways in queued(world).items()}
    assert {n: w for n, w in by_name.items() if n.startswith(("person", "staff"))} == expected
