"""Consents that end by themselves, relatives' consent, transitions and access (T13, T17, T18), row by row."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tests.servers.databases import Database
from tests.workflow.proofs import only, proves, rows, text, told
from tests.world import AGREED, World, make_world
from workflow.acts.sweep import sweep
from workflow.record.access import open_plan
from workflow.record.database import unit_of_work
from workflow.record.models import Consent, Deadline, Notice, Party, Wish
from workflow.rules.clock import at_oslo, oslo_date
from workflow.rules.denials import BadInput, Refused


@pytest.fixture
def world(fresh_database: Database) -> World:
    return make_world(fresh_database.engine)


def deadline(world: World, plan: str, code: str) -> Deadline | None:
    """The newest deadline of a code."""
    found = [one for one in rows(world, Deadline, plan) if one.code == code]
    return found[-1] if found else None


def due(world: World, plan: str, code: str) -> tuple[str, date] | None:
    """State and Norwegian day of the newest deadline of a code."""
    found = deadline(world, plan, code)
    return None if found is None else (found.state, oslo_date(found.due_at))


def reminded(world: World, code: str) -> list[str]:
    """Who has been reminded of a code, in the order it happened."""
    names = {key: name for name, key in world.party.items()}
    with unit_of_work(world.engine) as session:
        found = select(Notice.recipient_id).where(
            Notice.code == code,
            Notice.cause.like("d:%"),
        )
        return [
            names[key]
            for key in session.execute(found.order_by(Notice.created_at, Notice.id)).scalars()
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
    world.take("kim", "A5", plan, party_id=world.party["frida"], kind="relative")


def born(world: World, day: date | None) -> None:
    with unit_of_work(world.engine) as session:
        session.execute(update(Party).where(Party.id == world.party["kim"]), {"born_on": day})


@proves("A8", "A29")
def test_sharing_ends_by_itself_and_the_coordinator_hears_a_month_before(world: World) -> None:
    plan = world.active()
    relative(world, plan)
    last = world.days(60)
    world.take("kim", "A8", plan, party_id=world.party["frida"], until_on=last)
    assert due(world, plan, "T13.expiry") == ("open", last)
    until(world, last - timedelta(days=31))
    assert reminded(world, "T13.expiry") == []
    until(world, last - timedelta(days=30))
    until(world, last - timedelta(days=29))
    assert reminded(world, "T13.expiry") == ["mona"]
    world.now = at_oslo(last) - timedelta(seconds=1)
    assert reads(world, "frida", plan)
    world.now = at_oslo(last)
    assert not reads(world, "frida", plan)  # before any sweep: reading asks for the period
    sweep(world.engine, world.now)
    sweep(world.engine, world.now)
    assert due(world, plan, "T13.expiry") == ("met", last)
    with unit_of_work(world.engine) as session:
        told_ = session.execute(select(Notice.recipient_id).where(Notice.code == "A29")).scalars()
        assert sorted(told_) == sorted([world.party["kim"], world.party["mona"]])


@proves("A8", "P21a")
def test_a_period_is_lengthened_ended_or_made_endless_by_the_person(world: World) -> None:
    plan = world.active()
    relative(world, plan)
    frida = {"party_id": world.party["frida"]}
    world.take("kim", "A8", plan, until_on=world.days(40), **frida)
    world.take("kim", "A8", plan, until_on=world.days(80), **frida)
    assert due(world, plan, "T13.expiry") == ("open", world.days(80))
    assert (
        len([one for one in rows(world, Consent, plan) if one.receiver_id == frida["party_id"]])
        == 1
    )
    world.take("kim", "A8", plan, **frida)
    assert due(world, plan, "T13.expiry") == ("void", world.days(80))
    world.take("kim", "A8", plan, until_on=world.days(50), **frida)
    world.take("kim", "P21a", plan, **frida)
    assert due(world, plan, "T13.expiry") == ("void", world.days(50))
    until(world, world.days(20))
    assert reminded(world, "T13.expiry") == []
    with pytest.raises(Refused, match="date_in_past"):
        world.take("kim", "A8", plan, until_on=world.days(-1), **frida)


@proves("A8")
def test_what_lapsed_can_be_shared_anew(world: World) -> None:
    plan = world.active()
    frida = {"party_id": world.party["frida"]}
    world.take("kim", "A8", plan, until_on=world.days(3), **frida)
    until(world, world.days(4))
    assert not reads(world, "frida", plan)
    relative(world, plan)
    assert reads(world, "frida", plan)
    assert due(world, plan, "T13.relatives") == ("open", date(2026, 9, 9))


@proves("A5", "P10", "P11", "A6")
def test_relatives_consent_is_discussed_at_each_review_or_told(world: World) -> None:
    plan = world.active()
    assert due(world, plan, "T13.relatives") is None
    relative(world, plan)
    said = world.today
    assert due(world, plan, "T13.relatives") == ("open", date(2026, 9, 7))  # 5 Sept is a Saturday
    assert (date(2026, 9, 5) - said).days == 180
    world.later(days=80)
    world.take("mona", "P10", plan, rating="good", relatives_discussed=True, **AGREED)
    assert due(world, plan, "T13.relatives") == ("open", world.days(180))
    world.take("mona", "P11", plan, next_review_on=world.days(170), **AGREED)
    world.later(days=1)
    again = world.days(20)
    world.take(
        "mona",
        "P10",
        plan,
        rating="good",
        relatives_why_not="Frida er syk",
        relatives_again_on=again,
        **AGREED,
    )
    assert due(world, plan, "T13.relatives") == ("open", again)
    until(world, again)
    assert reminded(world, "T13.relatives") == ["mona"]
    frida = next(one for one in _participants(world, plan) if one.kind == "relative")
    world.take("frida", "A6", plan, participant_id=frida.id, reason="Flytter")
    assert due(world, plan, "T13.relatives") == ("void", again)


def _participants(world: World, plan: str) -> list[Any]:
    from workflow.record.models import Participant

    return rows(world, Participant, plan)


@proves("A24", "A30")
def test_a_planned_move_opens_ninety_days_before_and_is_prepared_in_words(world: World) -> None:
    plan = world.active()
    moves = world.days(120)
    world.take("kim", "A24", plan, kind="move", on=moves)
    assert due(world, plan, "T17") == ("open", moves)
    until(world, moves - timedelta(days=91))
    assert reminded(world, "T17") == []
    until(world, moves - timedelta(days=90))
    until(world, moves - timedelta(days=77))
    assert reminded(world, "T17") == ["mona"]
    until(world, moves - timedelta(days=76))
    assert sorted(reminded(world, "T17")) == ["leif", "liv", "mona"]
    with pytest.raises(BadInput, match="words"):
        world.take("mona", "A30", plan)
    done = world.take("mona", "A30", plan, words="Ny bolig og ny fastlege er klare")
    assert told(world, done) == {"kim"}
    assert due(world, plan, "T17") == ("met", moves)
    world.take("mona", "P10", plan, rating="good", **AGREED)
    world.take("mona", "P11", plan, next_review_on=world.days(100), **AGREED)
    assert due(world, plan, "T17") == ("met", moves)  # prepared once is enough


@proves("P7", "A30")
def test_a_child_who_turns_sixteen_or_eighteen_has_a_clock_of_its_own(world: World) -> None:
    born(world, date(2008, 12, 10))
    plan = world.active()
    assert due(world, plan, "T17.16") is None
    turns = date(2026, 12, 10)
    assert due(world, plan, "T17.18") == ("open", turns)
    world.take("kim", "A24", plan, kind="school", on=date(2026, 8, 17))
    until(world, date(2026, 6, 12))
    assert reminded(world, "T17.18") == []
    until(world, date(2026, 6, 13))
    assert reminded(world, "T17.18") == ["mona"]
    world.take("mona", "A30", plan, words="Skolen er besøkt")
    assert due(world, plan, "T17") == ("met", date(2026, 8, 17))  # the nearest one
    assert due(world, plan, "T17.18") == ("open", turns)
    world.take("mona", "A30", plan, words="Han vet hva som endres")
    assert due(world, plan, "T17.18") == ("met", turns)


@proves("P11")
def test_a_birthday_comes_in_sight_at_a_review_and_nobody_hears_twice(world: World) -> None:
    plan = world.active()
    born(world, date(2010, 9, 1))
    world.later(days=85)
    world.take("mona", "P10", plan, rating="good", **AGREED)
    world.take("mona", "P11", plan, next_review_on=world.days(120), **AGREED)
    assert due(world, plan, "T17.16") == ("open", date(2026, 9, 1))
    until(world, date(2026, 6, 4))
    assert reminded(world, "T17.16") == ["mona"]
    world.take("mona", "P10", plan, rating="good", **AGREED)
    world.take("mona", "P11", plan, next_review_on=world.days(120), **AGREED)
    until(world, date(2026, 6, 5))
    assert reminded(world, "T17.16") == ["mona"]
    found = deadline(world, plan, "T17.16")
    assert found is not None and found.due_version == 1


@proves("A24")
def test_a_planned_birthday_of_an_unknown_birth_and_a_changed_plan(world: World) -> None:
    plan = world.active()
    world.take("kim", "A24", plan, kind="age", on=world.days(200))
    assert due(world, plan, "T17") is None
    assert due(world, plan, "T17.18") == ("open", world.days(200))
    world.take("kim", "A24", plan, kind="move", on=world.days(150))
    assert due(world, plan, "T17") == ("open", world.days(150))
    assert due(world, plan, "T17.18") == ("void", world.days(200))


@proves("A31", "A32")
def test_a_request_for_access_is_answered_within_the_month_of_the_law(world: World) -> None:
    plan = world.active()
    with pytest.raises(Refused, match="no_access_request"):
        world.take("pia", "A32", plan, answer="Ja")
    asked = world.take("kim", "A31", plan, words="Alt som står om meg")
    assert told(world, asked) == {"pia"}
    found = deadline(world, plan, "T18")
    assert found is not None
    assert (found.basis, oslo_date(found.due_at)) == ("law", date(2026, 4, 9))
    assert "artikkel 12" in found.source
    wish = only(world, Wish, plan)
    with pytest.raises(BadInput, match="wish_id"):
        world.take("mona", "A12", plan, wish_id=wish.id, answer="Ja")
    until(world, date(2026, 4, 1))
    assert reminded(world, "T18") == []
    until(world, date(2026, 4, 2))  # a week before: Maundy Thursday
    assert reminded(world, "T18") == ["pia"]
    with pytest.raises(BadInput, match="answer"):
        world.take("pia", "A32", plan)
    done = world.take("pia", "A32", plan, answer="Du fikk en kopi i dag")
    assert told(world, done) == {"kim"}
    assert due(world, plan, "T18") == ("met", date(2026, 4, 9))
    assert only(world, Wish, plan).answer == "Du fikk en kopi i dag"


@proves("A31", "P12a", "P21c")
def test_a_request_for_access_runs_through_a_pause_and_past_the_end_of_the_plan(
    world: World,
) -> None:
    plan = world.active()
    world.take("kim", "P12a", plan, reason="Ferie", until_on=world.days(30))
    world.take("mona", "A31", plan, **AGREED)
    world.take("kim", "P21c", plan)
    assert due(world, plan, "T18") == ("open", date(2026, 4, 9))
    until(world, date(2026, 4, 2))
    assert reminded(world, "T18") == ["pia"]
    done = world.take("pia", "A32", plan, answer="Sendt")
    assert text(world, done)["to"] == "closed"
    assert due(world, plan, "T18") == ("met", date(2026, 4, 9))


@proves("A31", "A32")
def test_each_request_has_its_own_answer(world: World) -> None:
    plan = world.active()
    world.take("kim", "A31", plan)
    world.later(days=2)
    world.take("kim", "A31", plan)
    world.take("pia", "A32", plan, answer="Den første")
    assert [wish.answer for wish in rows(world, Wish, plan)] == ["Den første", ""]
    states = [one.state for one in rows(world, Deadline, plan) if one.code == "T18"]
    assert states == ["met", "open"]


@proves("A13c", "A12")
def test_an_answer_to_the_wish_for_another_coordinator_ends_its_deadline(world: World) -> None:
    plan = world.active()
    world.take("kim", "A13c", plan, wish_coordinator="Per")
    wish = only(world, Wish, plan)
    world.take("liv", "A12", plan, wish_id=wish.id, answer="Per kan fra mai")
    found = due(world, plan, "T16")
    assert found is not None and found[0] == "met"


@proves("P26b")
def test_a_plan_taken_up_anew_counts_from_that_day(world: World) -> None:
    plan = world.requested()
    world.take("oda", "P4", plan, reasons="Ikke langvarig")
    world.later(days=60)
    world.take("liv", "P25", plan)
    world.later(days=10)
    world.take("liv", "P26b", plan, reason="Alt er nytt", **AGREED)
    assert due(world, plan, "T2.reply") == ("open", date(2026, 6, 18))
    found = due(world, plan, "T2.decide")
    assert found is not None and found[1] >= world.days(28)


@proves("P24b")
def test_a_complaint_that_led_on_is_decided_anew_in_time(world: World) -> None:
    plan = world.requested()
    world.take("oda", "P4", plan, reasons="Ikke langvarig")
    world.take("kim", "P23", plan, about="denial", words="Uenig")
    world.later(days=90)
    world.take("liv", "P24b", plan, reason="Ny vurdering")
    found = due(world, plan, "T2.decide")
    assert found is not None and found[1] >= world.days(28)
