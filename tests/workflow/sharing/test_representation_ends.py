"""How somebody stops acting for the person: by her, by whoever acts, by an office on a document."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.servers.databases import Database
from tests.workflow.proofs import proves, words
from tests.workflow.sharing.sharing_world import parent, relations
from tests.world import AGREED, World, make_world
from workflow.record.history.verify import verify
from workflow.record.models import Notice, Representation
from workflow.rules.engine.denials import BadInput, Refused
from workflow.rules.names.steps import PlanStep


@pytest.fixture
def world(fresh_database: Database) -> World:
    return make_world(fresh_database.engine)


def end(world: World, who: str, plan: str, whose: str = "mor", **said: Any) -> set[str]:
    """Somebody ends a representation an hour later; who is told."""
    world.later(hours=1)
    about = {"representative_id": world.party[whose], **said}
    done = world.take(who, PlanStep.END_REPRESENTATION, plan, **about)
    with Session(world.engine) as session:
        told = select(Notice.recipient_id).where(Notice.cause == f"e:{done.event_id}")
        keys = set(session.execute(told).scalars())
        mine = select(Representation).where(
            Representation.representative_id == world.party[whose],
            Representation.until_at == world.now,
        )
        assert session.execute(mine).scalars().all()
    return {name for name, key in world.party.items() if key in keys}


@proves(PlanStep.END_REPRESENTATION)
@pytest.mark.parametrize(
    ("who", "said", "told"),
    [
        ("kim", {}, {"mor", "mona"}),
        ("mor", {}, {"kim", "mona"}),
        ("mona", AGREED, {"kim", "mor"}),
        ("liv", {"paper": "Vergemålet er slutt, brev av 2. mars"}, {"kim", "mor", "mona"}),
    ],
)
def test_it_ends_at_once_and_both_are_told(
    world: World, who: str, said: dict[str, Any], told: set[str]
) -> None:
    plan = world.active()
    parent(world, plan, ground="guardian")
    assert "representative" in relations(world, plan, "mor")
    assert end(world, who, plan, **said) == told
    assert "representative" not in relations(world, plan, "mor")
    assert verify(world.engine).ok


@proves(PlanStep.END_REPRESENTATION)
def test_an_office_needs_a_paper_and_nobody_ends_anothers(world: World) -> None:
    plan = world.active()
    with pytest.raises(Refused, match="nobody_represents"):
        end(world, "liv", plan, paper="Brev")
    parent(world, plan, ground="guardian")
    parent(world, plan, "frida", ground="power")
    with pytest.raises(Refused, match="paper_missing"):
        end(world, "liv", plan)
    with pytest.raises(Refused, match="not_your_representation"):
        end(world, "frida", plan)
    with pytest.raises(Refused, match="on_behalf_unrecorded"):
        end(world, "mona", plan)
    with pytest.raises(BadInput, match="not_on_this_plan"):
        end(world, "kim", plan, "ali")
    end(world, "liv", plan, paper="Brev av 2. mars")
    assert words(world, world.newest(plan))["paper"] == "Brev av 2. mars"
