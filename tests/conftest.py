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
from tests.samples import WHOLE, left_for_soak
from tests.servers.broker import running_broker
from tests.servers.databases import Backend, Database, PostgresBackend, SqliteBackend, copied
from tests.servers.postgres import PostgresUnavailable, postgres_server
from tests.servers.quick_folder import own_prefix, quick_folder

# The same examples each time: what fails was broken by the change. Fresh ones are soak's.
# No deadline: how long an example takes depends on who else is on the machine.
hypothesis.settings.register_profile(
    "steady", derandomize=True, deadline=None, database=None, max_examples=50
)
hypothesis.settings.register_profile("soak", deadline=None, database=None, max_examples=2000)
hypothesis.settings.load_profile("soak" if WHOLE else "steady")

UNDER_CI = os.environ.get("CI") == "true"
SERVERS = pytest.StashKey[ExitStack]()
POSTGRES = pytest.StashKey[PostgresBackend | str]()
# What there is before marks choose, and which of it the sample of PostgreSQL left for `make soak`.
COLLECTED = pytest.StashKey[tuple[list[pytest.Item], set[str]]]()


# Files that one process is long about: first, so that none of them is left for the end.
LONG = (
    "browser/test_axe.py",
    "web/everywhere/test_not_yours.py",
    "web/everywhere/test_web_role.py",
    "web/everywhere/test_scopes_everywhere.py",
    "browser/test_narvik.py",
    "jobs/test_chaos.py",
    "web/everywhere/test_fuzz.py",
    "workflow/plan/test_discharges.py",
    "workflow/reference/test_year.py",
    "browser/test_keyboard.py",
    "workflow/access/test_scopes.py",
    "web/stories/test_crossing.py",
    "workflow/reference/test_reference.py",
    "workflow/access/test_grid.py",
    "workflow/engine/test_page_facts.py",
    "jobs/test_delivery_faults.py",
    "workflow/cli/test_commands_alone.py",
    "web/everywhere/test_what_people_write.py",
    "web/everywhere/test_everybody_everywhere.py",
    "web/everywhere/test_effort.py",
    "browser/test_effort.py",
    "workflow/planfile/test_scenes.py",
    "workflow/crossing/test_stateful.py",
    "workflow/engine/test_stateful.py",
    "workflow/engine/test_walk.py",
)


def _file_of(item: pytest.Item) -> str:
    return item.nodeid.partition("::")[0].removeprefix("tests/")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Puts the long files first, and says what only `make soak` runs before anything is chosen by its mark."""
    places = {name: place for place, name in enumerate(LONG)}
    items.sort(key=lambda item: places.get(_file_of(item), len(LONG)))
    left = left_for_soak(items)
    for item in left:
        item.add_marker("soak")
    for item in items:
        if WHOLE and item.get_closest_marker("sampled"):
            item.add_marker("soak")
    config.stash[COLLECTED] = list(items), {item.nodeid for item in left}


def pytest_configure(config: pytest.Config) -> None:
    """Keeps one stack of servers per run; they end with it."""
    config.stash[SERVERS] = ExitStack()


def pytest_unconfigure(config: pytest.Config) -> None:
    """Ends the servers of this run."""
    config.stash[SERVERS].close()


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Starts PostgreSQL in the process that outlives all workers and tells each where it is."""
    postgres = found_postgres(node.config)
    node.workerinput["postgres"] = (
        [postgres.server, postgres.template] if isinstance(postgres, PostgresBackend) else postgres
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
    postgres = found_postgres(request.config)
    if isinstance(postgres, str):
        unavailable(f"no PostgreSQL: {postgres}")
    assert isinstance(postgres, PostgresBackend)
    return postgres


@pytest.fixture(scope="session")
def sqlite_backend() -> Iterator[SqliteBackend]:
    """SQLite files in a folder that goes away."""
    with tempfile.TemporaryDirectory(prefix=own_prefix("plsq"), dir=quick_folder()) as folder:
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
