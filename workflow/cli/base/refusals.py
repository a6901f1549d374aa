"""The program's named errors as answers of a command, with sentence and exit code."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

from workflow.cli.base.answer import WRONG_USE, CommandError, LostRace
from workflow.cli.base.target import record_language

if TYPE_CHECKING:
    from workflow.rules.engine.denials import BadInput, Denial, PlanlopError


# The record's own sentences of these speak of a page and of what was typed there.
NOT_THERE = (
    "There is no such thing on a plan for you. `planlop show PLAN` has the ids of a plan's things."
)
LOST = (
    "Somebody changed it meanwhile, and nothing was done. `planlop show PLAN` has it as it is now, "
    "with its version: look, and take the step again."
)


class WrongUse(CommandError):
    """The command was given something it cannot read: exit code 2."""

    exit_code = WRONG_USE


def list_reasons(denials: Sequence[Denial]) -> list[dict[str, Any]]:
    """Each reason as scripts read it: code, text in the record's language, who can clear it."""
    from workflow.words.refusals.refusals import denial_text

    spoken = record_language()
    return [
        {
            "code": denial.code,
            "text": denial_text(denial, spoken),
            "who_can": list(denial.who_can),
            "clears": denial.clears,
        }
        for denial in denials
    ]


@contextmanager
def explain_errors() -> Iterator[None]:
    """Turns named errors of the block into answers; everything else goes through."""
    from workflow.rules.engine.denials import (
        AmbiguousStep,
        BadInput,
        NotThere,
        PlanlopError,
        PlanMoved,
        Refused,
        Stale,
        UnknownStep,
        WrongSubject,
    )

    try:
        yield
    except Refused as refused:
        raise refusal(refused.denials) from refused
    except (Stale, PlanMoved) as lost:
        raise LostRace(lost.code, LOST) from lost
    except BadInput as bad:
        raise wrong_fields(bad) from bad
    except UnknownStep as unknown:
        words = f"There is no step {unknown}. {suggest_names(unknown.near)}"
        raise WrongUse(unknown.code, words, {"near": list(unknown.near)}) from unknown
    except AmbiguousStep as several:
        words = f"Several steps have that verb; say which is meant: {', '.join(several.choices)}."
        raise WrongUse(several.code, words, {"choices": list(several.choices)}) from several
    except WrongSubject as other:
        raise WrongUse(other.code, f"{other} is a step of another kind of thing.") from other
    except NotThere as missing:
        raise CommandError(missing.code, NOT_THERE) from missing
    except PlanlopError as problem:
        raise CommandError(problem.code, sentence(problem)) from problem


def refusal(denials: Sequence[Denial]) -> CommandError:
    """A refused step: all reasons, one on each line."""
    told = list_reasons(denials)
    words = "\n".join(f"{one['code']}: {one['text']}" for one in told)
    return CommandError("refused", words, {"reasons": told})


def wrong_fields(bad: BadInput) -> CommandError:
    """Fields that cannot be accepted, each with its code and its sentence."""
    fields = [wrong_field(name, code, params) for name, code, params in bad.problems]
    return WrongUse(bad.code, in_words(fields), {"fields": fields})


def wrong_field(
    name: str, code: str, params: Mapping[str, object], message: str = ""
) -> dict[str, str]:
    """One field as scripts read it; its sentence is the one of a page, in the record's language."""
    from workflow.words.refusals.fields import field_error

    return {
        "field": name,
        "code": code,
        "text": field_error(code, params, record_language(), message),
    }


def in_words(fields: Sequence[Mapping[str, str]]) -> str:
    """Wrong fields for a terminal, one on each line."""
    return "\n".join(f"{one['field']}: {one['text']}" for one in fields)


def suggest_names(near: Sequence[str]) -> str:
    """What somebody who mistyped a step may have meant, or where all of them stand."""
    return f"Did you mean {' or '.join(near)}?" if near else "`planlop policy` lists all of them."


def sentence(problem: PlanlopError) -> str:
    """The sentence of a named error in the record's language; only those that speak of no page."""
    from workflow.words.refusals.refusals import DENIALS, error_text

    return error_text(problem, record_language()) if problem.code in DENIALS else str(problem)


def pairs_of(texts: Sequence[str]) -> list[tuple[str, str]]:
    """`name=value` as name and value. Raises click's UsageError."""
    made = [text.partition("=") for text in texts]
    odd = [text for text, (name, sign, _) in zip(texts, made, strict=True) if not (name and sign)]
    if odd:
        raise click.UsageError(f"--field wants name=value, not {odd[0]!r}")
    return [(name, value) for name, _, value in made]
