"""Several municipalities on one pool of workers: none starves another, and one command walks through all."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select

from benchmarks.mails import fill
from jobs import tasks
from jobs.broker import Broker
from jobs.queue import DELIVER, SWEEP, ask, connect_broker, open_queue
from tests.jobs.yard import until
from tests.servers.databases import Backend
from tests.servers.installation import Installation, installed
from tests.servers.mail import mail_server
from tests.world import make_world
from workflow.processes import start_child, stop_child
from workflow.record.database.engine import unit_of_work
from workflow.record.models import Delivery

LARGE, SMALL = "9101", "9102"
MANY, FEW, WITHIN = 20_000, 5, 60.0
FIFTY = [str(9100 + number) for number in range(50)]
PLANLOP = Path(sys.executable).parent / "planlop"
Measured = Callable[[str, str], None]


def waits(engine: Engine) -> int:
    """How many messages have not gone out."""
    query = select(func.count()).select_from(Delivery).where(Delivery.state != "sent")
    with engine.connect() as connection:
        return connection.execute(query).scalar_one()


@contextmanager
def worker(installation: Installation, broker: Broker, port: int) -> Iterator[None]:
    """One worker of the installation, until the block ends."""
    environment = installation.environment(
        PLANLOP_REDIS_URL=broker.url, PLANLOP_SMTP_PORT=str(port), PLANLOP_SWEEP_SECONDS="10"
    )
    child = start_child(
        [PLANLOP, "worker"], {**os.environ, **environment}, output=subprocess.DEVNULL
    )
    try:
        yield
    finally:
        stop_child(child)


def test_a_large_municipality_starves_no_small_one(
    backend: Backend, broker: Broker, tmp_path: Path, record_property: Measured
) -> None:
    with mail_server() as (_, port), installed(backend, tmp_path, (LARGE, SMALL)) as installation:
        engines = {code: place.engine for code, place in installation.places.items()}
        for code, many in ((LARGE, MANY), (SMALL, FEW)):
            with unit_of_work(engines[code]) as session:
                fill(session.connection(), many, code)
        with connect_broker(broker.url) as client:
            client.flushall()
            for code in (LARGE, SMALL):  # the large one was there first
                for task in (SWEEP, DELIVER):
                    ask(open_queue(client, code), task)
        began = time.monotonic()
        with worker(installation, broker, port):
            until(lambda: not waits(engines[SMALL]), WITHIN)
        seconds = time.monotonic() - began
        assert waits(engines[LARGE]) > MANY / 2, "the large one was done before the small one"
    record_property(
        "measured", f"{FEW} mails beside {MANY:,} on one worker, {backend.name}: {seconds:.1f} s"
    )


def said(installation: Installation, *words: str) -> dict[str, object]:
    """What a command answers in a process of its own."""
    done = subprocess.run(
        [PLANLOP, *words, "--json"],
        env={**os.environ, **installation.environment()},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    answer: dict[str, object] = json.loads(done.stdout)
    return answer


def test_fifty_databases_are_migrated_swept_and_verified_by_one_command_each(
    sqlite_backend: Backend, tmp_path: Path, record_property: Measured
) -> None:
    with installed(sqlite_backend, tmp_path, FIFTY) as installation:
        for code in FIFTY[:3]:
            make_world(installation.places[code].engine, number=code).active()
        for words in (("migrate",), ("sweep",), ("verify",)):
            answer = said(installation, *words, "--all")
            listed = answer["municipalities"]
            assert answer["ok"] is True
            assert isinstance(listed, dict) and list(listed) == FIFTY
            assert all("seconds" in one for one in listed.values())
            record_property(
                "measured", f"planlop {words[0]} --all, 50 files: {answer['seconds']} s"
            )


def test_one_that_is_away_keeps_no_other_waiting(sqlite_backend: Backend, tmp_path: Path) -> None:
    with installed(sqlite_backend, tmp_path, (LARGE, SMALL)) as installation:
        (tmp_path / LARGE / "jobs").write_text("sqlite:////nowhere/at/all.sqlite")
        done = subprocess.run(
            [PLANLOP, "verify", "--all", "--json"],
            capture_output=True,
            text=True,
            timeout=60,
            env={**os.environ, **installation.environment()},
            check=False,
        )
        answer = json.loads(done.stdout)
        assert done.returncode == 1 and answer["ok"] is False
        assert answer["municipalities"][LARGE]["error"] == "database"
        assert answer["municipalities"][SMALL]["ok"] is True


def test_a_command_asks_which_municipality_and_works_in_that_one(
    sqlite_backend: Backend, tmp_path: Path
) -> None:
    with installed(sqlite_backend, tmp_path, (LARGE, SMALL)) as installation:
        environment = {**os.environ, **installation.environment()}

        def run(*words: str) -> subprocess.CompletedProcess[str]:
            return subprocess.run(
                [PLANLOP, *words], env=environment, capture_output=True, text=True, check=False
            )

        unsaid = run("verify")
        assert unsaid.returncode == 1 and LARGE in unsaid.stderr and SMALL in unsaid.stderr
        unknown = run("--municipality", "1111", "verify")
        assert unknown.returncode == 1 and "1111" in unknown.stderr
        made = run("--municipality", SMALL, "setup", "--admin", "Ada Vik", "--email", "ada@x.test")
        assert made.returncode == 0, made.stderr
        assert f"http://k{SMALL}.localhost/invitasjon/" in made.stdout
        wrong = run(
            "--municipality",
            LARGE,
            "setup",
            "--number",
            SMALL,
            "--admin",
            "A",
            "--email",
            "a@x.test",
        )
        assert wrong.returncode == 1 and f"registry says {LARGE}" in wrong.stderr


@pytest.mark.parametrize("spoiled", ["registry", "jobs", "private_key"])
def test_one_municipalitys_fault_ends_no_worker(
    sqlite_backend: Backend, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, spoiled: str
) -> None:
    with installed(sqlite_backend, tmp_path, (LARGE, SMALL)) as installation:
        for name, value in installation.environment().items():
            monkeypatch.setenv(name, value)
        assert tasks.look_after(None)
        if spoiled == "registry":
            installation.registry.write_text("[[municipality]]\ncode = ")
            assert tasks.look_after(None)  # the one before stays in force
            return
        (tmp_path / LARGE / spoiled).write_text("nothing")
        os.utime(installation.registry, ns=(1, 1))
        with pytest.raises(tasks.NotAllDone, match=LARGE) as told:
            tasks.look_after(None)
        assert SMALL not in str(told.value)


def test_a_sweep_of_all_goes_on_past_one_that_is_down(
    sqlite_backend: Backend, tmp_path: Path
) -> None:
    with installed(sqlite_backend, tmp_path, (LARGE, SMALL)) as installation:
        (tmp_path / LARGE / "jobs").write_text("sqlite:////nowhere/at/all.sqlite")
        done = subprocess.run(
            [PLANLOP, "sweep", "--all", "--json"],
            capture_output=True,
            text=True,
            timeout=60,
            env={**os.environ, **installation.environment()},
            check=False,
        )
        answer = json.loads(done.stdout)
        assert done.returncode == 1 and answer["municipalities"][LARGE]["error"] == "database"
        assert "error" not in answer["municipalities"][SMALL]
