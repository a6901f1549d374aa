"""The monthly review of who has looked: findings made once a month, explained or followed up by a human."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, func, select, update
from sqlalchemy.orm import Session

from workflow.acts.base.form_fields import Form, Text, ask
from workflow.acts.notices import inbox
from workflow.acts.privacy.emergency_report import first_day, month_bounds
from workflow.record.access import access_log_month, emergencies
from workflow.record.access.access_log_month import Pair
from workflow.record.access.disinterest import require_others_work
from workflow.record.access.open_plan import Actor
from workflow.record.database.engine import unit_of_work
from workflow.record.database.portable_sql import one_at_a_time
from workflow.record.deadlines.policies import read_calendar
from workflow.record.history.municipal_chain import change_rows, insert_rows
from workflow.record.models import LogFinding, LogReview, new_id
from workflow.rules.calendar.clock import oslo_date
from workflow.rules.calendar.workdays import add_months
from workflow.rules.engine.denials import BadInput, NotThere
from workflow.rules.privacy import access_log_rules as rules
from workflow.words.labels.access_log_review import OUTCOMES
from workflow.words.text.translatable import N_

Finding = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Month:
    """A month, half-open, and what its looks are measured against."""

    since: datetime
    until: datetime
    before: datetime
    closing: frozenset[Any]


def last_month(now: datetime) -> str:
    """The calendar month before the Norwegian day of `now`, as YYYY-MM."""
    return f"{add_months(oslo_date(now).replace(day=1), -1):%Y-%m}"


def make_due(engine: Engine, now: datetime) -> int:
    """Makes last month's review where it is not made; how many. Safe twice and from two machines.

    One transaction: a crash leaves a whole review or none.
    """
    with unit_of_work(engine) as session:
        return int(make(session, last_month(now), now) is not None)


def make(session: Session, month: str, now: datetime) -> str | None:
    """Writes the review of a month that is over, with its findings; None where it is made already.

    A month without a single look needs no human. Raises ValueError for a month that is not over.
    """
    conn = session.connection()
    since, until = month_bounds(month)
    if until > now:
        raise ValueError(month)
    # Two schedulers would both find none, and the second one fail on the first one's month.
    one_at_a_time(conn, f"log_review:{month}")
    if of_month(session, month) is not None:
        return None
    looks = access_log_month.count_rows(conn, since, until)
    key = new_id()
    insert_rows(
        session,
        LogReview,
        {
            "id": key,
            "month": month,
            "looks": looks,
            "made_at": now,
            "finished_at": None if looks else now,
        },
    )
    if looks:
        _find(conn, key, _measured(conn, month), now)
        officers = emergencies.overseers(conn, now)
        inbox.notify_of_staff(conn, f"l:{key}", "log_review", officers, "", now)
    return key


def _measured(conn: Connection, month: str) -> Month:
    since, until = month_bounds(month)
    before = f"{add_months(first_day(month), -rules.USUAL_MONTHS):%Y-%m}"
    closing = read_calendar(conn).closing
    return Month(since, until, month_bounds(before)[0], closing)


def _find(conn: Connection, review_id: str, month: Month, now: datetime) -> None:
    """Writes every finding of the month."""
    seen = access_log_month.pairs(conn, month.since, month.until)
    findings = [
        *_in_emergency(conn, month),
        *_close_to_home(conn, seen, access_log_month.roles(conn, now)),
        *_at_odd_hours(conn, month),
        *_many(seen, access_log_month.roles(conn, now)),
    ]
    blank = {
        "review_id": review_id,
        "plan_id": None,
        "outcome": "",
        "answer": "",
        "answered_at": None,
        "answered_by": None,
    }
    insert_rows(conn, LogFinding, [{**blank, "id": new_id(), **one} for one in findings])


def _in_emergency(conn: Connection, month: Month) -> Iterator[Finding]:
    """Each emergency access; what is followed up already is answered here too."""
    rows = emergencies.between(conn, month.since, month.until)
    for row in rows:
        done = {"justified": "explained", "unjustified": "followed_up"}.get(row.outcome, "")
        yield {
            "kind": rules.BREAK_GLASS,
            "party_id": row.party_id,
            "plan_id": row.plan_id,
            "looks": row.looks,
            "first_at": row.opened_at,
            "last_at": min(row.ended_at or row.until_at, row.until_at),
            "outcome": done,
            "answer": row.answer if done else "",
            "answered_at": row.reviewed_at if done else None,
        }


def _close_to_home(
    conn: Connection, seen: Sequence[Pair], works_here: Mapping[str, list[str]]
) -> Iterator[Finding]:
    """A neighbour, a namesake or a colleague: who looked, at which plan, how often."""
    near = access_log_month.neighbours(conn)
    for pair in seen:
        if pair.person_id is None or pair.person_id == pair.party_id:
            continue
        if (pair.party_id, pair.person_id) in near:
            yield _of(rules.SAME_ADDRESS, pair)
        if rules.same_surname(pair.reader, pair.person):
            yield _of(rules.SAME_SURNAME, pair)
        if pair.person_id in works_here:
            yield _of(rules.COLLEAGUE, pair)


def _of(kind: str, pair: Pair) -> Finding:
    return {
        "kind": kind,
        "party_id": pair.party_id,
        "plan_id": pair.plan_id,
        "looks": pair.looks,
        "first_at": pair.first_at,
        "last_at": pair.last_at,
    }


def _at_odd_hours(conn: Connection, month: Month) -> Iterator[Finding]:
    """One finding for each reader with looks at hours unusual for her."""
    hours = access_log_month.hours(conn, month.since, month.until, month.closing)
    usual = access_log_month.usual_hours(conn, month.before, month.since, month.closing)
    for party, looks in sorted(hours.items()):
        odd = rules.unusual([(at, hour) for at, hour, _ in looks], usual[party])
        if not odd:
            continue
        plans = {plan for at, _, plan in looks if at in set(odd)}
        yield {
            "kind": rules.ODD_HOURS,
            "party_id": party,
            "looks": len(odd),
            "first_at": odd[0],
            "last_at": odd[-1],
            "plan_id": plans.pop() if len(plans) == 1 else None,
        }


def _many(seen: Sequence[Pair], roles: Mapping[str, list[str]]) -> Iterator[Finding]:
    """One finding for each reader of far more plans than others; looks counts the plans."""
    plans: dict[str, list[Pair]] = {}
    for pair in seen:
        plans.setdefault(pair.party_id, []).append(pair)
    numbers = {party: len(opened) for party, opened in plans.items()}
    many = rules.many_plans(numbers, roles)
    for party, number in many.items():
        yield {
            "kind": rules.MANY_PLANS,
            "party_id": party,
            "looks": number,
            "first_at": min(pair.first_at for pair in plans[party]),
            "last_at": max(pair.last_at for pair in plans[party]),
        }


def of_month(session: Session, month: str) -> LogReview | None:
    """The review of a month, where it is made."""
    return session.scalars(select(LogReview).where(LogReview.month == month)).first()


def unfinished_reviews(session: Session) -> Sequence[LogReview]:
    """Reviews that wait for a human, the oldest first."""
    return session.scalars(
        select(LogReview).where(LogReview.finished_at.is_(None)).order_by(LogReview.month)
    ).all()


def is_late(review: LogReview, now: datetime) -> bool:
    """Whether a review has waited for more than 14 calendar days."""
    return review.finished_at is None and now - review.made_at > rules.REVIEWED_WITHIN


class FindingAnswer(Form):
    """What a human found out about one finding."""

    outcome: str = ask(N_("Hva viste det seg å være?"), "choice", choices=tuple(OUTCOMES.items()))
    answer: Text = ask(N_("Hva fant du ut, og hva er gjort?"), "textarea")


def _officer(session: Session, actor: Actor, key: str, now: datetime) -> None:
    """Only a privacy officer answers. Raises NotThere."""
    if actor.party_id not in emergencies.overseers(session, now):
        raise NotThere(key)


def answer(
    session: Session, actor: Actor, finding_id: str, form: FindingAnswer, now: datetime
) -> None:
    """Explains a finding, or says how it was followed up; may be written anew until the month is finished.

    Whoever it is about does not explain it. Raises NotThere, BadInput, Refused.
    """
    _officer(session, actor, finding_id, now)
    about = session.execute(select(LogFinding.party_id).where(LogFinding.id == finding_id)).scalar()
    require_others_work(session, actor, about, now)
    if not form.answer:
        raise BadInput([("answer", "missing", {})])
    still_open = select(LogReview.id).where(LogReview.finished_at.is_(None))
    mine = update(LogFinding).where(
        LogFinding.id == finding_id,
        LogFinding.review_id.in_(still_open),
    )
    said = {"outcome": form.outcome, "answer": form.answer}
    by = {"answered_at": now, "answered_by": actor.party_id}
    if not change_rows(session, mine.values(**said, **by)):
        raise NotThere(finding_id)


def finish(session: Session, actor: Actor, month: str, now: datetime) -> None:
    """Closes a month whose every finding has its answer. Raises NotThere, BadInput."""
    _officer(session, actor, month, now)
    review = of_month(session, month)
    if review is None:
        raise NotThere(month)
    if count_left(session, review.id):
        raise BadInput([("", "findings_left", {})])
    unfinished = update(LogReview).where(LogReview.id == review.id, LogReview.finished_at.is_(None))
    change_rows(session, unfinished.values(finished_at=now, finished_by=actor.party_id))


def count_left(session: Session, review_id: str) -> int:
    """How many findings of a review have no answer yet."""
    open_ones = select(func.count()).where(
        LogFinding.review_id == review_id, LogFinding.outcome == ""
    )
    return int(session.execute(open_ones).scalar_one())


def by_kind(session: Session, review_id: str) -> dict[str, int]:
    """How many findings of each kind; figures only."""
    rows = session.execute(
        select(LogFinding.kind, func.count())
        .where(LogFinding.review_id == review_id)
        .group_by(LogFinding.kind)
    )
    return {kind: int(number) for kind, number in rows}


def leaders(session: Session, now: datetime) -> list[str]:
    """Who leads the privacy officer, and so hears of a review that is late."""
    return emergencies.overseers(session, now, leaders=True)
