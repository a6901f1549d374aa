"""The command `doctor`: looks at settings, database, people, background work, broker and mail server."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from importlib.metadata import entry_points
from typing import TYPE_CHECKING

import click

from workflow.cli.base.answer import CommandError, json_option, print_answer
from workflow.cli.base.municipalities import all_option, each_municipality

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import Engine
    from sqlalchemy.orm import Session

    from workflow.acts.operations.status import OperationsState, Process
    from workflow.settings import Settings

CHECKS = "planlop.checks"  # each package may look at what only it knows: a function of the settings
PATIENCE = 3.0
HEAD_TOO_OLD = timedelta(days=2)  # one night may be missed by an outage
Found = tuple[str, bool, str]


def register(group: click.Group) -> None:
    """Adds the commands to the group `planlop`."""
    group.add_command(doctor)
    group.add_command(send_again)


@click.command()
@all_option
@json_option
def doctor(every: bool) -> None:
    """Looks at settings, database, people and background work; exit code 1 where something is wrong."""
    results = list(checks(every))
    wrong = [name for name, fine, _ in results if not fine]
    listed = [{"check": name, "ok": fine, "text": told} for name, fine, told in results]
    words = "\n".join(f"{'ok ' if fine else 'NOT'}  {name}: {told}" for name, fine, told in results)
    print_answer({"ok": not wrong, "checks": listed}, words)
    if wrong:
        raise SystemExit(1)


def checks(every: bool) -> Iterator[Found]:
    """Every check with its result; a municipality's later ones are left out where it has no database."""
    from workflow.settings import load_settings

    settings = load_settings()
    yield "settings", True, "production" if settings.production else "embedded or test"
    yield check_leaked_passwords(settings)
    for code, own in each_municipality(every):
        start = f"{code} " if code else ""
        yield from ((f"{start}{name}", fine, told) for name, fine, told in checks_of(code, own))
    for entry in sorted(entry_points(group=CHECKS), key=lambda point: point.name):
        yield entry.load()(settings)
    yield mail_server(settings)


def checks_of(code: str, settings: Settings) -> Iterator[Found]:
    """The checks of one municipality."""
    from sqlalchemy.exc import SQLAlchemyError

    from workflow.cli.base.target import open_database

    try:
        with open_database(settings, code) as engine:
            yield from database_checks(engine, code, settings)
    # One that cannot be reached must not hide how the others do.
    except (CommandError, SQLAlchemyError) as problem:
        yield "database", False, str(problem).splitlines()[0]


def check_leaked_passwords(settings: Settings) -> Found:
    """Whether the file of leaked passwords, if one is named, can be searched."""
    from workflow.acts.accounts import password_lists

    if not settings.breached_passwords:
        return "leaked passwords", True, "no file named; common passwords are refused all the same"
    try:
        password_lists.is_breached("", settings.breached_passwords)
    except password_lists.BreachedListUnreadable as problem:
        return "leaked passwords", False, str(problem)
    return "leaked passwords", True, settings.breached_passwords


def database_checks(engine: Engine, code: str, settings: Settings) -> Iterator[Found]:
    """The form of the database, who is in it, and how the background work goes."""
    from sqlalchemy import text
    from sqlalchemy.orm import Session

    from workflow.acts.operations.status import read_state
    from workflow.record.database.migrate import newest_migration
    from workflow.rules.calendar.clock import utc_now

    with Session(engine) as session:
        here = session.execute(text("SELECT version_num FROM alembic_version")).scalar()
        newest = newest_migration()
        yield "database", True, engine.dialect.name
        yield "migrations", here == newest, f"{here}, newest {newest}"
        yield from role_checks(session, code, settings)
        yield from key_checks(code)
        yield from people_checks(session)
        yield head_check(session, settings)
        janitor = min(60.0, settings.lease_seconds)
        snapshot = read_state(
            session, utc_now(), sweep_seconds=settings.sweep_seconds, janitor_seconds=janitor
        )
        yield from work_checks(snapshot)


def role_checks(session: Session, code: str, settings: Settings) -> Iterator[Found]:
    """Whether each role has its own grants and nobody else gets in; only production must have them."""
    from workflow.database_roles import roles_of
    from workflow.record.database.grants import find_grant_faults

    if session.get_bind().dialect.name == "postgresql":
        wrong = find_grant_faults(session.connection(), roles_of(code))
        told = "; ".join(wrong) or "each role has its own grants, and nobody else gets in"
        yield "roles of the database", not (wrong and settings.production), told


def head_check(session: Session, settings: Settings) -> Found:
    """Whether a head was noted since the night before last, and whether a key signs it."""
    from workflow.acts.operations.nightly_head import signing_key
    from workflow.record.history.signed_heads import last_head
    from workflow.rules.calendar.clock import utc_now

    kept = last_head(session)
    if kept is None:
        return "nightly head", True, "none yet: a worker makes the first one"
    signed = signing_key(settings.head_key.get_secret_value(), "") is not None
    told = kept["at"].isoformat() + ("" if signed else ", unsigned: give PLANLOP_HEAD_KEY_FILE")
    return "nightly head", utc_now() - kept["at"] < HEAD_TOO_OLD, told


def key_checks(code: str) -> Iterator[Found]:
    """Whether the key that signs is the one whose other half the registry gives to neighbours."""
    from workflow.acts.neighbours.keys import Keyring
    from workflow.registry import load_registry
    from workflow.settings import load_settings

    if not code:
        return
    here = load_registry(load_settings()).by_code(code)
    if not here.public_key:
        yield "hand-over", True, "no keys: plans are handed over to no other municipality"
        return
    same = Keyring.from_text(here.private_key()).public.text == here.public_key
    yield (
        "hand-over",
        same,
        "keys fit" if same else "private_key and public_key do not fit together",
    )


def people_checks(session: Session) -> Iterator[Found]:
    """The municipality has somebody who decides, coordinates and administers."""
    from sqlalchemy import select

    from workflow.record.access.role_holders import vacant_offices
    from workflow.record.models import MunicipalityRow
    from workflow.rules.calendar.clock import utc_now

    if session.execute(select(MunicipalityRow.number)).first() is None:
        yield "municipality", False, "none yet: run planlop setup"
        return
    missing = ", ".join(vacant_offices(session, utc_now()))
    yield "people", not missing, missing or "complete"


def work_checks(snapshot: OperationsState) -> Iterator[Found]:
    """Signs of life, lag, depth and what did not arrive; before the first start all of it is fine."""
    wrong = {problem.code for problem in snapshot.problems}
    never = "never" in wrong
    for part in snapshot.parts:
        yield (
            part.name,
            not part.late,
            "has not run yet" if part.last is None else ago(part.last, snapshot.now),
        )
    for kind, living in (("worker", snapshot.workers), ("scheduler", snapshot.schedulers)):
        yield f"{kind}s", never or f"no_{kind}" not in wrong, process_lines(living, snapshot.now)
    lag = snapshot.depth
    yield "deadlines", "steps_wait" not in wrong, waiting(lag.steps, lag.oldest_step, snapshot.now)
    told = ", ".join(f"{many} {name}" for name, many in sorted(lag.waiting.items())) or "none wait"
    oldest = f", oldest due {ago(lag.oldest_message, snapshot.now)}" if lag.oldest_message else ""
    yield "messages", "messages_wait" not in wrong, f"{told}{oldest}, {lag.sending} on their way"
    yield "failed messages", not snapshot.failed, str(snapshot.failed)
    yield "unknown messages", not snapshot.unknown, str(snapshot.unknown)
    yield "refused jobs", not snapshot.refused_jobs, refused_words(snapshot.refused_jobs)
    yield "nobody to tell", not snapshot.untold, f"{len(snapshot.untold)} steps"
    border = snapshot.border
    since = border.waiting_since
    told = f"{waiting(border.waiting, since, snapshot.now)}, {border.puzzling} not understood"
    if "between" in wrong and border.between_since is not None:
        told += f", a plan between two for {ago(border.between_since, snapshot.now)}"
    fine = not border.puzzling and not {"neighbour_waits", "between"} & wrong
    yield "messages to neighbours", fine, told


def refused_words(many: int) -> str:
    """How many jobs of the queue were none of ours, and what to do."""
    return f"{many}: a stranger writes to the queue; change its passwords" if many else "none"


def waiting(many: int, oldest: datetime | None, now: datetime) -> str:
    """How many wait, and since when."""
    return "none wait" if oldest is None else f"{many} wait, oldest due {ago(oldest, now)}"


def process_lines(processes: Sequence[Process], now: datetime) -> str:
    """Each process with its last sign of life."""
    return "; ".join(process_words(one, now) for one in processes) or "none heard"


def process_words(process: Process, now: datetime) -> str:
    """One process."""
    return f"{process.name} {'silent since' if process.silent else 'heard'} {ago(process.at, now)}"


def ago(when: datetime, now: datetime) -> str:
    """How long ago, in seconds."""
    return f"{(now - when).total_seconds():.0f} seconds ago"


def mail_server(settings: Settings) -> Found:
    """Whether the mail server takes connections; nothing is said to it."""
    import socket

    if not settings.production and not {"smtp_host", "smtp_port"} & settings.model_fields_set:
        return "mail server", True, "none is set; the embedded run catches its mails"
    place = f"{settings.smtp_host}:{settings.smtp_port}"
    try:
        socket.create_connection((settings.smtp_host, settings.smtp_port), PATIENCE).close()
    except OSError as problem:
        return "mail server", False, f"{place} does not answer: {type(problem).__name__}"
    return "mail server", True, place


@click.command("send-again")
@click.argument("delivery")
@click.option("--as", "who", default=None, metavar="PARTY", help="The administrator who asks.")
@json_option
def send_again(delivery: str, who: str | None) -> None:
    """Puts the message DELIVERY back in the queue: one that failed, or that may arrive twice."""
    from workflow.acts.delivery import resend as acts
    from workflow.cli.base.refusals import explain_errors
    from workflow.cli.base.target import find_actor, open_database
    from workflow.record.database.engine import unit_of_work
    from workflow.rules.calendar.clock import utc_now

    with open_database() as engine, explain_errors(), unit_of_work(engine) as session:
        refuse_unknown(session, delivery)
        actor = find_actor(session, who)
        done = any(
            work(session, actor, delivery, utc_now()) for work in (acts.retry, acts.send_again)
        )
    if not done:
        raise CommandError("not_stuck", "That message neither failed nor is unknown.")
    print_answer({"delivery": delivery, "state": "waiting"})


def refuse_unknown(session: Session, delivery: str) -> None:
    """Raises CommandError for a message that there is not."""
    from workflow.record.models import Delivery

    if session.get(Delivery, delivery) is None:
        raise CommandError("not_there", f"There is no message {delivery}.")
