"""Nobody leaves with a silent role: what is held passes to a named human first, then the account ends."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select

from tests.servers.databases import Database
from tests.workflow.proofs import holders, last, proves, rows, shared_with, text, whole
from tests.world import AGREED, World, make_world
from workflow.acts import handing_on, leaving, sweep
from workflow.acts.absences import Away, set_substitute
from workflow.acts.handing_on import HandOver
from workflow.acts.step import Done
from workflow.record.database import unit_of_work
from workflow.record.holding import Held
from workflow.record.lacking import lacking
from workflow.record.models import (
    Deadline,
    Delivery,
    Event,
    Invitation,
    MeasureHelper,
    Meeting,
    Notice,
    Offer,
    Participant,
    Party,
    SignIn,
    StaffRole,
    Wish,
    new_id,
)
from workflow.rules.denials import BadInput, NotThere, Refused, StillHolds


@pytest.fixture
def world(fresh_database: Database) -> World:
    return make_world(fresh_database.engine)


def held(world: World, name: str) -> list[Held]:
    with unit_of_work(world.engine) as session:
        return leaving.held(session, world.municipality_id, world.party[name], world.now)


def kinds(world: World, name: str) -> list[str]:
    return [one.kind for one in held(world, name)]


def hand_over(world: World, by: str, whose: str, **names: str) -> Counter[str]:
    form = HandOver(**{f"{key}_id": world.party[name] for key, name in names.items()})
    with unit_of_work(world.engine) as session:
        return handing_on.hand_over(session, world.actor(by), world.party[whose], form, world.now)


def deactivate(world: World, by: str, whose: str) -> None:
    with unit_of_work(world.engine) as session:
        leaving.deactivate(session, world.actor(by), world.party[whose], world.now)


def party(world: World, name: str) -> Party:
    with unit_of_work(world.engine) as session:
        return session.get_one(Party, world.party[name])


def everything(world: World) -> tuple[str, str, str]:
    """Mona coordinates, is accountable, helps, leads a meeting, is asked and steps in for Per."""
    plan = world.active()
    measure = world.measured(plan)
    world.take("mona", "M18", plan, measure, helper_ids=[world.party["mona"]], **AGREED)
    meeting = world.take("mona", "V1", plan, starts_on=world.days(20)).subject_id
    world.take("kim", "A11", plan, words="Ring meg")
    away = Away(substitute_id=world.party["mona"], from_on=world.days(1), back_on=world.days(9))
    with unit_of_work(world.engine) as session:
        set_substitute(session, world.actor("per"), world.party["per"], away, world.now)
    return plan, measure, meeting


def test_all_that_is_held_is_listed_with_who_can_clear_it(world: World) -> None:
    plan, measure, meeting = everything(world)
    found = held(world, "mona")
    assert [one.kind for one in found] == [
        "coordinator", "accountable", "meeting", "helper", "question", "substitute",
    ]  # fmt: skip
    assert found[1].key == measure and found[2].key == meeting and found[2].detail == "both"
    assert {one.plan_id for one in found if one.plan_id} == {plan}
    assert found[0].number == world.plan(plan).number
    assert all(one.who_can for one in found)


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


@proves("P14", "M19", "V11", "A40")
def test_everything_is_handed_over_in_one_form(world: World) -> None:
    plan, measure, _meeting = everything(world)
    due = world.measure(measure).due_on
    moved = hand_over(world, "liv", "mona", acting="leif", stand_in="oda")
    assert moved == {
        "coordinator": 1, "accountable": 1, "meeting": 1, "helper": 1, "question": 1,
        "substitute": 1,
    }  # fmt: skip
    assert holders(world, plan) == {"responsible": "leif", "acting": "leif"}
    now = world.measure(measure)
    assert (now.accountable_id, now.due_on, now.state) == (world.party["leif"], due, "decided")
    met = last(world, Meeting, plan)
    assert (met.chair_id, met.minute_taker_id) == (world.party["leif"], world.party["leif"])
    assert rows(world, MeasureHelper, plan) == []
    assert last(world, Wish, plan).to_party_id == world.party["leif"]
    assert deadline(world, plan, "T7") == world.days(14)
    assert held(world, "mona") == []
    deactivate(world, "adam", "mona")
    assert party(world, "mona").deactivated_at == world.now


def deadline(world: World, plan: str, code: str) -> Any:
    with unit_of_work(world.engine) as session:
        at = session.execute(
            select(Deadline.due_at).where(
                Deadline.plan_id == plan, Deadline.code == code, Deadline.state == "open"
            )
        ).scalar_one()
    return at.date()


def test_the_person_and_the_new_one_are_told_and_nobody_is_asked_twice(world: World) -> None:
    plan, _measure, _ = everything(world)
    hand_over(world, "liv", "mona", acting="leif", stand_in="oda")
    told_of: dict[str, list[str]] = {}
    with unit_of_work(world.engine) as session:
        for row_id, who in session.execute(
            select(Notice.code, Notice.recipient_id).where(Notice.plan_id == plan)
        ):
            told_of.setdefault(row_id, []).append(who)
    for row_id in ("P14", "M19", "V11"):
        assert {world.party["kim"], world.party["leif"]} <= set(told_of[row_id]), row_id
        assert len(told_of[row_id]) == len(set(told_of[row_id]))
    assert world.party["kim"] in told_of["A40"]


def test_nothing_is_moved_where_a_name_is_left_out(world: World) -> None:
    plan, measure, _ = everything(world)
    with pytest.raises(BadInput) as wrong:
        hand_over(world, "liv", "mona")
    assert [name for name, _, _ in wrong.value.problems] == ["acting_id", "stand_in_id"]
    with pytest.raises(BadInput, match="not_coordinating"):
        hand_over(world, "liv", "mona", acting="ali", stand_in="oda")
    with pytest.raises(BadInput, match="substitute_self"):  # Per for Per
        hand_over(world, "liv", "mona", acting="leif", stand_in="per")
    assert holders(world, plan)["coordinator"] == "mona"
    assert world.measure(measure).accountable_id == world.party["mona"]


def test_the_leaver_cannot_take_over_from_themselves(world: World) -> None:
    everything(world)
    with pytest.raises(BadInput, match="unknown_party"):
        hand_over(world, "liv", "mona", acting="leif", stand_in="oda", measures="mona")


def test_a_named_human_gets_the_measures_where_the_person_shares_with_them(world: World) -> None:
    _plan, measure, _ = everything(world)
    hand_over(world, "liv", "mona", acting="leif", stand_in="oda", measures="ali")
    assert world.measure(measure).accountable_id == world.party["leif"]  # Ali does not see it
    other = another_plan(world)
    world.take("per", "A5", other, party_id=world.party["ali"], **AGREED)
    key = measured_by(world, other, "per")
    hand_over(world, "liv", "per", acting="liv", measures="ali")
    assert world.measure(key).accountable_id == world.party["ali"]


def another_plan(world: World, person: str = "nosy") -> str:
    """One more person gets a plan, with Per."""
    plan = world.take(person, "P1", person_id=world.party[person], why="Hjelp").plan_id
    world.take(
        "oda", "P3", plan, why_long="År", why_coordinated="Nav", wish_coordinator="Per",
        to_party_id=world.party["per"],
    )  # fmt: skip
    world.take("per", "P13y", plan)
    world.take("per", "P7", plan, next_review_on=world.days(90))
    return plan


def measured_by(world: World, plan: str, name: str) -> str:
    key = world.take(name, "M1", plan, text="Ringe Nav").subject_id
    world.take(
        name, "M2", plan, key, accountable_id=world.party[name], due_on=world.days(10), **AGREED
    )
    return key


def test_what_a_person_has_taken_on_herself_is_nobody_elses(world: World) -> None:
    plan = world.active()
    own = world.measured(plan, accountable="kim")
    for by in ("liv", "mona"):
        with pytest.raises(Refused, match="persons_own_measure"):
            world.take(by, "M19", plan, own, to_party_id=world.party["mona"])
    other = world.measured(plan)
    with pytest.raises(Refused, match="persons_own_measure"):
        world.take("liv", "M19", plan, other, to_party_id=world.party["kim"])
    with pytest.raises(Refused, match="receiver_not_shared_with"):
        world.take("liv", "M19", plan, other, to_party_id=world.party["ali"])
    world.take("liv", "M19", plan, other, to_party_id=world.party["ali"], agreed_how="spoken")
    assert world.measure(other).accountable_id == world.party["ali"]
    assert "ali" in shared_with(world, plan)


def test_a_ladder_goes_on_with_the_new_holder(world: World) -> None:
    """The measure's date and version stand; the rungs to come reach whoever has it now."""
    plan = world.active()
    measure = world.measured(plan)
    before = world.measure(measure).due_version
    hand_over(world, "liv", "mona", acting="leif")
    world.later(days=11)
    swept(world)
    with unit_of_work(world.engine) as session:
        found = session.execute(
            select(Notice.recipient_id).where(Notice.plan_id == plan, Notice.code == "T11")
        )
        names = {key: name for name, key in world.party.items()}
        assert {names[key] for key in found.scalars()} == {"leif"}
    assert world.measure(measure).due_version == before


def swept(world: World) -> None:
    sweep.sweep(world.engine, world.now)


@proves("P14b")
def test_who_acts_and_the_contact_can_leave_too(world: World) -> None:
    plan = world.active()
    world.take("liv", "P14", plan, acting_id=world.party["leif"])
    due = deadline(world, plan, "T7")
    world.later(days=5)
    assert kinds(world, "leif") == ["acting"]
    hand_over(world, "liv", "leif", acting="liv")
    assert holders(world, plan) == {"responsible": "liv", "acting": "liv"}
    assert deadline(world, plan, "T7") == due  # passing it around wins no time
    world.take("liv", "P13", plan, to_party_id=world.party["kim"], **AGREED)
    world.take("kim", "P13y", plan)
    assert kinds(world, "liv") == ["contact"]
    hand_over(world, "leif", "liv", acting="leif")
    assert holders(world, plan) == {
        "responsible": "kim", "coordinator": "kim", "contact": "leif",
    }  # fmt: skip


@proves("P13u", "M13d")
def test_what_they_were_asked_is_taken_back(world: World) -> None:
    plan = world.active()
    measure = world.measured(plan)
    per = world.party["per"]
    world.take("kim", "P13", plan, to_party_id=per, wish_coordinator="Per")
    world.take("mona", "M12", plan, measure, to_party_id=per)
    world.take("liv", "P27o", plan, to_party_id=per, reason="Feil person")
    assert kinds(world, "per") == ["offer.coordinator", "offer.measure", "offer"]
    hand_over(world, "liv", "per")
    assert {one.outcome for one in rows(world, Offer, plan)} == {"accepted", "withdrawn", "ended"}
    assert world.measure(measure).state == "decided"
    deactivate(world, "liv", "per")


@proves("A40")
def test_a_case_taken_in_hand_goes_back_to_the_office(world: World) -> None:
    plan = world.requested()
    world.take("oda", "A28", plan)
    assert kinds(world, "oda") == ["case"]
    hand_over(world, "lise", "oda")
    assert world.plan(plan).responsible_party_id is None
    assert world.plan(plan).responsible_unit_id == world.unit["ordering"]
    deactivate(world, "adam", "oda")


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


def test_a_leader_prepares_what_is_theirs_and_ends_nothing(world: World) -> None:
    plan, measure, _ = everything(world)
    world.take("mona", "A5", plan, party_id=world.party["ali"], **AGREED)
    moved = hand_over(world, "lars", "mona", measures="ali", meetings="ali", stand_in="oda")
    assert set(moved) == {"accountable", "meeting", "helper", "question", "substitute"}
    assert world.measure(measure).accountable_id == world.party["ali"]
    assert kinds(world, "mona") == ["coordinator"]
    with pytest.raises(Refused):
        deactivate(world, "lars", "mona")
    with pytest.raises(NotThere):
        hand_over(world, "lars", "oda")  # works elsewhere


def test_when_the_account_ends_everything_ends_at_once(world: World) -> None:
    plan = world.active()
    world.take("mona", "A5", plan, party_id=world.party["ali"], role="Veileder", **AGREED)
    world.take("ali", "A11", plan, words="Hei", to_party_id=world.party["mona"])
    world.take("mona", "A11", plan, words="Hei igjen", to_party_id=world.party["ali"])
    with unit_of_work(world.engine) as session:
        place = {"municipality_id": world.municipality_id, "party_id": world.party["ali"]}
        session.execute(
            insert(SignIn),
            {"id": new_id(), **place, "token_hash": new_id(), "created_at": world.now,
             "seen_at": world.now},
        )  # fmt: skip
        session.execute(
            insert(Invitation),
            {"id": new_id(), **place, "token_hash": new_id(), "created_at": world.now,
             "expires_at": world.now + timedelta(days=7)},
        )  # fmt: skip
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
    assert text(world, last_event(world, plan, "A40"))["codes"]["who"] == world.party["ali"]
    whole(world)


def by_party(session: Any, model: Any, key: str) -> list[Any]:
    return list(session.execute(select(model).where(model.party_id == key)).scalars())


def last_event(world: World, plan: str, row_id: str) -> Any:
    with unit_of_work(world.engine) as session:
        found = session.execute(
            select(Event.id)
            .where(Event.plan_id == plan, Event.row_id == row_id)
            .order_by(Event.seq.desc())
            .limit(1)
        ).scalar_one()
    return Done(found, plan, plan, "", row_id)


def test_a_colleague_with_a_plan_of_their_own_keeps_it(world: World) -> None:
    """One human per municipality: the work ends, the private person signs in as before."""
    plan = world.take("ali", "P1", person_id=world.party["ali"], why="Hjelp").plan_id
    world.take("oda", "A15", plan, reason="Mye", expected_on=world.days(9))
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
    for row_id, field in (("P13", "to_party_id"), ("P14", "acting_id"), ("A5", "party_id")):
        with pytest.raises((BadInput, Refused)):
            world.take("liv", row_id, plan, **{field: world.party["ove"]}, **(
                AGREED if row_id == "A5" else {}
            ))  # fmt: skip


def test_forty_plans_move_at_once_or_not_at_all(world: World) -> None:
    plans = []
    with unit_of_work(world.engine) as session:
        for count in range(6):
            world.party[f"p{count}"] = new_id()
            session.execute(
                insert(Party),
                {"id": world.party[f"p{count}"], "municipality_id": world.municipality_id,
                 "name": f"P{count}", "sort_key": f"p{count}", "created_at": world.now},
            )  # fmt: skip
    for count in range(6):
        plan = another_plan(world, f"p{count}")
        plans.append((plan, measured_by(world, plan, "per")))
    with pytest.raises(BadInput):
        hand_over(world, "liv", "per", acting="per")
    assert kinds(world, "per").count("coordinator") == 6
    assert hand_over(world, "liv", "per", acting="leif") == {"coordinator": 6, "accountable": 6}
    for plan, measure in plans:
        assert holders(world, plan)["acting"] == "leif"
        assert world.measure(measure).accountable_id == world.party["leif"]
    whole(world)


def test_the_ombudsmans_case_the_coordinator_leaves(world: World) -> None:
    """Worked scenario 3: no silent role; who acts from the same day; T7 at day 14; on the lists."""
    plan = world.take(
        "ali", "P1", person_id=world.party["kim"], why="Gjeld", person_knows="yes", **AGREED
    ).plan_id
    world.take(
        "ali", "P8", plan, leader_agrees_id=world.party["lars"], most_important="Huset",
        coordinator_id=world.party["mona"], **AGREED,
    )  # fmt: skip
    if "coordinator" not in holders(world, plan):
        world.take("mona", "P13y", plan)
    with pytest.raises(StillHolds):
        deactivate(world, "adam", "mona")
    hand_over(world, "liv", "mona", acting="liv")
    deactivate(world, "adam", "mona")
    assert holders(world, plan) == {"responsible": "liv", "acting": "liv"}
    assert world.plan(plan).responsible_party_id == world.party["liv"]
    assert deadline(world, plan, "T7") == world.days(14)
    for what in ("vacant", "informal"):
        with unit_of_work(world.engine) as session:
            lines, _ = lacking(session, world.actor("liv"), world.now, what, None)
        assert [line.number for line in lines] == [world.plan(plan).number], what
    world.later(days=16)
    swept(world)
    with unit_of_work(world.engine) as session:
        found = select(Notice.recipient_id).where(Notice.plan_id == plan, Notice.code == "T7")
        heard = set(session.execute(found).scalars())
    assert world.party["mona"] not in heard and world.party["liv"] in heard
