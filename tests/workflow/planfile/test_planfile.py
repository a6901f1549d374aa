"""Tests of the plan file: what comes in goes out, and what is wrong is named by line and field."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import jsonschema
import pytest
import yaml
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.repo.tree import ROOT
from tests.servers.databases import Backend, Database, copied
from tests.workflow.commands import line_on
from tests.world import World, make_world
from workflow.acts.planfile.exporter import export_plan
from workflow.acts.planfile.importer import import_plan, tell_file
from workflow.acts.planfile.schema import schema, schema_text
from workflow.acts.planfile.yaml_text import LARGEST, PlanFileRefused, read_file
from workflow.demo import load, town
from workflow.record.access.open_plan import Actor
from workflow.record.database.engine import unit_of_work
from workflow.record.history.verify import verify
from workflow.record.models import Access, Consent, Delivery, Event, Notice, Party, Plan
from workflow.rules.names.steps import PlanStep
from workflow.rules.sharing.scopes import WHOLE

NOW = datetime(2026, 11, 18, 8, 30, tzinfo=UTC)
DOCUMENT = (ROOT / "docs" / "planfile.md").read_text(encoding="utf-8")
EXAMPLE = re.search(r"```yaml\n(.*?)```", DOCUMENT, re.DOTALL)
START = """planlop: 1
people:
  eva: {name: Eva Skogli}
"""
PLAN = "plan:\n  state: requested\n  person: eva\n  reported_on: 2026-02-02\n"
SMALL = f"{START}{PLAN}  consent: spoken\n"


def example() -> str:
    assert EXAMPLE
    return EXAMPLE[1]


@pytest.fixture
def world(fresh_database: Database) -> World:
    made = make_world(fresh_database.engine)
    made.now = NOW
    return made


def problems(text: str | bytes) -> list[tuple[int, str, str]]:
    """What a file is refused for before the record is asked."""
    with pytest.raises(PlanFileRefused) as refused:
        read_file(text)
    return [(one.line, one.field, one.code) for one in refused.value.problems]


def taken_in(world: World, text: str, who: str = "operator") -> str:
    return import_plan(world.engine, world.actor(who), text, world.now).plan_id


def refusals(world: World, text: str, who: str = "operator") -> list[tuple[int, str]]:
    """What a file is refused for by the record; it must have left nothing."""
    before = counts(world)
    with pytest.raises(PlanFileRefused) as refused:
        taken_in(world, text, who)
    assert counts(world) == before
    return [(one.line, one.code) for one in refused.value.problems]


def counts(world: World) -> list[int | None]:
    with Session(world.engine) as session:
        tables = (Plan, Event, Party, Notice)
        return [session.execute(select(func.count()).select_from(one)).scalar() for one in tables]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            START + "plan:\n  state: open\n",
            [(5, "plan.state", "literal_error"), (4, "plan.reported_on", "missing")],
        ),
        (SMALL.replace("02-02", "02-30"), [(7, "plan.reported_on", "date_from_datetime_parsing")]),
        (SMALL + "  unknown: 1\n", [(9, "plan.unknown", "extra_forbidden")]),
        (SMALL.replace("Eva Skogli", '"Eva\\0"'), [(3, "people.eva.name", "control_characters")]),
        (SMALL.replace("Eva Skogli", "a" * 200), [(3, "people.eva.name", "string_too_long")]),
        (START.replace("1", "2", 1) + PLAN, [(1, "planlop", "less_than_equal")]),
        (
            START + "history:\n  - {at: 2026-03-02T10:00, step: plan.report_need}\n",
            [
                (5, "history.0.at.date", "date_from_datetime_inexact"),
                (5, "history.0.at.datetime", "timezone_aware"),
            ],
        ),
        (START + "people:\n  x: {name: X}\n", [(4, "", "double")]),
        ("a: &x [1]\nb: *x\n", [(1, "", "alias")]),
        ("a: !!python/object:os.system x\n", [(1, "", "tag")]),
        ("[" * 50_000, [(1, "", "too_deep")]),
        ("a: 1\nb: \x00\n", [(2, "", "control_characters")]),
        (b"a: 1\nb: \xff\n", [(2, "", "not_utf8")]),
        ("a: [1\n", [(2, "", "not_yaml")]),
        ("- 1\n", [(1, "", "not_a_plan")]),
        ("", [(1, "", "not_a_plan")]),
        ("# " + "x" * LARGEST, [(1, "", "too_large")]),
        (
            f"{SMALL}goals:\n  - {{on: 2026-01-01, own_words: {'x' * 10_001}}}\n",
            [(10, "goals.0.own_words", "string_too_long")],
        ),
    ],
)
def test_bad_files_are_named_by_line_and_field(
    text: str | bytes, expected: list[tuple[int, str, str]]
) -> None:
    assert problems(text) == expected


def test_nothing_is_guessed() -> None:
    file, _ = read_file(
        START.replace("Eva Skogli", "'No'").replace("eva:", "on:") + PLAN.replace("eva", "on")
    )
    assert file.people["on"].name == "No"
    assert (
        read_file("planlop: 1\npeople:\n  x: {name: no, phone: 02800}\n")[0].people["x"].phone
        == "02800"
    )


def test_the_schema_is_the_models() -> None:
    assert json.loads(schema_text()) == schema()
    jsonschema.Draft202012Validator.check_schema(schema())


@pytest.mark.parametrize("text", [example(), load.NARVIK.read_text(encoding="utf-8"), SMALL])
def test_the_schema_takes_what_the_reader_takes(text: str) -> None:
    read_file(text)
    plain = yaml.load(text, Loader=yaml.BaseLoader)
    for name in ("planlop",):
        plain[name] = int(plain[name])
    for goal in plain.get("measures", []):
        goal["goal"] = int(goal["goal"])
    answer = plain.get("plan", {}).get("answer")
    if answer:
        answer["granted"] = answer["granted"] == "true"
    for step in plain.get("history", []):
        step["by_operator"] = step.get("by_operator") == "true"
    jsonschema.validate(plain, schema(), cls=jsonschema.Draft202012Validator)


def test_the_documents_example_comes_in(world: World) -> None:
    plan_id = taken_in(world, example())
    plan = world.plan(plan_id)
    assert (plan.state, plan.most_important) == ("active", "Sove om natta")
    assert plan.started_on is not None
    assert plan.started_on.isoformat() == "2026-02-18"
    with Session(world.engine) as session:
        [event] = session.execute(select(Event).where(Event.plan_id == plan_id)).scalars()
        assert (event.step_name, event.recorded_at) == (PlanStep.BRING_IN, NOW)
    assert verify(world.engine, plan_id).ok


def test_old_news_is_not_sent(world: World) -> None:
    plan_id = taken_in(world, example())
    with Session(world.engine) as session:
        unread = session.execute(
            select(Notice.cause).where(Notice.plan_id == plan_id, Notice.read_at.is_(None))
        ).scalars()
        assert len(set(unread)) <= 1
        waiting = session.execute(
            select(Notice.recipient_id).where(
                Delivery.state == "waiting",
                Delivery.notice_id == Notice.id,
                Notice.plan_id == plan_id,
            )
        ).scalars()
        # That the plan came is told once to each; a person without an address hears it by word of mouth.
        told = list(waiting)
        assert len(told) == len(set(told))


@pytest.mark.parametrize(
    ("more", "line", "code"),
    [
        ("history:\n  - {at: 2026-03-02, step: plan.unknown}\n", 5, "unknown_step"),
        ("history:\n  - {at: 2026-03-02, step: plan.report_need, by: ida}\n", 5, "unknown_person"),
        (
            "history:\n  - at: 2026-03-02\n    step: plan.report_need\n    fields: {person_id: ida}\n",
            5,
            "unknown_person",
        ),
        (
            "history:\n  - at: 2026-03-02\n    step: plan.report_need\n    fields:\n      why: Søvn\n      x: 1\n",
            9,
            "extra_forbidden",
        ),
        (
            "history:\n  - at: 2026-03-02\n    step: plan.register_incoming\n    fields:\n      person_id: eva\n"
            "      discharge_on: soon\n",
            9,
            "date_from_datetime_parsing",
        ),
        (
            "history:\n  - {at: 2026-12-24, step: plan.report_need, fields: {person_id: eva, agreed_how: spoken}}\n",
            5,
            "in_future",
        ),
        (
            "history:\n  - {at: 2026-03-02, step: plan.report_need, fields: {person_id: eva, agreed_how: spoken}}\n"
            "  - {at: 2026-03-03, step: measure.done, about: measure-1}\n",
            6,
            "not_there",
        ),
        (
            "history:\n  - {at: 2026-03-02, step: plan.report_need, fields: {person_id: eva, agreed_how: spoken}}\n"
            "  - {at: 2026-03-03, step: plan.start}\n",
            6,
            "wrong_state",
        ),
        (
            "history:\n  - {at: 2026-03-02, step: plan.report_need, fields: {person_id: eva, agreed_how: spoken}}\n"
            "  - {at: 2026-03-03, step: plan.planned_transition}\n",
            6,
            "missing",
        ),
        (
            "history:\n  - {at: 2026-03-02, step: plan.report_need, fields: {person_id: eva, agreed_how: spoken}}\n"
            "  - {at: 2026-03-03, step: plan.talked, by: eva}\n"
            "  - {at: 2026-03-01T10:00:00Z, step: plan.talked}\n",
            7,
            "out_of_order",
        ),
        ("", 1, "no_plan"),
    ],
)
def test_bad_stories_leave_nothing(world: World, more: str, line: int, code: str) -> None:
    faults = refusals(world, START + more)
    codes = [one for _, one in faults]
    assert line in [at for at, _ in faults], faults
    assert code in codes, faults


def test_every_problem_is_told_at_once(world: World) -> None:
    text = (
        START
        + "history:\n  - {at: 2026-03-02, step: plan.unknown}\n  - {at: 2099-01-01, step: plan.talked}\n"
    )
    assert len(refusals(world, text)) >= 2


def test_no_step_hides_what_else_is_wrong_with_it(world: World) -> None:
    steps = [
        "{at: 2026-03-02, step: plan.unknown, by: xx, about: foo}",
        "{at: 2026-03-03, step: measure.done, by: yy, about: foo, fields: {words: 1, x: 2}}",
        "{at: 2026-03-04, step: plan.add_goal, by: zz, makes: bar, fields: {own_words: Søvn}}",
        "{at: 2026-03-05, step: plan.end_goal, by: eva, fields: {goal_id: baz, reason: x}}",
    ]
    text = START + "history:\n" + "".join(f"  - {one}\n" for one in steps)
    told = set(refusals(world, text))
    assert {(5, "unknown_step"), (5, "unknown_person"), (5, "not_there")} <= told
    assert {(6, "unknown_person"), (6, "not_there"), (6, "extra_forbidden")} <= told
    assert {(7, "unknown_person"), (8, "not_there")} <= told


def test_what_is_wrong_is_told_in_sentences(world: World) -> None:
    """No key of the record, no code made to look like words, in the language of the reader."""
    taken_in(world, SMALL)
    begun = "history:\n  - {at: 2026-03-02, step: plan.report_need, fields: {person_id: eva, agreed_how: spoken}}\n"
    told = {
        "second": f"{START}{begun}  - {{at: 2026-03-03, step: plan.set_what_matters, by: eva, "
        "fields: {most_important: Ro}}\n",
        "fields": f"{START.replace('eva', 'ida').replace('Eva', 'Ida')}"
        + begun.replace("eva", "ida")
        + "  - {at: 2026-03-03, step: plan.planned_transition}\n",
        "national_id": SMALL.replace("Eva Skogli", "Eva Skogli, national_id: '01010112345'"),
    }
    for language, missing in (("nb", "Fyll ut dette feltet."), ("en", "Fill in this field.")):
        for name, text in told.items():
            with pytest.raises(PlanFileRefused) as refused:
                import_plan(world.engine, world.actor("operator"), text, NOW, language=language)
            for one in refused.value.problems:
                assert not re.search(r"[0-9a-f]{8}-[0-9a-f]{4}-", one.text), one
                assert one.code.replace("_", " ") not in one.text, one
            said = [one.text for one in refused.value.problems]
            assert name != "fields" or any(missing in one for one in said), said
            if name == "second":
                assert "second_open_plan" in [one.code for one in refused.value.problems]


def test_a_problem_of_the_whole_file_names_no_field(
    world: World, fresh_database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    line = line_on(fresh_database.url, str(tmp_path), monkeypatch)
    told = line.run("import", "-", stdin=b"planlop: 1\n: : :\n")
    assert told.exit_code == 1 and ": :" not in told.output.split("This is")[0]


def test_a_second_open_plan_is_refused(world: World) -> None:
    taken_in(world, SMALL)
    assert "second_open_plan" in [code for _, code in refusals(world, SMALL)]


def test_only_the_operator_tells_of_others(world: World) -> None:
    assert "not_yours" in [
        code
        for _, code in refusals(
            world,
            START
            + "history:\n  - {at: 2026-03-02, step: plan.report_need, by: eva, fields: {person_id: eva}}\n",
            "liv",
        )
    ]


def test_national_ids_are_invented_ones(world: World) -> None:
    real = SMALL.replace("Eva Skogli", "Eva Skogli, national_id: '01010112345'")
    assert refusals(world, real)[0][1] in ("national_id_wrong", "national_id_real")


def test_units_and_people_must_be_known(world: World) -> None:
    assert refusals(world, SMALL + "  unit: Ingen slik\n")[0][1] == "unknown_unit"


@pytest.fixture(scope="module")
def two_towns(backend: Backend) -> Iterator[tuple[Database, Database]]:
    """The demo's town with its plans, and a twin without any, each in its own database."""
    with copied(backend) as database, copied(backend) as twin:
        with unit_of_work(database.engine) as session:
            load.load_demo(session, NOW)
        with unit_of_work(twin.engine) as session:
            town.build(session, NOW, "9998")
        yield database, twin


@pytest.mark.parametrize("history", [False, True])
def test_what_goes_out_comes_in_the_same(
    two_towns: tuple[Database, Database], history: bool
) -> None:
    database, twin = two_towns
    odd = []
    with Session(database.engine) as session, Session(twin.engine) as other:
        plans = session.execute(select(Plan)).scalars().all()
        for plan in plans:
            text = export_plan(session, plan, NOW, history, sees=WHOLE)
            if once_more(other, text, history) != text:
                odd.append((plan.number, plan.state))
        session.rollback()
        other.rollback()
    assert len(plans) == 40
    assert odd == []


@pytest.mark.parametrize("history", [False, True])
def test_whom_a_child_keeps_from_the_parents_is_in_no_file(
    two_towns: tuple[Database, Database], history: bool
) -> None:
    with Session(two_towns[0].engine) as session:
        kept = select(Consent).where(Consent.kept_from_parents.is_(True))
        one = session.execute(kept).scalars().first()
        assert one is not None
        plan = session.get_one(Plan, one.plan_id)
        name = session.get_one(Party, one.receiver_id).name
        assert name not in export_plan(session, plan, NOW, history, sees=WHOLE)


def once_more(session: Session, text: str, history: bool) -> str:
    """The file of the plan that the file makes, in a town without any; undone afterwards."""
    trial = session.begin_nested()
    file, source = read_file(text)
    made = tell_file(session, Actor.operator(), file, source, NOW)
    again = export_plan(session, session.get_one(Plan, made.plan_id), NOW, history, sees=WHOLE)
    trial.rollback()
    return again


def test_the_commands(
    world: World, fresh_database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    line = line_on(fresh_database.url, str(tmp_path), monkeypatch)
    path = tmp_path / "plan.yaml"
    path.write_text(example(), encoding="utf-8")
    made = line.json("import", str(path))
    assert made["state"] == "active"
    out = line.run("export", made["plan"])
    assert read_file(out.stdout)[0].plan is not None
    told = line.json("export", made["plan"], "--history")["file"]
    assert len(read_file(told)[0].history) == made["steps"]
    with Session(world.engine) as session:
        acts = select(Access.act).where(Access.plan_id == made["plan_id"])
        assert list(session.execute(acts).scalars()) == ["export", "export"]
    path.write_text(SMALL + "  unknown: 1\n", encoding="utf-8")
    answer = line.json("import", str(path), code=1)
    assert answer["problems"][0]["line"] == 9
