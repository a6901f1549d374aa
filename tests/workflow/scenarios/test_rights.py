"""Consents that end by themselves, relatives' consent, transitions and access, row by row."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tests.servers.databases import Database
from tests.workflow.proofs import only, proves, rows, text, told
from tests.world import AGREED, World, make_world
from workflow.acts.deadlines.sweep import sweep
from workflow.record.access.open_plan import open_plan
from workflow.record.database.engine import unit_of_work
from workflow.record.models import Consent, Deadline, Notice, Party, Wish
from workflow.rules.calendar.clock import at_oslo, oslo_date
from workflow.rules.engine.denials import BadInput, Refused
from workflow.rules.names.deadlines import DeadlineCode
from workflow.rules.names.steps import PlanStep


@pytest.fixture
def world(fresh_database: Database) -> World:
    return make_world(fresh_database.engine)


def deadline(world: World, plan: str, code: str) -> Deadline | None:
    """The newest deadline of a code."""
    deadlines = [one for one in rows(world, Deadline, plan) if one.code == code]
    return deadlines[-1] if deadlines else None


def due(world: World, plan: str, code: str) -> tuple[str, date] | None:
    """State and Norwegian day of the newest deadline of a code."""
    row = deadline(world, plan, code)
    return None if row is None else (row.state, oslo_date(row.due_at))


def reminded(world: World, code: str) -> list[str]:
    """Who has been reminded of a code, in the order it happened."""
    names = {key: name for name, key in world.party.items()}
    with unit_of_work(world.engine) as session:
        query = select(Notice.recipient_id).where(
            Notice.code == code,
            Notice.cause.like("d:%"),
        )
        return [
            names[key]
            for key in session.execute(query.order_by(Notice.created_at, Notice.id)).scalars()
        ]


def reads(world: World, name: str, plan: str) -> bool:
    with Session(world.engine) as session:
        opened = open_plan(session, world.actor(name), plan, "read", world.now)
        session.rollback()
    return opened is not None


def until(world: World, day: date) -> None:
    """Go to ten in the morning of a day, and sweep."""
    world.now = at_oslo(day) - timedelta(hours=14)
    sweep(world.engine, world.now)


def relative(world: World, plan: str) -> None:
    """Frida, a relative, takes part with the person's yes."""
    world.take(
        "kim", PlanStep.ADD_PARTICIPANT, plan, party_id=world.party["frida"], kind="relative"
    )


def born(world: World, day: date | None) -> None:
    with unit_of_work(world.engine) as session:
        session.execute(update(Party).where(Party.id == world.party["kim"]), {"born_on": day})


@proves(PlanStep.GIVE_CONSENT, PlanStep.SHARING_LAPSED)
def test_sharing_ends_by_itself_and_the_coordinator_hears_a_month_before(world: World) -> None:
    plan = world.active()
    relative(world, plan)
    last = world.days(60)
    world.take("kim", PlanStep.GIVE_CONSENT, plan, party_id=world.party["frida"], until_on=last)
    assert due(world, plan, DeadlineCode.CONSENT_ENDS) == ("open", last)
    until(world, last - timedelta(days=31))
    assert reminded(world, DeadlineCode.CONSENT_ENDS) == []
    until(world, last - timedelta(days=30))
    until(world, last - timedelta(days=29))
    assert reminded(world, DeadlineCode.CONSENT_ENDS) == ["mona"]
    world.now = at_oslo(last) - timedelta(seconds=1)
    assert reads(world, "frida", plan)
    world.now = at_oslo(last)
    assert not reads(world, "frida", plan)  # before any sweep: reading asks for the period
    sweep(world.engine, world.now)
    sweep(world.engine, world.now)
    assert due(world, plan, DeadlineCode.CONSENT_ENDS) == ("met", last)
    with unit_of_work(world.engine) as session:
        told_ = session.execute(
            select(Notice.recipient_id).where(Notice.code == PlanStep.SHARING_LAPSED)
        ).scalars()
        assert sorted(told_) == sorted([world.party["kim"], world.party["mona"]])


@proves(PlanStep.GIVE_CONSENT, PlanStep.STOP_SHARING_WITH)
def test_a_period_is_lengthened_ended_or_made_endless_by_the_person(world: World) -> None:
    plan = world.active()
    relative(world, plan)
    frida = {"party_id": world.party["frida"]}
    world.take("kim", PlanStep.GIVE_CONSENT, plan, until_on=world.days(40), **frida)
    world.take("kim", PlanStep.GIVE_CONSENT, plan, until_on=world.days(80), **frida)
    assert due(world, plan, DeadlineCode.CONSENT_ENDS) == ("open", world.days(80))
    assert (
        len([one for one in rows(world, Consent, plan) if one.receiver_id == frida["party_id"]])
        == 1
    )
    world.take("kim", PlanStep.GIVE_CONSENT, plan, **frida)
    assert due(world, plan, DeadlineCode.CONSENT_ENDS) == ("void", world.days(80))
    world.take("kim", PlanStep.GIVE_CONSENT, plan, until_on=world.days(50), **frida)
    world.take("kim", PlanStep.STOP_SHARING_WITH, plan, **frida)
    assert due(world, plan, DeadlineCode.CONSENT_ENDS) == ("void", world.days(50))
    until(world, world.days(20))
    assert reminded(world, DeadlineCode.CONSENT_ENDS) == []
    with pytest.raises(Refused, match="date_in_past"):
        world.take("kim", PlanStep.GIVE_CONSENT, plan, until_on=world.days(-1), **frida)


@proves(PlanStep.GIVE_CONSENT)
def test_what_lapsed_can_be_shared_anew(world: World) -> None:
    plan = world.active()
    frida = {"party_id": world.party["frida"]}
    world.take("kim", PlanStep.GIVE_CONSENT, plan, until_on=world.days(3), **frida)
    until(world, world.days(4))
    assert not reads(world, "frida", plan)
    relative(world, plan)
    assert reads(world, "frida", plan)
    assert due(world, plan, DeadlineCode.DISCUSS_WITH_RELATIVES) == ("open", date(2026, 9, 9))


@proves(PlanStep.ADD_PARTICIPANT, PlanStep.REVIEW, PlanStep.CONTINUE, PlanStep.PARTICIPANT_LEAVES)
def test_relatives_consent_is_discussed_at_each_review_or_told(world: World) -> None:
    plan = world.active()
    assert due(world, plan, DeadlineCode.DISCUSS_WITH_RELATIVES) is None
    relative(world, plan)
    said = world.today
    assert due(world, plan, DeadlineCode.DISCUSS_WITH_RELATIVES) == (
        "open",
        date(2026, 9, 7),
    )  # 5 Sept is a Saturday
    assert (date(2026, 9, 5) - said).days == 180
    world.later(days=80)
    world.take("mona", PlanStep.REVIEW, plan, rating="good", relatives_discussed=True, **AGREED)
    assert due(world, plan, DeadlineCode.DISCUSS_WITH_RELATIVES) == ("open", world.days(180))
    world.take("mona", PlanStep.CONTINUE, plan, next_review_on=world.days(170), **AGREED)
    world.later(days=1)
    again = world.days(20)
    world.take(
        "mona",
        PlanStep.REVIEW,
        plan,
        rating="good",
        relatives_why_not="Frida er syk",
        relatives_again_on=again,
        **AGREED,
    )
    assert due(world, plan, DeadlineCode.DISCUSS_WITH_RELATIVES) == ("open", again)
    until(world, again)
    assert reminded(world, DeadlineCode.DISCUSS_WITH_RELATIVES) == ["mona"]
    frida = next(one for one in _participants(world, plan) if one.kind == "relative")
    world.take(
        "frida", PlanStep.PARTICIPANT_LEAVES, plan, participant_id=frida.id, reason="Flytter"
    )
    assert due(world, plan, DeadlineCode.DISCUSS_WITH_RELATIVES) == ("void", again)


def _participants(world: World, plan: str) -> list[Any]:
    from workflow.record.models import Participant

    return rows(world, Participant, plan)


@proves(PlanStep.PLANNED_TRANSITION, PlanStep.TRANSITION_PREPARED)
def test_a_planned_move_opens_ninety_days_before_and_is_prepared_in_words(world: World) -> None:
    plan = world.active()
    moves = world.days(120)
    world.take("kim", PlanStep.PLANNED_TRANSITION, plan, kind="move", on=moves)
    assert due(world, plan, DeadlineCode.TRANSITION) == ("open", moves)
    until(world, moves - timedelta(days=91))
    assert reminded(world, DeadlineCode.TRANSITION) == []
    until(world, moves - timedelta(days=90))
    until(world, moves - timedelta(days=77))
    assert reminded(world, DeadlineCode.TRANSITION) == ["mona"]
    until(world, moves - timedelta(days=76))
    assert sorted(reminded(world, DeadlineCode.TRANSITION)) == ["leif", "liv", "mona"]
    with pytest.raises(BadInput, match="words"):
        world.take("mona", PlanStep.TRANSITION_PREPARED, plan)
    done = world.take(
        "mona", PlanStep.TRANSITION_PREPARED, plan, words="Ny bolig og ny fastlege er klare"
    )
    assert told(world, done) == {"kim"}
    assert due(world, plan, DeadlineCode.TRANSITION) == ("met", moves)
    world.take("mona", PlanStep.REVIEW, plan, rating="good", **AGREED)
    world.take("mona", PlanStep.CONTINUE, plan, next_review_on=world.days(100), **AGREED)
    assert due(world, plan, DeadlineCode.TRANSITION) == ("met", moves)  # prepared once is enough


@proves(PlanStep.START, PlanStep.TRANSITION_PREPARED)
def test_a_child_who_turns_sixteen_or_eighteen_has_a_clock_of_its_own(world: World) -> None:
    born(world, date(2008, 12, 10))
    plan = world.active()
    assert due(world, plan, DeadlineCode.TURNS_16) is None
    turns = date(2026, 12, 10)
    assert due(world, plan, DeadlineCode.TURNS_18) == ("open", turns)
    world.take("kim", PlanStep.PLANNED_TRANSITION, plan, kind="school", on=date(2026, 8, 17))
    until(world, date(2026, 6, 12))
    assert reminded(world, DeadlineCode.TURNS_18) == []
    until(world, date(2026, 6, 13))
    assert reminded(world, DeadlineCode.TURNS_18) == ["mona"]
    world.take("mona", PlanStep.TRANSITION_PREPARED, plan, words="Skolen er besøkt")
    assert due(world, plan, DeadlineCode.TRANSITION) == (
        "met",
        date(2026, 8, 17),
    )  # the nearest one
    assert due(world, plan, DeadlineCode.TURNS_18) == ("open", turns)
    world.take("mona", PlanStep.TRANSITION_PREPARED, plan, words="Han vet hva som endres")
    assert due(world, plan, DeadlineCode.TURNS_18) == ("met", turns)


@proves(PlanStep.CONTINUE)
def test_a_birthday_comes_in_sight_at_a_review_and_nobody_hears_twice(world: World) -> None:
    plan = world.active()
    born(world, date(2010, 9, 1))
    world.later(days=85)
    world.take("mona", PlanStep.REVIEW, plan, rating="good", **AGREED)
    world.take("mona", PlanStep.CONTINUE, plan, next_review_on=world.days(120), **AGREED)
    assert due(world, plan, DeadlineCode.TURNS_16) == ("open", date(2026, 9, 1))
    until(world, date(2026, 6, 4))
    assert reminded(world, DeadlineCode.TURNS_16) == ["mona"]
    world.take("mona", PlanStep.REVIEW, plan, rating="good", **AGREED)
    world.take("mona", PlanStep.CONTINUE, plan, next_review_on=world.days(120), **AGREED)
    until(world, date(2026, 6, 5))
    assert reminded(world, DeadlineCode.TURNS_16) == ["mona"]
    row = deadline(world, plan, DeadlineCode.TURNS_16)
    assert row is not None and row.due_version == 1


@proves(PlanStep.PLANNED_TRANSITION)
def test_a_planned_birthday_of_an_unknown_birth_and_a_changed_plan(world: World) -> None:
    plan = world.active()
    world.take("kim", PlanStep.PLANNED_TRANSITION, plan, kind="age", on=world.days(200))
    assert due(world, plan, DeadlineCode.TRANSITION) is None
    assert due(world, plan, DeadlineCode.TURNS_18) == ("open", world.days(200))
    world.take("kim", PlanStep.PLANNED_TRANSITION, plan, kind="move", on=world.days(150))
    assert due(world, plan, DeadlineCode.TRANSITION) == ("open", world.days(150))
    assert due(world, plan, DeadlineCode.TURNS_18) == ("void", world.days(200))


@proves(PlanStep.ASK_FOR_ACCESS, PlanStep.ANSWER_ACCESS)
def test_a_request_for_access_is_answered_within_the_month_of_the_law(world: World) -> None:
    plan = world.active()
    with pytest.raises(Refused, match="no_access_request"):
        world.take("pia", PlanStep.ANSWER_ACCESS, plan, answer="Ja")
    asked = world.take("kim", PlanStep.ASK_FOR_ACCESS, plan, words="Alt som står om meg")
    assert told(world, asked) == {"pia"}
    row = deadline(world, plan, DeadlineCode.DATA_REQUEST)
    assert row is not None
    assert (row.basis, oslo_date(row.due_at)) == ("law", date(2026, 4, 9))
    assert "artikkel 12" in row.source
    wish = only(world, Wish, plan)
    with pytest.raises(BadInput, match="wish_id"):
        world.take("mona", PlanStep.ANSWER, plan, wish_id=wish.id, answer="Ja")
    until(world, date(2026, 4, 1))
    assert reminded(world, DeadlineCode.DATA_REQUEST) == []
    until(world, date(2026, 4, 2))  # a week before: Maundy Thursday
    assert reminded(world, DeadlineCode.DATA_REQUEST) == ["pia"]
    with pytest.raises(BadInput, match="answer"):
        world.take("pia", PlanStep.ANSWER_ACCESS, plan)
    done = world.take("pia", PlanStep.ANSWER_ACCESS, plan, answer="Du fikk en kopi i dag")
    assert told(world, done) == {"kim"}
    assert due(world, plan, DeadlineCode.DATA_REQUEST) == ("met", date(2026, 4, 9))
    assert only(world, Wish, plan).answer == "Du fikk en kopi i dag"


@proves(PlanStep.ASK_FOR_ACCESS, PlanStep.PAUSE, PlanStep.WITHDRAW_CONSENT)
def test_a_request_for_access_runs_through_a_pause_and_past_the_end_of_the_plan(
    world: World,
) -> None:
    plan = world.active()
    world.take("kim", PlanStep.PAUSE, plan, reason="Ferie", until_on=world.days(30))
    world.take("mona", PlanStep.ASK_FOR_ACCESS, plan, **AGREED)
    world.take("kim", PlanStep.WITHDRAW_CONSENT, plan)
    assert due(world, plan, DeadlineCode.DATA_REQUEST) == ("open", date(2026, 4, 9))
    until(world, date(2026, 4, 2))
    assert reminded(world, DeadlineCode.DATA_REQUEST) == ["pia"]
    done = world.take("pia", PlanStep.ANSWER_ACCESS, plan, answer="Sendt")
    assert text(world, done)["to"] == "closed"
    assert due(world, plan, DeadlineCode.DATA_REQUEST) == ("met", date(2026, 4, 9))


@proves(PlanStep.ASK_FOR_ACCESS, PlanStep.ANSWER_ACCESS)
def test_each_request_has_its_own_answer(world: World) -> None:
    plan = world.active()
    world.take("kim", PlanStep.ASK_FOR_ACCESS, plan)
    world.later(days=2)
    world.take("kim", PlanStep.ASK_FOR_ACCESS, plan)
    world.take("pia", PlanStep.ANSWER_ACCESS, plan, answer="Den første")
    assert [wish.answer for wish in rows(world, Wish, plan)] == ["Den første", ""]
    states = [
        one.state for one in rows(world, Deadline, plan) if one.code == DeadlineCode.DATA_REQUEST
    ]
    assert states == ["met", "open"]


@proves(PlanStep.WISH_COORDINATOR, PlanStep.ANSWER)
def test_an_answer_to_the_wish_for_another_coordinator_ends_its_deadline(world: World) -> None:
    plan = world.active()
    world.take("kim", PlanStep.WISH_COORDINATOR, plan, wish_coordinator="Per")
    wish = only(world, Wish, plan)
    world.take("liv", PlanStep.ANSWER, plan, wish_id=wish.id, answer="Per kan fra mai")
    pair = due(world, plan, DeadlineCode.WISH_FOR_COORDINATOR)
    assert pair is not None and pair[0] == "met"


@proves(PlanStep.REOPEN_AS_NEED)
def test_a_plan_taken_up_anew_counts_from_that_day(world: World) -> None:
    plan = world.requested()
    world.take("oda", PlanStep.DENY, plan, reasons="Ikke langvarig")
    world.later(days=60)
    world.take("liv", PlanStep.LAPSE, plan)
    world.later(days=10)
    world.take("liv", PlanStep.REOPEN_AS_NEED, plan, reason="Alt er nytt", **AGREED)
    assert due(world, plan, DeadlineCode.PROVISIONAL_REPLY) == ("open", date(2026, 6, 18))
    pair = due(world, plan, DeadlineCode.DECIDE_REQUEST)
    assert pair is not None and pair[1] >= world.days(28)


@proves(PlanStep.APPEAL_UPHELD)
def test_a_complaint_that_led_on_is_decided_anew_in_time(world: World) -> None:
    plan = world.requested()
    world.take("oda", PlanStep.DENY, plan, reasons="Ikke langvarig")
    world.take("kim", PlanStep.COMPLAIN, plan, about="denial", words="Uenig")
    world.later(days=90)
    world.take("liv", PlanStep.APPEAL_UPHELD, plan, reason="Ny vurdering")
    pair = due(world, plan, DeadlineCode.DECIDE_REQUEST)
    assert pair is not None and pair[1] >= world.days(28)
