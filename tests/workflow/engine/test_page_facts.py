"""Proves that a page and the engine say the same of every row, in every situation, to everybody."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.samples import WHOLE, place
from tests.servers.databases import Database
from tests.workflow.engine.fact_scenes import SITUATIONS
from tests.workflow.engine.guard_facts import NOW
from tests.workflow.engine.test_walk_rules import tries
from tests.workflow.scenes import PERSONS, Scene
from tests.world import make_world
from workflow.acts.engine.availability import Possible, Steps, prepare_steps
from workflow.acts.engine.load import SUBJECTS
from workflow.record.access.open_plan import Actor, PlanAccess, resolve_access
from workflow.record.models import Plan
from workflow.record.plan.fact_sources import (
    AskedWithoutForm,
    Fact,
    IncompleteFacts,
    PageFacts,
    StoredFacts,
    complete_facts,
    of_form,
)
from workflow.record.plan.facts import FACTS, GIVEN, NOT_YET, facts_of_record
from workflow.record.plan.facts_columns import COLUMNS
from workflow.record.plan.view import plan_view
from workflow.rules.engine.denials import Denial
from workflow.rules.engine.facts import Facts, UnknownFact
from workflow.rules.engine.vocabulary import START
from workflow.rules.machine import denials
from workflow.rules.tables import TABLES, TRANSITIONS

# Each row is compared for every third reader of a situation, another row for another reader: every row in every
# situation each time, and for every reader by `make soak`.
ONE_READER_IN = 1 if WHOLE else 3


def pages(session: Session, scene: Scene) -> Iterator[Steps]:
    """The page of everybody who stands to the plan, over what it reads of it."""
    plan = session.get_one(Plan, scene.plan)
    for person in PERSONS:
        actor = scene.world.actor(person)
        stands = resolve_access(session, actor, scene.plan, scene.world.now)
        if stands.relations:
            view = plan_view(session, plan, scene.world.now, sees=stands.visibility())
            yield prepare_steps(view, actor, stands)


def drawn(page: Steps) -> Iterator[tuple[str, str, Possible]]:
    """What a page says of the plan and of each subject under it, by the subject's table and key.

    Of subjects the reader does not see too: what they are told of must not hang on that.
    """
    whole = page.view.for_rules
    yield "plan", whole.plan.id, page.of_plan()
    for measure in whole.measures:
        yield "measure", measure.id, page.of_measure(measure)
    for meeting in whole.meetings:
        yield "meeting", meeting.id, page.of_meeting(meeting)


def stored(session: Session, machine: str, key: str) -> Mapping[str, Any]:
    """The row that the engine reads of a plan, a measure or a meeting."""
    table = SUBJECTS[machine]
    return dict(session.execute(select(table).where(table.c.id == key)).mappings().one())


def engine(
    session: Session,
    page: Steps,
    step_name: str,
    plan: Mapping[str, Any],
    subject: Mapping[str, Any],
) -> list[Denial]:
    """What the engine says of a row, from the record."""
    row = TRANSITIONS[step_name]
    here = {} if row.sources == (START,) else subject
    facts = facts_of_record(
        session.connection(),
        row,
        page.facts.actor,
        page.facts.access,
        plan,
        here,
        None,
        page.facts.now,
    )
    return denials(row, facts)


@pytest.mark.sampled
@pytest.mark.parametrize("name", SITUATIONS)
def test_page_is_engine(fresh_database: Database, name: str) -> None:
    """Open, or closed for the same reasons with the same values."""
    scene = SITUATIONS[name](make_world(fresh_database.engine))
    asked = set()
    with Session(fresh_database.engine) as session:
        plan = stored(session, "plan", scene.plan)
        for reader, page in enumerate(pages(session, scene)):
            for machine, key, said in drawn(page):
                subject = stored(session, machine, key)
                for step_name in (*said.open, *said.closed):
                    if (place(step_name, ONE_READER_IN) + reader) % ONE_READER_IN:
                        continue
                    reasons = engine(session, page, step_name, plan, subject)
                    assert list(said.closed.get(step_name, ())) == reasons, (step_name, page.actor)
                    asked.add(step_name)
    assert asked >= {row.name for row in TABLES["plan"] if row.sources != (START,)}


def test_no_fact_of_the_form_is_asked_without_one() -> None:
    """A guard that a page asks rests on what a page can know: the others say `of_form`."""
    of_form = {name for name, fact in FACTS.items() if is_of_form(fact)}
    assert of_form
    for row in TRANSITIONS.values():
        for facts in tries(row):
            if facts.form is None:
                for name in of_form:
                    facts.__dict__.pop(name, None)
                denials(row, facts)


def is_of_form(fact: Fact) -> bool:
    """Whether a page has no answer to the fact."""
    try:
        fact.page(PageFacts())
    except AskedWithoutForm:
        return True
    except (AttributeError, UnknownFact):
        return False
    return False


def test_facts_are_complete_or_refused() -> None:
    whole = tuple(FACTS.values())
    assert complete_facts(whole, given=GIVEN) == FACTS
    with pytest.raises(IncompleteFacts, match="offer"):
        complete_facts(tuple(fact for fact in whole if fact.name != "offer"), given=GIVEN)
    with pytest.raises(IncompleteFacts, match="offer"):
        complete_facts(whole, (FACTS["offer"],), given=GIVEN)
    with pytest.raises(IncompleteFacts, match="weather"):
        complete_facts(whole, (of_form("weather", lambda f: "sun"),), given=GIVEN)


def test_a_fact_that_nobody_gave_is_an_error() -> None:
    with pytest.raises(UnknownFact, match="goals"):
        _ = Facts(state="active").goals
    with pytest.raises(AttributeError, match="weather"):
        _ = Facts(state="active").weather


def test_a_plan_that_is_not_there_yet_has_an_answer_to_what_stands_in_its_row() -> None:
    """The steps that make a plan are asked too: of a row that nobody has written."""
    starts = [row for row in TABLES["plan"] if row.sources == (START,)]
    assert starts
    for row in starts:
        facts = StoredFacts(
            row=row,
            actor=Actor("liv"),
            access=PlanAccess(frozenset(), frozenset()),
            plan=NOT_YET,
            subject={},
            form=None,
            now=NOW,
            offer=None,
            read={},
        )
        answers = {one.name: one.stored(facts) for one in COLUMNS if one.of_plan}
        assert answers["plan_state"] == START
