"""Tests of `planlop demo` as a process: one command opens the product, one Ctrl-C leaves nothing."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError

import pytest

from workflow.cli.base.answer import CommandError
from workflow.cli.demo import command as demo
from workflow.cli.demo.command import free_port, prepare_home
from workflow.processes import start_child
from workflow.settings import broker_folder

PLANLOP = Path(sys.executable).parent / "planlop"
PATIENCE = 40


@pytest.fixture
def home() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="pldm-") as folder:
        yield Path(folder)
        shutil.rmtree(broker_folder(Path(folder)), ignore_errors=True)


@contextmanager
def running(home: Path, port: int, *words: str) -> Iterator[subprocess.Popen[str]]:
    """The command in a process group of its own, killed if the test leaves it running."""
    environment = {**os.environ, "PORT": str(port), "PLANLOP_HOME": str(home)}
    command: list[str | Path] = [PLANLOP, "demo", *words]
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def first_page(port: int) -> str:
    """The first page, asked for until it is there."""
    end = time.monotonic() + PATIENCE
    while True:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5) as answer:
                return str(answer.read().decode())
        except (URLError, OSError):
            assert time.monotonic() < end, "no first page"
            time.sleep(0.1)


def processes_on(home: Path) -> list[str]:
    """The command lines of living processes whose environment names the data folder."""
    commands = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if f"PLANLOP_HOME={home}".encode() in (folder / "environ").read_bytes():
                commands.append((folder / "cmdline").read_bytes().replace(b"\0", b" ").decode())
        except OSError:
            continue
    return commands


def until_none_is_left(home: Path) -> None:
    end = time.monotonic() + 20
    while processes_on(home):
        assert time.monotonic() < end, processes_on(home)
        time.sleep(0.1)


def test_one_ctrl_c_ends_every_part_and_the_data_stays(home: Path) -> None:
    port = free_port()
    with running(home, port) as process:
        assert process.stdout is not None
        lines = [process.stdout.readline() for _ in range(3)]
        assert any(f"http://localhost:{port}" in line for line in lines), lines
        assert "Planløp" in first_page(port)
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=PATIENCE)
    until_none_is_left(home)
    assert (home / "9999" / "planlop.sqlite").exists()
    assert (home / "9998" / "planlop.sqlite").exists()
    assert not broker_folder(home).exists()


def test_a_killed_demo_takes_every_part_along(home: Path) -> None:
    port = free_port()
    with running(home, port) as process:
        first_page(port)
        process.kill()
    until_none_is_left(home)


def test_a_taken_port_is_a_clear_sentence(home: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with running(home, port) as process:
            said, _ = process.communicate(timeout=PATIENCE)
    assert process.returncode == 1
    assert f"Port {port} cannot be used here" in said
    assert f"PORT={port + 1} make run" in said


def test_secrets_are_made_once_and_private(home: Path) -> None:
    first = (prepare_home(home) / "secret_key").read_text()
    assert (prepare_home(home) / "secret_key").read_text() == first
    assert (home / "secret_key").stat().st_mode & 0o077 == 0


def test_the_demo_refuses_production() -> None:
    with pytest.raises(CommandError, match="PLANLOP_PRODUCTION"):
        demo.demo_environment({"PLANLOP_PRODUCTION": "true"})


def test_a_part_that_dies_is_named_and_ends_the_rest() -> None:
    children = {"serve": start_child(["sleep", "60"]), "worker": start_child(["false"])}
    try:
        with pytest.raises(CommandError, match="`worker` ended by itself"):
            demo.watch(children)
    finally:
        demo.stop_all(children)
    assert all(child.poll() is not None for child in children.values())
