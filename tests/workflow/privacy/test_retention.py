"""Closed plans past their time: listed first, then exactly that set is erased, and the chain holds."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from tests.servers.databases import Database
from tests.workflow.commands import line_on
from tests.world import AGREED, World, make_world
from workflow.acts.privacy import erasure, protected_addresses, retention
from workflow.acts.privacy.erasure import ErasureReason
from workflow.record.database.engine import unit_of_work
from workflow.record.history.verify import verify
from workflow.record.models import (
    Base,
    Credential,
    Document,
    Erasure,
    Event,
    EventBody,
    HealthNote,
    HomeAddress,
    Invitation,
    Notice,
    Participant,
    Party,
    SignIn,
    new_id,
)
from workflow.record.plan.view import plan_view
from workflow.rules.engine.denials import BadInput, Refused
from workflow.rules.names.steps import PlanStep
from workflow.rules.sharing.scopes import WHOLE
from workflow.words.steps.history import event_sentence

YEARS = 10
SECRETS = ("Beholde leiligheten", "Sove bedre", "Ringe Nav", "Sår på foten", "Tante Frida")


@pytest.fixture
def world(fresh_database: Database) -> World:
    return make_world(fresh_database.engine)


def closed_plan(world: World) -> str:
    """A plan with words of every sort, closed by the person."""
    plan = world.active()
    world.take("kim", PlanStep.ADD_GOAL, plan, own_words="Sove bedre")
    world.take(
        "mona",
        PlanStep.ADD_PARTICIPANT,
        plan,
        party_id=world.party["frida"],
        kind="relative",
        role="Tante Frida",
        phone="40998877",
        **AGREED,
    )
    world.measured(plan)
    with unit_of_work(world.engine) as session:
        session.execute(
            insert(HealthNote),
            {
                "id": new_id(),
                "plan_id": plan,
                "words": "Sår på foten",
                "written_at": world.now,
                "version": 1,
            },
        )
        session.execute(
            insert(SignIn),
            {
                "id": new_id(),
                "party_id": world.party["kim"],
                "token_hash": new_id(),
                "created_at": world.now,
                "seen_at": world.now,
            },
        )
        if (
            session.scalar(select(Credential.id).where(Credential.party_id == world.party["kim"]))
            is None
        ):
            session.execute(
                insert(Credential),
                {
                    "id": new_id(),
                    "party_id": world.party["kim"],
                    "password_hash": "x",
                    "changed_at": world.now,
                },
            )
        session.execute(
            insert(Invitation),
            {
                "id": new_id(),
                "party_id": world.party["mona"],
                "token_hash": new_id(),
                "created_at": world.now,
                "expires_at": world.now,
                "purpose": "guest",
                "plan_id": plan,
            },
        )
        address = protected_addresses.AddressForm(street="Storgata 1")
        protected_addresses.write_address(
            session, world.actor("adam"), world.party["kim"], address, world.now
        )
    world.take("kim", PlanStep.WITHDRAW_CONSENT, plan)
    return plan


def keep(world: World, years: int | None = YEARS) -> None:
    with unit_of_work(world.engine) as session:
        retention.set_years(session, years)


def listed(world: World) -> retention.Lot:
    with Session(world.engine) as session:
        return retention.past_time(session, world.now)


def run(world: World, token: str, **more: object) -> list[retention.ErasedPlan]:
    return retention.run(
        world.engine,
        token,
        world.party["liv"],
        world.party["leif"],
        world.now,
        **more,  # type: ignore[arg-type]
    )


def stored(world: World) -> str:
    """Every text and byte that the municipality's tables hold but the chain's own."""
    texts = []
    with Session(world.engine) as session:
        for table in Base.metadata.sorted_tables:
            if table.name not in ("event", "unit"):
                texts += [str(tuple(row)) for row in session.execute(select(table))]
    return "\n".join(texts)


def test_nothing_is_ever_erased_where_no_time_is_chosen(world: World) -> None:
    closed_plan(world)
    world.later(days=365 * 60)
    assert listed(world).items == ()
    with pytest.raises(BadInput, match="token"):
        run(world, "")
    with pytest.raises(BadInput, match="years"):
        keep(world, 0)


def test_a_plan_goes_after_its_time_and_the_chain_holds(world: World) -> None:
    plan = closed_plan(world)
    keep(world)
    world.later(days=365 * YEARS)
    assert listed(world).items == ()  # ten calendar years hold leap days
    world.later(days=5)
    lot = listed(world)
    (item,) = lot.items
    assert (item.plan_id, item.words > 0, item.documents > 0, item.people) == (plan, True, True, 2)
    before = stored(world)
    assert all(word in before for word in SECRETS)
    (done,) = run(world, lot.token)
    after = stored(world)
    for word in (*SECRETS, "40998877", "Storgata", "kim@example.test", "Frida"):
        assert word not in after, word
    report = verify(world.engine, plan)
    assert report.ok and {one.what for one in report.erased} == {"words_erased"}
    with Session(world.engine) as session:
        row = session.execute(select(Erasure).where(Erasure.plan_id == plan)).scalar_one()
        events = session.execute(select(func.count()).where(Event.plan_id == plan)).scalar()
        kim = session.get_one(Party, world.party["kim"])
        for model in (EventBody, Notice, SignIn, Credential, HomeAddress):
            who = getattr(model, "recipient_id", None) or getattr(model, "party_id", None)
            wanted = [who == kim.id] if who is not None else []
            counted = select(func.count()).select_from(model).where(*wanted)
            assert session.execute(counted).scalar() == 0, model
        content = select(Document.content).where(Document.plan_id == plan)
        assert set(session.execute(content).scalars()) == {b""}
        mona = session.get_one(Party, world.party["mona"])
        assert session.scalar(select(func.count()).where(Invitation.plan_id == plan)) == 0
    assert (row.receipt, row.basis) == (done.receipt, "retention")
    assert events == world.plan(plan).version
    assert (kim.name, kim.email, kim.deactivated_at is not None) == ("–", "", True)
    assert mona.name == "Mona"
    assert listed(world).items == ()
    with Session(world.engine) as session:
        view = plan_view(session, world.plan(plan), world.now, 99, sees=WHOLE)
        told = [event_sentence(one.text, one.words, {}, "nb") for one in view.events]
    assert len(told) == events and all(told) and view.person.name == "–"


def test_the_token_covers_exactly_the_set_of_the_dry_run(world: World) -> None:
    closed_plan(world)
    keep(world)
    world.later(days=365 * YEARS + 5)
    token = listed(world).token
    other = world.take(
        "mona", PlanStep.REPORT_NEED, person_id=world.party["sara"], why="Noe", **AGREED
    ).plan_id
    world.take("oda", PlanStep.DENY, other, reasons="Ikke langvarig")
    world.later(days=60)
    world.take("liv", PlanStep.LAPSE, other)
    assert listed(world).token == token
    world.later(days=365 * YEARS + 5)
    assert len(listed(world).items) == 2
    with pytest.raises(BadInput, match="token"):
        run(world, token)
    with pytest.raises(Refused, match="second_human_missing"):
        retention.run(
            world.engine,
            token,
            world.party["liv"],
            world.party["liv"],
            world.now,
        )
    assert len(run(world, listed(world).token)) == 2


def test_a_run_that_was_stopped_goes_on_with_the_same_token(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed_plan(world)
    closed_plan(world)
    keep(world)
    world.later(days=365 * YEARS + 5)
    token = listed(world).token

    def stop(words: str) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(world, token, tell=stop)
    assert len(listed(world).items) == 1
    whole = erasure.erase_plan

    def torn(*args: object) -> str:
        whole(*args)  # type: ignore[arg-type]
        raise KeyboardInterrupt

    monkeypatch.setattr(erasure, "erase_plan", torn)
    with pytest.raises(KeyboardInterrupt):
        run(world, token)
    assert len(listed(world).items) == 1
    monkeypatch.setattr(erasure, "erase_plan", whole)
    assert len(run(world, token)) == 1
    assert run(world, token) == []
    assert listed(world).items == ()
    assert verify(world.engine).ok


def test_who_stands_to_a_plan_that_is_kept_is_not_forgotten(world: World) -> None:
    closed_plan(world)
    keep(world)
    world.later(days=365 * YEARS + 5)
    lot = listed(world)
    plan = world.take(
        "kim", PlanStep.REPORT_NEED, person_id=world.party["kim"], why="En gang til"
    ).plan_id
    run(world, lot.token)
    assert world.plan(plan).person_id == world.party["kim"]
    with Session(world.engine) as session:
        names = select(Party.name).where(Party.id.in_([world.party["kim"], world.party["frida"]]))
        assert set(session.execute(names).scalars()) == {"Kim", "–"}
        phones = select(Participant.phone).where(Participant.party_id == world.party["frida"])
        assert set(session.execute(phones).scalars()) == {""}


def test_an_unanswered_request_or_a_complaint_holds_a_plan_back(world: World) -> None:
    plan = closed_plan(world)
    keep(world)
    world.take("kim", PlanStep.ASK_FOR_CORRECTION, plan, words="Feil navn")
    world.later(days=365 * YEARS + 5)
    assert listed(world).items == ()
    world.take("pia", PlanStep.ANSWER_DATA_REQUEST, plan, outcome="corrected", answer="Rettet")
    assert len(listed(world).items) == 1
    world.take("kim", PlanStep.COMPLAIN, plan, about="ending", words="Uenig")
    assert listed(world).items == ()


def test_a_person_entered_by_mistake_goes_with_all_her_plans(world: World) -> None:
    plan = closed_plan(world)
    kim = world.party["kim"]
    why = ErasureReason("entered twice", "GDPR 17", world.party["liv"], world.party["leif"])
    with Session(world.engine) as session:
        token = retention.of_person(session, kim).token
    with pytest.raises(BadInput, match="token"):
        retention.erase_person(world.engine, kim, "x", why, world.now)
    done = retention.erase_person(world.engine, kim, token, why, world.now)
    assert [bool(one.receipt) for one in done] == [True, True]
    text = stored(world)
    assert "kim@example.test" not in text and "Storgata" not in text and "Sove bedre" not in text
    assert "Frida" in text
    assert verify(world.engine, plan).ok
    with Session(world.engine) as session:
        rows = session.execute(select(Erasure.receipt).where(Erasure.plan_id.in_([kim, plan])))
        assert sorted(rows.scalars()) == sorted(one.receipt for one in done)
    with pytest.raises(BadInput, match="works_here"):
        retention.erase_person(world.engine, world.party["mona"], token, why, world.now)


def test_the_commands(
    world: World, fresh_database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    line = line_on(fresh_database.url, str(tmp_path), monkeypatch)
    closed_plan(world)
    assert line.json("retention", "--years", "never") == {"years": "never"}
    assert line.json("retention", "--years", "1") == {"years": "1"}
    dry = line.json("retention", "--dry-run")
    assert dry["plans"] == [] and dry["token"]
    two = ("--asked-by", world.party["liv"], "--confirmed-by", world.party["leif"])
    assert line.json("retention", *two, code=2)["error"]
    assert line.json("retention", "--token", dry["token"], *two) == {"erased": []}
    why = ("--reason", "Ført to ganger", "--basis", "GDPR 17", *two)
    one = line.json("erase-person", world.party["kim"], *why, "--dry-run")
    assert len(one["plans"]) == 1
    gone = line.json("erase-person", world.party["kim"], *why, "--token", one["token"])
    assert len(gone["erased"]) == 2
