"""What belongs to a step stands with it: the tables that name steps are few, and each has its reason."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from statistics import median

import pytest

from tests.repo.tree import PACKAGES, ROOT, modules
from web.hints.catalogue import HINTS
from web.hints.step_hints import FIVE_QUESTIONS
from workflow.rules.names.steps import CompositeStep, MeasureStep, MeetingStep, PlanStep
from workflow.rules.tables import COMPOSITE_BY_NAME, TRANSITIONS

STEPS = {*TRANSITIONS, *COMPOSITE_BY_NAME}
KINDS: dict[str, type[StrEnum]] = {
    kind.__name__: kind for kind in (PlanStep, MeasureStep, MeetingStep, CompositeStep)
}
MOST_TABLES = 40
MOST_FILES_A_STEP = 7
TABLES = (ast.Dict, ast.Set, ast.Tuple, ast.List, ast.DictComp, ast.SetComp, ast.ListComp)

ROW = "the rows themselves"
WORDS = "the words of a step, one record each"
HINTS_OF = "the page hints of a step, one record each"
BY_CLOCK = "a kind of deadline names the step that the clock takes"
# Table -> why it may name steps that it does not belong to.
REASONS = {
    "workflow/rules/tables/plan_internal.py:INTERNAL_TRANSITIONS": ROW,
    "workflow/rules/tables/offboarding.py:OFFBOARDING_TRANSITIONS": ROW,
    "workflow/rules/tables/measure.py:MEASURE_TRANSITIONS": ROW,
    "workflow/rules/tables/meeting.py:MEETING_TRANSITIONS": ROW,
    "workflow/rules/tables/plan_appeal.py:APPEAL_ROWS": ROW,
    "workflow/rules/tables/plan_confirmation.py:CONFIRMATION_ROWS": ROW,
    "workflow/rules/tables/plan_end.py:END_ROWS": ROW,
    "workflow/rules/tables/plan_end.py:TRANSFER_ROWS": ROW,
    "workflow/rules/tables/plan_request.py:REQUEST_ROWS": ROW,
    "workflow/rules/tables/plan_in_use.py:COORDINATOR_ROWS": ROW,
    "workflow/rules/tables/plan_in_use.py:USE_ROWS": ROW,
    "workflow/rules/tables/sharing.py:SHARING_TRANSITIONS": ROW,
    "workflow/rules/tables/__init__.py:STEP_NAMES": "every name, for who asks whether a word is one",
    "workflow/rules/tables/__init__.py:COMPOSITES": "a composite is the steps it is made of",
    "workflow/acts/entry/five_questions.py:ROWS": "the five questions are the steps they are made of",
    "workflow/rules/deadlines/kinds.py:CONSENT_KINDS": BY_CLOCK,
    "workflow/rules/deadlines/kinds.py:COORDINATOR_KINDS": BY_CLOCK,
    "workflow/rules/deadlines/kinds.py:MEASURE_KINDS": BY_CLOCK,
    "workflow/rules/deadlines/kinds.py:TRANSFER_KINDS": BY_CLOCK,
    "workflow/rules/deadlines/kinds.py:USE_KINDS": BY_CLOCK,
    "workflow/words/steps/measure.py:MEASURE": WORDS,
    "workflow/words/steps/meeting.py:MEETING": WORDS,
    "workflow/words/steps/offboarding.py:OFFBOARDING": WORDS,
    "workflow/words/steps/plan_appeal.py:APPEAL": WORDS,
    "workflow/words/steps/plan_end.py:END": WORDS,
    "workflow/words/steps/plan_in_use.py:IN_USE": WORDS,
    "workflow/words/steps/plan_internal.py:INTERNAL": WORDS,
    "workflow/words/steps/plan_oversight.py:OVERSIGHT": WORDS,
    "workflow/words/steps/plan_request.py:REQUEST": WORDS,
    "workflow/words/steps/plan_transfer.py:TRANSFER": WORDS,
    "workflow/words/steps/sharing.py:SHARING": WORDS,
    "workflow/words/steps/catalogue.py:COMPOSITES": "the words of a composite: its button",
    "web/hints/content.py:CONTENT_HINTS": HINTS_OF,
    "web/hints/course.py:COURSE_HINTS": HINTS_OF,
    "web/hints/measure.py:MEASURE_HINTS": HINTS_OF,
    "web/hints/meeting.py:MEETING_HINTS": HINTS_OF,
    "web/staff/plan/next_steps.py:TURNS": "an order among steps, by the plan's state, is no step's own",
    "web/staff/lists/decision.py:ROWS": "the two answers of one form, by what its button sends",
    "workflow/record/lists/responsibilities.py:CLEARS": "keyed by what somebody holds; letting go is no part of a step",
    "workflow/acts/planfile/export_state.py:WENT_ON": "how a plan is told that comes from a file",
}


def tables_of(path: Path) -> Iterator[str]:
    """The module's tables that hold a step's name, as key, as element, or deeper."""
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if not isinstance(node, ast.Assign | ast.AnnAssign) or node.value is None:
            continue
        if is_table(node.value) and named_in(node.value):
            target = node.targets[0] if isinstance(node, ast.Assign) else node.target
            yield f"{path.relative_to(ROOT)}:{ast.unparse(target)}"


def is_table(value: ast.expr) -> bool:
    """A dict, set, tuple or list, also where a call or an operator makes it of one."""
    if isinstance(value, ast.Call):
        return any(is_table(given) for given in value.args)
    if isinstance(value, ast.BinOp):
        return is_table(value.left) or is_table(value.right)
    return isinstance(value, TABLES)


def named_in(tree: ast.AST) -> set[str]:
    """The steps that a piece of code names."""
    return {step for node in ast.walk(tree) if (step := step_of(node)) is not None}


def step_of(node: ast.AST) -> str | None:
    """The step that an attribute such as `PlanStep.REVIEW` is."""
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        kind = KINDS.get(node.value.id)
        return str(kind[node.attr]) if kind and node.attr in kind.__members__ else None
    return None


def test_the_tables_that_name_steps_are_few_and_each_has_its_reason() -> None:
    tables = {name for path in modules(*PACKAGES) for name in tables_of(path)}
    assert tables <= set(REASONS), f"what belongs to a step stands with it: {tables - set(REASONS)}"
    assert set(REASONS) <= tables, f"gone: {set(REASONS) - tables}"
    assert len(tables) <= MOST_TABLES


def test_a_step_is_named_in_few_files(capsys: pytest.CaptureFixture[str]) -> None:
    named = [named_in(ast.parse(path.read_text())) for path in modules(*PACKAGES)]
    files = [sum(step in one for one in named) for step in sorted(STEPS)]
    with capsys.disabled():
        print(f"\nfiles that name a step: median {median(files)}, most {max(files)}")
    assert median(files) <= MOST_FILES_A_STEP


def test_every_hint_is_of_a_step_and_stands_in_one_file() -> None:
    assert set(HINTS) <= {*STEPS, FIVE_QUESTIONS}
    hints = [name for name, why in REASONS.items() if why == HINTS_OF]
    listed = [key for name in hints for key in keys_of(*name.split(":"))]
    assert len(listed) == len(set(listed))
    assert {*listed, FIVE_QUESTIONS} == set(HINTS)


def keys_of(module: str, table: str) -> list[str]:
    """The steps that a module's table is keyed by."""
    for node in ast.parse((ROOT / module).read_text()).body:
        if isinstance(node, ast.AnnAssign) and ast.unparse(node.target) == table:
            assert isinstance(node.value, ast.Dict)
            return [step for key in node.value.keys if key and (step := step_of(key))]
    return []
