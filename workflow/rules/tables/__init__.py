"""All rows and composites by name; a name that is unknown, or means several, is refused."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches

from workflow.rules.engine.denials import AmbiguousStep, UnknownStep, WrongSubject
from workflow.rules.engine.transition import Composite, Transition
from workflow.rules.names.steps import CompositeStep, MeasureStep, PlanStep, machine_of, verb_of
from workflow.rules.tables.measure import MEASURE_TRANSITIONS
from workflow.rules.tables.meeting import MEETING_TRANSITIONS
from workflow.rules.tables.offboarding import OFFBOARDING_TRANSITIONS
from workflow.rules.tables.plan import PLAN_TRANSITIONS
from workflow.rules.tables.plan_internal import INTERNAL_TRANSITIONS
from workflow.rules.tables.sharing import SHARING_TRANSITIONS

EVERY_TRANSITION = (
    *PLAN_TRANSITIONS,
    *INTERNAL_TRANSITIONS,
    *SHARING_TRANSITIONS,
    *MEASURE_TRANSITIONS,
    *MEETING_TRANSITIONS,
    *OFFBOARDING_TRANSITIONS,
)
TABLES: Mapping[str, tuple[Transition, ...]] = {
    machine: tuple(row for row in EVERY_TRANSITION if row.machine == machine)
    for machine in ("plan", "measure", "meeting")
}

COMPOSITES = (
    Composite(
        CompositeStep.REPORT_AND_START,
        "C1",
        (PlanStep.REPORT_NEED, PlanStep.START_INFORMALLY),
        "3.10, 4.4",
    ),
    Composite(
        CompositeStep.AGREE_IN_MEETING, "C2", (MeasureStep.PROPOSE, MeasureStep.AGREE), "4.5"
    ),
    Composite(
        CompositeStep.DO_IT_NOW,
        "C3",
        (MeasureStep.PROPOSE, MeasureStep.AGREE, MeasureStep.BEGIN),
        "4.10",
    ),
    Composite(
        CompositeStep.DONE_AND_EVALUATED,
        "C4",
        (MeasureStep.DONE, MeasureStep.EVALUATE, MeasureStep.CLOSE),
        "4.8",
    ),
    Composite(
        CompositeStep.ACCEPT_AND_START, "C5", (PlanStep.ACCEPT_COORDINATOR, PlanStep.START), "5.0"
    ),
    Composite(CompositeStep.REVIEW_AND_CONTINUE, "C6", (PlanStep.REVIEW, PlanStep.CONTINUE), "5.0"),
)

TRANSITIONS: Mapping[str, Transition] = {
    row.name: row for table in TABLES.values() for row in table
}
UNDOING = frozenset(row.name for row in TRANSITIONS.values() if row.undoes)
COMPOSITE_BY_NAME: Mapping[str, Composite] = {c.name: c for c in COMPOSITES}
NEAR_NAMES = 5  # more would be a list to search, and no help
STEP_NAMES: tuple[str, ...] = (*TRANSITIONS, *COMPOSITE_BY_NAME, CompositeStep.FIVE_QUESTIONS)


def find_transition(step_name: str) -> Transition:
    """The row of that name. Raises UnknownStep."""
    if step_name not in TRANSITIONS:
        raise UnknownStep(step_name)
    return TRANSITIONS[step_name]


def full_name(step: str, machine: str = "") -> str:
    """A step's whole name, from that or from its verb alone (`done` for `measure.done`).

    machine: the kind of thing that it shall be about, where that is known. Raises UnknownStep,
    which a thing's own name is too; AmbiguousStep for a verb of several machines; WrongSubject for
    a step of another machine.
    """
    # `plan` is the verb of a meeting, and whoever types it means hardly that.
    verbs = () if step in TABLES else STEP_NAMES
    every = [name for name in STEP_NAMES if step == name]
    every += [name for name in verbs if step == verb_of(name)]
    named = [name for name in every if machine in ("", machine_of(name))]
    if not every:
        raise UnknownStep(step, near_names(step))
    if not named:
        raise WrongSubject(every[0])
    if len(named) > 1:
        raise AmbiguousStep(step, named)
    return named[0]


def near_names(typed: str) -> tuple[str, ...]:
    """The whole names of the steps that somebody who typed this may have meant, the likeliest first."""
    said = typed.lower()
    by_word: dict[str, list[str]] = {}
    for name in STEP_NAMES:
        for word in (name, verb_of(name)):
            by_word.setdefault(word, []).append(name)
    close = get_close_matches(said, by_word, n=NEAR_NAMES)
    return tuple(dict.fromkeys(name for word in close for name in by_word[word]))[:NEAR_NAMES]
