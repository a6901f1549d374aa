"""The deadline table of the reference model as text, and what a municipality may choose instead of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class Kind(NamedTuple):
    """A line of the table: length, whether it is the law's, its ladder, whether a pause stops it."""

    length: str
    ladder: str
    law: bool = False
    stops: bool = True


REVIEW = "-7d coordinator, +1d coordinator, +7d leader, +28d leader_2"
TABLE: Mapping[str, Kind] = {
    "T1": Kind("5wd", "0d unit", stops=False),
    "T2.decide": Kind("28d", "-7d decider, +1d leader", stops=False),
    "T2.reply": Kind("1m", "-7d decider, -2d leader", law=True, stops=False),
    "T4.appoint": Kind("14d", "-3d coordinating, +1d leader", stops=False),
    "T5": Kind("30d", "-7d coordinator, +1d coordinator, +14d leader"),
    "T7": Kind("14d", "0d coordinating, +1d municipal_leader", stops=False),
    "T8.review": Kind("0d", f"-21d coordinator, {REVIEW}"),
    "T8.conclude": Kind("14d", REVIEW),
    "T11": Kind("0d", "-3d accountable, +1d accountable, +7d coordinator, +14d accountable_leader"),
    "T12": Kind("14d", "0d coordinator"),
    "T14": Kind("90d", "0d coordinator quiet, +30d coordinating quiet, +31d - look"),
    "T15.prepare": Kind("-7d", "-10wd chair, -5wd chair, -2wd leader"),
    "T15.minutes": Kind("5wd", "+1wd minute_taker, +5wd coordinator"),
}

CHOICES: tuple[tuple[dict[str, int], dict[str, str]], ...] = (
    ({"T5": 20, "T8.conclude": 21}, {}),
    ({}, {"T8.review": "-14d coordinator, +2d coordinator, +10d leader, +20d leader_2"}),
    ({}, {"T11": "-1d accountable, +3d coordinator, +9d accountable_leader"}),
    ({"T12": 7, "T7": 10, "T1": 3, "T2.decide": 20}, {}),
    ({}, {}),
    ({"T15.minutes": 3}, {"T2.reply": "-10d decider, -3d leader"}),
    (
        {"T4.appoint": 20},
        {"T5": "-10d coordinator, +1d coordinator, +7d leader, +14d coordinating"},
    ),
)


def rung(words: str) -> tuple[int, str, str]:
    far, role = words.split()
    unit = "wd" if far.endswith("wd") else "d"
    return int(far.removesuffix(unit)), unit, role
