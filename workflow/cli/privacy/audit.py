"""The commands `verify`, `head` and `erase`: proving the record, and the one way words leave it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, TextIO

import click

from workflow.cli.base.answer import CommandError, json_option, print_answer
from workflow.cli.base.municipalities import all_option, refuse_failed, walk_municipalities

if TYPE_CHECKING:
    from workflow.settings import Settings


def register(group: click.Group) -> None:
    """Adds the commands to the group `planlop`."""
    group.add_command(verify)
    group.add_command(head)
    group.add_command(erase)


@click.command()
@click.argument("plan", required=False)
@click.option(
    "--head",
    "noted",
    type=click.File(encoding="utf-8"),
    help="A signed head that was kept elsewhere: what stands now must continue it.",
)
@all_option
@json_option
def verify(plan: str | None, noted: TextIO | None, every: bool) -> None:
    """Proves every chain and every row that one covers, or those of PLAN; exit code 1 where something is broken."""
    if plan and every:
        raise click.UsageError("PLAN stands in one municipality: take --all away")
    if noted and (plan or every):
        raise click.UsageError("A head is of one whole municipality: take PLAN and --all away")
    head = read_head(noted) if noted else None
    answer = walk_municipalities(
        every, "jobs", lambda code, settings: find_faults(code, settings, plan, head)
    )
    print_answer(answer, "\n".join(in_words(answer)))
    refuse_failed(answer)


def read_head(file: TextIO) -> dict[str, Any]:
    """What the file says. Raises CommandError for what is no head."""
    from workflow.acts.operations.nightly_head import HeadUnreadable, read_file

    try:
        return read_file(file.read())
    except HeadUnreadable as problem:
        words = f"{file.name} holds no head: give the line that was logged or mailed, as it is."
        raise CommandError(problem.code, words) from problem


def find_faults(
    code: str, settings: Settings, plan: str | None, noted: dict[str, Any] | None = None
) -> dict[str, Any]:
    """What is broken in one municipality, or in one plan of it, and since a head that was noted."""
    from sqlalchemy.orm import Session

    from workflow.acts.operations.nightly_head import find_unsigned, signing_key
    from workflow.cli.base.target import find_plan, open_database
    from workflow.record.history.signed_heads import find_breaks
    from workflow.record.history.verify import Fault
    from workflow.record.history.verify import verify as proven

    with open_database(settings) as engine:
        with Session(engine) as session:
            key = find_plan(session, plan).id if plan else None
        report = proven(engine, key)
        if noted:
            unsigned = find_unsigned(noted, signing_key(settings.head_key.get_secret_value(), code))
            with Session(engine) as session:
                breaks = [(unsigned, "")] if unsigned else find_breaks(session, noted["said"])
                report.broken += [Fault("", noted["said"]["seq"], *one) for one in breaks]
    return report.as_dict()


@click.command()
@json_option
def head() -> None:
    """Prints the last signed head on one line, to be kept where nobody here can change it."""
    from sqlalchemy.orm import Session

    from workflow.acts.operations.nightly_head import file_of
    from workflow.cli.base.target import open_database
    from workflow.record.history.signed_heads import last_head

    with open_database() as engine, Session(engine) as session:
        kept = last_head(session)
    if kept is None:
        words = "There is no head yet: a worker makes one each night. See that workers run."
        raise CommandError("no_head", words)
    print_answer({"head": file_of(kept)}, file_of(kept))


def in_words(answer: dict[str, Any]) -> Iterator[str]:
    """The report as lines; of several municipalities each begins with its code."""
    if "municipalities" in answer:
        for code, one in answer["municipalities"].items():
            yield from (f"{code}: {line}" for line in in_words(one))
        return
    if "error" in answer:
        yield answer["text"]
        return
    yield f"{answer['plans']} plans, {answer['events']} events, {answer['links']} links"
    broken = answer.get("broken", ())
    yield from (f"{b['plan']} {b['seq']} {b['what']} {b['about']}".rstrip() for b in broken)
    if answer.get("ok"):
        yield "ok"


@click.command()
@click.argument("plan")
@click.option("--reason", required=True, help="Why the words must go; kept for ever.")
@click.option("--basis", required=True, help="The rule it rests on, as a short code.")
@click.option("--asked-by", required=True, metavar="PARTY", help="Who asks for it.")
@click.option("--confirmed-by", required=True, metavar="PARTY", help="Another one who has seen it.")
@click.option("--dry-run", is_flag=True, help="Only count what would go.")
@json_option
def erase(
    plan: str, reason: str, basis: str, asked_by: str, confirmed_by: str, dry_run: bool
) -> None:
    """Erases what people wrote in PLAN, entered on the wrong person; codes, dates and chain stay."""
    from sqlalchemy.orm import Session

    from workflow.acts.privacy.erasure import count_words, erase_words
    from workflow.cli.base.refusals import explain_errors
    from workflow.cli.base.target import find_party, find_plan, open_database
    from workflow.rules.calendar.clock import utc_now

    with open_database() as engine, explain_errors():
        with Session(engine) as session:
            plan_row = find_plan(session, plan)
            asks = find_party(session, asked_by).id
            confirms = find_party(session, confirmed_by).id
            bodies = count_words(session, plan_row.id)
        if dry_run:
            print_answer({"plan": plan_row.number, "bodies": bodies, "erased": False})
            return
        receipt = erase_words(engine, plan_row.id, reason, basis, asks, confirms, utc_now())
    print_answer({"plan": plan_row.number, "bodies": bodies, "erased": True, "receipt": receipt})
