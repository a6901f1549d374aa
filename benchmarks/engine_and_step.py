"""The core's benchmarks: the engine in process, and one durable step against a floor of plain SQL."""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from benchmarks.bulk_plans import lay_plans
from benchmarks.step_floor import Floor
from workflow.acts.engine.fire import perform
from workflow.acts.plan.measures import DoneForm
from workflow.record.access.open_plan import Actor
from workflow.record.database.engine import make_engine
from workflow.record.database.migrate import upgrade
from workflow.rules.engine.facts import Facts
from workflow.rules.machine import denials, next_state
from workflow.rules.names.steps import MeasureStep
from workflow.rules.sharing.scopes import EVERYTHING
from workflow.rules.tables import TRANSITIONS

ROUNDS = 7
STEPS_A_ROUND = 60
NOW = datetime(2026, 3, 9, 9, 0, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class BenchResult:
    """What a benchmark prints: seconds (or steps a second) of ours and the floor, medians."""

    name: str
    database: str
    ours: float
    floor: float
    ratio: float
    rounds: int

    def as_dict(self) -> dict[str, Any]:
        """The result as the command prints it."""
        return asdict(self)


def _timed(work: Callable[[], object]) -> float:
    """Seconds that a piece of work takes."""
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def measure_engine(rounds: int = ROUNDS, steps: int = 5000) -> BenchResult:
    """`denials` and `next_state` for `measure.done` in process; the floor is `transitions` alone. µs a step."""
    row = TRANSITIONS[MeasureStep.DONE]

    def facts() -> Facts:
        return Facts(
            state="active",
            relations=frozenset({"accountable"}),
            scopes=EVERYTHING,
            paused=False,
            resting="",
            completed_on=None,
            form=None,
        )

    def ours() -> None:
        for _ in range(steps):
            given = facts()
            if not denials(row, given):
                next_state(row, given)

    def floor() -> None:
        for _ in range(steps):
            next_state(row, facts())

    pairs = [(_timed(ours), _timed(floor)) for _ in range(rounds)]
    mine = statistics.median(a for a, _ in pairs) / steps * 1e6
    alone = statistics.median(b for _, b in pairs) / steps * 1e6
    return BenchResult(
        "engine", "none", round(mine, 2), round(alone, 2), round(mine / alone, 2), rounds
    )


def measure_step(url: str = "", rounds: int = ROUNDS) -> BenchResult:
    """One durable `measure.done` through `perform` on a plan with 12 measures, 8 participants, 6 deadlines.

    Steps a second; ratio = ours / floor, both interleaved in one process.
    """
    with tempfile.TemporaryDirectory(prefix="planlop-bench-") as folder:
        where = url or f"sqlite:///{Path(folder) / 'bench.sqlite'}"
        upgrade(where)
        made = make_engine(where)
        try:
            return _step(made, rounds)
        finally:
            made.dispose()


def _step(made: Engine, rounds: int) -> BenchResult:
    """Lay the plans, warm both up, then time them turn by turn."""
    laid = lay_plans(made, plans=(rounds + 1) * 2 * STEPS_A_ROUND // 12 + 1, now=NOW)
    measures = iter(laid.measures)
    floor = Floor(made, laid)
    actor = Actor(laid.coordinator_id)
    pairs = []
    for _ in range(rounds + 1):
        mine = list(islice(measures, STEPS_A_ROUND))
        theirs = list(islice(measures, STEPS_A_ROUND))
        pairs.append(
            (_timed(partial(_ours, made, actor, mine)), _timed(partial(floor.run, theirs)))
        )
    floor.close()
    # The first round warms statements and caches of both.
    return _result(made, pairs[1:])


def _ours(made: Engine, actor: Actor, measures: Sequence[tuple[str, str]]) -> None:
    """Fire `measure.done` on each."""
    for plan_id, measure_id in measures:
        perform(
            made,
            actor,
            MeasureStep.DONE,
            plan_id=plan_id,
            subject_id=measure_id,
            form=DoneForm(),
            now=NOW + timedelta(hours=1),
        )


def _result(made: Engine, pairs: Sequence[tuple[float, float]]) -> BenchResult:
    """Medians as steps a second."""
    mine = STEPS_A_ROUND / statistics.median(a for a, _ in pairs)
    floor = STEPS_A_ROUND / statistics.median(b for _, b in pairs)
    ratio = statistics.median(b / a for a, b in pairs)
    return BenchResult(
        "step", made.dialect.name, round(mine, 1), round(floor, 1), round(ratio, 3), len(pairs)
    )


BENCHES: dict[str, Callable[..., BenchResult]] = {"engine": measure_engine, "step": measure_step}
