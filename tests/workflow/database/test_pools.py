"""Tests that each municipality has one pool, opened when first used and closed when idle."""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import Engine, NullPool, QueuePool, text

from workflow.record.database.engine import make_engine
from workflow.record.database.pools import Pools
from workflow.registry import Registry, UnknownMunicipality, load_registry
from workflow.registry_file import RegistryEntry, RegistryFiles, write_registry
from workflow.settings import Settings, SettingsRefused

CODES = ("9999", "9998")


class Clock:
    """Seconds that pass when told to."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


def build_registry(folder: Path, address: str) -> Registry:
    entries = [
        RegistryEntry(
            code=code,
            name=f"Town {code}",
            hosts=(f"town-{code}.localhost",),
            files=RegistryFiles.place_in(code, private_key=False),
        )
        for code in CODES
    ]
    for code in CODES:
        (folder / code).mkdir()
        (folder / code / "web").write_text(address.format(folder=folder, code=code))
    path = folder / "municipalities.toml"
    path.write_text(write_registry(entries), encoding="utf-8")
    return load_registry(Settings(municipalities=str(path)))


@pytest.fixture
def registry(tmp_path: Path) -> Registry:
    return build_registry(tmp_path, "sqlite:///{folder}/{code}.sqlite")


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def pools(registry: Registry, clock: Clock) -> Iterator[Pools]:
    with Pools(registry, "web", clock=clock) as engines:
        yield engines


def file_of(engine: Engine) -> str:
    with engine.connect() as connection:
        return str(connection.execute(text("PRAGMA database_list")).one()[2])


def idle_connections(engine: Engine) -> int:
    assert isinstance(engine.pool, QueuePool)
    return engine.pool.checkedin()


def test_each_municipality_has_its_own_database(pools: Pools, tmp_path: Path) -> None:
    files = [file_of(pools.engine(code)) for code in CODES]
    assert files == [str(tmp_path / f"{code}.sqlite") for code in CODES]


def test_nothing_is_opened_before_it_is_used(registry: Registry) -> None:
    made: list[str] = []

    def make(url: str, **options: Any) -> Engine:
        made.append(url)
        return make_engine(url, **options)

    with Pools(registry, "web", make=make) as pools:
        assert made == []
        assert pools.engine("9999") is pools.engine("9999")
    assert [url.rpartition("/")[2] for url in made] == ["9999.sqlite"]


def test_threads_get_the_same_engine(pools: Pools) -> None:
    together = Barrier(8)

    def ask(code: str) -> Engine:
        together.wait(timeout=10)
        return pools.engine(code)

    with ThreadPoolExecutor(8) as threads:
        assert len(set(threads.map(ask, CODES * 4))) == 2


def test_an_unknown_code_and_a_missing_file_are_refused(registry: Registry) -> None:
    with pytest.raises(UnknownMunicipality, match="9999, 9998"):
        Pools(registry, "web").engine("1234")
    with pytest.raises(SettingsRefused, match=r"9999, files\.jobs"):
        Pools(registry, "jobs").engine("9999")


def test_only_idle_pools_are_closed(pools: Pools, clock: Clock) -> None:
    idle, busy = map(pools.engine, CODES)
    file_of(idle)
    clock.seconds += 200
    assert pools.engine("9998") is busy
    file_of(busy)
    assert pools.close_idle() == 0
    clock.seconds += 100
    assert pools.close_idle() == 1
    assert (idle_connections(idle), idle_connections(busy)) == (0, 1)
    assert pools.engine("9998") is busy
    assert pools.engine("9999") is not idle


def test_a_pool_somebody_has_a_connection_of_stays(pools: Pools, clock: Clock) -> None:
    engine = pools.engine("9999")
    with engine.connect() as connection:
        clock.seconds += 1000
        assert pools.close_idle() == 0
        assert connection.execute(text("SELECT 1")).scalar_one() == 1
    assert pools.engine("9999") is engine


def test_an_engine_that_was_closed_meanwhile_stays_usable(pools: Pools, clock: Clock) -> None:
    engine = pools.engine("9999")
    clock.seconds += 1000
    assert pools.close_idle() == 1
    assert file_of(engine).endswith("9999.sqlite")
    engine.dispose()


def test_engines_stay_usable_while_idle_ones_are_closed(registry: Registry) -> None:
    with Pools(registry, "web", idle_seconds=0) as pools, ThreadPoolExecutor(5) as threads:

        def use(code: str) -> None:
            for _ in range(25):
                engine = pools.engine(code)
                assert file_of(engine).endswith(f"{code}.sqlite")
                pools.close_idle()

        for done in [threads.submit(use, code) for code in CODES * 2]:
            done.result()


def test_closing_closes_all(registry: Registry) -> None:
    pools = Pools(registry, "web")
    engines = [pools.engine(code) for code in CODES]
    for engine in engines:
        file_of(engine)
    pools.close()
    pools.close()
    assert [idle_connections(engine) for engine in engines] == [0, 0]
    assert pools.engine("9999") is not engines[0]
    pools.close()


def test_a_fork_leaves_the_parents_connections_to_the_parent(
    pools: Pools, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = pools.engine("9999")
    with engine.connect() as connection:
        monkeypatch.setattr(os, "getpid", lambda: -1)
        child = pools.engine("9999")
        assert child is not engine
        assert pools.engine("9999") is child
        assert connection.execute(text("SELECT 1")).scalar_one() == 1


def test_pools_are_small_on_postgresql(tmp_path: Path) -> None:
    registry = build_registry(tmp_path, "postgresql://planlop_{code}_web@localhost/planlop_{code}")
    with Pools(registry, "web") as pools:
        pool = pools.engine("9999").pool
        assert isinstance(pool, QueuePool)
        assert (pool.size(), pool._max_overflow) == (4, 4)


def test_a_pool_that_keeps_nothing_can_be_had(tmp_path: Path, clock: Clock) -> None:
    registry = build_registry(tmp_path, "postgresql://planlop_{code}_web@localhost/planlop_{code}")
    options = {"poolclass": NullPool}
    with Pools(registry, "web", options=options, clock=clock) as pools:
        assert isinstance(pools.engine("9999").pool, NullPool)
        clock.seconds += 1000
        assert pools.close_idle() == 1


def test_sqlite_keeps_its_own_pool(pools: Pools) -> None:
    own, usual = pools.engine("9999").pool, make_engine("sqlite:///x").pool
    assert isinstance(own, QueuePool) and isinstance(usual, QueuePool)
    assert own.size() == usual.size() != 4
