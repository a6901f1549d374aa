"""Taking a plan file in: as it stands by one step, or its history step by step; all of it or nothing."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from pydantic import BaseModel, ValidationError
from sqlalchemy import Engine, select, update
from sqlalchemy.orm import Session

from workflow.acts.base.context import StepResult
from workflow.acts.base.registry import ACTS
from workflow.acts.engine import fire
from workflow.acts.planfile.bring import BringIn
from workflow.acts.planfile.check import Place, find_contradictions
from workflow.acts.planfile.names import NumberedParts, Register, named_people, rename_keys
from workflow.acts.planfile.schema import FileContent, FileStep, PlanFile
from workflow.acts.planfile.yaml_text import (
    FileProblem,
    PlanFileRefused,
    Source,
    read_file,
    shape_problems,
)
from workflow.record.access.open_plan import Actor
from workflow.record.database.engine import unit_of_work
from workflow.record.models import Delivery, Event, Notice, Plan
from workflow.rules.calendar.clock import at_oslo, oslo_date
from workflow.rules.engine.denials import (
    BadInput,
    Denial,
    NotThere,
    PlanlopError,
    Refused,
    SecondOpenPlan,
    WrongSubject,
)
from workflow.rules.names.steps import PlanStep
from workflow.words.refusals.fields import field_error
from workflow.words.refusals.refusals import denial_text

# A day without an hour is told at noon: no zone and no summer time makes it another day.
NOON = time(12, 0)
NOBODYS = ("clock", "operator")
# What an earlier step made is named by itself, or numbered by its kind (names.NumberedParts).
NUMBERED = re.compile(r"[a-z_]+-[0-9]+")


class NotMade(NotThere):
    """A step of the file names what no step before it has made; the message says what."""


@dataclass(frozen=True, slots=True)
class ImportResult:
    """What came of a file."""

    plan_id: str
    number: str
    state: str
    steps: int


@dataclass
class Teller:
    """One file being told: who acts, what was made, and whether its instants are the true ones.

    language: what reasons and fields are told in; the file's own problems are in English.
    """

    session: Session
    actor: Actor
    source: Source
    register: Register
    now: datetime
    as_told: bool
    language: str = "nb"
    made: NumberedParts = field(default_factory=NumberedParts)
    plan_id: str | None = None
    last: datetime | None = None
    skip: int = 0
    taken: int = 0

    def problem(self, number: int, step: str, code: str, text: str) -> FileProblem:
        """What is wrong with a step."""
        return self.source.problem(("history", number), code, f"{step}: {text}")


def import_plan(
    database: Engine,
    actor: Actor,
    text: str | bytes,
    now: datetime,
    identity_key: str = "",
    language: str = "nb",
) -> ImportResult:
    """Makes a new plan from a file in one transaction; recorded now, judged at the days it tells.

    Only the operator may bring in what others did. Raises PlanFileRefused with every problem found,
    NotThere; nothing is stored then.
    """
    file, source = read_file(text, language)
    with unit_of_work(database) as session:
        return tell_file(
            session, actor, file, source, now, identity_key=identity_key, language=language
        )


def tell_file(
    session: Session,
    actor: Actor,
    file: PlanFile,
    source: Source,
    now: datetime,
    *,
    identity_key: str = "",
    as_told: bool = False,
    language: str = "nb",
) -> ImportResult:
    """Tells a file in the caller's transaction; as_told: its instants are the true ones (the demo)."""
    if file.not_shared:
        text = "The file is a part of a plan: what was not shared with its writer is left out."
        raise PlanFileRefused([source.problem(("not_shared",), "not_whole", text)])
    register = Register(session, identity_key)
    problems = register.settle(file, source, now, language)
    teller = Teller(session, actor, source, register, now, as_told, language)
    if file.history:
        _tell_history(teller, file, problems)
    elif file.plan is not None:
        _bring_in(teller, file, file.plan, problems)
    else:
        raise PlanFileRefused(
            [source.problem((), "no_plan", "There is neither a plan nor a history.")]
        )
    plan = session.execute(select(Plan).where(Plan.id == teller.plan_id)).scalar_one()
    return ImportResult(plan.id, plan.number, plan.state, teller.taken)


def _bring_in(
    teller: Teller, file: PlanFile, plan: FileContent, problems: list[FileProblem]
) -> None:
    """The plan as it stands, by one step. Raises PlanFileRefused with every problem there is."""
    problems += [
        teller.source.problem(odd.place, odd.code, odd.text)
        for odd in find_contradictions(file, oslo_date(teller.now))
    ]
    given = file.model_dump(mode="json", exclude_defaults=True, include=set(BringIn.model_fields))
    problems += _unknown_names(teller, file, plan, given)
    problems += _not_allowed(teller, plan)
    if problems:
        raise PlanFileRefused(problems)
    form = BringIn(**rename_keys(BringIn, given, lambda kind, value: _key(teller, kind, value)))
    try:
        done = fire.fire(teller.session, teller.actor, PlanStep.BRING_IN, form=form, now=teller.now)
    except BadInput as bad:
        raise PlanFileRefused(
            [
                teller.source.problem(
                    _place(name), code, field_error(code, params, teller.language)
                )
                for name, code, params in bad.problems
            ]
        ) from bad
    teller.plan_id, teller.taken = done.plan_id, 1


def _not_allowed(teller: Teller, plan: FileContent) -> list[FileProblem]:
    """Who may not bring a plan in, and whose plan may not: told beside what else is wrong."""
    person = teller.register.party.get(plan.person) if plan.person else None
    asked = FileContent(state=plan.state, person=person, reported_on=plan.reported_on)
    denied = fire.why_not(
        teller.session, teller.actor, PlanStep.BRING_IN, form=BringIn(plan=asked), now=teller.now
    )
    place = ("plan", "person")
    return [teller.source.problem(place, one.code, _sentence(teller, one)) for one in denied]


def _place(name: str) -> Place:
    """The path of a field as a place in the file."""
    return tuple(int(step) if step.isdigit() else step for step in name.split("."))


def _unknown_names(
    teller: Teller, file: PlanFile, plan: FileContent, given: Mapping[str, Any]
) -> list[FileProblem]:
    """Whom the plan names and `people` does not, and offices that are not ours; with their places."""
    units: list[tuple[Place, str]] = [(("plan", "unit"), plan.unit)]
    units += [(("plan", "offer", "to_unit"), plan.offer.to_unit)] if plan.offer else []
    problems = [
        teller.source.problem(place, "unknown_unit", _no_office(name))
        for place, name in units
        if name and teller.register.unit(name) is None
    ]
    for place, name in named_people(BringIn, given):
        if name not in file.people:
            problems.append(teller.source.problem(place, "unknown_person", _not_in_people(name)))
    return problems


def _no_office(name: object) -> str:
    return f"{name} is no office here: write its name as it stands here"


def _tell_history(teller: Teller, file: PlanFile, problems: list[FileProblem]) -> None:
    """The steps that the file tells, one by one. Raises PlanFileRefused."""
    # All of them first: whoever mends a file gets every line that is wrong at once.
    problems += _check(teller, file, file.history)
    if problems:
        raise PlanFileRefused(problems)
    for number, step in enumerate(file.history):
        _take(teller, number, step)
        _refuse_second(teller)
    if not teller.as_told:
        _hush(teller)


def _refuse_second(teller: Teller) -> None:
    """Raises PlanFileRefused where the person has an open plan here.

    Asked after each step: of a plan that stands in another's shadow nobody may take the next one.
    """
    shadow = select(Plan.shadow).where(Plan.id == teller.plan_id)
    if teller.session.execute(shadow).scalar_one():
        place, text = ("plan", "person"), "has an open plan already: end that one first"
        raise PlanFileRefused([teller.source.problem(place, SecondOpenPlan.code, text)])


def _check(teller: Teller, file: PlanFile, steps: Sequence[FileStep]) -> list[FileProblem]:
    """What is wrong with every step's row, actor, day and fields, before any is taken."""
    problems: list[FileProblem] = []
    last, made = None, set[str]()
    for number, step in enumerate(steps):
        problems.extend(_check_names(teller, file, number, step, made))
        problems.extend(_check_fields(teller, file, number, step, made))
        made |= {step.makes} if step.makes else set()
        at = instant(step.at, teller.now)
        if at > teller.now:
            problems.append(teller.problem(number, step.step, "in_future", "lies in the future"))
        if last and isinstance(step.at, datetime) and at < last:
            problems.append(teller.problem(number, step.step, "out_of_order", "comes too late"))
        last = max(at, last or at)
    return problems


def _check_names(
    teller: Teller, file: PlanFile, number: int, step: FileStep, made: set[str]
) -> Iterator[FileProblem]:
    """What is wrong with a step's name, with who takes it and with what it is about."""
    if step.step not in ACTS:
        yield teller.problem(number, step.step, "unknown_step", "there is no such step")
    if step.by not in (*NOBODYS, *file.people):
        yield teller.problem(number, step.step, "unknown_person", _not_in_people(step.by))
    elif step.by != "operator" and teller.actor.kind != "operator":
        yield teller.problem(number, step.step, "not_yours", "only the operator tells of others")
    if step.about and not _may_be_made(step.about, made):
        yield teller.problem(number, step.step, NotThere.code, _not_made(step.about))


def _may_be_made(name: str, made: set[str]) -> bool:
    """Whether an earlier step says that it makes this, or may have without a name of its own."""
    return name in made or NUMBERED.fullmatch(name) is not None


def _not_in_people(name: object) -> str:
    return f"{name} is not in people: add them there, or correct the name"


def _not_made(name: object) -> str:
    return f"no step before this has made {name}"


def _check_fields(
    teller: Teller, file: PlanFile, number: int, step: FileStep, made: set[str]
) -> list[FileProblem]:
    """What is wrong with a step's fields; nothing of a step that there is not."""
    if step.step not in ACTS:
        return []
    form = ACTS[step.step].form
    problems: list[FileProblem] = []

    def wrong(code: str, text: str) -> None:
        problems.append(teller.problem(number, step.step, code, text))

    def named(kind: str, value: Any) -> str:
        if kind == "people" and value not in file.people:
            wrong("unknown_person", _not_in_people(value))
        if kind == "unit" and teller.register.unit(str(value)) is None:
            wrong("unknown_unit", _no_office(value))
        if kind == "made" and not _may_be_made(str(value), made):
            wrong(NotThere.code, _not_made(value))
        return "x"

    try:
        form(**rename_keys(form, step.fields, named))
    except ValidationError as problem:
        place = ("history", number, "fields")
        problems.extend(shape_problems(problem, teller.source, place, teller.language))
    return problems


def instant(at: date | datetime, now: datetime) -> datetime:
    """The instant of a step: a day counts as noon in Oslo, today as now where it is earlier."""
    if isinstance(at, datetime):
        return at
    return min(at_oslo(at, NOON), now) if at == oslo_date(now) else at_oslo(at, NOON)


def _take(teller: Teller, number: int, step: FileStep) -> None:
    """One step, and the numbers of what it made. Raises PlanFileRefused naming the step's line."""
    at = max(instant(step.at, teller.now), teller.last or instant(step.at, teller.now))
    try:
        done = _fire(teller, step, at)
    except Refused as refused:
        raise PlanFileRefused(
            [
                teller.problem(number, step.step, one.code, _sentence(teller, one))
                for one in refused.denials
            ]
        ) from refused
    except BadInput as bad:
        raise PlanFileRefused(
            [
                teller.problem(
                    number,
                    step.step,
                    code,
                    f"{name}: {field_error(code, params, teller.language)}",
                )
                for name, code, params in bad.problems
            ]
        ) from bad
    except PlanlopError as wrong:
        text = _why_not_taken(wrong, step)
        raise PlanFileRefused([teller.problem(number, step.step, wrong.code, text)]) from wrong
    teller.last, teller.plan_id = at, done.plan_id
    teller.taken += 1
    _number(teller, done, step)


def _why_not_taken(wrong: PlanlopError, step: FileStep) -> str:
    """What a step that nothing came of is told; the record's own keys stay in the record."""
    if isinstance(wrong, NotMade):
        return str(wrong)
    if isinstance(wrong, NotThere):
        return f"{step.by} has nothing to do with the plan on that day, or it is about another plan"
    if isinstance(wrong, WrongSubject):
        return "is about another kind of thing than `about` says; only the first step makes a plan"
    return "cannot be taken here"


def _sentence(teller: Teller, denial: Denial) -> str:
    return denial_text(denial, teller.language)


def _fire(teller: Teller, step: FileStep, at: datetime) -> StepResult:
    form = ACTS[step.step].form
    fields = rename_keys(form, step.fields, lambda kind, value: _key(teller, kind, value))
    return fire.fire(
        teller.session,
        _actor(teller, step),
        step.step,
        plan_id=teller.plan_id,
        subject_id=_key(teller, "made", step.about) if step.about else None,
        form=form(**fields),
        now=at,
        recorded_at=None if teller.as_told else teller.now,
    )


def _actor(teller: Teller, step: FileStep) -> Actor:
    if step.by in NOBODYS:
        return teller.actor if step.by == "operator" else Actor.clock()
    known = teller.register.party
    return Actor(
        known[step.by],
        lender_id=known[step.lender] if step.lender else None,
        confirmed_by=known[step.confirmed_by] if step.confirmed_by else None,
        by_operator=step.by_operator,
    )


def _key(teller: Teller, kind: str, name: str) -> str:
    """The key behind a name in the file. Raises NotMade for what no step has made."""
    if kind == "people":
        return teller.register.party[name]
    if kind == "unit":
        return teller.register.unit(name) or ""
    if name not in teller.made.keys:
        raise NotMade(_not_made(name))
    return teller.made.keys[name]


def _number(teller: Teller, done: StepResult, step: FileStep) -> None:
    """Number what the step made, and what the steps that belong to it made."""
    first = teller.session.execute(select(Event.seq).where(Event.id == done.event_id)).scalar_one()
    texts = teller.session.execute(
        select(Event.text).where(Event.plan_id == done.plan_id, Event.seq >= first).order_by("seq")
    ).scalars()
    for number, text in enumerate(texts):
        teller.made.follow(json.loads(text), step.makes if number == 0 else None)


def _hush(teller: Teller) -> None:
    """What happened long ago is news to nobody: only the last step's notices stay unread and are sent."""
    newest = (
        select(Event.id).where(Event.plan_id == teller.plan_id).order_by(Event.seq.desc()).limit(1)
    )
    cause = f"e:{teller.session.execute(newest).scalar_one()}"
    old = select(Notice.id).where(Notice.plan_id == teller.plan_id, Notice.cause != cause)
    teller.session.execute(
        update(Delivery)
        .where(Delivery.notice_id.in_(old))
        .values(state="dropped", reason="imported", ended_at=teller.now)
    )
    teller.session.execute(update(Notice).where(Notice.id.in_(old)).values(read_at=teller.now))


def move_days(file: PlanFile, days: int) -> PlanFile:
    """The same file with every day and instant moved by whole days; the demo tells old stories so."""

    def shift(value: Any) -> Any:
        if isinstance(value, BaseModel):
            changed = {name: shift(getattr(value, name)) for name in type(value).model_fields}
            return value.model_copy(update=changed)
        if isinstance(value, dict):
            return {key: shift(one) for key, one in value.items()}
        if isinstance(value, list):
            return [shift(one) for one in value]
        return _shifted(value, days)

    shifted = shift(file)
    assert isinstance(shifted, PlanFile)
    return shifted


def _shifted(value: Any, days: int) -> Any:
    """A day, an instant, or the text of a day, moved; anything else as it is."""
    if isinstance(value, date | datetime):
        return value + timedelta(days=days)
    try:
        return (
            date.fromisoformat(value) + timedelta(days=days)
            if len(value) == len("2026-03-09")
            else value
        )
    except (TypeError, ValueError):
        return value
