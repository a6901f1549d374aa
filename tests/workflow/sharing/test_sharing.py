"""What the person shares: parts, the undo, talks, papers and transfers (2.3, 2.6)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from tests.servers.databases import Database
from tests.workflow.proofs import proves, rows, text, words
from tests.workflow.sharing.sharing_world import FEW, give, seen, shared
from tests.world import AGREED, World, make_world
from workflow.acts.deadlines.sweep import sweep
from workflow.acts.sharing.consents import LARGEST_COPY
from workflow.record.database.engine import unit_of_work
from workflow.record.history.municipal_chain import change_rows
from workflow.record.models import Consent, Deadline, Document
from workflow.rules.calendar.clock import at_oslo
from workflow.rules.engine.denials import BadInput, Refused
from workflow.rules.names.deadlines import DeadlineCode
from workflow.rules.names.steps import PlanStep
from workflow.rules.sharing.scopes import EVERYTHING, FIRST_SHARED, scopes_of


@pytest.fixture
def world(fresh_database: Database) -> World:
    return make_world(fresh_database.engine)


@proves(PlanStep.GIVE_CONSENT)
def test_fewer_parts_are_a_new_consent_and_the_old_one_is_kept(world: World) -> None:
    plan = world.active()
    give(world, "kim", plan)
    assert seen(world, plan, "ali") == FIRST_SHARED["professional"]
    world.later(days=1)
    done = give(world, "kim", plan, scopes=FEW, until_on=world.days(30))
    old, new = shared(world, plan, "ali")
    assert old.withdrawn_at == new.from_at == world.now and new.given_as == "person"
    assert scopes_of(new.scopes) == set(FEW) and new.source == "app"
    assert text(world, done)["codes"]["shares"] == FEW
    world.later(days=1)
    give(world, "kim", plan, scopes=[*FEW, "health"])
    expiry = [one for one in rows(world, Deadline, plan) if one.code == DeadlineCode.CONSENT_ENDS]
    assert [one.state for one in expiry] == ["void"]
    assert seen(world, plan, "ali") == {*FEW, "health"} and len(shared(world, plan, "ali")) == 3


@proves(PlanStep.GIVE_CONSENT)
def test_the_same_parts_are_discussed_anew_in_the_same_consent(world: World) -> None:
    plan = world.active()
    give(world, "kim", plan, scopes=FEW)
    world.later(days=9)
    give(world, "mona", plan, scopes=FEW, **AGREED)
    (only,) = shared(world, plan, "ali")
    assert only.last_discussed_on == world.today


@proves(PlanStep.GIVE_CONSENT)
def test_an_old_consent_without_parts_is_everything_still(world: World) -> None:
    plan = world.active()
    give(world, "kim", plan)
    with unit_of_work(world.engine) as session:
        change_rows(session, update(Consent).where(Consent.plan_id == plan).values(scopes=""))
    assert seen(world, plan, "ali") == EVERYTHING
    world.later(days=1)
    give(world, "kim", plan, until_on=world.days(5))
    assert len(shared(world, plan, "ali")) == 1 and seen(world, plan, "ali") == EVERYTHING


@proves(PlanStep.GIVE_CONSENT, PlanStep.ADD_PARTICIPANT, PlanStep.VOLUNTEER_WITH_COMPANION)
def test_who_comes_in_sees_what_is_first_offered_to_their_kind(world: World) -> None:
    plan = world.active()
    assert seen(world, plan, "mona") == FIRST_SHARED["coordinator"]
    for name, kind in (("ali", "professional"), ("mor", "relative"), ("hege", "user_organisation")):
        world.take("kim", PlanStep.ADD_PARTICIPANT, plan, party_id=world.party[name], kind=kind)
        assert seen(world, plan, name) == FIRST_SHARED[kind]
    world.take("kim", PlanStep.VOLUNTEER_WITH_COMPANION, plan, party_id=world.party["frida"])
    assert seen(world, plan, "frida") == FIRST_SHARED["volunteer"]
    key = world.measured(plan, "per")
    assert key and seen(world, plan, "per") == FIRST_SHARED["professional"]
    give(world, "kim", plan)


def test_a_coordinator_gets_no_more_than_the_person_has_chosen(world: World) -> None:
    plan = world.active()
    for name, chosen in (("per", None), ("ali", FEW)):
        world.take("kim", PlanStep.ADD_PARTICIPANT, plan, party_id=world.party[name])
        if chosen:
            give(world, "kim", plan, name, scopes=chosen)
        world.later(hours=1)
        world.take(
            "mona",
            PlanStep.OFFER_COORDINATOR,
            plan,
            to_party_id=world.party[name],
            wish_coordinator="Ja",
        )
        world.take(name, PlanStep.ACCEPT_COORDINATOR, plan)
        assert seen(world, plan, name) == (set(chosen) if chosen else EVERYTHING)
        world.take(
            "liv",
            PlanStep.OFFER_COORDINATOR,
            plan,
            to_party_id=world.party["mona"],
            wish_coordinator="Mona",
        )
        world.take("mona", PlanStep.ACCEPT_COORDINATOR, plan)


def test_nothing_chosen_is_said_and_leads_to_the_other_step(world: World) -> None:
    plan = world.active()
    give(world, "kim", plan)
    with pytest.raises(Refused) as stopped:
        give(world, "kim", plan, scopes=[])
    assert [(one.code, one.clears) for one in stopped.value.denials] == [
        ("nothing_shared", PlanStep.STOP_SHARING_WITH)
    ]
    with pytest.raises(ValueError, match="not one of the answers"):
        give(world, "kim", plan, scopes=["secrets"])


@proves(PlanStep.STOP_SHARING_WITH, PlanStep.GIVE_CONSENT)
def test_share_again_gives_the_same_parts_for_thirty_days(world: World) -> None:
    plan = world.active()
    last = world.days(60)
    give(world, "kim", plan, scopes=FEW, until_on=last)
    world.take("kim", PlanStep.STOP_SHARING_WITH, plan, party_id=world.party["ali"])
    stopped = world.now
    world.now = stopped + timedelta(days=30) - timedelta(seconds=1)
    give(world, "kim", plan, again=True)
    again = shared(world, plan, "ali")[-1]
    assert scopes_of(again.scopes) == set(FEW) and again.until_at == at_oslo(last)
    open_ = [
        one
        for one in rows(world, Deadline, plan)
        if (one.code, one.state) == (DeadlineCode.CONSENT_ENDS, "open")
    ]
    assert [one.subject_id for one in open_] == [again.id]
    world.take("kim", PlanStep.STOP_SHARING_WITH, plan, party_id=world.party["ali"])
    world.later(days=30)
    with pytest.raises(Refused) as late:
        give(world, "kim", plan, again=True)
    assert [(one.code, one.clears) for one in late.value.denials] == [
        ("sharing_is_old", PlanStep.GIVE_CONSENT)
    ]
    with pytest.raises(Refused, match="sharing_is_old"):
        give(world, "kim", plan, "sara", again=True)
    assert seen(world, plan, "ali") == set()


@proves(PlanStep.TALK_ABOUT_SHARING)
def test_a_talk_about_sharing_moves_the_day_and_changes_nothing(world: World) -> None:
    plan = world.active()
    world.take(
        "kim", PlanStep.ADD_PARTICIPANT, plan, party_id=world.party["frida"], kind="relative"
    )
    give(world, "kim", plan, scopes=FEW)
    world.later(days=100)
    done = world.take(
        "mona",
        PlanStep.TALK_ABOUT_SHARING,
        plan,
        party_id=world.party["frida"],
        words="Hun kan se alt som før",
    )
    assert words(world, done)["words"] == "Hun kan se alt som før"
    talked = {one.receiver_id: one.last_discussed_on for one in rows(world, Consent, plan)}
    assert talked[world.party["frida"]] == world.today != talked[world.party["ali"]]
    due = [
        one
        for one in rows(world, Deadline, plan)
        if one.code == DeadlineCode.DISCUSS_WITH_RELATIVES
    ]
    assert due[-1].state == "open" and due[-1].due_at >= world.now + timedelta(days=179)
    world.take("mona", PlanStep.TALK_ABOUT_SHARING, plan, again_on=world.days(20))
    assert {one.discuss_again_on for one in rows(world, Consent, plan) if one.receiver_id} == {
        world.days(20)
    }
    sweep(world.engine, world.now)
    with pytest.raises(BadInput):
        world.take("mona", PlanStep.TALK_ABOUT_SHARING, plan, party_id=world.party["nosy"])


@proves(PlanStep.KEEP_SIGNED_COPY, PlanStep.GIVE_CONSENT)
def test_the_signed_paper_is_kept_with_the_consent(world: World) -> None:
    plan = world.active()
    give(world, "mona", plan, agreed_how="paper", scopes=FEW)
    ali = world.party["ali"]
    for wrong in (b"", b"MZ\x90", b"%PDF-" + b"0" * LARGEST_COPY):
        with pytest.raises(BadInput, match="content"):
            world.take("mona", PlanStep.KEEP_SIGNED_COPY, plan, party_id=ali, content=wrong)
    done = world.take(
        "mona", PlanStep.KEEP_SIGNED_COPY, plan, party_id=ali, content=b"%PDF-1.7 signert"
    )
    (document,) = [one for one in rows(world, Document, plan) if one.kind == "consent"]
    (consent,) = shared(world, plan, "ali")
    assert consent.document_id == document.id and consent.source == "paper"
    assert (document.mime, document.content) == ("application/pdf", b"%PDF-1.7 signert")
    said = text(world, done)
    assert said["codes"]["sha256"] == document.sha256 and "content" not in said["form"]
    with pytest.raises(BadInput):
        world.take(
            "mona", PlanStep.KEEP_SIGNED_COPY, plan, party_id=world.party["sara"], content=b"%PDF-"
        )


def test_the_yes_to_the_plan_itself_says_who_gave_it(world: World) -> None:
    plan = world.active()
    with unit_of_work(world.engine) as session:
        query = select(Consent.given_as).where(
            Consent.plan_id == plan, Consent.receiver_id.is_(None)
        )
        assert session.execute(query).scalar_one() == "person"


@proves(PlanStep.OFFER_TRANSFER, PlanStep.ACCEPT_TRANSFER)
def test_a_transfer_hands_over_what_the_person_chose(world: World) -> None:
    plan = world.active()
    world.take(
        "mona",
        PlanStep.OFFER_TRANSFER,
        plan,
        to_unit_id=world.unit["coordinating"],
        reason="Flytter",
        scopes=["goals", "measures"],
        **AGREED,
    )
    world.take("liv", PlanStep.ACCEPT_TRANSFER, plan, coordinator_id=world.party["liv"])
    assert seen(world, plan, "liv") == {"goals", "measures"}
    world.take(
        "liv",
        PlanStep.OFFER_TRANSFER,
        plan,
        to_unit_id=world.unit["service"],
        reason="Tilbake",
        **AGREED,
    )
    world.take("lars", PlanStep.ACCEPT_TRANSFER, plan, coordinator_id=world.party["lars"])
    assert seen(world, plan, "lars") == EVERYTHING
