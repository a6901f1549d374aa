"""Tests that the embedded broker is private, single, and never outlives its program."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from jobs.broker import SOCKET, BrokerUnavailable, answers, start
from jobs.checks import broker as check_broker
from workflow.settings import Settings, broker_folder

START_AND_WAIT = """
import sys, time
from pathlib import Path
from jobs.broker import start
from jobs.checks import broker as check_broker
start(Path(sys.argv[1]))
print("up", flush=True)
time.sleep(60)
"""


@pytest.fixture
def home() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="plbr-") as folder:
        yield Path(folder)
        shutil.rmtree(broker_folder(Path(folder)), ignore_errors=True)


def test_the_folder_is_closed_to_others_and_gone_afterwards(home: Path) -> None:
    broker = start(home)
    try:
        assert broker_folder(home).stat().st_mode & 0o077 == 0
    finally:
        broker.stop()
    assert not broker_folder(home).exists()


def test_who_looks_from_elsewhere_finds_the_same_broker(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(home.parent)
    started = start(Path(home.name))
    try:
        monkeypatch.chdir("/")
        name, well, _ = check_broker(Settings(home=home))
        assert (name, well) == ("broker", True)
    finally:
        started.stop()


def test_a_broker_that_is_away_is_told_with_where_it_was_looked_for(home: Path) -> None:
    _, well, told = check_broker(Settings(home=home))
    assert not well and str(home) in told and "PLANLOP_HOME" in told
    secret = "redis://:Vinterdekk@127.0.0.1:1/0"
    _, well, told = check_broker(Settings(home=home, redis_url=secret))
    assert not well and "PLANLOP_REDIS_URL" in told and "Vinterdekk" not in told


def test_a_second_broker_on_the_same_folder_is_refused(home: Path) -> None:
    broker = start(home)
    try:
        with pytest.raises(BrokerUnavailable, match="another Planløp runs"):
            start(home)
        assert answers(broker_folder(home) / SOCKET)
    finally:
        broker.stop()


def test_a_folder_open_to_others_is_refused(home: Path) -> None:
    folder = broker_folder(home)
    folder.mkdir(mode=0o700)
    folder.chmod(0o755)
    try:
        with pytest.raises(BrokerUnavailable, match="open to others"):
            start(home)
    finally:
        folder.rmdir()


def test_a_killed_program_takes_its_broker_along(home: Path) -> None:
    program = subprocess.Popen(
        [sys.executable, "-c", START_AND_WAIT, str(home)], stdout=subprocess.PIPE, text=True
    )
    assert program.stdout is not None
    with program:
        assert program.stdout.readline() == "up\n"
        program.kill()
    end = time.monotonic() + 20
    while answers(broker_folder(home) / SOCKET):
        assert time.monotonic() < end
        time.sleep(0.05)
