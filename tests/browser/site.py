"""The application as people meet it: `planlop serve` in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError

from sqlalchemy import Engine

from tests.servers.databases import Database
from workflow.cli.demo.command import free_port
from workflow.processes import start_child, stop_child

READY_WITHIN = 20.0
NO_BROKER = "unix:///nonexistent/broker.sock"


@dataclass(frozen=True)
class Site:
    """A running server: its address, its database and what its workers need to know."""

    url: str
    engine: Engine
    environment: dict[str, str]


@contextmanager
def served(database: Database, redis_url: str = NO_BROKER, smtp_port: int = 9) -> Iterator[Site]:
    """The server on a free loopback port with the demo's sign-in page; ends with the block."""
    with tempfile.TemporaryDirectory(prefix="plbw-") as home:
        port = free_port()
        # Settings of whoever runs the tests would make it another installation.
        kept = {name: value for name, value in os.environ.items() if "PLANLOP" not in name}
        environment = {
            **kept,
            "PORT": str(port),
            "PLANLOP_HOME": home,
            "PLANLOP_DEMO": "true",
            "PLANLOP_CATCH_MAIL": "true",
            "PLANLOP_DATABASE_URL": database.url,
            "PLANLOP_REDIS_URL": redis_url,
            "PLANLOP_SMTP_PORT": str(smtp_port),
            "PLANLOP_SWEEP_SECONDS": "1",
            "PLANLOP_LIMIT_FACTOR": "50",  # all windows come from one address
        }
        site = Site(f"http://127.0.0.1:{port}", database.engine, environment)
        with running("serve", environment, Path(home) / "log") as child:
            wait_for(site, child, Path(home) / "log")
            yield site


@contextmanager
def running(
    command: str, environment: dict[str, str], log: Path
) -> Iterator[subprocess.Popen[bytes]]:
    """One of planlop's long-lived commands; ends with the block."""
    with log.open("wb") as output:
        program = Path(sys.executable).parent / "planlop"
        child = start_child([program, command], environment, output=output)
        try:
            yield child
        finally:
            stop_child(child)


def wait_for(site: Site, child: subprocess.Popen[bytes], log: Path) -> None:
    """Returns when the server answers; raises RuntimeError with its last words if it does not."""
    end = time.monotonic() + READY_WITHIN
    while True:
        try:
            with urllib.request.urlopen(f"{site.url}/healthz", timeout=5):
                return
        except URLError as problem:
            if child.poll() is not None or time.monotonic() > end:
                words = log.read_text(errors="replace")[-800:]
                raise RuntimeError(f"the server did not start: {words}") from problem
            time.sleep(0.05)
