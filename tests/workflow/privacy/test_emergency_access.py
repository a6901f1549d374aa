"""Emergency access: who may, what is said before the reason, what is told, how it ends and how it is followed up."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from pydantic import ValidationError
from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from tests.servers.databases import Database
from tests.workflow.proofs import proves, rows, text, told
from tests.world import World, make_world
from workflow.acts.engine.fire import why_not
from workflow.acts.people import register
from workflow.acts.privacy import emergency_access, protected_addresses
from workflow.acts.privacy.emergency_access import (
    NOTHING,
    OPENED,
    READS_ALREADY,
    EmergencyOutcome,
    NotForYou,
    SeekPlan,
)
from workflow.acts.privacy.emergency_report import is_month, month_report
from workflow.record.access import emergencies
from workflow.record.access.open_plan import my_plans, open_for_reading
from workflow.record.database.engine import unit_of_work
from workflow.record.history.verify import verify
from workflow.record.models import (
    Access,
    Deadline,
    EmergencyAccess,
    Event,
    Notice,
    Party,
    StaffRole,
    new_id,
)
from workflow.rules.calendar.clock import oslo_date
from workflow.rules.engine.denials import BadInput, NotThere, Refused
from workflow.rules.engine.policy import READING
from workflow.rules.names.deadlines import DeadlineCode
from workflow.rules.names.steps import PlanStep

BORN = date(1980, 5, 17)
KEY = "k" * 32
KIM = {"reason": "life", "name": "kim", "born_on": BORN}


@pytest.fixture
def world(fresh_database: Database) -> Iterator[World]:
    made = make_world(fresh_database.engine)
    with unit_of_work(made.engine) as session:
        session.execute(update(Party).where(Party.id == made.party["kim"]).values(born_on=BORN))
    yield made


def seek(world: World, who: str, /, **fields: object) -> EmergencyOutcome:
    form = SeekPlan(**{**KIM, **fields})
    with unit_of_work(world.engine) as session:
        return emergency_access.open_in_emergency(session, world.actor(who), form, KEY, world.now)


def traces(world: World, name: str) -> list[tuple[str, str, bool, str]]:
    with Session(world.engine) as session:
        looks = session.execute(
            select(Access.act, Access.ground, Access.refused, Access.reason)
            .where(Access.party_id == world.party[name])
            .order_by(Access.at, Access.id)
        )
        return [tuple(row) for row in looks]  # type: ignore[misc]


@proves(PlanStep.OPEN_IN_EMERGENCY, PlanStep.FOLLOW_UP_EMERGENCY)
def test_opened_read_told_and_followed_up(world: World) -> None:
    plan = world.active()
    world.take(
        "oda",
        PlanStep.ADD_REPRESENTATION,
        plan,
        representative_id=world.party["mor"],
        ground="guardian",
    )
    assert seek(world, "berit") == EmergencyOutcome(OPENED, plan, world.now + timedelta(minutes=60))
    event = next(
        one for one in rows(world, Event, plan) if one.step_name == PlanStep.OPEN_IN_EMERGENCY
    )
    with unit_of_work(world.engine) as session:
        heard = set(
            session.scalars(select(Notice.recipient_id).where(Notice.cause == f"e:{event.id}"))
        )
    assert heard == {world.party[name] for name in ("kim", "mor", "pia")}
    (waits,) = (
        one for one in rows(world, Deadline, plan) if one.code == DeadlineCode.EMERGENCY_FOLLOW_UP
    )
    assert oslo_date(waits.due_at) == date(2026, 3, 12)
    for act, allowed in READING.items():
        if "emergency" in allowed:
            assert open_for_reading(world.engine, world.actor("berit"), plan, act, world.now).ground
        else:
            with pytest.raises(NotThere):
                open_for_reading(world.engine, world.actor("berit"), plan, act, world.now)
    looked = [one for one in traces(world, "berit") if not one[2]]
    assert {ground for _, ground, _, _ in looked} == {"emergency"}
    assert {reason for *_, reason in looked} == {"life"}

    with pytest.raises(BadInput):
        world.take("pia", PlanStep.FOLLOW_UP_EMERGENCY, plan)
    done = world.take(
        "pia",
        PlanStep.FOLLOW_UP_EMERGENCY,
        plan,
        outcome="justified",
        answer="Det var fare for livet",
    )
    assert told(world, done) == {"kim", "mor"}
    assert text(world, done)["codes"]["outcome"] == "justified"
    (kept,) = rows(world, EmergencyAccess, plan)
    assert (kept.outcome, kept.reviewed_by) == ("justified", world.party["pia"])
    assert [
        one.state
        for one in rows(world, Deadline, plan)
        if one.code == DeadlineCode.EMERGENCY_FOLLOW_UP
    ] == ["met"]
    with pytest.raises(Refused, match="no_emergency"):
        world.take(
            "pia", PlanStep.FOLLOW_UP_EMERGENCY, plan, outcome="justified", answer="En gang til"
        )


def test_it_lasts_an_hour_or_until_it_is_ended(world: World) -> None:
    plan = world.active()
    seek(world, "berit")
    berit = world.actor("berit")
    world.later(minutes=59)
    assert open_for_reading(world.engine, berit, plan, "read", world.now).ground == "emergency"
    with unit_of_work(world.engine) as session:
        assert not emergency_access.end_now(session, world.actor("per"), plan, world.now)
        assert emergency_access.end_now(session, berit, plan, world.now)
    with pytest.raises(NotThere):
        open_for_reading(world.engine, berit, plan, "read", world.now)
    seek(world, "berit")
    world.later(minutes=60)
    with pytest.raises(NotThere):
        open_for_reading(world.engine, berit, plan, "read", world.now)


def test_it_opens_no_step_and_ends_with_the_work(world: World) -> None:
    plan = world.active()
    seek(world, "berit")
    with Session(world.engine) as session:
        for emergency_id in (
            PlanStep.TALKED,
            PlanStep.WRITE,
            PlanStep.REVIEW,
            PlanStep.ADD_PARTICIPANT,
        ):
            assert why_not(session, world.actor("berit"), emergency_id, plan_id=plan, now=world.now)
    (kept,) = rows(world, EmergencyAccess, plan)
    with pytest.raises(BadInput):  # told once
        world.take("berit", PlanStep.OPEN_IN_EMERGENCY, plan, emergency_id=kept.id)
    with unit_of_work(world.engine) as session:
        session.execute(
            update(StaffRole)
            .where(StaffRole.party_id == world.party["berit"])
            .values(until_at=world.now)
        )
    with pytest.raises(NotThere):
        open_for_reading(world.engine, world.actor("berit"), plan, "read", world.now)


@pytest.mark.parametrize("name", ["adam", "frida", "nosy"])
def test_only_those_who_work_with_people_may_ask(world: World, name: str) -> None:
    world.active()
    with pytest.raises(NotForYou):
        seek(world, name)
    assert not traces(world, name)


def test_who_reads_already_is_told_so_and_nothing_is_kept(world: World) -> None:
    plan = world.active()
    assert seek(world, "mona") == EmergencyOutcome(READS_ALREADY, plan)
    assert not rows(world, EmergencyAccess, plan)
    seek(world, "berit")
    assert seek(world, "berit").what == READS_ALREADY


@pytest.mark.parametrize(
    "fields",
    [{"name": "Ki"}, {"name": "nosy"}, {"born_on": date(1980, 5, 18)}, {"name": "Kim Kim"}],
)
def test_nothing_but_an_exact_match_is_found(world: World, fields: dict[str, object]) -> None:
    world.active()
    assert seek(world, "berit", **fields) == EmergencyOutcome(NOTHING)
    with Session(world.engine) as session:
        (kept,) = session.scalars(select(EmergencyAccess))
        told_of = list(
            session.scalars(select(Notice).where(Notice.code == "emergency_without_plan"))
        )
        assert kept.plan_id is None and kept.ended_at == kept.opened_at == kept.until_at
        assert [one.recipient_id for one in told_of] == [world.party["pia"]]
        waits = emergencies.waiting(session)
        assert [one.id for one in waits] == [kept.id]
    assert traces(world, "berit") == [("emergency", "none", True, "life")]
    form = emergency_access.FollowUp(outcome="justified", answer="Feil i datoen")
    with unit_of_work(world.engine) as session:
        with pytest.raises(NotThere):
            emergency_access.answer_try(session, world.actor("mona"), kept.id, form, world.now)
        emergency_access.answer_try(session, world.actor("pia"), kept.id, form, world.now)
        assert not emergencies.waiting(session)


def test_a_national_id_finds_its_owner_and_nobody_else(world: World) -> None:
    plan = world.active()
    number = "17858012345"
    for last in range(100):  # the control digits that fit
        try:
            number = register.check_national_id(f"178580123{last:02}", True)
            break
        except BadInput:
            continue
    digest = register.digest_national_id(KEY, number)
    with unit_of_work(world.engine) as session:
        session.execute(
            update(Party).where(Party.id == world.party["kim"]).values(national_id_hmac=digest)
        )
    assert seek(world, "berit", national_id=number, name="", born_on=None).plan_id == plan
    with pytest.raises(BadInput):
        seek(world, "berit", national_id="12345678901")


def test_the_reason_is_asked_before_anything_is_said() -> None:
    with pytest.raises(ValidationError):
        SeekPlan(name="Kim", born_on=BORN)
    with pytest.raises(ValidationError):
        SeekPlan(reason="curious", name="Kim", born_on=BORN)
    with pytest.raises(ValidationError):
        SeekPlan(reason="life", name="Kim")


def test_the_third_time_in_a_day_is_told_one_step_further_up(world: World) -> None:
    world.active()
    with unit_of_work(world.engine) as session:
        session.execute(
            insert(StaffRole),
            {
                "id": new_id(),
                "role": "leader",
                "party_id": world.party["liv"],
                "unit_id": world.unit["coordinating"],
                "from_at": world.now,
            },
        )
    for count in range(4):
        seek(world, "berit", name="Ukjent")
        with Session(world.engine) as session:
            often = select(Notice.recipient_id).where(Notice.code == "emergency_often")
            heard = list(session.scalars(often))
        leaders = {world.party["liv"], world.party["lise"]}
        assert set(heard) == (leaders if count >= 2 else set())
        world.later(hours=3)
    world.later(hours=24)
    seek(world, "berit", name="Ukjent")
    with Session(world.engine) as session:
        assert len(list(session.scalars(often))) == 4


def test_lists_hold_the_plan_only_while_it_is_open(world: World) -> None:
    plan = world.active()
    seek(world, "berit")
    listed = my_plans()
    binds = {"me": world.party["berit"]}
    with Session(world.engine) as session:
        query = select(listed.c.plan_id)
        assert list(session.scalars(query, {**binds, "now": world.now})) == [plan]
        later = world.now + timedelta(hours=1)
        assert not list(session.scalars(query, {**binds, "now": later}))


def test_the_months_report_counts_by_unit(world: World) -> None:
    plan = world.active()
    seek(world, "berit")
    open_for_reading(world.engine, world.actor("berit"), plan, "read", world.now)
    world.later(minutes=10)
    with unit_of_work(world.engine) as session:
        emergency_access.end_now(session, world.actor("berit"), plan, world.now)
    seek(world, "per", reason="child", name="Ukjent")
    world.later(days=40)
    with Session(world.engine) as session:
        report = month_report(session, "2026-03")
        empty = month_report(session, "2026-02")
    lines = {line.unit: line for line in report.units}
    assert (lines["nav"].opened, lines["nav"].minutes, lines["nav"].looks) == (1, 10, 1)
    assert (lines["service"].nothing_found, lines["service"].waiting) == (1, 1)
    assert dict(report.reasons) == {"life": 1, "child": 1}
    assert (report.before, report.after) == ("2026-02", "2026-04")
    assert not empty.rows and report.as_dict()["month"] == "2026-03"
    assert not is_month("2026-13") and not is_month("i fjor")


@pytest.mark.parametrize("code", ["emergency_without_plan", "emergency_often", "log_review"])
def test_every_notice_has_its_sentence(code: str) -> None:
    from workflow.words.notices.notices import notice_sentence

    assert notice_sentence(code, False)


def test_verify_finds_what_was_taken_out_or_changed(world: World) -> None:
    plan = world.active()
    seek(world, "berit")
    seek(world, "per", name="Ukjent")

    def broken(key: str | None = None) -> int:
        faults = verify(world.engine, key).broken
        return sum(one.what == "emergency_gone" for one in faults)

    before = broken()
    assert broken(plan) == 0
    with unit_of_work(world.engine) as session:
        session.execute(update(EmergencyAccess).values(reason="duty"))
    assert (broken(plan), broken() - before) == (2, 3)
    with unit_of_work(world.engine) as session:
        session.execute(delete(EmergencyAccess))
    assert (broken(plan), broken() - before) == (2, 3)


@pytest.mark.parametrize(("level", "shown"), [("confidential", True), ("strict", False)])
def test_an_address_of_code_six_stays_hidden(world: World, level: str, shown: bool) -> None:
    plan, kim = world.active(), world.party["kim"]
    with unit_of_work(world.engine) as session:
        session.execute(update(Party).where(Party.id == kim).values(protection=level))
    seek(world, "berit")
    berit = world.actor("berit")
    with unit_of_work(world.engine) as session:
        address = protected_addresses.read_address(
            session, berit, kim, "emergency", world.now, plan
        )
        assert (address is not None) is shown
        assert bool(protected_addresses.reasons_for(session, berit, plan, world.now)) is shown
