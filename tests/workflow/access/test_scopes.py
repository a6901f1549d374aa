"""What the person shares is what is seen: the grid by scopes, and a word of each scope looked for everywhere."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import update
from sqlalchemy.orm import Session

from tests.canaries import CANARY, OWN, SHARED_WITH, Aviary, aviary
from tests.samples import WHOLE
from tests.servers.databases import Database
from tests.workflow.access import grid, scope_grid
from tests.workflow.scenes import PERSONS, SCENES, Scene
from tests.world import make_world
from workflow.acts.engine.fire import why_not
from workflow.acts.planfile.exporter import export_plan
from workflow.cli.plan.steps import plan_data
from workflow.record.access.open_plan import open_plan, scopes_towards
from workflow.record.database.engine import unit_of_work
from workflow.record.models import Consent, Measure
from workflow.record.plan.view import PlanView, read_opened_view
from workflow.rules.engine.denials import NotThere
from workflow.rules.engine.vocabulary import START, TRANSFERRED
from workflow.rules.names.steps import PlanStep
from workflow.rules.sharing.scopes import (
    EVERYTHING,
    GOALS,
    HEALTH,
    MEASURES,
    SCOPES,
    Visibility,
    to_stored,
)
from workflow.rules.tables import TRANSITIONS

FEW = 5  # choices tried on PostgreSQL each time
CHOICES = st.sets(st.sampled_from(SCOPES)).map(frozenset)


@pytest.fixture(scope="module")
def scene(fresh_database: Database) -> Scene:
    """The scene of the permission grid."""
    scene = SCENES["asked"](make_world(fresh_database.engine))
    scene.world.take(
        "mona",
        PlanStep.OFFER_TRANSFER,
        scene.plan,
        to_unit_id=scene.world.unit["service"],
        agreed_how="spoken",
    )
    return scene


def subject_of(scene: Scene, step_name: str) -> str | None:
    row = TRANSITIONS[step_name]
    if row.sources == (START,) or row.machine == "plan":
        return None
    if row.machine == "measure":
        return scene.measures["transferred" if row.sources == (TRANSFERRED,) else "decided"]
    return scene.meetings["called"]


def refused(scene: Scene, session: Session, step_name: str, person: str) -> bool:
    """Whether the step is not open because its part of the plan is not shared."""
    try:
        denials = why_not(
            session,
            scene.world.actor(person),
            step_name,
            plan_id=scene.plan_of(step_name),
            subject_id=subject_of(scene, step_name),
            now=scene.world.now,
        )
    except NotThere:
        return False
    return "not_shared" in {denial.code for denial in denials}


@pytest.mark.parametrize("scope", SCOPES)
def test_every_row_for_every_person_without_a_scope(scene: Scene, scope: str) -> None:
    """Act x person x scope against answers written down; none skipped."""
    with Session(scene.world.engine) as session:
        session.execute(
            update(Consent).where(Consent.receiver_id.is_not(None)),
            {"scopes": to_stored(EVERYTHING - {scope})},
        )
        refusals = {
            step_name: " ".join(one for one in PERSONS if refused(scene, session, step_name, one))
            for step_name in TRANSITIONS
        }
        session.rollback()
    assert {step_name: who for step_name, who in refusals.items() if who} == scope_grid.NOT_SHARED[
        scope
    ]
    print(f"grid without {scope}: {len(TRANSITIONS) * len(PERSONS)} cells")


def test_who_is_refused_could_take_the_row(scene: Scene) -> None:
    """Not shared is said only to somebody whose act it is: else it is not theirs to decide."""
    for rows in scope_grid.NOT_SHARED.values():
        for step_name, who in rows.items():
            assert set(who.split()) <= set(grid.MAY[step_name].split()), step_name


def test_with_everything_shared_nothing_is_refused(scene: Scene) -> None:
    with Session(scene.world.engine) as session:
        session.execute(update(Consent), {"scopes": ""})
        assert not any(refused(scene, session, row, one) for row in TRANSITIONS for one in PERSONS)
        session.rollback()


@pytest.fixture(scope="module")
def birds(fresh_database: Database) -> Aviary:
    return aviary(make_world(fresh_database.engine))


def seen(session: Session, birds: Aviary, name: str, act: str = "read") -> tuple[Visibility, str]:
    """Everything that the record gives a reader of the plan, as one text."""
    world = birds.world
    opened = open_plan(session, world.actor(name), birds.plan, act, world.now)
    if opened is None:
        return Visibility(), ""
    view = read_opened_view(session, opened, world.now, 500)
    said: list[Any] = [
        *view.parts.rows.values(),
        [as_text(one) for one in view.measures],
        as_text(view.plan),
    ]
    said += [as_text(opened.plan), plan_data(view), [vars_of(view)]]
    if act == "export":
        said.append(export_plan(session, opened.stored, world.now, True, sees=opened.visibility))
    return opened.visibility, json.dumps(said, default=str, ensure_ascii=False)


def as_text(row: Any) -> dict[str, Any]:
    return {column.key: getattr(row, column.key) for column in row.__table__.columns}


def vars_of(view: PlanView) -> list[Any]:
    """The view's own shapes, as pages read them."""
    return [
        view.goals,
        view.meetings,
        view.wishes,
        view.events,
        view.decisions,
        view.offers,
        view.deadlines,
        view.health,
    ]


def hidden_words(sight: Visibility, name: str) -> set[str]:
    """The words that must not be anywhere: of hidden scopes, and others' measures."""
    words = {CANARY[scope] for scope in sight.hidden}
    if MEASURES in sight.hidden:
        words |= {word for who, word in OWN.items() if who != name}
    return words


@pytest.mark.sampled
def test_no_word_of_a_hidden_scope_is_read(birds: Aviary) -> None:
    on_postgresql = birds.world.engine.dialect.name == "postgresql"

    @settings(
        max_examples=FEW if on_postgresql and not WHOLE else 25,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(choice=st.fixed_dictionaries({name: st.none() | CHOICES for name in SHARED_WITH}))
    def run(choice: dict[str, frozenset[str] | None]) -> None:
        no_hidden_word_is_read(birds, choice)

    run()


def no_hidden_word_is_read(birds: Aviary, choice: dict[str, frozenset[str] | None]) -> None:
    """With that shared, nobody reads a word of what is not shared with them."""
    for name, scopes in choice.items():
        birds.share(name, None if not scopes else to_stored(scopes))
    with Session(birds.world.engine) as session:
        for name in (*SHARED_WITH, "vik", "oda", "kim", "mor"):
            wanted = choice.get("mona" if name == "vik" else name, frozenset())
            for act in ("read", "export", "read_summary"):
                sight, text = seen(session, birds, name, act)
                told = [word for word in hidden_words(sight, whose(name)) if word in text]
                assert told == [], (name, act, choice)
                if name in ("kim", "mor"):
                    assert sight.scopes == EVERYTHING
                elif name == "oda":
                    assert sight.scopes == EVERYTHING - {HEALTH, "messages"} or act == "export"
                elif text:
                    assert sight.scopes == wanted
            session.rollback()


def whose(name: str) -> str:
    """Whose own measures are a reader's: a substitute has those of who is away."""
    return "mona" if name == "vik" else name


def test_all_words_are_there_for_who_sees_all(birds: Aviary) -> None:
    """The look for words would find them: nobody is fooled by an empty page."""
    for name in SHARED_WITH:
        birds.share(name, "")
    with Session(birds.world.engine) as session:
        for name in ("kim", "mona", "ali"):
            text = seen(session, birds, name, "export" if name != "ali" else "read")[1]
            assert [word for word in CANARY.values() if word not in text] == []


def test_own_measures_are_seen_whatever_is_shared(birds: Aviary) -> None:
    for name in SHARED_WITH:
        birds.share(name, "calendar")
    with Session(birds.world.engine) as session:
        for name, word in OWN.items():
            sight, text = seen(session, birds, name)
            assert word in text and MEASURES not in sight.scopes, name
        assert scopes_towards(session, birds.world.actor("ali"), birds.plan, birds.world.now) == {
            "calendar"
        }
        own = session.get_one(Measure, birds.own["ali"])
        assert own.agreed_consequence == CANARY[HEALTH]  # stored, not shown
        session.rollback()


def test_what_is_hidden_is_not_written_over(birds: Aviary) -> None:
    """Who does not see the limits leaves them as they are, and cannot write others in their place."""
    world, plan = birds.world, birds.plan
    birds.share("mona", to_stored(EVERYTHING - {HEALTH}))
    world.take(
        "mona",
        PlanStep.SET_WHAT_MATTERS,
        plan,
        most_important=CANARY[GOALS],
        limits="",
        agreed_how="spoken",
    )
    assert world.plan(plan).limits == CANARY[HEALTH]
    with pytest.raises(Exception, match="not_shared"):
        world.take(
            "mona",
            PlanStep.SET_WHAT_MATTERS,
            plan,
            limits="Ring når som helst",
            agreed_how="spoken",
        )
    birds.share("mona", "")


def test_a_second_consent_adds_up(birds: Aviary) -> None:
    """Two consents in force with one receiver: the union, and the list holds the plan once."""
    birds.share("ali", "goals")
    with unit_of_work(birds.world.engine) as session:
        row = (
            session.query(Consent)
            .filter_by(plan_id=birds.plan, receiver_id=birds.world.party["ali"])
            .first()
        )
        assert row is not None
        kept = as_text(row)
        session.add(Consent(**{**kept, "id": kept["id"][:-4] + "beef", "scopes": "calendar"}))
    with Session(birds.world.engine) as session:
        scopes = scopes_towards(session, birds.world.actor("ali"), birds.plan, birds.world.now)
    assert scopes == {"goals", "calendar"}
    birds.share("ali", "")
