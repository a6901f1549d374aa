"""Which municipality a command works in: the one named before it, the only one, or each in turn."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, TypeVar

import click

from workflow.cli.base.answer import REFUSED, CommandError, show_progress

if TYPE_CHECKING:
    from workflow.registry import Municipality, Registry, Role
    from workflow.settings import Settings

Command = TypeVar("Command", bound=Callable[..., Any])


def all_option(command: Command) -> Command:
    """Gives a command the flag --all: every municipality of the installation, one after the other."""
    return click.option("--all", "every", is_flag=True, help="In every municipality in turn.")(
        command
    )


def settings_here(role: Role = "jobs") -> Settings:
    """The settings of the municipality that the command works in, for one of its roles.

    Raises CommandError where there are several and none is named, and SettingsRefused.
    """
    from workflow.registry import own_settings
    from workflow.settings import load_settings

    common = load_settings()
    return own_settings(common, municipality_here(common), role)


def municipality_here(common: Settings) -> Municipality:
    """The one named by `planlop --municipality`, else the only one. Raises CommandError."""
    from workflow.registry import MunicipalityNotChosen, UnknownMunicipality, pick_municipality

    try:
        return pick_municipality(_registry(common))
    except (MunicipalityNotChosen, UnknownMunicipality) as problem:
        raise CommandError("municipality", str(problem)) from problem


def each_municipality(every: bool, role: Role = "jobs") -> Iterator[tuple[str, Settings]]:
    """(code, settings) of each municipality with --all, else of the one; the code of a lone one is ""."""
    from workflow.registry import CHOSEN, own_settings
    from workflow.settings import load_settings

    common = load_settings()
    if every and CHOSEN.get():
        words = "--municipality names one, and --all means every one: leave out one of the two."
        raise CommandError("one_or_all", words)
    here = _registry(common).municipalities if every else (municipality_here(common),)
    for one in here:
        yield one.code, own_settings(common, one, role)


def walk_municipalities(
    every: bool, role: Role, work: Callable[[str, Settings], dict[str, Any]]
) -> dict[str, Any]:
    """What the work answers; with --all an answer for each municipality, with its seconds.

    Where one cannot be done the others are done all the same: `ok` is false then.
    """
    targets = list(each_municipality(every, role))
    if not every:
        return work(*targets[0])
    began, answers = time.perf_counter(), dict[str, dict[str, Any]]()
    for number, (code, settings) in enumerate(targets, start=1):
        answers[code] = _timed(code, settings, work)
        told = "done" if is_well(answers[code]) else answers[code].get("text", "not well")
        about = f"{number}/{len(targets)} {code}".strip()
        show_progress(f"{about}: {told}, {answers[code]['seconds']} s")
    return {
        "ok": all(is_well(one) for one in answers.values()),
        "municipalities": answers,
        "seconds": round(time.perf_counter() - began, 1),
    }


def in_lines(answer: dict[str, Any]) -> str | None:
    """The answers of many as a line each; None for one municipality's answer."""
    if "municipalities" not in answer:
        return None
    lines = [
        " ".join([f"{code}:", *(f"{name} {value}" for name, value in one.items())])
        for code, one in answer["municipalities"].items()
    ]
    return "\n".join([*lines, f"seconds: {answer['seconds']}"])


def is_well(answer: dict[str, Any]) -> bool:
    """Whether an answer says nothing of a fault."""
    return bool(answer.get("ok", "error" not in answer))


def refuse_failed(answer: dict[str, Any]) -> None:
    """Ends the command with exit code 1 where the answer says that something is not well."""
    if answer.get("ok") is False:
        raise SystemExit(REFUSED)


def _timed(
    code: str, settings: Settings, work: Callable[[str, Settings], dict[str, Any]]
) -> dict[str, Any]:
    began = time.perf_counter()
    try:
        answer = work(code, settings)
    except CommandError as problem:
        answer = dict(problem.answer)
    return {**answer, "seconds": round(time.perf_counter() - began, 2)}


def _registry(common: Settings) -> Registry:
    from workflow.registry import load_registry

    return load_registry(common)
