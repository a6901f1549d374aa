"""An account ends only when nothing is left, and then everything ends at once; worked scenario 3."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor, wait
from datetime import timedelta

import pytest
from sqlalchemy import insert, select

from tests.servers.databases import Database
from tests.workflow.leavers import (
    by_party,
    deactivate,
    deadline,
    everything,
    hand_over,
    held,
    last_event,
    party,
    swept,
)
from tests.workflow.proofs import holders, shared_with, text, whole
from tests.world import AGREED, World, make_world
from workflow.acts.engine.fire import fire
from workflow.acts.offboarding import account_end
from workflow.acts.plan.coordinator import OfferCoordinator
from workflow.record.database.engine import unit_of_work
from workflow.record.lists.incomplete_plans import list_incomplete_plans
from workflow.record.models import (
    Delivery,
    Invitation,
    Notice,
    Participant,
    SignIn,
    StaffRole,
    new_id,
)
from workflow.rules.engine.denials import BadInput, NotThere, Refused, StillHolds
from workflow.rules.names.deadlines import DeadlineCode
from workflow.rules.names.steps import PlanStep


@pytest.fixture
def world(fresh_database: Database) -> World:
    return make_world(fresh_database.engine)


def test_who_holds_anything_is_refused_with_the_list(world: World) -> None:
    everything(world)
    for by in ("adam", "liv", "operator"):
        with pytest.raises(StillHolds) as refused:
            deactivate(world, by, "mona")
        assert len(refused.value.held) == 6
        assert refused.value.denials[0].who_can == ("coordinating_unit", "leader")
    assert party(world, "mona").deactivated_at is None


@pytest.mark.parametrize("by", ["mona", "lars", "ali", "kim"])
def test_others_cannot_end_an_account(world: World, by: str) -> None:
    with pytest.raises(Refused, match="not_yours_to_decide"):
        deactivate(world, by, "per")


def test_when_the_account_ends_everything_ends_at_once(world: World) -> None:
    plan = world.active()
    world.take(
        "mona",
        PlanStep.ADD_PARTICIPANT,
        plan,
        party_id=world.party["ali"],
        role="Veileder",
        **AGREED,
    )
    world.take("ali", PlanStep.WRITE, plan, words="Hei", to_party_id=world.party["mona"])
    world.take("mona", PlanStep.WRITE, plan, words="Hei igjen", to_party_id=world.party["ali"])
    with unit_of_work(world.engine) as session:
        place = {"party_id": world.party["ali"]}
        session.execute(
            insert(SignIn),
            {
                "id": new_id(),
                **place,
                "token_hash": new_id(),
                "created_at": world.now,
                "seen_at": world.now,
            },
        )
        session.execute(
            insert(Invitation),
            {
                "id": new_id(),
                **place,
                "token_hash": new_id(),
                "created_at": world.now,
                "expires_at": world.now + timedelta(days=7),
            },
        )
    hand_over(world, "liv", "ali")  # the question they were asked
    deactivate(world, "liv", "ali")
    with unit_of_work(world.engine) as session:
        ali = world.party["ali"]
        assert all(one.ended_at for one in by_party(session, SignIn, ali))
        assert all(one.expires_at == world.now for one in by_party(session, Invitation, ali))
        assert all(one.until_at == world.now for one in by_party(session, StaffRole, ali))
        sent = session.execute(
            select(Delivery.state, Delivery.reason).where(Delivery.recipient_id == ali)
        ).all()
        assert sent and {tuple(one) for one in sent} == {("dropped", "left")}
        left = session.execute(select(Participant).where(Participant.party_id == ali)).scalars()
        assert [(one.left_at, one.leave_code) for one in left] == [(world.now, "left")]
    assert "ali" not in shared_with(world, plan)
    assert (
        text(world, last_event(world, plan, PlanStep.STAFF_LEAVES))["codes"]["who"]
        == world.party["ali"]
    )
    whole(world)


def test_a_colleague_with_a_plan_of_their_own_keeps_it(world: World) -> None:
    """One human per municipality: the work ends, the private person signs in as before."""
    plan = world.take(
        "ali", PlanStep.REPORT_NEED, person_id=world.party["ali"], why="Hjelp"
    ).plan_id
    world.take("oda", PlanStep.PROVISIONAL_REPLY, plan, reason="Mye", expected_on=world.days(9))
    assert held(world, "ali") == []
    deactivate(world, "adam", "ali")
    assert party(world, "ali").deactivated_at is None
    with unit_of_work(world.engine) as session:
        waiting = select(Delivery.state).where(Delivery.recipient_id == world.party["ali"])
        assert set(session.execute(waiting).scalars()) == {"waiting"}
    with pytest.raises(NotThere):
        held(world, "ali")


def test_nobody_is_given_anything_after_they_left(world: World) -> None:
    deactivate(world, "liv", "ove")
    plan = world.active()
    for step_name, field in (
        (PlanStep.OFFER_COORDINATOR, "to_party_id"),
        (PlanStep.VACATE, "acting_id"),
        (PlanStep.ADD_PARTICIPANT, "party_id"),
    ):
        with pytest.raises((BadInput, Refused)):
            world.take(
                "liv",
                step_name,
                plan,
                **{field: world.party["ove"]},
                **(AGREED if step_name == PlanStep.ADD_PARTICIPANT else {}),
            )


def test_the_ombudsmans_case_the_coordinator_leaves(world: World) -> None:
    """Worked scenario 3: no silent role; who acts from the same day; `vacancy` at day 14; on the lists."""
    plan = world.take(
        "ali",
        PlanStep.REPORT_NEED,
        person_id=world.party["kim"],
        why="Gjeld",
        person_knows="yes",
        **AGREED,
    ).plan_id
    world.by_two(
        "ali",
        "lars",
        PlanStep.START_INFORMALLY,
        plan,
        most_important="Huset",
        coordinator_id=world.party["mona"],
        **AGREED,
    )
    if "coordinator" not in holders(world, plan):
        world.take("mona", PlanStep.ACCEPT_COORDINATOR, plan)
    with pytest.raises(StillHolds):
        deactivate(world, "adam", "mona")
    hand_over(world, "leif", "mona", acting="liv")
    deactivate(world, "adam", "mona")
    assert holders(world, plan) == {"responsible": "liv", "acting": "liv"}
    assert world.plan(plan).responsible_party_id == world.party["liv"]
    assert deadline(world, plan, DeadlineCode.VACANCY) == world.days(14)
    for what in ("vacant", "informal"):
        with unit_of_work(world.engine) as session:
            lines, _ = list_incomplete_plans(session, world.actor("liv"), world.now, what, None)
        assert [line.number for line in lines] == [world.plan(plan).number], what
    world.later(days=16)
    swept(world)
    with unit_of_work(world.engine) as session:
        query = select(Notice.recipient_id).where(
            Notice.plan_id == plan, Notice.code == DeadlineCode.VACANCY
        )
        heard = set(session.execute(query).scalars())
    assert world.party["mona"] not in heard and world.party["liv"] in heard


def test_the_last_of_a_duty_does_not_leave_it_empty(world: World) -> None:
    """The only administrator, the only leader of a unit with plans; of two in an office one may."""
    world.active()
    assert [(one.kind, one.detail) for one in held(world, "adam")] == [("duty", "administrator")]
    assert [(one.kind, one.detail) for one in held(world, "lars")] == [("duty", "leader")]
    assert [(one.kind, one.detail) for one in held(world, "pia")] == [("duty", "privacy_officer")]
    assert held(world, "lise") == [] and held(world, "leif") == [] and held(world, "ove") == []
    with pytest.raises(StillHolds):
        deactivate(world, "liv", "adam")
    assert hand_over(world, "liv", "adam") == {}  # not hers to give
    assert hand_over(world, "adam", "adam", duty="pia") == {"duty": 1}
    deactivate(world, "liv", "adam")
    deactivate(world, "liv", "leif")
    assert [(one.kind, one.detail) for one in held(world, "liv")] == [("duty", "coordinating")]


def test_what_is_given_in_the_same_moment_is_seen(world: World) -> None:
    """An offer on its way is waited for; what is given after the account ended is refused."""
    plan = world.active()
    form = OfferCoordinator(to_party_id=world.party["ove"], **AGREED)
    giving = {"plan_id": plan, "form": form, "now": world.now}
    with ThreadPoolExecutor(1) as pool:
        with unit_of_work(world.engine) as session:
            fire(session, world.actor("liv"), PlanStep.OFFER_COORDINATOR, **giving)  # type: ignore[arg-type]
            ending = pool.submit(deactivate, world, "adam", "ove")
            wait([ending], timeout=0.5)
        with pytest.raises(StillHolds):
            ending.result(timeout=20)
    world.take("liv", PlanStep.WITHDRAW_COORDINATOR_OFFER, plan)
    with ThreadPoolExecutor(1) as pool:
        with unit_of_work(world.engine) as session:
            account_end.deactivate(session, world.actor("adam"), world.party["ove"], world.now)
            given = pool.submit(
                world.take, "liv", PlanStep.OFFER_COORDINATOR, plan, None, **form.model_dump()
            )
            wait([given], timeout=0.5)
        with pytest.raises(BadInput, match="unknown_party"):
            given.result(timeout=20)
