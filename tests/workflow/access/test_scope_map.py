"""Everything in the record belongs to a scope or to nobody's, and SQL says the same as the rules."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import Any, get_args

import pytest
from pydantic import BaseModel
from sqlalchemy import literal, null, select, true

from tests.servers.databases import Database
from workflow.acts.base.form_fields import Form, _is_spoken
from workflow.acts.base.nested_words import is_text
from workflow.acts.base.registry import ACTS
from workflow.acts.entry import catalogue
from workflow.record.access.redaction import SCOPE_OF_PART
from workflow.record.access.scope_sql import can_be_notified
from workflow.record.access.scope_sql import scope_to_notify as scope_told_sql
from workflow.record.models import Base
from workflow.record.plan.parts_query import PARTS
from workflow.rules.deadlines.kinds import KINDS
from workflow.rules.engine.policy import READING
from workflow.rules.engine.vocabulary import RELATIONS
from workflow.rules.names.deadlines import DeadlineCode
from workflow.rules.names.steps import MeasureStep, MeetingStep, PlanStep
from workflow.rules.sharing.scopes import (
    BY_LAW,
    CONSENTED,
    EVERYTHING,
    HEALTH,
    MEASURES,
    MESSAGES,
    SCOPES,
    UNPLACED,
    scopes_of_relation,
    to_stored,
    unite_scopes,
)
from workflow.rules.tables import TRANSITIONS
from workflow.rules.tables.scope_map import (
    PLAN_COLUMNS,
    SCOPE_OF_DEADLINE,
    SCOPE_OF_FORM_PART,
    SCOPE_OF_ROW,
    SCOPE_OF_TABLE,
    SCOPED_ROLES,
    scope_of_row,
    scope_to_notify,
    scopes_of_document,
    scopes_of_words,
)

assert catalogue.MODULES
# Words that whoever the plan is shared with at all may read: who is here, and why a step was taken.
PLAIN = frozenset(
    "problem reach_person wish_coordinator words reason to_name receipt_from name role organisation "
    "phone can_do source_name relatives_why_not who step coordinator unit kept_in from_elsewhere "
    "left_reason to to_unit".split()
)


def test_every_row_and_date_and_part_has_its_scope() -> None:
    assert set(SCOPE_OF_ROW) == set(TRANSITIONS)
    assert set(SCOPE_OF_DEADLINE) == set(KINDS)
    assert set(SCOPE_OF_PART) == set(PARTS.shapes)
    every = {*SCOPE_OF_ROW.values(), *SCOPE_OF_DEADLINE.values(), *SCOPE_OF_PART.values()}
    assert every == {"", *EVERYTHING}
    assert scope_of_row("X1") == UNPLACED and UNPLACED not in EVERYTHING


def test_every_relation_opens_by_law_or_by_consent() -> None:
    assert {*BY_LAW, *CONSENTED} == set(RELATIONS) and not set(BY_LAW) & CONSENTED
    for relation in CONSENTED:
        assert (
            scopes_of_relation(relation, None) == frozenset()
            and scopes_of_relation(relation, "") == EVERYTHING
        )
    assert scopes_of_relation("deciding_unit", "goals") == EVERYTHING - {HEALTH, MESSAGES}
    assert unite_scopes([("helper", "goals"), ("participant", "health")], READING["read"]) == {
        "goals",
        "health",
    }
    assert unite_scopes([("leader", None)], READING["read"]) == frozenset()


def test_every_word_of_a_form_is_placed() -> None:
    """A row of nobody's scope has no field whose words nobody has thought of, in parts of parts too."""
    for step_name, act in ACTS.items():
        if not SCOPE_OF_ROW[step_name]:
            paths = [path for path in spoken_paths(act.form) if not path.endswith("_id")]
            lost = [one for one in paths if not scopes_of_words(one) and last(one) not in PLAIN]
            assert lost == [], step_name


def test_every_part_of_a_form_that_has_a_scope_is_there() -> None:
    parts = {part for act in ACTS.values() for one in spoken_paths(act.form) for part in above(one)}
    assert set(SCOPE_OF_FORM_PART) <= parts


def spoken_paths(form: type[BaseModel], under: str = "form") -> Iterator[str]:
    """The paths under which an event keeps the words of a form (`form.goals.own_words`)."""
    for name, info in form.model_fields.items():
        inner = list(parts_of(info.annotation))
        for part in inner:
            yield from spoken_paths(part, f"{under}.{name}")
        spoken = _is_spoken(form, name) if issubclass(form, Form) else is_text(info)
        if spoken and not inner:
            yield f"{under}.{name}"


def parts_of(annotation: Any) -> Iterator[type[BaseModel]]:
    """The models that a field holds, in lists and beside nothing too."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for one in get_args(annotation):
        yield from parts_of(one)


def last(path: str) -> str:
    """The field's own name."""
    return path.rsplit(".", 1)[-1]


def above(path: str) -> list[str]:
    """The parts that a field lies in."""
    return path.split(".")[1:-1]


def test_names_in_the_maps_are_names_of_the_record() -> None:
    tables = Base.metadata.tables
    assert set(SCOPE_OF_TABLE) <= set(tables)
    for columns in PLAN_COLUMNS.values():
        assert set(columns) <= set(tables["plan"].c.keys())
    assert scopes_of_document("letter") == {"documents"}
    assert scopes_of_document("snapshot") == EVERYTHING


def test_sql_says_the_same(fresh_database: Database) -> None:
    """What somebody may be told, cell by cell, from both."""
    codes, roles = (
        (
            MeasureStep.DONE,
            MeetingStep.PLAN,
            PlanStep.WRITE,
            PlanStep.WRITE_HEALTH,
            DeadlineCode.MEASURE_DUE,
            DeadlineCode.MINUTES_DUE,
            PlanStep.CLOSE,
            PlanStep.SET_WHAT_MATTERS,
        ),
        sorted(SCOPED_ROLES),
    )
    cells = 0
    with fresh_database.engine.connect() as conn:
        for code, role, dated in product(codes, [*roles, "person", "leader"], (True, False)):
            asked = select(scope_told_sql(literal(code), literal(role), literal(dated)))
            assert conn.execute(asked).scalar() == scope_to_notify(code, role, dated)
            cells += 1
        held = [None, "", "goals", "measures health", to_stored(SCOPES[:4])]
        for relation, scopes, scope in product(sorted({*BY_LAW, *CONSENTED}), held, ("", *SCOPES)):
            if relation in CONSENTED and scopes is None:
                continue
            row = select(
                literal(relation).label("relation"),
                (null() if scopes is None else literal(scopes)).label("scopes"),
                literal("subject").label("subject_id"),
            ).subquery("standing")
            asked = (
                select(true())
                .select_from(row)
                .where(can_be_notified(row, literal(scope), literal("other"), READING["read"]))
            )
            told = conn.execute(asked).first() is not None
            expected = not scope or scope in unite_scopes([(relation, scopes)], READING["read"])
            assert told == expected, (relation, scopes, scope)
            cells += 1
        own = (
            select(true())
            .select_from(row)
            .where(can_be_notified(row, literal(MEASURES), literal("subject"), READING["read"]))
        )
        assert conn.execute(own).first() is not None
    print(f"scopes in SQL and in rules: {cells} cells")


@pytest.mark.parametrize("scopes", ["", "goals", "calendar messages"])
def test_a_stored_choice_comes_back(scopes: str) -> None:
    chosen = scopes_of_relation("participant", scopes)
    assert scopes_of_relation("participant", to_stored(chosen)) == chosen
