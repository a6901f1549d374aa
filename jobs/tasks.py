"""What a worker does when a job is asked for; each may run twice, and says what a crash leaves."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import Engine, NullPool, Table, func, select

from jobs.carriers import CHANNELS, deliver_on, open_channels
from jobs.municipalities import list_codes, municipality_of, registry_of, settings_of
from jobs.queue import CROSS, DELIVER, ring_workers
from workflow.acts.accounts import mail, throttle
from workflow.acts.crossing import answer
from workflow.acts.crossing.apply import apply_messages
from workflow.acts.deadlines.sweep import sweep
from workflow.acts.delivery import outbox
from workflow.acts.delivery.enqueue import DELIVERY
from workflow.acts.delivery.smtp import Post
from workflow.acts.neighbours import directory
from workflow.acts.neighbours.carrier import HereCourier, carry_messages
from workflow.acts.neighbours.keys import Keyring
from workflow.acts.notices import told_in_person
from workflow.acts.operations import nightly_head
from workflow.acts.operations.sweep_alarm import watch_sweeps
from workflow.acts.privacy import access_log_review
from workflow.record.database.engine import make_engine, refuse_other, unit_of_work
from workflow.record.database.portable_sql import upsert
from workflow.record.history import access_seals
from workflow.record.models import Heartbeat
from workflow.record.operations import heartbeats
from workflow.rules.calendar.clock import utc_now
from workflow.settings import Settings, load_settings

HEARTBEAT = cast(Table, Heartbeat.__table__)
TICKS_TOO_LATE = 2
SILENT_TOO_LONG = timedelta(hours=1)
BETWEEN_SEALS = timedelta(hours=1)


class NotAllDone(Exception):
    """Some municipalities could not be looked after; the message names each, and the kind of fault."""


@contextmanager
def open_engine(settings: Settings, code: str = "", keep: bool = False) -> Iterator[Engine]:
    """An engine for one job, with `keep` on one connection; nothing of it crosses a fork.

    code: whose record it must be.
    """
    pool = {} if keep else {"poolclass": NullPool}
    engine = make_engine(settings.database_url, **pool)
    refuse_other(engine, code)
    try:
        yield engine
    finally:
        engine.dispose()


def beat(engine: Engine, name: str, at: datetime, figures: Mapping[str, Any]) -> None:
    """Leaves word for `planlop doctor` of when a named part last did its work."""
    values = {"name": name, "at": at, "figures": json.dumps(figures)}
    with unit_of_work(engine) as session:
        session.execute(upsert(engine.dialect.name, HEARTBEAT, values, "name"))


def sweep_job(code: str = "") -> dict[str, Any]:
    """Sweeps what is due now. A crash leaves steps standing, which the next sweep takes up."""
    with open_engine(settings_of(code), code) as engine:
        result = sweep(engine, utc_now())
    return {**asdict(result), "at": result.at.isoformat()}


def deliver_job(code: str = "") -> dict[str, Any]:
    """Sends batches on every channel for ten seconds at most and asks for another job while more wait.

    A crash leaves claimed rows, which are free again after the lease, and the messages marked
    together in `sending`, which the janitor calls unknown; see `deliver_by` for how many.
    """
    settings = settings_of(code)
    with open_engine(settings, code, keep=True) as engine:
        now = utc_now()
        with unit_of_work(engine) as session:
            mail.queue(session.connection(), now)
        with open_channels(settings) as channels:
            result = deliver_on(engine, channels, settings)
        beat(engine, "delivery", now, asdict(result))
        if result.mails and _waits_since(engine, utc_now()):
            ring_workers(settings.redis_url, DELIVER, code)
    return asdict(result)


def _waits_since(engine: Engine, before: datetime) -> bool:
    """Whether a message that a worker can send, and nobody holds, has been due since `before`."""
    query = select(DELIVERY.c.id).where(
        DELIVERY.c.state == "waiting",
        DELIVERY.c.channel.in_(CHANNELS),
        DELIVERY.c.next_try_at <= before,
        DELIVERY.c.claimed_at.is_(None),
    )
    with unit_of_work(engine) as session:
        return session.execute(query.limit(1)).first() is not None


def janitor_job(code: str = "") -> dict[str, Any]:
    """Calls mails unknown whose worker died, and rings for mails that waited too long.

    Forgets workers and schedulers that have been silent for long, looks whether anybody sweeps,
    takes out what a coordinator need not say any more, and forgets failed sign-ins after a day.

    A crash leaves them for the next janitor.
    """
    settings = settings_of(code)
    with open_engine(settings, code) as engine:
        now = utc_now()
        with unit_of_work(engine) as session:
            before = now - timedelta(seconds=settings.lease_seconds)
            unknown = outbox.give_up_waiting(session.connection(), before, now)
            heartbeats.forget_silent(session.connection(), now - SILENT_TOO_LONG)
            watch_sweeps(session.connection(), now)
            told_in_person.drop_untrue(session.connection(), now)
            throttle.sweep(session.connection(), now)
        late = now - timedelta(seconds=settings.sweep_seconds * TICKS_TOO_LATE)
        rung = _waits_since(engine, late) and ring_workers(settings.redis_url, DELIVER, code)
        figures = {"unknown": unknown, "rung": rung}
        beat(engine, "janitor", now, figures)
    return figures


def cross_job(code: str = "") -> dict[str, Any]:
    """Carries what this municipality says to its neighbours, acts on what they have said, and reminds.

    Nothing where it is alone or has no keys. A crash leaves messages waiting on either side; each is
    carried again and applied once.
    """
    private = municipality_of(code).private_key() if code else ""
    settings, now = settings_of(code), utc_now()
    known = registry_of(load_settings()).municipalities if private else ()
    with open_engine(settings, code) as engine:
        with unit_of_work(engine) as session:
            directory.sync(session, known, now)
        if not private:
            return {"keys": False}
        keyring = Keyring.from_text(private)
        applied = apply_messages(engine, keyring, now)
        with engines_of_neighbours() as engines:
            carried = carry_messages(engine, HereCourier(engines), keyring, now)
        with unit_of_work(engine) as session:
            answer.remind(session, now)
            answer.forget_silent(session, now)
        figures = {**asdict(applied), "carried": carried.delivered, "failed": carried.failed}
        beat(engine, "cross", now, figures)
    for other in sorted(carried.to):
        ring_workers(settings.redis_url, CROSS, other)
    return figures


@contextmanager
def engines_of_neighbours() -> Iterator[Callable[[str], Engine]]:
    """Engines of the neighbours' databases, each opened when something goes there."""
    with ExitStack() as stack:

        def engine_of(code: str) -> Engine:
            return stack.enter_context(open_engine(settings_of(code), code))

        yield engine_of


def seal_access_job(code: str = "") -> dict[str, Any]:
    """Seals every closed hour of access rows; a crash leaves whole hours for the next run."""
    with open_engine(settings_of(code), code) as engine:
        now = utc_now()
        with unit_of_work(engine) as session:
            sealed = access_seals.seal(session.connection(), now)
        beat(engine, "seal_access", now, {"sealed": sealed})
    return {"sealed": sealed}


def note_head_job(code: str = "") -> dict[str, Any]:
    """Makes this night's signed head where there is none, and mails what has not gone out.

    A crash leaves a head that is mailed the next hour, at worst once more.
    """
    settings = settings_of(code)
    key = nightly_head.signing_key(settings.head_key.get_secret_value(), code)
    with open_engine(settings, code) as engine:
        now = utc_now()
        with unit_of_work(engine) as session:
            made = nightly_head.note_due(session, key, now) is not None
        with Post(settings, settings.smtp_password.get_secret_value()) as post:
            to = settings.heads_to.split()
            mailed = nightly_head.mail_waiting(engine, post, to, now)
        beat(engine, "note_head", now, {"made": made, "mailed": mailed})
    return {"made": made, "mailed": mailed}


def review_log_job(code: str = "") -> dict[str, Any]:
    """Makes last month's log review where there is none; a crash leaves whole reviews for the next run."""
    with open_engine(settings_of(code), code) as engine:
        now = utc_now()
        made = access_log_review.make_due(engine, now)
        beat(engine, "review_log", now, {"made": made})
    return {"made": made}


def look_after(nobody_since: datetime | None) -> bool:
    """What a worker does by itself, without the broker, for each municipality in turn.

    Whatever is wrong with one, the others are looked after: it is written to the log and told at the
    end. Raises NotAllDone.
    """
    done, undone = False, []
    for code in list_codes(load_settings()):
        try:
            done = look_after_one(code, nobody_since) or done
        except Exception as problem:  # noqa: BLE001 - one municipality's fault stays its own
            # Its kind alone: a fault's own words may repeat what somebody wrote.
            undone.append(f"{code} {type(problem).__name__}".strip())
    if undone:
        raise NotAllDone(", ".join(undone))
    return done


def look_after_one(code: str, nobody_since: datetime | None) -> bool:
    """Sweep, janitor, one batch of mails, the seal.

    With a moment given it does so only when sweep or delivery has not run since; whether it did.
    """
    if nobody_since is not None and _all_ran_since(code, nobody_since, "sweep", "delivery"):
        return False
    for job in (sweep_job, janitor_job, deliver_job, cross_job):
        job(code)
    if not _all_ran_since(code, utc_now() - BETWEEN_SEALS, "seal_access"):
        seal_access_job(code)
        note_head_job(code)
        review_log_job(code)
    return True


def _all_ran_since(code: str, moment: datetime, *names: str) -> bool:
    """Whether each of these parts of a municipality has run since a moment."""
    query = select(func.count()).where(HEARTBEAT.c.name.in_(names), HEARTBEAT.c.at >= moment)
    with open_engine(settings_of(code), code) as engine, unit_of_work(engine) as session:
        return session.execute(query).scalar_one() == len(names)
