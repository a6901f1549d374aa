"""How commands answer: one JSON object on stdout with --json, words without it; progress on stderr."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import IO, Any, TypeVar

import click

Command = TypeVar("Command", bound=Callable[..., Any])

DONE, REFUSED, WRONG_USE, LOST_RACE = 0, 1, 2, 3


def json_option(command: Command) -> Command:
    """Gives a command the flag --json; say() and CommandError read it from the context."""
    return click.option(
        "--json",
        "as_json",
        is_flag=True,
        expose_value=False,
        callback=_remember,
        help="Answer JSON.",
    )(command)


def _remember(context: click.Context, _parameter: click.Parameter, value: bool) -> None:
    context.meta["planlop.json"] = value


def wants_json() -> bool:
    """Whether the running command was called with --json."""
    context = click.get_current_context(silent=True)
    return bool(context and context.meta.get("planlop.json"))


def print_answer(data: Mapping[str, Any], words: str | None = None) -> None:
    """Prints the answer: data as one JSON object with --json, else the words or `name: value` lines."""
    if wants_json():
        click.echo(json.dumps(data, ensure_ascii=False, default=str))
    else:
        click.echo(words if words is not None else "\n".join(terminal_lines(data)))


def terminal_lines(data: Mapping[str, Any]) -> Iterator[str]:
    """An answer as lines `name: value` for people; a list of things is a line for each of them."""
    for name, value in data.items():
        things = value if isinstance(value, list | tuple) else ()
        if any(isinstance(one, Mapping) for one in things):
            yield from (f"{name}: {terminal_words(one)}" for one in things)
        else:
            yield f"{name}: {terminal_words(value)}"


def terminal_words(value: Any) -> str:
    """One value for people: no sign of the language that the program is written in."""
    if value is None or isinstance(value, bool):
        return {None: "-", True: "yes", False: "no"}[value]
    if isinstance(value, Mapping):
        return " | ".join(f"{name} {terminal_words(one)}" for name, one in value.items())
    if isinstance(value, list | tuple | set | frozenset):
        return ", ".join(map(terminal_words, value)) or "-"
    return str(value)


def show_progress(words: str) -> None:
    """Tells on stderr how far the work has come."""
    click.echo(words, err=True)


class CommandError(click.ClickException):
    """A command that could not do what it was asked: exit code 1 and a sentence.

    code is the error's stable name; data are further fields of the JSON answer.
    """

    exit_code = REFUSED

    def __init__(self, code: str, words: str, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(words)
        self.answer = {"error": code, "text": words, **(data or {})}
        self.as_json = wants_json()

    def show(self, file: IO[Any] | None = None) -> None:
        """The sentence on stderr and, with --json, the error as one object on stdout."""
        if self.as_json:
            click.echo(json.dumps(self.answer, ensure_ascii=False, default=str))
        click.echo(self.format_message(), err=True)


class LostRace(CommandError):
    """Another change came first: exit code 3; nothing was written."""

    exit_code = LOST_RACE
