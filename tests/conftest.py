"""The fixtures that all tests share: databases, sessions and the broker."""

from __future__ import annotations

import os
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from sqlalchemy.orm import Session

from jobs.broker import Broker, BrokerUnavailable
from tests.servers.broker import running_broker
from tests.servers.databases import Backend, Database, PostgresBackend, SqliteBackend, copied
from tests.servers.postgres import PostgresUnavailable, postgres_server

hypothesis.settings.register_profile(
    "steady", derandomize=True, deadline=None, database=None, max_examples=50
)
hypothesis.settings.register_profile("soak", deadline=None, database=None, max_examples=2000)
hypothesis.settings.load_profile("soak" if os.environ.get("PLANLOP_SOAK") else "steady")

UNDER_CI = os.environ.get("CI") == "true"
SERVERS = pytest.StashKey[ExitStack]()
POSTGRES = pytest.StashKey[PostgresBackend | str]()


# Files that one process is long about: first, so that none of them is left for the end.
LONG = (
    "browser/test_axe.py",
    "web/everywhere/test_not_yours.py",
    "browser/test_narvik.py",
    "web/everywhere/test_everybody_everywhere.py",
    "web/everywhere/test_scopes_everywhere.py",
    "web/everywhere/test_fuzz.py",
    "web/everywhere/test_web_role.py",
    "workflow/engine/test_walk.py",
    "browser/test_effort.py",
    "workflow/plan/test_discharges.py",
    "workflow/reference/test_year.py",
    "workflow/access/test_grid.py",
    "workflow/access/test_scopes.py",
    "workflow/engine/test_stateful.py",
    "jobs/test_chaos.py",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Puts the long files first, and leaves every other as it stands."""
    places = {name: place for place, name in enumerate(LONG)}
    items.sort(
        key=lambda item: places.get(
            item.nodeid.partition("::")[0].removeprefix("tests/"), len(LONG)
        )
    )


def pytest_configure(config: pytest.Config) -> None:
    """Keeps one stack of servers per run; they end with it."""
    config.stash[SERVERS] = ExitStack()


def pytest_unconfigure(config: pytest.Config) -> None:
    """Ends the servers of this run."""
    config.stash[SERVERS].close()


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Starts PostgreSQL in the process that outlives all workers and tells each where it is."""
    found = found_postgres(node.config)
    node.workerinput["postgres"] = (
        [found.server, found.template] if isinstance(found, PostgresBackend) else found
    )


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Prints what the tests measured, from whichever worker it came."""
    passed = terminalreporter.stats.get("passed", [])
    figures = [
        words for test in passed for name, words in test.user_properties if name == "measured"
    ]
    if figures:
        terminalreporter.section("measured")
        for words in figures:
            terminalreporter.write_line(words)


def found_postgres(config: pytest.Config) -> PostgresBackend | str:
    """The run's PostgreSQL, started when first asked for, or the reason why there is none."""
    if POSTGRES not in config.stash:
        config.stash[POSTGRES] = look_for_postgres(config)
    return config.stash[POSTGRES]


def look_for_postgres(config: pytest.Config) -> PostgresBackend | str:
    """What the run's first process said, else a server of our own, else a reason."""
    told = getattr(config, "workerinput", {}).get("postgres")
    if isinstance(told, str):
        return told
    if told:
        return PostgresBackend(told[0], told[1].removeprefix("planlop_"))
    servers = config.stash[SERVERS]
    try:
        backend = PostgresBackend(servers.enter_context(postgres_server()), uuid.uuid4().hex[:8])
    except PostgresUnavailable as problem:
        return str(problem)
    servers.callback(backend.drop_named, backend.template)
    return backend


def unavailable(reason: str) -> None:
    """Ends the test: as an error where everything must be there, else as a skip with its name."""
    if UNDER_CI:
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def postgresql_backend(request: pytest.FixtureRequest) -> PostgresBackend:
    """The run's PostgreSQL server."""
    found = found_postgres(request.config)
    if isinstance(found, str):
        unavailable(f"no PostgreSQL: {found}")
    assert isinstance(found, PostgresBackend)
    return found


@pytest.fixture(scope="session")
def sqlite_backend() -> Iterator[SqliteBackend]:
    """SQLite files in a folder that goes away."""
    with tempfile.TemporaryDirectory(prefix="plsq-") as folder:
        yield SqliteBackend(Path(folder))


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def backend(request: pytest.FixtureRequest) -> Backend:
    """Each kind of database in turn; a folder's conftest may override it to name just one."""
    chosen: Backend = request.getfixturevalue(f"{request.param}_backend")
    return chosen


@pytest.fixture(scope="session")
def database(backend: Backend) -> Iterator[Database]:
    """A migrated, empty database that stays empty: use it through `session` only."""
    with copied(backend) as copy:
        yield copy


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    """A session in an outer transaction that is rolled back; its own commits are savepoints."""
    with database.engine.connect() as connection, connection.begin() as outer:
        with Session(connection, join_transaction_mode="create_savepoint") as inner:
            yield inner
        outer.rollback()


@pytest.fixture(scope="module")
def fresh_database(backend: Backend) -> Iterator[Database]:
    """A migrated, empty database of this module's own, where other processes see what is stored."""
    with copied(backend) as copy:
        yield copy


@pytest.fixture(scope="session")
def broker() -> Iterator[Broker]:
    """A running broker of this test process."""
    try:
        started = ExitStack()
        running = started.enter_context(running_broker())
    except BrokerUnavailable as problem:
        unavailable(f"no broker: {problem}")
        raise
    with started:
        yield running
