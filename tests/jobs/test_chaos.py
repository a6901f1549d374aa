"""Everything dies, again and again, and still each due notice ends, none twice: a quick storm and a long one."""

from __future__ import annotations

import os
import random
import shutil
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from tests.jobs import reckoning
from tests.jobs.deeds import Deeds
from tests.jobs.storm import Storm
from tests.servers.databases import Backend, copied
from tests.workflow.deadline_world import World
from workflow.record.database.engine import unit_of_work
from workflow.record.models import Heartbeat

SEED = int(os.environ.get("PLANLOP_CHAOS_SEED", "20260302"))
LONG_SECONDS = float(os.environ.get("PLANLOP_CHAOS_SECONDS", "700"))
QUIET_AT_MOST = 25.0
SWEPT_WITHIN = 20.0
KEPT_OF_LOG = 20_000
OFTEN = 0.2
LONGER = 8
Measured = Callable[[str, object], None]


@pytest.fixture
def storm(backend: Backend) -> Iterator[Storm]:
    """A storm over a database of its own, in a folder with a short name."""
    folder = Path(tempfile.mkdtemp(prefix="plch-", dir="/tmp"))
    try:
        with copied(backend) as database, Storm(database, folder, SEED).raging() as made:
            yield made
        print((folder / "log").read_text(errors="replace")[-KEPT_OF_LOG:])  # shown after a failure
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@dataclass(frozen=True)
class Weather:
    """How long a storm lasts, how often it strikes and how many at most, and how fast days pass.

    kills: on a machine that is busy it goes on until so many were killed, LONGER times as long at most.
    """

    seconds: float
    kills: int
    pause: tuple[float, float]
    most: int
    day: float
    rest: float


QUICK = Weather(seconds=4.0, kills=12, pause=(0.3, 0.6), most=2, day=0.7, rest=0.05)
LONG = Weather(seconds=LONG_SECONDS / 2, kills=0, pause=(1.0, 2.4), most=6, day=6.0, rest=0.3)


def rage(storm: Storm, deeds: Deeds, weather: Weather) -> None:
    """Deeds and faults in turn, while the days pass."""
    began = morning = time.monotonic()
    while goes_on(storm, weather, time.monotonic() - began):
        struck = time.monotonic() + storm.random.uniform(*weather.pause)
        while time.monotonic() < struck:
            deeds.one(storm.now())
            time.sleep(weather.rest)
        storm.strike(weather.most)
        if befalls(storm, "broker emptied"):
            storm.empty_broker()
        if befalls(storm, "connections cut", "writer's lock held"):
            storm.cut_database(storm.random.uniform(0.3, 2.5))
        if time.monotonic() - morning > weather.day:
            morning = time.monotonic()
            storm.jump(1)


def befalls(storm: Storm, *faults: str) -> bool:
    """Whether one of these happens now: soon after the beginning, and then at random."""
    new = not any(storm.faults[name] for name in faults)
    return storm.random.random() < OFTEN or new


def goes_on(storm: Storm, weather: Weather, passed: float) -> bool:
    """Whether the storm is not over after so many seconds."""
    few = storm.kills.total() < weather.kills
    return passed < weather.seconds or (few and passed < LONGER * weather.seconds)


def calm(storm: Storm, deeds: Deeds) -> float:
    """Everybody lives with the right clock; all ladders end; days pass until nothing waits. Seconds."""
    began = time.monotonic()
    storm.inbox.calm = True
    storm.right_clocks()
    storm.jump(70)
    swept(storm, deeds)
    while not settled(deeds):
        assert time.monotonic() - began < QUIET_AT_MOST * 2, waits_for_ever(deeds)
        storm.jump(1)
        swept(storm, deeds)
        ends = time.monotonic() + 1.5
        while time.monotonic() < ends and not settled(deeds):
            time.sleep(0.1)
    return time.monotonic() - began


def swept(storm: Storm, deeds: Deeds) -> None:
    """Waits for a sweep of this day."""
    since, ends = storm.now(), time.monotonic() + SWEPT_WITHIN
    while True:
        with unit_of_work(deeds.world.engine) as session:
            at = session.execute(select(Heartbeat.at).where(Heartbeat.name == "sweep")).scalar()
        if at is not None and at >= since:
            return
        assert time.monotonic() < ends, f"nobody swept: {since}, last {at}"
        time.sleep(0.1)


def settled(deeds: Deeds) -> bool:
    """Whether nothing waits and nothing is on its way."""
    rows = reckoning.deliveries(deeds.world.engine)
    return not {"waiting", "sending"} & {row.state for row in rows}


def waits_for_ever(deeds: Deeds) -> str:
    """What still waits, and by which way, in words."""
    rows = reckoning.deliveries(deeds.world.engine)
    left = [row for row in rows if row.state in ("waiting", "sending")]
    return f"something waits for ever: {left[:5]}"


def reckon(storm: Storm, deeds: Deeds, quiet: float) -> str:
    """Every rule holds; the figures in words."""
    now = storm.now()
    rows = reckoning.deliveries(deeds.world.engine)
    broken = {
        "unended": reckoning.unended(rows),
        "twice": reckoning.twice(rows, storm),
        "strangers": reckoning.strangers(rows, storm),
        "untold": reckoning.untold(deeds, now),
        "unmarked": reckoning.unmarked(deeds, now),
        "clock steps": reckoning.clock_steps(deeds),
        "locks": reckoning.locks(storm, rows),
        "died by themselves": storm.fell,
    }
    wrong = {name: (len(faults), faults[:5]) for name, faults in broken.items() if faults}
    assert not wrong, f"{wrong}\n{figures(storm, deeds, rows, quiet)}"
    return figures(storm, deeds, rows, quiet)


def figures(storm: Storm, deeds: Deeds, rows: list[Any], quiet: float) -> str:
    """What befell and what became of it, in one line."""
    states = Counter(row.state for row in rows)
    parts = [
        f"chaos {storm.database.engine.dialect.name}: {storm.kills.total()} kills "
        f"({listed(storm.kills)})",
        listed(storm.faults),
        f"mail server: {listed(storm.inbox.befell)}",
        f"deeds: {listed(deeds.done)}",
        f"{len(rows)} deliveries: {listed(states)}",
        f"{len(storm.took)} mails taken, none twice",
        f"quiet after {quiet:.1f} s",
    ]
    return "; ".join(parts)


def listed(counted: Mapping[str, int]) -> str:
    """Numbers with their names."""
    return ", ".join(f"{count} {name}" for name, count in sorted(counted.items()))


def proven(storm: Storm, weather: Weather) -> str:
    """A storm, the quiet after it, and the reckoning; the figures."""
    deeds = Deeds(World(storm.engine).build(), random.Random(SEED))
    deeds.settle_in()
    rage(storm, deeds, weather)
    return reckon(storm, deeds, calm(storm, deeds))


def test_a_quick_storm_loses_nothing_and_repeats_nothing(
    storm: Storm, record_property: Measured
) -> None:
    record_property("measured", proven(storm, QUICK))
    assert storm.kills.total() >= QUICK.kills


@pytest.mark.chaos
def test_a_long_storm_loses_nothing_and_repeats_nothing(
    storm: Storm, record_property: Measured
) -> None:
    record_property("measured", proven(storm, LONG))
