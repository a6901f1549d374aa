"""«Koordinator sier det til meg»: who sees the line, what ends it, and that nothing is said twice."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from sqlalchemy import delete, select, update

from tests.servers.databases import Backend, copied
from tests.servers.mail import mail_server, post_to
from tests.workflow.deadline_world import LONG_AGO, World, row
from tests.workflow.delivery.test_enqueue import NIGHT, allow, choose, queued, swept, told
from workflow.acts.delivery.send_batch import deliver
from workflow.acts.notices import inbox, told_in_person
from workflow.acts.notices.told_in_person import Again, ToSay
from workflow.record.access.open_plan import Actor
from workflow.record.database.engine import unit_of_work
from workflow.record.models import Consent, Delivery, Measure, Plan, Tenure, new_id
from workflow.rules.engine.denials import BadInput, NotThere
from workflow.rules.names.deadlines import DeadlineCode
from workflow.rules.names.steps import MeasureStep, PlanStep

AT = NIGHT + timedelta(hours=12)


@pytest.fixture
def world(backend: Backend) -> Iterator[World]:
    with copied(backend) as database:
        made = World(database.engine).build()
        choose(made, "kim", channel="coordinator", reminders=True)
        yield made


def news(world: World) -> str:
    """Kim's plan with a reminder for her; Cora coordinates with Kim's yes."""
    plan = swept(world, "kim")
    share(world, plan, "cora")
    return plan


def share(world: World, plan: str, name: str) -> None:
    who = {"plan_id": plan, "receiver_id": world.party[name]}
    world.add(Consent(id=new_id(), from_at=LONG_AGO, **who))


def lines(world: World, name: str) -> list[ToSay]:
    actor = Actor(world.party[name])
    with unit_of_work(world.engine) as session:
        messages = told_in_person.list_to_tell(session, actor, AT)
        now = [one for one in messages if one.again_at <= AT]
        assert told_in_person.how_many(session, actor, AT) == len(now)
    return messages


def deliveries(world: World) -> list[tuple[str, str, str]]:
    query = select(Delivery.state, Delivery.reason, Delivery.claimed_by).where(
        Delivery.channel == "coordinator"
    )
    with unit_of_work(world.engine) as session:
        return [(one.state, one.reason, one.claimed_by) for one in session.execute(query)]


def say(world: World, name: str, plan: str, newest: str) -> int:
    with unit_of_work(world.engine) as session:
        actor = Actor(world.party[name])
        return told_in_person.mark_told(session, actor, plan, newest, AT)


def test_the_coordinator_sees_one_line_a_plan_and_says_it(world: World) -> None:
    plan = news(world)
    told(world, MeasureStep.DONE, NIGHT, "kim", plan=plan)
    (line,) = lines(world, "cora")
    assert (line.plan_id, line.name, line.tries) == (plan, "Kim", 0)
    assert say(world, "cora", plan, line.newest) == 2
    assert lines(world, "cora") == []
    assert deliveries(world) == [("sent", "said", world.party["cora"])] * 2
    assert say(world, "cora", plan, line.newest) == 0


def test_what_came_after_the_page_was_drawn_waits_on(world: World) -> None:
    plan = news(world)
    (line,) = lines(world, "cora")
    told(world, MeasureStep.DONE, AT, "kim", plan=plan)
    assert say(world, "cora", plan, line.newest) == 1
    assert len(lines(world, "cora")) == 1


@pytest.mark.parametrize("name", ["lea", "wes", "kea", "kim", "dag"])
def test_nobody_else_sees_it_or_says_it(world: World, name: str) -> None:
    plan = news(world)
    assert lines(world, name) == []
    with pytest.raises(NotThere):
        say(world, name, plan, "z")


def test_the_substitute_says_it_while_the_coordinator_is_away(world: World) -> None:
    plan = news(world)
    world.away("cora", NIGHT, 3, "sub")
    (line,) = lines(world, "sub")
    assert say(world, "sub", plan, line.newest) == 1
    assert deliveries(world)[0][2] == world.party["sub"]


def test_where_nobody_coordinates_the_responsible_says_it(world: World) -> None:
    plan = world.plan(coordinator=None, responsible_party_id=world.party["dag"], state="requested")
    told(world, PlanStep.GRANT, NIGHT, "kim", plan=plan)
    assert len(lines(world, "dag")) == 1
    world.tenure(plan, "coordinator", "cora")
    share(world, plan, "cora")
    assert lines(world, "dag") == [] and len(lines(world, "cora")) == 1


def test_who_is_no_longer_shared_with_sees_nothing(world: World) -> None:
    news(world)
    with unit_of_work(world.engine) as session:
        session.execute(update(Consent).values(withdrawn_at=NIGHT))
    assert lines(world, "cora") == []
    with unit_of_work(world.engine) as session:
        session.execute(update(Consent).values(withdrawn_at=None))
        session.execute(update(Plan).values(resting="stopped"))
    assert lines(world, "cora") == []


def test_not_reached_stands_again_on_its_day(world: World) -> None:
    plan = news(world)
    (line,) = lines(world, "cora")
    actor = Actor(world.party["cora"])
    for day in (date(2026, 5, 12), date(2026, 5, 29)):
        with unit_of_work(world.engine) as session, pytest.raises(BadInput):
            told_in_person.try_later(session, actor, plan, line.newest, Again(again_on=day), AT)
    with unit_of_work(world.engine) as session:
        form = Again(again_on=date(2026, 5, 14))
        assert told_in_person.try_later(session, actor, plan, line.newest, form, AT) == 1
    (later,) = lines(world, "cora")
    assert later.again_at > AT and later.tries == 1
    assert deliveries(world) == [("waiting", "not_reached", world.party["cora"])]


def drop(world: World) -> int:
    with unit_of_work(world.engine) as session:
        return told_in_person.drop_untrue(session.connection(), AT)


def test_what_the_person_has_read_is_not_said(world: World) -> None:
    news(world)
    assert drop(world) == 0
    with unit_of_work(world.engine) as session:
        inbox.mark_read(session, world.party["kim"], NIGHT)
    assert lines(world, "cora") == []
    assert drop(world) == 1
    assert [delivery[:2] for delivery in deliveries(world)] == [("dropped", "read")]


@pytest.mark.parametrize("reason", ["met", "moved"])
def test_what_is_met_or_moved_is_not_said(world: World, reason: str) -> None:
    plan = news(world)
    with unit_of_work(world.engine) as session:
        measure = session.execute(select(Measure.id)).scalar_one()
        session.execute(update(Measure).values(due_on=date(2026, 6, 30)))
    again = (
        row(meets=(DeadlineCode.MEASURE_DUE,)) if reason == "met" else row(DeadlineCode.MEASURE_DUE)
    )
    world.act(again, plan, AT, "measure", measure)
    assert lines(world, "cora") == []
    assert drop(world) == 1
    assert [delivery[:2] for delivery in deliveries(world)] == [("dropped", reason)]


def test_a_new_coordinator_takes_the_line_over(world: World) -> None:
    plan = news(world)
    with unit_of_work(world.engine) as session:
        session.execute(update(Tenure).values(until_at=NIGHT))
    world.tenure(plan, "coordinator", "wes")
    share(world, plan, "wes")
    assert lines(world, "cora") == [] and len(lines(world, "wes")) == 1


@pytest.mark.parametrize("phone", ["91000000", ""])
def test_who_has_no_email_is_told_by_the_coordinator_who_sees_how(world: World, phone: str) -> None:
    """Nobody is without a channel unseen: with a telephone she is rung, without one a letter goes."""
    choose(world, "kim", channel="email", email="", phone=phone)
    plan = news(world)
    told(world, MeasureStep.DONE, NIGHT, "kim", plan=plan)
    (line,) = lines(world, "cora")
    assert (line.plan_id, line.phone, line.chosen) == (plan, phone, False)


def test_who_has_a_telephone_gets_text_messages_where_they_are_allowed(world: World) -> None:
    allow(world, '{"channels": ["email", "sms"]}')
    choose(world, "kim", channel="email", email="", phone="91000000")
    told(world, MeasureStep.DONE, NIGHT, "kim", plan=world.plan())
    assert [way for way, _ in queued(world)["kim"]] == ["sms"]


def test_who_chose_to_be_told_nowhere_but_here_is_left_in_peace(world: World) -> None:
    choose(world, "kim", channel="none", email="", phone="")
    news(world)
    assert lines(world, "cora") == []


@pytest.mark.parametrize("address", ["kim@example,no", ""])
def test_an_address_that_nothing_can_go_to_is_found_at_sending_and_said_instead(
    world: World, address: str
) -> None:
    choose(world, "kim", channel="email")
    plan = news(world)
    choose(world, "kim", email=address)
    with mail_server() as (mails, port), post_to(port) as post:
        done = deliver(world.engine, post, AT, address="http://localhost")
        assert (done.later, done.dropped, mails.to()) == (1, 0, [])
    (line,) = lines(world, "cora")
    assert line.plan_id == plan
    assert say(world, "cora", plan, line.newest) == 1


def test_where_nobody_has_the_plan_in_hand_the_office_sees_whom_to_write_to(world: World) -> None:
    choose(world, "kim", channel="email", email="", phone="")
    plan = world.plan(state="decided", outcome="denied", responsible_party_id=None)
    with unit_of_work(world.engine) as session:
        session.execute(delete(Tenure).where(Tenure.plan_id == plan))
    told(world, PlanStep.DENY, NIGHT, "kim", plan=plan)
    assert [line.plan_id for line in lines(world, "dag")] == [plan]
    assert lines(world, "cora") == []
