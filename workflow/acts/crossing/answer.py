"""The receiver's own answer to another municipality: a yes binds and names who will coordinate; it starts nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from workflow.acts.base.form_fields import Form, Id, Line, Text, ask
from workflow.acts.crossing.begin import HomeComing, find_home_comer
from workflow.acts.crossing.talk import (
    change_crossing,
    notify_coordinating_unit,
    readers_of,
    who_answers,
)
from workflow.acts.neighbours import outbox
from workflow.acts.neighbours.ask import CROSSING
from workflow.acts.neighbours.messages import (
    AcceptanceMessage,
    PlanSummary,
    ReceiptMessage,
    RefusalMessage,
    SummaryGone,
    TakeOver,
    TurnDown,
)
from workflow.acts.people.register import (
    LookAlike,
    NewParty,
    check_national_id,
    digest_national_id,
    find_by_national_id,
    fits_birthday,
    look_alikes,
)
from workflow.record.access.open_plan import Actor, write_trace
from workflow.record.access.role_holders import holds_any
from workflow.record.history.municipal_chain import change_rows
from workflow.record.models import Party, Plan, Unit
from workflow.rules.crossing.hand_over import ACCEPTED, LAPSED, OFFERED, RECEIVER, REFUSED
from workflow.rules.engine.denials import BadInput, Denial, NotThere, Refused, Stale
from workflow.words.text.translatable import N_

READ = "read_summary"
SILENT_AFTER = timedelta(days=30)  # past its end, and no word: the summary is not kept any longer
REMIND_EVERY = timedelta(days=7)
HAS_ID = (("yes", N_("Ja, jeg skriver det nå")), ("no", N_("Nei, personen har ikke noe")))
OLD = (("yes", N_("Ja")), ("no", N_("Nei, vi behandler saken på nytt")))


class TakeOverForm(Form):
    """Yes: who coordinates, which office, who the person is, and whether the old decision is built on."""

    coordinator_id: Id | None = ask(N_("Hvem blir koordinator hos dere?"), "staff", None)
    said_yes: bool = ask(N_("Den som blir koordinator, har sagt ja"), "check", False)
    unit_id: Id | None = ask(N_("Hvilket kontor får saken?"), "unit", None)
    has_id: str = ask(N_("Har personen fødselsnummer?"), "choice", "", choices=HAS_ID)
    national_id: Line = ask(
        N_("Fødselsnummer"),
        "line",
        "",
        help=N_("Spør personen. Vi lagrer ikke selve nummeret."),
    )
    rests_on_old: str = ask(N_("Bygger dere på det gamle vedtaket?"), "choice", "", choices=OLD)


class TurnDownForm(Form):
    """No: why, and where somebody comes home, that they do not live here."""

    reason: Text = ask(N_("Hvorfor kan dere ikke ta over?"), "textarea", "")
    residence_disputed: bool = ask(N_("Personen bor ikke i vår kommune"), "check", False)


@dataclass(frozen=True, slots=True)
class CrossingQuestion:
    """A question from another municipality, or from here to one, as a list shows it; no name in it."""

    id: str
    neighbour_code: str
    state: str
    offered_at: datetime | None
    expires_at: datetime | None
    plan_id: str | None


def waiting(session: Session, actor: Actor, now: datetime) -> Sequence[CrossingQuestion]:
    """What other municipalities have asked and waits for an answer or for their release, oldest first."""
    if actor.party_id not in who_answers(session, now):
        return ()
    query = (
        select(
            CROSSING.c.id,
            CROSSING.c.neighbour_code,
            CROSSING.c.state,
            CROSSING.c.offered_at,
            CROSSING.c.expires_at,
            CROSSING.c.plan_id,
        )
        .where(CROSSING.c.side == RECEIVER, CROSSING.c.state.in_((OFFERED, ACCEPTED)))
        .order_by(CROSSING.c.offered_at, CROSSING.c.id)
    )
    return [CrossingQuestion(*row) for row in session.execute(query)]


def find(session: Session, actor: Actor, crossing_id: str, now: datetime) -> dict[str, Any]:
    """A question of ours to answer. Raises NotThere for anybody but the coordinating unit."""
    # Before the question is looked for: to everybody else there and not there are alike.
    if actor.party_id not in who_answers(session, now) or "\x00" in crossing_id:
        raise NotThere(crossing_id)
    query = select(CROSSING).where(CROSSING.c.id == crossing_id, CROSSING.c.side == RECEIVER)
    crossing = session.execute(query).mappings().first()
    if crossing is None:
        raise NotThere(crossing_id)
    return dict(crossing)


def read_summary(
    session: Session, actor: Actor, crossing_id: str, now: datetime
) -> tuple[dict[str, Any], PlanSummary | None]:
    """The question and its summary, None once it is deleted; the trace is written before it is shown."""
    crossing = find(session, actor, crossing_id, now)
    if not crossing["summary"]:
        return crossing, None
    write_trace(session, actor, READ, "receiver", now, crossing_id=crossing_id)
    return crossing, PlanSummary.model_validate_json(crossing["summary"])


def alike(session: Session, summary: PlanSummary) -> Sequence[LookAlike]:
    """Who in our register may be the same: to be merged by a human who knows, joined to nobody here."""
    return look_alikes(session, NewParty(name=summary.name, born_on=summary.born_on))


def whose_it_was(session: Session, crossing: Mapping[str, Any], digest: str = "") -> str | None:
    """The person here whose plan it was before it left to the one that asks; None for any other."""
    if not crossing["summary"]:
        return None
    summary = PlanSummary.model_validate_json(crossing["summary"])
    home = HomeComing(summary.follows, summary.name, summary.born_on, digest)
    return find_home_comer(session, home, crossing["neighbour_code"])


def accept(
    session: Session,
    actor: Actor,
    crossing_id: str,
    form: TakeOverForm,
    key: str,
    now: datetime,
    synthetic_only: bool = True,
) -> None:
    """Says yes: binds this municipality from now on; the plan runs here from the sender's release.

    key: of the digests of national ids. Raises BadInput, NotThere, Refused, Stale.
    """
    crossing = find(session, actor, crossing_id, now)
    digest = _checked(session, crossing, form, key, now, synthetic_only)
    coordinator = session.get_one(Party, form.coordinator_id)
    unit = session.get_one(Unit, form.unit_id)
    _refuse_second(
        session, find_by_national_id(session, digest) or whose_it_was(session, crossing, digest)
    )
    said = {
        "state": ACCEPTED,
        "answered_at": now,
        "answered_by": actor.party_id,
        "coordinator_id": coordinator.id,
        "said_yes": form.said_yes,
        "coordinator_name": coordinator.name,
        "coordinator_phone": coordinator.phone,
        "unit_id": unit.id,
        "unit_name": unit.name,
        "national_id_hmac": digest,
        "no_national_id": not digest,
        "rests_on_old": form.rests_on_old == "yes",
    }
    _swap(session, crossing, **said)
    body = TakeOver(
        coordinator=coordinator.name,
        phone=coordinator.phone,
        unit=unit.name,
        rests_on_old=form.rests_on_old == "yes",
        readers=readers_of(session, crossing_id),
    )
    conn = session.connection()
    envelope = outbox.envelope(conn, crossing_id, crossing["neighbour_code"], now)
    outbox.put(conn, AcceptanceMessage(**envelope, body=body), now)


def _checked(
    session: Session,
    crossing: Mapping[str, Any],
    form: TakeOverForm,
    key: str,
    now: datetime,
    synthetic_only: bool,
) -> str:
    """The digest of the national id that was typed; '' for somebody who has none. Raises BadInput."""
    wrong: list[tuple[str, str, dict[str, object]]] = [
        (name, "choice_missing", {})
        for name in ("coordinator_id", "unit_id", "has_id", "rests_on_old")
        if not getattr(form, name)
    ]
    wrong += [] if form.said_yes else [("said_yes", "coordinator_not_asked", {})]
    if form.has_id == "yes" and not form.national_id:
        wrong.append(("national_id", "missing", {}))
    if wrong:
        raise BadInput(wrong)
    _refuse_stranger(session, form, now)
    number = check_national_id(form.national_id, synthetic_only) if form.has_id == "yes" else ""
    summary = PlanSummary.model_validate_json(crossing["summary"]) if crossing["summary"] else None
    if number and summary and not fits_birthday(number, summary.born_on):
        raise BadInput([("national_id", "other_birthday", {})])
    return digest_national_id(key, number) if number else ""


def _refuse_stranger(session: Session, form: TakeOverForm, now: datetime) -> None:
    """The coordinator works here, and the office is one of ours. Raises BadInput."""
    if not holds_any(session, form.coordinator_id, now):
        raise BadInput([("coordinator_id", "unknown_party", {})])
    if session.get(Unit, form.unit_id) is None:
        raise BadInput([("unit_id", "unknown_unit", {})])


def _refuse_second(session: Session, person_id: str | None) -> None:
    """One open plan per person, whatever law: who has one here keeps that one. Raises Refused."""
    query = select(func.count()).where(
        Plan.person_id == person_id, Plan.state != "closed", Plan.shadow == 0
    )
    if person_id is not None and session.execute(query).scalar_one():
        raise Refused([Denial("second_open_plan", {}, ("coordinating_unit",))])


def refuse(
    session: Session, actor: Actor, crossing_id: str, form: TurnDownForm, now: datetime
) -> None:
    """Says no; the summary is deleted here at once. Raises BadInput, NotThere, Refused, Stale."""
    crossing = find(session, actor, crossing_id, now)
    if not form.reason:
        raise BadInput([("reason", "missing", {})])
    summary = PlanSummary.model_validate_json(crossing["summary"]) if crossing["summary"] else None
    if summary and summary.discharge_on and not form.residence_disputed:
        raise Refused([Denial("discharge_stands", {}, ("coordinating_unit",))])
    _swap(
        session,
        crossing,
        state=REFUSED,
        answered_at=now,
        answered_by=actor.party_id,
        ended_at=now,
        residence_disputed=form.residence_disputed,
        summary="",
        reason=form.reason,
    )
    body = TurnDown(
        reason=form.reason,
        residence_disputed=form.residence_disputed,
        readers=readers_of(session, crossing_id),
    )
    conn = session.connection()
    envelope = outbox.envelope(conn, crossing_id, crossing["neighbour_code"], now)
    outbox.put(conn, RefusalMessage(**envelope, body=body), now)


def _swap(session: Session, crossing: dict[str, Any], **values: Any) -> None:
    """Answers once: of two answers at the same moment one wins. Raises Stale."""
    still = (CROSSING.c.id == crossing["id"], CROSSING.c.state == OFFERED)
    change = update(CROSSING).where(*still).values(version=CROSSING.c.version + 1, **values)
    if not change_rows(session, change):
        raise Stale(crossing["id"])


def remind(session: Session, now: datetime) -> int:
    """Who must answer hears once a week while a question waits; how many questions it was."""
    due = select(CROSSING.c.id, CROSSING.c.reminded_at, CROSSING.c.offered_at).where(
        CROSSING.c.side == RECEIVER, CROSSING.c.state == OFFERED, CROSSING.c.expires_at > now
    )
    told = 0
    for row in session.execute(due).all():
        if now - (row.reminded_at or row.offered_at) < REMIND_EVERY:
            continue
        change_crossing(session, row.id, reminded_at=now)
        notify_coordinating_unit(session, row.id, "X.waits", now, round_=f"{now:%G-%V}")
        told += 1
    return told


def forget_silent(session: Session, now: datetime) -> int:
    """A sender that fell silent long after its question's end: the summary is deleted all the same.

    After a yes the hand-over itself stands, since only the sender may say that it comes to nothing.
    """
    bound = update(CROSSING).where(
        CROSSING.c.side == RECEIVER,
        CROSSING.c.state == ACCEPTED,
        CROSSING.c.summary != "",
        CROSSING.c.answered_at < now - SILENT_AFTER,
    )
    change_rows(session, bound.values(summary="", version=CROSSING.c.version + 1))
    old = select(CROSSING).where(
        CROSSING.c.side == RECEIVER,
        CROSSING.c.state == OFFERED,
        CROSSING.c.expires_at < now - SILENT_AFTER,
    )
    gone = session.execute(old).mappings().all()
    for row in gone:
        change_crossing(session, row["id"], state=LAPSED, why="silent", ended_at=now, summary="")
        conn = session.connection()
        envelope = outbox.envelope(conn, row["id"], row["neighbour_code"], now)
        readers = readers_of(session, row["id"])
        outbox.put(conn, ReceiptMessage(**envelope, body=SummaryGone(readers=readers)), now)
    return len(gone)
