"""Each row of measures and meetings with what it brings (domain 5.2, 5.2b)."""

from __future__ import annotations

from datetime import time, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from tests.servers.databases import Database
from tests.workflow.proofs import (
    last,
    only,
    open_offers,
    proves,
    rows,
    shared_with,
    told,
    whole,
    words,
)
from tests.world import AGREED, World, make_world
from workflow.record.database.engine import unit_of_work
from workflow.record.models import (
    Absence,
    Document,
    MeasureHelper,
    Meeting,
    MeetingParty,
    Offer,
    new_id,
)
from workflow.rules.calendar.clock import oslo_time
from workflow.rules.engine.denials import BadInput, Refused
from workflow.rules.names.steps import MeasureStep, MeetingStep, PlanStep


@pytest.fixture
def world(fresh_database: Database) -> World:
    return make_world(fresh_database.engine)


def meeting_of(world: World, key: str) -> Meeting:
    """The meeting's row as it stands."""
    with unit_of_work(world.engine) as session:
        return session.execute(select(Meeting).where(Meeting.id == key)).scalar_one()


@proves(MeasureStep.PROPOSE, MeasureStep.AGREE)
def test_proposed_and_agreed_with_one_accountable(world: World) -> None:
    plan = world.active()
    done = world.take(
        "kim", MeasureStep.PROPOSE, plan, text="Ringe Nav", helper_ids=[world.party["hege"]]
    )
    key = done.subject_id
    assert (done.state, world.measure(key).proposed_by) == ("requested", world.party["kim"])
    assert [h.party_id for h in rows(world, MeasureHelper, plan)] == [world.party["hege"]]
    assert told(world, done) == {"mona"}
    with pytest.raises(Refused) as refused:
        world.take("mona", MeasureStep.AGREE, plan, key, accountable_id=world.party["sara"])
    assert [denial.code for denial in refused.value.denials] == [
        "person_not_agreed",
        "accountable_not_accepted",
        "due_missing",
    ]
    done = world.take(
        "mona",
        MeasureStep.AGREE,
        plan,
        key,
        accountable_id=world.party["sara"],
        accountable_said_yes=True,
        due_on=world.days(5),
        **AGREED,
    )
    row = world.measure(key)
    assert (row.state, row.due_on, row.original_due_on) == (
        "decided",
        world.days(5),
        world.days(5),
    )
    assert "sara" in shared_with(world, plan)
    assert told(world, done) == {"kim", "sara"}


@proves(MeasureStep.AGREE)
def test_when_the_occasion_comes_has_a_day_to_look_again(world: World) -> None:
    plan = world.active()
    key = world.take("mona", MeasureStep.PROPOSE, plan, text="Snakke med bror").subject_id
    world.take(
        "mona",
        MeasureStep.AGREE,
        plan,
        key,
        accountable_id=world.party["mona"],
        look_again_on=world.days(30),
        **AGREED,
    )
    assert world.measure(key).when_occasion


@proves(MeasureStep.REFUSE, MeasureStep.SERVICE_DENIES)
def test_a_no_is_kept_neutrally(world: World) -> None:
    plan = world.active()
    refused = world.take("mona", MeasureStep.PROPOSE, plan, text="Økonomisk forvaltning").subject_id
    world.take("kim", MeasureStep.REFUSE, plan, refused)
    assert (world.measure(refused).state, world.measure(refused).close_reason) == (
        "closed",
        "refused",
    )
    denied = world.take("mona", MeasureStep.PROPOSE, plan, text="Støttekontakt").subject_id
    done = world.take(
        "mona", MeasureStep.SERVICE_DENIES, plan, denied, reason="Ventetid", unmet_code="capacity"
    )
    assert world.measure(denied).unmet_code == "capacity"
    assert words(world, done)["reason"] == "Ventetid"


@proves(
    MeasureStep.BEGIN, MeasureStep.DONE, MeasureStep.EVALUATE, MeasureStep.GO_ON, MeasureStep.CLOSE
)
def test_through_two_rounds_with_all_dates_kept(world: World) -> None:
    plan = world.active()
    key = world.measured(plan, "sara")
    assert world.take("sara", MeasureStep.BEGIN, plan, key).state == "active"
    with pytest.raises(Refused, match="done_in_future"):
        world.take("sara", MeasureStep.DONE, plan, key, completed_on=world.days(1))
    with pytest.raises(Refused, match="why_not_done_missing"):
        world.take("mona", MeasureStep.EVALUATE, plan, key, **AGREED)
    world.take("sara", MeasureStep.DONE, plan, key)
    with pytest.raises(Refused, match="already_done"):
        world.take("kim", MeasureStep.DONE, plan, key)
    done = world.take(
        "kim", MeasureStep.EVALUATE, plan, key, outcome="partly", result_words="Nesten"
    )
    row = world.measure(key)
    assert (row.state, row.completed_on, row.evaluated_on, row.outcome) == (
        "reviewed",
        world.today,
        world.today,
        "partly",
    )
    assert words(world, done)["measure.result_words"] == "Nesten"
    world.take("kim", MeasureStep.GO_ON, plan, key, due_on=world.days(9))
    row = world.measure(key)
    assert (row.state, row.cycle, row.completed_on) == ("active", 2, None)
    assert (row.original_due_on, row.due_on) == (world.days(10), world.days(9))
    world.take("kim", MeasureStep.EVALUATE, plan, key, why_not_done="Fikk ikke tid")
    world.take("kim", MeasureStep.CLOSE, plan, key)
    assert (world.measure(key).state, world.measure(key).close_reason) == ("closed", "done")


@proves(MeasureStep.BEGIN)
def test_the_clock_starts_it_on_its_day(world: World) -> None:
    plan = world.active()
    key = world.measured(plan, not_before=world.days(3))
    with pytest.raises(Refused, match="not_before_ahead"):
        world.take("clock", MeasureStep.BEGIN, plan, key)
    world.later(days=3)
    assert world.take("clock", MeasureStep.BEGIN, plan, key).state == "active"


@proves(MeasureStep.CAME_TO_NOTHING, MeasureStep.MOVE_DATE)
def test_a_no_show_moves_nothing_but_the_date(world: World) -> None:
    plan = world.active()
    key = world.measured(plan, "kim", agreed_consequence="Ingen trekkavtale")
    before = world.measure(key)
    done = world.take(
        "mona", MeasureStep.CAME_TO_NOTHING, plan, key, who="Kim", next_step="Prøve fredag"
    )
    after = world.measure(key)
    assert (after.state, after.accountable_id, after.due_on) == (
        before.state,
        before.accountable_id,
        before.due_on,
    )
    assert told(world, done) == {"kim"}
    world.take(
        "kim", MeasureStep.MOVE_DATE, plan, key, due_on=world.days(12), reason="Fredag passer"
    )
    moved = world.measure(key)
    assert (moved.due_on, moved.original_due_on, moved.due_version) == (
        world.days(12),
        world.days(10),
        2,
    )
    others = world.measured(plan, "sara")
    with pytest.raises(Refused, match="not_own_measure"):
        world.take("kim", MeasureStep.MOVE_DATE, plan, others, due_on=world.days(12), reason="x")


@proves(
    MeasureStep.OFFER,
    MeasureStep.ACCEPT,
    MeasureStep.DECLINE,
    MeasureStep.EXPIRE,
    MeasureStep.WITHDRAW_OFFER,
)
def test_offered_and_answered_the_sender_has_it_till_yes(world: World) -> None:
    plan = world.active()
    key = world.measured(plan)
    ask = {"to_party_id": world.party["ali"]}
    world.take("mona", MeasureStep.OFFER, plan, key, **ask)
    assert world.measure(key).accountable_id == world.party["mona"]
    world.take("ali", MeasureStep.DECLINE, plan, key)
    world.take("mona", MeasureStep.OFFER, plan, key, **ask)
    world.take("mona", MeasureStep.WITHDRAW_OFFER, plan, key)
    world.take("mona", MeasureStep.OFFER, plan, key, **ask)
    world.later(days=15)
    world.take("clock", MeasureStep.EXPIRE, plan, key)
    world.take("mona", MeasureStep.BEGIN, plan, key)
    world.take("mona", MeasureStep.OFFER, plan, key, **ask)
    done = world.take("ali", MeasureStep.ACCEPT, plan, key)
    assert (done.state, world.measure(key).accountable_id) == ("active", world.party["ali"])
    assert "ali" in shared_with(world, plan)
    assert [offer.outcome for offer in rows(world, Offer, plan)][1:] == [
        "declined",
        "withdrawn",
        "expired",
        "accepted",
    ]


@proves(MeasureStep.DONE, MeasureStep.OFFER)
def test_done_while_offered_ends_the_question(world: World) -> None:
    plan = world.active()
    key = world.measured(plan)
    world.take("mona", MeasureStep.OFFER, plan, key, to_party_id=world.party["ali"])
    assert world.take("mona", MeasureStep.DONE, plan, key).state == "active"
    assert open_offers(world, plan) == []
    world.take(
        "mona", MeasureStep.OFFER, plan, key, to_party_id=world.party["ali"]
    )  # can be asked again


@proves(MeasureStep.CANCEL, MeasureStep.REOPEN)
def test_cancelled_and_taken_up_again(world: World) -> None:
    plan = world.active()
    key = world.measured(plan)
    world.take("mona", MeasureStep.OFFER, plan, key, to_party_id=world.party["ali"])
    world.take("mona", MeasureStep.CANCEL, plan, key, reason="Ikke aktuelt", **AGREED)
    assert (world.measure(key).close_reason, open_offers(world, plan)) == ("cancelled", [])
    world.take("mona", MeasureStep.REOPEN, plan, key, due_on=world.days(5), **AGREED)
    assert (world.measure(key).state, world.measure(key).close_reason) == ("active", "")


@proves(MeasureStep.TAKE_BACK)
def test_the_last_step_is_taken_back_by_a_new_event(world: World) -> None:
    plan = world.active()
    key = world.measured(plan, "sara")
    world.take("sara", MeasureStep.DONE, plan, key)
    assert world.take("sara", MeasureStep.TAKE_BACK, plan, key).state == "decided"
    assert world.measure(key).completed_on is None
    with pytest.raises(Refused, match="nothing_to_take_back"):
        world.take("sara", MeasureStep.TAKE_BACK, plan, key)
    world.take("sara", MeasureStep.DONE, plan, key)
    world.take("mona", MeasureStep.EVALUATE, plan, key, outcome="achieved", **AGREED)
    world.later(hours=25)
    with pytest.raises(Refused, match="take_back_too_late"):
        world.take("sara", MeasureStep.TAKE_BACK, plan, key)
    assert (
        world.take("mona", MeasureStep.TAKE_BACK, plan, key, reason="Feil tiltak").state == "active"
    )
    row = world.measure(key)
    assert (row.outcome, row.evaluated_on, row.completed_on is None) == ("", None, False)


@proves(
    MeasureStep.TAKE_BACK, MeasureStep.CHANGE_DETAILS, MeetingStep.TAKE_BACK, MeetingStep.PREPARE
)
def test_words_come_back_too(world: World) -> None:
    plan = world.active()
    key = world.measured(plan)
    world.take(
        "mona",
        MeasureStep.CHANGE_DETAILS,
        plan,
        key,
        text="Ringe banken",
        agreed_consequence="Vente",
    )
    world.take("mona", MeasureStep.TAKE_BACK, plan, key)
    row = world.measure(key)
    assert (row.text, row.agreed_consequence) == ("Ringe Nav", "")
    meeting = planned(world, plan, agenda="Husleia")
    world.take("kim", MeetingStep.PREPARE, plan, meeting, agenda="Maten")
    world.take("kim", MeetingStep.TAKE_BACK, plan, meeting)
    assert meeting_of(world, meeting).agenda == "Husleia"


def test_what_others_answered_is_not_taken_back(world: World) -> None:
    plan = world.active()
    key = world.measured(plan)
    world.take("mona", MeasureStep.OFFER, plan, key, to_party_id=world.party["ali"])
    with pytest.raises(Refused, match="nothing_to_take_back"):
        world.take("mona", MeasureStep.TAKE_BACK, plan, key)
    world.take("ali", MeasureStep.DECLINE, plan, key)
    with pytest.raises(Refused, match="nothing_to_take_back"):
        world.take("mona", MeasureStep.TAKE_BACK, plan, key, reason="x")


@proves(MeasureStep.SET_CONDITION, MeasureStep.CHANGE_DETAILS)
def test_a_condition_by_name_and_new_words(world: World) -> None:
    plan = world.active()
    key = world.measured(plan)
    with pytest.raises(BadInput, match="condition_by: missing"):
        world.take("mona", MeasureStep.SET_CONDITION, plan, key, condition="Fast trekk")
    world.take(
        "mona", MeasureStep.SET_CONDITION, plan, key, condition="Fast trekk", condition_by="Nav"
    )
    world.take(
        "mona",
        MeasureStep.CHANGE_DETAILS,
        plan,
        key,
        text="Ringe Nav og banken",
        system_code="RUS-4",
    )
    row = world.measure(key)
    assert (row.condition, row.condition_by) == ("Fast trekk", "Nav")
    assert (row.text, row.system_code, row.state) == (
        "Ringe Nav og banken",
        "RUS-4",
        "decided",
    )


def planned(world: World, plan: str, **more: Any) -> str:
    """A meeting in eight days with Ali."""
    fields = {"starts_on": world.days(8), "party_ids": [world.party["ali"]], **more}
    return world.take("mona", MeetingStep.PLAN, plan, **fields).subject_id


@proves(MeetingStep.PLAN, MeetingStep.CALL, MeetingStep.REPORT_ABSENCE, MeetingStep.REPLY)
def test_planned_called_and_answered(world: World) -> None:
    plan = world.active()
    world.take("mona", PlanStep.ADD_PARTICIPANT, plan, party_id=world.party["ali"], **AGREED)
    world.take("kim", PlanStep.SET_WHAT_MATTERS, plan, limits="Ikke før klokka 10")
    key = planned(world, plan, agenda="Husleia")
    meeting = meeting_of(world, key)
    assert (meeting.state, meeting.chair_id) == ("planned", world.party["mona"])
    assert {called.party_id for called in rows(world, MeetingParty, plan)} == {
        world.party[name] for name in ("kim", "mona", "ali")
    }
    done = world.take("mona", MeetingStep.CALL, plan, key, **AGREED)
    assert told(world, done) == {"kim", "ali"}
    call = last(world, Document, plan)
    assert call.kind == "call"
    assert "Ikke før klokka 10" in call.content.decode()
    world.take("ali", MeetingStep.REPORT_ABSENCE, plan, key, reason="Kurs", stand_in="Vikar")
    world.take("kim", MeetingStep.REPLY, plan, key, reply="coming")
    replies = {c.party_id: (c.reply, c.stand_in) for c in rows(world, MeetingParty, plan)}
    assert replies[world.party["ali"]] == ("cannot_come", "Vikar")
    assert replies[world.party["kim"]] == ("coming", "")
    with pytest.raises(Refused, match="not_called"):
        world.take("liv", MeetingStep.REPORT_ABSENCE, plan, key, **AGREED)


def called(world: World, plan: str, hour: time) -> str:
    """A meeting in ten days at that hour, called, to which the person has said that she comes."""
    made = world.take(
        "mona",
        MeetingStep.PLAN,
        plan,
        starts_on=world.days(10),
        starts_time=hour,
        party_ids=[world.party["ali"]],
    )
    world.take("mona", MeetingStep.CALL, plan, made.subject_id, **AGREED)
    world.take("kim", MeetingStep.REPLY, plan, made.subject_id, reply="coming", reason="Fint")
    return made.subject_id


def said_yes(world: World, plan: str, measure: str, **fields: Any) -> None:
    """The coordinator writes that whoever is to do it was there and said yes."""
    world.take(
        "mona",
        MeasureStep.AGREE,
        plan,
        measure,
        accountable_id=world.party["ali"],
        accountable_said_yes=True,
        due_on=world.days(9),
        **AGREED,
        **fields,
    )


@proves(MeasureStep.AGREE, MeetingStep.HELD)
def test_who_did_not_come_to_the_meeting_did_not_say_yes_there(world: World) -> None:
    plan = world.active()
    key = called(world, plan, time(9, 30))
    world.later(days=11)
    made = world.take("mona", MeasureStep.PROPOSE, plan, text="Ringe Nav", **AGREED)
    world.take(
        "mona",
        MeetingStep.HELD,
        plan,
        key,
        came_ids=[world.party["kim"], world.party["mona"]],
        **AGREED,
    )
    with pytest.raises(Refused, match="accountable_was_absent"):
        said_yes(world, plan, made.subject_id)
    held = world.today
    world.later(days=2)
    with pytest.raises(Refused, match="accountable_was_absent"):
        said_yes(world, plan, made.subject_id, agreed_on=held)
    said_yes(world, plan, made.subject_id)  # on a day of its own


def test_who_is_away_did_not_say_yes(world: World) -> None:
    plan = world.active()
    made = world.take("mona", MeasureStep.PROPOSE, plan, text="Ringe Nav", **AGREED)
    with unit_of_work(world.engine) as session:
        session.add(
            Absence(
                id=new_id(),
                party_id=world.party["ali"],
                from_at=world.now,
                until_at=world.now + timedelta(days=9),
            )
        )
    with pytest.raises(Refused, match="accountable_was_absent"):
        said_yes(world, plan, made.subject_id)


@proves(MeetingStep.MOVE)
def test_a_moved_meeting_asks_everybody_anew(world: World) -> None:
    plan = world.active()
    key = called(world, plan, time(9, 30))
    world.take("mona", MeetingStep.MOVE, plan, key, starts_on=world.days(20), reason="Syk")
    answers = {(one.reply, one.reason) for one in rows(world, MeetingParty, plan)}
    assert answers == {("", "")}


@pytest.mark.parametrize(
    ("moved", "day", "hour"),
    [
        ({"starts_on": 20}, 20, time(9, 30)),
        ({"starts_time": time(14, 15)}, 10, time(14, 15)),
        ({"place": "Rom 4"}, 10, time(9, 30)),
        ({"starts_on": 20, "starts_time": time(8, 0)}, 20, time(8, 0)),
    ],
)
def test_what_is_left_empty_when_a_meeting_is_moved_stays_as_it_was(
    world: World, moved: dict[str, Any], day: int, hour: time
) -> None:
    plan = world.active()
    key = called(world, plan, time(9, 30))
    on = {"starts_on": world.days(moved["starts_on"])} if "starts_on" in moved else {}
    world.take("mona", MeetingStep.MOVE, plan, key, reason="Syk", **{**moved, **on})
    then = oslo_time(meeting_of(world, key).starts_at)
    assert (then.date(), then.time()) == (world.days(day), hour)


def test_a_meeting_is_not_moved_to_nothing_nor_by_its_hour_on_a_day_that_has_been(
    world: World,
) -> None:
    plan = world.active()
    key = called(world, plan, time(9, 30))
    with pytest.raises(BadInput, match="starts_on: missing"):
        world.take("mona", MeetingStep.MOVE, plan, key, reason="Syk")
    world.later(days=11)
    with pytest.raises(Refused, match="meeting_in_past"):
        world.take("mona", MeetingStep.MOVE, plan, key, reason="Syk", starts_time=time(14, 0))


@proves(MeetingStep.CALL, MeetingStep.MOVE)
def test_short_notice_needs_a_reason_and_a_move_calls_anew(world: World) -> None:
    plan = world.active()
    key = planned(world, plan, starts_on=world.days(6))
    with pytest.raises(Refused, match="short_notice"):
        world.take("mona", MeetingStep.CALL, plan, key, **AGREED)
    world.take("mona", MeetingStep.CALL, plan, key, short_notice_reason="Haster", **AGREED)
    with pytest.raises(Refused, match="meeting_in_past"):
        world.take("mona", MeetingStep.MOVE, plan, key, starts_on=world.days(-1), reason="Syk")
    world.take("mona", MeetingStep.MOVE, plan, key, starts_on=world.days(20), reason="Syk")
    meeting = meeting_of(world, key)
    assert (meeting.state, meeting.called_at) == ("planned", None)


@proves(MeetingStep.HELD, MeetingStep.SEND_MINUTES, MeetingStep.PREPARE)
def test_held_and_minuted(world: World) -> None:
    plan = world.active()
    key = planned(world, plan)
    world.take(
        "kim",
        MeetingStep.PREPARE,
        plan,
        key,
        written_view="Jeg vil bo her",
        support_person="Søster",
    )
    world.take("mona", MeetingStep.CALL, plan, key, **AGREED)
    with pytest.raises(Refused, match="meeting_not_come"):
        world.take("mona", MeetingStep.HELD, plan, key)
    world.later(days=9)
    world.take(
        "mona", MeetingStep.HELD, plan, key, came_ids=[world.party["kim"], world.party["mona"]]
    )
    meeting = meeting_of(world, key)
    assert (meeting.state, meeting.person_present, meeting.held_on) == ("held", "yes", world.today)
    assert meeting.written_view == "Jeg vil bo her"
    came = {c.party_id: c.came for c in rows(world, MeetingParty, plan)}
    assert (came[world.party["ali"]], came[world.party["kim"]]) == ("no", "yes")
    done = world.take("mona", MeetingStep.SEND_MINUTES, plan, key, minutes="Vi ble enige om leia")
    assert meeting_of(world, key).state == "minuted"
    assert told(world, done) == {"kim", "ali"}


@proves(MeetingStep.CANCEL, MeetingStep.TAKE_BACK)
def test_cancelled_and_taken_back(world: World) -> None:
    plan = world.active()
    key = planned(world, plan)
    world.take("mona", MeetingStep.CANCEL, plan, key, reason="Syk")
    assert meeting_of(world, key).state == "cancelled"
    assert world.take("mona", MeetingStep.TAKE_BACK, plan, key).state == "planned"
    assert meeting_of(world, key).starts_at.date() == (world.now + timedelta(days=8)).date()


def test_nothing_is_called_on_a_closed_plan(world: World) -> None:
    plan = world.active()
    key = planned(world, plan, chair_id=world.party["kim"])
    world.take("kim", PlanStep.WITHDRAW_CONSENT, plan)
    with pytest.raises(Refused, match="plan_closed"):
        world.take("kim", MeetingStep.CALL, plan, key)
    assert only(world, Meeting, plan).state == "cancelled"  # with the plan, whatever closed it
    whole(world)
