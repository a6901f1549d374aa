"""Bad input meets a named error, a sentence, and a record where nothing is half-done."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any

import pytest
from pydantic import ValidationError
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.servers.databases import Database
from tests.workflow.scenes import SCENES, Scene, good_form
from tests.world import AGREED, World, make_world
from workflow.acts.base.form_fields import Form
from workflow.acts.base.registry import ACTS
from workflow.acts.engine.fire import fire, perform, why_not
from workflow.acts.plan.confirmation import AskConfirmation
from workflow.acts.privacy.erasure import count_words, erase_words
from workflow.record.access.open_plan import open_plan
from workflow.record.database.engine import unit_of_work
from workflow.record.history.verify import verify
from workflow.record.models import Base, NaiveTime, Plan, new_id
from workflow.rules.engine.denials import (
    BadInput,
    NotThere,
    PlanlopError,
    Refused,
    Stale,
    UnknownStep,
)
from workflow.rules.engine.vocabulary import START
from workflow.rules.names.steps import MeasureStep, MeetingStep, PlanStep
from workflow.rules.tables import TRANSITIONS
from workflow.words.refusals.fields import SAME, SENTENCES

MEGABYTE = "x" * 1_000_000
WALKED = ("requested", "in_use", "reviewed")
CHECKED = ("phone",)  # is a telephone number, and no text of any length
PEOPLE = ("kim", "mona", "oda", "liv", "lars")
# Where an unknown key is no error: it names nobody, and so nothing happens to anybody.
HARMLESS = {
    (PlanStep.STOP_SHARING_WITH, "party_id"),
    (MeetingStep.HELD, "came_ids"),
    (PlanStep.REVIEW, "carried"),
}


@pytest.fixture
def world(fresh_database: Database) -> World:
    return make_world(fresh_database.engine)


def counts(world: World) -> Mapping[str, int]:
    """How many rows each table holds."""
    with Session(world.engine) as session:
        return {
            table.name: session.execute(select(func.count()).select_from(table)).scalar() or 0
            for table in Base.metadata.sorted_tables
        }


@contextmanager
def nothing_done(world: World, plan: str | None = None) -> Iterator[None]:
    """Whatever is tried inside is refused and leaves every table as it was."""
    before = counts(world), plan and world.plan(plan).version
    yield
    assert (counts(world), plan and world.plan(plan).version) == before


def errors(form: type[Form], **fields: Any) -> set[str]:
    """The codes of the form's errors; each has its sentence."""
    with pytest.raises(ValidationError) as wrong:
        form(**fields)
    codes = {error["type"] for error in wrong.value.errors()}
    assert {SAME.get(code, code) for code in codes} <= set(SENTENCES)
    return codes


def test_an_unknown_step(world: World) -> None:
    plan = world.active()
    with nothing_done(world, plan), pytest.raises(UnknownStep):
        perform(world.engine, world.actor("mona"), "plan.unknown", plan_id=plan, now=world.now)


def test_a_stale_version(world: World) -> None:
    plan = world.active()
    key = world.measured(plan)
    world.take("mona", MeasureStep.CAME_TO_NOTHING, plan, key)
    with nothing_done(world, plan), pytest.raises(Stale):
        world.take("mona", MeasureStep.DONE, plan, key, version=1)
    with nothing_done(world, plan), pytest.raises(Stale):
        world.take("mona", PlanStep.REVIEW, plan, version=1, rating="good", carried=[key], **AGREED)


def test_a_missing_consent(world: World) -> None:
    plan = world.take(
        "ali",
        PlanStep.REPORT_NEED,
        person_id=world.party["kim"],
        person_knows="no",
        reach_person="Døra",
    ).plan_id
    yes = {"why_long": "År", "why_coordinated": "Nav", "wish_coordinator": "–"}
    with nothing_done(world, plan), pytest.raises(Refused, match="consent_missing"):
        world.take("oda", PlanStep.GRANT, plan, **yes)
    with nothing_done(world, plan), pytest.raises(Refused, match="consent_missing"):
        world.take("oda", PlanStep.START_INFORMALLY, plan, coordinator_id=world.party["mona"])


@pytest.mark.parametrize(
    ("scene", "name", "step_name", "code", "field", "days"),
    [
        ("done_with", "mona", PlanStep.CONTINUE, "review_date_wrong", "next_review_on", 181),
        ("in_use", "kim", PlanStep.PAUSE, "pause_too_long", "until_on", 91),
        ("in_use", "kim", PlanStep.PAUSE, "pause_too_long", "until_on", 0),
        (
            "in_use",
            "lars",
            PlanStep.ACCEPT_NEW_REVIEW_DATE,
            "review_date_wrong",
            "next_review_on",
            -1,
        ),
        ("in_use", "kim", MeetingStep.PLAN, "meeting_in_past", "starts_on", -1),
        ("denied", "kim", PlanStep.COMPLAIN, "complaint_in_future", "received_on", 1),
        ("requested", "oda", PlanStep.PROVISIONAL_REPLY, "date_in_past", "expected_on", -1),
        (
            "informal",
            "oda",
            PlanStep.DECIDE_RETROACTIVELY,
            "effective_date_wrong",
            "effective_from",
            1,
        ),
        (
            "informal",
            "oda",
            PlanStep.DECIDE_RETROACTIVELY,
            "effective_date_wrong",
            "effective_from",
            -400,
        ),
        ("done_with", "mona", PlanStep.CONTINUE, "agreement_in_future", "agreed_on", 1),
    ],
)
def test_a_date_where_it_may_not_be(
    world: World, scene: str, name: str, step_name: str, code: str, field: str, days: int
) -> None:
    made = SCENES[scene](world)
    fields = {**good_form(made, step_name), field: world.days(days)}
    if step_name == PlanStep.CONTINUE:
        fields |= AGREED
    with nothing_done(world, made.plan), pytest.raises(Refused, match=code):
        world.take(name, step_name, made.plan, **fields)


def text_fields(form: type[Form]) -> list[str]:
    """The fields that take text of any kind, keys and choices too."""
    return [
        name
        for name, field in form.model_fields.items()
        if field.annotation in (str, str | None) or "str" in str(field.annotation)
    ]


@pytest.mark.parametrize("step_name", TRANSITIONS)
def test_forms_refuse_what_cannot_be_kept(step_name: str) -> None:
    form = ACTS[step_name].form
    assert "extra_forbidden" in errors(form, appeal_until="2030-01-01")
    for name in text_fields(form):
        listed = "list" in str(form.model_fields[name].annotation)
        for bad in (MEGABYTE, "a\x00b", "a\x07b", "\x1b[31m"):
            codes = errors(form, **{name: [bad] if listed else bad})
            assert codes & {
                "string_too_long",
                "control_characters",
                "string_pattern_mismatch",
                "not_offered",
            }, (name, bad[:9])
    for name, field in form.model_fields.items():
        if field.annotation in (date, date | None):
            for year in (1, 9999):
                assert "date_out_of_range" in errors(form, **{name: date(year, 1, 1)})


def test_ordinary_signs_are_kept(world: World) -> None:
    plan = world.active()
    said = "Ja – «æøå» 👍🏽\r\n\tlinje to; '\"<script>%s{}\\"
    world.take("kim", PlanStep.SET_WHAT_MATTERS, plan, most_important=said)
    assert world.plan(plan).most_important == said.replace("\r\n", "\n")


def test_a_time_without_a_zone(world: World) -> None:
    plan = world.active()
    naive = datetime(2026, 3, 9, 9)  # noqa: DTZ001
    actor = world.actor("mona")
    with nothing_done(world, plan), Session(world.engine) as session:
        for tried in (
            lambda: fire(session, actor, PlanStep.TALKED, plan_id=plan, now=naive),
            lambda: why_not(session, actor, PlanStep.TALKED, plan_id=plan, now=naive),
            lambda: open_plan(session, actor, plan, "read", naive),
        ):
            with pytest.raises(NaiveTime):
                tried()


def test_keys_that_are_none(world: World) -> None:
    for key in ("", "\x00", "x' OR 1=1", "é" * 40, new_id()):
        with nothing_done(world), pytest.raises(NotThere):
            world.take("mona", PlanStep.TALKED, key)
        with Session(world.engine) as session:
            assert open_plan(session, world.actor("mona"), key, "read", world.now) is None


def points(form: type[Form]) -> list[str]:
    """The fields that point at somebody or something by key."""
    return [name for name in form.model_fields if name.endswith(("_id", "_ids", "carried"))]


def tries(scene: Scene) -> Iterator[tuple[str, str, str | None]]:
    """Rows of a scene that one of the people can take, with the subject."""
    for step_name, row in TRANSITIONS.items():
        subjects: list[str | None] = [None]
        if row.machine == "measure" and step_name != MeasureStep.PROPOSE:
            subjects = list(scene.measures.values())
        if row.machine == "meeting" and step_name != MeetingStep.PLAN:
            subjects = list(scene.meetings.values())
        for subject in subjects:
            for name in PEOPLE:
                if (row.machine == "plan") or subject is not None or row.sources == (START,):
                    yield step_name, name, subject


def attempt(
    session: Session, scene: Scene, name: str, step_name: str, subject: str | None, /, **fields: Any
) -> str:
    """Take a step and undo it: "" where it was taken, else the named error's code."""
    given = dict(fields)
    if "agreed_how" in ACTS[step_name].form.model_fields:
        given.setdefault("agreed_how", "paper")
    trial = session.begin_nested()
    try:
        form = ACTS[step_name].form(**given)
        fire(
            session,
            scene.world.actor(name),
            step_name,
            plan_id=scene.plan,
            subject_id=subject,
            form=form,
            now=scene.world.now,
        )
    except PlanlopError as wrong:
        return wrong.code
    finally:
        trial.rollback()
    return ""


@pytest.mark.parametrize("name", WALKED)
def test_keys_that_point_nowhere_and_the_longest_texts(fresh_database: Database, name: str) -> None:
    """Any key a form may hold points nowhere: refused by name. Any text at its longest: kept."""
    scene = SCENES[name](make_world(fresh_database.engine))
    good = {step_name: good_form(scene, step_name) for step_name in TRANSITIONS}
    with fresh_database.engine.connect() as connection, connection.begin() as outer:
        session = Session(connection, join_transaction_mode="create_savepoint")
        done: set[str] = set()
        for step_name, person, subject in tries(scene):
            if step_name in done or attempt(
                session, scene, person, step_name, subject, **good[step_name]
            ):
                continue
            done.add(step_name)
            form = ACTS[step_name].form
            for field in points(form):
                unknown: Any = [new_id()] if field.endswith(("ids", "carried")) else new_id()
                fields = {**good[step_name], field: unknown}
                said = attempt(session, scene, person, step_name, subject, **fields)
                expected = "" if (step_name, field) in HARMLESS else "bad_input"
                assert said in (expected, "refused"), (step_name, field, said)
            longest = good[step_name] | {field: "å" * size for field, size in sizes(form).items()}
            assert attempt(session, scene, person, step_name, subject, **longest) == "", step_name
        session.close()
        outer.rollback()
    assert len(done) > 10


def sizes(form: type[Form]) -> Mapping[str, int]:
    """The longest text each free field takes; what asks for a confirmation holds another step's form."""
    if form is AskConfirmation:
        return {}
    limits = {}
    for name, field in form.model_fields.items():
        extra = field.json_schema_extra
        limit = next((m.max_length for m in field.metadata if getattr(m, "max_length", 0)), 0)
        if name in CHECKED:
            continue
        if limit > 36 and not (isinstance(extra, dict) and extra.get("choices")):
            limits[name] = limit
    return limits


def test_a_second_open_plan_tells_the_outsider_nothing(world: World) -> None:
    first = world.take(
        "ali", PlanStep.REPORT_NEED, person_id=world.party["sara"], why="Hus", **AGREED
    )
    world.requested()
    second = world.take(
        "ali", PlanStep.REPORT_NEED, person_id=world.party["kim"], why="Hus", **AGREED
    )
    assert (first.state, first.step_name) == (second.state, second.step_name)
    with pytest.raises(NotThere):
        world.take("ali", PlanStep.TALKED, second.plan_id)
    with Session(world.engine) as session:
        shadows = select(Plan.shadow)
        assert sorted(session.execute(shadows).scalars()) == [0, 0, 1]
    for step_name in (PlanStep.GRANT, PlanStep.START_INFORMALLY):
        with pytest.raises(Refused, match="is_duplicate"):
            world.take("operator", step_name, second.plan_id, **AGREED)


def test_a_person_without_a_national_id(world: World) -> None:
    """Nobody in this town has one; everything works."""
    plan = world.active()
    world.take("mona", PlanStep.REVIEW, plan, rating="good", **AGREED)
    world.take("mona", PlanStep.CLOSE, plan, reason="Nådd", **AGREED)
    assert world.plan(plan).state == "closed"


def test_a_plan_entered_on_the_wrong_person_is_closed_and_erased(world: World) -> None:
    plan = world.active()
    world.by_two("liv", "leif", PlanStep.ENTERED_IN_ERROR, plan, reason="Feil person")
    with unit_of_work(world.engine) as session:
        assert count_words(session, plan) > 0
    people = {"asked_by": world.party["liv"], "confirmed_by": world.party["leif"]}
    said = {"reason": "Feil person", "basis": "GDPR art. 17"}
    erase_words(world.engine, plan, now=world.now, **said, **people)
    with unit_of_work(world.engine) as session:
        assert count_words(session, plan) == 0
    assert world.plan(plan).most_important == ""
    assert verify(world.engine, plan).broken == []


def test_an_unknown_person_or_office(world: World) -> None:
    with nothing_done(world), pytest.raises(BadInput, match="unit_id: unknown_unit"):
        fields = {"person_id": world.party["kim"], "unit_id": new_id()}
        world.take("ali", PlanStep.REPORT_NEED, why="Hus", **fields, **AGREED)
    with nothing_done(world), pytest.raises(BadInput, match="person_id: unknown_party"):
        world.take("ali", PlanStep.REPORT_NEED, why="Hus", person_id=new_id(), **AGREED)
