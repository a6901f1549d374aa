"""Puts new notices in the queue, one row for each channel, at the hour they may go out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, cast

from sqlalchemy import (
    Connection,
    String,
    Table,
    and_,
    bindparam,
    case,
    insert,
    literal,
    or_,
    select,
)

from workflow.record.access.role_holders import STAFF, works_here
from workflow.record.database.portable_sql import fresh_id, id_prefix, insert_ignoring
from workflow.record.database.prepared import PreparedStatement
from workflow.record.deadlines.policies import policy_on
from workflow.record.in_force import has_account
from workflow.record.models import (
    DeadlinePolicy,
    Delivery,
    Notice,
    Party,
    Plan,
    Webhook,
    new_id,
)
from workflow.record.models.base import UtcDateTime
from workflow.rules.calendar.clock import oslo_date
from workflow.rules.deadlines.policy import STANDARD, Policy
from workflow.rules.notices.timing import (
    COORDINATOR,
    NONE,
    WEBHOOK,
    Hours,
    channel_of,
    first_try,
    next_digest,
)

NOTICE = cast(Table, Notice.__table__)
DELIVERY = cast(Table, Delivery.__table__)
PARTY = cast(Table, Party.__table__)
PLAN = cast(Table, Plan.__table__)
HOOK = cast(Table, Webhook.__table__)
POLICY = cast(Table, DeadlinePolicy.__table__)

COLUMNS = [
    "id",
    "notice_id",
    "recipient_id",
    "channel",
    "state",
    "reason",
    "attempts",
    "next_try_at",
    "claimed_by",
]
PREFIX = bindparam("b_prefix", type_=String)
NOW = bindparam("b_now", type_=UtcDateTime())
ADD = PreparedStatement(insert(DELIVERY), changes=True)

WORKERS = select(STAFF.c.party_id).where(works_here(STAFF, NOW)).distinct().subquery("workers")
# How a party wants to be told, in one text: few differ, whatever the number of people.
CHOICE = (
    PARTY.c.channel
    + "|"
    + PARTY.c.digest_at
    + "|"
    + PARTY.c.quiet_from
    + "|"
    + PARTY.c.quiet_until
    + "|"
    + case((PARTY.c.email != "", "e"), else_="")
    + "|"
    + case((PARTY.c.phone != "", "p"), else_="")
    + "|"
    + case((WORKERS.c.party_id.is_not(None), "w"), else_="")
)
IS_AT_WORK = WORKERS.c.party_id == PARTY.c.id


@dataclass(frozen=True, slots=True)
class DeliveryChoice:
    """How a party wants to be told, and what there is to reach them by; no words about anybody."""

    channel: str
    digest_at: str
    quiet_from: str
    quiet_until: str
    email: str
    phone: str
    at_work: str

    @classmethod
    def of(cls, text: str) -> DeliveryChoice:
        """As CHOICE writes it."""
        return cls(*text.split("|"))

    def way(self, policy: Policy, is_person: bool) -> str:
        """The channel of a notice under the municipality's policy."""
        return channel_of(
            self.channel, bool(self.email), bool(self.phone), is_person, policy.channels
        )

    def hours(self, policy: Policy, is_person: bool = False) -> Hours:
        """The digest and the quiet hours: one's own, else the municipality's.

        Who works here is told on working days, but of her own plan on any day.
        """
        at_work = bool(self.at_work) and not is_person
        standard = Hours(policy.digest_at, policy.quiet_from, policy.quiet_until, at_work)
        return standard.with_choice(self.digest_at, self.quiet_from, self.quiet_until)


OF_MOMENT = (
    and_(NOTICE.c.id >= PREFIX, NOTICE.c.id < PREFIX + literal("g")),
    NOTICE.c.created_at == NOW,
)
TOLD_BY = and_(PARTY.c.id == NOTICE.c.recipient_id, has_account(PARTY))
CHOICES_OF_MOMENT = (
    select(CHOICE)
    .select_from(PARTY.outerjoin(WORKERS, IS_AT_WORK))
    .distinct()
    .where(
        has_account(PARTY),
        PARTY.c.id.in_(select(NOTICE.c.recipient_id).where(*OF_MOMENT)),
    )
)
ASKED_FOR_REMINDERS = or_(
    PARTY.c.reminders,
    PLAN.c.id.is_(None),
    PLAN.c.person_id.is_(None),
    PLAN.c.person_id != NOTICE.c.recipient_id,
)
ACTIVE_HOOKS = select(HOOK.c.id).where(HOOK.c.ended_at.is_(None))
HOOK_ROWS = (
    select(
        fresh_id(PREFIX),
        NOTICE.c.id,
        NOTICE.c.recipient_id,
        literal(WEBHOOK),
        literal("waiting"),
        literal(""),
        literal(0),
        NOW,
        literal(""),
    )
    .join(PLAN, PLAN.c.id == NOTICE.c.plan_id)
    .where(*OF_MOMENT, ACTIVE_HOOKS.exists())
)
OF_EVENT = PreparedStatement(
    select(
        NOTICE.c.id,
        NOTICE.c.recipient_id,
        CHOICE.label("choice"),
        case((PLAN.c.person_id == NOTICE.c.recipient_id, 1), else_=0).label("is_person"),
        case((select(POLICY.c.id).exists(), 1), else_=0).label("has_policy"),
        case((and_(PLAN.c.id.is_not(None), ACTIVE_HOOKS.exists()), 1), else_=0).label("hook"),
    )
    .select_from(NOTICE)
    .join(PARTY, TOLD_BY)
    .outerjoin(WORKERS, IS_AT_WORK)
    .outerjoin(PLAN, PLAN.c.id == NOTICE.c.plan_id)
    .where(
        NOTICE.c.cause == bindparam("b_cause", type_=String),
    )
)


@dataclass(slots=True)
class Ways:
    """The parties of one sweep by what becomes of their notices; each text is a CHOICE.

    sent: (channel, instant) -> choices. silent: in the app only. told: the plan's person is told
    by the coordinator, anybody else with such a choice as `sent` or `silent` says.
    """

    sent: dict[tuple[str, datetime], list[str]]
    silent: list[str]
    told: list[str]


def queue_of_event(conn: Connection, code: str, cause: str, now: datetime) -> None:
    """Messages for the notices of one event, the person's own too: no act without hearing of it."""
    ids = {"b_cause": cause, "b_now": now}
    rows = OF_EVENT.all(conn, ids)
    own = rows and rows[0]["has_policy"]
    policy = policy_on(conn, None, oslo_date(now)) if own else STANDARD
    ADD.add(conn, [new for row in rows for new in _of_row(row, code, policy, now)])


def _of_row(
    row: Mapping[str, Any], code: str, policy: Policy, now: datetime
) -> list[dict[str, Any]]:
    """The deliveries of one notice: the reader's own, and the webhook's beside it."""
    choice = DeliveryChoice.of(row["choice"])
    way = choice.way(policy, bool(row["is_person"]))
    made = []
    if way != NONE:
        hours = choice.hours(policy, bool(row["is_person"]))
        at = now if way == COORDINATOR else first_try(code, now, hours)
        made.append(_new(row, way, at))
    if row["hook"]:
        made.append(_new(row, WEBHOOK, now))
    return made


def _new(row: Mapping[str, Any], way: str, at: datetime) -> dict[str, Any]:
    return {
        "id": new_id(),
        "notice_id": row["id"],
        "recipient_id": row["recipient_id"],
        "channel": way,
        "state": "waiting",
        "reason": "",
        "attempts": 0,
        "next_try_at": at,
        "claimed_by": "",
    }


def queue_of_moment(conn: Connection, now: datetime) -> None:
    """Messages for the notices that a sweep wrote at `now`, each in its reader's next digest.

    The plan's person gets them only with reminders on. Two statements over all of them, and one
    for webhooks where there is any: what is worked out in Python is the few different choices.
    """
    binds = {"b_now": now, "b_prefix": id_prefix(now)}
    ways = _ways(conn, conn.execute(CHOICES_OF_MOMENT, binds).scalars().all(), now)
    if ways.sent or ways.told:
        groups = sorted(ways.sent.items(), key=lambda one: len(one[1]))
        shape = (len(groups), bool(ways.silent), bool(ways.told))
        conn.execute(_statement(conn.dialect.name, *shape), {**binds, **_filled(ways, groups)})
    if conn.execute(ACTIVE_HOOKS.limit(1)).first() is not None:
        conn.execute(_hook_statement(conn.dialect.name), binds)


def _ways(conn: Connection, texts: Sequence[str], now: datetime) -> Ways:
    """Sorts the different choices of a sweep by channel and instant."""
    policy = policy_on(conn, None, oslo_date(now)) if texts else STANDARD
    ways = Ways(defaultdict(list), [], [])
    for text in texts:
        choice = DeliveryChoice.of(text)
        way = choice.way(policy, is_person=False)
        if way == NONE:
            ways.silent.append(text)
        else:
            ways.sent[way, next_digest(now, choice.hours(policy))].append(text)
        if choice.way(policy, is_person=True) == COORDINATOR:
            ways.told.append(text)
    return ways


def _filled(ways: Ways, groups: Sequence[tuple[tuple[str, datetime], list[str]]]) -> dict[str, Any]:
    """The binds of `_statement`: the largest group is the one that needs no comparing."""
    binds: dict[str, Any] = {"b_silent": ways.silent, "b_told": ways.told}
    for number, ((way, at), texts) in enumerate(groups):
        binds |= {f"b_way_{number}": way, f"b_try_{number}": at, f"b_choices_{number}": texts}
    return binds


def _listed(name: str) -> Any:
    return CHOICE.in_(bindparam(name, expanding=True))


def _chosen(groups: int, told: bool, name: str, of_told: Any, kind: Any) -> Any:
    """What each group gets, as CASE over the choice; nothing to compare where all choose alike."""
    values = [bindparam(f"b_{name}_{number}", type_=kind) for number in range(groups)]
    compared = [(_listed(f"b_choices_{n}"), value) for n, value in enumerate(values[:-1])]
    persons = and_(PLAN.c.person_id == NOTICE.c.recipient_id, _listed("b_told"))
    whens = [*([(persons, of_told)] if told else []), *compared]
    otherwise = values[-1] if values else of_told
    return case(*whens, else_=otherwise) if whens else otherwise


@lru_cache(maxsize=64)
def _statement(dialect: str, groups: int, silent: bool, told: bool) -> Any:
    """INSERT … SELECT of a sweep's deliveries, for so many different (channel, instant)."""
    way = _chosen(groups, told, "way", literal(COORDINATOR), String)
    at = _chosen(groups, told, "try", NOW, UtcDateTime())
    rows = (
        select(
            fresh_id(PREFIX),
            NOTICE.c.id,
            NOTICE.c.recipient_id,
            way,
            literal("waiting"),
            literal(""),
            literal(0),
            at,
            literal(""),
        )
        .join(PARTY, TOLD_BY)
        .outerjoin(WORKERS, IS_AT_WORK)
        .outerjoin(PLAN, PLAN.c.id == NOTICE.c.plan_id)
        .where(*OF_MOMENT, ASKED_FOR_REMINDERS)
    )
    if silent:
        person = and_(PLAN.c.person_id == NOTICE.c.recipient_id, _listed("b_told"))
        reached = ~_listed("b_silent")
        rows = rows.where(or_(reached, person) if told else reached)
    return insert_ignoring(dialect, DELIVERY, COLUMNS, rows)


@lru_cache(maxsize=2)
def _hook_statement(dialect: str) -> Any:
    return insert_ignoring(dialect, DELIVERY, COLUMNS, HOOK_ROWS)


def choice_of(conn: Connection, party_id: str, now: datetime) -> tuple[DeliveryChoice, Policy]:
    """How one party is told now, and the policy of their municipality."""
    choice = DeliveryChoice.of(
        conn.execute(
            select(CHOICE)
            .select_from(PARTY.outerjoin(WORKERS, IS_AT_WORK))
            .where(PARTY.c.id == party_id),
            {"b_now": now},
        ).scalar_one()
    )
    return choice, policy_on(conn, None, oslo_date(now))
