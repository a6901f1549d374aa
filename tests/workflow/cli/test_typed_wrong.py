"""What an operator types wrong gets a sentence: no command, and no place it is led to, ends in a traceback."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from tests.repo.tree import ROOT
from tests.workflow.cli.test_commands_alone import alone
from workflow.cli import gather, planlop

# They run until they are stopped, or measure; `serve` has a test of its own.
LONG = {"demo", "broker", "mailcatcher", "worker", "scheduler", "serve", "bench"}
ENDED = {0, 1, 2, 3}


def leaves(command: click.Command, words: list[str]) -> Iterator[tuple[click.Command, list[str]]]:
    """Every command that does something, with its words."""
    inner = getattr(command, "commands", {})
    if not inner:
        yield command, words
    for name, one in inner.items():
        if name not in LONG:
            yield from leaves(one, [*words, name])


def answer_to(parameter: click.Parameter, missing: str) -> str:
    """Something of the right kind that is not there."""
    if isinstance(parameter.type, click.Choice):
        return str(parameter.type.choices[0])
    return missing if isinstance(parameter.type, click.File | click.Path) else "x"


def called(command: click.Command, words: list[str], missing: str) -> list[str]:
    """A command with all that it cannot do without, each of which names nothing."""
    for parameter in command.params:
        if parameter.required:
            option = [parameter.opts[0]] if isinstance(parameter, click.Option) else []
            words = [*words, *option, answer_to(parameter, missing)]
    return words


def every_command(missing: str) -> list[list[str]]:
    return [called(*one, missing) for one in leaves(gather(planlop), [])]


def text_file(folder: Path) -> str:
    path = folder / "notes.sqlite"
    path.write_text("this is no database, but a page of notes\n" * 100, encoding="utf-8")
    return f"sqlite:///{path}"


PLACES = {
    "no_data_folder": lambda folder: {"PLANLOP_HOME": str(folder / "none" / "here")},
    "data_folder_is_a_file": lambda folder: {"PLANLOP_HOME": str(ROOT / "README.md")},
    "no_folder_of_the_database": lambda folder: {
        "PLANLOP_DATABASE_URL": f"sqlite:///{folder}/none/planlop.sqlite"
    },
    "a_folder_as_database": lambda folder: {"PLANLOP_DATABASE_URL": f"sqlite:///{folder}"},
    "a_text_as_database": lambda folder: {"PLANLOP_DATABASE_URL": text_file(folder)},
    "an_empty_database": lambda folder: {
        "PLANLOP_DATABASE_URL": f"sqlite:///{folder}/empty.sqlite"
    },
    "no_such_database_server": lambda folder: {
        "PLANLOP_DATABASE_URL": "postgresql://planlop@127.0.0.1:1/planlop"
    },
    "a_kind_of_database_that_is_not": lambda folder: {"PLANLOP_DATABASE_URL": "oraklet://x/y"},
    "no_address": lambda folder: {"PLANLOP_DATABASE_URL": "planlop"},
    "a_port_that_is_none": lambda folder: {"PLANLOP_PORT": "http"},
    "a_broker_that_is_none": lambda folder: {"PLANLOP_REDIS_URL": "planlop"},
    "no_registry": lambda folder: {"PLANLOP_MUNICIPALITIES": str(folder / "none.toml")},
    "a_registry_that_is_none": lambda folder: {"PLANLOP_MUNICIPALITIES": str(ROOT / "README.md")},
}


@pytest.mark.parametrize("place", PLACES)
def test_no_command_ends_in_a_traceback(place: str, tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    own = {"PLANLOP_HOME": str(home), "PATH": os.environ["PATH"], **PLACES[place](tmp_path)}
    # Each command meets a third of the places: what ends it is told in one place for all.
    some = every_command(str(tmp_path / "not" / "there"))[list(PLACES).index(place) % 3 :: 3]
    answers = alone(some, own)
    odd = [one for one in answers if one["code"] not in ENDED or not one["said"].strip()]
    assert odd == []


def test_the_sentence_is_in_json_too(tmp_path: Path) -> None:
    own = {
        "PLANLOP_DATABASE_URL": f"sqlite:///{tmp_path}/none/planlop.sqlite",
        "PATH": os.environ["PATH"],
    }
    [answer] = alone([["migrate", "--json"]], own)
    said = json.loads(answer["said"].splitlines()[0])
    assert (said["error"], answer["code"]) == ("database", 1)
    assert str(tmp_path) in said["text"]


@pytest.mark.parametrize("command", ["worker", "scheduler", "serve"])
def test_what_runs_on_does_not_begin_with_a_broker_that_is_none(
    command: str, tmp_path: Path
) -> None:
    own = {"PLANLOP_HOME": str(tmp_path), "PLANLOP_REDIS_URL": "planlop"}
    [answer] = alone([[command]], {**own, "PATH": os.environ["PATH"]})
    assert answer["code"] == 1 and "PLANLOP_REDIS_URL" in answer["said"]


def test_a_taken_port_is_told(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        own = {"PLANLOP_HOME": str(tmp_path), "PLANLOP_PORT": port, "PLANLOP_DEMO": "true"}
        done = subprocess.run(
            [Path(sys.executable).parent / "planlop", "serve"],
            env={**own, "PATH": os.environ["PATH"], "PLANLOP_CATCH_MAIL": "true"},
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
    assert done.returncode == 1 and "Traceback" not in done.stderr
    assert port in done.stderr and "PLANLOP_PORT" in done.stderr
