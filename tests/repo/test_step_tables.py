"""What belongs to a step stands with it: the tables that name steps are few, and each has its reason."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from statistics import median

import pytest

from tests.repo.tree import PACKAGES, ROOT, modules
from web.hints import HINTS
from web.step_hints import FIVE_QUESTIONS
from workflow.rules.names.steps import CompositeStep, MeasureStep, MeetingStep, PlanStep
from workflow.rules.tables import COMPOSITE_BY_NAME, ROWS

STEPS = {*ROWS, *COMPOSITE_BY_NAME}
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
    "workflow/rules/act_rows.py:ACT_ROWS": ROW,
    "workflow/rules/leaving_rows.py:LEAVING_ROWS": ROW,
    "workflow/rules/measure_rows.py:MEASURE_ROWS": ROW,
    "workflow/rules/meeting_rows.py:MEETING_ROWS": ROW,
    "workflow/rules/plan_appeal_rows.py:APPEAL_ROWS": ROW,
    "workflow/rules/plan_end_rows.py:END_ROWS": ROW,
    "workflow/rules/plan_end_rows.py:TRANSFER_ROWS": ROW,
    "workflow/rules/plan_request_rows.py:REQUEST_ROWS": ROW,
    "workflow/rules/plan_use_rows.py:COORDINATOR_ROWS": ROW,
    "workflow/rules/plan_use_rows.py:USE_ROWS": ROW,
    "workflow/rules/sharing_rows.py:SHARING_ROWS": ROW,
    "workflow/rules/tables.py:STEP_NAMES": "every name, for who asks whether a word is one",
    "workflow/rules/tables.py:COMPOSITES": "a composite is the steps it is made of",
    "workflow/acts/conversation.py:ROWS": "the five questions are the steps they are made of",
    "workflow/rules/deadline_kinds.py:CONSENT_KINDS": BY_CLOCK,
    "workflow/rules/deadline_kinds.py:COORDINATOR_KINDS": BY_CLOCK,
    "workflow/rules/deadline_kinds.py:MEASURE_KINDS": BY_CLOCK,
    "workflow/rules/deadline_kinds.py:TRANSFER_KINDS": BY_CLOCK,
    "workflow/rules/deadline_kinds.py:USE_KINDS": BY_CLOCK,
    "workflow/words/measure_words.py:MEASURE": WORDS,
    "workflow/words/meeting_words.py:MEETING": WORDS,
    "workflow/words/offboarding_words.py:OFFBOARDING": WORDS,
    "workflow/words/plan_appeal_words.py:APPEAL": WORDS,
    "workflow/words/plan_end_words.py:END": WORDS,
    "workflow/words/plan_in_use_words.py:IN_USE": WORDS,
    "workflow/words/plan_internal_words.py:INTERNAL": WORDS,
    "workflow/words/plan_oversight_words.py:OVERSIGHT": WORDS,
    "workflow/words/plan_request_words.py:REQUEST": WORDS,
    "workflow/words/plan_transfer_words.py:TRANSFER": WORDS,
    "workflow/words/sharing_words.py:SHARING": WORDS,
    "workflow/words/steps.py:COMPOSITES": "the words of a composite: its button",
    "web/content_hints.py:CONTENT_HINTS": HINTS_OF,
    "web/course_hints.py:COURSE_HINTS": HINTS_OF,
    "web/measure_hints.py:MEASURE_HINTS": HINTS_OF,
    "web/meeting_hints.py:MEETING_HINTS": HINTS_OF,
    "web/staff/next_steps.py:TURNS": "an order among steps, by the plan's state, is no step's own",
    "web/staff/case.py:ROWS": "the two answers of one form, by what its button sends",
    "workflow/record/holding.py:CLEARS": "keyed by what somebody holds; letting go is no part of a step",
    "workflow/acts/planfile_written.py:WENT_ON": "how a plan is told that comes from a file",
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
    found = {name for path in modules(*PACKAGES) for name in tables_of(path)}
    assert found <= set(REASONS), f"what belongs to a step stands with it: {found - set(REASONS)}"
    assert set(REASONS) <= found, f"gone: {set(REASONS) - found}"
    assert len(found) <= MOST_TABLES


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
