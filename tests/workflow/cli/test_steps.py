"""Tests of the commands that show, explain and take steps, and of those that print the tables."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.servers.databases import Database
from tests.workflow.commands import Line, fields, line_on
from tests.world import World, make_world
from workflow.record.models import Access
from workflow.rules.engine.denials import NotThere, WrongSubject
from workflow.rules.names.steps import CompositeStep, MeasureStep, MeetingStep, PlanStep
from workflow.rules.tables import TRANSITIONS


@pytest.fixture
def world(fresh_database: Database) -> World:
    return make_world(fresh_database.engine)


@pytest.fixture
def line(
    world: World, fresh_database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Line:
    return line_on(fresh_database.url, str(tmp_path), monkeypatch)


def party(world: World, name: str) -> str:
    return world.party[name]


def accesses(world: World, plan: str) -> list[tuple[str, str, bool]]:
    with Session(world.engine) as session:
        query = select(Access.act, Access.ground, Access.refused).where(Access.plan_id == plan)
        rows = session.execute(query.order_by(Access.id))
        return [(act, ground, refused) for act, ground, refused in rows]


def test_a_plan_is_made_and_granted_by_command(world: World, line: Line) -> None:
    kim = party(world, "kim")
    made = line.json(
        "step",
        "new",
        PlanStep.REPORT_NEED,
        "--as",
        kim,
        *fields({"person_id": kim, "why": "Leiligheten"}),
    )
    assert (made["state"], made["version"]) == ("requested", 1)
    granted = line.json(
        "step",
        made["plan"],
        "grant",
        "--as",
        party(world, "oda"),
        *fields(
            {
                "why_long": "Lenge",
                "why_coordinated": "Flere",
                "wish_coordinator": "Mona",
                "to_party_id": party(world, "mona"),
                "regime": "health",
                "notified_how": "handed_over",
            }
        ),
    )
    assert granted["steps"][0]["step"] == PlanStep.GRANT
    assert granted["state"] == "decided"


def test_the_operator_may_act_and_it_is_seen(world: World, line: Line) -> None:
    plan = world.active()
    line.json("step", plan, PlanStep.TALKED)
    shown = line.json("show", plan)
    assert shown["coordinator"] == "Mona"
    assert accesses(world, plan)[-1] == ("read", "operator", False)


def test_a_refused_step_says_why(world: World, line: Line) -> None:
    plan = world.requested()
    answer = line.json("step", plan, PlanStep.START, "--as", party(world, "mona"), code=1)
    assert answer["error"] in ("refused", "not_there")
    answer = line.json("step", plan, PlanStep.START, "--as", party(world, "oda"), code=1)
    codes = {one["code"] for one in answer["reasons"]}
    assert {"wrong_state", "not_yours_to_decide"} <= codes
    assert all(one["text"] and "%(" not in one["text"] for one in answer["reasons"])


def test_why_is_the_same_and_takes_nothing(world: World, line: Line) -> None:
    plan = world.requested()
    answer = line.json("why", plan, PlanStep.START, "--as", party(world, "oda"), code=1)
    assert (answer["step"], answer["allowed"]) == (PlanStep.START, False)
    assert answer["reasons"][0].keys() >= {"code", "text", "who_can"}
    answer = line.json("why", plan, PlanStep.DENY, "--as", party(world, "oda"))
    assert answer["allowed"] is True
    answer = line.json(
        "why", plan, PlanStep.DENY, "--as", party(world, "oda"), "--field", "regime=health", code=1
    )
    assert [one["code"] for one in answer["reasons"]] == ["reasons_missing"]
    assert world.plan(plan).version == 1


def test_outsiders_learn_nothing_and_leave_a_trace(world: World, line: Line) -> None:
    plan = world.active()
    nosy = party(world, "nosy")
    for words in (("show", plan), ("step", plan, PlanStep.TALKED), ("why", plan, PlanStep.TALKED)):
        assert line.json(*words, "--as", nosy, code=1)["error"] == "not_there"
    assert ("read", "operator", True) in accesses(world, plan)


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ([PlanStep.TALKED, "--field", "unknown=1"], 2),
        ([PlanStep.TALKED, "--field", "words"], 2),
        (["plan.unknown"], 2),
        ([PlanStep.TALKED, "--field", "words=" + "a" * 20_000], 2),
        ([PlanStep.TALKED, "--field", "words=a\x07b"], 2),
        ([PlanStep.PLANNED_TRANSITION, "--field", "on=2026-02-30"], 2),
        ([PlanStep.PLANNED_TRANSITION], 2),
    ],
)
def test_wrong_use_is_named(world: World, line: Line, words: list[str], code: int) -> None:
    plan = world.active()
    result = line.run("step", plan, *words, "--as", party(world, "mona"), "--json")
    assert result.exit_code == code
    assert world.plan(plan).version == 4


def test_a_verb_that_several_things_have_is_taken_on_the_one_that_is_given(
    world: World, line: Line
) -> None:
    plan, mona = world.active(), party(world, "mona")
    measure = world.measured(plan)
    told = line.json("step", plan, "close", "--as", mona, code=2)
    assert told["error"] == "ambiguous_step"
    assert set(told["choices"]) == {PlanStep.CLOSE, MeasureStep.CLOSE}
    unsaid = line.json("step", plan, "evaluate", "--subject", measure, "--as", mona, code=2)
    assert [one["field"] for one in unsaid["fields"]] == ["outcome", "rating"]
    how = {"evaluate": fields({"outcome": "achieved", "rating": "good"})}
    for step in ("done", "evaluate", "close"):
        said = ("--subject", measure, "--field", "agreed_how=spoken", "--as", mona)
        answer = line.json("step", plan, step, *said, *how.get(step, ()))
        assert answer["steps"][0]["step"] == f"measure.{step}"
    assert (world.plan(plan).state, world.measure(measure).state) == ("active", "closed")


@pytest.mark.parametrize("command", ["step", "why"])
@pytest.mark.parametrize("step", [PlanStep.CLOSE, "review", PlanStep.TALKED, MeetingStep.CALL])
def test_a_step_of_another_thing_is_refused_and_not_taken_on_the_plan(
    world: World, line: Line, command: str, step: str
) -> None:
    plan, mona = world.active(), party(world, "mona")
    measure = world.measured(plan)
    version = world.plan(plan).version
    told = line.json(command, plan, step, "--subject", measure, "--as", mona, code=2)
    assert told["error"] == "wrong_subject"
    assert world.plan(plan).version == version


@pytest.mark.parametrize("step", [PlanStep.TALKED, MeasureStep.PROPOSE])
def test_nor_is_a_measure_dropped_that_no_step_asked_for(world: World, step: str) -> None:
    plan = world.active()
    measure = world.measured(plan)
    with pytest.raises(WrongSubject):
        world.take("mona", step, plan, measure)


@pytest.mark.parametrize("command", ["step", "why"])
def test_a_step_of_a_measure_asks_which(world: World, line: Line, command: str) -> None:
    told = line.json(command, world.active(), "done", "--as", party(world, "mona"), code=2)
    assert told["error"] == "subject_missing" and "--subject" in told["text"]


def test_a_moved_row_is_a_lost_race(world: World, line: Line) -> None:
    plan = world.active()
    answer = line.json(
        "step",
        plan,
        PlanStep.SET_WHAT_MATTERS,
        "--version",
        "1",
        "--as",
        party(world, "mona"),
        code=3,
    )
    assert answer["error"] == "stale_version"


def test_names_and_e_mails_find_people(world: World, line: Line) -> None:
    plan = world.active()
    number_ = world.plan(plan).number.lower()
    answer = line.json(
        "step",
        number_,
        "agree_in_meeting",
        "--as",
        party(world, "mona"),
        *fields(
            {
                "text": "Ringe",
                "accountable_id": party(world, "per"),
                "agreed_how": "spoken",
                "helper_ids": f"{party(world, 'kim')},{party(world, 'mona')}",
                "accountable_said_yes": "true",
                "due_on": "2099-01-01",
            }
        ),
    )
    assert [one["step"] for one in answer["steps"]] == [MeasureStep.PROPOSE, MeasureStep.AGREE]
    assert set(line.json("show", plan)["measures"][0]["with"]) == {"Kim", "Mona"}


def test_unknown_plans_and_people_are_named(line: Line) -> None:
    assert line.json("show", "0000-NOPE", code=1)["error"] == "not_there"
    assert line.json("invite", "nobody@example.test", code=1)["error"] == "party"


@pytest.mark.parametrize("machine", ["plan", "measure", "meeting"])
def test_diagrams_come_from_the_tables(line: Line, machine: str) -> None:
    text = line.json("diagram", machine)["mermaid"]
    assert text.startswith("stateDiagram-v2\n    [*] --> ")
    assert "closed" in text or machine == "meeting"


def test_the_policy_and_what_the_person_can_start(line: Line) -> None:
    policy = line.json("policy")
    assert policy["person_starts_or_asks"] >= 0.8
    steps = {one["step"]: one for one in policy["steps"]}
    assert steps[PlanStep.STOP_SHARING_WITH]["who"] == ["person", "representative"]
    assert PlanStep.EXPIRE_TRANSFER not in steps
    assert "operator" in policy["reading"]["read"]


@pytest.mark.parametrize("command", ["step", "why"])
@pytest.mark.parametrize("step", [PlanStep.TALKED, MeasureStep.PROPOSE, MeetingStep.PLAN])
def test_only_a_step_that_makes_a_plan_is_taken_on_new(
    world: World, line: Line, command: str, step: str
) -> None:
    told = line.json(command, "new", step, "--as", party(world, "mona"), code=2)
    assert told["error"] == "plan_missing"


@pytest.mark.parametrize("command", ["step", "why"])
def test_nor_is_a_measure_reached_past_its_plan(world: World, line: Line, command: str) -> None:
    plan, mona = world.active(), party(world, "mona")
    measure = world.measured(plan)
    version, seen = world.plan(plan).version, accesses(world, plan)
    told = line.json(command, "new", MeasureStep.DONE, "--subject", measure, "--as", mona, code=2)
    assert told["error"] == "plan_missing"
    assert (world.plan(plan).version, accesses(world, plan)) == (version, seen)
    with pytest.raises(NotThere):
        world.take("mona", MeasureStep.DONE, None, measure)


MAKES_A_PLAN = [
    *(row.name for row in TRANSITIONS.values() if row.creates and row.machine == "plan"),
    CompositeStep.REPORT_AND_START,
]


@pytest.mark.parametrize("command", ["step", "why"])
@pytest.mark.parametrize("step", MAKES_A_PLAN)
def test_a_step_that_makes_a_plan_is_taken_on_none(
    world: World, line: Line, command: str, step: str
) -> None:
    plan, oda = world.active(), party(world, "oda")
    told = line.json(command, plan, step, "--as", oda, code=2)
    assert told["error"] == "plan_given" and "new" in told["text"]
    with pytest.raises(WrongSubject):
        world.take("oda", PlanStep.REPORT_NEED, plan, person_id=party(world, "kim"))


@pytest.mark.parametrize("step", MAKES_A_PLAN)
def test_why_needs_no_field_to_say_who_may(world: World, line: Line, step: str) -> None:
    told = line.run("why", "new", step, "--as", party(world, "oda"), "--json")
    assert told.exit_code in (0, 1) and "reasons" in json.loads(told.stdout)


@pytest.mark.parametrize("command", ["step", "why"])
def test_who_may_not_even_ask_leaves_a_trace_of_it(world: World, line: Line, command: str) -> None:
    plan, nosy = world.active(), party(world, "nosy")
    measure = world.measured(plan)
    asked = [(PlanStep.TALKED, ()), (MeasureStep.DONE, ("--subject", measure))]
    for step, subject in asked:
        line.json(command, plan, step, *subject, "--as", nosy, code=1)
    assert accesses(world, plan).count((command, "operator", True)) == len(asked)


def test_what_is_refused_is_so_by_its_exit_code(world: World, line: Line) -> None:
    plan, oda = world.requested(), party(world, "oda")
    refused = line.json("why", plan, PlanStep.START, "--as", oda, code=1)
    assert refused["allowed"] is False and refused["reasons"]


@pytest.mark.parametrize(
    ("said", "near"),
    [
        ("measure.don", MeasureStep.DONE),
        ("measure.Done", MeasureStep.DONE),
        ("plan.reveiw", PlanStep.REVIEW),
        ("plan", MeetingStep.PLAN),
        ("start_informaly", PlanStep.START_INFORMALLY),
    ],
)
def test_a_name_that_is_nearly_one_is_told_which(
    world: World, line: Line, said: str, near: str
) -> None:
    told = line.json("why", world.active(), said, "--as", party(world, "mona"), code=2)
    assert told["error"] == "unknown_step"
    assert near in told["near"] and near in told["text"] and f"'{said}'" in told["text"]


def test_an_empty_name_is_no_step(world: World, line: Line) -> None:
    told = line.json("why", world.active(), "", "--as", party(world, "mona"), code=2)
    assert told["error"] == "unknown_step" and "unknown_step" not in told["text"]


def test_answers_for_people_hold_no_python(world: World, line: Line) -> None:
    plan, mona = world.active(), party(world, "mona")
    world.measured(plan)
    for words in (
        ("step", plan, PlanStep.TALKED, "--as", mona),
        ("show", plan, "--as", mona),
        ("policy",),
        ("why", plan, PlanStep.TALKED, "--as", mona),
    ):
        told = line.run(*words)
        assert told.exit_code == 0, told.output
        for sign in ("[{", "['", "<PlanStep", "None", "True", "False", "()"):
            assert sign not in told.stdout, (words, told.stdout)


def test_the_terminal_speaks_of_no_page(world: World, line: Line) -> None:
    plan, mona = world.active(), party(world, "mona")
    cases = (
        ("step", plan, "measure.done", "--subject", "tull", "--as", mona),
        ("step", plan, PlanStep.SET_WHAT_MATTERS, "--version", "1", "--as", mona),
        ("step", plan, PlanStep.TALKED, "--as", party(world, "nosy")),
    )
    for words in cases:
        told = line.run(*words)
        assert told.exit_code in (1, 2, 3)
        for web in ("Adressen", "lagre", "siden", "Gå tilbake", "tatt vare på"):
            assert web not in told.output, told.output


def test_each_wrong_field_is_told_by_its_sentence(world: World, line: Line) -> None:
    """In the record's language, as every reason is; whoever reads the answer needs no pydantic."""
    plan, mona = world.active(), party(world, "mona")
    cases = {
        PlanStep.ADD_GOAL: ("own_words", "Fyll ut dette feltet."),
        PlanStep.PLANNED_TRANSITION: ("on", "Skriv datoen slik: 9.3.2026."),
    }
    given = {
        PlanStep.ADD_GOAL: {"own_words": "", "agreed_how": "spoken"},
        PlanStep.PLANNED_TRANSITION: {"on": "2026-02-30"},
    }
    for step, (name, sentence) in cases.items():
        told = line.json("step", plan, step, "--as", mona, *fields(given[step]), code=2)
        wrong = {one["field"]: one["text"] for one in told["fields"]}
        assert wrong[name] == sentence
        assert sentence in told["text"] and "missing" not in told["text"]
