"""The deadline table of the reference model as text, and what a municipality may choose instead of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from workflow.rules.names.deadlines import DeadlineCode


class Kind(NamedTuple):
    """A line of the table: length, whether it is the law's, its ladder, whether a pause stops it."""

    length: str
    ladder: str
    law: bool = False
    stops: bool = True


REVIEW = "-7d coordinator, +1d coordinator, +7d leader, +28d leader_2"
TABLE: Mapping[str, Kind] = {
    DeadlineCode.ACKNOWLEDGE_REPORT: Kind("5wd", "0d unit", stops=False),
    DeadlineCode.DECIDE_REQUEST: Kind("28d", "-7d decider, +1d leader", stops=False),
    DeadlineCode.PROVISIONAL_REPLY: Kind("1m", "-7d decider, -2d leader", law=True, stops=False),
    DeadlineCode.APPOINT_COORDINATOR: Kind("14d", "-3d coordinating, +1d leader", stops=False),
    DeadlineCode.FIRST_GOAL: Kind("30d", "-7d coordinator, +1d coordinator, +14d leader"),
    DeadlineCode.VACANCY: Kind("14d", "0d coordinating, +1d municipal_leader", stops=False),
    DeadlineCode.REVIEW: Kind("0d", f"-21d coordinator, {REVIEW}"),
    DeadlineCode.CONCLUDE_REVIEW: Kind("14d", REVIEW),
    DeadlineCode.MEASURE_DUE: Kind(
        "0d", "-3d accountable, +1d accountable, +7d coordinator, +14d accountable_leader"
    ),
    DeadlineCode.MEASURE_EVALUATION: Kind("14d", "0d coordinator"),
    DeadlineCode.QUIET_PLAN: Kind(
        "90d", "0d coordinator quiet, +30d coordinating quiet, +31d - look"
    ),
    DeadlineCode.MEETING_PREPARED: Kind("-7d", "-10wd chair, -5wd chair, -2wd leader"),
    DeadlineCode.MINUTES_DUE: Kind("5wd", "+1wd minute_taker, +5wd coordinator"),
}

CHOICES: tuple[tuple[dict[str, int], dict[str, str]], ...] = (
    ({DeadlineCode.FIRST_GOAL: 20, DeadlineCode.CONCLUDE_REVIEW: 21}, {}),
    ({}, {DeadlineCode.REVIEW: "-14d coordinator, +2d coordinator, +10d leader, +20d leader_2"}),
    ({}, {DeadlineCode.MEASURE_DUE: "-1d accountable, +3d coordinator, +9d accountable_leader"}),
    (
        {
            DeadlineCode.MEASURE_EVALUATION: 7,
            DeadlineCode.VACANCY: 10,
            DeadlineCode.ACKNOWLEDGE_REPORT: 3,
            DeadlineCode.DECIDE_REQUEST: 20,
        },
        {},
    ),
    ({}, {}),
    ({DeadlineCode.MINUTES_DUE: 3}, {DeadlineCode.PROVISIONAL_REPLY: "-10d decider, -3d leader"}),
    (
        {DeadlineCode.APPOINT_COORDINATOR: 20},
        {
            DeadlineCode.FIRST_GOAL: "-10d coordinator, +1d coordinator, +7d leader, +14d coordinating"
        },
    ),
)


def rung(words: str) -> tuple[int, str, str]:
    far, role = words.split()
    unit = "wd" if far.endswith("wd") else "d"
    return int(far.removesuffix(unit)), unit, role
