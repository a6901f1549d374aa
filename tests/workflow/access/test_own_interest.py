"""Nobody lets oneself in, nobody confirms oneself: the rule over every step, and the inputs that once passed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import BaseModel
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.servers.databases import Database
from tests.workflow.engine.guard_facts import FACTS, FORM, OFFER
from tests.workflow.proofs import proves
from tests.world import AGREED, World, make_world
from workflow.acts.base.registry import ACTS
from workflow.acts.people import absences
from workflow.record.database.engine import unit_of_work
from workflow.record.models import Event, Representation
from workflow.rules.engine.denials import BadInput, Refused
from workflow.rules.engine.facts import Facts
from workflow.rules.engine.own_interest import own_interest_denial
from workflow.rules.engine.transition import ABOUT, CONFIRMS, TASK, TOLD, WIDENED, Transition
from workflow.rules.engine.vocabulary import RELATIONS
from workflow.rules.names.steps import PlanStep
from workflow.rules.tables import TRANSITIONS

# Widgets by which a form names a human.
NAMING = frozenset(
    {"party", "staff", "staff_or_person", "around", "around_many", "person", "sharing"}
)
NAMING |= {"called_many", "representative"}
# Fields by which the second human is named, of any form that has one.
SECOND = "confirmer_id"


@pytest.fixture
def world(fresh_database: Database) -> World:
    return make_world(fresh_database.engine)


def naming_fields(form: type[BaseModel]) -> Iterator[str]:
    """The fields of a form that name a human."""
    for name, info in form.model_fields.items():
        extra = info.json_schema_extra
        if isinstance(extra, dict) and extra.get("widget") in NAMING and name != SECOND:
            yield name


def test_every_field_that_names_somebody_says_what_the_step_makes_of_them() -> None:
    for name, row in TRANSITIONS.items():
        if row.name == PlanStep.ASK_CONFIRMATION:
            continue
        declared = {one.field for one in row.parties}
        assert declared == set(naming_fields(ACTS[name].form)), name
        assert {one.becomes for one in row.parties} <= WIDENED | {TASK, TOLD, ABOUT, CONFIRMS}


def test_whoever_may_name_oneself_with_a_second_human_can_name_one() -> None:
    """A form without the field would be a way that is closed for good; the paper's is, on purpose."""
    for name, row in TRANSITIONS.items():
        lets_in = any(one.becomes in WIDENED for one in row.parties)
        if (lets_in or row.by_two) and name != PlanStep.KEEP_SIGNED_COPY:
            assert SECOND in ACTS[name].form.model_fields, name


def denied(row: Transition, relation: str, **given: Any) -> str:
    """What the rule says of a row for somebody who stands so; empty where it lets pass."""
    form = type("Filled", (), {**FORM, **given.pop("form", {})})()
    near = {
        "confirmed_by": None,
        "lender_id": None,
        "offer": OFFER,
        "person_id": "kim",
        "own_parties": SELVES,
    }
    facts = Facts(**{**FACTS, **near, "relations": frozenset({relation}), "form": form, **given})
    denial = own_interest_denial(row, facts)
    return denial.code if denial else ""


# Oneself, whoever stands in, and whoever lends the screen: one hand.
SELVES = frozenset({"me", "stand-in", "lender"})


def test_an_insider_walks_over_every_step_relation_and_field() -> None:
    """Naming oneself, one's substitute or one's lent self is refused wherever the step lets in."""
    cells = refused = 0
    for row in TRANSITIONS.values():
        for relation in RELATIONS:
            for one in row.parties:
                for self in sorted(SELVES):
                    code = denied(row, relation, form={one.field: self})
                    lets_in = one.becomes in WIDENED and relation not in ("clock", "operator")
                    by_two = row.by_two and relation != "clock"
                    wanted = "second_human_missing" if by_two else "own_interest" if lets_in else ""
                    assert code == wanted, (row.name, relation, one.field, self)
                    assert not denied(row, relation, form={one.field: self}, confirmed_by="other")
                    cells, refused = cells + 1, refused + bool(code)
    print(f"\n{cells} cells, {refused} refused without a second human")
    assert cells == sum(len(row.parties) for row in TRANSITIONS.values()) * len(RELATIONS) * 3


def test_the_person_names_herself_and_nobody_else_who_sits_there() -> None:
    row = TRANSITIONS[PlanStep.OFFER_COORDINATOR]
    hers = {"own_parties": frozenset({"kim", "lender"}), "actor_id": "kim"}
    assert denied(row, "person", form={"to_party_id": "kim"}, **hers) == ""
    assert denied(row, "person", form={"to_party_id": "lender"}, **hers) == "own_interest"
    at_theirs = {**hers, "lender_id": "lender", "confirmed_by": "other"}
    assert denied(row, "person", form={"to_party_id": "lender"}, **at_theirs) == "at_lent_screen"
    assert denied(row, "person", form={"to_party_id": "per"}, **at_theirs) == ""


@pytest.mark.parametrize("step_name", [row.name for row in TRANSITIONS.values() if row.accepts])
def test_nobody_says_yes_to_what_they_asked_themselves(step_name: str) -> None:
    row = TRANSITIONS[step_name]
    for self in SELVES:
        asked = {**OFFER, "from_party_id": self}
        assert denied(row, "receiver", offer=asked) == "own_question"
    assert denied(row, "receiver", offer=OFFER) == ""


def representatives(world: World) -> list[str]:
    """Who acts for Kim, besides the mother, by name."""
    names = {key: name for name, key in world.party.items()}
    with Session(world.engine) as session:
        return [names[key] for key in session.scalars(select(Representation.representative_id))]


def test_representative_by_ones_own_hand(world: World) -> None:
    """The coordinating unit, which sees no content, names itself: then it would read everything."""
    plan = world.active()
    mine = {"representative_id": world.party["liv"], "ground": "power"}
    with pytest.raises(Refused, match="own_interest"):
        world.take("liv", PlanStep.ADD_REPRESENTATION, plan, **mine)
    with pytest.raises(BadInput, match="confirmer_id: cannot_confirm"):
        world.by_two("liv", "ali", PlanStep.ADD_REPRESENTATION, plan, **mine)
    with pytest.raises(BadInput, match="confirmer_id: cannot_confirm"):
        world.by_two("liv", "liv", PlanStep.ADD_REPRESENTATION, plan, **mine)
    assert "liv" not in representatives(world)
    world.by_two("liv", "lise", PlanStep.ADD_REPRESENTATION, plan, **mine)
    assert "liv" in representatives(world)
    with Session(world.engine) as session:
        newest = select(Event.text).where(Event.plan_id == plan).order_by(Event.seq.desc()).limit(1)
        told = json.loads(session.execute(newest).scalar_one())
    assert (told["actor"], told["confirmed_by"]) == (world.party["liv"], world.party["lise"])


def test_a_coordinator_records_no_yes_to_sharing_with_herself(world: World) -> None:
    plan = world.active()
    me = world.party["mona"]
    world.take("kim", PlanStep.GIVE_CONSENT, plan, party_id=me, scopes=["goals"])
    wide = {"party_id": me, "scopes": ["goals", "health"], **AGREED}
    with pytest.raises(Refused, match="own_interest"):
        world.take("mona", PlanStep.GIVE_CONSENT, plan, **wide)


def test_whom_one_stands_in_for_confirms_nothing_through_one(world: World) -> None:
    """Lise is away and Liv stands in for her: Liv cannot answer in Lise's name what Liv asked."""
    plan = world.active()
    away = {"substitute_id": world.party["liv"], "from_on": world.today, "back_on": world.days(5)}
    form = absences.AbsenceForm(**away)
    with unit_of_work(world.engine) as session:
        absences.set_substitute(session, world.actor("lise"), world.party["lise"], form, world.now)
    mine = {"representative_id": world.party["liv"], "ground": "power"}
    with pytest.raises(BadInput, match="cannot_confirm"):
        world.by_two("liv", "lise", PlanStep.ADD_REPRESENTATION, plan, **mine)


@proves(PlanStep.DECLINE_CONFIRMATION, PlanStep.WITHDRAW_CONFIRMATION, PlanStep.EXPIRE_CONFIRMATION)
def test_a_question_ends_without_a_change(world: World) -> None:
    plan = world.active()
    rest = {"reason": "Feil person", "confirmer_id": world.party["leif"]}
    world.take("liv", PlanStep.ENTERED_IN_ERROR, plan, **rest)
    world.take("leif", PlanStep.DECLINE_CONFIRMATION, plan, reason="Det er riktig person")
    world.take("liv", PlanStep.ENTERED_IN_ERROR, plan, **rest)
    with pytest.raises(Refused, match="not_your_question"):
        world.take("mona", PlanStep.WITHDRAW_CONFIRMATION, plan)
    world.take("liv", PlanStep.WITHDRAW_CONFIRMATION, plan)
    world.take("liv", PlanStep.ENTERED_IN_ERROR, plan, **rest)
    with pytest.raises(Refused, match="offer_not_expired"):
        world.take("clock", PlanStep.EXPIRE_CONFIRMATION, plan)
    world.later(days=8)
    world.take("clock", PlanStep.EXPIRE_CONFIRMATION, plan)
    assert world.plan(plan).state == "active"


def test_what_is_confirmed_is_judged_anew(world: World) -> None:
    """Meanwhile who asked has the plan no more: nothing is confirmed, and who confirms is told why."""
    plan = world.active()
    asks = {"reason": "Flyttet", "why": "moved_abroad", "confirmer_id": world.party["lars"]}
    world.take("mona", PlanStep.END_DEATH_OR_MOVED, plan, **asks)
    world.take("mona", PlanStep.LAY_DOWN, plan)
    with pytest.raises(Refused, match="asker_gone"):
        world.take("lars", PlanStep.CONFIRM, plan)
    assert world.plan(plan).state == "active"
