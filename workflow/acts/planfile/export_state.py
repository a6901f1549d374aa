"""The parts of an exported plan as it stands: content, goals, people, measures, meetings."""

from __future__ import annotations

from datetime import date, datetime
from functools import partial
from typing import Any

from sqlalchemy import select

from workflow.acts.planfile import schema as shape
from workflow.acts.planfile.columns import (
    AROUND_COLUMNS,
    JUDGED,
    MEASURE_COLUMNS,
    MEETING_COLUMNS,
    PLAN_COLUMNS,
)
from workflow.acts.planfile.event import PastEvent
from workflow.acts.planfile.export_record import Record
from workflow.record.access.kept_from_parents import kept_receivers
from workflow.record.in_force import allows
from workflow.record.models import (
    Consent,
    Decision,
    Goal,
    HealthNote,
    Measure,
    MeasureHelper,
    Meeting,
    MeetingParty,
    Offer,
    Participant,
    Party,
    Pause,
    SubPlan,
    Tenure,
)
from workflow.rules.calendar.clock import oslo_date
from workflow.rules.names.steps import MeetingStep, PlanStep
from workflow.rules.sharing.scopes import FIRST_SHARED, HEALTH, SCOPES, scopes_of

AFTER_START = ("retroactive", "deny_informal")
WENT_ON = (PlanStep.CONTINUE, PlanStep.REOPEN)  # a plan that is opened again goes on too
PLAN_OFFERS = ("transfer", "authority", "coordinator")


def content(record: Record) -> shape.FileContent:
    """The plan itself; the person is named first."""
    plan = record.plan
    person = record.key(plan.person_id)
    return shape.FileContent(
        state=plan.state,
        person=person,
        reported_on=oslo_date(plan.reported_at),
        unit=record.unit(plan.unit_id),
        from_elsewhere=plan.source_name if plan.origin == "incoming" else "",
        consent=_consent(record),
        answer=_answer(record),
        leader=_leader(record, PlanStep.START_INFORMALLY, PlanStep.LET_REST),
        coordinator=_holder(record, "coordinator", ended=True),
        contact=_holder(record, "contact"),
        acting=_holder(record, "acting"),
        review=_review(record),
        pause=_pause(record),
        rested_on=oslo_date(plan.rested_at) if plan.rested_at and plan.resting else None,
        ending=_ending(record),
        offer=_offer(record),
        transition=_transition(record),
        shares_with=_shares(record),
        shares_until=_periods(record),
        shares_parts=_parts(record),
        health=_health(record),
        closed=_closed(record),
        **{name: getattr(plan, name) for name in PLAN_COLUMNS},
    )


def _consent(record: Record) -> Any:
    """How the person first said yes to a plan at all."""
    rows = [one for one in record.rows(Consent) if one.receiver_id is None]
    return rows[0].source if rows else ""


def _leader(record: Record, *step_names: str) -> str | None:
    event = record.last(*step_names)
    if event is None:
        return record.key(record.brought.plan.get("leader")) if record.brought else None
    return record.key(event.text["codes"].get("leader"))


def _holder(record: Record, role: str, ended: bool = False) -> str | None:
    """Who holds a role, or the last who did."""
    held = [one for one in record.rows(Tenure, Tenure.from_at, Tenure.id) if one.role == role]
    if held and (ended or held[-1].until_at is None):
        return record.key(held[-1].party_id)
    return None


def _answer(record: Record) -> shape.FileAnswer | None:
    """The decision that the plan's outcome rests on."""
    decisions = [one for one in record.rows(Decision) if one.kind != "end"]
    if not record.plan.outcome or not decisions:
        return None
    last = decisions[-1]
    on = last.notified_on or last.made_on
    late = last.kind in AFTER_START
    return shape.FileAnswer(
        granted=record.plan.outcome == "granted",
        after_start=late,
        on=on,
        made_on=last.made_on if last.made_on != on else None,
        effective_from=last.effective_from if last.effective_from != on else None,
        regime=last.regime,
        why_long=last.why_long,
        why_coordinated=last.why_coordinated,
        reasons=last.reasons,
        notified_how=last.notified_how,
        archive_case=last.archive_case,
    )


def _ending(record: Record) -> shape.FileEnding | None:
    decisions = [one for one in record.rows(Decision) if one.kind == "end"]
    if not decisions or record.plan.ends_on is None:
        return None
    last = decisions[-1]
    return shape.FileEnding(
        on=last.notified_on or last.made_on, reasons=last.reasons, regime=last.regime
    )


def _review(record: Record) -> shape.FileReview | None:
    """The last review, where the plan still rests on one."""
    event = record.last(PlanStep.REVIEW)
    if record.plan.reviewed_on is None:
        return None
    if event is None:
        return record.brought.review(partial(_went_on, record)) if record.brought else None
    return shape.FileReview(
        on=record.plan.reviewed_on,
        rating=event.text["codes"].get("rating", ""),
        person_words=event.words.get("person_words", ""),
        continued_on=_went_on(record, event),
    )


def _went_on(record: Record, since: PastEvent) -> date | None:
    """The day the plan went on after a review."""
    after = [one for one in record.events if one.text["seq"] > since.text["seq"]]
    return next((one.day for one in after if one.text["step"] in WENT_ON), None)


def _pause(record: Record) -> shape.FilePause | None:
    rows = record.rows(Pause)
    if record.plan.paused_until is None or record.plan.resting or not rows:
        return None
    last = rows[-1]
    return shape.FilePause(from_on=last.from_on, until_on=last.until_on, reason=last.reason)


def _offer(record: Record) -> shape.FileOffer | None:
    """The question of the plan that waits for an answer."""
    waiting = [one for one in record.rows(Offer) if not one.outcome and one.kind in PLAN_OFFERS]
    if not waiting:
        return None
    one = waiting[0]
    return shape.FileOffer(
        kind=one.kind,
        on=oslo_date(one.sent_at),
        to=record.key(one.to_party_id),
        to_unit=record.unit(one.to_unit_id),
        to_name="" if one.to_party_id or one.to_unit_id else one.to_name,
        discharge_on=one.discharge_on,
        first_appointment=one.first_appointment,
        gaps=one.gaps,
    )


def _transition(record: Record) -> shape.FileTransition | None:
    plan = record.plan
    if plan.transition_on is None:
        return None
    return shape.FileTransition(kind=plan.transition_kind or "other", on=plan.transition_on)


def _shares(record: Record) -> list[str]:
    """Who may see the plan now, the person's own yes to each."""
    return record.all_keys(one.receiver_id for one in _consents(record) if one.receiver_id)


def _periods(record: Record) -> list[shape.FileSharingPeriod]:
    """Those consents that have an end, with their last day."""
    ends = {one.receiver_id: one.until_at for one in _consents(record) if one.until_at}
    pairs = ((record.all_keys([who])[0], at) for who, at in ends.items() if who)
    # By name: keys of rows are drawn anew where the file is brought in.
    return [shape.FileSharingPeriod(who=who, until=oslo_date(at)) for who, at in sorted(pairs)]


def _parts(record: Record) -> list[shape.FileSharedParts]:
    """What each sees, where it differs from what they are first offered."""
    parts = []
    for one in _consents(record):
        seen = scopes_of(one.scopes)
        if one.receiver_id and seen != FIRST_SHARED[_kind(record, one.receiver_id)]:
            (who,) = record.all_keys([one.receiver_id])
            parts.append(
                shape.FileSharedParts(who=who, parts=[part for part in SCOPES if part in seen])
            )
    return sorted(parts, key=lambda one: one.who)


def _kind(record: Record, party_id: str) -> str:
    """What the first offer takes somebody for."""
    held = record.rows(Tenure, Tenure.from_at, Tenure.id)
    if any(
        (one.role, one.party_id) == ("coordinator", party_id) and not one.until_at for one in held
    ):
        return "coordinator"
    here = [one for one in record.rows(Participant) if one.party_id == party_id and not one.left_at]
    return here[-1].kind if here else "professional"


def _health(record: Record) -> list[shape.FileHealthNote]:
    if HEALTH in record.can_see.hidden:
        return []
    rows = [one for one in record.rows(HealthNote) if one.ended_at is None]
    return [shape.FileHealthNote(on=oslo_date(one.written_at), words=one.words) for one in rows]


def _consents(record: Record) -> list[Consent]:
    if record.plan.state == "closed":
        return []
    query = select(Consent).where(
        Consent.plan_id == record.plan.id,
        Consent.receiver_id.is_not(None),
        allows(Consent, record.now),
        Consent.kept_from_parents.is_(False),  # what a child keeps goes into no file
    )
    return list(record.session.execute(query.order_by(Consent.id)).scalars())


def _closed(record: Record) -> shape.FileClosing | None:
    plan = record.plan
    if plan.state != "closed" or plan.closed_at is None:
        return None
    # Who closed it, and when, is no more hidden than that it is closed; the words may be.
    closing = next(
        one
        for one in reversed(record.events)
        if one.text["to"] == "closed"
        and one.text["machine"] == "plan"
        and one.text["from"] != "closed"
    )
    if record.brought and closing is record.brought.event:
        return record.brought.end(record.key, record.shows(closing))
    leader = closing.text["codes"].get("leader")
    second = closing.text["actor"] if plan.close_reason == "error" and not leader else None
    taken_over = [
        one
        for one in record.rows(Offer)
        if one.outcome == "accepted" and one.kind in ("transfer", "authority")
    ]
    to = taken_over[-1].to_name if plan.close_reason in ("transferred_out", "forwarded") else ""
    return shape.FileClosing(
        on=oslo_date(plan.closed_at),
        why=plan.close_reason,
        leader=record.key(leader),
        to=to,
        second=record.key(second),
        words=closing.words.get("reason", "") if record.shows(closing) else "",
    )


def goals(record: Record) -> list[shape.FileGoal]:
    """The goals in their order."""
    return [
        shape.FileGoal(
            own_words=one.own_words,
            clarified=one.clarified,
            condition=one.condition,
            status=one.status,
            on=record.day_of("goal", one.id),
        )
        for one in record.rows(Goal, Goal.position)
    ]


def participants(record: Record) -> list[shape.FileParticipant]:
    """Everybody who takes part or did, but whom a child keeps from the parents (pbrl § 3-4)."""
    secret = kept_receivers(record.session, record.plan.id)
    return [_around(record, one) for one in record.rows(Participant) if one.party_id not in secret]


def _around(record: Record, one: Any) -> shape.FileParticipant:
    who = record.key(one.party_id)
    known = record.session.get(Party, one.party_id) if one.party_id else None
    return shape.FileParticipant(
        who=who,
        name="" if who else one.name,
        companion=record.key(one.companion_of),
        on=oslo_date(one.from_at),
        left_on=oslo_date(one.left_at) if one.left_at else None,
        left_how=one.leave_code,
        left_reason=one.leave_reason,
        **{name: _beyond(one, known, name) for name in ("organisation", "phone")},
        **{name: getattr(one, name) for name in AROUND_COLUMNS},
    )


def _beyond(one: Any, known: Any, name: str) -> str:
    """What is said of a participant besides what the register says of the same human."""
    said: str = getattr(one, name)
    return "" if known is not None and said == getattr(known, name) else said


def measures(record: Record) -> list[shape.FileMeasure]:
    """The table, in its order."""
    rows = record.rows(Measure, Measure.position)
    helpers: dict[str, list[str]] = {}
    for row in record.rows(MeasureHelper):
        helpers.setdefault(row.measure_id, []).append(row.party_id)
    asked = {
        one.subject_id: one
        for one in record.rows(Offer)
        if one.kind == "measure" and not one.outcome
    }
    place = {one.id: number for number, one in enumerate(rows, 1)}
    aims = {one.id: number for number, one in enumerate(record.rows(Goal, Goal.position), 1)}
    return [
        _measure(record, one, helpers.get(one.id, []), asked.get(one.id), place, aims)
        for one in rows
    ]


def _measure(
    record: Record,
    one: Any,
    helpers: list[str],
    asked: Any,
    place: dict[str, int],
    aims: dict[str, int],
) -> shape.FileMeasure:
    seen = one.evaluated_on is not None
    return shape.FileMeasure(
        on=record.day_of("measure", one.id),
        goal=aims.get(one.goal_id or ""),
        after=place.get(one.after_id or ""),
        accountable=record.key(one.accountable_id),
        together_with=record.all_keys(helpers),
        original_due_on=one.original_due_on if _was_moved(one) else None,
        asked_to_take_over=record.key(asked.to_party_id) if asked else None,
        asked_on=oslo_date(asked.sent_at) if asked else None,
        closed_on=_closed_on(record, one) if one.state == "closed" else None,
        **{name: getattr(one, name) if seen else "" for name in JUDGED},
        **{name: getattr(one, name) for name in MEASURE_COLUMNS},
    )


def _was_moved(one: Any) -> bool:
    """Whether the first date is another than the one that holds now."""
    return bool(one.agreed_on) and one.original_due_on not in (
        None,
        one.due_on or one.look_again_on,
    )


def _closed_on(record: Record, one: Any) -> date:
    for event in reversed(record.events):
        text = event.text
        if one.id in text["codes"].get("cancelled", ()):
            return event.day
        if text["subject"] == one.id and text["to"] == "closed" and text["from"] != "closed":
            return event.day
    told = record.part("measure", one.id).get("closed_on")
    return date.fromisoformat(told) if told else oslo_date(record.now)


def meetings(record: Record) -> list[shape.FileMeeting]:
    """Every meeting, in the order they were planned."""
    rows = record.rows(Meeting)
    return [_meeting(record, one) for one in sorted(rows, key=lambda one: _made(record, one))]


def _made(record: Record, one: Any) -> tuple[date, str]:
    return record.day_of("meeting", one.id), one.id


def _meeting(record: Record, one: Any) -> shape.FileMeeting:
    invited = [row for row in record.rows(MeetingParty) if row.meeting_id == one.id]
    came = [row.party_id for row in invited if row.came == "yes"]
    return shape.FileMeeting(
        on=record.day_of("meeting", one.id),
        starts_at=one.starts_at,
        chair=record.key(one.chair_id),
        minute_taker=record.key(one.minute_taker_id),
        invited=record.all_keys(row.party_id for row in invited),
        came=record.all_keys(came),
        called_on=_on(one.called_at),
        minuted_on=_day(record, one, MeetingStep.SEND_MINUTES),
        cancelled_on=_day(record, one, MeetingStep.CANCEL),
        **{name: getattr(one, name) for name in MEETING_COLUMNS},
    )


def _on(at: datetime | None) -> date | None:
    return oslo_date(at) if at else None


def _day(record: Record, one: Any, step_name: str) -> date | None:
    wanted = "minuted" if step_name == MeetingStep.SEND_MINUTES else "cancelled"
    if one.state != wanted:
        return None
    days = [
        event.day
        for event in record.events
        if event.text["step"] == step_name and event.text["subject"] == one.id
    ]
    told = record.part("meeting", one.id).get(f"{wanted}_on")
    return days[-1] if days else date.fromisoformat(told) if told else None


def sub_plans(record: Record) -> list[shape.FileSubPlan]:
    """References to plans elsewhere."""
    same = ("title", "owner_system", "link", "responsible", "review_on")
    return [
        shape.FileSubPlan(
            on=record.day_of("sub_plan", one.id), **{name: getattr(one, name) for name in same}
        )
        for one in record.rows(SubPlan)
    ]
